"""The engine's commands for a terminal, one module a topic."""

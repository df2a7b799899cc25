"""The engine: runs the procedure, keeps its state, fires its timers."""

"""Runs the procedure, keeps its state, minds its timers."""

"""Plain values and rules of the procedure; nothing here knows a framework."""

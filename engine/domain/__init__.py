"""Plain values and rules of the procedure. Nothing here knows a framework."""

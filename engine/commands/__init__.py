"""Commands: the list of these classes is the list of what the engine can do."""

"""One file, one use case: the list of commands is the list of what the engine can do."""

"""Rules that commands, queries and operations share."""

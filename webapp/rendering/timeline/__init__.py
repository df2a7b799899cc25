"""The timeline of a case as sentences."""

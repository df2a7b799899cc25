"""Translations as work: the texts for people outside, those that are missing, those that nobody has reviewed."""

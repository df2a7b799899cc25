"""Work on translations: the texts for people outside, those missing, those that nobody has reviewed."""

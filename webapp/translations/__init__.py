"""The translations as work: what there is to say to the person outside, what is missing, what nobody has reviewed."""

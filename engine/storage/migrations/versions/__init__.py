"""One file for each change, named by its date: expand first, contract in a later release."""

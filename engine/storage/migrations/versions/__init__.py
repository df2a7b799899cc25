"""One file a change, named by its date: expand first, contract in a later release."""

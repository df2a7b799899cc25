"""The web: pages for the public and for each kind of staff, and the programming interface."""

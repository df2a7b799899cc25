"""What people see: pages for the public and for each kind of staff, and the programming interface."""

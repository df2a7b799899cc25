"""One module for each screen's questions. Queries may SELECT; they write only their entry in the access log."""

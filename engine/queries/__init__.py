"""One file, one screen's question. They may SELECT; they write only their entry in the access log."""

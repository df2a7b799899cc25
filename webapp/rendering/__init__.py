"""Values as words and marks on a page."""

"""The procedure as data: diagrams, decision tables, letter texts, promises. Nothing here executes."""

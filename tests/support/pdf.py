"""The text of a PDF, as extracted and as seen."""

from engine.letters.reading import page_pieces, page_text, seen, shown

__all__ = ["page_pieces", "page_text", "seen", "shown"]

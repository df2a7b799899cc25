"""Letters as accessible PDF (PDF/UA-1 and PDF/A-2a in one file), typeset with Typst."""

from engine.letters.assembling import Letter, TextMissing, assemble
from engine.letters.fonts import unprintable
from engine.letters.paper_form import render_form
from engine.letters.typesetting import NotTypeset, PrintableLetter, pictures, render

__all__ = [
    "Letter",
    "NotTypeset",
    "PrintableLetter",
    "TextMissing",
    "assemble",
    "pictures",
    "render",
    "render_form",
    "unprintable",
]

"""Letters as accessible PDF (PDF/UA-1 and PDF/A-2a in one file), typeset with Typst."""

from engine.letters.assembling import Letter, TextMissing, assemble, headed
from engine.letters.fonts import cited, unprintable
from engine.letters.paper_form import render_form
from engine.letters.printed_file import render_file
from engine.letters.typesetting import (
    NotTypeset,
    PrintableLetter,
    Unprintable,
    pictures,
    render,
    require_printable,
)

__all__ = [
    "Letter",
    "NotTypeset",
    "PrintableLetter",
    "TextMissing",
    "Unprintable",
    "assemble",
    "cited",
    "headed",
    "pictures",
    "render",
    "render_file",
    "render_form",
    "require_printable",
    "unprintable",
]

"""Letters as accessible PDF (PDF/UA-1 and PDF/A-2a in one file), typeset with Typst."""

from engine.letters.fonts import unprintable
from engine.letters.typesetting import Letter, typeset

__all__ = ["Letter", "typeset", "unprintable"]

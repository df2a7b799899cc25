"""Sentences of the public side in a language, found by their Finnish."""

from __future__ import annotations

from functools import cache

import polib

from webapp.http.languages import SOURCE
from webapp.translations.files import exported

_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def translated(code: str, finnish: str) -> str:
    """The sentence as pages in the language say it."""
    return finnish if code == SOURCE else _catalogue(code)[finnish]


def typed(code: str, figures: str) -> str:
    """Figures as the keyboard of the language writes them."""
    return figures.translate(_ARABIC) if code == "ar" else figures


@cache
def _catalogue(code: str) -> dict[str, str]:
    return {entry.msgid: entry.msgstr for entry in polib.pofile(exported(code)) if entry.msgstr}

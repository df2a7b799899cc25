"""A file's name and size in words. The name comes from outside and may be made to mislead."""

from __future__ import annotations

import unicodedata

from babel.numbers import format_decimal

from webapp.http.languages import current_language
from webapp.rendering.words.catalogues import gettext as _

_LONGEST = 80
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Letters of Arabic script are written with them; they turn no direction."""
_KILO = 1024
_MEGA = _KILO * _KILO


def readable_name(name: str) -> str:
    """Return the name without folders and without invisible or direction-changing characters, no longer than a line."""
    shown = "".join(
        character if unicodedata.category(character)[0] != "C" or character in _JOINERS else "·"
        for character in name.replace("\\", "/")
    )
    last = shown.rpartition("/")[2] or shown
    return last if len(last) <= _LONGEST else f"{last[: _LONGEST - 12]}…{last[-11:]}"


def size(byte_count: int) -> str:
    """Return the size like "1,5 Mt" in the reader's language. Below a megabyte, kilobytes are rounded up, so that none is 0."""
    if byte_count < _MEGA:
        return _("%(number)s kt", number=-(-byte_count // _KILO))
    number = format_decimal(byte_count / _MEGA, "0.0", locale=current_language().locale)
    return _("%(number)s Mt", number=number)

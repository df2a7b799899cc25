"""How large a file is, as the reader's language writes numbers."""

from __future__ import annotations

from babel.numbers import format_decimal

from webapp.http.languages import current_language
from webapp.rendering.words.catalogues import gettext as _

_KILO = 1024
_MEGA = _KILO * _KILO


def size(byte_count: int) -> str:
    """1,5 Mt; less than a megabyte in whole kilobytes, never none."""
    if byte_count < _MEGA:
        return _("%(number)s kt", number=-(-byte_count // _KILO))
    number = format_decimal(byte_count / _MEGA, "0.0", locale=current_language().locale)
    return _("%(number)s Mt", number=number)

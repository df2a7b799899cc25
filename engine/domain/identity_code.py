"""The Finnish personal identity code (henkilötunnus)."""

from __future__ import annotations

import hmac
import re

from stdnum.exceptions import ValidationError
from stdnum.fi import hetu

_WRITTEN = re.compile(r"(?<![0-9A-Za-z])[0-9]{6}[-+A-FU-Ya-fu-y][0-9]{3}[0-9A-Za-z](?![0-9A-Za-z])")


def normal_form(text: str) -> str | None:
    """Return the code as the population register writes it; None if the text is no valid code."""
    if not text.isascii():
        return None
    try:
        return hetu.validate(text, allow_temporary=True)
    except ValidationError:
        return None


def is_same(one: str, other: str) -> bool:
    """Return True if both are the same code, compared in constant time. Empty codes are never the same."""
    return hmac.compare_digest(one.encode(), other.encode()) and bool(one)


def holds_code(text: str) -> bool:
    """Return True if a valid code stands somewhere in the text."""
    return any(normal_form(found.upper()) for found in _WRITTEN.findall(text))

"""The Finnish personal identity code (henkilötunnus)."""

from __future__ import annotations

import hmac

from stdnum.exceptions import ValidationError
from stdnum.fi import hetu


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

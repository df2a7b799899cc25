"""Pages of long lists. A position is the key of the last row shown, not a number of rows to skip."""

from __future__ import annotations

import base64
import binascii
import json

from engine.errors import NotFound

_LONGEST = 400


def encode_position(key: tuple[str, ...]) -> str:
    """Return a row's key as text for an address."""
    return base64.urlsafe_b64encode(json.dumps(key, ensure_ascii=False).encode()).decode().rstrip("=")


def decode_position(text: str | None) -> tuple[str, ...] | None:
    """Return the row key that `encode_position` wrote; None if the text is empty. Raise NotFound if it is not written
    like one; nothing proves that a page gave it."""
    if not text:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(text[:_LONGEST] + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        raise NotFound from None
    if not isinstance(key, list) or not all(isinstance(part, str) for part in key):
        raise NotFound
    return tuple(key)

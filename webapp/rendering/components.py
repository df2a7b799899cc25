"""The Python side of the component macros."""

from __future__ import annotations

import re


def digits(code: str) -> list[str]:
    """A code in groups of four, to be read aloud or written down."""
    return re.findall(r".{1,4}", code)


def telephone(number: str) -> str:
    """A Finnish number as a dialling address: 029 546 3177 → +358295463177; short numbers stay as they are."""
    plain = re.sub(r"[^0-9+]", "", number)
    if len(plain) <= 4 or plain.startswith("+"):
        return plain
    return f"+358{plain.removeprefix('0')}"

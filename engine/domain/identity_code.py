"""The Finnish personal identity code (henkilötunnus): its form, its check character, and whether two are the same."""

from __future__ import annotations

import hmac
import re
from datetime import date

_CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_CENTURIES = {
    "+": 1800,
    **dict.fromkeys("-UVWXY", 1900),
    **dict.fromkeys("ABCDEF", 2000),
}
_CODE = re.compile(r"(\d{2})(\d{2})(\d{2})([-+A-FU-Y])(\d{3})([0-9A-Y])", re.ASCII)


def normal_form(text: str) -> str | None:
    """As the population register writes it; None for what is no such code."""
    matched = _CODE.fullmatch(text.strip().upper())
    if matched is None:
        return None
    day, month, year, century, serial, check = matched.groups()
    try:
        date(_CENTURIES[century] + int(year), int(month), int(day))
    except ValueError:
        return None
    is_right = _CHECKS[int(f"{day}{month}{year}{serial}") % 31] == check and int(serial) >= 2
    return matched.group() if is_right else None


def is_same(one: str, other: str) -> bool:
    """Compare in constant time. An empty code equals none."""
    return hmac.compare_digest(one.encode(), other.encode()) and bool(one)

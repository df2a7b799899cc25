"""A code in disguise: as two telephone numbers, or as a shopping list of eight things.

Sixteen digits on a slip of paper raise questions; a shopping list does not. One field accepts every form of it: with
or without spaces, commas, line breaks or numbering, in the digits of any script.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from webapp.http.languages import current_language

LENGTH = 16
MOBILE = "04"
"""Begins Finnish mobile numbers, which have eight more digits."""
_FILE = Path(__file__).with_name("groceries.toml")
# Letters that keyboards of one language write in two ways.
_SAME = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ё": "е"})


def as_telephone_numbers(code: str) -> tuple[str, ...]:
    """Return the code as two Finnish mobile numbers."""
    numbers = (MOBILE + code[: LENGTH // 2], MOBILE + code[LENGTH // 2 :])
    return tuple(f"{number[:3]} {number[3:6]} {number[6:]}" for number in numbers)


def as_groceries(code: str) -> tuple[str, ...]:
    """Return the code as eight words in the reader's language. Their order is part of the code."""
    words = _groceries()[_language(current_language().code)]
    return tuple(words[int(code[place : place + 2])] for place in range(0, len(code), 2))


def code_in(typed: str) -> str:
    """Return the digits of a typed code; empty if there is none. Words of the page's own language are tried first."""
    letters = _plain(typed)
    if letters:
        own = _language(current_language().code)
        for language in (own, *(each for each in _groceries() if each != own)):
            readings = list(_readings(letters, _places(language), LENGTH // 2))
            if len(readings) == 1:
                return readings[0]
    return _without_prefixes(
        "".join(str(unicodedata.digit(each)) for each in typed if unicodedata.digit(each, None) is not None)
    )


def _without_prefixes(digits: str) -> str:
    """Return the code in two mobile numbers, also with the country's; other digits as they are."""
    for prefix in (MOBILE, f"358{MOBILE[1:]}", f"00358{MOBILE[1:]}"):
        one = len(prefix) + LENGTH // 2
        halves = (digits[:one], digits[one:])
        if len(digits) == 2 * one and all(half.startswith(prefix) for half in halves):
            return "".join(half.removeprefix(prefix) for half in halves)
    return digits


def _readings(letters: str, places: Mapping[str, str], left: int) -> Iterator[str]:
    """Yield the digits of every way to cut the letters into `left` words."""
    if left == 0 or not letters:
        if left == 0 and not letters:
            yield ""
        return
    for end in range(1, min(len(letters), _longest(places)) + 1):
        digits = places.get(letters[:end])
        if digits is not None:
            for rest in _readings(letters[end:], places, left - 1):
                yield digits + rest


def _longest(places: Mapping[str, str]) -> int:
    return max(map(len, places))


def _language(code: str) -> str:
    return code if code in _groceries() else "fi"


@cache
def _groceries() -> Mapping[str, tuple[str, ...]]:
    written = tomllib.loads(_FILE.read_text("utf-8"))
    return {
        language: tuple(" ".join(word.split()) for word in words.replace("،", ",").split(","))
        for language, words in written.items()
    }


@cache
def _places(language: str) -> Mapping[str, str]:
    """Return the two digits of each word, by its letters without accents."""
    return {_plain(word): f"{place:02}" for place, word in enumerate(_groceries()[language])}


def _plain(text: str) -> str:
    """Return the letters without case and accents, which people leave out in a hurry."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_SAME))
    return "".join(each for each in apart if each.isalpha()).translate(_SAME)

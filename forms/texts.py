"""Typed texts as values: dates, numbers, phone numbers. Raise Refused for others."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from babel.dates import get_month_names

from forms.errors import Problem

FIRST_YEAR, LAST_YEAR = 1900, 2100
DAYS_OF_LEAP_YEAR: Final = {month: monthrange(2000, month)[1] for month in range(1, 13)}
MOST_DIGITS = 15
"""Digits of a number in all: as many as survive JSON, where numbers are binary fractions."""

_EMAIL = re.compile(r"[^\s@<>(),;:\\\"\[\]]{1,64}@[^\s@<>(),;:\\\"\[\].]+(\.[^\s@<>(),;:\\\"\[\].]+)+")
_PHONE = re.compile(r"\+?[0-9 ()./\-–]+")
_BETWEEN = re.compile(r"[\s.,/\-]+")
_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|º)?")
MONTHS: Final = {
    name.casefold().strip(". "): number
    for language in (
        *("fi", "sv", "en", "ru", "uk", "fa", "so", "vi", "fr", "es"),
        # Months have other names from Syria to Iraq, and in the Maghreb.
        *("ar", "ar_SY", "ar_TN", "ar_MA"),
    )
    for width in ("wide", "abbreviated")
    for context in ("format", "stand-alone")
    for number, name in get_month_names(width, context, language).items()
}
"""Names of months in the languages of the public side. None is the name of another month elsewhere."""
_OF_TWO_WORDS: Final = {name: number for name, number in MONTHS.items() if " " in name and name[0] not in "t"}
"""Arabic ones; the Vietnamese are a number behind a filler."""
_FILLERS: Final = frozenset(
    {"de", "del", "of", "den", "ngày", "tháng", "thg", "năm", "года", "г", "року", "р"}
)
_LONGEST_DATE: Final = 60
_PIVOT: Final = 40
"""Two digits up to here are years of this century."""
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Control characters but newline and tab, lone surrogates, and code points that are no characters."""
_SPACES = dict.fromkeys(map(ord, " \u00a0\u2007\u2009\u202f'’"))
_MINUS = {ord("−"): "-", ord("–"): "-"}


class Refused(Exception):
    """The typed text is not such a value; says why."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.problem = Problem(key, values)


def clean(text: str) -> str:
    """Return the text as it is stored: NFC, each line break as one LF, no space around it. Raise Refused for
    characters that databases cannot keep."""
    flat = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if _UNWANTED.search(flat):
        raise Refused("bad_characters")
    return flat


def is_email(text: str) -> bool:
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None


def in_plain_digits(text: str) -> str:
    """Return the text with digits of any script as 0–9, and without the invisible marks that copying adds."""
    seen = (each for each in text if unicodedata.category(each) != "Cf")
    return "".join(str(unicodedata.decimal(each, each)) for each in seen)


def is_phone(text: str) -> bool:
    """Return True for five to fifteen digits (E.164's most), with the signs that people put between them."""
    return _PHONE.fullmatch(text) is not None and 5 <= sum(character.isdigit() for character in text) <= 15


def to_number(text: str) -> Decimal:
    """Return a number typed in Finnish, Swedish or English: ``1 234,5``, ``1234.5``."""
    plain = in_plain_digits(text).replace("\N{ARABIC DECIMAL SEPARATOR}", ".")
    plain = plain.strip().translate(_SPACES).translate(_MINUS)
    if not _NUMBER.fullmatch(plain):
        raise Refused("not_a_number")
    return bounded(Decimal(plain.replace(",", ".")))


def bounded(number: Decimal) -> Decimal:
    """Return the number in its shortest form. Raise Refused if it is not finite or absurdly large."""
    if not number.is_finite():
        raise Refused("not_a_number")
    try:
        shortest = number.normalize()
    except InvalidOperation:
        raise Refused("not_a_number") from None
    _, digits, exponent = shortest.as_tuple()
    if not isinstance(exponent, int) or max(len(digits), len(digits) + exponent, -exponent) > MOST_DIGITS:
        raise Refused("not_a_number")
    return Decimal(0) if not shortest else Decimal(f"{shortest:f}")


def to_date(text: str) -> date:
    """Return a date typed in any usual way: ``31.12.2026``, ``31/12/26`` (day first, as in Finland), ``31 12 2026``,
    ``31. joulukuuta 2026``, ``December 31, 2026`` or ``2026-12-31``. A day and a month without a year are refused with
    ``year_missing``, which names both."""
    year, month, day = _parts_of_date(text.casefold().strip().rstrip(" .,"))
    if year is None:
        if day not in range(1, DAYS_OF_LEAP_YEAR.get(month, 0) + 1):
            raise Refused("no_such_date")
        raise Refused("year_missing", day=day, month=month)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("date_out_of_range", first=FIRST_YEAR, last=LAST_YEAR)
    try:
        return date(year, month, day)
    except ValueError:
        raise Refused("no_such_date") from None


def _parts_of_date(typed: str) -> tuple[int | None, int, int]:
    for name, number in _OF_TWO_WORDS.items():
        typed = typed.replace(name, str(number))
    parts = [part for part in _BETWEEN.split(typed) if part not in _FILLERS]
    if len(parts) not in (2, 3) or len(typed) > _LONGEST_DATE:
        raise Refused("not_a_date")
    is_year_first = len(parts) == 3 and len(parts[0]) == 4 and parts[0].isdecimal()
    year = parts.pop(0 if is_year_first else 2) if len(parts) == 3 else ""
    month, day = parts if is_year_first or parts[0] in MONTHS else reversed(parts)
    number_of_month = MONTHS.get(month) or (int(month) if month.isdecimal() and len(month) <= 2 else None)
    in_month = _DAY.fullmatch(day)
    if number_of_month is None or in_month is None:
        raise Refused("not_a_date")
    return _year(year) if year else None, number_of_month, int(in_month[1])


def _year(typed: str) -> int:
    if not typed.isdecimal() or len(typed) not in (2, 4):
        raise Refused("not_a_date")
    century = 0 if len(typed) == 4 else 2000 if int(typed) <= _PIVOT else 1900
    return century + int(typed)


def date_as_typed(value: date) -> str:
    return f"{value.day}.{value.month}.{value.year}"


def number_as_typed(value: Decimal) -> str:
    return f"{value:f}".replace(".", ",")

"""A thousand pairs that people judged before the program was written: who would an official show as likely the same?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.birth_dates import BirthDate, birth_date_in, short_birth_date_in
from engine.domain.likeness import Description, described, likeness, telephone
from engine.domain.search_keys import duplicate_keys, kept_keys
from engine.domain.search_words import understood
from engine.domain.spellings import words_of

PAIRS = orjson.loads((Path(__file__).parent / "pairs.json").read_bytes())
LEAST = 0.9


def person(given: dict[str, Any]) -> Description:
    identity = {name: given.get(name) for name in ("family_name", "given_names")}
    contact = {name: given.get(name) for name in ("phone", "email")}
    return described({**identity, "born_on": given.get("birth_date")}, contact)


def shown() -> Iterator[tuple[bool, bool, str]]:
    for pair in PAIRS:
        one, other = person(pair["a"]), person(pair["b"])
        is_met = bool(kept_keys(one) & set(duplicate_keys(other)))
        yield pair["same"], is_met and likeness(one, other).is_likely, pair["why"]


def test_precision_and_recall_are_as_promised() -> None:
    judged = list(shown())
    assert [each[0] for each in judged].count(True) == [each[0] for each in judged].count(False) == 500
    right = sum(same and is_shown for same, is_shown, _ in judged)
    missed = [why for same, is_shown, why in judged if same and not is_shown]
    wrong = [why for same, is_shown, why in judged if is_shown and not same]
    assert right / (right + len(wrong)) >= LEAST, wrong
    assert right / (right + len(missed)) >= LEAST, missed


def test_it_is_all_one_who_is_compared_with_whom() -> None:
    for pair in PAIRS:
        one, other = person(pair["a"]), person(pair["b"])
        assert likeness(one, other) == likeness(other, one), pair
        assert bool(kept_keys(one) & set(duplicate_keys(other))) == bool(
            kept_keys(other) & set(duplicate_keys(one))
        ), pair


NAMES = st.text(st.characters(categories=["L", "M", "N", "P", "Z"]), max_size=40)


@given(NAMES, NAMES, st.none() | st.builds(BirthDate, st.integers(1900, 2026), st.integers(1, 12)))
def test_anybody_is_like_themselves_and_found_by_their_own_keys(
    family: str, given_names: str, born_on: BirthDate | None
) -> None:
    one = Description(family, given_names, born_on)
    assert set(duplicate_keys(one)) >= {key for key in kept_keys(one) if key.startswith(("name ", "pair "))}
    assert len(kept_keys(one)) < 400
    if len(one.words) >= 2:
        assert likeness(one, one).is_likely


@given(st.text(max_size=300))
def test_whatever_is_typed_is_understood_or_empty(text: str) -> None:
    asked = understood(text, date(2026, 11, 2))
    assert bool(asked.keys or asked.reference) != asked.is_empty or asked.words
    assert len(asked.keys) < 400


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("+358 40 123 4567", "040 1234567"),
        ("00358401234567", "(040) 123-4567"),
        ("+380 67 123 45 67", "0671234567"),
        ("٠٤٠١٢٣٤٥٦٧", "0401234567"),
    ],
)
def test_a_telephone_is_the_same_however_it_is_written(written: str, same: str) -> None:
    assert telephone(written) == telephone(same) != ""


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("17.5.1994", "1994-05-17"),
        ("17.05.1994", "1994-05-17"),
        ("1994-05-17", "1994-05-17"),
        ("?.5.1994", "1994-05"),
        ("00.05.1994", "1994-05"),
        ("5/1994", "1994-05"),
        ("1994", "1994"),
        ("31.2.1994", ""),
        ("17.5.94", ""),
    ],
)
def test_a_birth_date_is_read_as_pages_write_it_and_with_unknown_parts(written: str, known: str) -> None:
    found = birth_date_in(written)
    assert (str(found) if found else "") == known


@pytest.mark.parametrize(
    "names", ["Mohammed Muhammad محمد", "Юлія Yuliia", "Cabdi Abdi", "Nguyễn Nguyen", "حسین Hossein"]
)
def test_one_name_in_several_scripts_shares_a_sound(names: str) -> None:
    first, *others = names.split()
    keys = kept_keys(Description(first))
    assert all(keys & kept_keys(Description(each)) for each in others)


def test_marks_and_small_words_are_no_part_of_a_name() -> None:
    assert words_of("Al-Sayed") == words_of("El Sayed") == ("sayed",)
    assert words_of("O’Brien") == ("obrien",)
    assert words_of("%") == words_of("🙂") == ()


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("17.05.94", "1994-05-17"),
        ("170594", "1994-05-17"),
        ("17.5.26", "2026-05-17"),
        ("17.5.27", "1927-05-17"),
        ("311294", "1994-12-31"),
        ("320594", ""),
        ("000594", ""),
    ],
)
def test_a_date_with_two_digits_of_its_year_is_in_the_last_that_has_come(written: str, known: str) -> None:
    found = short_birth_date_in(written, date(2026, 11, 2))
    assert ("" if found is None else str(found)) == known

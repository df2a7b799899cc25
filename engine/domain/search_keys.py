"""The keys by which a person is found: what is kept of a description, and what is asked for.

A key is a word of text here; the database holds a keyed digest of it. Keys find candidates only, and many. How alike they
are is judged afterwards, on the details themselves (`likeness`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final

from engine.domain.birth_dates import BirthDate
from engine.domain.likeness import Description
from engine.domain.spellings import sounds_of

VERSION: Final = 1
"""Of what is kept. With a higher one the worker makes the keys of all cases anew."""
BEGINNINGS: Final = (3, 4, 5)
"""Letters of a part of a name by which it is found."""
SHORTEST_NEAR: Final = 4
ENDING: Final = 4
"""Digits of the code that an applicant is asked to say."""


def kept_keys(person: Description) -> frozenset[str]:
    """Return the keys under which the person is found."""
    return frozenset(_kept(person))


def _kept(person: Description) -> Iterator[str]:
    date = person.born_on
    for word in person.words:
        yield from (f"name {sound}" for sound in sounds_of(word))
        yield from (f"near {sound}" for sound in _near(word))
        yield from (f"start {word[:length]}" for length in BEGINNINGS if len(word) >= length)
        if date is not None:
            yield from (f"born {date.year} {sound}" for sound in sounds_of(word))
            if date.is_telling:
                yield from (f"day {date} {sound}" for sound in sounds_of(word))
    for pair in _pairs(person):
        yield f"pair {pair}"
        if date is not None:
            yield f"pair {date.year} {pair}"
    if date is not None:
        yield from _parts_of(date)
    yield from (f"phone {each}" for each in person.phones)
    yield from (f"mail {each}" for each in person.emails)


def _parts_of(date: BirthDate) -> Iterator[str]:
    yield f"date {date.year}"
    if date.month is not None:
        yield f"date {date.year:04}-{date.month:02}"
    if date.is_whole:
        yield f"date {date}"


def _near(word: str) -> Iterator[str]:
    """Yield the sounds of the word, and what is left when one of them is missing: a wrong sound still finds it."""
    sound = sounds_of(word)[0]
    yield sound
    if len(sound) >= SHORTEST_NEAR:
        yield from (sound[:place] + sound[place + 1 :] for place in range(len(sound)))


def _pairs(person: Description) -> Iterator[str]:
    for one, other in combinations(person.words, 2):
        for first in sounds_of(one):
            for second in sounds_of(other):
                yield " ".join(sorted((first, second)))


def duplicate_keys(person: Description) -> tuple[str, ...]:
    """Return the keys that may find the same person, the most telling first."""
    keys = [
        *(f"phone {each}" for each in sorted(person.phones)),
        *(f"mail {each}" for each in sorted(person.emails)),
    ]
    dates = _dates_of(person.born_on)
    sounds = sorted({sound for word in person.words for sound in sounds_of(word)})
    pairs = sorted(set(_pairs(person)))
    keys += [f"day {date} {sound}" for date in dates if date.is_telling for sound in sounds]
    keys += [f"pair {year} {pair}" for year in _years_of(person.born_on) for pair in pairs]
    keys += [f"pair {pair}" for pair in pairs]
    keys += [f"date {date}" for date in dates if date.is_telling]
    keys += [f"born {person.born_on.year} {sound}" for sound in sounds if person.born_on is not None]
    keys += [f"name {sound}" for sound in sounds]
    return tuple(dict.fromkeys(keys))


def _dates_of(date: BirthDate | None) -> tuple[BirthDate, ...]:
    """Return the date, and the one with day and month exchanged."""
    return tuple(each for each in (date, date.swapped if date else None) if each is not None)


def _years_of(date: BirthDate | None) -> tuple[int, ...]:
    return () if date is None else (date.year, date.year - 1, date.year + 1)


def ending_key(code: str) -> str:
    return f"ending {code[-ENDING:]}"


def asked_keys(words: Iterable[str], date: BirthDate | None) -> tuple[str, ...]:
    """Return the keys of a name that somebody typed, with or without a birth date: the narrower ones where there are
    several words, since many people share each."""
    typed = tuple(words)
    person = Description(family_name=" ".join(typed), born_on=date)
    sounds = [sound for word in typed for sound in sounds_of(word)]
    starts = [
        f"start {word[:length]}"
        for word in typed
        if (length := min(len(word), BEGINNINGS[-1])) >= BEGINNINGS[0]
    ]
    near = [f"near {each}" for word in typed for each in _near(word)]
    pairs = sorted(set(_pairs(person)))
    keys = []
    if date is not None:
        keys += [f"pair {date.year} {pair}" for pair in pairs]
        keys += [f"day {each} {sound}" for each in _dates_of(date) if each.is_telling for sound in sounds]
        keys += [f"born {date.year} {sound}" for sound in sounds]
        keys += [list(_parts_of(date))[-1]]
    keys += [*(f"pair {pair}" for pair in pairs), *(f"name {sound}" for sound in sounds), *starts, *near]
    return tuple(dict.fromkeys(keys))

"""Checks that a schema cannot hold: they depend on the day, or on choices that the caller brings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import cast

from forms.definition import Field, Kind
from forms.errors import Problem
from forms.estimates import year_guessed

Choices = Mapping[str, Mapping[str, str]]
"""Options that a form takes from elsewhere: value to label, by the name in `FormDefinition.option_sources`."""

NO_CHOICES: Choices = MappingProxyType({})

_YEAR, _NEAR_YEARS = 366, 5
"""Around today, for days of the present such as the one on which somebody must leave the country."""


def problems_of_the_day(
    fields: Sequence[Field],
    answers: Mapping[str, object],
    today: date,
    choices: Choices,
    indices: Mapping[str, tuple[int, ...]],
) -> dict[str, tuple[Problem, ...]]:
    """Return the problems, by path, that valid answers have today or with these choices."""
    found: dict[str, tuple[Problem, ...]] = {}
    for path, question, value in _answered(fields, answers, indices):
        problem = (
            _of_date(question, value, today)
            if isinstance(value, date)
            else _of_choice(question, value, choices)
        )
        if problem:
            found[path] = (problem,)
    return found


def years_guessed(
    fields: Sequence[Field], problems: Mapping[str, tuple[Problem, ...]], today: date
) -> dict[str, tuple[Problem, ...]]:
    """Return the problems with a day in place of each missing year, for the person to confirm."""
    return {
        path: tuple(year_guessed(each, _question_at(fields, path).limits, today) for each in found)
        if found and found[0].key == "year_missing"
        else found
        for path, found in problems.items()
    }


def _question_at(fields: Sequence[Field], path: str) -> Field:
    key, _, rest = path.partition(".")
    question = next(each for each in fields if each.key == key)
    return _question_at(question.fields, rest.partition(".")[2]) if rest else question


def _answered(
    fields: Sequence[Field], answers: Mapping[str, object], indices: Mapping[str, tuple[int, ...]]
) -> Iterator[tuple[str, Field, object]]:
    for question in fields:
        value = answers.get(question.key)
        if question.kind is not Kind.ROWS:
            yield question.key, question, value
            continue
        rows = cast("Sequence[Mapping[str, object]]", value or ())
        if not rows:
            continue
        for index, row in zip(indices.get(question.key, range(len(rows))), rows, strict=True):
            yield from (
                (f"{question.key}.{index}.{path}", c, one)
                for path, c, one in _answered(question.fields, row, {})
            )


def _of_date(question: Field, value: date, today: date) -> Problem | None:
    if question.limits.not_future and value > today:
        return Problem("date_in_future")
    if question.limits.not_past and value < today:
        return Problem("date_in_past")
    if question.limits.is_near and not -_YEAR <= (value - today).days <= _NEAR_YEARS * _YEAR:
        last = today.year if question.limits.not_future else today.year + _NEAR_YEARS
        return Problem("date_out_of_range", {"first": today.year - 1, "last": last})
    return None


def _of_choice(question: Field, value: object, choices: Choices) -> Problem | None:
    if question.alone and isinstance(value, list) and question.alone in value and len(value) > 1:
        return Problem("not_beside_others")
    if question.options_from is None or value is None or isinstance(value, Mapping):
        return None
    known = set(choices.get(question.options_from, {}))
    chosen = value if isinstance(value, list) else [value]
    return None if set(chosen) <= known else Problem("not_a_choice")

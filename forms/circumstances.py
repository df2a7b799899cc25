"""What depends on the day and on whoever shows the form, so that no schema can hold it: dates, and choices from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import cast

from forms.definition import Field, Kind
from forms.errors import Problem

Choices = Mapping[str, Mapping[str, str]]
"""Answers to choose from that a form takes from elsewhere: value to label, by the name in `FormDefinition.option_sources`."""

NO_CHOICES: Choices = MappingProxyType({})


def problems_of_the_day(
    fields: Sequence[Field],
    answers: Mapping[str, object],
    today: date,
    choices: Choices,
    indices: Mapping[str, tuple[int, ...]],
) -> dict[str, tuple[Problem, ...]]:
    """What is wrong today, by path, with answers that are right in themselves."""
    found: dict[str, tuple[Problem, ...]] = {}
    for path, asked, value in _answered(fields, answers, indices):
        problem = (
            _of_date(asked, value, today) if isinstance(value, date) else _of_choice(asked, value, choices)
        )
        if problem:
            found[path] = (problem,)
    return found


def _answered(
    fields: Sequence[Field], answers: Mapping[str, object], indices: Mapping[str, tuple[int, ...]]
) -> Iterator[tuple[str, Field, object]]:
    for asked in fields:
        value = answers.get(asked.key)
        if asked.kind is not Kind.ROWS:
            yield asked.key, asked, value
            continue
        rows = cast("Sequence[Mapping[str, object]]", value or ())
        if not rows:
            continue
        for index, row in zip(indices.get(asked.key, range(len(rows))), rows, strict=True):
            yield from (
                (f"{asked.key}.{index}.{path}", c, one) for path, c, one in _answered(asked.fields, row, {})
            )


def _of_date(asked: Field, value: date, today: date) -> Problem | None:
    if asked.limits.not_future and value > today:
        return Problem("date_in_future")
    if asked.limits.not_past and value < today:
        return Problem("date_in_past")
    return None


def _of_choice(asked: Field, value: object, choices: Choices) -> Problem | None:
    if asked.options_from is None or value is None or isinstance(value, Mapping):
        return None
    known = set(choices.get(asked.options_from, {}))
    chosen = value if isinstance(value, list) else [value]
    return None if set(chosen) <= known else Problem("not_a_choice")

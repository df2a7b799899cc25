"""Accepted answers as others need them: variables for the process, classes for storage, register entries, words for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import cast

from babel.dates import format_date
from babel.numbers import format_decimal

from forms.circumstances import NO_CHOICES, Choices
from forms.conditions import NOTHING, Evaluate, as_read, plainly, shown_fields
from forms.definition import CLASSES, RECORDS, Field, FormDefinition, Kind
from forms.estimates import ESTIMATE, is_estimate
from forms.translations import locale_of, translated

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "yes": "Kyllä",
        "no": "Ei",
        "dont_know": "En tiedä",
        "dont_want": "En halua vastata",
        "unanswered": "Ei vastausta",
        "row": "Rivi",
        "estimate": "Arvio: %(text)s",
    }
)
"""Words that are no form's own: gettext msgids, translated where they are shown."""

Say = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """A question and its answer in words."""

    path: str
    label: str
    words: tuple[str, ...]
    """One for each value chosen; a text of several lines is one."""
    state: str
    """``answered``, ``skipped`` or ``unanswered``."""
    step: int
    is_typed: bool = False
    """In a person's own words, not in those of the form."""


@dataclass(frozen=True, slots=True)
class ShownStep:
    """The answers of one step, to be read or checked by a person."""

    number: int
    name: str
    answers: tuple[ShownAnswer, ...]


def variables(definition: FormDefinition, answers: Mapping[str, object]) -> dict[str, object]:
    """Return the answers that a process may read: those of fields marked `variable`, null if missing. Of lists, the
    marked columns."""
    return {
        field.key: _variable(field, answers.get(field.key))
        for field in definition.fields
        if field.key in definition.variable_names
    }


def _variable(field: Field, value: object) -> object:
    if field.kind is not Kind.ROWS:
        return None if value is None else as_read(field, value)
    rows = cast("Sequence[Mapping[str, object]]", value or ())
    columns = [column for column in field.fields if field.is_variable or column.is_variable]
    return [{column.key: _variable(column, row.get(column.key)) for column in columns} for row in rows]


def by_class(definition: FormDefinition, answers: Mapping[str, object]) -> dict[str, dict[str, object]]:
    """Return the answers by the class of data that they are sealed under."""
    cut: dict[str, dict[str, object]] = {name: {} for name in CLASSES}
    for key, value in answers.items():
        cut[definition.by_key[key].sealing_class][key] = value
    return cut


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """The answers about one party that the party register keeps, as JSON."""

    identity: Mapping[str, object]
    contact: Mapping[str, object]


def register_entries(
    definition: FormDefinition, answers: Mapping[str, object]
) -> dict[str, tuple[RegisterEntry, ...]]:
    """Return the register entries by party: one from the form's questions, one from each row of a list."""
    found: dict[str, tuple[RegisterEntry, ...]] = {}
    for party in {field.place.party for field in definition.fields if field.place}:
        found[party] = (_entry(definition.fields, answers, party),)
    for field in definition.fields:
        rows = cast("Sequence[Mapping[str, object]]", answers.get(field.key) or ())
        for party in {column.place.party for column in field.fields if column.place}:
            found[party] = (*found.get(party, ()), *(_entry(field.fields, row, party) for row in rows))
    return found


def _entry(fields: Sequence[Field], answers: Mapping[str, object], party: str) -> RegisterEntry:
    records: dict[str, dict[str, object]] = {name: {} for name in RECORDS}
    for field in fields:
        if field.place and field.place.party == party and field.key in answers:
            records[field.place.record][field.place.name] = _json(answers[field.key])
    return RegisterEntry(**records)


def unregistered(definition: FormDefinition) -> tuple[str, ...]:
    """Return the paths of questions about identity or contact whose answers reach no register without the form saying so."""
    questions = [
        (path, question)
        for field in definition.fields
        for path, question in (
            [(f"{field.key}.{column.key}", column) for column in field.fields] or [(field.key, field)]
        )
    ]
    return tuple(
        path
        for path, question in questions
        if question.sealing_class in RECORDS and not question.place and not question.stays_with_answers
    )


def as_json(answers: Mapping[str, object]) -> dict[str, object]:
    """Return the answers with JSON's types, as `accept_json` takes them: dates as ISO texts, numbers as numbers."""
    return {key: _json(value) for key, value in answers.items()}


def _json(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return as_json(value)
    return [_json(item) for item in value] if isinstance(value, list) else value


def shown(
    definition: FormDefinition,
    answers: Mapping[str, object],
    language: str = "fi",
    *,
    say: Say = str,
    evaluate: Evaluate = plainly,
    given: Mapping[str, object] = NOTHING,
    choices: Choices = NO_CHOICES,
    are_accepted: bool = False,
) -> tuple[ShownStep, ...]:
    """Return every question asked with its answer in words, by step. `say` translates `WORDS`. Steps without
    questions are left out.

    `are_accepted`: each of these answers was asked for, also where what its condition read of the case is gone.
    """
    worded = definition if definition.language == language else translated(definition, language)
    visible = shown_fields(worded, answers, evaluate=evaluate, given=given)
    asked = visible.keys | answers.keys() if are_accepted else visible.keys
    steps = []
    for step in worded.steps:
        rows = [
            row
            for field in step.fields
            if field.key in asked
            for row in _rows(
                field, answers.get(field.key), _Words(language, say, choices), step.number, visible.rows
            )
        ]
        if rows:
            steps.append(ShownStep(step.number, step.name, tuple(rows)))
    return tuple(steps)


@dataclass(frozen=True, slots=True)
class _Words:
    language: str
    say: Say
    choices: Choices

    def of(self, field: Field, value: object) -> tuple[str, ...]:
        if is_estimate(value):
            return (self.say(WORDS["estimate"]) % {"text": value[ESTIMATE]},)
        if isinstance(value, Mapping):
            return (self.say(WORDS[str(value["skipped"])]),)
        if isinstance(value, list):
            return tuple(self._one(field, item) for item in value)
        return (self._one(field, value),)

    def _one(self, field: Field, value: object) -> str:
        if isinstance(value, bool):
            return self.say(WORDS["yes" if value else "no"])
        if isinstance(value, date):
            return format_date(
                value,
                "d MMMM yyyy" if self.language == "en" else "d.M.yyyy",
                locale=locale_of(self.language),
            )
        if isinstance(value, Decimal):
            return str(format_decimal(value, locale=locale_of(self.language), decimal_quantization=False))
        labels = {option.value: option.label for option in field.options}
        labels |= self.choices.get(field.options_from or "", {})
        return labels.get(str(value), str(value))


def _rows(
    field: Field, value: object, words: _Words, step: int, shown_rows: Mapping[str, Sequence[frozenset[str]]]
) -> list[ShownAnswer]:
    if field.kind is not Kind.ROWS or not value:
        return [_answer(field, value, field.key, field.label, words, step)]
    name = field.properties.get("row_label") or words.say(WORDS["row"])
    rows = cast("Sequence[Mapping[str, object]]", value)
    every = frozenset(column.key for column in field.fields)
    shown_in = shown_rows.get(field.key) or [every] * len(rows)
    return [
        _answer(
            column,
            row.get(column.key),
            f"{field.key}.{index}.{column.key}",
            f"{name} {index + 1}: {column.label}",
            words,
            step,
        )
        for index, (row, visible) in enumerate(zip(rows, shown_in, strict=True))
        for column in field.fields
        if column.key in visible
    ]


def _answer(field: Field, value: object, path: str, label: str, words: _Words, step: int) -> ShownAnswer:
    if value in (None, "", []):
        return ShownAnswer(path, label, (words.say(WORDS["unanswered"]),), "unanswered", step)
    state = "skipped" if isinstance(value, Mapping) and not is_estimate(value) else "answered"
    is_typed = isinstance(value, str) and not field.is_choice
    return ShownAnswer(path, label, words.of(field, value), state, step, is_typed)

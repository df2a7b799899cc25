"""Accepts answers or rejects them with problems: from pages (`accept`, `accept_step`), from programs (`accept_json`),
and as drafts (`partial`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from marshmallow import Schema, ValidationError

from forms.circumstances import NO_CHOICES, Choices, problems_of_the_day, years_guessed
from forms.conditions import NOTHING, Evaluate, Shown, plainly, rows_in, says_anything, shown_fields
from forms.definition import Field, FormDefinition, Kind
from forms.errors import AnswersRejected, Problem
from forms.fields import Row, RowsAnswer
from forms.json_answers import check_json
from forms.schema import answer_of, compiled
from forms.typed import Gathered, Sent, gather, row_index

Answers = Mapping[str, object]
"""By key: str, Decimal, date, bool, list[str], list of rows, ``{"skipped": "dont_know"}``, or for a day ``{"estimate": "next week"}``.
What was not answered is absent."""

MOST_BYTES = 300_000
"""All the answers of a form together, in UTF-8."""


@dataclass(frozen=True, slots=True)
class Context:
    """The knowledge that a check needs beside the answers: the day, the case's variables, the choices that the caller brings."""

    today: date
    evaluate: Evaluate
    given: Mapping[str, object]
    choices: Choices


def accept(
    definition: FormDefinition,
    sent: Sent,
    *,
    today: date,
    evaluate: Evaluate = plainly,
    given: Mapping[str, object] = NOTHING,
    choices: Choices = NO_CHOICES,
) -> Answers:
    """Return the checked answers that a page sent, without blanks and hidden questions. Raise AnswersRejected."""
    check_size(sent)
    gathered = gather(definition.fields, sent)
    context = Context(today, evaluate, given, choices)
    return _judged(definition, definition.fields, gathered, compiled(definition, strict=False), context)


def accept_step(
    definition: FormDefinition,
    number: int,
    draft: Sent,
    *,
    today: date,
    evaluate: Evaluate = plainly,
    given: Mapping[str, object] = NOTHING,
    choices: Choices = NO_CHOICES,
) -> Answers:
    """Return the checked answers of one step. `draft` is everything typed so far, this step included (see `partial`)."""
    check_size(draft)
    gathered = gather(definition.fields, draft)
    context = Context(today, evaluate, given, choices)
    fields = definition.step(number).fields
    return _judged(definition, fields, gathered, compiled(definition, strict=False), context)


def accept_json(
    definition: FormDefinition,
    data: object,
    *,
    today: date,
    evaluate: Evaluate = plainly,
    given: Mapping[str, object] = NOTHING,
    choices: Choices = NO_CHOICES,
) -> Answers:
    """Return the checked answers that a program sent as JSON: the same rules with JSON's types; dates are ISO texts."""
    values = check_json(definition, data)
    context = Context(today, evaluate, given, choices)
    return _judged(
        definition, definition.fields, Gathered(values), compiled(definition, strict=True), context
    )


def check_size(sent: Sent) -> None:
    """Raise AnswersRejected for more than a form may hold, before anything else reads it."""
    size = sum(
        len(name) + sum(len(text.encode(errors="replace")) for text in texts) for name, texts in sent.items()
    )
    if size > MOST_BYTES:
        raise AnswersRejected({"": (Problem("too_large", {"most": MOST_BYTES // 1000}),)})


def readable(definition: FormDefinition, sent: Sent) -> dict[str, object]:
    """Return the answers that are valid by themselves, to decide which questions are asked; others count as missing."""
    return _candidates(compiled(definition, strict=False), gather(definition.fields, sent).values)


def _judged(
    definition: FormDefinition, fields: Sequence[Field], gathered: Gathered, schema: Schema, context: Context
) -> Answers:
    """Return the answers to `fields`. Raise AnswersRejected with everything that is wrong with them."""
    decisive = {key: value for key, value in gathered.values.items() if key in definition.decisive}
    candidates = _candidates(schema, decisive)
    shown = shown_fields(definition, candidates, evaluate=context.evaluate, given=context.given)
    gathered, shown = _without_empty_rows(gathered, shown)
    wanted = {field.key for field in fields}
    problems = gathered.strays | {
        path: found for path, found in gathered.problems.items() if _is_shown(path, gathered, shown, wanted)
    }
    judged = {key for key in wanted & shown.keys if key not in problems}
    ready = {key: _ready(definition.by_key[key], value, gathered, shown, problems)
             for key, value in gathered.values.items() if key in judged}  # fmt: skip
    answers: Answers = {}
    try:
        answers = cast("Answers", schema.load(ready, partial=definition.by_key.keys() - judged))
    except ValidationError as refused:
        problems |= dict(_flat(refused.messages, gathered))
        answers = cast("Answers", refused.valid_data or {})
    day = problems_of_the_day(fields, answers, context.today, context.choices, gathered.indices)
    problems |= {path: found for path, found in day.items() if path not in problems}
    if problems:
        dated = years_guessed(fields, problems, context.today)
        raise AnswersRejected(_in_page_order(definition, dated))
    return answers


def _without_empty_rows(gathered: Gathered, shown: Shown) -> tuple[Gathered, Shown]:
    """Leave out rows in which every answer is to a hidden question."""
    values, indices, shown_rows = dict(gathered.values), dict(gathered.indices), dict(shown.rows)
    for key, visible in shown.rows.items():
        rows = rows_in(values.get(key))
        places = indices.get(key, tuple(range(len(rows))))
        kept = [
            (row, place, keys)
            for row, place, keys in zip(rows, places, visible, strict=True)
            if says_anything(value for name, value in row.items() if name in keys)
            or any(f"{key}.{place}.{name}" in gathered.problems for name in keys)
        ]
        if len(kept) < len(rows):
            values[key] = [row for row, _, _ in kept]
            indices[key] = tuple(place for _, place, _ in kept)
            shown_rows[key] = tuple(keys for _, _, keys in kept)
    return replace(gathered, values=values, indices=indices), replace(shown, rows=shown_rows)


def _is_shown(path: str, gathered: Gathered, shown: Shown, wanted: set[str]) -> bool:
    """Return True if a problem's question is among `wanted` and shown."""
    key, _, rest = path.partition(".")
    index, _, column = rest.partition(".")
    if key not in shown.keys or key not in wanted:
        return False
    indices = gathered.indices.get(key, ())
    place = row_index(index)
    if place is None or key not in shown.rows:
        return True
    return place in indices and column in shown.rows[key][indices.index(place)]


def _candidates(schema: Schema, values: Mapping[str, object]) -> dict[str, object]:
    """Return the values that can be read, for the conditions. An invalid answer counts as missing."""
    found: dict[str, object] = {}
    for key, raw in values.items():
        field = answer_of(schema, key)
        if isinstance(field, RowsAnswer):
            found[key] = [_candidates(field.row, one) for one in cast("list[Mapping[str, object]]", raw)]
            continue
        try:
            found[key] = field.deserialize(raw)
        except ValidationError:
            continue
    return found


def _ready(
    question: Field, value: object, gathered: Gathered, shown: Shown, problems: Mapping[str, object]
) -> object:
    """Return a value as the schema takes it: rows without hidden questions and without answers already refused."""
    if question.kind is not Kind.ROWS:
        return value
    rows = []
    for place, (row, visible) in enumerate(
        zip(cast("list[Mapping[str, object]]", value), shown.rows[question.key], strict=True)
    ):
        indices = gathered.indices.get(question.key)
        prefix = f"{question.key}.{indices[place] if indices else place}."
        absent = frozenset(
            c.key for c in question.fields if c.key not in visible or prefix + c.key in problems
        )
        rows.append(Row({key: one for key, one in row.items() if key not in absent}, absent))
    return rows


def _flat(messages: object, gathered: Gathered, path: str = "") -> Iterator[tuple[str, tuple[Problem, ...]]]:
    """Yield marshmallow's nested messages by path. A row's number is its place on the page."""
    if isinstance(messages, dict):
        for name, inside in messages.items():
            place = (
                gathered.indices[path][name] if isinstance(name, int) and path in gathered.indices else name
            )
            yield from _flat(inside, gathered, f"{path}.{place}" if path else str(place))
    else:
        yield path, tuple(cast("Sequence[Problem]", messages))


def _in_page_order(
    definition: FormDefinition, problems: Mapping[str, tuple[Problem, ...]]
) -> Mapping[str, tuple[Problem, ...]]:
    """Return the problems in the order of the page."""
    places = {field.key: place for place, field in enumerate(definition.fields)}
    inside = {f"{f.key}.{c.key}": place for f in definition.fields for place, c in enumerate(f.fields)}

    def place(path: str) -> tuple[int, int, int]:
        key, _, rest = path.partition(".")
        index, _, column = rest.partition(".")
        row = row_index(index)
        return places.get(key, len(places)), -1 if row is None else row, inside.get(f"{key}.{column}", -1)

    return {path: problems[path] for path in sorted(problems, key=place)}

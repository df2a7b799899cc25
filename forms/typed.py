"""Answers as a page sends them: flat names with lists of texts.

``family_name``, ``safe_channels``; ``in_danger.skip`` for “I don't want to answer” beside a question of any kind;
``children.rows`` how many rows stand on the page, ``children.0.born_on`` a question in the first of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from forms.definition import SKIPS, Field, Kind, is_reserved
from forms.errors import Problem
from forms.estimates import ESTIMATE, is_estimate
from forms.fields import MOST_ROWS
from forms.texts import date_as_typed, number_as_typed

Sent = Mapping[str, Sequence[str]]

ADD_ROW, REMOVE_ROW = "add_row", "remove_row"
"""Names of the buttons that change the rows of a list; their values are ``children`` and ``children.1``."""

SKIP, ROWS = ".skip", ".rows"


@dataclass(slots=True)
class Gathered:
    """The sent answers by question: texts, lists of texts, skips, rows; without blanks. `strays` are problems of unknown names."""

    values: dict[str, object] = field(default_factory=dict)
    indices: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """The place on the page of each row that holds anything."""
    problems: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    strays: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    """Names that are no question's: refused wherever they come."""


def gather(fields: Sequence[Field], sent: Sent) -> Gathered:
    """Sort what was sent by question. Names that belong to none become strays."""
    found = Gathered()
    for question in fields:
        if question.kind is Kind.ROWS:
            _gather_rows(question, sent, found)
        else:
            _gather_one(question, question.key, sent, found.values, found.problems)
    known = {name for question in fields for name in names_of(question, sent)}
    for name in sent:
        if name not in known:
            found.strays[name] = (stray(name),)
    return found


def stray(name: str) -> Problem:
    """Return the problem of a name that belongs to no question."""
    reserved = [part for part in name.split(".") if is_reserved(part)]
    return Problem("reserved_name", {"name": reserved[0]}) if reserved else Problem("unknown_field")


def names_of(question: Field, sent: Sent) -> Iterator[str]:
    """Yield the names under which an answer to the question may have been sent."""
    yield question.key
    if question.kind is not Kind.ROWS:
        yield question.key + SKIP
        return
    yield question.key + ROWS
    for index in range(row_count(question, sent)):
        for column in question.fields:
            yield from (f"{question.key}.{index}.{name}" for name in names_of(column, sent))


def row_index(text: str) -> int | None:
    """Return the number of a row written in a name; None if it is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None


def row_count(question: Field, sent: Sent) -> int:
    """Return the number of rows of the list on the page."""
    stated = [row_index(text) or 0 for text in sent.get(question.key + ROWS, ())]
    prefix = f"{question.key}."
    indices = [
        row_index(name.removeprefix(prefix).partition(".")[0]) for name in sent if name.startswith(prefix)
    ]
    seen = [index + 1 for index in indices if index is not None]
    return min(max([0, *stated, *seen]), MOST_ROWS + 1)


def with_row_added(question: Field, sent: Sent) -> dict[str, list[str]]:
    """Return the sent answers with one more empty row, unless the list is full."""
    changed = {name: list(texts) for name, texts in sent.items()}
    changed[question.key + ROWS] = [str(min(row_count(question, sent) + 1, MOST_ROWS))]
    return changed


def with_row_removed(question: Field, sent: Sent, index: int) -> dict[str, list[str]]:
    """Return the sent answers without that row; the rows after it move up."""
    count, prefix = row_count(question, sent), f"{question.key}."
    changed: dict[str, list[str]] = {}
    for name, texts in sent.items():
        number, dot, rest = (
            name.removeprefix(prefix).partition(".") if name.startswith(prefix) else ("", "", "")
        )
        place = row_index(number) if dot else None
        if place is None:
            changed[name] = list(texts)
        elif place != index:
            changed[f"{prefix}{place - (place > index)}.{rest}"] = list(texts)
    changed[question.key + ROWS] = [str(max(count - (index < count), 0))]
    return changed


def rows_changed(fields: Sequence[Field], sent: Sent) -> dict[str, list[str]] | None:
    """Return the sent answers after the button that adds or removes a row; None if another button was pressed."""
    lists = {question.key: question for question in fields if question.kind is Kind.ROWS}
    rest = {name: list(texts) for name, texts in sent.items() if name not in {ADD_ROW, REMOVE_ROW}}
    for pressed in sent.get(ADD_ROW, ()):
        if pressed in lists:
            return with_row_added(lists[pressed], rest)
    for pressed in sent.get(REMOVE_ROW, ()):
        key, _, number = pressed.partition(".")
        index = row_index(number)
        if key in lists and index is not None:
            return with_row_removed(lists[key], rest, index)
    return None


def as_typed(
    fields: Sequence[Field], answers: Mapping[str, object], prefix: str = ""
) -> dict[str, list[str]]:
    """Return answers as a page would send them, to show them in the form again."""
    typed: dict[str, list[str]] = {}
    for question in fields:
        value = answers.get(question.key)
        name = prefix + question.key
        if is_estimate(value):
            typed[name] = [str(value[ESTIMATE])]
        elif isinstance(value, Mapping):
            typed[name + SKIP] = [str(value["skipped"])]
        elif question.kind is Kind.ROWS and isinstance(value, list):
            typed[name + ROWS] = [str(len(value))]
            for index, row in enumerate(value):
                typed |= as_typed(question.fields, row, f"{name}.{index}.")
        elif texts := _texts(value):
            typed[name] = texts
    return typed


def _texts(value: object) -> list[str]:
    if value is None or value is False or value == "":
        return []
    if isinstance(value, list):
        return [str(item) for item in value]
    if value is True:
        return ["true"]
    if isinstance(value, date):
        return [date_as_typed(value)]
    return [number_as_typed(value) if isinstance(value, Decimal) else str(value)]


def _gather_rows(question: Field, sent: Sent, found: Gathered) -> None:
    if any(text.strip() for text in sent.get(question.key, ())):
        found.problems[question.key] = (Problem("wrong_type"),)
        return
    count = row_count(question, sent)
    if count > MOST_ROWS:
        found.problems[question.key] = (Problem("too_many_rows", {"most": MOST_ROWS}),)
        return
    rows, indices = [], []
    for index in range(count):
        row: dict[str, object] = {}
        problems: dict[str, tuple[Problem, ...]] = {}
        for column in question.fields:
            _gather_one(column, f"{question.key}.{index}.{column.key}", sent, row, problems)
        if row or problems:
            rows.append(row)
            indices.append(index)
            found.problems |= problems
    if rows:
        found.values[question.key] = rows
        found.indices[question.key] = tuple(indices)


def _gather_one(
    question: Field,
    name: str,
    sent: Sent,
    values: dict[str, object],
    problems: dict[str, tuple[Problem, ...]],
) -> None:
    """Put the answer to a question into `values`, or the reason why it cannot be read into `problems`."""
    texts = [text for text in sent.get(name, ()) if text.strip()]
    skips = {text for text in sent.get(name + SKIP, ()) if text.strip()}
    if question.is_choice:
        # A skip stands among the other answers there, under the question's own name.
        skips |= set(texts) & set(SKIPS)
        texts = [text for text in texts if text not in SKIPS]
    if skips and texts:
        problems[name] = (Problem("answered_and_skipped"),)
    elif len(skips) > 1 or (len(texts) > 1 and not question.takes_several):
        problems[name] = (Problem("choose_one"),)
    elif skips:
        values[question.key] = {"skipped": skips.pop()}
    elif texts:
        values[question.key] = texts if question.takes_several else texts[0]

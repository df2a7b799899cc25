"""Every answer that a form demands has its question in sight, whatever was chosen and changed before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random

import pytest

from engine.feel import parse
from forms.catalogue import form_keys, read_form
from forms.circumstances import Choices
from forms.conditions import shown_fields
from forms.definition import Field, FormDefinition
from forms.random_answers import Typed, random_answers
from forms.submission import readable
from tests.forms.writing import TODAY, asked, choices, form
from webapp.rendering.forms.page import form_page
from webapp.rendering.forms.parts import Choice, FormPage, Gated, Part, Question, RowList, Section

TRIALS = 60
"""Answers tried for each form."""


Names = frozenset[str]


def in_sight(page: FormPage, typed: Typed) -> Names:
    """Return the names of the questions that the style sheet shows for these answers, as it does without a script."""
    parts = [part for step in page.steps for part in _within(step.parts)]
    chosen = frozenset(
        mark
        for part in parts
        if isinstance(part, Question)
        for choice in part.choices
        if choice.value in typed.get(choice.name, ())
        for mark in choice.marks
    )
    return frozenset(
        name
        for step in page.steps
        if not step.gate or _is_open(step.gate, chosen)
        for name in _names(step.parts, typed, chosen)
    )


def _names(parts: Sequence[Part], typed: Typed, chosen: Names) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Gated) and not all(_is_open(gate, chosen) for gate in part.gates):
            continue
        if isinstance(part, Question | RowList):
            yield part.name
        for inside, choice in _inside(part):
            if choice is None or choice.value in typed.get(choice.name, ()):
                yield from _names(inside, typed, chosen)


def _is_open(gate: str, chosen: Names) -> bool:
    kind, _, number = gate.partition("-")
    return f"opens-{number}" in chosen if kind == "opened" else f"closes-{number}" not in chosen


def _within(parts: Sequence[Part]) -> Iterator[Part]:
    for part in parts:
        yield part
        for inside, _ in _inside(part):
            yield from _within(inside)


def _inside(part: Part) -> Sequence[tuple[Sequence[Part], Choice | None]]:
    """Return the parts inside one, with the choice that opens them."""
    if isinstance(part, Gated):
        return [((part.part,), None)]
    if isinstance(part, Section):
        return [(part.parts, None)]
    if isinstance(part, RowList):
        return [(row.parts, None) for row in part.rows]
    return [(choice.more, choice) for choice in part.choices] if isinstance(part, Question) else []


def demanded(definition: FormDefinition, typed: Typed, given: Mapping[str, object]) -> Names:
    """Return the names of the required questions that are asked for these answers."""
    shown = shown_fields(definition, readable(definition, typed), given=given)
    top = {field.key for field in definition.fields if field.required and field.key in shown.keys}
    return frozenset(top) | frozenset(
        f"{key}.{index}.{column.key}"
        for key, rows in shown.rows.items()
        for index, columns in enumerate(rows)
        for column in definition.by_key[key].fields
        if column.required and column.key in columns
    )


def changed_answers(
    definition: FormDefinition, rng: Random, given: Mapping[str, object], offered: Choices
) -> Typed:
    """Return answers as a browser sends them after somebody chose one thing and changed it: what is hidden stays filled."""
    typed: Typed = {}
    for _ in range(3):
        typed |= random_answers(definition, rng, today=TODAY, given=given, choices=offered)
    return typed


def out_of_sight(definition: FormDefinition, rng: Random) -> set[str]:
    given = {name: rng.choice(_values(definition, name)) for name in definition.given_names}
    offered = {source: {"1": "x", "2": "y"} for source in definition.option_sources}
    typed = changed_answers(definition, rng, given, offered)
    rows = {name: texts for name, texts in typed.items() if "." in name}
    page = form_page(definition, say=str, typed=rows, given=given, choices=offered)
    return set(demanded(definition, typed, given) - in_sight(page, typed))


def _values(definition: FormDefinition, name: str) -> list[object]:
    """Return values for a name that comes from the case: the texts that the form compares with, and none."""
    found: list[object] = [None, True, False]
    for field in _fields(definition):
        for condition in field.hidden_when:
            if name in condition.names:
                found += str(condition).split('"')[1::2]
    return found


def _fields(definition: FormDefinition) -> Iterator[Field]:
    for field in definition.fields:
        yield field
        yield from field.fields


@pytest.mark.parametrize("key", form_keys())
def test_what_a_shipped_form_demands_stands_on_its_page(key):
    definition = read_form(key, parse=parse)
    rng = Random(key)

    missing = set[str]()
    for _ in range(TRIALS):
        missing |= out_of_sight(definition, rng)

    assert missing == set()


def test_a_question_that_two_answers_open_in_different_ways_stands_outside_both():
    definition = form(
        asked("lapses", "radio", values=choices("yes", "no", "later")),
        asked("why", "radio", values=choices("wish", "death"), hide='lapses != "yes"'),
        asked(
            "present",
            hide='not((lapses = "yes" and why = "wish") or lapses = "no")',
            validate={"required": True},
        ),
    )
    page = form_page(definition, say=str)

    assert "present" in in_sight(page, {"lapses": ["no"]})
    assert "present" in in_sight(page, {"lapses": ["yes"], "why": ["wish"]})
    assert "present" not in in_sight(page, {"lapses": ["later"]})
    assert "present" not in in_sight(page, {"lapses": ["yes"], "why": ["death"]})


def test_an_answer_that_is_hidden_itself_hides_nothing():
    definition = form(
        asked("a", "radio", values=choices("x", "y")),
        asked("middle"),
        asked("b", "radio", hide='a != "x"'),
        asked("c", hide='b = "no"', validate={"required": True}),
    )
    page = form_page(definition, say=str)

    assert "c" in in_sight(page, {"a": ["y"], "b": ["no"]})

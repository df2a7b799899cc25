"""One question at a time: a question with those of its step that hang on it, as a page of its own.

The easy way is made of such pages, of the questions that the form marks `easy`; so is the change of one answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from forms.conditions import names_read, shown_fields
from forms.definition import Component, Field, FormDefinition, Group, Separator, Step, Text
from forms.drafts import step_of, steps_shown
from forms.submission import readable
from forms.typed import Sent


def root_of(definition: FormDefinition, path: str) -> str:
    """Return the key of the question of its step on which the question hangs, at the beginning of the chain; its own if it
    hangs on none there. Empty if the form has no such question."""
    key = path.partition(".")[0]
    if key not in definition.by_key:
        return ""
    here = {field.key: field for field in definition.step(step_of(definition, key)).fields}
    # Conditions go in no circle: the form would have been refused.
    while before := [name for name in here if name in names_read(here[key])]:
        key = before[0]
    return key


def together(definition: FormDefinition, root: str) -> frozenset[str]:
    """Return the keys of the questions that stand on one page with this one: itself and, of its step, all that hang on it."""
    fields = definition.step(step_of(definition, root)).fields
    found = {root}
    for _ in fields:
        found |= {field.key for field in fields if names_read(field) & found}
    return frozenset(found)


def opened_elsewhere(definition: FormDefinition, draft: Sent, key: str) -> str:
    """Return the key of the first question of another step that hangs on this one, is asked now and has no answer yet; empty if
    there is none."""
    answers, here = readable(definition, draft), step_of(definition, key)
    shown, hanging = shown_fields(definition, answers).keys, {key}
    for _ in definition.fields:
        hanging |= {field.key for field in definition.fields if names_read(field) & hanging}
    open_keys = (each.key for each in definition.fields if each.key in shown & hanging - answers.keys())
    return next((each for each in open_keys if step_of(definition, each) != here), "")


def easy_questions(definition: FormDefinition, draft: Sent) -> tuple[str, ...]:
    """Return the questions of the easy way that are asked, given what was typed so far. None if the form has no easy way."""
    shown = shown_fields(definition, readable(definition, draft)).keys
    easy = [field.key for field in definition.fields if field.is_easy and field.key in shown]
    return tuple(dict.fromkeys(root_of(definition, key) for key in easy))


class Place(NamedTuple):
    """A page of questions: a step, or one question of it with what hangs on it."""

    step: int
    question: str = ""


def places(definition: FormDefinition, draft: Sent, *, is_easy: bool) -> tuple[Place, ...]:
    """Return the pages with anything to answer or read, in order: by the easy way, or step by step."""
    easy = easy_questions(definition, draft) if is_easy else ()
    if easy:
        return tuple(Place(step_of(definition, key), key) for key in easy)
    return tuple(Place(number) for number in steps_shown(definition, draft))


def around(
    definition: FormDefinition, asked: Sequence[Place], here: Place
) -> tuple[list[Place], list[Place]]:
    """Return the pages before this one and those after it. It need not be among them."""

    def order(place: Place) -> tuple[int, int]:
        return place.step, list(definition.by_key).index(place.question) if place.question else -1

    earlier = [place for place in asked if order(place) < order(here)]
    return earlier, [place for place in asked if order(place) > order(here)]


def alone(step: Step, keys: frozenset[str]) -> Step:
    """Return the step with these questions alone, and with the reason for its questions."""
    return replace(step, components=tuple(_alone(step.components, keys)))


def _alone(components: Sequence[Component], keys: frozenset[str]) -> list[Component]:
    kept: list[Component] = []
    for place, component in enumerate(components):
        if isinstance(component, Field) and component.key in keys:
            kept.append(component)
        elif isinstance(component, Group) and (inside := _alone(component.components, keys)):
            kept.append(replace(component, components=tuple(inside)))
        elif isinstance(component, Text) and place == 0 and component.disclosure:
            kept.append(replace(component, markdown="", sensitive=False))
        elif isinstance(component, Separator | Text):
            continue
    return kept

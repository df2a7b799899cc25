"""Writing in a form on an open page, by the words that stand on it: labels of questions and of choices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from playwright.sync_api import Locator, Page

from forms.conditions import shown_fields
from forms.definition import Field, FormDefinition, Kind
from forms.drafts import step_of
from tests.support.chromium import follow

CHECK = "check"
"""The place of the page on which all answers stand."""
ON = re.compile("^Jatka: ")
"""The button that leads to the next part of a long form."""
OPTIONAL = r"( \(.+\))?"


def write(place: Page | Locator, definition: FormDefinition, answers: Mapping[str, Any]) -> None:
    """Answer in the form's own order, so that what a choice opens stands there when its turn comes. Leave out
    the answers to questions that the other answers hide."""
    shown = shown_fields(definition, answers).keys
    in_parts = place.locator(".is-away").count() > 0
    for key, each in definition.by_key.items():
        if in_parts and place.locator(f".is-away :is([name='{key}'], [name^='{key}.'])").count():
            continue
        # A condition may also read what only the procedure knows.
        if key in shown or place.locator(f"[name='{key}']:visible").count():
            _write_in(place, (each,), answers)


def write_parts(page: Page, definition: FormDefinition, answers: Mapping[str, Any]) -> None:
    """Answer the form of a task: a long one part by part, to its last one."""
    write(page, definition, answers)
    while page.get_by_role("button", name=ON).count():
        follow(page.get_by_role("button", name=ON))
        write(page, definition, answers)


def write_steps(page: Page, definition: FormDefinition, answers: Mapping[str, Any]) -> None:
    """Answer step by step, pressing on until everything stands on one page."""
    while (place := page.locator("input[name=step]").input_value()) != CHECK:
        step = int(place)
        write(
            page, definition, {key: one for key, one in answers.items() if step_of(definition, key) == step}
        )
        follow(page.get_by_role("button", name="Jatka", exact=True))


def _write_in(place: Page | Locator, asked: tuple[Field, ...], answers: Mapping[str, Any]) -> None:
    for each in asked:
        if each.key in answers:
            _answer(place, each, answers[each.key])


def _answer(place: Page | Locator, asked: Field, answer: Any) -> None:
    if asked.kind is Kind.ROWS:
        _rows(place, asked, answer)
    elif asked.kind is Kind.CHECKBOX:
        _labelled(place, asked).set_checked(bool(answer))
    elif asked.kind is Kind.SELECT:
        _labelled(place, asked).select_option(label=_label_of(asked, answer))
    elif asked.is_choice:
        group = place.get_by_role("group", name=_exactly(asked.label)).first
        for one in answer if isinstance(answer, list) else [answer]:
            group.get_by_label(_label_of(asked, one)).filter(visible=True).first.check()
    else:
        _labelled(place, asked).fill(as_typed(answer) if asked.kind is Kind.DATE else str(answer))


def _rows(place: Page | Locator, asked: Field, rows: list[Mapping[str, Any]]) -> None:
    group = place.get_by_role("group", name=_exactly(asked.label))
    name = asked.properties["row_label"]
    for number, row in enumerate(rows, 1):
        if number > 1:
            group.get_by_role("button", name=asked.properties["add_label"]).click()
        _write_in(group.get_by_role("group", name=f"{name} {number}", exact=True), asked.fields, row)


def _labelled(place: Page | Locator, asked: Field) -> Locator:
    return place.get_by_label(_exactly(asked.label)).filter(visible=True)


def _exactly(label: str) -> re.Pattern[str]:
    return re.compile(f"^{re.escape(' '.join(label.split()))}{OPTIONAL}$")


def _label_of(asked: Field, value: str) -> str:
    """The words of a choice; a choice brought from elsewhere is named by its words already."""
    return {option.value: option.label for option in asked.options}.get(value, value)


def as_typed(day: str) -> str:
    """A date as Finns write it."""
    found = date.fromisoformat(day)
    return f"{found.day}.{found.month}.{found.year}"

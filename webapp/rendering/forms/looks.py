"""The look of a question on a page: its shape, the size of its field, and the keys that a phone offers for it."""

from __future__ import annotations

from collections.abc import Sequence

from forms.definition import Field, Kind
from webapp.rendering.forms.parts import Choice

COLUMNS_FROM, COLUMN_LABEL = 4, 28
"""Four or more answers of so many characters stand in two columns."""

SHAPES = {
    Kind.TEXTFIELD: "text",
    Kind.TEXTAREA: "textarea",
    Kind.NUMBER: "text",
    Kind.CHECKBOX: "tick",
    Kind.RADIO: "radios",
    Kind.SELECT: "select",
    Kind.CHECKLIST: "checks",
    Kind.DATE: "text",
    Kind.FILES: "file",
}
TYPES = {"email": "email", "phone": "tel"}


def css_of(asked: Field) -> str:
    if asked.kind is Kind.DATE:
        return "input input-short" if asked.takes_estimate else "input input-date"
    if asked.kind is Kind.TEXTAREA:
        return "textarea textarea-tall" if asked.properties.get("input") == "long" else "textarea"
    look = asked.properties.get("input", "")
    if asked.kind is Kind.NUMBER or asked.limits.text_type == "phone" or look == "short":
        return "input input-short"
    return "input input-code" if look == "code" else "input"


def input_mode(asked: Field) -> str:
    if asked.kind is Kind.NUMBER:
        return "numeric" if asked.limits.decimals == 0 else "decimal"
    return {"email": "email", "phone": "tel"}.get(asked.limits.text_type or "", "")


def in_columns(choices: Sequence[Choice]) -> bool:
    plain = [choice for choice in choices if not choice.is_quiet]
    return len(plain) >= COLUMNS_FROM and all(
        len(one.label) <= COLUMN_LABEL and not one.note for one in plain
    )

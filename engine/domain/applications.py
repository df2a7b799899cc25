"""Applications: the answers about the person a case concerns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from forms.conditions import rows_in

CHILD_FORM: Final = "child_application"
"""Somebody applies on behalf of children, each of whom has a part of the form."""


def answers_about_person(form_key: str, answers: Mapping[str, object]) -> Mapping[str, object]:
    """Return the answers about the person whom the case concerns: the first child in an application for children.

    The other children are then the children of the case, as in a parent's own application.
    """
    if form_key != CHILD_FORM:
        return answers
    children = rows_in(answers.get("children"))
    first = children[0] if children else {}
    own = {"what_happened": first.get("account"), "help_needed": first.get("help_needed")}
    rest = list(children[1:])
    return {
        **{name: value for name, value in answers.items() if name != "children"},
        **{name: value for name, value in first.items() if name not in ("account", "help_needed")},
        **{name: value for name, value in own.items() if value},
        "is_under_18": "yes",
        "has_children": "yes" if rest else "no",
        "children": rest,
    }

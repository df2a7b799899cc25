"""Parties of an application: the person it concerns, and those who have a part in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CHILD_FORM = "child_application"
"""Form of an application on behalf of children, each with a part of the form."""

PERSON_IDENTITY = (
    "given_names",
    "family_name",
    "born_on",
    "mother_tongue",
    "contact_language",
    "interpreter_needed",
)
PERSON_CONTACT = (
    "phone",
    "sms_phone",
    "email",
    "postal_address",
    "safe_channels",
    "safe_times",
    "if_other_answers",
    "safe_words",
    "may_leave_message",
    "contact_person_name",
    "contact_person_phone",
    "contact_person_relationship",
    "interpreter_preferences",
    "interpreter_wishes",
    "electronic_delivery",
)
REFERRER_IDENTITY = ("referrer_name", "referrer_organisation", "referrer_kind")
REFERRER_CONTACT = ("referrer_phone", "referrer_email")
CHILD_IDENTITY = ("given_names", "family_name", "born_on", "in_finland")
"""Questions about a child that reach the register of parties; the rest stays with the submission, which is destroyed earlier."""


def children_in(answers: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    return tuple(each for each in answers.get("children") or () if isinstance(each, Mapping))


def answers_about_person(form_key: str, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the answers about the person whom the case concerns: the first child, where children are applied for.

    The other children are then the children of the case, as in a parent's own application.
    """
    if form_key != CHILD_FORM:
        return answers
    children = children_in(answers)
    first: Mapping[str, Any] = children[0] if children else {}
    told = {name: first[name] for name in CHILD_IDENTITY if name in first}
    own = {"what_happened": first.get("account"), "help_needed": first.get("help_needed")}
    rest = list(children[1:])
    return {
        **{name: value for name, value in answers.items() if name != "children"},
        **told,
        **{name: value for name, value in own.items() if value},
        "is_under_18": "yes",
        "has_children": "yes" if rest else "no",
        "children": rest,
    }

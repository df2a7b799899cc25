"""Applications: the answers about the person a case concerns, and the facts with which its process begins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from engine.domain.ages import age_of
from engine.domain.cases import Case, Channel
from engine.domain.law import ADULT_AGE
from forms.conditions import rows_in

OPENING: Final = ("application", "child_application", "referral", "phone_intake")
"""Forms that open a case."""
ARRIVAL: Final = "arrival"
"""The form on which staff write how and when an application came, and who filled it in."""
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


def start_variables(
    case: Case, answers: Mapping[str, Any], today: date, parent_reference: str | None = None
) -> dict[str, Any]:
    """Return the variables with which the process begins: flags, dates and enumerated answers, no free text, no identity."""
    return {
        **start_facts(case.channel, answers, today),
        "case_reference": case.reference,
        "received_at": case.received_at,
        "language": case.language,
        "parent_case": parent_reference,
    }


def start_facts(channel: Channel, answers: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Return the variables that depend on the answers alone."""
    return {
        **urgency_facts(channel, answers, today),
        "applied_by": "other" if is_made_by_another(channel, answers) else "person",
        "region": _word(answers, "region") or "unknown",
        "has_children": bool(answers.get("children")),
        "ground_sought": _ground(answers),
        "consent_recorded_by_referrer": channel is Channel.REFERRAL,
        "wants_reminders": answers.get("wants_reminders") != "no",
        "account_known": _answered(answers, "what_happened"),
        "help_need_known": _answered(answers, "help_needed"),
    }


def urgency_facts(channel: Channel, answers: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Return what the table of urgency asks, of the answers about the person."""
    age = age_of(answers, today)
    removal_on = answers.get("removal_on")
    return {
        "channel": channel.value,
        "is_child": _may_be_child(answers, age),
        "urgent_call": _word(answers, "urgent"),
        "in_danger": _word(answers, "in_danger"),
        "in_detention": _word(answers, "in_detention"),
        "removal_known": _word(answers, "removal_known"),
        "removal_on": removal_on if isinstance(removal_on, date) else None,
        "accommodation_needed": _bed(answers),
        "child_with": _word(answers, "child_with") or _unsafe_guardian(answers),
        "children_with": _word(answers, "children_with"),
        "children_in_need": _answered(answers, "children_notes"),
    }


def is_made_by_another(channel: Channel, answers: Mapping[str, Any]) -> bool:
    """Return whether somebody else made the application, neither the person nor one who speaks for them by law."""
    by_other = answers.get("caller") == "other" or answers.get("relationship") == "other"
    return channel is Channel.REFERRAL or by_other


def calls_contact_unsafe(answers: Mapping[str, Any]) -> bool:
    """Return True if the form answers that it is not safe to contact the person."""
    return answers.get("safe_to_contact") == "no"


def doubts_go_between(answers: Mapping[str, Any]) -> bool:
    """Return True if the answers speak of an adult who is not safe and name somebody to go between: it may be the same
    person, whatever each is called."""
    tells = (
        answers.get("guardian_safe") == "no"
        or answers.get("other_guardian_unsafe") == "yes"
        or answers.get("child_with") == "unsafe_adult"
    )
    ways = answers.get("safe_channels")
    return tells and isinstance(ways, list) and "via_person" in ways


def doubtful_birth_dates(answers: Mapping[str, Any], today: date) -> tuple[str, ...]:
    """Return the paths of birth dates that do not fit another answer: of the person's age, or that somebody is a child."""
    age = age_of(answers, today)
    expected = {"yes": True, "no": False}.get(str(answers.get("is_under_18")))
    own = age is not None and expected is not None and (age < ADULT_AGE) is not expected
    ages = [age_of(row, today) for row in rows_in(answers.get("children"))]
    grown = [f"children.{place}.born_on" for place, each in enumerate(ages) if (each or 0) >= ADULT_AGE]
    return (*(["born_on"] if own else []), *grown)


def _word(answers: Mapping[str, Any], name: str) -> str | None:
    """Return the chosen value; None for a question that was left or refused."""
    value = answers.get(name)
    if isinstance(value, Mapping):
        return "unknown" if value.get("skipped") == "dont_know" else None
    return value if isinstance(value, str) else None


def _may_be_child(answers: Mapping[str, Any], age: int | None) -> bool:
    """Return True for a child and for an unknown age, as of a person who applies as the child of a client and gives none."""
    answer = answers.get("is_under_18")
    if age is None and answer not in ("yes", "no"):
        return answer == "unknown" or _ground(answers) == "35_3"
    return answer in ("yes", "unknown") or (age is not None and age < ADULT_AGE)


def _bed(answers: Mapping[str, Any]) -> str | None:
    """A person who asks for a safe place to live, or for one for a child, and leaves the question about the night may have
    none for it."""
    needed = (each.get("help_needed") for each in (answers, *rows_in(answers.get("children"))))
    asks = any(isinstance(each, list) and "safe_place" in each for each in needed)
    return _word(answers, "accommodation_needed") or ("unknown" if asks else None)


def _unsafe_guardian(answers: Mapping[str, Any]) -> str | None:
    """A minor who calls the guardian unsafe is taken to be with an unsafe adult until somebody knows better."""
    return "unsafe_adult" if answers.get("guardian_safe") == "no" else None


def _ground(answers: Mapping[str, Any]) -> str | None:
    value = answers.get("ground")
    return value if value in ("35_1", "35_2", "35_3") else None


def _answered(answers: Mapping[str, Any], name: str) -> str:
    value = answers.get(name)
    return "yes" if value and not isinstance(value, Mapping) else "no"

"""Who has a part in a matter, as the application tells it: the person, their children, a guardian, the referrer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.domain.applications import (
    CHILD_FORM,
    CHILD_IDENTITY,
    PERSON_CONTACT,
    PERSON_IDENTITY,
    REFERRER_CONTACT,
    REFERRER_IDENTITY,
    children_told,
)
from engine.domain.cases import Case
from engine.executor import Work

SPEAKERS = {"representative": "representative", "other": "agent"}
"""Who applies for a child, to the part they have; anyone else is taken for a guardian until it is checked."""


def register_parties(work: Work, case: Case, form_key: str, answers: Mapping[str, Any]) -> None:
    """Each as a party of the case. `answers` are those told of the person."""
    identity = _picked(answers, PERSON_IDENTITY)
    contact = _picked(answers, PERSON_CONTACT)
    is_minor = answers.get("is_under_18") in ("yes", True)
    parties = work.stores.parties
    for_child = form_key == CHILD_FORM
    if for_child:
        # The tongue and the interpreter are those of whoever speaks for the child.
        identity = _picked(answers, (*CHILD_IDENTITY, "contact_language"))
    parties.add(
        case.id,
        "applicant",
        identity,
        {} if for_child else contact,
        work.now,
        is_minor=is_minor,
        is_recipient=True,
    )
    if for_child:
        _register_speaker(work, case, answers, contact)
    for child in children_told(answers):
        parties.add(case.id, "child", _picked(child, CHILD_IDENTITY), {}, work.now, is_minor=True)
    referrer = _picked(answers, REFERRER_IDENTITY)
    if referrer:
        parties.add(case.id, "referrer", referrer, _picked(answers, REFERRER_CONTACT), work.now)
    index_person(work, case, identity)


def _register_speaker(work: Work, case: Case, answers: Mapping[str, Any], contact: Mapping[str, Any]) -> None:
    """Who applies for the child. They are written to; served on are only guardians and representatives (434/2003 56 §)."""
    kind = SPEAKERS.get(str(answers.get("relationship")), "guardian")
    names = {
        name: answers[f"guardian_{name}"]
        for name in ("given_names", "family_name")
        if f"guardian_{name}" in answers
    }
    spoken = _picked(answers, ("mother_tongue", "contact_language", "interpreter_needed"))
    work.stores.parties.add(
        case.id, kind, {**names, **spoken}, contact, work.now, is_recipient=kind != "agent"
    )


def _picked(answers: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: plain(answers[name]) for name in names if name in answers}


def plain(value: Any) -> Any:
    """An answer as JSON holds it in a party's register: dates as ISO text."""
    return value.isoformat() if isinstance(value, date) else value


def index_person(work: Work, case: Case, identity: Mapping[str, Any]) -> None:
    """Keyed digests by which the person can be found and likely duplicates noticed."""
    names = " ".join(
        str(identity[k]) for k in ("given_names", "family_name") if isinstance(identity.get(k), str)
    )
    values = [("name", names), ("family_name", str(identity.get("family_name") or ""))]
    if isinstance(identity.get("born_on"), str):
        values.append(("born_on", identity["born_on"]))
    work.stores.blind_indexes.add(case.id, values)

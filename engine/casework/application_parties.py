"""The parties of a matter as its application names them: the person, their children, a guardian, the referrer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from engine.clock import day_of
from engine.domain.ages import age_of
from engine.domain.applications import CHILD_FORM, calls_contact_unsafe, doubts_go_between
from engine.domain.cases import Case, Channel
from engine.domain.law import ADULT_AGE
from engine.domain.parties import FORM_LANGUAGE
from engine.domain.safe_contact import WAYS
from engine.executor import Work
from forms.definition import FormDefinition
from forms.views import RegisterEntry, register_entries

SPEAKERS: Final = {"representative": "representative", "other": "agent"}
"""The one who applies for a child, to the part they have; anyone else is taken for a guardian until it is checked."""
_WRITERS: Final[Mapping[Channel, frozenset[str]]] = {
    Channel.SELF: frozenset({"person", "speaker"}),
    Channel.REFERRAL: frozenset({"referrer"}),
    Channel.URGENT: frozenset(),
}
_NOTHING: Final = RegisterEntry({}, {})


def register_parties(
    work: Work, case: Case, definition: FormDefinition, answers: Mapping[str, object], language: str = ""
) -> None:
    """Add the parties that an application names, each with the answers that the form assigns to their details.

    Keep the language of the form with the person who filled it in."""
    entries = _with_language(register_entries(definition, answers), _WRITERS[case.channel], language)
    children = entries.get("child", ())
    parties = work.stores.parties
    if definition.key == CHILD_FORM:
        person, children = _child_of(entries), children[1:]
        is_minor = True
    else:
        person = first_entry(entries, "person")
        age = age_of(person.identity, work.today)
        is_minor = answers.get("is_under_18") in ("yes", True) or (age is not None and age < ADULT_AGE)
    parties.add(
        case.id,
        "applicant",
        person.identity,
        _cautioned(case, answers, person.contact),
        work.now,
        is_minor=is_minor,
        is_recipient=True,
    )
    if definition.key == CHILD_FORM:
        _register_speaker(work, case, answers, first_entry(entries, "speaker"))
    for child in children:
        parties.add(case.id, "child", child.identity, {}, work.now, is_minor=True)
    referrer = first_entry(entries, "referrer")
    if referrer.identity:
        parties.add(case.id, "referrer", referrer.identity, referrer.contact, work.now)


def first_entry(entries: Mapping[str, tuple[RegisterEntry, ...]], party: str) -> RegisterEntry:
    """Return the only entry of a party; an empty one if the form asks nothing about them."""
    return next(iter(entries.get(party, ())), _NOTHING)


def _with_language(
    entries: Mapping[str, tuple[RegisterEntry, ...]], writers: frozenset[str], language: str
) -> Mapping[str, tuple[RegisterEntry, ...]]:
    """Return the entries, those of who filled in the form with its language, if it is known."""
    if not language:
        return entries
    spoken = {FORM_LANGUAGE: language}
    return {
        party: tuple(replace(each, identity={**each.identity, **spoken}) for each in found)
        if party in writers
        else found
        for party, found in entries.items()
    }


def _child_of(entries: Mapping[str, tuple[RegisterEntry, ...]]) -> RegisterEntry:
    """Return the entry of the first child. The child is addressed in the language of the person who speaks for them."""
    child, speaker = first_entry(entries, "child"), first_entry(entries, "speaker")
    names = ("contact_language", FORM_LANGUAGE)
    spoken = {name: speaker.identity[name] for name in names if speaker.identity.get(name)}
    return RegisterEntry({**child.identity, **spoken}, {})


def _register_speaker(work: Work, case: Case, answers: Mapping[str, object], speaker: RegisterEntry) -> None:
    """Add the person who applies for the child. Messages go to them; documents are served only on guardians and
    representatives (434/2003 56 §)."""
    kind = SPEAKERS.get(str(answers.get("relationship")), "guardian")
    work.stores.parties.add(
        case.id,
        kind,
        speaker.identity,
        _cautioned(case, answers, speaker.contact),
        work.now,
        is_recipient=kind != "agent",
    )


def _cautioned(case: Case, answers: Mapping[str, object], contact: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the contact without the ways that other answers of the same form call unsafe, with the source and the day of that.

    None of them is safe before staff have verified it and recorded it as safe.
    """
    if calls_contact_unsafe(answers):
        source, lost = "call" if case.channel is Channel.URGENT else "referrer", list(WAYS)
    elif contact and doubts_go_between(answers):
        source, lost = "go_between", ["via_person"]
    else:
        return contact
    ticked = contact.get("safe_channels")
    return {
        **contact,
        "safe_channels": [way for way in ticked if way not in lost] if isinstance(ticked, list) else [],
        "unsafe_channels": lost,
        "called_unsafe": source,
        "called_unsafe_on": day_of(case.received_at).isoformat(),
    }

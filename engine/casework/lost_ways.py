"""The day from which a way to a party is not safe, or they may not take a decision: what left before is recorded as it was."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date
from typing import Any, Final

from engine.casework.contact_channels import CONTACT_WAYS, HANDED, reached, receiver_of, served, withheld
from engine.casework.paper_readers import reader_of_paper
from engine.casework.postal_addresses import POSTING_DECISION
from engine.casework.posting import ASKING, POSTING
from engine.clock import day_of
from engine.domain.acts import Act
from engine.domain.cases import Case
from engine.domain.safe_contact import safe_ways
from engine.domain.tasks import UserTask
from engine.executor.engine import Work
from engine.storage.parties import Party

_WAYS: Final = {POSTING: ("paper_way", "hearing_way"), ASKING: ("ask_way",)}
"""Form to its questions about the way by which something reached its reader."""
_TELLING: Final = ("other_help", "reflection_told", "tell_denied", "tell_withheld")
"""Forms on which somebody records the day on which the person was informed, and by which way."""
_CHANNEL: Final = "contact_channel"
REACHING: Final = frozenset({"post", "phone"})
"""Ways that come to somebody where they are; a meeting and secure mail do not."""


def lost_on(
    work: Work, case: Case, party: Party | None, way: str, reaching: Container[str] = REACHING
) -> date | None:
    """Return the day on which the party, or this way to them, was recorded as not safe. None if it is safe, or never was.
    `reaching`: the ways that come to somebody where they are; each other one is as safe as its reader."""
    if party is None:
        return None
    known: dict[str, Any] = {**party.contact, "is_unsafe": party.is_unsafe}
    stopped = day_of(party.held_at) if party.held_at is not None and way in reaching else None
    if _is_safe(party, known, way, reaching):
        return stopped
    for each in reversed(work.stores.corrections.of_subject(case.id, party.id)):
        if each.kind == "addition":
            break
        known |= {name: each.before.get(name) for name in {*each.before, *each.after}}
        if _is_safe(party, known, way, reaching):
            changed = day_of(each.made_at)
            return min(changed, stopped) if stopped is not None else changed
    return None


def was_safe_on(work: Work, case: Case, way: str, day: date | None) -> bool:
    """True of a way to the person, or who speaks for a child, that was lost on the day or after it."""
    lost = lost_on(work, case, reached(work.stores.parties.of_case(case.id), work.today), way, CONTACT_WAYS)
    return day is not None and lost is not None and day <= lost


def withheld_ways(work: Work, case: Case, task: UserTask) -> Mapping[str, frozenset[str]]:
    """Return as `withheld`, without the ways that were safe until some day: what was explained before is recorded as it was."""
    found = withheld(work, case, task)
    if task.form_key not in _TELLING or _CHANNEL not in found:
        return found
    person = reached(work.stores.parties.of_case(case.id), work.today)
    lost = {way for way in found[_CHANNEL] if lost_on(work, case, person, way, CONTACT_WAYS) is not None}
    return {**found, _CHANNEL: found[_CHANNEL] - lost}


def unsafe_since(work: Work, case: Case, business_key: str | None) -> date | None:
    """Return the day on which who takes what is served was marked unsafe; their arrival in the case if they were before."""
    party = receiver_of(work, case, business_key)
    if party is None or not party.is_unsafe:
        return None
    return lost_on(work, case, party, HANDED) or day_of(party.added_at)


def power_ended_on(work: Work, case: Case, business_key: str | None) -> date | None:
    """Return the day on which who takes what is served for the person was removed, or lost the power to receive decisions
    (434/2003 12 §). None of the person themselves, and of a power that stands."""
    party = receiver_of(work, case, business_key)
    if party is None or party.kind == "applicant" or party.is_recipient:
        return None
    for each in reversed(work.stores.corrections.of_subject(case.id, party.id)):
        if each.before.get("is_recipient"):
            return day_of(each.made_at)
    return day_of(party.removed_at or party.added_at)


def _is_safe(party: Party, known: Mapping[str, Any], way: str, reaching: Container[str]) -> bool:
    if known["is_unsafe"]:
        return False
    # A referrer is not asked which ways are safe; somebody handed a paper needs no way.
    unasked = party.kind == "referrer" and known.get("safe_channels") is None
    return unasked or way not in reaching or way in safe_ways(known)


def lost_ways_behind(
    work: Work, case: Case, task: UserTask, answers: Mapping[str, Any]
) -> Mapping[Act, date]:
    """Return the day from which the way that the task records is not safe."""
    if task.form_key == POSTING_DECISION:
        found = lost_on(work, case, served(work, case, task.business_key), "post")
        return {Act.WAY_LOST: found} if found is not None else {}
    if task.form_key == "record_delivery":
        key = task.business_key
        ends = (unsafe_since(work, case, key), power_ended_on(work, case, key))
        found = min((each for each in ends if each is not None), default=None)
        return {Act.WAY_LOST: found} if found is not None else {}
    ways = [way for name in _WAYS.get(task.form_key or "", ()) if isinstance(way := answers.get(name), str)]
    if not ways:
        return {}
    scope = work.instances.scope_of(case, task.instance_id, task.task_key)
    found = lost_on(work, case, reader_of_paper(work, case, scope).party, ways[0])
    return {Act.WAY_LOST: found} if found is not None else {}

"""A change of a party: kept beside what was before, and followed at once by messages, links and clocks.

All of it is one transaction with the change. Pages and operations read the register as it is, so tasks that are open show
the new ways by themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.casework.asked import addresses_of, awaited, open_links
from engine.casework.code_holder import end_code_of
from engine.casework.contact_channels import named_after, reached
from engine.casework.links import LINK_OUTLIVES_DUE, address_of, new_link, send_address
from engine.casework.messages import safe_email_of
from engine.casework.search_keys import renew_search_keys
from engine.casework.target_pauses import REPORTED, end_pause_unreached, pause_again
from engine.domain.calendar import end_of
from engine.domain.cases import Case
from engine.domain.deadline_kinds import pauses_on_hold
from engine.domain.deadlines import ClockEntry, Deadline, EntryKind
from engine.domain.parties import ANSWER_REQUESTS, Ground
from engine.domain.people import Actor
from engine.errors import Conflict
from engine.executor.engine import Work
from engine.storage.outbox import Outbox, Unsent
from engine.storage.parties import Party
from engine.storage.requests import InformationRequest

PARTY = "party"
STOPPED_MESSAGES = "messages_stopped"
"""Event: messages to a party of this kind were still in the outbox, and never left."""
UNREACHED = "Kysymys ei ole tavoittanut henkilöä: viesti pidätettiin tai linkki päättyi. Kerro ensin hänelle turvallista tietä (tehtävä ”Kerro viestit, jotka eivät lähteneet”)."
_FLAGS = ("kind", "is_unsafe", "is_minor", "is_recipient", "is_protected", "powers", "authorised_on")


class QuestionUnreached(Conflict):
    sentence = UNREACHED


@dataclass(frozen=True, slots=True)
class Effects:
    """Consequences of a change that happened in its transaction."""

    withheld: int = 0
    leaving: int = 0
    """Of the withheld, those that a worker was sending at that moment: they may have left."""
    links_ended: int = 0
    links_sent: int = 0
    """New links that went to a way that is safe."""
    outdated: int = 0
    """Documents that carry the birth date from before the change."""
    is_police_owed: bool = False
    """The police have that date by an earlier notice: a letter with the right one waits to be sent."""
    is_code_ended: bool = False
    """The code of the application opens nothing any more: a new one is owed."""

    @property
    def is_untold(self) -> bool:
        """True if something did not reach the party, and no new link tells them of it, or a new code is owed."""
        return self.is_code_ended or self.withheld + self.links_ended > self.links_sent


def store_change(
    work: Work,
    case: Case,
    before: Party,
    after: Party,
    ground: Ground,
    kind: str = "change",
    actor: Actor | None = None,
) -> Effects:
    """Store the party as it is now, its history row, and what follows from the change.

    `actor` stands in the history in place of who acts, where the change came from a case that its readers may not see.
    """
    parties = work.stores.parties
    was = parties.of_case(case.id)
    changes = changes_of(before, after)
    if not any(changes.values()) and (before.held_at, before.removed_at) == (after.held_at, after.removed_at):
        return Effects()
    facts = {name: getattr(after, name) for name in (*_FLAGS, "held_at", "removed_at")}
    parties.rewrite(before, after.identity, after.contact)
    parties.change(before, **{**facts, "powers": list(after.powers)})
    if any(changes.values()) or kind == "removal":
        work.stores.corrections.add(
            case.id,
            PARTY,
            before.id,
            kind,
            ground=ground,
            changes=changes,
            actor=actor or work.actor,
            moment=work.now,
        )
    renew_search_keys(work, case.id)
    is_code_ended = end_code_of(work, case, before, after, actor or work.actor)
    effects = _follow(work, case, before, after, was, actor or work.actor)
    return replace(effects, is_code_ended=is_code_ended)


def hold(work: Work, case: Case, party: Party, *, actor: Actor | None = None) -> Effects:
    """Let nothing go to the party until a caseworker has recorded their ways: they reported that one is not safe, or
    somebody with the same way did. `actor` as in `store_change`."""
    if party.held_at is not None:
        return Effects()
    waiting = _waiting_on(work, case, party)
    effects = store_change(
        work, case, party, replace(party, held_at=work.now), Ground("reply", work.today, ""), actor=actor
    )
    for deadline in waiting:
        work.stores.deadlines.save(deadline, deadline.paused(_entry(work, EntryKind.PAUSED, actor)))
    if any(deadline.business_key for deadline in waiting):
        end_pause_unreached(work, case, actor)
    return effects


def release(work: Work, case: Case, before: Party, after: Party, ground: Ground) -> Effects:
    """Store the party as they are now. If contact was stopped, it goes on by the ways that are safe, and the clocks go on."""
    if before.held_at is not None:
        _resume_clocks(work, case, before)
    return store_change(work, case, before, replace(after, held_at=None), ground)


def _resume_clocks(work: Work, case: Case, party: Party) -> None:
    """The days that were left when the contact was stopped are left now, also to answer a request."""
    others = any(each.held_at and each.id != party.id for each in work.stores.parties.of_case(case.id))
    waiting = _waiting_on(work, case, party) if others else work.stores.deadlines.of_case(case.id)
    for deadline in waiting:
        if pauses_on_hold(deadline.name) and deadline.is_open and deadline.is_paused:
            _resume(work, case, deadline)
    pause_again(work, case)


def _resume(work: Work, case: Case, deadline: Deadline) -> None:
    resumed = deadline.resumed(_entry(work, EntryKind.RESUMED))
    work.stores.deadlines.save(deadline, resumed)
    request = work.stores.requests.find(case.id, deadline.business_key or "")
    if request is None or resumed.due_on is None or request.due_on is None:
        return
    if resumed.due_on > request.due_on:
        work.stores.requests.change(request, due_on=resumed.due_on)


def _waiting_on(work: Work, case: Case, party: Party) -> tuple[Deadline, ...]:
    """Return the open deadlines that run on contact with this party: others' go on."""
    parties = work.stores.parties.of_case(case.id)
    asked = {each.reference for each in awaited(work, case, party, parties)}
    person = reached(parties, work.today)
    return tuple(
        each
        for each in work.stores.deadlines.of_case(case.id)
        if pauses_on_hold(each.name)
        and each.is_open
        and (
            (each.business_key is None and person is not None and person.id == party.id)
            or each.business_key in asked
            or named_after(each.business_key or "", (party,)) is not None
        )
    )


def _entry(work: Work, kind: EntryKind, actor: Actor | None = None) -> ClockEntry:
    by = actor or work.actor
    return ClockEntry(kind, work.now, REPORTED, by.name, by.person_id)


def changes_of(before: Party, after: Party) -> Mapping[str, Mapping[str, tuple[Any, Any]]]:
    """Return what differs, by sealing class: field to (before, after)."""
    flags = {name: (_plain(getattr(before, name)), _plain(getattr(after, name))) for name in _FLAGS}
    return {
        "identity": _differing(before.identity, after.identity) | _unlike(flags),
        "contact": _differing(before.contact, after.contact),
    }


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return _unlike({name: (before.get(name), after.get(name)) for name in sorted({*before, *after})})


def _unlike(pairs: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """An empty answer and none are the same."""
    return {name: (old, new) for name, (old, new) in pairs.items() if (old or None) != (new or None)}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return sorted(value)
    return value if isinstance(value, bool | str) or value is None else value.isoformat()


# ---------------------------------------------------------------- what follows


def lost_addresses(before: Party, after: Party) -> frozenset[str]:
    """Return the e-mail addresses of a party to which nothing may go any more."""
    kept = safe_email_of(after)
    return addresses_of(before) - ({kept} if kept else set())


def unsent_to(work: Work, case: Case, addresses: frozenset[str]) -> tuple[Unsent, ...]:
    """Return the unsent messages to these addresses, but not those that another party may still get there."""
    others = {safe_email_of(each) for each in work.stores.parties.of_case(case.id)}
    return work.stores.outbox.unsent_to(case.id, addresses - {each for each in others if each})


def _follow(
    work: Work, case: Case, before: Party, after: Party, was: tuple[Party, ...], actor: Actor
) -> Effects:
    lost = lost_addresses(before, after)
    if not lost and safe_email_of(before) == safe_email_of(after) and not _may_answer_no_more(before, after):
        return Effects()
    withheld = unsent_to(work, case, lost)
    work.stores.outbox.withhold(withheld, work.now)
    if withheld:
        work.stores.timeline.record(
            case.id, STOPPED_MESSAGES, actor, work.now, before.kind, number=len(withheld)
        )
    leaving = sum(_is_leaving(each, work.now) for each in withheld)
    released = before.held_at is not None and after.held_at is None
    ended, sent = _renew_links(work, case, before, was, actor, released=released)
    if ended > sent and after.held_at is None:
        _pause_unreached(work, case, before, was)
    return Effects(len(withheld), leaving, ended, sent)


def _may_answer_no_more(before: Party, after: Party) -> bool:
    return ANSWER_REQUESTS in before.powers and ANSWER_REQUESTS not in after.powers


def is_unreached(work: Work, case: Case, request: InformationRequest) -> bool:
    """True of a request that never reached the person: its message was withheld or its link ended, and nobody has let
    them know another way."""
    return any(
        each.business_key == request.reference and each.is_open and is_paused_by_report(each)
        for each in work.stores.deadlines.of_case(case.id)
    )


def is_paused_by_report(deadline: Deadline) -> bool:
    """True of days to answer that stand still because the question has not reached the person."""
    last = [each.kind for each in deadline.entries if each.cause == REPORTED]
    return last[-1:] == [EntryKind.PAUSED]


def _pause_unreached(work: Work, case: Case, party: Party, was: tuple[Party, ...]) -> None:
    """The day to answer does not run while the question has not reached the one who is asked."""
    asked = {
        each.reference
        for each in awaited(work, case, party, was)
        if not any(link.is_alive(work.now) for link in work.stores.links.of_request(each.id))
    }
    pause_answers(work, case, asked)


def pause_answers(work: Work, case: Case, asked: Collection[str]) -> None:
    """Let the days to answer these requests stand still: nobody knows if the person has them."""
    for deadline in work.stores.deadlines.of_case(case.id):
        runs = deadline.is_open and pauses_on_hold(deadline.name) and not is_paused_by_report(deadline)
        if runs and deadline.business_key in asked:
            work.stores.deadlines.save(deadline, deadline.paused(_entry(work, EntryKind.PAUSED)))
    if asked:
        end_pause_unreached(work, case)


def resume_answer_days(work: Work, case: Case) -> None:
    """They know by another way what did not leave: the days that were left to answer are left now."""
    if any(each.held_at is not None for each in work.stores.parties.of_case(case.id)):
        return
    for deadline in work.stores.deadlines.of_case(case.id):
        if deadline.business_key and deadline.is_open and is_paused_by_report(deadline):
            _resume(work, case, deadline)
    pause_again(work, case)


def unreached(work: Work, case: Case) -> tuple[tuple[InformationRequest, datetime], ...]:
    """Return the open requests that never reached the person, and since when."""
    since = {
        each.business_key: next(entry.at for entry in reversed(each.entries) if entry.cause == REPORTED)
        for each in work.stores.deadlines.of_case(case.id)
        if each.is_open and is_paused_by_report(each)
    }
    asked = (each for each in work.stores.requests.of_case(case.id) if each.is_open)
    return tuple((each, since[each.reference]) for each in asked if each.reference in since)


def require_reached(work: Work, case: Case) -> None:
    """Raise QuestionUnreached if an open request never reached the person: nothing goes on as if they had not answered."""
    if unreached(work, case):
        raise QuestionUnreached


def _is_leaving(message: Unsent, moment: datetime) -> bool:
    return message.taken_at is not None and message.taken_at > moment - Outbox.TAKEN_FOR


def _renew_links(
    work: Work, case: Case, party: Party, was: tuple[Party, ...], actor: Actor, *, released: bool
) -> tuple[int, int]:
    """End the links that went the old way. Send new ones where the new way is safe; what was typed stays, behind the code."""
    ended = open_links(work, case, party, was)
    for request in ended:
        work.stores.links.revoke_of_request(request.id, work.now, keep_drafts=True)
        _record_link(work, case, actor, "request_link_revoked", request)
    sent = 0
    for request in awaited(work, case, party, was) if released else ended:
        if address_of(work, case, request) is None:
            continue
        due_at = max(end_of(request.due_on), work.now) if request.due_on else work.now
        address = new_link(work, request, due_at + LINK_OUTLIVES_DUE, keep_drafts=True)
        models = work.instances.models(case.deployment_id)
        sent += send_address(work, case, models, request, address, due_at)
        _record_link(work, case, actor, "request_link_renewed", request)
    return len(ended), sent


def _record_link(work: Work, case: Case, actor: Actor, kind: str, request: InformationRequest) -> None:
    work.stores.timeline.record(
        case.id, kind, actor, work.now, request.recipient_role, business_key=request.reference
    )


def letter_waits(work: Work, case: Case, party: Party) -> bool:
    """True if somebody is still to hand over or post a letter to them. One that has left stays on its way, and theirs."""
    return any(
        each.business_key is not None and named_after(each.business_key, (party,)) is not None
        for each in work.stores.tasks.open_in(case.id)
    )

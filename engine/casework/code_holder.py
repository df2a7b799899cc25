"""The person who holds a case's code: the open case, and what they are asked. Others may hold it too."""

from __future__ import annotations

import secrets
from typing import Final

from engine.casework.contact_channels import reached
from engine.domain.applications import CHILD_FORM
from engine.domain.cases import Case, CaseState
from engine.domain.parties import SPEAKERS
from engine.domain.people import Actor, Role
from engine.executor.engine import Work
from engine.storage.parties import Party
from engine.storage.requests import InformationRequest

ADDITION: Final = "own_addition"
"""The form of what a person adds; one question."""
CODE_ENDED: Final = "applicant_code_ended"
"""Event: the code opens nothing since then, and the person is owed another."""


def case_of(work: Work, code: str) -> Case | None:
    """Return the open case of an applicant's code; None for any other code and for a closed case, which look the same."""
    plain = "".join(character for character in code if character.isdigit())
    application = work.stores.applications.by_code(plain)
    if application is None or application.is_referrers_code:
        return None
    case = work.stores.cases.get(application.case_id)
    return None if case.state is CaseState.CLOSED else case


def asked_of_person(work: Work, case: Case) -> list[InformationRequest]:
    """Return the open questions that were sent to the person, and those of which the rest is still to come. Hearings are not
    among them: they go only by a safe way."""
    return [
        each
        for each in work.stores.requests.of_case(case.id)
        if each.kind == "information"
        and each.recipient_role == Role.APPLICANT
        and each.is_open
        and each.sent_at is not None
        and (each.answered_at is None or _awaits_rest(work, each))
    ]


def _awaits_rest(work: Work, request: InformationRequest) -> bool:
    """Return True if a part was answered: only then does a link outlive the answer."""
    return any(each.is_alive(work.now) for each in work.stores.links.of_request(request.id))


def heard_of_person(work: Work, case: Case) -> list[InformationRequest]:
    """Return the hearings that were held out to the person, or to whom they are reached through, and wait for an answer."""
    parties = work.stores.parties.of_case(case.id)
    person = next((each.id for each in parties if each.kind == "applicant"), None)
    by = reached(parties, work.today)
    theirs = {None, person, by.id if by else None}
    return [
        each
        for each in work.stores.requests.of_case(case.id)
        if each.kind == "hearing"
        and each.is_open
        and each.answered_at is None
        and each.sent_at is not None
        and each.party_id in theirs
    ]


def end_code_of(work: Work, case: Case, before: Party, after: Party, actor: Actor) -> bool:
    """End the code of an application for a child, if its sender was just marked unsafe or removed. Return True if it
    ended: the person who speaks for the child now is owed another.

    The sender has the code, and with it would go on reading the stage, answering for the child and withdrawing. A code that
    was given since ends too: nothing says to whom, and a sender who lost the first one may have it. Who holds it safely
    asks for another; an exploiter's reading is not undone.
    """
    was_cut, is_cut = (each.is_unsafe or each.removed_at is not None for each in (before, after))
    application = work.stores.applications.of_case(case.id)
    if was_cut or not is_cut or application is None or application.form_key != CHILD_FORM:
        return False
    # Rows come in the order in which they were made, and the sender's was made with the case.
    speakers = (each for each in work.stores.parties.ever_of_case(case.id) if each.kind in SPEAKERS)
    sender = next(speakers, None)
    if sender is None or sender.id != after.id:
        return False
    work.stores.applications.replace_code(application, secrets.token_urlsafe(32))
    work.stores.links.revoke_by_code(case.id, work.now)
    work.stores.own_access_sessions.end_all_of(case.id)
    work.stores.timeline.record(case.id, CODE_ENDED, actor, work.now, after.kind)
    return True

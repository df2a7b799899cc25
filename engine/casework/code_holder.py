"""The person who holds a case's code: the open case, and what they are asked. Others may hold it too."""

from __future__ import annotations

from typing import Final

from engine.casework.contact_channels import reached
from engine.domain.cases import Case, CaseState
from engine.domain.people import Role
from engine.executor.engine import Work
from engine.storage.requests import InformationRequest

ADDITION: Final = "own_addition"
"""The form of what a person adds; one question."""


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

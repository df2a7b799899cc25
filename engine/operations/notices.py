"""Notices without content to colleagues, and yes or no to a referrer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.decision_corrections import signed_last
from engine.casework.messages import (
    LETTER_WAITS,
    language_of,
    notify_managers,
    safe_email_of,
    send_to,
    send_to_staff,
)
from engine.casework.standing_in import those_there
from engine.casework.withdrawals import REFERRER_NOTICE
from engine.domain.cases import Case
from engine.domain.consents import TELL_REFERRER, is_given
from engine.domain.people import Role
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.declaration import EACH_VISIT, operation
from engine.operations.papers import write_referrer_notice
from engine.operations.posting import begin_posting


@operation(
    label="Ilmoita käsittelijälle",
    sentence="Lähettää asian käsittelijälle ilmoituksen, jossa ei ole sisältöä. Jos käsittelijää ei ole, "
    "ilmoitus lähtee tiimin käsittelijöille.",
    inputs={"topic": "text"},
    outputs={},
    sends="ilmoitus käsittelijälle",
    records=("assignee_notified",),
    once=EACH_VISIT,
)
def notify_assignee(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    notify_caseworker(work, case, models)
    work.record(case.id, "assignee_notified", str(call.variables.get("topic") or ""))
    return {}


def notify_caseworker(work: Work, case: Case, models: CompiledModels) -> None:
    """Notify the caseworker of the case and who stands in for them, or all caseworkers of its team if it has none: and
    those who register it, as long as nobody has. The heads too where the caseworker is away and nobody stands in."""
    if case.caseworker_id is not None:
        for person in those_there(work, case, case.caseworker_id):
            send_to_staff(work, models, case.id, person)
        return
    people = {each.id: each for role in _waiting_roles(case) for each in work.stores.people.with_role(role)}
    for person in people.values():
        if case.team is None or person.team in (None, case.team):
            send_to_staff(work, models, case.id, person)


def _waiting_roles(case: Case) -> tuple[Role, ...]:
    return (Role.CASEWORKER,) if case.pending_at is not None else (Role.INTAKE, Role.CASEWORKER)


@operation(
    label="Ilmoita esihenkilölle",
    sentence="Lähettää esihenkilöille ilmoituksen, jossa ei ole sisältöä.",
    inputs={"topic": "text"},
    outputs={},
    sends="ilmoitus esihenkilölle",
    records=("manager_notified",),
    once=EACH_VISIT,
)
def notify_manager(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    notify_managers(work, models, case.id, str(call.variables.get("topic") or ""))
    return {}


def _was_written(work: Work, case: Case) -> bool:
    """True when the referrer has a letter on the newest signed resolution: service that begins again says nothing new."""
    resolution = signed_last(work, case, "admission")
    signed_at = resolution.signed_at if resolution is not None else None
    return signed_at is not None and any(
        each.subject == REFERRER_NOTICE and each.at > signed_at
        for each in work.stores.timeline.of_case(case.id, "letter_written")
    )


@operation(
    label="Kerro ratkaisu ohjaajalle",
    sentence="Laatii ohjaajalle kirjeen, jossa on kyllä tai ei, jos henkilö on antanut siihen suostumuksen: ihminen lähettää "
    "sen. Muuten ei tee mitään.",
    inputs={"outcome": "text"},
    outputs={"written": "boolean"},
    sends="viesti ohjaajalle",
    records=("letter_written", "left_to_people"),
    once=EACH_VISIT,
)
def notify_referrer(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """Write the referrer a letter with yes or no, for a person to send, and a message, which others may read, without even
    that. The referrer is notified when the letter has left (`recordings/paper.py`)."""
    if not is_given(work.stores.consents.of_case(case.id), TELL_REFERRER):
        return {"written": False}
    referrer = next((each for each in work.stores.parties.of_case(case.id) if each.kind == "referrer"), None)
    if referrer is None or referrer.is_unsafe or _was_written(work, case):
        return {"written": False}
    letter = write_referrer_notice(work, case, models, call.variables.get("outcome"))
    if letter is None:
        return {"written": False}
    begin_posting(work, case, models, REFERRER_NOTICE, letter, Role.REFERRER.value)
    email = safe_email_of(referrer)
    language = language_of(referrer, case)
    send_to(work, models, case.id, LETTER_WAITS, email=email, language=language, values={})
    return {"written": True}

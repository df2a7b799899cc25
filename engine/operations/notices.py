"""Content-free notices to colleagues, yes or no to a referrer, and the few lawful notices to others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.messages import safe_email_of, send_to, send_to_staff
from engine.domain.cases import Case
from engine.domain.people import Role
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.papers import write_referrer_notice


def notify_assignee(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """To the caseworker of the case; to the team when it has none."""
    tell_caseworker(work, case, models)
    work.record(case.id, "assignee_notified", str(call.variables.get("topic") or ""))
    return {}


def tell_caseworker(work: Work, case: Case, models: CompiledModels) -> None:
    if case.caseworker_id is not None:
        send_to_staff(work, models, case.id, work.stores.people.get(case.caseworker_id))
        return
    for person in work.stores.people.with_role(Role.CASEWORKER):
        if case.unit is None or person.unit in (None, case.unit):
            send_to_staff(work, models, case.id, person)


def notify_manager(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    for person in work.stores.people.with_role(Role.MANAGER):
        send_to_staff(work, models, case.id, person)
    work.record(case.id, "manager_notified", str(call.variables.get("topic") or ""))
    return {}


def tell_outcome_to_referrer(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    """Only with the person's consent. A letter says yes or no; the message, which others may read, not even that."""
    consents = [
        each for each in work.stores.consents.of_case(case.id) if each.purpose == "tell_referrer_outcome"
    ]
    if not consents or consents[-1].state != "given":
        return {"told": False}
    referrer = next((each for each in work.stores.parties.of_case(case.id) if each.kind == "referrer"), None)
    if referrer is None or referrer.is_unsafe:
        return {"told": False}
    write_referrer_notice(work, case, models, call.variables.get("outcome"))
    told = send_to(
        work,
        models,
        case.id,
        "mail_message_closed",
        email=safe_email_of(referrer),
        language=case.language,
        values={},
    )
    work.record(case.id, "referrer_told", "with_consent", sent=told)
    return {"told": told}


def notify_police_of_reflection_period(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    """The police are told of the reflection-period decision and of nothing else (301/2004 52 b-52 c §).

    What is told is put down here; a caseworker hands it over by the secure channel agreed with the police.
    """
    until = call.variables.get("reflection_until")
    work.record(case.id, "police_notified", "reflection_period", until=str(until) if until else None)
    return {"police_notified_at": work.now}


def hand_over_service_needs(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    """To whoever organises help (746/2011 38 a §)."""
    work.record(case.id, "service_needs_handed_over", str(call.variables.get("service_organiser") or ""))
    return {"handed_over_at": work.now}

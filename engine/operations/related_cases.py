"""Cases that belong together: children of an applicant, and transfers to another authority."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.messages import language_of, safe_email_of, send_to
from engine.domain.cases import Case, CaseState, Outcome
from engine.executor import Work
from engine.feel.values import to_json
from engine.instances import CompiledModels
from engine.instances.opening import open_new_case
from engine.operations.papers import write_transfer
from engine.storage.parties import Party

WAITS_FOR_PARENT = "parent_decided"


def record_transfer(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """Transfer to the competent authority and tell the sender (434/2003 21 §); the person first, where that is safe."""
    parties = work.stores.parties.of_case(case.id)
    for kind in ("applicant", "referrer"):
        party = next((each for each in parties if each.kind == kind), None)
        send_to(
            work,
            models,
            case.id,
            "mail_message_closed",
            email=safe_email_of(party),
            language=language_of(party, case),
            values={},
        )
    transfer_to = str(call.variables.get("transfer_to") or "")
    write_transfer(work, case, models, transfer_to)
    work.change_case(case.id, outcome=Outcome.TRANSFERRED)
    work.record(case.id, "transferred", transfer_to)
    _tell_children(work, case, Outcome.TRANSFERRED)
    return {"transferred_at": work.now}


def start_child_cases(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    """Each child is a matter of its own, with its own ground (746/2011 35 § 3), begun through a due row."""
    if case.parent_id is not None:
        return {"child_cases": []}
    existing = work.stores.cases.children_of(case.id)
    begun = {_name_of(work, child) for child in existing}
    references = [child.reference for child in existing]
    for party in work.stores.parties.of_case(case.id):
        if party.kind != "child" or party.name in begun or party.identity.get("in_finland") == "no":
            continue
        child = open_new_case(
            work.stores,
            channel=case.channel,
            language=case.language,
            received_at=case.received_at,
            deployment_id=case.deployment_id,
            parent_id=case.id,
            unit=case.unit,
            is_restricted=case.is_restricted,
        )
        # The child's file names the parent: whoever is kept from the one is kept from the other.
        work.stores.cases.keep_the_same_away(case.id, child.id, work.now)
        _copy_parties(work, case, child, party.identity)
        variables = {
            **_inherited(call.variables),
            "ground_sought": None if _is_minor(work, case) else "35_3",
            "case_reference": child.reference,
            "parent_case": case.reference,
        }
        message = {"self": "application_received", "referral": "referral_received"}.get(
            case.channel.value, "urgent_call_received"
        )
        work.stores.starts.add(child.id, message, to_json(variables), work.now)
        work.record(child.id, "application_received", "child")
        work.record(case.id, "child_case_opened", child.reference)
        references.append(child.reference)
    return {"child_cases": references}


def _inherited(variables: Mapping[str, Any]) -> dict[str, Any]:
    """What holds for the child as for the parent; the rest is asked at its own registration."""
    names = (
        "channel",
        "received_at",
        "language",
        "region",
        "in_danger",
        "removal_on",
        "accommodation_needed",
        "consent_recorded_by_referrer",
        "wants_reminders",
    )
    told = {name: variables.get(name) for name in names}
    return {
        **told,
        "is_child": True,
        "has_children": False,
        "account_known": "no",
        "help_need_known": "no",
    }


def _copy_parties(work: Work, parent: Case, child: Case, identity: Mapping[str, Any]) -> None:
    work.stores.parties.add(child.id, "applicant", identity, {}, work.now, is_minor=True, is_recipient=True)
    guardian = _guardian_for_children(work, parent)
    if guardian is not None:
        work.stores.parties.add(
            child.id,
            "guardian",
            guardian.identity,
            guardian.contact,
            work.now,
            is_unsafe=guardian.is_unsafe,
            is_recipient=not guardian.is_unsafe,
        )


def _is_minor(work: Work, case: Case) -> bool:
    """A child of a child applied for is a brother or sister, whose ground is not the other's."""
    person = work.stores.parties.applicant_of(case.id)
    return person is not None and person.is_minor


def _guardian_for_children(work: Work, case: Case) -> Party | None:
    """The person, or whoever speaks for them where the person is a child: then the others are brothers and sisters."""
    person = work.stores.parties.applicant_of(case.id)
    if person is None or not person.is_minor:
        return person
    parties = work.stores.parties.of_case(case.id)
    return next((each for each in parties if each.kind in ("guardian", "representative")), None)


def _name_of(work: Work, case: Case) -> str:
    party = work.stores.parties.applicant_of(case.id)
    return party.name if party is not None else ""


def look_up_parent(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """The parent's signed outcome; null while it is open, "none" when there is no parent's case."""
    if case.parent_id is None:
        return {"parent_outcome": "none"}
    parent = work.stores.cases.get(case.parent_id)
    return {"parent_outcome": parent.outcome.value if parent.outcome else None}


def tell_linked_cases(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    """A child's 35.3 signature waits for the parent's outcome: it is told in transactions of their own."""
    outcome = call.variables.get("outcome")
    return {"told": _tell_children(work, case, Outcome(outcome)) if outcome else 0}


def _tell_children(work: Work, case: Case, outcome: Outcome) -> int:
    told = 0
    for child in work.stores.cases.children_of(case.id):
        if child.state is not CaseState.CLOSED:
            work.stores.starts.add(child.id, WAITS_FOR_PARENT, {"parent_outcome": outcome.value}, work.now)
            told += 1
    return told


def age_on(identity: Mapping[str, Any], day: date) -> int | None:
    """Whole years; None when the birth date is not known."""
    told = identity.get("born_on")
    if not isinstance(told, str):
        return None
    born_on = date.fromisoformat(told)
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))

"""Related cases: children of an applicant, and transfers to another authority."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.case_dates import is_of_siblings, parents_case_of
from engine.casework.child_in_application import answer_about, answers_on
from engine.casework.childrens_decisions import reconsider_children
from engine.casework.childs_ground import OF_PARENT, outcome_in_force, parent_of
from engine.casework.contact_channels import reached
from engine.casework.contact_reports import stop_as_in
from engine.casework.messages import LETTER_WAITS, language_of, safe_email_of, send_to
from engine.casework.parties_heard import speaks_for_a_child
from engine.casework.restricting import FROM_PARENT, note_restriction
from engine.casework.search_keys import renew_search_keys
from engine.casework.unsafe_persons import mark_if_known
from engine.domain.cases import Case, CaseState, Outcome
from engine.executor import Work
from engine.feel.values import to_json
from engine.instances import CompiledModels
from engine.instances.opening import open_new_case
from engine.operations.declaration import EACH_CASE, EACH_VISIT, READS_ONLY, operation
from engine.operations.papers import write_transfer
from engine.operations.posting import begin_posting
from engine.storage.parties import Party
from engine.storage.submissions import Submission

WAITS_FOR_PARENT = "parent_decided"


@operation(
    label="Siirrä toimivaltaiselle viranomaiselle",
    sentence="Merkitsee asian siirretyksi (434/2003 21 §) ja laatii siitä kirjeet henkilölle ja lähettäjälle: ihminen postittaa "
    "ne. Lasten asiat saavat tiedon ratkaisusta.",
    inputs={"transfer_to": "text"},
    outputs={"transferred_at": "date and time"},
    sends="siirtokirje",
    records=("transferred", "letter_written", "left_to_people"),
    once=EACH_CASE,
)
def record_transfer(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    parties = work.stores.parties.of_case(case.id)
    referrer = next((each for each in parties if each.kind == "referrer"), None)
    for party in (reached(parties, work.today), referrer):
        send_to(
            work,
            models,
            case.id,
            LETTER_WAITS,
            email=safe_email_of(party),
            language=language_of(party, case),
            values={},
        )
    transfer_to = str(call.variables.get("transfer_to") or "")
    for reader, letter in write_transfer(work, case, models, transfer_to).items():
        paper = "transferred" if reader == "applicant" else "transferred_sender"
        begin_posting(work, case, models, paper, letter, reader)
    work.change_case(case.id, outcome=Outcome.TRANSFERRED)
    work.record(case.id, "transferred", transfer_to)
    _notify_children(work, case, Outcome.TRANSFERRED)
    return {"transferred_at": work.now}


@operation(
    label="Avaa lasten omat asiat",
    sentence="Avaa oman asian jokaiselle hakemuksessa nimetylle Suomessa olevalle lapselle, jolla ei vielä ole asiaa "
    "(746/2011 35 § 3 momentti). Lapsen omasta asiasta ei avata uusia.",
    inputs={
        "channel": "text",
        "applied_by": "text",
        "received_at": "date and time",
        "language": "text",
        "region": "text",
        "in_danger": "text",
        "in_detention": "text",
        "removal_known": "text",
        "removal_on": "date",
        "accommodation_needed": "text",
        "child_with": "text",
        "children_with": "text",
        "consent_recorded_by_referrer": "boolean",
        "wants_reminders": "boolean",
    },
    outputs={"child_cases": "list of text"},
    records=("application_received", "child_case_opened", "case_restricted"),
    once=EACH_VISIT,
)
def start_child_cases(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    """Open a case for each child. Each is started by the worker, in a transaction of its own."""
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
            now=work.now,
            deployment_id=case.deployment_id,
            parent_id=case.id,
            team=case.team,
            is_restricted=case.is_restricted,
        )
        # The child's file names the parent: staff kept from the one are kept from the other.
        work.stores.cases.keep_the_same_away(case.id, child.id, work.now)
        _copy_parties(work, case, child, party)
        if child.is_restricted:
            note_restriction(work, child, FROM_PARENT, is_restricted=True)
        variables = {
            **_inherited(call.variables),
            **_known_of(answers_on(work, case, party.identity)),
            "ground_sought": None if _is_minor(work, case) else "35_3",
            "case_reference": child.reference,
            "parent_case": case.reference,
        }
        work.stores.starts.add(child.id, case.channel.message, to_json(variables), work.now)
        work.record(child.id, "application_received", "child")
        work.record(case.id, "child_case_opened", child.reference)
        references.append(child.reference)
    return {"child_cases": references}


def _inherited(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the variables that hold for the child as for the parent; the others are asked when the child is registered."""
    names = (
        "channel",
        "applied_by",
        "received_at",
        "language",
        "region",
        "in_danger",
        "in_detention",
        "removal_known",
        "removal_on",
        "accommodation_needed",
        "consent_recorded_by_referrer",
        "wants_reminders",
    )
    return {
        **{name: variables.get(name) for name in names},
        "is_child": True,
        "has_children": False,
        # Where the person is a child, the others are brothers and sisters, asked about together.
        "child_with": variables.get("child_with") or _as_of_child(variables.get("children_with")),
    }


def _known_of(answers: tuple[Submission, ...]) -> dict[str, str]:
    """Return if the application says what happened to the child, and which help the child needs."""
    asked = {"account_known": "account", "help_need_known": "help_needed"}
    return {name: "yes" if answer_about(answers, each) else "no" for name, each in asked.items()}


def _as_of_child(children_with: str | None) -> str | None:
    return "safe_adult" if children_with == "with_parent" else children_with


def _copy_parties(work: Work, parent: Case, child: Case, party: Party) -> None:
    work.stores.parties.add(
        child.id,
        "applicant",
        party.identity,
        {},
        work.now,
        is_minor=True,
        is_recipient=True,
        is_protected=party.is_protected,
    )
    for speaker in _speakers_for_children(work, parent):
        is_trustee = speaker.kind == "trustee"
        added = work.stores.parties.add(
            child.id,
            # A representative or a trustee of a child is not the guardian of another (746/2011 39 §, 442/1999 11 §).
            "guardian" if speaker.kind == "applicant" else speaker.kind,
            speaker.identity,
            speaker.contact,
            work.now,
            is_unsafe=speaker.is_unsafe,
            is_recipient=True,
            is_protected=speaker.is_protected,
            powers=speaker.powers if is_trustee else (),
            authorised_on=speaker.authorised_on if is_trustee else None,
        )
        copied = mark_if_known(work, child, work.stores.parties.get(child.id, added))
        if speaker.held_at is not None:
            stop_as_in(work, child, copied)
    # The stop has stored the keys once already: adding the same again would be a second row of each.
    renew_search_keys(work, child.id)


def _is_minor(work: Work, case: Case) -> bool:
    """Return True for a child's own case. Children named in it are siblings, with grounds of their own."""
    person = work.stores.parties.applicant_of(case.id)
    return person is not None and person.is_minor_on(work.today)


def _speakers_for_children(work: Work, case: Case) -> list[Party]:
    """Return who speaks for the children: the person, or for a child's case its guardian. Where it has none, or one marked
    unsafe, also the representative, or the trustee whose power covers receiving."""
    person = work.stores.parties.applicant_of(case.id)
    if person is None:
        return []
    if not person.is_minor_on(work.today):
        return [person]
    parties = work.stores.parties.of_case(case.id)
    found = [each for each in parties if each.kind == "guardian"][:1]
    if not any(speaks_for_a_child(each) for each in found):
        others = [each for each in parties if each.kind != "guardian" and speaks_for_a_child(each)]
        found += others[:1]
    return found


def _name_of(work: Work, case: Case) -> str:
    party = work.stores.parties.applicant_of(case.id)
    return party.name if party is not None else ""


@operation(
    label="Katso vanhemman asia",
    sentence="Antaa vanhemman asian ratkaisun, jos se on allekirjoitettu ja lähtenyt. Arvo on null, kun asia on kesken tai oikeus on "
    "palauttanut sen, ja ”none”, kun vanhemman asiaa ei ole.",
    inputs={},
    outputs={"parent_outcome": "text"},
    once=READS_ONLY,
)
def look_up_parent(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    parent_id = parents_case_of(work, case)
    if parent_id is None:
        # Nobody waits for a case that the assessment names: what it has decided by now is known.
        named = parent_of(work, case)
        outcome = outcome_in_force(work, named) if named is not None else None
        return {"parent_outcome": outcome.value if outcome in OF_PARENT else "none"}
    decided = outcome_in_force(work, work.stores.cases.get(parent_id))
    return {"parent_outcome": decided.value if decided else None}


@operation(
    label="Kerro ratkaisu lasten asioihin",
    sentence="Vie ratkaisun avoimiin lasten asioihin viestinä parent_decided: lapsen päätös odottaa vanhemman ratkaisua. "
    "Jos vanhempaa ei oteta, avaa tehtävän arvioida, onko lapsen jo tehty päätös korjattava.",
    inputs={"outcome": "text"},
    outputs={"notified": "number"},
    records=("parent_admission_ended",),
    once=EACH_VISIT,
)
def notify_linked_cases(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    """Send the outcome to linked cases. The worker delivers each in a transaction of its own."""
    outcome = call.variables.get("outcome")
    if outcome and outcome not in OF_PARENT:
        reconsider_children(work, case)
    return {"notified": _notify_children(work, case, Outcome(outcome)) if outcome else 0}


def _notify_children(work: Work, case: Case, outcome: Outcome) -> int:
    if is_of_siblings(work, case.id):
        # A sibling's outcome is no parent's (746/2011 35 § 3 mom.).
        return 0
    open_cases = [
        child for child in work.stores.cases.children_of(case.id) if child.state is not CaseState.CLOSED
    ]
    for child in open_cases:
        work.stores.starts.add(child.id, WAITS_FOR_PARENT, {"parent_outcome": outcome.value}, work.now)
    return len(open_cases)

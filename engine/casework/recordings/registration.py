"""Registering a matter: when it became pending, whom it concerns, whom to keep away from it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from engine.casework.application_parties import first_entry
from engine.casework.notices import owe_notices
from engine.casework.party_changes import store_change
from engine.casework.recordings.recording import Recording
from engine.clock import noon_of
from engine.domain.ages import age_of
from engine.domain.cases import CaseState
from engine.domain.consents import DISCLOSURES, is_given
from engine.domain.law import ADULT_AGE
from engine.domain.parties import Ground
from engine.errors import Invalid
from engine.executor import Work

AT_REGISTRATION = Ground("registration", None, "")
TEAMS = {"south": "south", "west": "west", "east": "east", "north": "north", "aland": "south"}
"""Region of the person to the team that handles the case; an unknown region is everyone's."""


def record_registration(work: Work, recording: Recording) -> None:
    """Register the case. Legally it becomes pending when identity and the necessary data are recorded (434/2003 20 §)."""
    case = recording.case
    pending_on = recording.day("pending_on") or work.today
    _require_age_as_born(work, recording)
    _require_ground_for_police(work, recording)
    facts: dict[str, object] = {
        "state": CaseState.PENDING,
        "pending_at": noon_of(pending_on) if pending_on != work.today else work.now,
        "is_restricted": recording.text("restricted") == "yes",
        "team": TEAMS.get(recording.text("region")),
    }
    if recording.text("caseworker"):
        facts["caseworker_id"] = UUID(recording.text("caseworker"))
    if recording.text("language") in ("fi", "sv"):
        facts["language"] = recording.text("language")
    work.change_case(case.id, **facts)
    _correct_person(work, recording)
    _mark_unsafe(work, recording)
    _add_children(work, recording)
    _record_disqualification(work, recording)
    owe_notices(
        work,
        case,
        child_welfare=recording.text("child_welfare_considered"),
        representative=recording.text("representative_state"),
    )
    work.record(case.id, "registered", pending_on=pending_on.isoformat())


def _require_ground_for_police(work: Work, recording: Recording) -> None:
    """Refuse a transfer to the police on a consent that nobody recorded. The registrar alone can not decide on it."""
    if recording.text("transfer_to") != "police" or recording.text("transfer_ground") != "consent":
        return
    entries = work.stores.consents.of_case(recording.case.id)
    if not any(is_given(entries, purpose, "police") for purpose in DISCLOSURES):
        raise Invalid(
            "Henkilön suostumusta siihen, että poliisi saa tiedon, ei ole kirjattu. Se kirjataan ensin asian sivulla.",
            field="transfer_ground",
        )


def _require_age_as_born(work: Work, recording: Recording) -> None:
    """Refuse "not a child" for a birth date that says otherwise. A doubt about the date is answered with yes."""
    given = first_entry(recording.register_entries, "person").identity
    known = work.stores.parties.applicant_of(recording.case.id)
    age = age_of({**(known.identity if known is not None else {}), **given}, work.today)
    if age is not None and age < ADULT_AGE and recording.text("is_child") == "no":
        raise Invalid(
            "Syntymäajan mukaan henkilö on alle 18-vuotias. Vastaa kyllä tai korjaa syntymäaika.",
            field="is_child",
        )


def _correct_person(work: Work, recording: Recording) -> None:
    applicant = work.stores.parties.applicant_of(recording.case.id)
    if applicant is None:
        return
    corrected = first_entry(recording.register_entries, "person")
    if corrected.identity or corrected.contact:
        identity = {**applicant.identity, **corrected.identity}
        contact = {**applicant.contact, **corrected.contact}
        is_minor = applicant.is_minor or recording.text("is_child") == "yes"
        after = replace(applicant, identity=identity, contact=contact, is_minor=is_minor)
        store_change(work, recording.case, applicant, after, AT_REGISTRATION)
    elif recording.text("is_child") == "yes" and not applicant.is_minor:
        store_change(work, recording.case, applicant, replace(applicant, is_minor=True), AT_REGISTRATION)


def _mark_unsafe(work: Work, recording: Recording) -> None:
    """Mark parties who may be the exploiter: no message, access, hearing or service goes through them."""
    parties = work.stores.parties.of_case(recording.case.id)
    entries = recording.register_entries.get("unsafe", ())
    for number, row in enumerate(recording.rows("unsafe_parties")):
        kind = str(row.get("part", "other"))
        known = next((party for party in parties if party.kind == kind), None)
        if known is None:
            identity = entries[number].identity if entries else {}
            work.stores.parties.add(recording.case.id, kind, identity, {}, work.now, is_unsafe=True)
        elif not known.is_unsafe:
            store_change(work, recording.case, known, replace(known, is_unsafe=True), AT_REGISTRATION)
        work.record(recording.case.id, "party_marked_unsafe", kind)


def _add_children(work: Work, recording: Recording) -> None:
    """Add children first named at registration as parties; each later becomes a case of their own."""
    parties = work.stores.parties.of_case(recording.case.id)
    known = {party.name for party in parties if party.kind in ("child", "applicant")}
    for child in recording.register_entries.get("child", ()):
        name = " ".join(
            str(child.identity.get(part) or "") for part in ("given_names", "family_name")
        ).strip()
        if name not in known:
            work.stores.parties.add(recording.case.id, "child", child.identity, {}, work.now, is_minor=True)


def _record_disqualification(work: Work, recording: Recording) -> None:
    """Keep a disqualified official out of the whole case from now on (434/2003 27-30 §)."""
    person_id = recording.text("disqualified_person")
    if recording.text("disqualified_staff") == "yes" and person_id:
        # The reason stays sealed with the form's answers; this table holds only the fact.
        work.stores.cases.disqualify(recording.case.id, UUID(person_id), "434/2003 27-30 §", work.now)
        work.record(recording.case.id, "staff_disqualified", person_id)

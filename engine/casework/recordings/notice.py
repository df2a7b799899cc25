"""A notice to somebody who is no party: written on a ground, sent by a person on a day that fits."""

from __future__ import annotations

from datetime import date

from engine.casework.notices import owe_notice, owe_notices
from engine.casework.police_notices import notice_in_place
from engine.casework.recordings.age import require_speaker
from engine.casework.recordings.consent import CONSENT_TEXT
from engine.casework.recordings.recording import Recording
from engine.clock import day_of
from engine.domain.ages import age_of
from engine.domain.chronology import Act, Dated, explained
from engine.domain.consents import CRIME_REPORT, POLICE, is_withdrawn
from engine.errors import Invalid
from engine.executor import Work


class PoliceConsentWithdrawn(Invalid):
    sentence = "Henkilö on perunut suostumuksensa. Ilmoitus ei lähde poliisille sen perusteella."


class NoticeOvertaken(Invalid):
    sentence = (
        "Päätös on korjattu sen jälkeen, kun tämä ilmoitus laadittiin. Älä lähetä sitä: valitse ”Ei lähde”, niin ilmoitus "
        "laaditaan heti uudelleen."
    )


def record_notice(work: Work, recording: Recording) -> None:
    """Record that the document left, in the words of the one who sent it; its text and its ground stand in the document."""
    case, task = recording.case, recording.task
    scope = work.instances.scope_of(case, task.instance_id, task.task_key)
    kind = str(scope.get("notice") or "")
    document = str(scope.get("notice_document") or "") or None
    if recording.text("notice_state") != "sent":
        work.record(case.id, "notice_not_sent", kind, business_key=task.business_key, document=document)
        return
    if "consent" in (scope.get("police_ground"), scope.get("transfer_ground")) and is_withdrawn(
        work.stores.consents.of_case(case.id), CRIME_REPORT, POLICE
    ):
        raise PoliceConsentWithdrawn(field="notice_state")
    document = _standing(work, recording, document)
    sent_on = recording.day("sent_on") or work.today
    documents = {str(each.id): each.created_at for each in work.stores.documents.of_case(case.id)}
    made_at = documents.get(str(document))
    if made_at is not None:
        made = {Act.NOTICE_MADE: day_of(made_at)}
        explained({"sent_on": Dated(Act.NOTICE_SENT, sent_on)}, made, work.today, {})
    work.record(
        case.id,
        "notice_sent",
        kind,
        business_key=task.business_key,
        sent_on=sent_on.isoformat(),
        way=recording.text("notice_channel"),
        document=document,
    )


def _standing(work: Work, recording: Recording, document: str | None) -> str | None:
    """Return the notice that the task offers. Refuse one of a decision that has been corrected since."""
    case = recording.case
    documents = work.stores.documents.of_case(case.id)
    shown = next((each for each in documents if str(each.id) == document), None)
    if shown is None:
        return document
    offered, is_overtaken = notice_in_place(documents, work.stores.resolutions.of_case(case.id), shown)
    if is_overtaken and offered is shown:
        raise NoticeOvertaken(field="notice_state")
    return str(offered.id)


def record_notice_text(work: Work, recording: Recording) -> None:
    """An offence against a child is notified to child welfare as well (417/2007 25 §); a consent is an entry of the ledger."""
    if recording.text("notice") != "police":
        return
    if recording.text("police_ground") == "child_offence":
        owe_notice(work, recording.case, "child_welfare")
    if recording.text("police_ground") == "consent":
        _record_consent(
            work, recording, recording.day("police_consent_on"), recording.text("police_consent_how")
        )


def record_transfer_ground(work: Work, recording: Recording) -> None:
    """A consent to give the case to the police is an entry of the ledger."""
    if recording.text("transfer_ground") == "consent":
        _record_consent(
            work, recording, recording.day("transfer_consent_on"), recording.text("transfer_ground_reasons")
        )


def _record_consent(work: Work, recording: Recording, given_on: date | None, note: str) -> None:
    work.stores.consents.record(
        recording.case.id,
        purpose=CRIME_REPORT,
        recipient=POLICE,
        state="given",
        text_version=CONSENT_TEXT,
        recorded_by_role=recording.task.candidate_group.value,
        moment=work.now,
        language=recording.text("consent_language") or None,
        given_on=given_on,
        recorded_by=work.actor.person_id,
        note=note,
    )


def record_facts(work: Work, recording: Recording) -> None:
    """Begin the notices that the facts oblige to. Refuse that a child under fifteen speaks alone."""
    if recording.text("representative_state") == "not_needed":
        person = work.stores.parties.applicant_of(recording.case.id)
        require_speaker(recording, age_of(person.identity, work.today) if person is not None else None)
    owe_notices(
        work,
        recording.case,
        child_welfare=recording.text("child_welfare_considered"),
        representative=recording.text("representative_state"),
    )

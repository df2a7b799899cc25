"""A notice to somebody who is no party: written on a ground, sent by a person on a day that fits."""

from __future__ import annotations

from datetime import date
from typing import Final

from engine.casework.clienthood import ended_on, is_handed_over_no_more
from engine.casework.contact_disclosed import REWRITE, is_written_anew, names_old_ways, notice_of
from engine.casework.notices import CHILD_WELFARE, GUARDIAN_APPLICATION, owe_notice, owe_notices
from engine.casework.official_requests import NamesPolice, names_police
from engine.casework.police_notices import (
    NOT_OWED,
    announced_in,
    notice_in_place,
    offers_none,
    owes_none,
    standing,
)
from engine.casework.recordings.age import require_speaker
from engine.casework.recordings.consent import CONSENT_TEXT
from engine.casework.recordings.recording import Recording
from engine.casework.reflection_periods import owe_move
from engine.casework.speakers import OF_CHILDREN, SpeakerOfChildren, is_adult
from engine.casework.spoken_decisions import require_not_admitted
from engine.casework.tracing import TRACING, owe_tracing, require_traceable
from engine.casework.withdrawals import withdrawal_behind_notice
from engine.clock import day_of
from engine.domain.acts import Act
from engine.domain.ages import age_of
from engine.domain.chronology import Dated, explained
from engine.domain.consents import CRIME_REPORT, POLICE
from engine.errors import Invalid
from engine.executor import Work
from engine.feel.values import from_json

TRANSFER: Final = "transfer"
_OBLIGES: Final = {
    CHILD_WELFARE: ("child_welfare_considered", "to_be_made"),
    GUARDIAN_APPLICATION: ("representative_state", "missing"),
}
"""Question and answer that oblige to each notice."""


class PoliceConsentWithdrawn(Invalid):
    sentence = "Henkilö on perunut suostumuksensa. Ilmoitus ei lähde poliisille sen perusteella."


class NoticeOvertaken(Invalid):
    sentence = (
        "Päätös on korjattu sen jälkeen, kun tämä ilmoitus laadittiin. Älä lähetä sitä: valitse ”Ei lähde”, niin ilmoitus "
        "laaditaan heti uudelleen."
    )


class HandedOverNoMore(Invalid):
    sentence = (
        "Henkilö ei ole enää asiakas, eikä hänestä kerrota avun järjestäjälle. Valitse ”Ei lähde, syy alla”. Jos kirje lähti ennen "
        "kuin asiakkuus päättyi, merkitse se päivä."
    )


class NoticeNotOwed(Invalid):
    sentence = (
        "Päätös, josta ilmoitus tehtiin, on ratkaistu uudelleen: aikaa ei annettu tai jatkettu. Poliisille ei ole ilmoitettu "
        "päätöksestä, eikä siitä enää kerrota."
    )


class NoticeOwed(Invalid):
    sentence = "Päätöstä, josta ilmoitetaan, ei ole ratkaistu uudelleen kielteiseksi. Lähetä ilmoitus, tai kirjoita, miksi se ei lähde."


class NamesOldWays(Invalid):
    sentence = (
        "Henkilön yhteystavat ovat muuttuneet sen jälkeen, kun tämä asiakirja laadittiin. Älä lähetä sitä: valitse, että se "
        "laaditaan uudelleen."
    )


class NamesOldWaysBefore(Invalid):
    sentence = (
        "Henkilön yhteystavat ovat muuttuneet sen jälkeen, kun tämä asiakirja laadittiin. Älä lähetä sitä. Asia kulkee mallin "
        "aiemmassa versiossa, jossa sitä ei voi laatia uudelleen: pyydä prosessin omistajaa siirtämään asia uuteen versioon, ja "
        "jätä tehtävä siihen asti auki."
    )


class WaysAreRight(Invalid):
    sentence = "Henkilön yhteystavat eivät ole muuttuneet sen jälkeen, kun tämä asiakirja laadittiin. Lähetä se, tai kirjoita, miksi se ei lähde."


class NotEnoughKnown(Invalid):
    sentence = (
        "Vastasit, ettei tiedetä, mitä on tapahtunut tai millaista apua henkilö tarvitsee. Kirjoita, miksi asian voi silti "
        "ratkaista, tai pyydä lisää tietoa."
    )


def record_notice(work: Work, recording: Recording) -> None:
    """Record that the document left, in the words of the one who sent it; its text and its ground stand in the document."""
    case, task = recording.case, recording.task
    scope = work.instances.scope_of(case, task.instance_id, task.task_key)
    kind = str(scope.get("notice") or "")
    document = str(scope.get("notice_document") or "") or None
    state = recording.text("notice_state")
    _require_owed(work, recording, state)
    _require_ways_of_today(work, recording, state)
    if state != "sent":
        work.record(
            case.id,
            "notice_not_owed" if state == NOT_OWED else "notice_not_sent",
            kind,
            business_key=task.business_key,
            document=document,
        )
        return
    sent_on = recording.day("sent_on") or work.today
    # Before the withdrawal it had left; on the same day with a reason (`ORDERS` of `domain/chronology.py`).
    if any(sent_on > withdrawn for withdrawn in withdrawal_behind_notice(work, case, task).values()):
        raise PoliceConsentWithdrawn(field="notice_state")
    if is_handed_over_no_more(work, case, task) and sent_on >= ended_on(work, case):
        raise HandedOverNoMore(field="notice_state")
    if kind == TRACING:
        require_traceable(work, recording.case, "notice_state")
    if kind == TRANSFER:
        require_not_admitted(work, case, field="notice_state")
    document = _standing(work, recording, document)
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


def _require_owed(work: Work, recording: Recording, state: str) -> None:
    """Refuse to send, or to put off, what is not owed any more, and to call off what is."""
    decision = announced_in(work, recording.case, recording.task)
    is_owed = not owes_none(work, recording.case, decision)
    if is_owed and state == NOT_OWED:
        raise NoticeOwed(field="notice_state")
    if not is_owed and (state == "sent" or (state != NOT_OWED and offers_none(recording.models))):
        raise NoticeNotOwed(field="notice_state")
    resolutions = work.stores.resolutions.of_case(recording.case.id)
    if decision is not None and standing(resolutions, decision).id != decision.id:
        # The person may have been served before the decision was made anew: the task to extend opens behind this one.
        owe_move(work, recording.case, is_opening=True)


def _require_ways_of_today(work: Work, recording: Recording, state: str) -> None:
    """Refuse to send ways of contact that are not safe any more, and to write anew a notice that names the ways of today."""
    is_old = names_old_ways(work, recording.case, notice_of(work, recording.case, recording.task))
    if is_old and not is_written_anew(recording.models):
        # Nothing leaves, and nothing is lost: "not sent" would end what is owed to the person.
        raise NamesOldWaysBefore(field="notice_state")
    if is_old and state == "sent":
        raise NamesOldWays(field="notice_state")
    if not is_old and state == REWRITE:
        raise WaysAreRight(field="notice_state")


def _standing(work: Work, recording: Recording, document: str | None) -> str | None:
    """Return the notice that the task offers. Refuse one of a decision that has been corrected since."""
    case = recording.case
    documents = work.stores.documents.of_case(case.id)
    resolutions = work.stores.resolutions.of_case(case.id)
    shown = next((each for each in documents if str(each.id) == document), None)
    if shown is None:
        decision = announced_in(work, case, recording.task)
        if decision is not None and standing(resolutions, decision).id != decision.id:
            # None was written while a negative decision stood in its place: another stands there now.
            raise NoticeOvertaken(field="notice_state")
        return document
    offered, is_overtaken = notice_in_place(documents, resolutions, shown)
    if is_overtaken and offered is shown:
        raise NoticeOvertaken(field="notice_state")
    return str(offered.id)


def record_notice_text(work: Work, recording: Recording) -> None:
    """An offence against a child is notified to child welfare as well (417/2007 25 §); a consent is an entry of the ledger.
    Raise ChildNotAdmitted of a request to trace whom nobody has admitted."""
    if recording.text("notice") == TRACING:
        require_traceable(work, recording.case, "notice")
    if recording.text("notice") != "police":
        if names_police(recording.text("notice_addressee")):
            raise NamesPolice(field="notice_addressee")
        return
    if recording.text("police_ground") == "child_offence":
        owe_notice(work, recording.case, CHILD_WELFARE, anew=True)
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
    """Begin the notices that the facts oblige to. Refuse that a child under fifteen speaks alone, or an adult has a guardian,
    and that enough is known, unexplained, where one of the two that the assessment needs is not."""
    if recording.text("enough") == "yes" and recording.lacks("still_missing"):
        _require_known(recording)
    if recording.text("representative_state") in OF_CHILDREN and is_adult(work, recording.case):
        raise SpeakerOfChildren(field="representative_state")
    if recording.text("representative_state") == "not_needed":
        person = work.stores.parties.applicant_of(recording.case.id)
        require_speaker(recording, age_of(person.identity, work.today) if person is not None else None)
    owe_notices(
        work,
        recording.case,
        child_welfare=recording.text("child_welfare_considered"),
        representative=recording.text("representative_state"),
        anew=[
            notice
            for notice, (question, obliging) in _OBLIGES.items()
            if recording.text(question) == obliging and _is_new(work, recording, question)
        ],
    )
    if recording.text("representative_state") not in ("", "not_needed", "guardian"):
        owe_tracing(work, recording.case)


def _require_known(recording: Recording) -> None:
    """Raise NotEnoughKnown unless it is known both what happened and which help is needed."""
    if "no" in (recording.text("account_known"), recording.text("help_need_known")):
        raise NotEnoughKnown(field="still_missing")


def _is_new(work: Work, recording: Recording, question: str) -> bool:
    """True of an answer that differs from the one before: facts are asked again each time they are looked at."""
    known = [
        answer
        for each in work.stores.submissions.of_case(recording.case.id)
        if each.id != recording.submission_id and (answer := from_json(each.answers).get(question))
    ]
    return bool(known) and known[-1] != recording.text(question)

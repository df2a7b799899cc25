"""Letters beside the resolution, made from the deployment's texts and kept as documents of the case.

Writing a letter does not send it: another step or a person does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from engine.casework.appeals import ADMISSION
from engine.casework.correction_course import COURT_LETTER, decision_under
from engine.casework.decision_corrections import decision_kind
from engine.casework.official_requests import duty_of
from engine.casework.opinions import FORM as OPINION
from engine.casework.opinions import appeal_of, courts_with, opinion_values
from engine.casework.posted_letters import left_on
from engine.casework.resolution_letter import authority_values, born_on, title_of
from engine.casework.standing_in import who_is_there
from engine.domain.cases import Case, Outcome
from engine.domain.clienthood import REMOVED
from engine.domain.decision_corrections import Letter
from engine.domain.people import Role
from engine.domain.wording import missing_values
from engine.errors import Conflict
from engine.executor import Work
from engine.feel.values import from_json
from engine.instances import CompiledModels
from engine.letters import assemble, render
from engine.settings import require_authority
from engine.storage.parties import Party
from engine.storage.requests import InformationRequest
from engine.storage.resolutions import Resolution
from engine.storage.sealing import SealingClass
from engine.texts import day, text

FILLED_IN_BY_HAND: Final = "______________________________"
LEGAL_BASES: Final = {
    "admin_31": "hallintolaki (434/2003) 31 §",
    "consent": "henkilön suostumus",
    "l615_11": "615/2020 11 § 1 momentti 2 kohta",
    "l615_13_1": "615/2020 13 § 1 momentti",
    "l615_13_4_3": "615/2020 13 § 4 momentti 3 kohta",
}
"""Legal bases of a request: the form's choices, as the recipient reads them."""
AUTHORITIES: Final = {
    "migri": "Maahanmuuttovirasto",
    "police": "poliisi",
    "county": "hyvinvointialue",
    "other_authority": "toimivaltainen viranomainen",
}
_UNIDENTIFIED: Final = "hakija otetaan asiakkaaksi, mutta häntä ei tunnisteta ihmiskaupan uhriksi"
"""Of an admission by 746/2011 35 § 2 or 3 mom. somebody is heard only if they sought another ground."""
_OTHER_GROUND: Final[Mapping[Any, str]] = {
    "35_2": "hakija otetaan asiakkaaksi, mutta ei sillä perusteella, jota haettiin: avustaminen ihmiskaupparikoksen tutkinnassa "
    "(746/2011 35 § 2 momentti)",
    "35_3": "hakija otetaan asiakkaaksi, mutta ei sillä perusteella, jota haettiin: vanhemman tilanne (746/2011 35 § 3 momentti)",
}
"""The same of one who sought this ground alone: nobody asked to be identified, and nobody assessed it."""
OUTCOMES: Final[Mapping[Any, str]] = {
    Outcome.ADMITTED_35_1: "hakija otetaan asiakkaaksi",
    Outcome.ADMITTED_35_2: _UNIDENTIFIED,
    Outcome.ADMITTED_35_3: _UNIDENTIFIED,
    Outcome.NOT_ADMITTED: "hakijaa ei oteta asiakkaaksi",
    Outcome.NOT_EXAMINED: "hakemusta ei tutkita",
    REMOVED: "asiakas poistetaan auttamisjärjestelmästä",
}
COURT_HEARS: Final = (
    "begun",
    "decided_anew",
    "corrected_copy",
    "reissued_instructions",
    "correction_refused",
)
"""States of a correction that a court hears of: begun, or how it ended."""
UNNAMED: Final = "Henkilö, jonka nimi ei ole tiedossa"
_REQUESTS: Final = {
    Role.APPLICANT: "request_applicant",
    Role.REFERRER: "request_referrer",
    Role.OUTSIDE_AUTHORITY: "request_authority",
}


class LetterLacksValues(Conflict):
    sentence = "Kirjettä ei laadita, koska siitä puuttuu: {names}."


def write_paper(
    work: Work,
    case: Case,
    models: CompiledModels,
    key: str,
    values: Mapping[str, str],
    *,
    language: str,
    sealing_class: SealingClass = SealingClass.DECISION,
    to: str | None = None,
) -> UUID | None:
    """Typeset the text with this key and store it. Return the document's id; None if the deployment has no such text.

    `to`: the role or the recipient's id of its reader, for the timeline; None of a letter to an authority.
    Raise LetterLacksValues, with the values in the text's own words, rather than send a letter with a gap.
    """
    prepared = models.bundle.texts.get(key)
    if prepared is None:
        return None
    require_authority(work.settings)
    spoken = next((each for each in (language, case.language, "fi") if each in prepared), "fi")
    known = known_values(work, case, spoken, values)
    missing = missing_values(prepared, known)
    if missing:
        names = ", ".join(str(prepared["values"][name]) for name in missing)
        raise LetterLacksValues(text("fi", LetterLacksValues.sentence, names=names), names=names)
    letter = assemble(models.bundle.texts, key, spoken, known)
    document_id = work.stores.documents.add(
        case.id,
        kind=key,
        title=letter.title,
        content=render(letter, drawn_on=work.today),
        moment=work.now,
        sealing_class=sealing_class,
        author_id=work.actor.person_id,
    )
    work.record(case.id, "letter_written", key, to=to)
    return document_id


def known_values(work: Work, case: Case, language: str, values: Mapping[str, str]) -> dict[str, str]:
    """Return the values of a paper: the authority's, the case's, then its own."""
    return {**authority_values(work, language), **_case_values(work, case, language), **values}


def _case_values(work: Work, case: Case, language: str) -> dict[str, str]:
    """Return the person, the contact for questions, and the signer: the actor of the step."""
    authority = work.settings.authority.spoken(language)
    # The letter is answered by telephone today: while the caseworker is away, by their deputy.
    contact = who_is_there(work, case, case.caseworker_id)[-1] if case.caseworker_id else None
    signer = work.stores.people.get(work.actor.person_id) if work.actor.person_id else None
    person = work.stores.parties.applicant_of(case.id)
    return {
        "reference": case.reference,
        "person_name": (person.name if person else "") or text(language, UNNAMED),
        "contact_name": contact.name if contact else authority.name,
        "contact_phone": (contact.phone if contact else "") or authority.phone,
        "signer_name": signer.name if signer else authority.name,
        "signer_title": title_of(work, signer, language) if signer else "",
        "sent_on": day(language, work.today),
    }


def legal_basis(code: str, language: str) -> str:
    """Return the legal basis as the recipient reads it; a text that is no known code stays as it is."""
    return text(language, LEGAL_BASES.get(code, code))


def write_request(work: Work, case: Case, models: CompiledModels, request: InformationRequest) -> UUID | None:
    """Write the request as a letter, for a recipient who is not contacted electronically.

    Why the answer is needed is a judgement of our own, kept with the request and never printed.
    """
    values = {
        "recipient_name": str(request.recipient.get("name") or ""),
        "due_on": day(request.language, request.due_on) if request.due_on else "",
        "questions": str(request.questions.get("questions") or ""),
        "person_born_on": born_on(work.stores.parties.applicant_of(case.id), request.language),
        "legal_basis": legal_basis(request.legal_basis, request.language),
        # Letters of versions before have a place for our judgement: the law stands in it.
        "necessity": legal_basis(request.legal_basis, request.language),
        "legal_duty": duty_of(request),
        "is_consented": "yes" if request.legal_basis == legal_basis("consent", request.language) else "",
    }
    key = _REQUESTS[Role(request.recipient_role)]
    narrative = SealingClass.NARRATIVE
    return write_paper(
        work,
        case,
        models,
        key,
        values,
        language=request.language,
        sealing_class=narrative,
        to=request.recipient_role,
    )


def write_hearing(
    work: Work,
    case: Case,
    models: CompiledModels,
    answers: Mapping[str, Any],
    outcome: Any,
    due_on: str,
    party: Party | None,
    ground_sought: Any = None,
) -> UUID | None:
    """Write the subject of a hearing, handed over or read with the party; never by link (434/2003 34, 36 §)."""
    proposed = OUTCOMES.get(outcome)
    if proposed == _UNIDENTIFIED:
        proposed = _OTHER_GROUND.get(ground_sought, proposed)
    values = {
        "recipient_name": (party.name if party else "") or text(case.language, UNNAMED),
        "about_name": _name_of_another(work, case, party),
        "due_on": due_on,
        "hearing_subject": str(answers.get("hearing_told") or ""),
        "hearing_material": str(answers.get("hearing_material") or ""),
        "proposed_outcome": text(case.language, proposed) if proposed else "",
    }
    return write_paper(
        work,
        case,
        models,
        "hearing",
        values,
        language=case.language,
        to=party.id.hex[-12:] if party else None,
    )


def _name_of_another(work: Work, case: Case, party: Party | None) -> str:
    """Return the name of whom the case concerns if it is not the party: a guardian may be heard for several children."""
    person = work.stores.parties.applicant_of(case.id)
    return person.name if person and party and party.id != person.id else ""


def write_closing(
    work: Work, case: Case, models: CompiledModels, request: InformationRequest, reader: str | None = None
) -> UUID | None:
    """Write that an answer asked for by letter is no longer needed."""
    sent_on = day(request.language, request.sent_at) if request.sent_at else ""
    values = {"sent_on": sent_on}
    role = reader or request.recipient_role
    return write_paper(work, case, models, "request_closed", values, language=request.language, to=role)


def write_transfer(
    work: Work, case: Case, models: CompiledModels, transfer_to: str
) -> Mapping[str, UUID | None]:
    """Write one letter to the person and another, which says less, to the sender (434/2003 21 §). Return each by its reader."""
    answers = answers_of(work, case, "register")
    authority = text(case.language, AUTHORITIES.get(transfer_to, "toimivaltainen viranomainen"))
    sent = [
        each for each in work.stores.timeline.of_case(case.id, "notice_sent") if each.subject == "transfer"
    ]
    values = {
        "transfer_to_name": authority,
        # The form of versions before did not ask for it.
        "transfer_to_contact": str(answers.get("transfer_contact") or authority),
        "transferred_on": day(case.language, left_on(sent[-1]) if sent else work.today),
        "transfer_reason": str(answers.get("transfer_reason") or ""),
    }
    letters = {
        "applicant": write_paper(
            work, case, models, "transferred", values, language=case.language, to="applicant"
        )
    }
    parties = work.stores.parties.of_case(case.id)
    if any(party.kind == "referrer" and not party.is_unsafe for party in parties):
        letters["referrer"] = write_paper(
            work, case, models, "transferred_sender", values, language=case.language, to="referrer"
        )
    return letters


def write_referrer_notice(work: Work, case: Case, models: CompiledModels, outcome: Any) -> UUID | None:
    """Write the referrer's letter: yes or no, and nothing else."""
    admitted = outcome in list(Outcome) and Outcome(outcome).is_admission
    values = {
        "admitted": "yes" if admitted else "",
        # A person who helps many to apply must know which one this is about.
        "received_on": day(case.language, case.received_at),
    }
    return write_paper(work, case, models, "referrer_notice", values, language=case.language, to="referrer")


def write_certificate(
    work: Work,
    case: Case,
    models: CompiledModels,
    served: Resolution | None,
    handed_to: str,
    to: str | None = None,
) -> UUID | None:
    """Write the certificate of a hand-over to be signed there (434/2003 60 §): who, where and when are left open.

    It names one document by its number, since a case may have an admission, a correction and a removal to hand over.
    """
    is_instructions = served is not None and served.outcome == Letter.INSTRUCTIONS
    values = {
        "document_name": text(case.language, "valitusosoitus" if is_instructions else "päätös"),
        "number": served.number if served else case.reference,
        "handed_by": FILLED_IN_BY_HAND,
        "handed_to": handed_to or FILLED_IN_BY_HAND,
        "handed_where": FILLED_IN_BY_HAND,
        "served_on": FILLED_IN_BY_HAND,
    }
    return write_paper(work, case, models, "service_certificate", values, language=case.language, to=to)


def write_court_notice(
    work: Work, case: Case, models: CompiledModels, correction_key: str, state: str
) -> None:
    """Write to each court that has an appeal: the decision is being corrected, or what became of it (434/2003 53 §)."""
    decision = decision_under(work, case, correction_key)
    language = decision.language if decision else case.language
    begun = [
        each
        for each in work.stores.timeline.of_case(case.id, "correction_begun")
        if each.facts.get("business_key") == correction_key
    ]
    decided_on = begun[0].facts.get("decided_on") if begun else None
    values = {
        "corrects_number": (begun[0].subject or "") if begun else "",
        "corrects_decided_on": day(language, date.fromisoformat(decided_on)) if decided_on else "",
        **{f"is_{name}": "yes" if name == state else "" for name in COURT_HEARS},
    }
    kind = decision_kind(decision) if decision is not None else ADMISSION
    for court in courts_with(work, case, models, decision, kind):
        addressed = {**values, **court}
        if "court_address" in addressed and "court_address" not in models.text(COURT_LETTER).get(
            "optional", ()
        ):
            # The letter of versions before has no notice without an address.
            addressed["court_address"] = addressed["court_address"] or addressed["court_name"]
        write_paper(work, case, models, COURT_LETTER, addressed, language=language)


def write_opinion(work: Work, case: Case, models: CompiledModels, appeal_key: str) -> UUID | None:
    """Write the opinion with which an appeal goes to the court (746/2011 55 §)."""
    answers, appeal = answers_of(work, case, OPINION, appeal_key), appeal_of(work, case, appeal_key)
    values = opinion_values(work, case, models, answers, appeal)
    return write_paper(work, case, models, OPINION, values, language=appeal.language)


def answers_of(work: Work, case: Case, form_key: str, business_key: str | None = None) -> Mapping[str, Any]:
    """Return the newest accepted answers of a form, without skipped questions and erased classes."""
    submission = work.stores.submissions.latest(case.id, form_key, business_key)
    answers = from_json(submission.answers) if submission else {}
    return {name: value for name, value in answers.items() if not isinstance(value, dict)}

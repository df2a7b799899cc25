"""Hearings of the parties before a decision (434/2003 34 and 36 §): each opens a request and writes a letter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from engine.bpmn import OperationCall
from engine.casework.links import wants_reminders
from engine.casework.messages import language_of, safe_email_of, send_to
from engine.casework.parties_heard import parties_heard
from engine.domain.calendar import end_of
from engine.domain.cases import Case
from engine.domain.clienthood import REMOVED
from engine.domain.people import Role
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.declaration import each_submission_of, operation
from engine.operations.papers import answers_of, write_closing, write_hearing
from engine.operations.posting import begin_posting
from engine.storage.parties import Party
from engine.storage.requests import ASKED_IN, HEARING_LETTER, InformationRequest
from engine.texts import day, text

_PROPOSED: Final = "proposed"
_SOUGHT: Final = "ground_sought"
_MATERIAL: Final = "material"
"""Entries of a hearing's questions, for a letter in another round."""


@operation(
    label="Valmistele kuulemiset",
    sentence="Tekee jokaiselle, jota on kuultava, oman pyynnön ja kirjeen arvioinnin pohjalta (434/2003 14, 34 ja 36 §): 15 vuotta "
    "täyttänyttä lasta ja huoltajaa kumpaakin erikseen, samoin aikuista ja edunvalvojaa, jolle päätös annetaan. "
    "Vaaralliseksi merkittyä ei kuulla. Aineisto ei kulje linkillä.",
    inputs={"outcome_proposed": "text", "ground_sought": "text", "hearing_due_on": "date"},
    outputs={"requests": "list of requests"},
    sends="kuulemiskirje",
    records=("letter_written",),
    once=each_submission_of("assessment"),
)
def prepare_hearings(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    """Open a hearing for each party. A case without parties has one for the person, in person."""
    parties: tuple[Party | None, ...] = parties_heard(work, case) or (None,)
    return {"requests": [_hearing(work, case, models, call, party) for party in parties]}


@operation(
    label="Valmistele kuulemiset ennen poistamista",
    sentence="Tekee jokaiselle, jota on kuultava ennen poistamista auttamisjärjestelmästä, oman pyynnön ja kirjeen (746/2011 "
    "38 f §; 434/2003 14, 34 ja 36 §). Vaaralliseksi merkittyä ei kuulla. Aineisto ei kulje linkillä.",
    inputs={"hearing_due_on": "date"},
    outputs={"requests": "list of requests"},
    sends="kuulemiskirje",
    records=("letter_written",),
    once=each_submission_of("removal_assessment"),
)
def prepare_removal_hearings(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    parties: tuple[Party | None, ...] = parties_heard(work, case) or (None,)
    form = "removal_assessment"
    return {"requests": [_hearing(work, case, models, call, party, form) for party in parties]}


@operation(
    label="Valmistele kuuleminen",
    sentence="Tekee henkilön kuulemisesta pyynnön ja kirjeen arvioinnin pohjalta (434/2003 34 ja 36 §). Aineisto ei kulje linkillä. "
    "Jos asiassa on kuultava useampaa, käytä kuulemisten valmistelua.",
    inputs={"outcome_proposed": "text", "ground_sought": "text", "hearing_due_on": "date"},
    outputs={"request": "request"},
    sends="kuulemiskirje",
    records=("letter_written",),
    once=each_submission_of("assessment"),
)
def prepare_hearing(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """Open one hearing, as the first published version does."""
    return {"request": _hearing(work, case, models, call, work.stores.parties.applicant_of(case.id))}


def letter_of(work: Work, case: Case, models: CompiledModels, hearing: InformationRequest) -> str:
    """Return the letter to hold out. Asked again, the person gets a new letter, with the new questions and the new day."""
    first = str(hearing.questions.get(HEARING_LETTER) or "")
    return first if hearing.round == 1 else str(letter_again(work, case, models, hearing) or first)


def letter_again(work: Work, case: Case, models: CompiledModels, hearing: InformationRequest) -> UUID | None:
    """Write the letter of a hearing with the day that holds now. Return None if the hearing is from before its proposal
    was kept."""
    proposed = hearing.questions.get(_PROPOSED)
    if hearing.due_on is None or not proposed:
        return None
    parties = work.stores.parties.of_case(case.id)
    heard = next((each for each in parties if each.id == hearing.party_id), None)
    assessed = "removal_assessment" if proposed == REMOVED else "assessment"
    first = answers_of(work, case, assessed).get("hearing_told") if hearing.round == 1 else None
    asked = {
        "hearing_told": first or hearing.questions.get("questions"),
        "hearing_material": hearing.questions.get(_MATERIAL),
    }
    due_on, sought = day(case.language, hearing.due_on), hearing.questions.get(_SOUGHT)
    return write_hearing(work, case, models, asked, proposed, due_on, heard, sought)


def call_off(work: Work, case: Case, models: CompiledModels, hearing: InformationRequest) -> None:
    """Let somebody who is heard know that no answer is needed: by a safe mailbox, or else by a letter that a person posts or
    hands over. No word goes to a party who is unsafe or silent, to one who has answered, or to one who never heard of the hearing."""
    if hearing.kind != "hearing" or hearing.sent_at is None or hearing.answered_at is not None:
        return
    parties = work.stores.parties.of_case(case.id)
    party = next((each for each in parties if each.id == hearing.party_id), None)
    if party is not None and (party.is_silent or party.is_unsafe):
        return
    email = safe_email_of(party)
    if email is not None:
        language = language_of(party, case)
        send_to(work, models, case.id, "mail_message_closed", email=email, language=language, values={})
        return
    reader = party.kind if party is not None else hearing.recipient_role
    letter = write_closing(work, case, models, hearing, party.id.hex[-12:] if party is not None else reader)
    begin_posting(work, case, models, "request_closed", letter, reader, hearing.reference)


def _hearing(
    work: Work,
    case: Case,
    models: CompiledModels,
    call: OperationCall,
    party: Party | None,
    form: str = "assessment",
) -> dict[str, Any]:
    due_on = call.variables["hearing_due_on"]
    if not isinstance(due_on, date):
        raise TypeError("a hearing without a due date")
    number = sum(1 for each in work.stores.requests.of_case(case.id) if each.kind == "hearing") + 1
    reference = f"HEAR-{number}"
    name = party.name if party else ""
    is_removal = form == "removal_assessment"
    outcome = REMOVED if is_removal else call.variables.get("outcome_proposed")
    sought = None if is_removal else call.variables.get("ground_sought")
    letter = write_hearing(
        work, case, models, answers_of(work, case, form), outcome, day(case.language, due_on), party, sought
    )
    work.stores.requests.add(
        case.id,
        reference,
        kind="hearing",
        recipient_role=Role.APPLICANT.value,
        legal_basis=text(case.language, "hallintolaki (434/2003) 34 §"),
        language=case.language,
        channel="in_person",
        due_on=due_on,
        recipient={"name": name, "party": party.kind if party else "applicant"},
        party_id=party.id if party else None,
        questions={
            "questions": answers_of(work, case, form).get("hearing_material") or "",
            ASKED_IN: str(call.instance_id) if call.instance_id else None,
            HEARING_LETTER: str(letter) if letter else "",
            _PROPOSED: str(outcome or ""),
            _SOUGHT: str(sought or ""),
            _MATERIAL: answers_of(work, case, form).get("hearing_material") or "",
        },
        moment=work.now,
    )
    return {
        "id": reference,
        "kind": "hearing",
        "recipient": Role.APPLICANT.value,
        "due_at": end_of(due_on),
        "wants_reminders": wants_reminders(work, case, party),
        "is_police": False,
        "legal_basis": "",
    }

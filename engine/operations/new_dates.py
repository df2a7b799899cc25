"""A new due day of a request or hearing: stored, and passed on to who is asked (434/2003 33 §)."""

from __future__ import annotations

from datetime import date

from engine.casework.links import LINK_OUTLIVES_DUE, language_about, living_address, send_about
from engine.casework.messages import safe_email_of, send_to
from engine.casework.official_requests import is_official
from engine.casework.paper_readers import NEW_DATE, key_of_new_date
from engine.casework.target_pauses import pause_again
from engine.casework.withdrawals import lacks_consent
from engine.domain.calendar import end_of
from engine.domain.cases import Case
from engine.domain.people import Role
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.hearings import letter_again
from engine.operations.papers import write_request
from engine.operations.posting import begin_posting, leave_to_people
from engine.storage.parties import Party
from engine.storage.requests import InformationRequest
from engine.texts import day


def move_due(
    work: Work, case: Case, models: CompiledModels, request: InformationRequest, due_on: date
) -> None:
    """Store the new day, keep the link alive as long, and send the day to the recipient: by mail where that is safe, or else
    by a letter that a person sends, or speaks of instead. Record it where nothing may go to the recipient."""
    work.stores.requests.change(request, due_on=due_on)
    pause_again(work, case)
    work.stores.links.extend_of_request(request.id, end_of(due_on) + LINK_OUTLIVES_DUE)
    if lacks_consent(work, case, request):
        return
    moved = work.stores.requests.get(case.id, request.reference)
    reader = _reader(work, case, moved)
    if reader is not None and reader.kind != Role.APPLICANT and reader.is_silent:
        work.record(case.id, "new_date_untold", moved.recipient_role, business_key=moved.reference)
    elif not _is_mailed(work, case, models, moved, reader, due_on):
        is_hearing = moved.kind == "hearing"
        write = letter_again if is_hearing else write_request
        letter, key = write(work, case, models, moved), key_of_new_date(moved)
        to = reader.kind if is_hearing and reader is not None else moved.recipient_role
        if letter is None:
            leave_to_people(work, case, models, NEW_DATE)
        begin_posting(work, case, models, NEW_DATE, letter, to, key)


def _reader(work: Work, case: Case, request: InformationRequest) -> Party | None:
    """Return the party who is asked or heard; None of an authority."""
    parties = work.stores.parties.of_case(case.id)
    if request.party_id is not None:
        return next((each for each in parties if each.id == request.party_id), None)
    return next((each for each in parties if each.kind == request.recipient_role), None)


def _is_mailed(
    work: Work,
    case: Case,
    models: CompiledModels,
    request: InformationRequest,
    reader: Party | None,
    due_on: date,
) -> bool:
    """Mail the day, with the link of a request. A hearing has none: its material never travels by link."""
    named_day = {"due_on": day(language_about(work, case, request), due_on)}
    if request.kind != "hearing":
        link = living_address(work, request)
        if not link and not is_official(work, case, request):
            # Without its address the message has no words: a professional's names the day.
            return False
        values = {**link, **named_day}
        return send_about(work, case, models, request, "mail_new_date", values)
    return send_to(
        work,
        models,
        case.id,
        "mail_new_date",
        email=safe_email_of(reader),
        language=language_about(work, case, request),
        values=named_day,
        worded_as="mail_reminder",
    )

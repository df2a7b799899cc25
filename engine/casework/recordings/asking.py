"""A question asked by phone or at a meeting: it was asked when somebody says so, with the day and the way."""

from __future__ import annotations

from datetime import date
from typing import Final

from engine.casework.contact_channels import open_ways, reached
from engine.casework.lost_ways import lost_on
from engine.casework.paper_readers import request_of
from engine.casework.posted_letters import require_address
from engine.casework.recordings.paper import ConsentHolds, ConsentTakenBack, ask_on, require_time
from engine.casework.recordings.recording import Recording
from engine.casework.taken_back import require_before_pause, require_not_paused
from engine.casework.withdrawals import STOPPED, withdrawn_on
from engine.clock import day_of
from engine.domain.acts import Act
from engine.domain.chronology import Dated, explained
from engine.domain.people import Role
from engine.domain.safe_contact import PartyNotSafe, WayNotSafe, may_ask_by
from engine.errors import NotFound
from engine.executor import Work
from engine.storage.requests import InformationRequest

ASKED: Final = "asked"
BY_LETTER: Final = "letter"


def record_asking(work: Work, recording: Recording) -> None:
    """Refuse a way that is not safe for the one who is asked, and a day on which there was nothing to ask."""
    scope = work.instances.scope_of(recording.case, recording.task.instance_id, recording.task.task_key)
    request = request_of(work, recording.case, scope)
    if request is None:
        raise NotFound
    state, asked_on = recording.text("ask_state"), recording.day("asked_on") or work.today
    _require_consent(work, recording, request, asked_on)
    if state == BY_LETTER:
        require_not_paused(work, recording.case, field="ask_state")
        _require_safe(work, recording, request, "letter", field="ask_state")
        if request.recipient_role == Role.APPLICANT:
            require_address(work, recording.case, field="ask_state")
        require_time(work, recording.day("new_due_on") or request.due_on, "new_due_on", by_letter=True)
    if state == ASKED:
        require_before_pause(work, recording.case, asked_on, field="ask_state")
        _require_safe(work, recording, request, recording.text("ask_way"), field="ask_way", on=asked_on)
        opened = {Act.QUESTION_OPENED: day_of(request.created_at)}
        explained({"asked_on": Dated(Act.QUESTION_ASKED, asked_on)}, opened, work.today, {})
        ask_on(work, recording, request, asked_on, recording.text("ask_way"), asked_on)


def _require_consent(work: Work, recording: Recording, request: InformationRequest, asked_on: date) -> None:
    """Nothing is asked with a consent that was taken back. What was asked by that day had been asked."""
    state, withdrawn = recording.text("ask_state"), withdrawn_on(work, recording.case, request)
    if withdrawn is None and state == STOPPED:
        raise ConsentHolds(field="ask_state")
    if withdrawn is not None and state != STOPPED and not (state == ASKED and asked_on <= withdrawn):
        raise ConsentTakenBack(field="ask_state")


def _require_safe(
    work: Work,
    recording: Recording,
    request: InformationRequest,
    way: str,
    *,
    field: str,
    on: date | None = None,
) -> None:
    """Refuse a way that is not safe. What was asked `on` a day before it was lost had been asked; of the day itself see `ORDERS`."""
    case, role = recording.case, request.recipient_role
    parties = work.stores.parties.of_case(case.id)
    is_unsafe = any(each.kind == role and each.is_unsafe for each in parties)
    is_lost = role == Role.APPLICANT and not may_ask_by(way, open_ways(parties, work.today))
    if not is_unsafe and not is_lost:
        return
    party = reached(parties, work.today) if role == Role.APPLICANT else None
    lost = lost_on(work, case, party or next((each for each in parties if each.kind == role), None), way)
    if on is None or lost is None or on > lost:
        raise PartyNotSafe(field=field) if is_unsafe else WayNotSafe(field=field)

"""Information requests: opened, sent, reminded, extended, stalled, closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.contact_channels import open_ways
from engine.casework.links import LINK_OUTLIVES_DUE, address_of, living_address, send_link
from engine.casework.messages import send_to
from engine.domain.calendar import end_of
from engine.domain.cases import Case
from engine.domain.people import Role
from engine.domain.safe_contact import way_to_ask
from engine.executor import Work
from engine.feel.values import from_json
from engine.instances import CompiledModels
from engine.operations.notices import tell_caseworker
from engine.operations.papers import answers_of, legal_basis, write_closing, write_hearing, write_request
from engine.storage.requests import InformationRequest
from engine.texts import day, text

SHORTEST_FOR_REMINDER = timedelta(days=3)
HEARING_DAYS = 14


def open_requests(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """One request a row of the newest form. The rows' text stays sealed with us; the process gets ids and dates."""
    submission = work.stores.submissions.latest(case.id, "new_information_request")
    rows = from_json(submission.answers).get("requests", []) if submission else []
    number = len(work.stores.requests.of_case(case.id))
    return {"requests": [_opened(work, case, row, number + place) for place, row in enumerate(rows, 1)]}


def _opened(work: Work, case: Case, row: Mapping[str, Any], number: int) -> dict[str, Any]:
    reference = f"REQ-{number}"
    contact = str(row.get("recipient_contact") or "")
    wants_reminders = row.get("person_prefers_no_reminders") != "yes"
    language = str(row.get("request_language") or case.language)
    due_on = row["due_on"]
    work.stores.requests.add(
        case.id,
        reference,
        kind="information",
        recipient_role=str(row["recipient"]),
        legal_basis=legal_basis(str(row.get("legal_basis") or ""), language),
        language=language,
        channel=str(row.get("request_channel") or "link"),
        due_on=due_on,
        recipient={
            "name": row.get("recipient_name") or "",
            "contact": contact,
            "email": contact if "@" in contact else "",
            "wants_reminders": wants_reminders,
        },
        questions={"questions": row.get("questions") or "", "necessity": row.get("necessity") or ""},
        moment=work.now,
    )
    return {
        "id": reference,
        "kind": "information",
        "recipient": str(row["recipient"]),
        "due_at": end_of(due_on),
        "remind_at": remind_at(work.now, end_of(due_on), wants_reminders=wants_reminders),
        "wants_reminders": wants_reminders,
    }


def remind_at(now: datetime, due_at: datetime, *, wants_reminders: bool) -> datetime | None:
    """Half-way; none when less than three days are left or none is wanted."""
    if not wants_reminders or due_at - now < SHORTEST_FOR_REMINDER:
        return None
    return (now + (due_at - now) / 2).astimezone(UTC)


def prepare_hearing(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """The person is heard on what the decision would rest on (434/2003 34, 36 §); never by link."""
    answers = answers_of(work, case, "assessment")
    due_on = call.variables.get("hearing_due_on") or answers.get("hearing_due_on")
    if not isinstance(due_on, date):
        due_on = work.today + timedelta(days=HEARING_DAYS)
    number = sum(1 for each in work.stores.requests.of_case(case.id) if each.kind == "hearing") + 1
    reference = f"HEAR-{number}"
    work.stores.requests.add(
        case.id,
        reference,
        kind="hearing",
        recipient_role=Role.APPLICANT.value,
        legal_basis=text(case.language, "hallintolaki (434/2003) 34 §"),
        language=case.language,
        channel="in_person",
        due_on=due_on,
        recipient={},
        questions={"questions": answers.get("hearing_material") or ""},
        moment=work.now,
    )
    outcome = call.variables.get("outcome_proposed")
    write_hearing(work, case, models, outcome, day(case.language, due_on))
    request = {
        "id": reference,
        "kind": "hearing",
        "recipient": Role.APPLICANT.value,
        "due_at": end_of(due_on),
        "remind_at": None,
        "wants_reminders": False,
    }
    return {"request": request}


def _request(work: Work, case: Case, call: OperationCall) -> InformationRequest:
    return work.stores.requests.get(case.id, str(call.variables["request"]["id"]))


def _channel(work: Work, case: Case, request: InformationRequest) -> str:
    """How the request really goes: without an address the link is told by phone, and a person only by a way still safe."""
    wanted = request.channel
    if wanted == "link" and not address_of(work, case, request):
        wanted = "phone"
    if request.kind == "information" and request.recipient_role == Role.APPLICANT and wanted != "link":
        return way_to_ask((wanted,), open_ways(work.stores.parties.of_case(case.id)))
    return wanted


def send_request(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """Send it, or put it down to be sent by letter or told by phone. A second round keeps the id and the
    code, and has an address of its own: one link carries one set of questions, and the old one was used up.
    """
    request = _request(work, case, call)
    round_number = int(call.variables.get("round") or 1)
    due_on = request.due_on
    if round_number > request.round:
        due_on = _next_round(work, case, request, round_number) or due_on
        request = work.stores.requests.get(case.id, request.reference)
    due_at = end_of(due_on) if due_on else work.now + timedelta(days=14)
    channel = _channel(work, case, request)
    if request.kind == "information":
        send_link(work, case, models, request, due_at)
        if channel == "letter":
            write_request(work, case, models, request)
    work.stores.requests.change(request, state="sent", sent_at=work.now, reminded_at=None, answered_at=None)
    work.record(case.id, "request_sent", request.recipient_role, key=request.reference, channel=channel)
    wants = bool(request.recipient.get("wants_reminders", False))
    return {
        "sent_at": work.now,
        "due_at": due_at,
        "remind_at": remind_at(work.now, due_at, wants_reminders=wants),
    }


def _next_round(work: Work, case: Case, request: InformationRequest, round_number: int) -> date | None:
    review = work.stores.submissions.latest(case.id, "review_reply", request.reference)
    answers = from_json(review.answers) if review else {}
    questions = {
        **request.questions,
        "questions": answers.get("new_questions") or request.questions.get("questions"),
    }
    work.stores.requests.ask_again(request, questions)
    due_on = answers.get("new_due_on")
    work.stores.requests.change(request, round=round_number, due_on=due_on or request.due_on)
    return due_on if isinstance(due_on, date) else None


def send_reminder(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """One neutral reminder, with the same link; with a new one where the old address has been opened."""
    request = _request(work, case, call)
    due_at = call.variables.get("due_at")
    values = living_address(work, request)
    if isinstance(due_at, datetime):
        values["due_on"] = day(request.language, due_at)
    told = send_to(
        work,
        models,
        case.id,
        "mail_reminder",
        email=address_of(work, case, request),
        language=request.language,
        values=values,
    )
    if not told:
        tell_caseworker(work, case, models)
    work.stores.requests.change(request, state="reminded", reminded_at=work.now)
    work.record(case.id, "request_reminded", request.recipient_role, key=request.reference)
    return {"reminded_at": work.now}


def tell_new_date(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """More time, or another way to ask; an extension is told to the recipient (434/2003 33 §)."""
    request = _request(work, case, call)
    due_on = call.variables.get("new_due_on") or request.due_on or work.today
    due_at = end_of(due_on)
    changes: dict[str, Any] = {"due_on": due_on, "state": "sent", "reminded_at": None, "stalled_at": None}
    if call.variables.get("choice") == "other_channel":
        changes["channel"] = _other_channel(work, case, request)
    work.stores.requests.change(request, **changes)
    work.stores.links.extend_of_request(request.id, due_at + LINK_OUTLIVES_DUE)
    values = living_address(work, request)
    send_to(
        work,
        models,
        case.id,
        "mail_new_date",
        email=address_of(work, case, request),
        language=request.language,
        values={**values, "due_on": day(request.language, due_on)},
    )
    _unstall(work, case, request)
    work.record(
        case.id, "request_extended", request.recipient_role, key=request.reference, due_on=due_on.isoformat()
    )
    wants = bool(request.recipient.get("wants_reminders", False))
    return {
        "due_at": due_at,
        "remind_at": remind_at(work.now, due_at, wants_reminders=wants),
        "reminded_at": None,
    }


def _other_channel(work: Work, case: Case, request: InformationRequest) -> str:
    """Another way than the one that brought no answer; to the person only one they have called safe."""
    others = tuple(way for way in ("phone", "letter") if way != request.channel)
    return (
        way_to_ask(others, open_ways(work.stores.parties.of_case(case.id)))
        if request.recipient_role == Role.APPLICANT
        else others[0]
    )


def mark_stalled(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """Request and case show as stalled everywhere; the caseworker is told, the manager gets the task."""
    request = _request(work, case, call)
    work.stores.requests.change(request, state="stalled", stalled_at=work.now)
    work.change_case(case.id, is_stalled=True)
    tell_caseworker(work, case, models)
    work.record(case.id, "request_stalled", request.recipient_role, key=request.reference)
    return {"stalled_at": work.now}


def _unstall(work: Work, case: Case, closed: InformationRequest) -> None:
    others = any(
        each.state == "stalled" and each.id != closed.id for each in work.stores.requests.of_case(case.id)
    )
    if not others:
        work.change_case(case.id, is_stalled=False)


def close_request(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """Answered, gone on without, or cancelled. The link dies, and so does the stalled mark."""
    request = _request(work, case, call)
    choice = call.variables.get("choice")
    closed_as = {"proceed": "proceeded_without", "cancel": "cancelled"}.get(str(choice), "proceeded_without")
    if call.variables.get("reply_state") == "answered":
        closed_as = "answered"
    _close(work, case, models, request, closed_as)
    return {"closed_at": work.now}


def close_open_requests(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    """Going on without the rest: every open request is closed, and its recipient told."""
    still_open = [each for each in work.stores.requests.of_case(case.id) if each.is_open]
    for request in still_open:
        _close(work, case, models, request, "proceeded_without")
    return {"closed": len(still_open)}


def _close(
    work: Work, case: Case, models: CompiledModels, request: InformationRequest, closed_as: str
) -> None:
    if not request.is_open:
        return
    work.stores.requests.change(request, state="closed", closed_at=work.now, closed_as=closed_as)
    work.stores.links.revoke_of_request(request.id, work.now)
    if closed_as != "answered":
        send_to(
            work,
            models,
            case.id,
            "mail_message_closed",
            email=address_of(work, case, request),
            language=request.language,
            values={},
        )
        if request.sent_at is not None and _channel(work, case, request) == "letter":
            write_closing(work, case, models, request)
    _unstall(work, case, request)
    work.record(case.id, "request_closed", closed_as, key=request.reference)

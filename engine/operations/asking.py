"""One round of an information request: a link that leaves at once, a letter that a person posts, or a question asked aloud."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from engine.bpmn import OperationCall
from engine.casework.contact_channels import open_ways
from engine.casework.links import LINK_OUTLIVES_DUE, address_of, send_link
from engine.casework.posting import asks_aloud, gives_hearings, has_posting_task
from engine.casework.target_pauses import end_pause, pause_again
from engine.casework.withdrawals import lacks_consent
from engine.domain.calendar import end_of
from engine.domain.cases import Case
from engine.domain.consents import NotInForce
from engine.domain.people import Role
from engine.domain.safe_contact import IN_PERSON, way_to_ask
from engine.executor import Work
from engine.feel.values import from_json
from engine.instances import CompiledModels
from engine.operations.declaration import each_value_of, operation
from engine.operations.hearings import letter_of
from engine.operations.papers import write_request
from engine.operations.posting import leave_to_people, post_within
from engine.storage.requests import InformationRequest

_ALOUD: Final = frozenset({"phone", IN_PERSON})
_OTHER_WAY: Final = "other_channel"


def request_of_call(work: Work, case: Case, call: OperationCall) -> InformationRequest:
    return work.stores.requests.get(case.id, str(call.variables["request"]["id"]))


def channel_of(work: Work, case: Case, request: InformationRequest) -> str:
    """Return the channel of the request: phone if there is no address; for the person only a way that is still safe."""
    wanted = request.channel
    if wanted == "link" and not address_of(work, case, request):
        wanted = "phone"
    if request.kind == "information" and request.recipient_role == Role.APPLICANT and wanted != "link":
        return way_to_ask((wanted,), open_ways(work.stores.parties.of_case(case.id), work.today))
    return wanted


def spoken_way(work: Work, case: Case, request: InformationRequest) -> str:
    """Return phone; in person where the person has not called calls safe."""
    if request.recipient_role != Role.APPLICANT:
        return "phone"
    return way_to_ask(("phone",), open_ways(work.stores.parties.of_case(case.id), work.today))


@operation(
    label="Lähetä tietopyyntö",
    sentence="Lähettää pyynnön linkillä turvallista tietä tai laatii kirjeen, jonka ihminen postittaa; muuten ihminen kysyy "
    "puhelimessa tai tavatessa (is_aloud). Uusi kierros säilyttää pyynnön ja koodin, mutta linkki on uusi. Kun vain tapa vaihtuu, "
    "kysymykset ja linkki säilyvät.",
    inputs={
        "request": "request",
        "round": "number",
        "choice": "text",
        "new_channel": "text",
        "new_due_on": "date",
    },
    outputs={
        "sent_at": "date and time",
        "due_at": "date and time",
        "document": "text",
        "is_aloud": "boolean",
        "post_by": "date",
    },
    sends="tietopyyntö",
    records=("request_sent", "letter_written", "left_to_people"),
    once=each_value_of("request", "round"),
)
def send_request(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """Send one round of the request, or leave it to a person: then it is sent when they record the day."""
    request = request_of_call(work, case, call)
    round_number = int(call.variables["round"])
    keeps_link = round_number > request.round and call.variables.get("choice") == _OTHER_WAY
    if round_number > request.round:
        _begin_round(work, case, request, call)
        request = work.stores.requests.get(case.id, request.reference)
    if lacks_consent(work, case, request):
        raise NotInForce
    due_at = end_of(due_on_of(request))
    if request.kind == "information" and keeps_link:
        work.stores.links.extend_of_request(request.id, due_at + LINK_OUTLIVES_DUE)
    elif request.kind == "information":
        send_link(work, case, models, request, due_at)
    channel = channel_of(work, case, request)
    left = _left_to_a_person(work, case, models, request, channel)
    if left:
        work.stores.requests.change(request, sent_at=None, reminded_at=None, answered_at=None)
        end_pause(work, case)
        return {"sent_at": None, "due_at": due_at, "post_by": post_within(work, case, models), **left}
    work.stores.requests.change(request, state="sent", sent_at=work.now, reminded_at=None, answered_at=None)
    pause_again(work, case)
    work.record(
        case.id, "request_sent", request.recipient_role, business_key=request.reference, channel=channel
    )
    return {"sent_at": work.now, "due_at": due_at, "document": None, "is_aloud": False, "post_by": None}


def _left_to_a_person(
    work: Work, case: Case, models: CompiledModels, request: InformationRequest, channel: str
) -> Mapping[str, Any]:
    """Return what a person needs to send the request: a letter, or that they ask aloud. Empty of what leaves by itself, and of
    versions without a task for it."""
    if request.kind == "hearing":
        held_out = gives_hearings(models)
        return {"document": letter_of(work, case, models, request), "is_aloud": False} if held_out else {}
    if channel == "letter":
        letter = write_request(work, case, models, request)
        if letter is not None and has_posting_task(models):
            return {"document": str(letter), "is_aloud": False}
        if letter is not None:
            leave_to_people(work, case, models, "request")
    if channel in _ALOUD and asks_aloud(models):
        return {"document": None, "is_aloud": True}
    return {}


def due_on_of(request: InformationRequest) -> date:
    """Return the due date. Raise ValueError if the request has none."""
    if request.due_on is None:
        raise ValueError("a request without a due date")
    return request.due_on


def _begin_round(work: Work, case: Case, request: InformationRequest, call: OperationCall) -> None:
    """Take the questions and the due date from the newest review of the reply; if only the way changes, what is asked stays."""
    changes: dict[str, Any] = {"round": int(call.variables["round"]), "more_time_until": None}
    if call.variables.get("choice") == _OTHER_WAY:
        # A hearing is held out as its recorder writes; its letter is made anew with the new day.
        changes["channel"] = str(call.variables.get("new_channel") or request.channel)
        changes |= {"state": "created", "stalled_at": None, "due_on": _given_day(call) or request.due_on}
        work.stores.requests.change(request, **changes)
        unstall(work, case, request)
        return
    review = work.stores.submissions.latest(case.id, "review_reply", request.reference)
    answers = from_json(review.answers) if review else {}
    questions = {
        **request.questions,
        "questions": answers.get("new_questions") or request.questions.get("questions"),
    }
    work.stores.requests.ask_again(request, questions)
    due_on = answers.get("new_due_on") or request.due_on
    work.stores.requests.change(request, **changes, due_on=due_on)


def _given_day(call: OperationCall) -> date | None:
    given = call.variables.get("new_due_on")
    return given if isinstance(given, date) else None


def unstall(work: Work, case: Case, closed: InformationRequest) -> None:
    """The case is stalled no more, unless another of its requests is."""
    others = any(
        each.state == "stalled" and each.id != closed.id for each in work.stores.requests.of_case(case.id)
    )
    if not others:
        work.change_case(case.id, is_stalled=False)

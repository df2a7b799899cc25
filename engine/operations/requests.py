"""Information requests: opened, reminded, extended, stalled, closed. A decision table says when to remind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from engine.bpmn import OperationCall
from engine.casework.consents_to_ask import entry_on, recipient_in_ledger
from engine.casework.links import remind, send_about, wants_reminders
from engine.casework.neutral_questions import questions_of
from engine.casework.target_pauses import end_pause
from engine.casework.unread_answers import unread_answer
from engine.casework.withdrawals import lacks_consent
from engine.clock import day_of
from engine.domain.calendar import end_of
from engine.domain.cases import Case
from engine.domain.consents import NotInForce
from engine.domain.people import Role
from engine.executor import Work
from engine.feel.values import from_json
from engine.instances import CompiledModels
from engine.operations.asking import channel_of, due_on_of, request_of_call, spoken_way, unstall
from engine.operations.declaration import EACH_VISIT, each_submission_of, each_value_of, operation
from engine.operations.hearings import call_off
from engine.operations.new_dates import move_due
from engine.operations.notices import notify_caseworker
from engine.operations.papers import legal_basis, write_closing
from engine.operations.posting import begin_posting
from engine.storage.requests import ASKED_IN, AWAITED_STATES, CONSENT, NUMBERED, InformationRequest


@operation(
    label="Avaa tietopyynnöt",
    sentence="Tekee tietopyynnön jokaisesta lomakkeen new_information_request rivistä.",
    inputs={},
    outputs={"requests": "list of requests"},
    once=each_submission_of("new_information_request"),
)
def open_requests(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """Open one request for each row. The rows' text stays sealed in the tables; the process gets ids and dates."""
    submission = work.stores.submissions.latest(case.id, "new_information_request")
    rows = from_json(submission.answers).get("requests", []) if submission else []
    number = len(work.stores.requests.of_case(case.id))
    asked_in = call.instance_id
    return {
        "requests": [
            _opened(work, case, models, row, number + place, asked_in) for place, row in enumerate(rows, 1)
        ]
    }


def _opened(
    work: Work,
    case: Case,
    models: CompiledModels,
    row: Mapping[str, Any],
    number: int,
    asked_in: UUID | None,
) -> dict[str, Any]:
    reference = f"{NUMBERED}{number}"
    contact = str(row.get("recipient_contact") or "")
    is_person = row["recipient"] == Role.APPLICANT
    may_remind = row.get("person_prefers_no_reminders") != "yes"
    may_remind = may_remind and (not is_person or wants_reminders(work, case))
    language = str(row.get("request_language") or case.language)
    due_on = row["due_on"]
    rests_on = entry_on(work, case, recipient_in_ledger(row), row.get("recipient_name"))
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
            "wants_reminders": may_remind,
        },
        questions={
            **questions_of(models, row, language),
            "necessity": row.get("necessity") or "",
            ASKED_IN: str(asked_in) if asked_in else None,
            CONSENT: str(rests_on.id) if rests_on and row.get("legal_basis") == "consent" else None,
        },
        moment=work.now,
    )
    return {
        "id": reference,
        "kind": "information",
        "recipient": str(row["recipient"]),
        "due_at": end_of(due_on),
        "wants_reminders": may_remind,
        "is_police": row.get("is_police") == "yes",
        "legal_basis": str(row.get("legal_basis") or ""),
    }


@operation(
    label="Muistuta vastaajaa",
    sentence="Lähettää vastaajalle yhden neutraalin muistutuksen ennen määräpäivää. Jos hänelle ei voi kirjoittaa "
    "tai linkki on lukittunut, muistutus menee käsittelijälle. Määräpäivänä ja sen jälkeen ei muistuteta, eikä ilman "
    "suostumusta: silloin hetki jää tyhjäksi.",
    inputs={"request": "request"},
    outputs={"reminded_at": "date and time"},
    sends="muistutus",
    records=("request_reminded",),
    once=EACH_VISIT,
)
def send_reminder(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """Send the link again; a new one if the old one has been opened. A timer that fires late reminds nobody."""
    request = request_of_call(work, case, call)
    if lacks_consent(work, case, request) or work.today >= due_on_of(request):
        return {"reminded_at": None}
    if not remind(work, case, models, request, due_on_of(request)):
        notify_caseworker(work, case, models)
    work.stores.requests.change(request, state="reminded", reminded_at=work.now)
    work.record(case.id, "request_reminded", request.recipient_role, business_key=request.reference)
    return {"reminded_at": work.now}


@operation(
    label="Jatka määräaikaa",
    sentence="Antaa vastaajalle lisää aikaa ja lähettää uuden määräpäivän viestinä (434/2003 33 §). Jos viestiä ei voi lähettää, "
    "laatii kirjeen: ihminen lähettää sen tai kertoo päivän muuten. Aiemmat versiot vaihtavat tässä myös tavan, jolla kysytään.",
    inputs={"request": "request", "choice": "text", "new_due_on": "date"},
    outputs={"due_at": "date and time"},
    sends="uusi määräpäivä",
    records=("request_extended", "letter_written", "left_to_people", "new_date_untold"),
    once=EACH_VISIT,
)
def extend_request(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    request = request_of_call(work, case, call)
    if lacks_consent(work, case, request):
        raise NotInForce
    due_on: date = call.variables.get("new_due_on") or due_on_of(request)
    due_at = end_of(due_on)
    changes: dict[str, Any] = {"state": "sent", "reminded_at": None, "stalled_at": None}
    if call.variables.get("choice") == "other_channel":
        # Only versions before come here: they have no task in which somebody would post a letter.
        changes["channel"] = spoken_way(work, case, request)
    work.stores.requests.change(request, **changes)
    move_due(work, case, models, work.stores.requests.get(case.id, request.reference), due_on)
    unstall(work, case, request)
    work.record(
        case.id,
        "request_extended",
        request.recipient_role,
        business_key=request.reference,
        due_on=due_on.isoformat(),
    )
    return {"due_at": due_at}


@operation(
    label="Pysäytä tietopyynnöt",
    sentence="Pysäyttää muistutukset, määräpäivät ja seurannan, kunnes peruuttaminen on varmistettu henkilön kanssa. Vastaajille ei "
    "kerrota mitään, ja vastaus otetaan yhä vastaan.",
    inputs={},
    outputs={"paused_at": "date and time"},
    records=("requests_paused",),
    once=EACH_VISIT,
)
def pause_requests(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    if _open_requests(work, case, call):
        work.record(case.id, "requests_paused")
    return {"paused_at": work.now}


@operation(
    label="Jatka tietopyyntöjä",
    sentence="Siirtää avoimien pyyntöjen määräpäiviä niin monella päivällä kuin ne seisoivat, ja lähettää uuden päivän vastaajalle "
    "viestinä. Jos viestiä ei voi lähettää, laatii kirjeen: ihminen lähettää sen tai kertoo päivän muuten.",
    inputs={"requests_paused_at": "date and time"},
    outputs={"stood_days": "number"},
    sends="uusi määräpäivä",
    records=("requests_resumed", "letter_written", "left_to_people", "new_date_untold"),
    once=EACH_VISIT,
)
def resume_requests(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """A day begun is a day: nobody gets less time than they had."""
    paused_at = call.variables.get("requests_paused_at")
    if not isinstance(paused_at, datetime):
        return {"stood_days": 0}
    days = (work.today - day_of(paused_at)).days
    still_open = _open_requests(work, case, call)
    for request in still_open:
        if days and request.due_on is not None and request.state in AWAITED_STATES:
            move_due(work, case, models, request, request.due_on + timedelta(days=days))
    if still_open:
        work.record(case.id, "requests_resumed", days=days)
    return {"stood_days": days}


@operation(
    label="Merkitse jumiutuneeksi",
    sentence="Merkitsee pyynnön ja asian jumiutuneiksi ja ilmoittaa käsittelijälle.",
    inputs={"request": "request"},
    outputs={"stalled_at": "date and time"},
    sends="ilmoitus jumiutuneesta pyynnöstä",
    records=("request_stalled",),
    once=EACH_VISIT,
)
def mark_stalled(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    request = request_of_call(work, case, call)
    work.stores.requests.change(request, state="stalled", stalled_at=work.now)
    work.change_case(case.id, is_stalled=True)
    notify_caseworker(work, case, models)
    work.record(case.id, "request_stalled", request.recipient_role, business_key=request.reference)
    return {"stalled_at": work.now}


@operation(
    label="Sulje tietopyyntö",
    sentence="Sulkee pyynnön: vastattu, jatketaan ilman tai lopetettu. Linkki lakkaa toimimasta ja jumimerkintä poistuu. "
    "Jos vastausta ei enää tarvita, siitä kerrotaan vastaajalle.",
    inputs={"request": "request", "reply_state": "text", "choice": "text"},
    outputs={"closed_at": "date and time"},
    sends="tieto, ettei vastausta tarvita",
    records=("request_closed", "letter_written", "left_to_people"),
    once=each_value_of("request"),
)
def close_request(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    request = request_of_call(work, case, call)
    choice = call.variables.get("choice")
    closed_as = {"proceed": "proceeded_without", "cancel": "cancelled"}.get(str(choice), "proceeded_without")
    unread = unread_answer(work, request)
    if unread is not None and request.answered_at is None:
        # Asked anew after it, nobody answered again: what they had answered they have answered.
        work.stores.requests.change(request, answered_at=unread.sent_at)
        request = replace(request, answered_at=unread.sent_at)
    if call.variables.get("reply_state") == "answered" or unread is not None:
        closed_as = "answered"
    _close(work, case, models, request, closed_as)
    return {"closed_at": work.now}


@operation(
    label="Sulje avoimet tietopyynnöt",
    sentence="Sulkee kaikki tässä menettelyssä tehdyt avoimet pyynnöt ja niiden linkit: jatketaan ilman niitä, tai pyynnöt "
    "lopetetaan (cancelled), kun se päättyy. Muiden menettelyjen pyynnöt jatkuvat, paitsi jos henkilö on kuollut. Vastaajille kerrotaan, ettei vastausta enää tarvita.",
    inputs={"closed_as": "text", "lapse_reason": "text"},
    outputs={"closed": "number"},
    sends="tieto, ettei vastausta tarvita",
    records=("request_closed", "letter_written", "left_to_people"),
    once=EACH_VISIT,
)
def close_open_requests(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    ends_all = call.variables.get("lapse_reason") == "death"
    still_open = _open_requests(work, case, call, ends_all=ends_all)
    closed_as = "cancelled" if call.variables.get("closed_as") == "cancelled" else "proceeded_without"
    for request in still_open:
        _close(work, case, models, request, closed_as)
        if closed_as == "cancelled" and not ends_all:
            call_off(work, case, models, request)
    return {"closed": len(still_open)}


def _open_requests(
    work: Work, case: Case, call: OperationCall, *, ends_all: bool = False
) -> list[InformationRequest]:
    """Return the open requests of the instance that calls. Others of the case go on: a removal hears beside an examination.

    `ends_all`: those of every instance, because the person has died and nobody is heard any more.
    """
    asked = work.stores.requests.of_case(case.id)
    return [each for each in asked if each.is_open and (ends_all or each.is_of(call.instance_id))]


def _as_last_asked(work: Work, case: Case, request: InformationRequest) -> InformationRequest:
    """A round that left nobody asked takes back neither that the round before left nor its answer."""
    if request.sent_at is not None:
        return request
    known = work.stores.timeline.of_case(case.id, "request_sent", "reply_received")
    moments = {each.kind: each.at for each in known if each.facts.get("business_key") == request.reference}
    if "request_sent" not in moments:
        return request
    sent_at, answered_at = moments["request_sent"], moments.get("reply_received")
    work.stores.requests.change(request, sent_at=sent_at, answered_at=answered_at)
    return replace(request, sent_at=sent_at, answered_at=answered_at)


def _close(
    work: Work, case: Case, models: CompiledModels, request: InformationRequest, closed_as: str
) -> None:
    if not request.is_open:
        return
    request = _as_last_asked(work, case, request)
    if request.sent_at is None and closed_as == "proceeded_without":
        closed_as = (
            "cancelled"  # A letter that nobody posted asked nobody: there is no answer to go on without.
        )
    work.stores.requests.change(request, state="closed", closed_at=work.now, closed_as=closed_as)
    work.stores.links.revoke_of_request(request.id, work.now)
    if closed_as != "answered" and request.kind == "information":
        send_about(work, case, models, request, "mail_message_closed", {})
        if request.sent_at is not None and channel_of(work, case, request) == "letter":
            begin_posting(
                work,
                case,
                models,
                "request_closed",
                write_closing(work, case, models, request),
                request.recipient_role,
                request.reference,
            )
    unstall(work, case, request)
    end_pause(work, case)
    work.record(case.id, "request_closed", closed_as, business_key=request.reference)

"""A letter beside a decision left, by the hands of somebody, on a day that fits; or it did not, and why stands beside it."""

from __future__ import annotations

from datetime import date

from engine.casework.contact_channels import open_ways
from engine.casework.contact_reports import ask_caseworker
from engine.casework.decision_corrections import signed_last
from engine.casework.letters_under_way import WARN
from engine.casework.links import LINK_OUTLIVES_DUE
from engine.casework.lost_ways import lost_on
from engine.casework.paper_readers import PaperReader, moved_request, reader_of_paper, request_of
from engine.casework.postal_addresses import require_postal_address
from engine.casework.posting import asks_aloud
from engine.casework.recordings.hearing import BY_POST, WAY, reaches_on, record_hearing_given
from engine.casework.recordings.recording import Recording
from engine.casework.taken_back import require_before_pause
from engine.casework.target_pauses import pause_again
from engine.casework.withdrawals import REFERRER_NOTICE, STOPPED, offers_stop, unnotified_since, withdrawn_on
from engine.clock import day_of, noon_of
from engine.domain.acts import Act
from engine.domain.calendar import end_of
from engine.domain.cases import Case
from engine.domain.chronology import Dated, explained
from engine.domain.people import Role
from engine.domain.safe_contact import PartyNotSafe, PostNotSafe, way_to_ask
from engine.errors import Invalid
from engine.executor import Work
from engine.storage.requests import InformationRequest
from engine.texts import day


class ConsentTakenBack(Invalid):
    sentence = (
        "Henkilö on peruuttanut suostumuksensa tähän pyyntöön. Kirjettä ei lähetetä eikä kysytä muullakaan tavalla: valitse, "
        "että suostumus on peruutettu."
    )


class TellingTakenBack(Invalid):
    sentence = (
        "Henkilö on peruuttanut suostumuksensa siihen, että ohjaaja saa tietää ratkaisun. Kirjettä ei lähetetä: valitse, että "
        "suostumus on peruutettu."
    )


class LetterOvertaken(Invalid):
    sentence = "Asia on ratkaistu uudelleen sen jälkeen, kun kirje laadittiin. Älä lähetä sitä: valitse, että kirje ei lähde."


class RequestEnded(Invalid):
    sentence = "Pyyntö päättyi ennen tätä päivää, eikä vastausta enää odoteta. Älä lähetä kirjettä: valitse, että kirje ei lähde."


class ConsentHolds(Invalid):
    sentence = "Tätä kirjettä koskevaa suostumusta ei ole peruutettu. Kirjoita, miksi kirje ei lähde."


class NoTimeLeft(Invalid):
    sentence = (
        "Vastaajalle ei jää aikaa: kysymys tavoittaa hänet %(day)s. Anna myöhempi määräpäivä. Postitetun kirjeen katsotaan "
        "tavoittavan seitsemäntenä päivänä lähettämisestä (hallintolaki 59 §)."
    )


def record_paper(work: Work, recording: Recording) -> None:
    """Record that a letter left, or did not. The referrer has been notified only of a letter that left.

    Refuse what goes to somebody unsafe, and post that is not safe for its reader: what left while it was is recorded.
    """
    case, task = recording.case, recording.task
    scope = work.instances.scope_of(case, task.instance_id, task.task_key)
    request = request_of(work, case, scope)
    paper = "request" if request is not None else str(scope.get("notice") or "")
    document = scope.get("request_letter") if request is not None else scope.get("notice_document")
    is_sent = recording.text("paper_state") == "sent"
    sent_on = recording.day("sent_on") or work.today
    if is_sent:
        reader = reader_of_paper(work, case, scope)
        _require_safe(work, recording, reader, sent_on)
        _require_in_order(work, case, paper, str(document), sent_on)
    moved = moved_request(work, case, scope)
    if request is None:
        _may_leave(work, recording, moved or paper, sent_on)
        if (
            is_sent
            and moved is not None
            and moved.closed_at is not None
            and sent_on > day_of(moved.closed_at)
        ):
            raise RequestEnded(field="paper_state")
    elif request.is_open:
        if is_sent:
            require_before_pause(work, case, sent_on, field="paper_state")
        # One that ended with its person a moment ago stays ended: the process of this task ends by a due row.
        _record_request(work, recording, request, sent_on, is_sent=is_sent)
    work.record(
        case.id,
        "notice_sent" if is_sent else "notice_not_sent",
        paper,
        business_key=task.business_key,
        document=str(document) if document else None,
        **({"sent_on": sent_on.isoformat(), "way": _way(recording)} if is_sent else {}),
    )
    if is_sent and request is not None and BY_POST in _ways(recording) and not reader.post_is_safe:
        # It left while the address was safe, and lies where somebody else may open it.
        work.record(case.id, WARN, "request", business_key=request.reference, left_on=sent_on.isoformat())
        ask_caseworker(work, case, reported=False)
    if is_sent and paper == REFERRER_NOTICE:
        work.record(case.id, "referrer_notified", "with_consent", sent_on=sent_on.isoformat())


def _record_request(
    work: Work, recording: Recording, request: InformationRequest, sent_on: date, *, is_sent: bool
) -> None:
    """Record what a letter asks."""
    if request.kind != "hearing":
        if _may_leave(work, recording, request, sent_on):
            _ask(work, recording, request, is_sent=is_sent)
    elif is_sent:
        record_hearing_given(work, recording, request)
    elif recording.text("paper_state") == STOPPED:
        # Nobody is heard with a consent: there is none to take back. A hearing that was not held out to the person is called
        # off and assessed anew: nobody has been heard.
        raise ConsentHolds(field="paper_state")


def _ways(recording: Recording) -> tuple[str, ...]:
    return recording.text("paper_way"), recording.text(WAY)


def _require_safe(work: Work, recording: Recording, reader: PaperReader, sent_on: date) -> None:
    """Refuse what is not safe, and post to nobody's address. What left before the day of the mark had left; of the day itself
    see `ORDERS`."""
    way = recording.text("paper_way") or recording.text(WAY)
    by_post = recording.text("paper_way") == BY_POST
    if reader.is_unsafe or (by_post and not reader.post_is_safe):
        lost = lost_on(work, recording.case, reader.party, way)
        if lost is None or sent_on > lost:
            raise PartyNotSafe(field="paper_state") if reader.is_unsafe else PostNotSafe(field="paper_way")
    if by_post:
        require_postal_address(work, recording.case, reader.party, field="paper_way", on=sent_on)


def _require_in_order(work: Work, case: Case, paper: str, document: str, sent_on: date) -> None:
    """Refuse a day on which there was nothing to send, and a yes or no that another signed decision has replaced."""
    made = {str(each.id): each.created_at for each in work.stores.documents.of_case(case.id)}
    made_at = made.get(document)
    if made_at is None:
        return
    explained(
        {"sent_on": Dated(Act.NOTICE_SENT, sent_on)}, {Act.NOTICE_MADE: day_of(made_at)}, work.today, {}
    )
    decided = signed_last(work, case, "admission") if paper == REFERRER_NOTICE else None
    if decided is not None and decided.signed_at is not None and decided.signed_at > made_at:
        raise LetterOvertaken(field="paper_state")


def _way(recording: Recording) -> str:
    return recording.text("paper_way") or recording.text("notice_channel") or recording.text(WAY)


def _may_leave(work: Work, recording: Recording, letter: InformationRequest | str, sent_on: date) -> bool:
    """False of what asks or tells with a consent that was withdrawn: that disclosure stops. What left before that day had
    left, and on that day with a reason (`ORDERS` of `domain/chronology.py`)."""
    state = recording.text("paper_state")
    case = recording.case
    withdrawn = (
        unnotified_since(work, case, letter) if isinstance(letter, str) else withdrawn_on(work, case, letter)
    )
    if withdrawn is None:
        if state == STOPPED:
            raise ConsentHolds(field="paper_state")
        return True
    if state == "sent" and sent_on <= withdrawn:
        return True
    # A form of an earlier version knows only that the letter does not leave.
    if state == "sent" or (state != STOPPED and offers_stop(recording.models)):
        taken_back = TellingTakenBack if isinstance(letter, str) else ConsentTakenBack
        raise taken_back(field="paper_state")
    return False


def _ask(work: Work, recording: Recording, request: InformationRequest, *, is_sent: bool) -> None:
    """Only what left has been asked. Of a letter that does not leave a person asks aloud, in a task of its own; versions before
    took it for asked by phone, or in person if no call is safe."""
    if is_sent:
        sent_on = recording.day("sent_on") or work.today
        way = recording.text("paper_way")
        recorded_as = "" if way == BY_POST else way
        ask_on(work, recording, request, sent_on, "letter", reaches_on(way, sent_on), recorded_as=recorded_as)
    elif not asks_aloud(recording.models):
        ask_on(work, recording, request, work.today, _way_instead(work, request), work.today)


def ask_on(
    work: Work,
    recording: Recording,
    request: InformationRequest,
    asked_on: date,
    way: str,
    reached_on: date,
    *,
    recorded_as: str = "",
) -> None:
    """The request has been asked. There is time to answer from the day on which it reaches its reader (434/2003 33, 59 §).

    An answer that came by the link on the day on which the letter left, or later, stands: it goes to review.
    """
    due_on = recording.day("new_due_on") or request.due_on
    if due_on is not None and due_on <= reached_on and recording.shows("new_due_on"):
        raise NoTimeLeft(field="new_due_on", day=day("fi", reached_on))
    sent_at = work.now if asked_on == work.today else noon_of(asked_on)
    # A call, or a letter that left on a later day, asks again: the person may send another answer.
    is_answered = (
        request.answered_at is not None and way == "letter" and asked_on <= day_of(request.answered_at)
    )
    standing = {"state": "answered"} if is_answered else {"state": "sent", "answered_at": None}
    # A letter handed over or sent by secure mail is a letter still: closing the request takes a letter too.
    work.stores.requests.change(request, sent_at=sent_at, due_on=due_on, channel=way, **standing)
    pause_again(work, recording.case)
    if due_on is not None and due_on != request.due_on:
        work.stores.links.extend_of_request(request.id, end_of(due_on) + LINK_OUTLIVES_DUE)
    work.record(
        recording.case.id,
        "request_sent",
        request.recipient_role,
        business_key=request.reference,
        channel=recorded_as or way,
    )


def require_time(work: Work, due_on: date | None, field: str, *, by_letter: bool) -> None:
    """Refuse a day on which nobody could answer: a letter that is posted today reaches its reader on the seventh."""
    reached_on = reaches_on(BY_POST if by_letter else "", work.today)
    if due_on is not None and due_on <= reached_on:
        raise NoTimeLeft(field=field, day=day("fi", reached_on))


def _way_instead(work: Work, request: InformationRequest) -> str:
    if request.recipient_role != Role.APPLICANT:
        return "phone"
    return way_to_ask(("phone",), open_ways(work.stores.parties.of_case(request.case_id), work.today))

"""A reply that a caseworker records for someone outside, given by phone, by letter or in person."""

from __future__ import annotations

from engine.casework.arrivals import settle_replies
from engine.casework.case_deadlines import cancel, meet
from engine.casework.contact_reports import report_in_reply
from engine.casework.party_changes import is_unreached
from engine.casework.posted_letters import has_come_back
from engine.casework.recordings.contact import LetterCameBack, NotReached
from engine.casework.recordings.recording import Recording
from engine.casework.taken_back import require_not_paused
from engine.casework.target_pauses import end_pause
from engine.domain.deadline_kinds import REQUEST
from engine.errors import Invalid
from engine.executor import Work


class StillMayAnswer(Invalid):
    sentence = "Määräaika on vielä kesken. Vastaamatta jättämisen voi kirjata vasta määräpäivän jälkeen."


def record_reply(work: Work, recording: Recording) -> None:
    if recording.task.business_key is None:
        return
    request = work.stores.requests.find(recording.case.id, recording.task.business_key)
    if request is None:
        return
    if recording.text("heard") == "no_answer" and is_unreached(work, recording.case, request):
        raise NotReached(field="heard")
    if recording.text("heard") == "no_answer" and has_come_back(work, recording.case, request.reference):
        raise LetterCameBack(field="heard")
    if recording.text("heard") == "no_answer" and request.due_on is not None and work.today <= request.due_on:
        raise StillMayAnswer(field="heard")
    settle_replies(work, recording.case, request.reference)
    if not request.is_open:
        # Another part of the case ended it, a death say: it stays ended, and the answer is registered (434/2003 42 §).
        work.record(
            recording.case.id, "late_reply_received", request.recipient_role, business_key=request.reference
        )
        return
    if recording.text("heard") == "no_answer":
        cancel(work, recording.case, REQUEST, "no_answer", request.reference)
    else:
        meet(work, recording.case, REQUEST, "answered", request.reference, on=recording.day("heard_on"))
    work.stores.requests.answered(request, recording.answers, work.now)
    end_pause(work, recording.case)
    work.stores.links.revoke_of_request(request.id, work.now)
    work.record(
        recording.case.id,
        "reply_received",
        request.recipient_role,
        business_key=request.reference,
        **_of_hearing(recording),
    )
    report_in_reply(work, recording.case, request, recording.answers)


def record_review(work: Work, recording: Recording) -> None:
    if recording.text("reply_enough") == "ask_again":
        require_not_paused(work, recording.case, field="reply_enough")


def _of_hearing(recording: Recording) -> dict[str, str]:
    """Return the facts of a hearing: its answer, and of one that was spoken or written the way and the day."""
    answer, heard_on = recording.text("heard"), recording.day("heard_on")
    facts = {"heard": answer, "channel": recording.text("heard_how")}
    on = {"on": heard_on.isoformat()} if heard_on else {}
    return {name: value for name, value in facts.items() if value} | on

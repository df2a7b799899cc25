"""A reply that a caseworker records for someone outside, given by phone, by letter or in person."""

from __future__ import annotations

from engine.casework.recordings.recording import Recording
from engine.executor import Work


def record_reply(work: Work, recording: Recording) -> None:
    if recording.task.business_key is None:
        return
    request = work.stores.requests.find(recording.case.id, recording.task.business_key)
    if request is None:
        return
    work.stores.requests.change(request, state="answered", answered_at=work.now)
    work.stores.links.revoke_of_request(request.id, work.now)
    work.record(recording.case.id, "reply_received", request.recipient_role, business_key=request.reference)

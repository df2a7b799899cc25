"""A notice to somebody who is no party: sent by a person, on a day that fits."""

from __future__ import annotations

from engine.casework.recordings.recording import Recording
from engine.clock import day_of
from engine.errors import Invalid
from engine.executor import Work


class SentBeforeMade(Invalid):
    sentence = "Päivä on ennen kuin asiakirja laadittiin. Tarkista päivä."


def record_notice(work: Work, recording: Recording) -> None:
    """Record that the document left, in the words of the one who sent it; its text and its ground stand in the document."""
    case, task = recording.case, recording.task
    scope = work.instances.scope_of(case, task.instance_id, task.task_key)
    kind = str(scope.get("notice") or "")
    if recording.text("notice_state") != "sent":
        work.record(case.id, "notice_not_sent", kind, business_key=task.business_key)
        return
    sent_on = recording.day("sent_on") or work.today
    made = {str(each.id): each.created_at for each in work.stores.documents.of_case(case.id)}
    made_at = made.get(str(scope.get("notice_document")))
    if made_at is not None and sent_on < day_of(made_at):
        raise SentBeforeMade(field="sent_on")
    work.record(
        case.id,
        "notice_sent",
        kind,
        business_key=task.business_key,
        sent_on=sent_on.isoformat(),
        way=recording.text("notice_channel"),
    )

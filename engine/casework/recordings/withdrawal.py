"""A wish to withdraw, confirmed with the person. Death needs no talk."""

from __future__ import annotations

from engine.casework.clienthood import end_removal_of_dead, owe_removal, removal_begins
from engine.casework.recordings.free_will import require_free_will
from engine.casework.recordings.recording import Recording
from engine.executor import Work


def record_withdrawal(work: Work, recording: Recording) -> None:
    if recording.text("withdrawal") != "confirmed":
        work.record(recording.case.id, "withdrawal_not_confirmed")
        return
    if recording.text("lapse_reason") == "death":
        end_removal_of_dead(work, recording.case)
    if recording.text("lapse_reason") != "withdrawn":
        return
    require_free_will(recording)
    confirmed_on = recording.day("confirmed_on") or work.today
    work.record(
        recording.case.id,
        "withdrawal_confirmed",
        on=confirmed_on.isoformat(),
        submission=str(recording.submission_id),
    )
    if removal_begins(work, recording.case):
        # After an admission, an oral one too, nothing lapses by a wish: who wants to leave is removed (38 f §).
        owe_removal(work, recording.case, wished=True)
        return
    if recording.text("applies_self") == "yes":
        work.record(recording.case.id, "applies_self")

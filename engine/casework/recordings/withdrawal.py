"""A wish to withdraw, confirmed with the person. Death needs no talk."""

from __future__ import annotations

from engine.casework.recordings.free_will import require_free_will
from engine.casework.recordings.recording import Recording
from engine.executor import Work


def record_withdrawal(work: Work, recording: Recording) -> None:
    if recording.text("withdrawal") != "confirmed" or recording.text("lapse_reason") != "withdrawn":
        return
    require_free_will(recording)
    if recording.text("applies_self") == "yes":
        work.record(recording.case.id, "applies_self")

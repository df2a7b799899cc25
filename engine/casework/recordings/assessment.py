"""The assessment of a matter: it may propose any outcome, unless an oral decision was given."""

from __future__ import annotations

from engine.casework.recordings.oral_decision import require_same_as_oral
from engine.casework.recordings.recording import Recording
from engine.executor import Work


def record_assessment(work: Work, recording: Recording) -> None:
    require_same_as_oral(work, recording.case, recording.text("outcome_proposed"), field="outcome_proposed")

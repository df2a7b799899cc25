"""The assessment of a matter: bound by the tests of 746/2011 35 §, and by what has already been decided aloud."""

from __future__ import annotations

from engine.casework.recordings.oral_decision import require_same_as_oral
from engine.casework.recordings.recording import Recording
from engine.domain.cases import Case
from engine.domain.grounds import require_lawful
from engine.executor import Work
from engine.feel.values import from_json


def record_assessment(work: Work, recording: Recording) -> None:
    outcome = recording.text("outcome_proposed")
    require_lawful(recording.answers, outcome, field="outcome_proposed")
    require_same_as_oral(work, recording.case, outcome, field="outcome_proposed")


def require_as_assessed(work: Work, case: Case, outcome: str, *, field: str) -> None:
    """Require that the outcome follows from the newest assessment. A case that was never assessed has nothing to follow."""
    assessed = work.stores.submissions.latest(case.id, "assessment")
    if assessed is not None:
        require_lawful(from_json(assessed.answers), outcome, field=field)

"""The assessment of a matter: bound by the tests of 746/2011 35 §, and by what has already been decided aloud."""

from __future__ import annotations

from engine.casework.correction_course import needs_consent
from engine.casework.recordings.hearing import require_time
from engine.casework.recordings.oral_decision import require_same_as_oral
from engine.casework.recordings.recording import Recording
from engine.domain.ages import age_of
from engine.domain.cases import Case
from engine.domain.decision_corrections import NotInFavour
from engine.domain.grounds import require_lawful
from engine.domain.law import ADULT_AGE, HEARD_AGE
from engine.errors import Invalid
from engine.executor import Work
from engine.feel.values import from_json


def record_assessment(work: Work, recording: Recording) -> None:
    _require_age_as_born(work, recording)
    outcome = recording.text("outcome_proposed")
    require_lawful(recording.answers, outcome, field="outcome_proposed")
    require_time(work, recording)
    scope = work.instances.scope_of(recording.case, recording.task.instance_id, recording.task.task_key)
    key = scope.get("correction_key")
    if not key:
        require_same_as_oral(work, recording.case, outcome, field="outcome_proposed")
    elif needs_consent(work, recording.case, outcome):
        raise NotInFavour(field="outcome_proposed")


def _require_age_as_born(work: Work, recording: Recording) -> None:
    person = work.stores.parties.applicant_of(recording.case.id)
    age = age_of(person.identity, work.today) if person is not None else None
    if age is None:
        return
    if age >= HEARD_AGE and recording.text("child_heard") == "under_12":
        raise Invalid("Syntymäajan mukaan lapsi on täyttänyt 12 vuotta. Kuule häntä.", field="child_heard")
    if age < ADULT_AGE and recording.text("concerns_child") == "no":
        raise Invalid("Syntymäajan mukaan asia koskee lasta.", field="concerns_child")


def require_as_assessed(work: Work, case: Case, outcome: str, *, field: str) -> None:
    """Require that the outcome follows from the newest assessment. A case that was never assessed has nothing to follow."""
    assessed = work.stores.submissions.latest(case.id, "assessment")
    if assessed is not None:
        require_lawful(from_json(assessed.answers), outcome, field=field)

"""The assessment of a matter: bound by the tests of 746/2011 35 §, and by what has already been decided aloud."""

from __future__ import annotations

from typing import Final

from engine.casework.childs_ground import (
    REASONS,
    REFERENCE,
    follows_spoken,
    require_child,
    require_parent_known,
)
from engine.casework.correction_course import needs_consent
from engine.casework.recordings.hearing import require_time
from engine.casework.recordings.oral_decision import require_same_as_oral
from engine.casework.recordings.recording import Recording
from engine.domain.ages import age_of
from engine.domain.cases import Case, Outcome
from engine.domain.decision_corrections import NotInFavour
from engine.domain.grounds import require_lawful
from engine.domain.law import ADULT_AGE, HEARD_AGE
from engine.errors import Invalid
from engine.executor import Work
from engine.feel.values import from_json

LEAST_OF_A_LINE: Final = 20
"""Characters of an answer to one sign: fewer only repeat that it does not suffice."""


class SignsUnanswered(Invalid):
    sentence = (
        "Seikkoja, joihin on vastattava: %(count)s. Kirjoita jokaisesta oma rivi, vähintään %(least)s merkkiä: mikä seikka on ja "
        "miksi vaatimus on siitä huolimatta heti perusteeton. Muuten henkilöä kuullaan."
    )


def record_assessment(work: Work, recording: Recording) -> None:
    _require_age_as_born(work, recording)
    outcome = recording.text("outcome_proposed")
    require_lawful(recording.answers, outcome, field="outcome_proposed")
    if outcome == Outcome.ADMITTED_35_3:
        _require_child_and_parent(work, recording)
    require_time(work, recording)
    _require_signs_answered(recording)
    scope = work.instances.scope_of(recording.case, recording.task.instance_id, recording.task.task_key)
    key = scope.get("correction_key")
    if not key:
        require_same_as_oral(work, recording.case, outcome, field="outcome_proposed")
    elif needs_consent(work, recording.case, outcome):
        raise NotInFavour(field="outcome_proposed")


def _require_child_and_parent(work: Work, recording: Recording) -> None:
    """A child, whose interest is assessed (746/2011 5 §), of a parent whose case is known."""
    if not follows_spoken(work, recording.case):
        require_child(work, recording.case, work.today, field="outcome_proposed")
        if recording.text("concerns_child") == "no":
            raise Invalid(
                "35 § 3 momentti koskee lasta. Vastaa kyllä ja arvioi lapsen etu.", field="concerns_child"
            )
    # A version before asks for no reasons: its signer gives them.
    if recording.asks(REASONS):
        require_parent_known(
            work, recording.case, recording.text(REFERENCE), recording.text(REASONS), may_wait=True
        )


def _require_signs_answered(recording: Recording) -> None:
    """A claim that is refused at once as groundless, despite signs that speak for it, has an answer to each of them
    (434/2003 34 § 2 mom. 1 kohta, 45 §)."""
    if not recording.shows("groundless_despite"):
        return
    signs = recording.answers.get("indicators")
    count = max(len(signs) if isinstance(signs, list | tuple) else 0, 1)
    lines = recording.text("groundless_despite").splitlines()
    if sum(len(each.strip()) >= LEAST_OF_A_LINE for each in lines) < count:
        raise SignsUnanswered(field="groundless_despite", count=count, least=LEAST_OF_A_LINE)


def _require_age_as_born(work: Work, recording: Recording) -> None:
    person = work.stores.parties.applicant_of(recording.case.id)
    age = age_of(person.identity, work.today) if person is not None else None
    if age is None:
        return
    require_heard_by_age(recording, age)
    if age < ADULT_AGE and recording.text("concerns_child") == "no":
        raise Invalid("Syntymäajan mukaan asia koskee lasta.", field="concerns_child")


def require_heard_by_age(recording: Recording, age: int | None) -> None:
    """Refuse the answer that a child is younger than twelve where the birth date says otherwise (746/2011 5 §)."""
    if age is not None and age >= HEARD_AGE and recording.text("child_heard") == "under_12":
        raise Invalid("Syntymäajan mukaan lapsi on täyttänyt 12 vuotta. Kuule häntä.", field="child_heard")


def require_as_assessed(work: Work, case: Case, outcome: str, *, field: str) -> None:
    """Require that the outcome follows from the newest assessment. A case that was never assessed has nothing to follow."""
    assessed = work.stores.submissions.latest(case.id, "assessment")
    if assessed is not None:
        require_lawful(from_json(assessed.answers), outcome, field=field)

"""Days on which persons must leave Finland, and detention: in sight on every page of their cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import and_, select

from engine.clock import day_of
from engine.domain.cases import Case, CaseState
from engine.domain.corrections import CLARIFICATION
from engine.domain.deadline_kinds import TARGET
from engine.executor import Work
from engine.feel.values import from_json
from engine.queries.case_waits import RUNNING
from engine.storage.open_rows import CASE_IS_OPEN
from engine.storage.submissions import Submission
from engine.storage.tables.cases import CASES, DEADLINES
from forms.estimates import ESTIMATE, is_estimate

DEPARTURE_QUESTION: Final = "removal_known"
DETENTION_QUESTION: Final = "in_detention"
URGENCY_TABLE: Final = "triage"
"""The table that is asked about urgency keeps what was known among its inputs."""

NEAR_DAYS: Final = 14
"""Our own limit, as in the table of urgency."""

_Heard = TypeVar("_Heard")
_Words = tuple[Mapping[str, Any], str, datetime, UUID | None]
"""Answers, the form, its moment and the record."""


@dataclass(frozen=True, slots=True)
class Departure:
    """An answer on the day on which the person must leave Finland."""

    is_set: bool
    """False: no such day has been set."""
    on: date | None = None
    """None of a day that is set and that nobody knows exactly."""
    estimate: str = ""
    """Words for that day, where somebody could say about when it is."""


@dataclass(frozen=True, slots=True)
class KnownDeparture:
    """The newest word on it in a case, and on detention, that a reader may read."""

    departure: Departure | None
    """None where none is set."""
    is_detained: bool
    form_key: str
    """The form that says the newest of it; empty of what a case knew from its beginning, as a child's own case does."""
    at: datetime
    clarified: tuple[str, ...] = ()
    """Clarifications written beside that form: the day itself has already steered the case."""


def answer_on_departure(answers: Mapping[str, Any]) -> Departure | None:
    """Return what a form says of the day; None if it says nothing. Who does not know takes nothing away."""
    answer = answers.get(DEPARTURE_QUESTION)
    if answer == "no":
        return Departure(is_set=False)
    if answer != "yes":
        return None
    on = from_json(answers.get("removal_on"))
    words = str(on[ESTIMATE]) if is_estimate(on) else ""
    return Departure(is_set=True, on=on if isinstance(on, date) else None, estimate=words)


def answer_on_detention(answers: Mapping[str, Any]) -> bool | None:
    """Return whether a form says that the person is detained; None if it says nothing."""
    answer = answers.get(DETENTION_QUESTION)
    return bool(answer == "yes") if answer in ("yes", "no") else None


def departure_in(work: Work, case: Case, submissions: Sequence[Submission]) -> KnownDeparture | None:
    """Return the newest word; None where no day is set and nobody is detained, and of a closed case. `submissions`: those
    that the actor may read, oldest first."""
    if case.state is CaseState.CLOSED:
        return None
    words: list[_Words] = [
        (each.answers, each.form_key, each.sent_at, each.id) for each in reversed(submissions)
    ]
    if not any(answer_on_detention(answers) is not None for answers, *_source in words):
        asked = work.stores.evaluations.latest_of((case.id,), URGENCY_TABLE).get(case.id)
        words += [] if asked is None else [(asked.inputs, "", asked.at, None)]
    departure = _newest(words, answer_on_departure)
    detained = _newest(words, answer_on_detention)
    is_set, is_detained = departure is not None and departure[0].is_set, detained is not None and detained[0]
    if not is_set and not is_detained:
        return None
    sources = [each[1:] for each, holds in ((departure, is_set), (detained, is_detained)) if each and holds]
    form_key, at, record_id = max(sources, key=lambda each: each[1])
    shown = departure[0] if departure and is_set else None
    return KnownDeparture(shown, is_detained, form_key, at, _clarified(work, case, record_id))


def _clarified(work: Work, case: Case, record_id: UUID | None) -> tuple[str, ...]:
    if record_id is None:
        return ()
    found = work.stores.corrections.of_subject(case.id, record_id)
    return tuple(str(each.after.get(CLARIFICATION)) for each in found if each.kind == CLARIFICATION)


def _newest(
    words: Iterable[_Words], read: Callable[[Mapping[str, Any]], _Heard | None]
) -> tuple[_Heard, str, datetime, UUID | None] | None:
    for answers, form_key, at, record_id in words:
        heard = read(answers)
        if heard is not None:
            return heard, form_key, at, record_id
    return None


def pressing(work: Work, known: Mapping[UUID, Departure]) -> Mapping[UUID, Departure]:
    """Return those that a list marks: of open cases, soon, or on or before the day until which the case is to be decided, or
    on an unknown day. Of a decided case a day that has passed says nothing.

    It costs a statement where a day is set in some of the cases.
    """
    found = {case_id: each for case_id, each in known.items() if each.is_set}
    if not found:
        return {}
    target = and_(
        DEADLINES.c.case_id == CASES.c.id, DEADLINES.c.name == TARGET, DEADLINES.c.state.in_(RUNNING)
    )
    rows = work.stores.unit.rows(
        select(CASES.c.id, CASES.c.outcome, DEADLINES.c.due_at)
        .outerjoin(DEADLINES, target)
        .where(CASES.c.id.in_(found), CASE_IS_OPEN)
    )
    return {
        row["id"]: found[row["id"]]
        for row in rows
        if _is_near(found[row["id"]].on, row["due_at"], work.today, is_decided=row["outcome"] is not None)
    }


def _is_near(on: date | None, target: datetime | None, today: date, *, is_decided: bool) -> bool:
    if on is None:
        return True
    if is_decided:
        return on >= today
    return target is None or on <= max(day_of(target), today + timedelta(days=NEAR_DAYS))

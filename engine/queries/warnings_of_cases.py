"""Warnings in lists and on pages of cases: a person in danger, and parties through whom nothing may go."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from engine.domain.cases import Case
from engine.executor import Work
from engine.storage.evaluations import DecisionEvaluation
from engine.storage.submissions import Submission
from engine.storage.tables.cases import CASES, PARTIES

DANGER_FORMS: Final = (
    "application",
    "child_application",
    "referral",
    "phone_intake",
    "register",
    "assessment",
    "tell_withheld",
)
"""The forms that ask about danger."""
DANGER_QUESTIONS: Final = ("still_in_danger", "in_danger")
RAISED: Final = "class_raised"
"""Asked where danger is not ruled out: the case is urgent from now on."""
DANGER_TABLE: Final = "triage"
"""The table that is asked about urgency keeps what was known of danger among its inputs."""


@dataclass(frozen=True, slots=True)
class KnownDanger:
    """The newest word on danger in a case that a reader may read."""

    is_now: bool
    form_key: str
    """The form that says it; empty of what a case knew from its beginning, as a child's own case does."""
    at: datetime


def answer_on_danger(answers: Mapping[str, Any]) -> bool | None:
    """Return whether a form says that the person is in danger; None if it says nothing. Who does not know says nothing, so
    that what was known before holds; unless they made the case urgent for it."""
    answer = next((answers[name] for name in DANGER_QUESTIONS if isinstance(answers.get(name), str)), "")
    if answer in ("yes", "no"):
        return bool(answer == "yes")
    return True if answers.get(RAISED) == "yes" else None


def _asked_with_urgency(evaluation: DecisionEvaluation) -> bool | None:
    return answer_on_danger({"in_danger": evaluation.inputs.get("in_danger")})


def endangered(work: Work, ids: Collection[UUID]) -> frozenset[UUID]:
    """Return the cases of open content whose newest word is that the person is in danger.

    It costs a list one statement; another one if no form of some of the cases has answered, and one if an answer has been
    corrected.
    """
    if not ids:
        return frozenset()
    heard = work.stores.submissions.newest_answer(ids, DANGER_FORMS, answer_on_danger)
    found = {case_id for case_id, is_now in heard.items() if is_now}
    if silent := [each for each in ids if each not in heard]:
        asked = work.stores.evaluations.latest_of(silent, DANGER_TABLE)
        found |= {case_id for case_id, each in asked.items() if _asked_with_urgency(each)}
    return frozenset(found)


def danger_in(work: Work, case: Case, submissions: Sequence[Submission]) -> KnownDanger | None:
    """Return the newest word on danger; None if there is none. `submissions`: those that the actor may read, oldest first."""
    for each in reversed(submissions):
        is_now = answer_on_danger(each.answers)
        if is_now is not None:
            return KnownDanger(is_now, each.form_key, each.sent_at)
    asked = work.stores.evaluations.latest_of((case.id,), DANGER_TABLE).get(case.id)
    is_now = None if asked is None else _asked_with_urgency(asked)
    return None if asked is None or is_now is None else KnownDanger(is_now, "", asked.at)


def unsafe_kinds(work: Work, ids: Collection[UUID]) -> Mapping[UUID, tuple[str, ...]]:
    """Return the kinds of the unsafe parties of open content, by case."""
    unsafe = (
        select(PARTIES.c.case_id, PARTIES.c.kind)
        .join(CASES, CASES.c.id == PARTIES.c.case_id)
        .where(PARTIES.c.case_id.in_(ids), PARTIES.c.is_unsafe, PARTIES.c.removed_at.is_(None))
        .where(CASES.c.content_sealed_at.is_(None))
        .order_by(PARTIES.c.id)
    )
    found: dict[UUID, tuple[str, ...]] = {}
    for row in work.stores.unit.rows(unsafe):
        known = found.get(row["case_id"], ())
        found[row["case_id"]] = known if row["kind"] in known else (*known, row["kind"])
    return found

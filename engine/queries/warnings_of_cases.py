"""Warnings in lists and on pages of cases: a person in danger, detained or about to leave Finland, and dangerous parties."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from engine.domain.cases import Case, CaseClass
from engine.executor import Work
from engine.queries.departures import (
    URGENCY_TABLE,
    Departure,
    answer_on_departure,
    answer_on_detention,
    pressing,
)
from engine.queries.relations import awaited_by_children
from engine.storage.evaluations import DecisionEvaluation
from engine.storage.parties import Party
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


@dataclass(frozen=True, slots=True)
class KnownDanger:
    """The newest word on danger in a case that a reader may read."""

    is_now: bool
    form_key: str
    """The form that says it; empty of what a case knew from its beginning, as a child's own case does."""
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseWarnings:
    """Warnings that a list shows of one case."""

    is_in_danger: bool = False
    is_detained: bool = False
    departure: Departure | None = None
    """A near day on which the person must leave Finland."""
    unsafe: tuple[str, ...] = ()
    """Kinds of parties through whom nothing may go."""
    unsafe_names: tuple[str, ...] = ()
    """Their names, to a reader who may see them; empty if nobody knows one of them."""

    child_waits: str = ""
    """Class of the most urgent case of a child whose decision waits for this case's outcome; empty if none does."""

    def __bool__(self) -> bool:
        return bool(
            self.is_in_danger or self.is_detained or self.departure or self.unsafe or self.child_waits
        )

    def named(self, parties: Iterable[Party]) -> CaseWarnings:
        """Return the same with the names of the unsafe among the case's parties."""
        names = tuple(each.name for each in parties if each.is_unsafe)
        return replace(self, unsafe_names=names) if self.unsafe and all(names) else self


NO_WARNINGS: Final = CaseWarnings()


def answer_on_danger(answers: Mapping[str, Any]) -> bool | None:
    """Return whether a form says that the person is in danger; None if it says nothing. Who does not know says nothing, so
    that what was known before holds; unless they made the case urgent for it."""
    answer = next((answers[name] for name in DANGER_QUESTIONS if isinstance(answers.get(name), str)), "")
    if answer in ("yes", "no"):
        return bool(answer == "yes")
    return True if answers.get(RAISED) == "yes" else None


def _asked_with_urgency(evaluation: DecisionEvaluation) -> bool | None:
    return answer_on_danger({"in_danger": evaluation.inputs.get("in_danger")})


def warnings_of(work: Work, ids: Collection[UUID]) -> Mapping[UUID, CaseWarnings]:
    """Return what a list warns of in each of these cases, of open content.

    The forms cost a list one statement; another one if no form of some of the cases has answered on danger, one if an answer
    has been corrected, and one if the person of some case must leave Finland.
    """
    if not ids:
        return {}
    reads = {"danger": answer_on_danger, "departure": answer_on_departure, "detained": answer_on_detention}
    heard = {
        case_id: dict(each)
        for case_id, each in work.stores.submissions.newest_answers(ids, DANGER_FORMS, reads).items()
    }
    if silent := [each for each in ids if "danger" not in heard.get(each, {})]:
        for case_id, asked in work.stores.evaluations.latest_of(silent, URGENCY_TABLE).items():
            known = heard.setdefault(case_id, {})
            for name, read in reads.items():
                known.setdefault(name, read(asked.inputs))
    set_days = {case_id: each["departure"] for case_id, each in heard.items() if each.get("departure")}
    near, unsafe, children = (
        pressing(work, set_days),
        unsafe_kinds(work, ids),
        awaited_by_children(work, ids),
    )
    return {
        each: CaseWarnings(
            is_in_danger=bool(heard.get(each, {}).get("danger")),
            is_detained=bool(heard.get(each, {}).get("detained")),
            departure=near.get(each),
            unsafe=unsafe.get(each, ()),
            child_waits=_most_urgent(children.get(each, ())),
        )
        for each in ids
    }


def _most_urgent(children: Iterable[Case]) -> str:
    classes = [each.case_class or CaseClass.CHILD for each in children]
    return min(classes, key=list(CaseClass).index).value if classes else ""


def danger_in(work: Work, case: Case, submissions: Sequence[Submission]) -> KnownDanger | None:
    """Return the newest word on danger; None if there is none. `submissions`: those that the actor may read, oldest first."""
    for each in reversed(submissions):
        is_now = answer_on_danger(each.answers)
        if is_now is not None:
            return KnownDanger(is_now, each.form_key, each.sent_at)
    asked = work.stores.evaluations.latest_of((case.id,), URGENCY_TABLE).get(case.id)
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

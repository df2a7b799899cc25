"""A child in the application of another case: the words about them, from which their own case began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from engine.domain.applications import CHILD_FORM
from engine.domain.cases import Case
from engine.domain.policy import Action
from engine.errors import Forbidden, NotFound, ProofRequired
from engine.executor.engine import Work
from engine.feel.values import from_json
from engine.storage.submissions import Submission
from forms.conditions import rows_in

_FORMS: Final = ("application", CHILD_FORM, "referral", "phone_intake")
_CHILDREN: Final = "children"
_NAMES: Final = ("given_names", "family_name")
_BORN_ON: Final = "born_on"


def words_of_child(work: Work, case: Case) -> tuple[Submission, ...]:
    """Return the applications of the case from which this one was opened, with no other answer than those about this child.
    Empty for a reader who may not open that case; who may has an entry in its log."""
    if case.parent_id is None or not case.is_application:
        return ()
    person = work.stores.parties.applicant_of(case.id)
    opened_from = work.stores.cases.get(case.parent_id)
    if person is None or not work.may(opened_from, Action.CASE_FILE):
        return ()
    found = answers_on(work, opened_from, person.identity)
    found = tuple(each for each in found if not opened_from.is_shut_to(work.actor, each.sent_at))
    if not found:
        return ()
    try:
        work.open_case(opened_from, Action.CASE_FILE)
    except (Forbidden, NotFound, ProofRequired):
        return ()
    return found


def answers_on(work: Work, case: Case, identity: Mapping[str, Any]) -> tuple[Submission, ...]:
    """Return the case's applications that name this child, with no other answer than the child's."""
    found = []
    for each in work.stores.submissions.of_case(case.id, *_FORMS):
        row = _row_of(rows_in(from_json(dict(each.answers)).get(_CHILDREN)), identity)
        if row is not None:
            found.append(replace(each, answers={_CHILDREN: [row]}))
    return tuple(found)


def answer_about(found: tuple[Submission, ...], question: str) -> object:
    """Return the newest answer about the child; None where nobody gave one."""
    rows = [row for each in found for row in rows_in(each.answers.get(_CHILDREN))]
    given = (row.get(question) for row in reversed(rows))
    return next((each for each in given if each and not isinstance(each, Mapping)), None)


def _row_of(rows: Sequence[Mapping[str, Any]], identity: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the row of the child with this name and birth date, or the only one with either: the other was corrected since."""
    likeness = [_likeness(each, identity) for each in rows]
    best = max(likeness, default=0)
    return rows[likeness.index(best)] if best and likeness.count(best) == 1 else None


def _likeness(row: Mapping[str, Any], identity: Mapping[str, Any]) -> int:
    named = [row.get(each) for each in _NAMES] == [identity.get(each) for each in _NAMES]
    born = row.get(_BORN_ON)
    return named + (born is not None and str(born) == str(identity.get(_BORN_ON)))

"""Restricting a case: only those named in it and its heads see it. Each change has its reason and stands in its course."""

from __future__ import annotations

from typing import Final

from engine.domain.cases import Case
from engine.executor.engine import Work

REGISTERED_SO: Final = "Rajoitettiin asiaa kirjattaessa."
FROM_PARENT: Final = "Avattiin rajoitetusta asiasta."
"""Reasons of restrictions for which nobody writes one."""


def restrict(work: Work, case: Case, reason: str) -> None:
    _set(work, case, reason, is_restricted=True)


def lift_restriction(work: Work, case: Case, reason: str) -> None:
    _set(work, case, reason, is_restricted=False)


def note_restriction(work: Work, case: Case, reason: str, *, is_restricted: bool) -> None:
    """Write down why a case is restricted, or is so no more."""
    work.stores.restrictions.add(case.id, reason, work.actor.person_id, work.now, is_restricted=is_restricted)
    work.record(case.id, "case_restricted" if is_restricted else "restriction_lifted")


def _set(work: Work, case: Case, reason: str, *, is_restricted: bool) -> None:
    work.change_case(case.id, is_restricted=is_restricted)
    note_restriction(work, case, reason, is_restricted=is_restricted)

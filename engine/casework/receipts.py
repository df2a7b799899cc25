"""The code by which a sender follows a case, and the days by which they hear more."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from engine.clock import day_of, moment_of
from engine.domain.calendar import working_days_later
from engine.domain.cases import Case
from engine.domain.deadline_kinds import TARGET
from engine.domain.policy import Action
from engine.domain.tasks import RINGING_FORM
from engine.executor.engine import Work
from engine.executor.permissions import permit_case, require_scope

READ_IN: Final = 3
"""Working days within which something new is read, where nothing in the ledger or the task list says a day."""
ENQUIRY_ACTS_IN: Final = timedelta(hours=4)
"""Within which an on-call worker begins with an enquiry in which somebody may be in danger, as with an urgent case."""
DANGER: Final = ("yes", "unknown")
"""Answers that ring the on-call workers: danger, and danger that is not ruled out."""
CODE_GIVEN = "applicant_code_given"


def code_for(work: Work, idempotency_key: str) -> str:
    """Return a code of sixteen digits (53 bits), derived from the idempotency key: a repeated sending shows the same one."""
    digest = work.stores.root.digest("receipt code", idempotency_key)
    return str(int(hashlib.sha256(digest.encode()).hexdigest(), 16) % 10**16).zfill(16)


def code_given(work: Work, case: Case, act: str) -> str:
    """Return the code that a staff member gives, derived from person, case and act: knowing the act alone does not
    give the code."""
    return code_for(work, f"given {case.id} {work.actor.person_id} {act}")


def permit_giving(work: Work, reference: str) -> Case:
    """Permit caseworkers, managers and directors who may open the case. No service account has the scope."""
    require_scope(work, "codes:give")
    return permit_case(work, reference, Action.GIVE_CODE)


def read_by(work: Work, case: Case) -> date:
    """Return the day by which an unregistered case is read: the due day of its first task, else the usual one."""
    dues = [task.due_at for task in work.stores.tasks.open_in(case.id) if task.due_at is not None]
    if case.pending_at is None and dues:
        return day_of(min(dues))
    return usually_read_by(case.received_at)


def urgent_by(work: Work, case: Case) -> datetime | None:
    """Return by when the on-call worker acts, as their task says; None if nothing urgent waits for them."""
    dues = [task.due_at for task in work.stores.tasks.open_in(case.id) if task.form_key == RINGING_FORM]
    return next((due for due in dues if due is not None), None)


def enquiry_urgent_by(content: Mapping[str, Any], received_at: datetime) -> datetime | None:
    """Return by when an on-call worker begins with an enquiry; None if nobody is in danger in it."""
    return received_at + ENQUIRY_ACTS_IN if content.get("in_danger") in DANGER else None


def enquiry_read_by(content: Mapping[str, Any], received_at: datetime) -> date:
    """Return the day by which an enquiry is answered: in danger, that of the hour by which somebody begins."""
    acts_by = enquiry_urgent_by(content, received_at)
    return day_of(acts_by) if acts_by is not None else usually_read_by(received_at)


def late_before(today: date) -> datetime:
    """Return the moment before which what was promised to be read by yesterday at the latest arrived."""
    return moment_of(working_days_later(today, -READ_IN), "0.00")


def usually_read_by(received_at: datetime) -> date:
    return working_days_later(day_of(received_at), READ_IN)


def decided_by(work: Work, case: Case) -> date | None:
    """Return the day of the internal target, as the ledger has it today; None before the case has one."""
    target = work.stores.deadlines.find(case.id, TARGET)
    return target.due_on if target is not None else None

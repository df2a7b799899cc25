"""What whoever sent something is told of it: the code, and the day by which they hear more."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta

from engine.clock import day_of
from engine.domain.cases import Case
from engine.executor.performing import Work

READ_IN = timedelta(days=3)
"""Within which something new is read, where nothing in the ledger or the task list says a day."""
TARGET = "target"


def code_for(work: Work, idempotency_key: str) -> str:
    """Sixteen digits (53 bits) derived from the sender's key, so that a repeated sending shows the same ones."""
    digest = work.stores.master.digest("receipt code", idempotency_key)
    return str(int(hashlib.sha256(digest.encode()).hexdigest(), 16) % 10**16).zfill(16)


def read_by(work: Work, case: Case) -> date:
    """The day by which a case that nobody has registered is read: its first task's, as its process says it."""
    dues = [task.due_at for task in work.stores.tasks.open_in(case.id) if task.due_at is not None]
    if case.pending_at is None and dues:
        return day_of(min(dues))
    return usually_read_by(case.received_at)


def usually_read_by(received_at: datetime) -> date:
    return day_of(received_at + READ_IN)


def decided_by(work: Work, case: Case) -> date | None:
    """The target of the deadline ledger, as it stands today; None before the case has one."""
    target = work.stores.deadlines.find(case.id, TARGET)
    return target.due_on if target is not None else None

"""The days on which each class of a case's data is destroyed, by the table of the case's version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from engine.casework.clienthood import clienthood_of
from engine.casework.decision_corrections import lapse_reason_of
from engine.domain.cases import Case, CaseState
from engine.domain.retention import period_later
from engine.executor.engine import Work
from engine.storage.sealing import SealingClass

CLASSES = {"engine_state": SealingClass.ENGINE}


def set_days(work: Work, case: Case, rows: Iterable[Mapping[str, Any]]) -> None:
    """Store the plan that rows of the table give.

    While the person is a client (746/2011 35 § 4 mom.) no period begins; then all are counted from the clienthood's end,
    which is the death if it ended so. Of somebody who never was a client they are counted from the closing.
    """
    clienthood = clienthood_of(work, case)
    began = work.today if clienthood is None else clienthood.until
    plans: dict[str, tuple[str, date | None]] = {}
    for row in rows:
        name = str(row["data_class"])
        sealing_class = CLASSES.get(name, name)
        keep = str(row.get("keep") or "")
        plans[SealingClass(sealing_class).value] = (
            str(row.get("basis") or ""),
            period_later(began, keep) if keep and began is not None else None,
        )
    work.stores.retention.set(case.id, plans, work.now)
    work.record(case.id, "retention_set", classes=sorted(plans))


def set_anew(work: Work, case: Case) -> None:
    """Count the days from the closing of a case that was opened again, or that closed after its days were set. One that is
    open again by now waits for its next closing."""
    if case.state is CaseState.CLOSED:
        set_days(work, case, rows_for(work, case))


def table_of(case: Case) -> str:
    return "retention" if case.is_application else "notice_retention"


def rows_for(work: Work, case: Case) -> tuple[Mapping[str, Any], ...]:
    """Return the rows of the retention table that are for the case as it ended."""
    name = table_of(case)
    table = work.instances.models(case.deployment_id).bundle.tables[name]
    given = {
        "outcome": case.outcome.value if case.outcome else None,
        "lapse_reason": lapse_reason_of(work, case),
        "notice": None,
    }
    rows = table.evaluate(name, given).result
    return tuple(each for each in rows if isinstance(each, dict)) if isinstance(rows, list) else ()

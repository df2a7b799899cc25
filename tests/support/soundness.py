"""Checks of a whole database: rows match the waits of instances, nothing is there twice, the log is unbroken."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from sqlalchemy import Connection, select, text

from engine.domain.people import SYSTEM
from engine.executor import Engine
from engine.queries.faults import FindFaults
from engine.storage.tables.cases import CASE_EVENTS, DOCUMENTS, SUBMISSIONS
from engine.storage.tables.decisions import DELIVERIES
from engine.storage.tables.processes import ELEMENT_RUNS, OUTBOX_MESSAGES, USER_TASKS

_OWN_ID = re.compile(r"\b[0-9a-f]{12}\b")
"""The end of a business key made from an id, such as a delivery's."""

Shape = dict[str, Counter[tuple[str, ...]]]


def faults(engine: Engine) -> list[str]:
    """Return a sentence for each fault. Empty when the database is whole."""
    found = engine.answer(FindFaults(opens_instances=True), SYSTEM)
    with engine.database.view() as connection:
        return [
            *_broken_file(connection, is_sqlite=engine.database.is_sqlite),
            *(f"{each.kind}: {each.count} in {each.place}: {each.examples}" for each in found),
        ]


def _broken_file(connection: Connection, *, is_sqlite: bool) -> Iterator[str]:
    if is_sqlite:
        lines = connection.execute(text("pragma integrity_check")).scalars().all()
        yield from (f"integrity: {line}" for line in lines if line != "ok")


def shape_of(engine: Engine) -> Shape:
    """Return the history without ids and times: two runs of one script have the same shape."""
    lines = {
        "events": select(CASE_EVENTS.c.kind, CASE_EVENTS.c.subject),
        "runs": select(
            ELEMENT_RUNS.c.process_id, ELEMENT_RUNS.c.element_id, ELEMENT_RUNS.c.path, ELEMENT_RUNS.c.state
        ),
        "tasks": select(USER_TASKS.c.element_id, USER_TASKS.c.business_key, USER_TASKS.c.state),
        "documents": select(DOCUMENTS.c.kind, DOCUMENTS.c.direction),
        "deliveries": select(DELIVERIES.c.channel, DELIVERIES.c.state),
        "submissions": select(SUBMISSIONS.c.form_key, SUBMISSIONS.c.business_key),
        "outbox": select(OUTBOX_MESSAGES.c.kind, OUTBOX_MESSAGES.c.sent_at.is_not(None)),
    }
    with engine.database.view() as connection:
        return {
            name: Counter(
                tuple(_OWN_ID.sub("…", str(each)) for each in row) for row in connection.execute(statement)
            )
            for name, statement in lines.items()
        }

"""Rows without a story, for what looks at tables alone."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert

from engine.storage.tables.cases import CASES
from engine.storage.tables.processes import DEPLOYMENTS


def a_case(connection: Connection) -> UUID:
    """Of a deployment of its own."""
    case_id, deployment_id, now = uuid4(), uuid4(), datetime(2026, 11, 27, tzinfo=UTC)
    connection.execute(
        insert(DEPLOYMENTS).values(
            id=deployment_id, number=1, sha256="", files=b"", specs=b"", deployed_at=now
        )
    )
    connection.execute(
        insert(CASES).values(
            id=case_id,
            reference="2026-1",
            channel="self",
            state="registered",
            language="fi",
            received_at=now,
            deployment_id=deployment_id,
        )
    )
    return case_id

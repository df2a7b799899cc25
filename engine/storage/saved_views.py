"""The inbox views that people have saved under a name, which is sealed: a person may name a view after somebody."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, delete, select

from engine.domain.inbox import DueWithin, SavedView, TaskFilter, Urgency, View
from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.sealing import Vault
from engine.storage.tables.people import SAVED_VIEWS
from engine.storage.unit_of_work import UnitOfWork

_PURPOSE: Final = "names of views"
_NAME: Final = "name"
"""Beside the filter. The column of the name holds a keyed digest, which keeps it unique."""


class SavedViews:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def of(self, person_id: UUID) -> tuple[SavedView, ...]:
        """Return the person's views, oldest first."""
        rows = self._unit.rows(
            select(SAVED_VIEWS)
            .where(SAVED_VIEWS.c.person_id == person_id)
            .order_by(SAVED_VIEWS.c.created_at, SAVED_VIEWS.c.id)
        )
        return tuple(
            value_of(SavedView, row, name=self._name_of(row), narrowed=_read(row["narrowed"])) for row in rows
        )

    def keep(self, person_id: UUID, name: str, view: View, narrowed: TaskFilter, moment: datetime) -> None:
        """Store a view; one with the same name is replaced."""
        view_id, digest = new_id(), self._vault.root.digest(_PURPOSE, f"{person_id} {name}")
        sealed = self._vault.seal_apart(_PURPOSE, str(view_id), name)
        for known in (digest, name):
            # The second is how the version before stored it.
            self._unit.delete(SAVED_VIEWS, {"person_id": person_id, "name": known})
        self._unit.insert(
            SAVED_VIEWS,
            {
                "id": view_id,
                "person_id": person_id,
                "name": digest,
                "view": view.value,
                "narrowed": {**_written(narrowed), _NAME: b64encode(sealed).decode()},
                "created_at": moment,
            },
        )

    def forget(self, person_id: UUID, view_id: UUID) -> bool:
        """Delete a view. Return False if the person has no such view."""
        gone = self._unit.execute(
            delete(SAVED_VIEWS)
            .where(SAVED_VIEWS.c.person_id == person_id, SAVED_VIEWS.c.id == view_id)
            .returning(SAVED_VIEWS.c.id)
        )
        return gone.first() is not None

    def _name_of(self, row: RowMapping) -> str:
        sealed = row["narrowed"].get(_NAME)
        if sealed is None:
            return str(row["name"])
        return str(self._vault.open_apart(_PURPOSE, str(row["id"]), b64decode(sealed)))


def _written(narrowed: TaskFilter) -> dict[str, Any]:
    return {
        "form_key": narrowed.form_key,
        "due": narrowed.due.value if narrowed.due else "",
        "team": narrowed.team,
        "urgency": narrowed.urgency.value if narrowed.urgency else "",
        "waits_for_me": narrowed.waits_for_me,
    }


def _read(kept: Mapping[str, Any]) -> TaskFilter:
    return TaskFilter(
        form_key=kept["form_key"],
        due=DueWithin(kept["due"]) if kept["due"] else None,
        team=kept["team"],
        urgency=Urgency(kept["urgency"]) if kept["urgency"] else None,
        waits_for_me=kept["waits_for_me"],
    )

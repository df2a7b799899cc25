"""The inbox views that people have saved under a name, which is sealed: a person may name a view after somebody."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, or_, select, update

from engine.domain.inbox import EVERYONE, DueWithin, Order, SavedView, TaskFilter, Urgency, View
from engine.domain.people import Actor
from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.sealing import Vault
from engine.storage.tables.people import PEOPLE, SAVED_VIEWS
from engine.storage.unit_of_work import UnitOfWork

_PURPOSE: Final = "names of views"
_NAME: Final = "name"
"""Beside the filter. The column of the name holds a keyed digest, which keeps it unique."""


class SavedViews:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def of(self, actor: Actor) -> tuple[SavedView, ...]:
        """Return the actor's own views, then those shared with them, each oldest first."""
        audiences = [each for each in (actor.team, EVERYONE) if each]
        rows = self._unit.rows(
            select(*SAVED_VIEWS.c, PEOPLE.c.name.label("owner"))
            .join(PEOPLE, PEOPLE.c.id == SAVED_VIEWS.c.person_id)
            .where(
                or_(SAVED_VIEWS.c.person_id == actor.person_id, SAVED_VIEWS.c.shared_with.in_(audiences)),
            )
            .order_by(SAVED_VIEWS.c.created_at, SAVED_VIEWS.c.id)
        )
        found = [self._view(row) for row in rows]
        return tuple(sorted(found, key=lambda each: each.person_id != actor.person_id))

    def get(self, view_id: UUID) -> SavedView:
        """Raise NotFound if there is none."""
        return self._view(
            self._unit.one(
                select(*SAVED_VIEWS.c, PEOPLE.c.name.label("owner"))
                .join(PEOPLE, PEOPLE.c.id == SAVED_VIEWS.c.person_id)
                .where(SAVED_VIEWS.c.id == view_id)
            )
        )

    def shared(self, audience: str) -> frozenset[UUID]:
        """Return the ids of the views that are shared with a team or everyone."""
        found = select(SAVED_VIEWS.c.id).where(SAVED_VIEWS.c.shared_with == audience)
        return frozenset(self._unit.execute(found).scalars())

    def keep(
        self,
        person_id: UUID,
        name: str,
        view: View,
        narrowed: TaskFilter,
        moment: datetime,
        shared_with: str = "",
    ) -> None:
        """Store a view; one of the person's with the same name is replaced."""
        view_id, digest = new_id(), self._digest(person_id, name)
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
                "shared_with": shared_with or None,
                "created_at": moment,
            },
        )

    def forget(self, view_id: UUID) -> None:
        self._unit.delete(SAVED_VIEWS, {"id": view_id})

    def seal_names(self) -> int:
        """Seal the names that the version before stored in clear. Return how many rows changed.

        A view that its owner has saved again since, under the same name, is the newer one: the old row goes.
        """
        rows = self._unit.rows(select(SAVED_VIEWS))
        taken = {(row["person_id"], row["name"]) for row in rows}
        left = [row for row in rows if _NAME not in row["narrowed"]]
        for row in left:
            name, person_id = str(row["name"]), row["person_id"]
            digest = self._digest(person_id, name)
            if (person_id, digest) in taken:
                self.forget(row["id"])
                continue
            sealed = self._vault.seal_apart(_PURPOSE, str(row["id"]), name)
            narrowed = {**row["narrowed"], _NAME: b64encode(sealed).decode()}
            # Another worker may have sealed it meanwhile: then no row has this name.
            self._unit.execute(
                update(SAVED_VIEWS)
                .where(SAVED_VIEWS.c.id == row["id"], SAVED_VIEWS.c.name == name)
                .values(name=digest, narrowed=narrowed)
            )
        return len(left)

    def _digest(self, person_id: UUID, name: str) -> str:
        return self._vault.root.digest(_PURPOSE, f"{person_id} {name}")

    def _view(self, row: RowMapping) -> SavedView:
        return value_of(
            SavedView,
            row,
            name=self._name_of(row),
            narrowed=_read(row["narrowed"]),
            shared_with=row["shared_with"] or "",
            shared_by=row["owner"] if row["shared_with"] else "",
        )

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
        "follow_up": narrowed.follow_up.value if narrowed.follow_up else "",
        "language": narrowed.language,
        "is_stalled": narrowed.is_stalled,
        "order": narrowed.order.value,
    }


def _read(kept: Mapping[str, Any]) -> TaskFilter:
    return TaskFilter(
        form_key=kept["form_key"],
        due=DueWithin(kept["due"]) if kept["due"] else None,
        team=kept["team"],
        urgency=Urgency(kept["urgency"]) if kept["urgency"] else None,
        waits_for_me=kept["waits_for_me"],
        # The version before keeps none of these.
        follow_up=DueWithin(kept["follow_up"]) if kept.get("follow_up") else None,
        language=kept.get("language", ""),
        is_stalled=kept.get("is_stalled", False),
        order=Order(kept.get("order", Order.DUE)),
    )

"""Cases: rows and values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Update, Uuid, bindparam, exists, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from engine.domain.cases import Case, CaseClass, CaseState, Channel, Outcome
from engine.domain.people import Actor
from engine.domain.tasks import OPEN
from engine.errors import NotFound
from engine.storage.gathering import Gathered, Gathering
from engine.storage.prepared import Found, read, read_one
from engine.storage.tables.cases import CASES, DISQUALIFICATIONS
from engine.storage.tables.people import COUNTERS
from engine.storage.tables.processes import USER_TASKS

_FIELDS = tuple(Case.__dataclass_fields__)


def case_of(row: Found, prefix: str = "") -> Case:
    """The value of a row whose columns may carry a prefix."""
    values: dict[str, Any] = {name: row[prefix + name] for name in _FIELDS}
    values["channel"] = Channel(values["channel"])
    values["state"] = CaseState(values["state"])
    values["case_class"] = CaseClass(values["case_class"]) if values["case_class"] else None
    values["outcome"] = Outcome(values["outcome"]) if values["outcome"] else None
    return Case(**values)


class Cases(Gathering):
    def __init__(self, gathered: Gathered) -> None:
        super().__init__(gathered, CASES)

    def add(self, case: Case) -> None:
        self._connection.execute(insert(CASES).values({name: getattr(case, name) for name in _FIELDS}))

    def get(self, case_id: UUID) -> Case:
        found = read_one(self._connection, _get(), {"case": case_id})
        if found is None:
            raise NotFound
        return case_of(found)

    def by_reference(self, reference: str) -> Case:
        found = (
            self._connection.execute(select(CASES).where(CASES.c.reference == reference))
            .mappings()
            .one_or_none()
        )
        if found is None:
            raise NotFound
        return case_of(found)

    def children_of(self, case_id: UUID) -> tuple[Case, ...]:
        rows = read(self._connection, _children(), {"parent": case_id})
        return tuple(case_of(row) for row in rows)

    def open_elsewhere(self, deployment_id: UUID) -> tuple[Case, ...]:
        """Open cases that run on another deployment."""
        rows = self._connection.execute(
            select(CASES)
            .where(CASES.c.state != CaseState.CLOSED, CASES.c.deployment_id != deployment_id)
            .order_by(CASES.c.reference)
        )
        return tuple(case_of(row) for row in rows.mappings())

    def require_visible(self, case: Case, actor: Actor) -> None:
        """Raises NotFound, the very same as for a case that does not exist."""
        assigned, disqualified = (
            self._gathered.reading(USER_TASKS, CASES)
            .execute(
                select(
                    exists().where(
                        USER_TASKS.c.case_id == case.id,
                        USER_TASKS.c.assignee_id == actor.person_id,
                        USER_TASKS.c.state.in_(OPEN),
                    ),
                    exists().where(
                        DISQUALIFICATIONS.c.case_id == case.id,
                        DISQUALIFICATIONS.c.person_id == actor.person_id,
                    ),
                )
            )
            .one()
        )
        if not case.is_visible_to(actor, assigned=assigned, disqualified=disqualified):
            raise NotFound

    def disqualify(self, case_id: UUID, person_id: UUID, reason: str, moment: datetime) -> None:
        self._connection.execute(
            insert(DISQUALIFICATIONS).values(
                case_id=case_id, person_id=person_id, reason=reason, recorded_at=moment
            )
        )

    def is_disqualified(self, case_id: UUID, person_id: UUID) -> bool:
        return bool(
            self._connection.execute(
                select(
                    exists().where(
                        DISQUALIFICATIONS.c.case_id == case_id, DISQUALIFICATIONS.c.person_id == person_id
                    )
                )
            ).scalar_one()
        )

    def keep_the_same_away(self, from_case: UUID, to_case: UUID, moment: datetime) -> None:
        """Whoever is disqualified in one case is so in another that belongs to it."""
        rows = self._connection.execute(
            select(DISQUALIFICATIONS.c.person_id, DISQUALIFICATIONS.c.reason).where(
                DISQUALIFICATIONS.c.case_id == from_case
            )
        ).all()
        for row in rows:
            self.disqualify(to_case, row.person_id, row.reason, moment)

    def advance(self, case: Case, **values: Any) -> None:
        """Take the next version of the case. Outdated, once it is written, where someone else changed it since it was read."""
        facts = {**values, "version": case.version + 1}
        self._gathered.change_seen(
            _advance(tuple(sorted(facts))), {**facts, "wanted": case.id, "seen": case.version}
        )

    def next_number(self, name: str) -> int:
        """The next number of a running series, e.g. of case references in a year."""
        dialect = pg_insert if self._connection.dialect.name == "postgresql" else sqlite_insert
        statement = dialect(COUNTERS).values(name=name, value=1)
        counted = statement.on_conflict_do_update(
            index_elements=[COUNTERS.c.name], set_={"value": COUNTERS.c.value + 1}
        ).returning(COUNTERS.c.value)
        return int(self._connection.execute(counted).scalar_one())

    def find(self, **equal: Any) -> tuple[Case, ...]:
        conditions = [CASES.c[name] == value for name, value in equal.items()]
        rows = self._connection.execute(select(CASES).where(*conditions).order_by(CASES.c.reference))
        return tuple(case_of(row) for row in rows.mappings())


@lru_cache
def _get() -> Select[Any]:
    return select(CASES).where(CASES.c.id == bindparam("case", type_=Uuid))


@lru_cache
def _children() -> Select[Any]:
    return (
        select(CASES).where(CASES.c.parent_id == bindparam("parent", type_=Uuid)).order_by(CASES.c.reference)
    )


def columns_with_prefix(prefix: str) -> Mapping[str, Any]:
    """The case's columns, labelled, for reading it in one statement together with what belongs to it."""
    return {prefix + name: CASES.c[name].label(prefix + name) for name in _FIELDS}


@lru_cache(maxsize=64)
def _advance(names: tuple[str, ...]) -> Update:
    """Built once for the facts that change together."""
    return (
        update(CASES)
        .where(CASES.c.id == bindparam("wanted"), CASES.c.version == bindparam("seen"))
        .values({name: bindparam(name) for name in names})
    )

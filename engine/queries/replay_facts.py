"""Reads the facts of real cases for a replay on a draft. A process owner may not see cases: they get anonymised facts
only.

Each reading is logged in the case's own chain. Cases are left out if their content is shut, if only named people see
them, if their engine state is destroyed, or if they began before steps were recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, exists, func, select
from sqlalchemy import case as sql_case

from engine.casework.anonymising import Cleaner, Vocabulary, vocabulary_of
from engine.casework.model_source import files_at
from engine.casework.replay_facts import Evaluated, Facts, Passage, ReplayRequest
from engine.clock import HELSINKI
from engine.domain.cases import Case, CaseState, Channel
from engine.domain.people import Role
from engine.domain.steps import Called, StepRecord
from engine.errors import Invalid
from engine.executor import Query, Work
from engine.executor.permissions import require_role
from engine.storage.evaluations import DecisionEvaluation
from engine.storage.open_rows import CASE_IS_OPEN
from engine.storage.rows import value_of
from engine.storage.sealing import SealingClass
from engine.storage.tables.cases import CASE_EVENTS, CASES
from engine.storage.tables.processes import ELEMENT_RUNS, STEP_RECORDS
from engine.storage.tables.retention import RETENTION_PLANS

FEWEST: Final = 5
"""Fewer cases than this are not replayed, and counts are rounded down to it: three could tell of someone."""
MOST: Final = 200
"""Of the newest, at once."""
PERIODS: Final = (3, 6, 12)
"""Whole months. Engine state is kept for a year, and freely chosen days would single out a case."""
ACTION: Final = "replay_case"


@dataclass(frozen=True, slots=True)
class Counted:
    """The number of cases that can be replayed, and of those left out, rounded down to FEWEST."""

    replayable: int
    left_out: int
    """0 for fewer than FEWEST: one more today would tell that somebody's case was restricted."""

    @property
    def is_enough(self) -> bool:
        return self.replayable >= FEWEST


@dataclass(frozen=True, slots=True)
class Gathered:
    files: Mapping[str, bytes]
    versions: Mapping[str, Mapping[str, bytes]]
    outputs: Mapping[str, Iterable[str]]
    closed: Counted
    under_way: Counted
    facts: tuple[Facts, ...]
    """Of closed cases first; none of a group that is too small."""

    def request(self, seconds: float) -> ReplayRequest:
        return ReplayRequest(self.files, self.versions, self.outputs, self.facts, seconds)


@dataclass(frozen=True)
class GatherFacts(Query[Gathered]):
    """Return the facts of cases that closed in the last months, and of open ones as far as they have come."""

    source_id: UUID
    months: int = PERIODS[-1]
    most: int = MOST

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER, Role.SYSTEM)

    def execute(self, work: Work) -> Gathered:
        if self.months not in PERIODS and not work.actor.has(Role.SYSTEM):
            raise Invalid("Tällaista ajanjaksoa ei ole.", field="months")
        files = files_at(work, self.source_id)
        since = _months_before(work.today, self.months)
        counts = _closed_since(work, (since,))[0], _under_way(work)
        groups = (_closed(since), CASES.c.closed_at), ((CASE_IS_OPEN,), CASES.c.received_at)
        cases = [
            case
            for (which, day), count in zip(groups, counts, strict=True)
            if count.is_enough
            for case in _newest(work, which, day, self.most)
        ]
        versions = {str(case.deployment_id) for case in cases}
        bundle = {each: work.stores.deployments.content(UUID(each))[0] for each in sorted(versions)}
        return Gathered(
            files,
            bundle,
            {name: operation.outputs for name, operation in work.operations.items()},
            counts[0],
            counts[1],
            facts_of(work, cases),
        )


@dataclass(frozen=True)
class CountReplayable(Query[Mapping[int, tuple[Counted, Counted]]]):
    """Return, for each period in months, the counts of closed and of open cases. No case's content is read."""

    shows_cases = False

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER, Role.SYSTEM)

    def execute(self, work: Work) -> Mapping[int, tuple[Counted, Counted]]:
        under_way = _under_way(work)
        closed = _closed_since(work, [_months_before(work.today, months) for months in PERIODS])
        return {months: (each, under_way) for months, each in zip(PERIODS, closed, strict=True)}


Which = Sequence[ColumnElement[bool]]
_OPENED_BY_APPLICATION = CASES.c.channel != Channel.ENQUIRY


def _may_be_read() -> ColumnElement[bool]:
    begun = exists().where(STEP_RECORDS.c.case_id == CASES.c.id)
    erased = exists().where(
        RETENTION_PLANS.c.case_id == CASES.c.id,
        RETENTION_PLANS.c.sealing_class == SealingClass.ENGINE.value,
        RETENTION_PLANS.c.destroyed_at.is_not(None),
    )
    return CASES.c.is_restricted.is_(False) & CASES.c.content_sealed_at.is_(None) & begun & ~erased


def _closed(since: datetime) -> Which:
    return CASES.c.state == CaseState.CLOSED, CASES.c.closed_at >= since


def _closed_since(work: Work, moments: Sequence[datetime]) -> list[Counted]:
    """Return the count of cases that closed since each of these moments. The cases of the longest period are read once."""
    in_each = [func.count(sql_case((CASES.c.closed_at >= since, 1))) for since in moments]
    return _counted(work, _closed(min(moments)), in_each)


def _under_way(work: Work) -> Counted:
    return _counted(work, (CASE_IS_OPEN,), [func.count()])[0]


def _counted(work: Work, which: Which, counts: Sequence[ColumnElement[int]]) -> list[Counted]:
    def found(*conditions: ColumnElement[bool]) -> Sequence[int]:
        counting = select(*counts).select_from(CASES).where(_OPENED_BY_APPLICATION, *which, *conditions)
        return work.stores.unit.execute(counting).one()

    pairs = zip(found(_may_be_read()), found(), strict=True)
    return [Counted(*(count // FEWEST * FEWEST for count in (some, every - some))) for some, every in pairs]


def _newest(work: Work, which: Which, day: ColumnElement[datetime], most: int) -> list[Case]:
    rows = work.stores.unit.execute(
        select(CASES)
        .where(_OPENED_BY_APPLICATION, *which, _may_be_read())
        .order_by(day.desc(), CASES.c.id)
        .limit(most)
    )
    return [value_of(Case, row) for row in rows.mappings()]


def _months_before(today: date, months: int) -> datetime:
    """Return the first moment of the month that many months before."""
    month = today.year * 12 + today.month - 1 - months
    first = date(month // 12, month % 12 + 1, 1)
    return datetime.combine(first, time(), tzinfo=HELSINKI).astimezone(UTC)


def facts_of(work: Work, cases: Sequence[Case]) -> tuple[Facts, ...]:
    """Return the facts of the cases whose steps were recorded. Each reading is logged."""
    return tuple(_Reading(work, cases).facts())


class _Reading:
    """Reads many cases at once, after logging the reading of each."""

    def __init__(self, work: Work, cases: Sequence[Case]) -> None:
        self._work = work
        self._cases = cases
        self._vocabularies: dict[UUID, Vocabulary] = {}

    def facts(self) -> Iterable[Facts]:
        stores, ids = self._work.stores, [case.id for case in self._cases]
        for case_id in ids:
            stores.access.log_case(case_id, self._work.actor, ACTION, self._work.now)
        records = stores.step_records.of_cases(ids)
        runs = self._rows(select(ELEMENT_RUNS), ELEMENT_RUNS.c.case_id, ids)
        evaluations = stores.evaluations.of_cases(ids)
        closings = self._rows(
            select(CASE_EVENTS).where(CASE_EVENTS.c.kind == "case_closed"), CASE_EVENTS.c.case_id, ids
        )
        for case in self._cases:
            kept = records.get(case.id, ())
            if [each.trigger.kind for each in kept].count("start") == 1 and kept[0].trigger.kind == "start":
                outcome = next((row["subject"] for row in closings.get(case.id, ())), None)
                yield self._fact(case, kept, runs.get(case.id, ()), evaluations.get(case.id, ()), outcome)

    def _rows(
        self, statement: Select[Any], column: ColumnElement[UUID], ids: Sequence[UUID]
    ) -> dict[UUID, list[RowMapping]]:
        found: dict[UUID, list[RowMapping]] = {}
        for row in self._work.stores.unit.execute(statement.where(column.in_(ids))).mappings():
            found.setdefault(row["case_id"], []).append(row)
        return found

    def _vocabulary(self, deployment_id: UUID) -> Vocabulary:
        if deployment_id not in self._vocabularies:
            bundle = self._work.instances.models(deployment_id).bundle
            self._vocabularies[deployment_id] = vocabulary_of(bundle.files, bundle.forms)
        return self._vocabularies[deployment_id]

    def _fact(
        self,
        case: Case,
        kept: Sequence[StepRecord],
        runs: Iterable[RowMapping],
        evaluations: Iterable[DecisionEvaluation],
        outcome: str | None,
    ) -> Facts:
        begins = kept[0].at
        cleaner = Cleaner(self._vocabulary(case.deployment_id), begins)
        return Facts(
            version=str(case.deployment_id),
            begins=begins,
            until=case.closed_at or self._work.now,
            is_closed=case.state is CaseState.CLOSED,
            outcome=outcome,
            steps=tuple(_step(cleaner, each) for each in kept),
            passages=tuple(
                Passage(
                    row["process_id"],
                    row["element_id"],
                    row["path"],
                    row["kind"],
                    row["state"],
                    row["ready_at"],
                    row["ended_at"],
                )
                for row in sorted(runs, key=lambda row: row["ready_at"])
            ),
            evaluated=tuple(
                Evaluated(each.decision, each.at, cleaner.value(each.result)) for each in evaluations
            ),
        )


def _step(cleaner: Cleaner, record: StepRecord) -> StepRecord:
    trigger = record.trigger
    if trigger.kind == "task":
        values: Any = cleaner.answers(trigger.name, trigger.values)
    else:
        values = cleaner.value(trigger.values)
    return StepRecord(
        record.at,
        replace(trigger, business_key=cleaner.key(trigger.business_key), values=values),
        tuple(Called(each.operation, each.path, cleaner.value(each.result)) for each in record.called),
        record.timers,
    )

"""Days on which data are destroyed, and by which rule: of one case and of all; certificates of what was destroyed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, True_, func, select, true

from engine.clock import day_of
from engine.dmn import DecisionModel
from engine.domain.administration import Act
from engine.domain.calendar import end_of
from engine.domain.cases import Case
from engine.domain.people import Role
from engine.domain.policy import HEADS, Action
from engine.domain.retention import ENQUIRY_RULE, answered_before, period_later
from engine.executor import Query, Work
from engine.executor.permissions import permit_case, require_role
from engine.queries.in_sight import PersonInSight, in_sight
from engine.storage.destructions import Certificate, DestroyedKey, digest_of
from engine.storage.enquiries import answered_by_then, enquiry_held_on
from engine.storage.legal_holds import LegalHold, held_cases
from engine.storage.retention import RetentionPlan
from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.tables.cases import CASES, ENQUIRIES
from engine.storage.tables.retention import RETENTION_PLANS
from engine.storage.visibility import seen_by

WATCHERS: Final = (*sorted(HEADS), Role.AUDITOR)
AHEAD: Final = timedelta(days=31)
SHOWN: Final = 200
TABLES: Final = ("retention", "notice_retention")
OUTCOMES: Final = (
    *((each, None) for each in ("admitted_35_1", "admitted_35_2", "admitted_35_3")),
    *((each, None) for each in ("not_admitted", "not_examined", "transferred")),
    *(("lapsed", each) for each in ("withdrawn", "death", "no_consent", "not_reached", "unconfirmed")),
)
"""Endings of a case: outcome, and reason of a lapse."""


@dataclass(frozen=True, slots=True)
class CaseRetention:
    case: Case
    plans: tuple[RetentionPlan, ...]
    holds: tuple[LegalHold, ...]
    """The newest first."""
    in_force: LegalHold | None
    names: Mapping[UUID, str]
    may_place: bool
    may_lift: bool
    """False also for the person who placed it."""
    in_sight: PersonInSight


@dataclass(frozen=True)
class OpenRetention(Query[CaseRetention]):
    """Return the days on which a case's data are destroyed, and the holds that stop it."""

    reference: str

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.RETENTION_PAGE)

    def execute(self, work: Work) -> CaseRetention:
        case = work.stores.cases.by_reference(self.reference)
        holds = work.stores.legal_holds.of_case(case.id)
        in_force = next((each for each in holds if each.holds_on(work.today)), None)
        is_another = in_force is None or in_force.placed_by != work.actor.person_id
        return CaseRetention(
            case,
            work.stores.retention.of_case(case.id),
            holds,
            in_force,
            {person.id: person.name for person in work.stores.people.all()},
            work.may(case, Action.PLACE_HOLD),
            work.may(case, Action.LIFT_HOLD) and is_another,
            in_sight(work, case),
        )


@dataclass(frozen=True, slots=True)
class RetentionRow:
    """One row of a retention table, with the endings of a case that it is for."""

    table: str
    sealing_class: str
    period: str
    """ISO 8601, as the table says it."""
    count_from: str
    basis: str
    endings: tuple[tuple[str, str | None], ...]
    """Outcome, and reason of a lapse. None: all."""


@dataclass(frozen=True, slots=True)
class Going:
    """How many keys of one class go by one rule."""

    sealing_class: str
    rule: str
    count: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class GoingCase:
    reference: str
    plans: tuple[RetentionPlan, ...]
    held_until: date | None


@dataclass(frozen=True, slots=True)
class ComingErasures:
    today: date
    until: date
    going: tuple[Going, ...]
    overdue: int
    """Of these, due before today: the worker has not done it."""
    held_cases: int
    """Cases whose day has come, or comes by then, and that are held."""
    without_day: Mapping[str, int]
    """By class: kept until the clienthood ends, or without a day for another reason."""
    unanswered: int
    """Enquiries, whose period begins with the answer."""
    enquiries_kept: int
    """Months."""
    cases: tuple[GoingCase, ...]
    """Those that the reader may see, the next first; none for the auditor."""
    rules: tuple[RetentionRow, ...]
    certificates: tuple[Certificate, ...]


@dataclass(frozen=True)
class ReadComingErasures(Query[ComingErasures]):
    """Return what goes within a month, by which rule, the rules in use and the certificates."""

    def permit(self, work: Work) -> None:
        require_role(work, *WATCHERS)

    def execute(self, work: Work) -> ComingErasures:
        until = work.today + AHEAD
        # An auditor counts all cases and is shown none; a head sees and counts those they may see.
        shows = work.actor.has(*HEADS)
        seen = seen_by(work.actor) if shows else true()
        cases = tuple(_cases(work, until, seen)) if shows else ()
        work.stores.access.log_list(
            (each.plans[0].case_id for each in cases), work.actor, "coming_erasures", work.now
        )
        going = (*_plans(work, until, seen), *_enquiries(work, until))
        plan, is_held = RETENTION_PLANS.c, RETENTION_PLANS.c.case_id.in_(held_cases(work.today))
        waiting = plan.destroyed_at.is_(None)
        count = work.stores.unit.execute
        return ComingErasures(
            work.today,
            until,
            going,
            count(
                _joined(select(func.count()), seen).where(waiting, ~is_held, plan.destroy_on < work.today)
            ).scalar_one(),
            count(
                _joined(select(func.count(plan.case_id.distinct())), seen).where(
                    waiting, is_held, plan.destroy_on <= until
                )
            ).scalar_one(),
            {
                row[0]: row[1]
                for row in count(
                    _joined(select(plan.sealing_class, func.count()), seen)
                    .where(waiting, plan.destroy_on.is_(None))
                    .group_by(plan.sealing_class)
                    .order_by(plan.sealing_class)
                )
            },
            count(select(func.count()).where(ENQUIRIES.c.state == "open")).scalar_one(),
            work.settings.enquiries_kept,
            cases,
            tuple(_rules(work)),
            work.stores.destructions.newest(),
        )


def _joined(statement: Select[Any], seen: ColumnElement[bool]) -> Select[Any]:
    if isinstance(seen, True_):
        return statement.select_from(RETENTION_PLANS)
    return statement.select_from(RETENTION_PLANS.join(CASES)).where(seen)


def _plans(work: Work, until: date, seen: ColumnElement[bool]) -> Iterator[Going]:
    plan = RETENTION_PLANS.c
    found = (
        _joined(
            select(
                plan.sealing_class,
                plan.rule,
                func.count(),
                func.min(plan.destroy_on),
                func.max(plan.destroy_on),
            ),
            seen,
        )
        .where(
            plan.destroyed_at.is_(None), plan.destroy_on <= until, plan.case_id.not_in(held_cases(work.today))
        )
        .group_by(plan.sealing_class, plan.rule)
        .order_by(plan.sealing_class, plan.rule)
    )
    return (Going(*row) for row in work.stores.unit.execute(found))


def _enquiries(work: Work, until: date) -> Iterator[Going]:
    months = work.settings.enquiries_kept
    answered = work.stores.unit.execute(
        select(ENQUIRIES.c.answered_at).where(
            answered_by_then(end_of(answered_before(until, months))),
            ~enquiry_held_on(work.today),
        )
    ).scalars()
    days = [day for each in answered if (day := period_later(day_of(each), f"P{months}M")) <= until]
    if days:
        yield Going("enquiries", ENQUIRY_RULE, len(days), min(days), max(days))


def _cases(work: Work, until: date, seen: ColumnElement[bool]) -> Iterator[GoingCase]:
    plan = RETENTION_PLANS.c
    rows = work.stores.unit.rows(
        _joined(select(*plan, CASES.c.reference), seen)
        .where(plan.destroyed_at.is_(None), plan.destroy_on <= until)
        .order_by(plan.destroy_on, CASES.c.reference, plan.sealing_class)
        .limit(SHOWN)
    )
    held = work.stores.legal_holds.held({row["case_id"] for row in rows}, work.today)
    by_case: dict[str, list[RetentionPlan]] = {}
    for row in rows:
        columns = {name: row[name] for name in RetentionPlan.__dataclass_fields__}
        by_case.setdefault(row["reference"], []).append(RetentionPlan(**columns))
    for reference, plans in by_case.items():
        yield GoingCase(reference, tuple(plans), held.get(plans[0].case_id))


def _rules(work: Work) -> Iterator[RetentionRow]:
    """Yield the rows of the retention tables of the version that new cases use."""
    bundle = work.instances.models(work.stores.deployments.current().id).bundle
    for name in TABLES:
        if name in bundle.tables:
            yield from _rows_of(name, bundle.tables[name])


def _rows_of(name: str, table: DecisionModel) -> Iterator[RetentionRow]:
    endings: dict[tuple[str, str, str, str], list[tuple[str, str | None]]] = {}
    for outcome, reason in OUTCOMES:
        given = {"outcome": outcome, "lapse_reason": reason, "notice": None}
        rows = table.evaluate(name, given).result
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict):
                parts = ("data_class", "keep", "count_from", "basis")
                key = tuple(str(row.get(each) or "") for each in parts)
                endings.setdefault((key[0], key[1], key[2], key[3]), []).append((outcome, reason))
    for (data_class, keep, count_from, basis), found in endings.items():
        shown = () if len(found) == len(OUTCOMES) else tuple(found)
        yield RetentionRow(name, data_class, keep, count_from, basis, shown)


@dataclass(frozen=True, slots=True)
class CertificatePage:
    certificate: Certificate
    lines: tuple[tuple[str, tuple[DestroyedKey, ...]], ...]
    """By class."""
    is_whole: bool
    """The lines are as they were when the administration log named their digest."""


@dataclass(frozen=True)
class ReadCertificate(Query[CertificatePage]):
    number: int

    def permit(self, work: Work) -> None:
        require_role(work, *WATCHERS)

    def execute(self, work: Work) -> CertificatePage:
        certificate, keys = work.stores.destructions.get(self.number)
        work.stores.access.log_list([], work.actor, "read_certificate", work.now)
        digest = digest_of(certificate.number, keys)
        logged = work.stores.unit.rows(
            select(ACCESS_ENTRIES.c.subjects).where(
                ACCESS_ENTRIES.c.action == Act.DATA_DESTROYED.value,
                ACCESS_ENTRIES.c.at == certificate.issued_at,
            )
        )
        is_whole = any(
            row["subjects"][:1] == [str(certificate.number)] and f"digest {digest}" in row["subjects"]
            for row in logged
        )
        by_class = tuple(
            (name, tuple(lines)) for name, lines in groupby(keys, key=attrgetter("sealing_class"))
        )
        return CertificatePage(certificate, by_class, is_whole)

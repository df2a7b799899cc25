"""Years pass over walked cases: each class of data goes on its day, and afterwards nothing opens it, in no dump either.

Dumps are taken each year on the way and opened with the key store of the last day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Final
from uuid import UUID

import orjson
from sqlalchemy import select

from engine.casework.clienthood import REMOVAL_NEEDED, runs
from engine.commands.cases import CorrelateMessage, DueStarts, StartDue
from engine.commands.retention import SettleKeys
from engine.domain.cases import CaseState
from engine.domain.people import OPERATOR, SYSTEM, Role
from engine.errors import NotFound
from engine.executor import Engine, Query, Work
from engine.queries.case_export import ExportCase
from engine.queries.search import FindCases
from engine.simulation.environment import Environment
from engine.simulation.open_form import OpenForm
from engine.simulation.random_walk import ANOTHER, Answers, WalkResults, walk_on
from engine.storage.retention import RetentionPlan
from engine.storage.rows import value_of
from engine.storage.sealing import SealingClass
from engine.storage.tables import METADATA
from engine.storage.tables.cases import CASES
from engine.storage.tables.retention import RETENTION_PLANS
from forms.definition import Kind
from forms.random_answers import Typed
from forms.texts import date_as_typed
from tests.support.key_stores import erase_due

YEARS: Final = 12
CANARY: Final = "kvartsilintu"
"""In the place of each text that somebody writes. No word of ours holds it."""
_TEXTS: Final = {Kind.TEXTFIELD, Kind.TEXTAREA}
_HIDDEN_BY_DEATH: Final = [
    "removal_ground",
    "wished_by",
    "wished_how",
    "stay_told_on",
    "stay_confirmed",
    "stay_told_way",
    "stay_words",
    "child_interest",
    "takes_effect",
    "hearing",
    "hearing_due_on",
    "hearing_told",
    "hearing_material",
]


def with_canaries(answers: Answers) -> Answers:
    """Return the same answers, with each free text replaced."""

    def answered(form: OpenForm, rng: Random) -> Typed:
        sent = dict(answers(form, rng))
        for key, asked in form.definition.by_key.items():
            is_free = asked.kind in _TEXTS and asked.limits.pattern is None and not asked.limits.text_type
            if key in sent and is_free and sent[key] != [""]:
                times = max(1, -(-(asked.limits.min_length or 1) // (len(CANARY) + 1)))
                sent[key] = [" ".join([CANARY] * times)[: asked.limits.max_length]]
        return sent

    return answered


def died(answers: Answers) -> Answers:
    """Return answers by which a clienthood ends: the person has died."""

    def answered(form: OpenForm, rng: Random) -> Typed:
        sent = dict(answers(form, rng))
        if form.definition.key == "removal_assessment":
            for name in _HIDDEN_BY_DEATH:
                sent.pop(name, None)
            sent |= {"removal_proposal": ["died"], "died_on": [date_as_typed(form.today)]}
        if "disqualified_person" in sent:
            # The walk before may have disqualified one of the two caseworkers: the other goes on.
            sent |= {"disqualified_person": [ANOTHER]}
        return sent

    return answered


@dataclass(frozen=True)
class Unsettled(Query[tuple[tuple[str, bool], ...]]):
    """Return the cases that are open still, and those whose person is a client still, which is True."""

    def permit(self, work: Work) -> None:
        """Admit everyone: only tests ask this."""

    def execute(self, work: Work) -> tuple[tuple[str, bool], ...]:
        ids = work.stores.unit.execute(select(CASES.c.id).order_by(CASES.c.id)).scalars()
        cases = [work.stores.cases.get(each) for each in ids]
        return tuple(
            (each.reference, each.state is CaseState.CLOSED)
            for each in cases
            if each.state is not CaseState.CLOSED or runs(work, each)
        )


def settle(environment: Environment, answers: Answers, seed: int) -> None:
    """Walk every case to its end, the children's too, and let every client die, so that all periods begin."""
    for attempt in range(6):
        # The worker counts anew, within a minute, the days of a case that closed after its days were set.
        for each in environment.engine.answer(DueStarts(), SYSTEM):
            environment.engine.perform(StartDue(each), SYSTEM)
        unsettled = environment.engine.answer(Unsettled(), SYSTEM)
        if not unsettled:
            return
        for reference, is_client in unsettled:
            if is_client:
                _begin_removal(environment, reference)
            results = WalkResults()
            walk_on(environment, reference, Random(seed + attempt), results, died(answers))
            assert results.problems == [], results.problems
    raise AssertionError("something stays open")


def _begin_removal(environment: Environment, reference: str) -> None:
    """Let the first who sees the case begin it: a restricted one is hidden from most caseworkers."""
    command = CorrelateMessage(reference, REMOVAL_NEEDED)
    for role in (Role.CASEWORKER, Role.MANAGER, Role.DIRECTOR):
        for actor in environment.with_role(role):
            with suppress(NotFound):
                environment.engine.perform(command, actor)
                return
    raise AssertionError(f"nobody sees {reference}")


@dataclass
class Years:
    environment: Environment
    dump: Callable[[], Engine]
    """Copies the database as it is; the copy is opened with the key store of the environment."""
    every: int = 1
    """Years between two dumps."""
    problems: list[str] = field(default_factory=list)
    dumps: list[Engine] = field(default_factory=list)
    classes: set[str] = field(default_factory=set)
    _names: set[str] = field(default_factory=set)

    @property
    def _engine(self) -> Engine:
        return self.environment.engine

    def pass_by(self) -> None:
        self._see_it_there()
        begins = self.environment.today
        plans = self._plans()
        ends = begins + timedelta(days=366 * YEARS)
        self.problems += [
            f"{each.sealing_class} of {each.case_id} has no day" for each in plans if not each.destroy_on
        ]
        days = sorted({each.destroy_on for each in plans if each.destroy_on})
        self._engine.perform(SettleKeys(), SYSTEM)
        # A case that was walked on for years: what others held is due before the last ends.
        erase_due(self._engine, limit=10_000)
        self._compare(plans, begins)
        for day in sorted({*(each for each in days if each > begins), *self._dump_days(begins)}):
            if day in self._dump_days(begins):
                self._set_clock(day - timedelta(days=2))
                self.dumps.append(self.dump())
            self._set_clock(day - timedelta(days=1))
            erase_due(self._engine, limit=10_000)
            self._compare(plans, day - timedelta(days=1))
            self._set_clock(day)
            erase_due(self._engine, limit=10_000)
            self._compare(plans, day)
        if days and days[-1] > ends:
            self.problems.append(f"something stays longer than {YEARS} years: {days[-1]}")
        self._see_nothing()

    def close(self) -> None:
        for each in self.dumps:
            each.database.close()
            if each.key_store is not self._engine.key_store:
                each.key_store.close()

    def _dump_days(self, begins: date) -> list[date]:
        return [begins + timedelta(days=365 * number) for number in range(1, YEARS + 1, self.every)]

    def _set_clock(self, day: date) -> None:
        clock = self.environment.clock
        there = datetime.combine(day, clock.moment.timetz().replace(hour=12))
        clock.moment = max(there, clock.moment)

    def _plans(self) -> Sequence[RetentionPlan]:
        with self._engine.database.unit_of_work() as unit:
            rows = unit.rows(select(RETENTION_PLANS).where(RETENTION_PLANS.c.destroyed_at.is_(None)))
            return [value_of(RetentionPlan, row) for row in rows]

    def _compare(self, plans: Sequence[RetentionPlan], day: date) -> None:
        """Each key is there until its day, and gone from then on."""
        held: Mapping[UUID, Mapping[str, bytes]] = self._engine.key_store.of_cases(
            tuple({each.case_id for each in plans})
        )
        for each in plans:
            is_due = each.destroy_on is not None and each.destroy_on <= day
            is_there = each.sealing_class in held[each.case_id]
            if is_there == is_due:
                word = "still there" if is_there else "gone too early"
                self.problems.append(f"{each.sealing_class}, due on {each.destroy_on}, is {word} on {day}")
            elif is_due:
                self.classes.add(each.sealing_class)

    def _see_it_there(self) -> None:
        """Find now all that is looked for later, so that the search can fail."""
        with self._engine.database.unit_of_work() as unit:
            stores = self._engine.stores(unit)
            for case_id in unit.execute(select(CASES.c.id)).scalars():
                parties = stores.parties.ever_of_case(case_id)
                # Those under turvakielto are found by nobody.
                if not any(each.is_protected for each in parties):
                    self._names |= {each.name for each in parties if each.kind == "applicant" and each.name}
        found = [each for each in self._names if self._finds(self._engine, each)]
        assert found or not self._names, "the search finds nobody now"
        written = "".join(text for _, text in _opened(self._engine))
        assert CANARY in written, "nothing that somebody wrote can be read now"

    def _finds(self, engine: Engine, name: str) -> bool:
        return bool(engine.answer(FindCases(name), self.environment.watcher).cases)

    def _see_nothing(self) -> None:
        known = set[bytes]()
        for number, engine in enumerate([self._engine, *self.dumps]):
            place = f"the dump of year {number}" if number else "the database"
            digest, is_in_clear = _looked_through(engine)
            if is_in_clear:
                self.problems.append(f"{place} has it in clear")
            if digest in known:
                # Nothing was erased in that year: the same rows and the same keys give the same answers.
                continue
            known.add(digest)
            self._see_nothing_in(engine, place)
        store = self._engine.key_store
        cases = self._case_ids()
        if any(store.of_cases(cases).values()):
            self.problems.append("a case has keys still")
        expected = {each.value for each in SealingClass}
        if cases and self.classes != expected:
            self.problems.append(f"no case had {', '.join(sorted(expected - self.classes))}")

    def _see_nothing_in(self, engine: Engine, place: str) -> None:
        asked = _asked(engine)
        if any(CANARY in text for _, text in _opened(engine)):
            self.problems.append(f"{place} can be read")
        if any(self._finds(engine, each) for each in self._names):
            self.problems.append(f"a name finds an erased case in {place}")
        with engine.database.unit_of_work() as unit:
            stores = engine.stores(unit)
            if any(stores.evaluations.of_case(each)[0].inputs for each in asked):
                self.problems.append(f"{place} has inputs of tables")

    def _case_ids(self) -> tuple[UUID, ...]:
        with self._engine.database.view() as connection:
            return tuple(connection.execute(select(CASES.c.id)).scalars())


def _opened(engine: Engine) -> Iterator[tuple[UUID, str]]:
    """Yield what can be read of each case and enquiry."""
    with engine.database.view() as connection:
        cases = connection.execute(select(CASES.c.id, CASES.c.reference)).all()
    for case_id, reference in cases:
        export = engine.answer(ExportCase(reference, "tarkastus"), OPERATOR)
        yield case_id, orjson.dumps(export, default=str).decode()


def _asked(engine: Engine) -> tuple[UUID, ...]:
    """Return the cases in which a table was asked."""
    table = METADATA.tables["decision_evaluations"]
    with engine.database.view() as connection:
        return tuple(connection.execute(select(table.c.case_id).distinct()).scalars())


def _looked_through(engine: Engine) -> tuple[bytes, bool]:
    """Return a digest of every row of every table as it is stored, but for the models', and True if the canary stands
    in one in clear."""
    digest, is_in_clear = sha256(), False
    with engine.database.view() as connection:
        for table in METADATA.sorted_tables:
            if table.name in {"deployments", "model_drafts", "model_draft_events"}:
                continue
            for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
                line = b" ".join(each if isinstance(each, bytes) else str(each).encode() for each in row)
                is_in_clear = is_in_clear or CANARY.encode() in line
                digest.update(f"{table.name} {len(line)} ".encode() + line)
    return digest.digest(), is_in_clear

"""Random cases through a whole bundle on the real engine: any open form with any answer, any message, days that pass.

Stops at a stuck case, a failure, a task nobody may do. Uses a database of its own that is gone afterwards.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from engine.clock import day_of
from engine.commands.applications import FORMS, SubmitApplication
from engine.commands.assignments import AssignTask
from engine.commands.cases import FROM_STAFF, CorrelateMessage, DueStarts, StartDue
from engine.commands.deployments import DeployProcesses
from engine.commands.people import AddPerson, Appoint
from engine.commands.tasks import ClaimTask, CompleteTask
from engine.commands.timers import DueTimers, FireTimer
from engine.domain.cases import CaseState, Channel
from engine.domain.people import OPERATOR, PUBLIC, STAFF, SYSTEM, Actor, Power, Role
from engine.domain.tasks import UserTask
from engine.errors import AlreadyCompleted, AnswersRejected, Invalid, NotFound, NotWaiting, Refusal
from engine.executor import Engine
from engine.operations import OPERATIONS
from engine.queries.case_file import OpenTaskPage
from engine.queries.case_state import CaseStatus, ReadCaseStatus
from engine.queries.due_timers import NextTimer
from engine.queries.public_form import PublicForm
from engine.settings import Authority, EngineSettings
from engine.storage.database import Database
from engine.storage.migrating import migrate
from forms.definition import FormDefinition, Kind
from forms.random_answers import random_answers
from forms.texts import date_as_typed

MOST_STEPS = 600
LONGEST_WAIT_DAYS = 40
BEGINNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LONG_AGO = date(1900, 1, 1)
"""An oral decision may be told on any earlier day that chance answers, and the appointment must cover it."""


@dataclass(slots=True)
class Walked:
    """What became of the cases."""

    ended: int = 0
    unfinished: int = 0
    """Still looping when their steps ran out."""
    outcomes: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Walk:
    engine: Engine
    staff: Mapping[Role, tuple[Actor, ...]]
    rng: Random
    moment: list[datetime]
    trace: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    """Questions whose answer did not fit what the case holds."""


class _Stuck(Exception):
    """The case waits for nothing that could come."""


def walk_bundle(
    files: Mapping[str, bytes],
    *,
    cases: int,
    seed: int,
    told: Callable[[str], None] = lambda _line: None,
    look: Callable[[Engine], None] = lambda _engine: None,
) -> Walked:
    """Each case from a seed of its own, so that a problem can be walked again. `look` sees all of them in the end."""
    walked = Walked()
    moment = [BEGINNING]
    with TemporaryDirectory(prefix="vireille-walk-") as folder:
        engine = _engine(Path(folder), moment)
        migrate(engine.database)
        engine.perform(DeployProcesses(files, "walk"), OPERATOR)
        staff = _staff(engine)
        for number in range(seed, seed + cases):
            walk = _Walk(engine, staff, Random(number), moment)  # noqa: S311 - chance, not secrecy
            _one(walk, number, walked)
            told(f"{number - seed + 1}/{cases}")
        look(engine)
        engine.close()
    return walked


def _engine(folder: Path, moment: list[datetime]) -> Engine:
    authority = Authority("Kokeilu", "Kokeilutie 1", "000", "kokeilu@example.invalid", "000", "Kokeiluoikeus")
    settings = EngineSettings(
        database_url=f"sqlite:///{folder / 'walk.db'}",
        master_key=secrets.token_bytes(32),
        base_url="http://kokeilu.invalid",
        mail=None,
        authority=replace(
            authority,
            unit="Kokeilu",
            court_address="Tie 1",
            court_email="a@example.invalid",
            court_phone="0",
            other_help="Apu",
        ),
        worker_interval_seconds=5,
        checkpoint_file=folder / "checkpoints.jsonl",
    )
    return Engine(Database(settings.database_url), settings, OPERATIONS, lambda: moment[0])


def _staff(engine: Engine) -> Mapping[Role, tuple[Actor, ...]]:
    """Two of each role: four eyes need another person."""
    found: dict[Role, tuple[Actor, ...]] = {}
    for role in sorted(STAFF):
        actors = []
        for number in (1, 2):
            person = engine.perform(
                AddPerson(
                    f"{role.value}{number}",
                    f"{role.value} {number}",
                    secrets.token_urlsafe(12),
                    frozenset({role}),
                ),
                OPERATOR,
            )
            if role is Role.DECISION_MAKER:
                for power in Power:
                    engine.perform(Appoint(person.id, power, LONG_AGO), OPERATOR)
            actors.append(Actor(person.name, person.roles, person.id))
        found[role] = tuple(actors)
    return found


def _one(walk: _Walk, number: int, walked: Walked) -> None:
    walk.moment[0] += timedelta(hours=1)
    try:
        reference = _begin(walk)
        for _ in range(MOST_STEPS):
            file = _file(walk, reference)
            if file.case.state is CaseState.CLOSED:
                walked.ended += 1
                walked.outcomes[str(file.case.outcome)] += 1
                return
            _step(walk, reference, file.tasks)
        walked.unfinished += 1
    except (Refusal, _Stuck, ArithmeticError, LookupError, TypeError, ValueError) as failure:
        steps = " > ".join(walk.trace[-12:])
        walked.problems.append(f"siemen {number}: {type(failure).__name__}: {failure} [{steps}]")


def _file(walk: _Walk, reference: str) -> CaseStatus:
    """Read by someone who is not disqualified: a random registration may disqualify anybody."""
    for reader in (*walk.staff[Role.DIRECTOR], *walk.staff[Role.MANAGER]):
        try:
            return walk.engine.answer(ReadCaseStatus(reference), reader)
        except NotFound:
            continue
    raise _Stuck(f"nobody may see {reference}")


def _begin(walk: _Walk) -> str:
    channel = walk.rng.choice(list(Channel))
    actor = PUBLIC if channel is not Channel.URGENT else walk.staff[Role.ON_CALL][0]
    form = _form(walk, walk.rng.choice(FORMS[channel]))
    sent = random_answers(form, walk.rng, today=day_of(walk.moment[0]))
    while sent.get("consent_given") in (["refused"], ["not_asked"]):
        # Nobody is referred without consent: the page leads to advice, and chance asks again.
        sent = random_answers(form, walk.rng, today=day_of(walk.moment[0]))
    command = SubmitApplication(channel, secrets.token_urlsafe(32), sent=sent, form_key=form.key)
    receipt = walk.engine.perform(command, actor)
    walk.trace.append(f"{channel.value} {receipt.reference}")
    return receipt.reference


def _form(walk: _Walk, key: str) -> FormDefinition:
    return walk.engine.answer(PublicForm(key, any_form=True), OPERATOR)


def _step(walk: _Walk, reference: str, tasks: tuple[UserTask, ...]) -> None:
    chance = walk.rng.random()
    next_timer = walk.engine.answer(NextTimer(), SYSTEM)
    if chance < 0.06:
        _tell(walk, reference)
    elif next_timer is not None and (chance < 0.25 or not tasks):
        _pass_time(walk, next_timer)
    elif tasks:
        _work(walk, walk.rng.choice(tasks))
    else:
        raise _Stuck(f"{reference} waits for nothing that could come")


def _tell(walk: _Walk, reference: str) -> None:
    name = walk.rng.choice(FROM_STAFF)
    try:
        walk.engine.perform(CorrelateMessage(reference, name), walk.staff[Role.CASEWORKER][0])
        walk.trace.append(name)
    except (NotWaiting, NotFound):
        pass


def _pass_time(walk: _Walk, next_timer: datetime) -> None:
    jump = walk.moment[0] + timedelta(days=walk.rng.randint(1, LONGEST_WAIT_DAYS))
    walk.moment[0] = (
        jump if walk.rng.random() < 0.4 else max(next_timer + timedelta(seconds=1), walk.moment[0])
    )
    walk.trace.append(f"{walk.moment[0]:%d.%m.}")
    for start_id in walk.engine.answer(DueStarts(), SYSTEM):
        walk.engine.perform(StartDue(start_id), SYSTEM)
    while due := walk.engine.answer(DueTimers(), SYSTEM):
        for timer_id in due:
            walk.engine.perform(FireTimer(timer_id), SYSTEM)


def _work(walk: _Walk, task: UserTask) -> None:
    actor = _worker_of(walk, task)
    page = walk.engine.answer(OpenTaskPage(task.id), actor)
    if not page.may_work:
        raise _Stuck(f"nobody may do {task.element_id}: {page.why_not}")
    form = page.file.models.form(task.form_key or "")
    today = day_of(walk.moment[0])
    sent = random_answers(form, walk.rng, today=today, given=page.scope, choices=page.choices)
    # Told that a day does not fit, a person looks again; another throw in ten years hardly ever does.
    days = {each.key for each in form.fields if each.kind is Kind.DATE} & walk.refused
    sent |= {key: [date_as_typed(today)] for key in days & sent.keys()}
    prepared = [each for each in page.file.resolutions if each.state == "prepared"]
    seen = prepared[-1].content_sha256 if prepared else None
    walk.trace.append(task.element_id)
    try:
        if page.task.assignee_id is None:
            walk.engine.perform(ClaimTask(task.id), actor)
        walk.engine.perform(CompleteTask(task.id, sent=sent, seen=seen), actor)
    except (AlreadyCompleted, NotFound):
        pass
    except AnswersRejected as rejected:
        raise ValueError(f"{form.key}: {rejected}") from rejected
    except Invalid as refused:
        # Well formed, and refused by what the case already holds: a person is told why and answers otherwise.
        walk.trace.append("refused")
        walk.refused.add(refused.field or "")


def _worker_of(walk: _Walk, task: UserTask) -> Actor:
    """Someone with the role who is independent of the step before and not kept away from the case."""
    role = task.candidate_group if task.candidate_group in STAFF else Role.CASEWORKER
    free = [
        actor
        for actor in walk.staff[role]
        if str(actor.person_id) not in task.not_by and task.assignee_id in (None, actor.person_id)
    ]
    walk.rng.shuffle(free)
    for actor in free:
        try:
            walk.engine.answer(OpenTaskPage(task.id), actor)
        except NotFound:
            continue
        return actor
    return _assigned(walk, task, free)


def _assigned(walk: _Walk, task: UserTask, candidates: list[Actor]) -> Actor:
    """A restricted case is seen only by those whom a manager gives it to."""
    for manager in walk.staff[Role.MANAGER]:
        for actor in candidates:
            try:
                walk.engine.perform(AssignTask(task.id, actor.person_id or task.id), manager)
                walk.engine.answer(OpenTaskPage(task.id), actor)
            except Refusal:
                continue
            walk.trace.append("assign")
            return actor
    raise _Stuck(f"nobody may do {task.element_id}")

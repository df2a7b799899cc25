"""How a step is taken: through the same commands that people and the worker use."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from engine.bpmn.dates import later, period
from engine.commands.applications import SubmitApplication, form_for
from engine.commands.assignments import AssignTask
from engine.commands.cases import CorrelateMessage
from engine.commands.requests import AnswerRequest, OpenRequest
from engine.commands.tasks import ClaimTask, CompleteTask
from engine.domain.cases import Channel
from engine.domain.people import PUBLIC, STAFF, SYSTEM, Actor, Role
from engine.domain.scenarios import NEXT, Step
from engine.domain.tasks import UserTask
from engine.errors import Conflict, Invalid, NotFound, NotWaiting, Refusal
from engine.executor import Engine, Query, Work
from engine.executor.permissions import require_system
from engine.queries.case_file import CaseFile, OpenCaseFile
from engine.queries.due_timers import NextTimer
from engine.queries.resolution_page import SIGNING
from engine.simulation.passing_time import pass_until
from engine.simulation.people import WATCHER, actors_with, with_ids
from engine.storage.requests import answer_code

BETWEEN_STEPS: Final = timedelta(minutes=1)
"""So that what happened can be told apart, and what is due at once is due."""
FURTHEST: Final = timedelta(days=3660)


class NotOpen(Conflict):
    """Tällaista tehtävää ei ole auki."""


class NobodyMay(Conflict):
    """Kukaan ei voi tehdä tehtävää: sen roolissa ei ole ketään, joka saisi tehdä sen."""


class NoTimer(Conflict):
    """Mikään ajastin ei ole odottamassa."""


class BadMoment(Invalid):
    """Anna hetki, joka on kokeilun kellon jälkeen ja enintään kymmenen vuoden päässä."""


Files = Callable[[], tuple[CaseFile, ...]]
"""What is known of the run's cases before the step."""


@dataclass(slots=True)
class Clock:
    moment: datetime


def act(engine: Engine, clock: Clock, reference: str, files: Files, step: Step) -> str:
    """Take the step and let pass what follows at once. Returns the reference of the run's case."""
    reference = _KINDS[step.do](engine, clock, reference, files, step)
    if step.do != "wait":
        pass_until(engine, clock, clock.moment + BETWEEN_STEPS)
    return reference


def files_of(engine: Engine, reference: str) -> tuple[CaseFile, ...]:
    """The run's case and those of the children, as someone sees them who may see all."""
    if not reference:
        return ()
    file = engine.answer(OpenCaseFile(reference), WATCHER)
    children = (each for child in file.children for each in files_of(engine, child.reference))
    return (file, *children)


def open_tasks(files: tuple[CaseFile, ...]) -> list[UserTask]:
    """In an order that is the same each time the steps are taken."""
    found = [(file.case.reference, task) for file in files for task in file.tasks]
    found.sort(key=lambda each: (each[0], each[1].created_at, each[1].path, each[1].key))
    return [task for _, task in found]


def task_of(files: tuple[CaseFile, ...], step: Step) -> UserTask:
    """By element and form; by the form alone where the diagram has been redrawn since."""
    tasks = open_tasks(files)
    alike = [each for each in tasks if (each.form_key or "") == step.what]
    exact = [each for each in alike if each.element_id == step.element]
    for found in (exact, alike):
        if found:
            return found[min(step.place, len(found) - 1)]
    raise NotOpen


def place_of(files: tuple[CaseFile, ...], task: UserTask) -> int:
    alike = [each for each in open_tasks(files) if each.form_key == task.form_key]
    return next(n for n, each in enumerate(_with_element(alike, task)) if each.id == task.id)


def _with_element(tasks: list[UserTask], task: UserTask) -> list[UserTask]:
    return [each for each in tasks if each.element_id == task.element_id]


def worker_of(engine: Engine, task: UserTask) -> Actor:
    """Who does the task: someone of its role who is not kept from it."""
    role = task.candidate_group if task.candidate_group in STAFF else Role.CASEWORKER
    free = [
        actor
        for actor in actors_with(role)
        if str(actor.person_id) not in task.not_by and task.assignee_id in (None, actor.person_id)
    ]
    for actor in free:
        try:
            engine.perform(ClaimTask(task.id), actor)
        except NotFound:
            continue
        return actor
    return _given(engine, task, free)


def _given(engine: Engine, task: UserTask, candidates: list[Actor]) -> Actor:
    """A restricted case is seen only by those whom a manager gives it to."""
    for manager in actors_with(Role.MANAGER):
        for actor in candidates:
            try:
                engine.perform(AssignTask(task.id, actor.person_id or task.id), manager)
                engine.perform(ClaimTask(task.id), actor)
            except Refusal:
                continue
            return actor
    raise NobodyMay


def start_of(what: str) -> tuple[Channel, str]:
    """Channel and form of a start: `self`, or `self:child_application`."""
    named, _, form = what.partition(":")
    if named not in list(Channel):
        raise Invalid("Tällaista aloitusta ei ole.")
    return Channel(named), form_for(Channel(named), form)


def _start(engine: Engine, _clock: Clock, reference: str, _files: Files, step: Step) -> str:
    if reference:
        raise Conflict("Kokeilu on jo alkanut.")
    channel, form = start_of(step.what)
    actor = actors_with(Role.ON_CALL)[0] if channel is Channel.URGENT else PUBLIC
    sent, data = with_ids(step.sent), with_ids(step.answers)
    command = SubmitApplication(channel, secrets.token_urlsafe(32), sent=sent, data=data, form_key=form)
    return engine.perform(command, actor).reference


def _form(engine: Engine, _clock: Clock, reference: str, files: Files, step: Step) -> str:
    task = task_of(files(), step)
    sent, data = with_ids(step.sent), with_ids(step.answers)
    link = engine.answer(_LinkOf(task), SYSTEM) if task.is_outside else None
    if link is not None:
        token, code = link
        key = secrets.token_urlsafe(32)
        engine.perform(OpenRequest(token, code, key), PUBLIC)
        engine.perform(AnswerRequest(key, sent=sent, data=data), PUBLIC)
        return reference
    actor = worker_of(engine, task)
    engine.perform(CompleteTask(task.id, sent=sent, data=data, seen=_seen(files(), task)), actor)
    return reference


def _seen(files: tuple[CaseFile, ...], task: UserTask) -> str | None:
    """What the signer has read: the round that waits for a signature."""
    kind = SIGNING.get(task.form_key or "")
    file = next(each for each in files if each.case.id == task.case_id)
    prepared = [each for each in file.resolutions if each.kind == kind and each.state == "prepared"]
    return prepared[-1].content_sha256 if prepared else None


@dataclass(frozen=True)
class _LinkOf(Query[tuple[str, str] | None]):
    """Token and code with which someone outside answers; None when they were not sent a link."""

    task: UserTask
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[str, str] | None:
        requests = work.stores.requests
        request = requests.find(self.task.case_id, self.task.business_key or "")
        if request is None or not request.is_open or self.task.form_key != "information_reply":
            return None
        token = requests.link_of(request)
        return None if token is None else (token, answer_code(work.stores.master, request.id))


def _wait(engine: Engine, clock: Clock, reference: str, _files: Files, step: Step) -> str:
    if step.what == NEXT:
        due = engine.answer(NextTimer(), SYSTEM)
        if due is None:
            raise NoTimer
        until = max(due, clock.moment) + timedelta(seconds=1)
    else:
        until = _moment(clock.moment, step.what)
    pass_until(engine, clock, until)
    return reference


def _moment(now: datetime, text: str) -> datetime:
    length = period(text)
    if length is not None:
        until = later(now, length)
    else:
        try:
            until = datetime.fromisoformat(text)
        except ValueError:
            raise BadMoment from None
    if not isinstance(until, datetime) or until.tzinfo is None or not now < until <= now + FURTHEST:
        raise BadMoment
    return until


def _message(engine: Engine, _clock: Clock, reference: str, files: Files, step: Step) -> str:
    awaited = [key for file in files()[:1] for name, key in file.awaited if name == step.what]
    keys: list[str | None] = sorted(awaited, key=str) or [None]
    command = CorrelateMessage(reference, step.what, keys[min(step.place, len(keys) - 1)])
    if not reference:
        raise NotWaiting
    engine.perform(command, actors_with(Role.CASEWORKER)[0])
    return reference


_KINDS: Final[Mapping[str, Callable[[Engine, Clock, str, Files, Step], str]]] = MappingProxyType(
    {"start": _start, "form": _form, "wait": _wait, "message": _message}
)

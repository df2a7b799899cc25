"""Two at once: exactly one completes a task, a firing timer and a person do not trample each other, a link opens once."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from secrets import token_urlsafe
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from engine.commands.applications import Receipt
from engine.commands.links import RenewLink
from engine.commands.nameless_calls import RecordNamelessCall
from engine.commands.requests import AnswerRequest, OpenRequest
from engine.commands.tasks import CompleteTask
from engine.commands.unfinished_calls import TakeCallOver, UnfinishedCalls
from engine.commands.urgent_calls import KeepUrgentCall, RecordUrgentCall
from engine.domain.inbox import View
from engine.domain.people import PUBLIC
from engine.domain.tasks import UserTask
from engine.errors import Conflict, NotFound, Refusal, SignInRefused
from engine.queries.case_file import OpenCaseFile
from engine.queries.inbox import OpenInbox
from engine.storage.tables.cases import CASE_EVENTS, SUBMISSIONS
from engine.storage.tables.processes import USER_TASKS
from engine.worker import TIMER, Worker
from tests.stories.test_urgent_calls import SCARED, UNDECIDED
from tests.stories.test_urgent_night import call
from tests.support import answers as plain
from tests.support.links import until_asked
from tests.support.soundness import faults
from tests.support.story import Story
from tests.support.world import World

REDEMPTIONS = int(os.environ.get("VIREILLE_REDEMPTIONS", "2"))
LOST = (Conflict, NotFound, SignInRefused)
"""Refusals that the second of two may get. Anything else is an error."""


def at_once(acts: Sequence[Callable[[], object]]) -> list[object]:
    """Each in a thread of its own, started together. Returns what each gave, or the refusal it met."""
    together = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        together.wait(timeout=60)
        try:
            return act()
        except Refusal as refused:
            return refused

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def completing(world: World, story: Story, task: UserTask, who: str) -> Callable[[], None]:
    command = CompleteTask(task.id, data=plain.of(task.form_key or "", story.today, world))
    actor = world.actor(who)
    return lambda: world.engine.perform(command, actor)


def submissions_of(world: World, task: UserTask) -> int:
    with world.engine.database.view() as connection:
        return int(
            connection.execute(
                select(func.count()).select_from(SUBMISSIONS).where(SUBMISSIONS.c.task_id == task.id)
            ).scalar_one()
        )


def fired(world: World) -> int:
    with world.engine.database.view() as connection:
        return int(
            connection.execute(
                select(func.count()).select_from(CASE_EVENTS).where(CASE_EVENTS.c.kind == "timer_fired")
            ).scalar_one()
        )


@pytest.mark.databases
def test_of_two_who_complete_a_task_exactly_one_wins(world: World) -> None:
    """Ten of ten; unclaimed, so that nothing but the database stands between them."""
    for _ in range(10):
        story = Story(world)
        story.applies()
        task = story.task("register")
        outcomes = at_once(
            [completing(world, story, task, "kirjaaja"), completing(world, story, task, "paivystaja")]
        )
        assert outcomes.count(None) == 1, outcomes
        (loser,) = (each for each in outcomes if each is not None)
        assert isinstance(loser, LOST), loser
        assert submissions_of(world, task) == 1
        assert story.forms == ["triage_override"]
    assert faults(world.engine) == []


@pytest.mark.databases
def test_a_person_and_a_firing_timer_on_one_case(world: World) -> None:
    """Both want the same instance at the same moment: one waits or tries again, and neither act is lost or doubled."""
    for _ in range(5):
        story = Story(world)
        until_asked(story)
        (request,) = story.file.requests
        answer = AnswerRequest(story.opens(request), data={"answer": "Tässä vastaus."})
        task = story.task("information_reply")
        moment = story._next_timer()
        assert moment is not None
        world.clock.moment = moment + timedelta(seconds=1)
        before = fired(world)
        worker = Worker(world.engine, send_mail=lambda *_: None)
        answered, done = at_once([partial(world.engine.perform, answer, PUBLIC), partial(worker.do, TIMER)])
        assert not isinstance(answered, Refusal), answered
        assert isinstance(done, int)
        assert submissions_of(world, task) == 1
        worker.do(TIMER)
        assert fired(world) - before <= 1
        assert story.forms == ["review_reply"]
        assert faults(world.engine) == []
        story.until("sign_resolution")


@pytest.mark.databases
def test_a_call_that_was_taken_over_is_recorded_once(world: World, story: Story) -> None:
    """By the colleague without a name, or by the writer on a page that stayed open."""
    for _ in range(5):
        call_id, (writer, colleague) = uuid4(), (world.actor(who) for who in ("kirjaaja", "paivystaja"))
        world.engine.perform(KeepUrgentCall(call_id, SCARED), writer)
        story.passes(minutes=31)
        world.engine.perform(TakeCallOver(call_id), colleague)
        outcomes = at_once(
            [
                partial(world.engine.perform, RecordNamelessCall(call_id, SCARED, UNDECIDED), colleague),
                partial(world.engine.perform, RecordUrgentCall(call_id, call(story), UNDECIDED), writer),
                partial(world.engine.perform, KeepUrgentCall(call_id, SCARED), writer),
            ]
        )
        assert sum(isinstance(each, Receipt) for each in outcomes) == 1, outcomes
        assert all(isinstance(each, LOST) for each in outcomes[1:]), outcomes
        assert world.engine.answer(UnfinishedCalls(), writer).own == ()


@pytest.mark.databases
def test_nobody_who_reads_loses_a_race(world: World, story: Story) -> None:
    """Each reading is an entry in a chain: of the case for those who open it, of the reader for their own list."""
    story.applies()
    whole_case = [
        partial(world.engine.answer, OpenCaseFile(story.reference), world.actor(who))
        for who in ("kirjaaja", "kasittelija", "esihenkilo", "johtaja")
    ]
    own_list = partial(world.engine.answer, OpenInbox(View.TEAM), world.actor("kasittelija"))
    for _ in range(3):
        outcomes = at_once([*whole_case * 3, *[own_list] * 8])
        assert [each for each in outcomes if isinstance(each, Refusal)] == []
    assert faults(world.engine) == []


@pytest.mark.databases
def test_of_sixty_four_who_open_an_address_one_gets_the_page(world: World, story: Story) -> None:
    """Each with the right code and a page of their own. VIREILLE_REDEMPTIONS says how many rounds."""
    until_asked(story)
    (request,) = story.file.requests
    code, worker = story.code_of(request), world.actor("kasittelija")
    winner, keys = "", list[str]()
    for _ in range(REDEMPTIONS):
        world.engine.perform(RenewLink(story.reference, request.reference), worker)
        link = story.link_of(story.file.requests[0])
        keys = [token_urlsafe(32) for _ in range(64)]
        openings = [partial(world.engine.perform, OpenRequest(link, code, key), PUBLIC) for key in keys]
        outcomes = dict(zip(keys, at_once(openings), strict=True))
        won = [key for key, outcome in outcomes.items() if not isinstance(outcome, Exception)]
        assert len(won) == 1, outcomes
        assert outcomes[won[0]] is not None
        assert {type(outcome) for key, outcome in outcomes.items() if key not in won} == {NotFound}
        (winner,) = won
    for loser in keys:
        if loser != winner:
            with pytest.raises(NotFound):
                world.engine.perform(AnswerRequest(loser, data={"answer": "x"}), PUBLIC)
    assert world.engine.perform(AnswerRequest(winner, data={"answer": "x"}), PUBLIC).number


@pytest.mark.databases
def test_sixty_four_presses_of_the_button_that_sends_give_one_answer_and_one_receipt(
    world: World, story: Story
) -> None:
    until_asked(story)
    task, key = story.task("information_reply"), story.opens(story.file.requests[0])

    def press(number: int) -> Callable[[], object]:
        command = AnswerRequest(key, data={"answer": f"Vastaus {number % 2}."})
        return lambda: world.engine.perform(command, PUBLIC)

    outcomes = at_once([press(number) for number in range(64)])
    receipts = [each for each in outcomes if not isinstance(each, Refusal)]
    assert len({repr(each) for each in receipts}) == 1, outcomes
    assert all(isinstance(each, LOST) for each in outcomes if isinstance(each, Refusal)), outcomes
    assert submissions_of(world, task) == 1
    assert faults(world.engine) == []


@pytest.mark.databases
def test_two_workers_fire_a_timer_once(world: World, story: Story) -> None:
    until_asked(story)
    moment = story._next_timer()
    assert moment is not None
    world.clock.moment = moment + timedelta(seconds=1)
    workers = [Worker(world.engine, send_mail=lambda *_: None) for _ in range(2)]
    done = at_once([partial(worker.do, TIMER) for worker in workers])
    assert sum(each for each in done if isinstance(each, int)) == fired(world) >= 1
    with world.engine.database.view() as connection:
        keys = connection.execute(select(USER_TASKS.c.instance_id, USER_TASKS.c.task_key)).all()
    assert len(keys) == len(set(keys))
    assert faults(world.engine) == []

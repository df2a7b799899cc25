"""Rows that rest after a failed attempt are as late as before; the backlog of erasure holds enquiries too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.commands.enquiry_answers import AnswerEnquiry
from engine.domain.people import SYSTEM
from engine.mail import MailUnavailable
from engine.queries.health import ReadHealth
from engine.storage.health import Backlog
from engine.worker import START, TIMER, Worker
from tests.stories.test_enquiries import asks
from tests.stories.test_enquiry_notices import enquiry_of
from tests.support.key_stores import erase_due
from tests.support.story import Story
from tests.support.working import Post, mail_waits, stalled_request, without
from tests.support.world import World


def backlog(world: World, kind: str) -> Backlog:
    health = world.engine.answer(ReadHealth(), SYSTEM)
    return next(each for each in health.backlogs if each.kind == kind)


def late(world: World, kind: str) -> float:
    return world.engine.answer(ReadHealth(), SYSTEM).late_seconds(kind, world.clock.moment)


def test_a_message_that_rests_is_late_all_the_same(story: Story) -> None:
    world = story.world
    post = mail_waits(story)
    post.fails = MailUnavailable()
    worker = Worker(world.engine, post)
    for _ in range(4):
        worker.send_mail()
        world.clock.passes(hours=1)
    assert backlog(world, "mail").count == 1
    assert late(world, "mail") == 4 * 3600


@pytest.mark.databases
def test_a_timer_that_rests_is_late_all_the_same_until_a_person_is_asked(story: Story) -> None:
    world = story.world
    stalled_request(story)
    for each in ("send_reminder", "mark_stalled"):
        without(world.engine, each)
    world.clock.passes(days=60)
    waiting = backlog(world, "timer")
    worker = Worker(world.engine, Post())
    for _ in range(2):
        worker.do(TIMER)
        assert backlog(world, "timer") == waiting
        world.clock.passes(minutes=11)
    worker.do(TIMER)
    assert backlog(world, "timer").count == 0, "an incident is open for each"


@pytest.mark.databases
def test_a_start_that_fails_for_a_day_is_a_day_late(story: Story) -> None:
    child = {"given_names": "Eeli", "family_name": "Keksitty", "in_finland": "yes", "born_on": "2018-03-01"}
    story.applies(has_children="yes", children=[child])
    story.does("kirjaaja", "register", has_children="yes", child_welfare_considered="not_needed")
    world = story.world
    without(world.engine, "issue_receipt")
    worker = Worker(world.engine, Post())
    for _ in range(24 * 12):
        worker.do(START)
        world.clock.passes(minutes=5)
    assert backlog(world, "start").count == 1
    assert late(world, "start") == 24 * 3600
    worker.do(START)
    assert late(world, "start") == 24 * 3600, "while it rests, too"


def test_an_enquiry_that_should_be_erased_is_counted_from_its_day_on(story: Story) -> None:
    world = story.world
    asks(story)
    answer = AnswerEnquiry(enquiry_of(story).id, "Soita meille.")
    world.engine.perform(answer, world.actor("paivystaja"))
    world.engine.settings = replace(world.engine.settings, enquiries_kept=1)
    world.clock.passes(days=29)
    assert backlog(world, "erasure").count == 0
    world.clock.passes(days=2)
    assert backlog(world, "erasure").count == 1
    erase_due(world.engine)
    assert backlog(world, "erasure").count == 0

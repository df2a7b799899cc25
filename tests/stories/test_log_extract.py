"""A person gets to know who looked at their matter: when, in which role, for what reason. Nobody is named."""

from __future__ import annotations

from dataclasses import astuple

import pytest

from engine.clock import day_of
from engine.domain.access_reasons import Reason, Who
from engine.domain.inbox import View
from engine.domain.people import OUTSIDE, PUBLIC, Role
from engine.errors import Forbidden, NotFound
from engine.queries.case_export import ExportCase
from engine.queries.inbox import OpenInbox
from engine.queries.log_extract import LogExtract, TakeLogExtract
from engine.queries.search import FindCases
from engine.queries.status import StatusByCode
from tests.support.story import Story
from tests.support.world import STAFF


def taken(story: Story, who: str = "esihenkilo") -> LogExtract:
    return story.world.engine.answer(TakeLogExtract(story.reference), story.world.actor(who))


@pytest.mark.databases
def test_each_reading_has_its_moment_role_and_reason(story: Story) -> None:
    story.applies()
    clock = story.world.clock
    clock.passes(minutes=1)
    first = clock.moment
    story.read_by("kasittelija")
    clock.passes(minutes=1)
    second = clock.moment
    story.world.engine.answer(ExportCase(story.reference, "asianosainen"), story.world.actor("johtaja"))
    clock.passes(minutes=1)
    newest = taken(story, "tarkastaja").looks[:2]
    assert [(each.at, each.roles, each.who, each.reason, each.purpose) for each in newest] == [
        (second, (Role.DIRECTOR,), None, Reason.INFORMING, "asianosainen"),
        (first, (Role.CASEWORKER,), None, Reason.HANDLING, ""),
    ]


@pytest.mark.databases
def test_the_extract_itself_stands_in_the_next_one(story: Story) -> None:
    story.applies()
    taken(story, "tarkastaja")
    newest = taken(story).looks[0]
    assert (newest.roles, newest.reason) == ((Role.AUDITOR,), Reason.INFORMING)


@pytest.mark.databases
def test_lists_are_counted_by_day_and_another_persons_are_not_among_them(story: Story) -> None:
    story.applies()
    engine, clock, reader = story.world.engine, story.world.clock, story.world.actor("kirjaaja")
    other = Story(story.world)
    first_day = day_of(clock.moment)
    for _ in range(3):
        engine.answer(OpenInbox(View.UNASSIGNED), reader)
    clock.passes(days=1)
    other.applies()
    engine.answer(OpenInbox(View.UNASSIGNED), reader)
    counted = [(each.on, each.roles, each.reason, each.times) for each in taken(story).listings]
    assert counted[-1] == (first_day, (Role.INTAKE,), Reason.HANDLING, 3)
    assert [(on, times) for on, _, _, times in counted] == [(day_of(clock.moment), 1), (first_day, 3)]
    assert [each.times for each in taken(other).listings] == [1]


def test_own_readings_are_the_persons(story: Story) -> None:
    receipt = story.applies()
    story.world.engine.answer(StatusByCode(receipt.code), PUBLIC)
    newest = next(each for each in taken(story).looks if each.reason is Reason.OWN)
    assert (newest.roles, newest.who) == ((), Who.SELF)


def test_others_outside_are_all_alike(story: Story) -> None:
    """That a referrer or an authority was asked may be their secret, or another's danger."""
    receipt = story.is_referred()
    story.world.engine.answer(StatusByCode(receipt.code), PUBLIC)
    found = taken(story).looks
    assert Who.OTHER in {each.who for each in found}
    roles = {role for each in found for role in each.roles}
    assert not roles & OUTSIDE


def test_no_name_stands_in_it(story: Story) -> None:
    story.applies()
    for who in ("kirjaaja", "kasittelija", "johtaja"):
        story.read_by(who)
        story.world.engine.answer(FindCases(story.reference), story.world.actor(who))
    found = taken(story)
    assert len(found.looks) >= 6, "pages and searches"
    text = " ".join(str(astuple(each)) for each in (*found.looks, *found.listings))
    assert [name for _, name, _, _ in STAFF if name in text] == []


def test_only_those_who_may_read_the_log_take_it_and_only_of_what_they_see(story: Story) -> None:
    story.applies()
    for who in ("kirjaaja", "kasittelija", "paattaja", "omistaja"):
        with pytest.raises(Forbidden):
            taken(story, who)
    missing = Story(story.world, "2026-999999")
    with pytest.raises(NotFound):
        taken(missing)

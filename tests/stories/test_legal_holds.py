"""A legal hold: while it is in force nothing of its case is destroyed, and another person lifts it."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest

from engine.commands.legal_holds import AlreadyHeld, LiftHold, NotHeld, NothingLeft, PlaceHold
from engine.commands.retention import DueErasures
from engine.domain.people import SYSTEM
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.queries.case_file import OpenCaseFile
from engine.queries.health import ReadHealth
from engine.queries.retention import OpenRetention, ReadCertificate, ReadComingErasures
from engine.storage.sealing import SealingClass
from engine.storage.tables.retention import DESTROYED_KEYS
from tests.engine.storage.test_erasure import wait_until_blocked
from tests.stories.test_who_sees import disqualified
from tests.support.key_stores import CANARY, applied, erase_due, exported, plan_all
from tests.support.story import Story

WHY = "Kantelu eduskunnan oikeusasiamiehelle on vireillä."


def places(story: Story, days: int = 30, who: str = "esihenkilo") -> None:
    command = PlaceHold(story.reference, WHY, story.today + timedelta(days=days))
    story.world.engine.perform(command, story.world.actor(who))


def lifts(story: Story, who: str = "johtaja") -> None:
    story.world.engine.perform(LiftHold(story.reference, WHY), story.world.actor(who))


@pytest.mark.databases
def test_a_held_case_loses_nothing_until_another_person_lifts_the_hold(story: Story) -> None:
    applied(story)
    engine = story.world.engine
    plan_all(story)
    places(story)

    assert erase_due(engine) == 0
    assert CANARY in exported(engine, story.reference)
    assert story.file.held_until == story.today + timedelta(days=30)
    coming = engine.answer(ReadComingErasures(), story.world.actor("johtaja"))
    assert (coming.held_cases, coming.going, coming.overdue) == (1, (), 0)
    assert [(each.reference, each.held_until) for each in coming.cases] == [
        (story.reference, story.file.held_until)
    ]
    health = engine.answer(ReadHealth(), SYSTEM)
    assert {each.kind: each.count for each in health.backlogs}["erasure"] == 0

    with pytest.raises(AlreadyHeld):
        places(story, who="johtaja")
    with pytest.raises(Conflict, match="toinen henkilö"):
        lifts(story, "esihenkilo")
    lifts(story)
    page = engine.answer(OpenRetention(story.reference), story.world.actor("esihenkilo"))
    assert [(each.reason, each.lift_reason) for each in page.holds] == [(WHY, WHY)]
    with pytest.raises(NotHeld):
        lifts(story)

    assert erase_due(engine) == len(SealingClass)
    assert CANARY not in exported(engine, story.reference)
    with pytest.raises(NothingLeft):
        places(story)


def test_a_case_of_which_a_class_is_left_is_held(story: Story) -> None:
    """In a lapsed case the narrative goes first; the decision is there for years, the identity longer."""
    case_id, engine = applied(story), story.world.engine
    plan_all(story)
    gone = [SealingClass.NARRATIVE, SealingClass.ENGINE]
    for each in ([], [SealingClass.DECISION, SealingClass.CONTACT]):
        gone += each
        engine.key_store.destroy([(case_id, name) for name in gone])
        places(story)
        assert erase_due(engine) == 0
        lifts(story)
        page = engine.answer(OpenRetention(story.reference), story.world.actor("esihenkilo"))
        assert [(held.reason, held.lift_reason) for held in page.holds[:1]] == [(WHY, WHY)]
    assert set(engine.key_store.of_case(case_id)) == {SealingClass.IDENTITY}


def test_held_cases_leave_their_place_in_the_round_to_others(story: Story) -> None:
    applied(story)
    plan_all(story)
    places(story)
    other = Story(story.world)
    other.applies()
    plan_all(other)
    assert story.world.engine.answer(DueErasures(limit=1), SYSTEM) == (other.case.id,)


def test_a_hold_ends_by_itself_after_its_last_day(story: Story) -> None:
    applied(story)
    plan_all(story)
    places(story, days=2)
    story.world.clock.passes(days=2)
    assert erase_due(story.world.engine) == 0
    story.world.clock.passes(days=1)
    assert erase_due(story.world.engine) == len(SealingClass)


def test_heads_who_see_the_case_hold_it_with_a_reason_and_a_day(story: Story) -> None:
    applied(story)
    for who in ("kasittelija", "tarkastaja", "yllapitaja"):
        with pytest.raises(Forbidden):
            places(story, who=who)
    for days in (-1, 800):
        with pytest.raises(Invalid, match="kahden vuoden"):
            places(story, days=days)
    short = PlaceHold(story.reference, "Syy", story.today)
    with pytest.raises(Invalid, match="10–500"):
        story.world.engine.perform(short, story.world.actor("johtaja"))
    disqualified(story, "esihenkilo")
    with pytest.raises(NotFound):
        places(story)
    seen = story.world.engine.answer(OpenCaseFile(story.reference), story.world.actor("johtaja"))
    assert seen.held_until is None


@pytest.mark.databases
def test_a_hold_placed_while_erasure_begins_keeps_the_keys(story: Story) -> None:
    """No rollback brings a key back: EraseDue waits for the transaction that places the hold."""
    case_id = applied(story)
    engine = story.world.engine
    plan_all(story)
    done: list[int] = []
    erasing = Thread(target=lambda: done.append(erase_due(engine)))
    with engine.database.unit_of_work() as unit:
        stores = engine.stores(unit)
        stores.retention.lock(case_id)
        stores.legal_holds.place(case_id, WHY, story.today, None, story.world.clock())
        unit.flush()
        erasing.start()
        if not engine.database.is_sqlite:
            wait_until_blocked(engine)
    erasing.join(timeout=60)
    assert done == [0]
    assert engine.key_store.of_case(case_id).keys() == set(SealingClass)


@pytest.mark.databases
def test_what_was_destroyed_is_certified_without_the_person_and_a_changed_line_shows(story: Story) -> None:
    case_id = applied(story)
    engine, auditor = story.world.engine, story.world.actor("tarkastaja")
    plan_all(story)
    coming = engine.answer(ReadComingErasures(), auditor)
    assert {(each.sealing_class, each.rule, each.count) for each in coming.going} == {
        (each.value, "15 §", 1) for each in SealingClass
    }
    assert coming.cases == (), "an auditor counts, and is shown no case"
    assert {each.sealing_class for each in coming.rules} >= {"identity", "contact", "narrative", "decision"}
    erase_due(engine)

    (certificate,) = engine.answer(ReadComingErasures(), auditor).certificates
    page = engine.answer(ReadCertificate(certificate.number), auditor)
    assert page.is_whole
    lines = [each for _, found in page.lines for each in found]
    assert {(each.owner_id, each.sealing_class) for each in lines} == {
        (case_id, each.value) for each in SealingClass
    }
    assert {(each.rule, each.due_on) for each in lines} == {("15 §", story.today)}
    assert story.reference not in str(page)

    with engine.database.transaction() as connection:
        connection.execute(DESTROYED_KEYS.update().values(rule="muu sääntö"))
    assert not engine.answer(ReadCertificate(certificate.number), auditor).is_whole
    with pytest.raises(NotFound):
        engine.answer(ReadCertificate(99), auditor)

"""Notices while people come, go and are kept away: never twice of the same, never of a case that the reader may not see."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import uuid4

from sqlalchemy import select

from engine.commands.assignments import AssignCase
from engine.commands.notes import WriteNote
from engine.domain.notes import NoteDetails, NoteKind
from engine.domain.people import CASE_STAFF
from engine.errors import Refusal
from engine.executor import Command
from engine.queries.case_file import OpenCaseFile
from engine.queries.staff_notices import CountNotices, MyNotices
from engine.storage.tables.notes import STAFF_NOTICES
from tests.support.story import Story
from tests.support.world import World

COLLEAGUES = ("toinen", "kaksoisrooli", "pohjoinen", "kasittelija")
STEPS = 40


def test_nobody_is_notified_twice_or_of_a_case_they_may_not_see(world: World) -> None:
    chance = Random(14)
    stories = [Story(world) for _ in range(2)]
    for each in stories:
        each.applies()
        each.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))
    ids = {each.reference: each.case.id for each in stories}
    for _ in range(STEPS):
        story, who = chance.choice(stories), chance.choice(COLLEAGUES)
        chance.choice((_mentions, _mentions, _assigns, _keeps_away, _restricts, _moves, _waits))(
            story, who, chance
        )
        _check(world, ids)
    with world.engine.database.view() as connection:
        rows = connection.execute(
            select(STAFF_NOTICES.c.person_id, STAFF_NOTICES.c.kind, STAFF_NOTICES.c.subject_id)
        ).all()
    assert len(rows) > 3
    assert max(Counter(rows).values()) == 1


def _mentions(story: Story, who: str, _: Random) -> None:
    details = NoteDetails(NoteKind.WORKING, f"Katso @{who}", follow_up_on=story.today + timedelta(days=1))
    _tries(story, "kirjaaja", WriteNote(story.reference, uuid4(), details))


def _assigns(story: Story, who: str, _: Random) -> None:
    _tries(story, "esihenkilo", AssignCase(story.reference, story.world.people[who].id))


def _keeps_away(story: Story, who: str, chance: Random) -> None:
    if chance.random() < 0.3:
        case, person_id = story.case, story.world.people[who].id
        with story.world.engine.database.unit_of_work() as unit:
            cases = story.world.engine.stores(unit).cases
            if not cases.is_disqualified(case.id, person_id):
                cases.disqualify(case.id, person_id, "", story.world.clock())


def _restricts(story: Story, _who: str, chance: Random) -> None:
    case, is_restricted = story.case, chance.random() < 0.5
    with story.world.engine.database.unit_of_work() as unit:
        story.world.engine.stores(unit).cases.advance(case, story.world.clock(), is_restricted=is_restricted)


def _moves(story: Story, who: str, chance: Random) -> None:
    person_id, team = story.world.people[who].id, chance.choice((None, "north", "south"))
    with story.world.engine.database.unit_of_work() as unit:
        people = story.world.engine.stores(unit).people
        people.change(person_id, team=team, is_active=chance.random() < 0.9)


def _waits(story: Story, _who: str, chance: Random) -> None:
    sent = len(story.mails)
    story.passes(hours=chance.choice((1, 12, 30)))
    at_once = [
        (mail.recipient["email"], mail.send_after)
        for mail in story.mails[sent:]
        if mail.kind in ("mail_notice", "mail_digest")
    ]
    assert len(at_once) == len(set(at_once)), "what is due to one person at once is one mail"


def _tries(story: Story, who: str, command: Command[None]) -> None:
    try:
        story.world.engine.perform(command, story.world.actor(who))
    except Refusal:
        return


def _check(world: World, ids: dict[str, object]) -> None:
    for who in COLLEAGUES:
        actor = world.actor(who)
        found = world.engine.answer(MyNotices(), actor)
        assert found.unread == sum(not each.is_read for each in found.lines)
        assert found.unread == world.engine.answer(CountNotices(), actor)
        assert actor.roles & CASE_STAFF
        for reference in {each.reference for each in found.lines}:
            assert reference in ids
            # Raises NotFound for a case that they may not see.
            world.engine.answer(OpenCaseFile(reference), replace(actor, proof_ends_at=None))

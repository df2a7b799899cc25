"""Limits of an appointment as they are proposed, confirmed by another, and take the place of earlier ones."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from engine.casework.appointments import DecisionOutsideLimits
from engine.commands.people import Appoint
from engine.commands.powers import ConfirmPower, EndAppointment
from engine.domain.appointments import NO_LIMITS, Limits
from engine.domain.people import OPERATOR, Power
from engine.errors import Invalid
from engine.queries.administration import FindPeople, OpenPerson, ReadAdministrationLog
from tests.stories.test_limited_appointments import OF_A_CHILD, OF_A_VICTIM, SOUTH, appointed, prepared
from tests.support.story import Story


def test_limits_are_proposed_seen_and_confirmed_by_another(story: Story) -> None:
    engine, director, administrator = (
        story.world.engine,
        story.world.actor("johtaja"),
        story.world.actor("yllapitaja"),
    )
    earlier = appointed(story)
    limits = Limits(OF_A_CHILD, SOUTH)
    person = story.world.people["ulla"]
    command = Appoint(person.id, Power.SIGN_RESOLUTIONS, story.today, None, "Jonossa", limits, earlier)
    engine.perform(command, director)
    (waiting,) = engine.answer(FindPeople(), administrator).waiting
    assert waiting.proposal.limits == limits
    facts = ("power sign_resolutions", "only_decision admitted_35_3", "only_team south")
    assert waiting.facts[:4] == (*facts, f"replaces {earlier}")
    of_the_earlier = ("extent decisions", "extent country", f"from {story.today}")
    assert waiting.facts[-3:] == tuple(f"replaced_{each}" for each in of_the_earlier)
    (before,) = engine.answer(OpenPerson("ulla"), administrator).register
    assert before.limits == NO_LIMITS, "nothing is narrowed before the second person has confirmed it"

    engine.perform(ConfirmPower(waiting.proposal.id), administrator)

    register = {each.id: each for each in engine.answer(OpenPerson("ulla"), administrator).register}
    assert register[earlier].valid_until == story.today - timedelta(days=1)
    (now,) = [each for each in register.values() if each.id != earlier]
    assert now.limits == limits
    given, ended, proposed = engine.answer(ReadAdministrationLog(), administrator).entries[:3]
    assert [each.act for each in (given, ended, proposed)] == ["appointed", "appointment_ended", "proposed"]
    only = (("only_decision", "admitted_35_3"), ("only_team", "south"))
    for entry in (given, proposed):
        assert entry.facts[1:3] == only
        assert ("replaces", str(earlier)) in entry.facts
        assert ("replaced_extent", "decisions") in entry.facts
    prepared(story)
    with pytest.raises(DecisionOutsideLimits):
        story.does("ulla", "sign_resolution")


def test_a_narrowing_that_waits_is_not_lost_to_another_proposal(story: Story) -> None:
    engine, director = story.world.engine, story.world.actor("johtaja")
    one, other = appointed(story), appointed(story, Limits(OF_A_VICTIM))
    person = story.world.people["ulla"].id

    def propose(limits: Limits = NO_LIMITS, replaces: UUID | None = None) -> UUID:
        command = Appoint(person, Power.SIGN_RESOLUTIONS, story.today, None, "Jonossa", limits, replaces)
        return engine.perform(command, director)

    narrower = propose(Limits(OF_A_CHILD, SOUTH), one)
    ends_other = propose(Limits(teams=SOUTH), other)
    unlimited, of_children = propose(), propose(Limits(OF_A_CHILD))
    left = {each.proposal.id for each in engine.answer(OpenPerson("ulla"), director).waiting}
    assert left == {narrower, ends_other, unlimited, of_children}

    of_the_same = {propose(NO_LIMITS, one), propose(Limits(OF_A_CHILD))}
    left = {each.proposal.id for each in engine.answer(OpenPerson("ulla"), director).waiting}
    assert left == {ends_other, unlimited, *of_the_same}


@pytest.mark.parametrize(
    ("power", "limits", "field"),
    [
        (Power.GIVE_ORAL_DECISIONS, Limits(frozenset({"removal"})), "decisions"),
        (Power.SIGN_RESOLUTIONS, Limits(frozenset({"anything"})), "decisions"),
        (Power.SIGN_RESOLUTIONS, Limits(teams=frozenset({"moon"})), "teams"),
        (Power.REVIEW_AR, Limits(teams=SOUTH), "decisions"),
    ],
)
def test_a_limit_that_would_leave_nothing_is_refused(
    story: Story, power: Power, limits: Limits, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        appointed(story, limits, power)
    assert refused.value.field == field


def test_a_limit_that_this_program_does_not_know_permits_nothing(story: Story) -> None:
    entry = appointed(story, Limits(OF_A_CHILD))
    with story.world.engine.database.unit_of_work() as unit:
        people = story.world.engine.stores(unit).people
        ulla, since = people.appointment(entry).person_id, story.today
        of_later = Limits(frozenset({"of_a_later_release"}))
        people.appoint(ulla, Power.SIGN_RESOLUTIONS, since, None, None, limits=of_later)
    prepared(story)
    with pytest.raises(DecisionOutsideLimits):
        story.does("ulla", "sign_resolution")


def test_only_a_running_entry_of_the_same_power_is_replaced(story: Story) -> None:
    oral = appointed(story, power=Power.GIVE_ORAL_DECISIONS)
    ended = appointed(story)
    story.world.engine.perform(EndAppointment(ended), OPERATOR)
    for replaced in (oral, ended):
        command = Appoint(
            story.world.people["ulla"].id, Power.SIGN_RESOLUTIONS, story.today, replaces=replaced
        )
        with pytest.raises(Invalid) as refused:
            story.world.engine.perform(command, OPERATOR)
        assert refused.value.field == "replaces"

"""An official whose appointment is limited decides what it names, in the regions that it names, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from engine.casework.appointments import DecisionOutsideLimits, NotAppointed, TeamOutsideLimits
from engine.casework.spoken_givers import GiverNotAppointed, GiversDecisions, GiversTeams
from engine.commands.absences import RecordAbsence
from engine.commands.assignments import AssignTask
from engine.commands.people import AddPerson, Appoint, ClosePerson
from engine.commands.powers import EndAppointment
from engine.commands.tasks import ClaimTask, ReleaseTask
from engine.commands.urgent_calls import RecordUrgentCall
from engine.domain.appointments import NO_LIMITS, DecisionKind, Limits, Uncovered
from engine.domain.cases import Outcome
from engine.domain.people import OPERATOR, Power, Role
from engine.errors import Invalid
from engine.queries.administration import FindPeople
from engine.queries.next_task import OfferNext
from engine.queries.reassignment import OpenReassignment
from engine.queries.resolution_page import ReadLetter
from engine.queries.staff_notices import MyNotices
from tests.stories.test_children import child_until_signature, family
from tests.stories.test_urgent_night import at_night, call, decided, opened
from tests.support.accounts import account
from tests.support.story import Story

SOUTH = frozenset({"south"})
COUNTRY = ("south", "west", "east", "north", None)
OF_A_CHILD = frozenset({"admitted_35_3"})
OF_A_VICTIM = frozenset({"admitted_35_1"})


def appointed(
    story: Story,
    limits: Limits = NO_LIMITS,
    power: Power = Power.SIGN_RESOLUTIONS,
    days: int | None = None,
    roles: frozenset[Role] = frozenset({Role.DECISION_MAKER}),
) -> UUID:
    """Ulla decides within these limits. Return the entry's id."""
    perform = story.world.engine.perform
    if "ulla" not in story.world.people:
        perform(AddPerson("ulla", "Ulla Uusi", roles), OPERATOR)
    until = story.today + timedelta(days=days) if days is not None else None
    command = Appoint(story.world.people["ulla"].id, power, story.today, until, limits=limits)
    return perform(command, OPERATOR)


def prepared(story: Story, region: str = "south") -> Story:
    """A decision under 35 § 1 mom. waits for its signer."""
    story.applies()
    story.does("kirjaaja", "register", region=region)
    story.until("prepare_resolution")
    story.does("kasittelija", "prepare_resolution")
    return story


def releases(story: Story) -> None:
    """Ulla lets go of what she can not sign."""
    story.world.engine.perform(ReleaseTask(story.task("sign_resolution").id), story.world.actor("ulla"))


@pytest.mark.databases
def test_who_is_limited_to_a_ground_and_a_region_signs_within_both(story: Story) -> None:
    appointed(story, Limits(OF_A_CHILD, SOUTH))
    prepared(story)
    with pytest.raises(DecisionOutsideLimits) as other_ground:
        story.does("ulla", "sign_resolution")
    assert other_ground.value.field == "delegation_confirmed"
    assert str(other_ground.value.values["decisions"]) == "admitted_35_3"
    assert story.case.outcome is None
    appointed(story, Limits(OF_A_VICTIM, SOUTH))
    story.does("ulla", "sign_resolution")
    assert story.case.outcome is Outcome.ADMITTED_35_1


def test_another_region_is_refused_beside_the_same_question(story: Story) -> None:
    appointed(story, Limits(OF_A_VICTIM, SOUTH))
    prepared(story, region="east")
    with pytest.raises(TeamOutsideLimits) as elsewhere:
        story.does("ulla", "sign_resolution")
    assert elsewhere.value.field == "delegation_confirmed"
    assert [str(elsewhere.value.values[name]) for name in ("teams", "team")] == ["south", "east"]


def test_a_region_that_nobody_knows_is_outside_every_limit(story: Story) -> None:
    appointed(story, Limits(teams=frozenset({"south", "west", "east", "north"})))
    prepared(story, region="unknown")
    with pytest.raises(TeamOutsideLimits):
        story.does("ulla", "sign_resolution")
    releases(story)
    story.does("paattaja", "sign_resolution")


def test_a_child_is_admitted_by_who_may_admit_children(story: Story) -> None:
    appointed(story, Limits(OF_A_CHILD, SOUTH))
    child = family(story)
    story.until("sign_resolution")
    with pytest.raises(DecisionOutsideLimits):
        story.does("ulla", "sign_resolution")
    releases(story)
    story.does("paattaja", "sign_resolution")
    child_until_signature(child)
    child.does("ulla", "sign_resolution")
    assert child.case.outcome is Outcome.ADMITTED_35_3


def test_limits_of_two_appointments_are_not_mixed(story: Story) -> None:
    appointed(story, Limits(OF_A_VICTIM, frozenset({"north"})))
    appointed(story, Limits(OF_A_CHILD, SOUTH))
    prepared(story)
    with pytest.raises(TeamOutsideLimits) as refused:
        story.does("ulla", "sign_resolution")
    assert str(refused.value.values["teams"]) == "north"


def test_the_directors_power_is_the_laws(story: Story) -> None:
    director = story.world.people["johtaja"]
    limited = Appoint(director.id, Power.SIGN_RESOLUTIONS, story.today, limits=Limits(OF_A_CHILD))
    story.world.engine.perform(limited, OPERATOR)
    prepared(story)
    story.does("johtaja", "sign_resolution")
    assert story.case.outcome is Outcome.ADMITTED_35_1


def test_a_limit_that_ends_while_a_draft_waits_ends_the_power(story: Story) -> None:
    appointed(story, Limits(OF_A_VICTIM), days=2)
    appointed(story, Limits(OF_A_CHILD))
    prepared(story)
    letter = story.world.engine.answer(
        ReadLetter(story.task("sign_resolution").id), story.world.actor("ulla")
    )
    assert letter is not None
    assert letter.signing is not None
    assert letter.signing.limit is None
    story.passes(days=3)
    with pytest.raises(DecisionOutsideLimits) as refused:
        story.does("ulla", "sign_resolution")
    assert str(refused.value.values["decisions"]) == "admitted_35_3"
    letter = story.world.engine.answer(
        ReadLetter(story.task("sign_resolution").id), story.world.actor("ulla")
    )
    assert letter is not None
    assert letter.signing is not None
    assert isinstance(letter.signing.limit, DecisionOutsideLimits), "the page says so before they sign"


def test_an_entry_that_is_ended_leaves_nobody_its_power(story: Story) -> None:
    entry = appointed(story, Limits(OF_A_VICTIM))
    prepared(story)
    story.world.engine.perform(EndAppointment(entry), story.world.actor("johtaja"))
    with pytest.raises(NotAppointed):
        story.does("ulla", "sign_resolution")


def test_a_deputy_has_their_own_limits(story: Story) -> None:
    appointed(story, Limits(OF_A_CHILD))
    prepared(story)
    task = story.task("sign_resolution")
    story.world.engine.perform(ClaimTask(task.id), story.world.actor("paattaja"))
    account(story.world, "ulla")
    away = RecordAbsence("paattaja", story.today, story.today + timedelta(days=7), "ulla")
    story.world.engine.perform(away, story.world.actor("esihenkilo"))
    with pytest.raises(DecisionOutsideLimits):
        story.does("ulla", "sign_resolution")


def test_what_they_can_not_sign_is_not_offered_or_given_to_them(story: Story) -> None:
    appointed(story, Limits(OF_A_CHILD))
    prepared(story)
    answer, actor = story.world.engine.answer, story.world.actor
    task, ulla = story.task("sign_resolution"), story.world.people["ulla"]

    assert answer(OfferNext(), actor("ulla")).seen == 0
    assert answer(OfferNext(), actor("paattaja")).seen == 1
    candidates = answer(OpenReassignment(task.id), actor("esihenkilo")).for_task
    names = {each.person.username for each in candidates}
    assert "ulla" not in names
    assert "paattaja" in names
    account(story.world, "ulla")
    with pytest.raises(Invalid, match="ei kata"):
        story.world.engine.perform(AssignTask(task.id, ulla.id), actor("esihenkilo"))
    kinds = [each.kind for each in answer(MyNotices(), actor("ulla")).lines]
    assert kinds == [], "who decides is notified, and they do not"

    appointed(story, Limits(OF_A_VICTIM))
    assert answer(OfferNext(), actor("ulla")).seen == 1
    story.world.engine.perform(AssignTask(task.id, ulla.id), actor("esihenkilo"))


def notices_of(story: Story, username: str) -> list[str]:
    return [each.kind for each in story.world.engine.answer(MyNotices(), story.world.actor(username)).lines]


def end_all(story: Story) -> None:
    """Nobody has an appointment to sign."""
    everyone = story.world.engine.answer(FindPeople(), OPERATOR).rows
    for each in (held for row in everyone for held in row.appointments):
        if each.power is Power.SIGN_RESOLUTIONS:
            story.world.engine.perform(EndAppointment(each.id), OPERATOR)


@pytest.mark.parametrize("limited", [True, False], ids=["limited", "without any"])
def test_the_director_is_notified_of_what_no_appointment_covers(story: Story, limited: bool) -> None:
    end_all(story)
    if limited:
        appointed(story, Limits(OF_A_CHILD))
    prepared(story)
    assert notices_of(story, "johtaja") == ["to_decide"]
    assert notices_of(story, "paattaja") == ["to_decide"], "they read it, and send it back"


def test_the_director_is_notified_too_when_it_comes_back_to_one_who_can_not_sign_it(story: Story) -> None:
    prepared(story)
    confirmed = ("delegation_confirmed", "not_disqualified", "letter_read")
    back = {"signature": "return", "return_reason": "Täydennä.", **dict.fromkeys(confirmed)}
    story.does("paattaja", "sign_resolution", **back)
    assert notices_of(story, "johtaja") == []
    end_all(story)
    story.does("kasittelija", "prepare_resolution")
    assert notices_of(story, "johtaja") == ["to_decide"]


def test_the_register_says_what_only_the_director_decides_today(story: Story) -> None:
    def uncovered() -> dict[Power, tuple[Uncovered, ...]]:
        page = story.world.engine.answer(FindPeople(text="ulla"), story.world.actor("johtaja"))
        return {power: found for power, found in page.uncovered.items() if found}

    assert uncovered() == {}
    end_all(story)
    assert uncovered() == {Power.SIGN_RESOLUTIONS: (Uncovered(tuple(DecisionKind), COUNTRY),)}
    appointed(story, Limits(OF_A_CHILD))
    appointed(story, Limits(OF_A_VICTIM, SOUTH))
    appointed(story, Limits(frozenset({"removal"}), frozenset({"west", "east", "north"})), days=0)
    rest = tuple(each for each in DecisionKind if each not in OF_A_CHILD | OF_A_VICTIM | {"removal"})
    assert uncovered()[Power.SIGN_RESOLUTIONS] == (
        Uncovered((DecisionKind.ADMITTED_35_1,), ("west", "east", "north", None)),
        Uncovered(rest, COUNTRY),
        Uncovered((DecisionKind.REMOVAL,), ("south", None)),
    )
    appointed(story)
    assert uncovered() == {}
    story.world.engine.perform(ClosePerson("ulla"), OPERATOR)
    assert uncovered() == {Power.SIGN_RESOLUTIONS: (Uncovered(tuple(DecisionKind), COUNTRY),)}, "they left"


def test_they_still_read_a_draft_and_send_it_back(story: Story) -> None:
    appointed(story, Limits(OF_A_CHILD))
    prepared(story)
    confirmed = ("delegation_confirmed", "not_disqualified", "letter_read")
    back = {"signature": "return", "return_reason": "Täydennä.", **dict.fromkeys(confirmed)}
    story.does("ulla", "sign_resolution", **back)
    assert "prepare_resolution" in story.forms


def test_aloud_they_decide_within_both_limits(story: Story) -> None:
    appointed(story, Limits(OF_A_CHILD, SOUTH), Power.GIVE_ORAL_DECISIONS)
    story.calls()
    story.does("paivystaja", "register", in_danger="yes", accommodation_needed="yes", region="south")
    with pytest.raises(DecisionOutsideLimits) as refused:
        story.does("ulla", "oral_decision")
    assert refused.value.field == "oral_ground"
    appointed(story, Limits(OF_A_VICTIM, frozenset({"north"})), Power.GIVE_ORAL_DECISIONS)
    with pytest.raises(TeamOutsideLimits):
        story.does("ulla", "oral_decision")
    appointed(story, Limits(OF_A_VICTIM, SOUTH), Power.GIVE_ORAL_DECISIONS)
    story.does("ulla", "oral_decision")
    assert [each.outcome for each in story.file.oral_decisions] == ["admitted_35_1"]


def test_in_a_call_their_limits_stand_beside_their_name_and_are_asked(story: Story) -> None:
    appointed(story, Limits(OF_A_CHILD, SOUTH), Power.GIVE_ORAL_DECISIONS)
    at_night(story, 3, 0)
    person, call_id = str(story.world.people["ulla"].id), uuid4()
    (own,) = [each for each in opened(story, call_id).deciders if each.name == "Ulla Uusi"]
    assert own.limits == (Limits(OF_A_CHILD, SOUTH),)
    (other,) = [each for each in opened(story, call_id).deciders if each.name == "Päivi Päättäjä"]
    assert other.limits == ()
    perform, on_call = story.world.engine.perform, story.world.actor("paivystaja")
    spoken = decided(story, decided_by=person)
    with pytest.raises(GiversDecisions) as refused:
        perform(RecordUrgentCall(call_id, call(story, region="south"), spoken), on_call)
    assert refused.value.field == "decided_by"
    appointed(story, Limits(OF_A_VICTIM, SOUTH), Power.GIVE_ORAL_DECISIONS)
    with pytest.raises(GiversTeams):
        perform(RecordUrgentCall(call_id, call(story, region="east"), spoken), on_call)
    receipt = perform(RecordUrgentCall(call_id, call(story, region="aland"), spoken), on_call)
    story.reference = receipt.reference
    # Registration finds the person elsewhere: who decided within the limits confirms it all the same.
    story.does("ulla", "confirm_spoken")
    assert "oral_decision_confirmed" in story.events


@pytest.mark.parametrize("end", ["replaced", "ended"])
@pytest.mark.parametrize("answers", ["confirm_spoken", "oral_decision"])
def test_what_was_spoken_within_the_limits_is_confirmed_after_they_changed(
    story: Story, end: str, answers: str
) -> None:
    entry = appointed(story, Limits(OF_A_VICTIM, SOUTH), Power.GIVE_ORAL_DECISIONS)
    at_night(story, 3, 0)
    ulla, call_id = story.world.people["ulla"].id, uuid4()
    perform, on_call = story.world.engine.perform, story.world.actor("paivystaja")
    spoken = decided(story, decided_by=str(ulla))
    story.reference = perform(
        RecordUrgentCall(call_id, call(story, region="south"), spoken), on_call
    ).reference
    story.passes(hours=5)
    if end == "ended":
        perform(EndAppointment(entry), story.world.actor("johtaja"))
    else:
        narrower = Limits(OF_A_CHILD, SOUTH)
        power = Power.GIVE_ORAL_DECISIONS
        perform(Appoint(ulla, power, story.today, limits=narrower, replaces=entry), OPERATOR)
    if answers == "oral_decision":
        story.does("paivystaja", "register", in_danger="yes", region="south")
    story.does(
        "ulla", answers, **({"told_on": story.today.isoformat()} if answers == "oral_decision" else {})
    )
    assert "oral_decision_confirmed" in story.events
    assert story.file.clienthood is not None
    story.passes(minutes=5)
    later = decided(story, decided_by=str(ulla), decided_hour="8.02")
    with pytest.raises(GiversDecisions if end == "replaced" else GiverNotAppointed):
        perform(RecordUrgentCall(uuid4(), call(story, region="south"), later), on_call)

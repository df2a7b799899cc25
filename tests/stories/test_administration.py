"""Somebody joins, is given a role and a power by two people, changes work, and leaves; the log names every step."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pyotp
import pytest

from engine.commands.absences import EndAbsence, RecordAbsence
from engine.commands.invitations import AcceptWithPassword, Invite, ReadInvitation, TakeBackInvitation
from engine.commands.people import (
    AddPerson,
    AddServiceAccount,
    Appoint,
    ClosePerson,
    ReopenPerson,
    SetRoles,
    SetTeam,
)
from engine.commands.powers import AlreadyDecided, ConfirmPower, EndAppointment, OwnProposal, RefusePower
from engine.commands.sign_in import SignIn, SignInAttempt
from engine.domain.people import OPERATOR, PUBLIC, Power, Role
from engine.errors import Forbidden, Invalid, NotFound
from engine.queries.administration import FindPeople, OpenPerson
from engine.queries.service_account import FindServiceAccount
from engine.storage.people import People
from engine.storage.unit_of_work import UnitOfWork
from tests.properties.test_races import at_once
from tests.support.administration import acts, confirmed, log_of, waiting
from tests.support.world import PASSWORD, World

CASEWORKER = frozenset({Role.CASEWORKER})


def accepts(world: World, token: str) -> None:
    offer = world.engine.answer(ReadInvitation(token), PUBLIC).offer
    code = pyotp.TOTP(offer.secret).at(world.clock())
    command = AcceptWithPassword(token, SignInAttempt("", "192.0.2.1"), PASSWORD, offer.sealed, code)
    world.engine.perform(command, PUBLIC)


@pytest.mark.databases
def test_somebody_joins_and_two_people_give_the_role(world: World) -> None:
    administrator = world.actor("yllapitaja")
    added = world.engine.perform(
        AddPerson("uusi", "Ulla Uusi", CASEWORKER, team="south", reason="Aloittaa joulukuussa."),
        administrator,
    )
    assert added.roles == world.people["uusi"].roles == frozenset()
    with pytest.raises(Invalid, match="vahvistaa ensin"):
        world.engine.perform(Invite("uusi"), administrator)
    with pytest.raises(OwnProposal):
        confirmed(world, by="yllapitaja")

    confirmed(world)

    assert world.people["uusi"].roles == CASEWORKER
    invitation = world.engine.perform(Invite("uusi"), administrator)
    assert invitation is not None
    accepts(world, invitation.token)
    assert acts(world) == [
        "person_added",
        "proposed",
        "roles_given",
        "invited",
        "invitation_used",
        "signed_in",
    ]
    proposed, given = log_of(world)[1:3]
    assert (proposed.about, proposed.facts) == ("Ulla Uusi", (("role", "caseworker"),))
    assert proposed.reason == given.reason == "Aloittaa joulukuussa."
    assert [proposed.actor_name, given.actor_name] == [administrator.name, world.actor("johtaja").name]
    assert world.log_faults() == ()


def test_what_was_decided_is_decided_once(world: World) -> None:
    world.engine.perform(
        SetRoles("kasittelija", CASEWORKER | {Role.MANAGER}, "Tehtävä vaihtuu."), world.actor("yllapitaja")
    )
    proposal = waiting(world)
    world.engine.perform(RefusePower(proposal), world.actor("johtaja"))

    for again in (ConfirmPower(proposal), RefusePower(proposal)):
        with pytest.raises(AlreadyDecided):
            world.engine.perform(again, world.actor("johtaja"))

    assert world.people["kasittelija"].roles == CASEWORKER
    assert acts(world) == ["proposed", "refused"]


def test_nobody_confirms_what_they_would_get_themselves(world: World) -> None:
    world.engine.perform(
        SetRoles("johtaja", frozenset({Role.DIRECTOR, Role.INTAKE}), "Tehtävä vaihtuu."),
        world.actor("yllapitaja"),
    )

    with pytest.raises(OwnProposal):
        confirmed(world, by="johtaja")
    with pytest.raises(Forbidden):
        world.engine.perform(ConfirmPower(waiting(world)), world.actor("esihenkilo"))

    assert Role.INTAKE not in world.people["johtaja"].roles


def test_roles_are_taken_at_once_and_given_by_two(world: World) -> None:
    administrator = world.actor("yllapitaja")
    world.engine.perform(SetRoles("kasittelija", frozenset({Role.INTAKE}), "Tehtävä vaihtuu."), administrator)
    assert world.people["kasittelija"].roles == frozenset()

    world.engine.perform(
        SetRoles("kasittelija", frozenset({Role.ON_CALL}), "Tehtävä vaihtuu."), administrator
    )
    confirmed(world)

    assert world.people["kasittelija"].roles == {Role.ON_CALL}
    assert acts(world) == ["roles_taken", "proposed", "replaced", "proposed", "roles_given"]


def test_a_role_that_waits_is_kept_with_another_and_taken_back_by_name(world: World) -> None:
    administrator = world.actor("yllapitaja")
    first = world.engine.perform(
        SetRoles("kasittelija", CASEWORKER | {Role.MANAGER}, "Tehtävä vaihtuu."), administrator
    )
    assert (first.taken, first.waiting, first.withdrawn) == (set(), {Role.MANAGER}, set())
    both = CASEWORKER | {Role.MANAGER, Role.ON_CALL}
    joined = world.engine.perform(SetRoles("kasittelija", both, "Tehtävä vaihtuu."), administrator)
    assert (joined.waiting, joined.withdrawn) == ({Role.MANAGER, Role.ON_CALL}, set())
    again = world.engine.perform(SetRoles("kasittelija", both, "Tehtävä vaihtuu."), administrator)
    assert again.waiting == joined.waiting
    assert acts(world) == ["proposed", "replaced", "proposed"], "the same again is no new proposal"
    left = world.engine.perform(
        SetRoles("kasittelija", CASEWORKER | {Role.ON_CALL}, "Tehtävä vaihtuu."), administrator
    )
    assert (left.waiting, left.withdrawn) == ({Role.ON_CALL}, {Role.MANAGER})
    confirmed(world)
    assert world.people["kasittelija"].roles == CASEWORKER | {Role.ON_CALL}


def test_a_proposal_takes_the_place_of_an_earlier_one_of_the_same(world: World) -> None:
    administrator, person = world.actor("yllapitaja"), world.people["kasittelija"]
    today = world.clock().date()
    tomorrow = today + timedelta(days=1)
    for power, begins in (
        (Power.SIGN_RESOLUTIONS, today),
        (Power.GIVE_ORAL_DECISIONS, today),
        (Power.SIGN_RESOLUTIONS, tomorrow),
    ):
        world.engine.perform(Appoint(person.id, power, begins, reason="Päätöksiä jonossa"), administrator)
    for roles in (CASEWORKER | {Role.MANAGER}, CASEWORKER):
        world.engine.perform(SetRoles("kasittelija", roles, "Tehtävä vaihtuu."), administrator)
    for team in ("north", None):
        world.engine.perform(SetTeam("kasittelija", team, "Muuttaa."), administrator)

    left = [each.proposal for each in world.engine.answer(FindPeople(), administrator).waiting]

    assert [(each.power, each.valid_from) for each in left] == [
        (Power.GIVE_ORAL_DECISIONS, today),
        (Power.SIGN_RESOLUTIONS, tomorrow),
    ]


def test_another_team_is_given_by_two(world: World) -> None:
    administrator = world.actor("yllapitaja")
    for team in ("north", None):
        world.engine.perform(SetTeam("kasittelija", team, "Muuttaa."), administrator)
        if team:
            assert world.people["kasittelija"].team is None
            confirmed(world)
            assert world.people["kasittelija"].team == "north"
    confirmed(world)
    assert world.people["kasittelija"].team is None
    assert acts(world) == ["proposed", "team_changed"] * 2
    assert [each.facts for each in log_of(world)[1::2]] == [(("team", "north"),), (("team", "all"),)]


def test_a_power_is_proposed_confirmed_and_ended(world: World) -> None:
    person, today = world.people["kasittelija"], world.clock().date()
    begins, ends = today + timedelta(days=1), today + timedelta(days=30)
    world.engine.perform(
        Appoint(person.id, Power.SIGN_RESOLUTIONS, begins, ends, "Päätöksiä jonossa"), world.actor("johtaja")
    )
    with pytest.raises(OwnProposal):
        confirmed(world, by="johtaja")

    confirmed(world, by="yllapitaja")

    def holds(day: date) -> bool:
        with world.engine.database.view() as connection:
            held = People(UnitOfWork(connection)).appointments_on(person.id, Power.SIGN_RESOLUTIONS, day)
            return bool(held)

    assert [holds(day) for day in (today, begins, ends, ends + timedelta(days=1))] == [
        False,
        True,
        True,
        False,
    ]
    world.clock.passes(days=3)
    (entered,) = world.engine.answer(OpenPerson("kasittelija"), world.actor("johtaja")).register
    world.engine.perform(EndAppointment(entered.id), world.actor("johtaja"))
    assert not holds(world.clock().date())
    with pytest.raises(Invalid, match="jo päättynyt"):
        world.engine.perform(EndAppointment(entered.id), world.actor("johtaja"))


def test_who_leaves_is_given_nothing_more_and_comes_back_by_two_people(world: World) -> None:
    administrator = world.actor("yllapitaja")
    world.engine.perform(
        SetRoles("kasittelija", CASEWORKER | {Role.MANAGER}, "Tehtävä vaihtuu."), administrator
    )

    world.engine.perform(ClosePerson("kasittelija"), administrator)

    assert world.engine.answer(FindPeople(), administrator).waiting == ()
    with pytest.raises(Invalid, match="suljettu"):
        world.engine.perform(Invite("kasittelija"), administrator)
    world.engine.perform(ReopenPerson("kasittelija", "Palaa."), administrator)
    assert not world.people["kasittelija"].is_active
    confirmed(world)
    assert world.people["kasittelija"].is_active
    assert world.people["kasittelija"].roles == CASEWORKER
    assert acts(world)[-3:] == ["person_closed", "proposed", "person_reopened"]
    assert [each.facts[0] for each in log_of(world)[-2:]] == [("account", "reopening")] * 2
    with pytest.raises(Invalid, match="jo käytössä"):
        world.engine.perform(ReopenPerson("kasittelija", "Palaa."), administrator)


def test_nothing_is_proposed_for_a_closed_account_but_to_reopen_it(world: World) -> None:
    administrator, person = world.actor("yllapitaja"), world.people["kasittelija"]
    world.engine.perform(ClosePerson("kasittelija"), administrator)

    for command in (
        SetRoles("kasittelija", CASEWORKER | {Role.MANAGER}, "Tehtävä vaihtuu."),
        SetTeam("kasittelija", "north", "Muuttaa."),
        Appoint(person.id, Power.SIGN_RESOLUTIONS, world.clock().date(), reason="Päätöksiä jonossa"),
    ):
        with pytest.raises(Invalid, match="suljettu"):
            world.engine.perform(command, administrator)

    assert world.engine.answer(FindPeople(), administrator).waiting == ()


@pytest.mark.databases
def test_of_many_confirmations_at_once_one_gives_the_power(world: World) -> None:
    scopes = frozenset({"cases:read"})
    world.engine.perform(
        AddServiceAccount("ohjelma", scopes, CASEWORKER, reason="Tilastot."), world.actor("yllapitaja")
    )
    command, director = ConfirmPower(waiting(world)), world.actor("johtaja")

    outcomes = at_once([partial(world.engine.perform, command, director)] * 8)

    assert [type(each) for each in outcomes].count(AlreadyDecided) == 7
    assert acts(world) == ["proposed", "program_added"]


def test_a_longer_reason_than_the_log_takes_is_refused(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        world.engine.perform(SetTeam("kasittelija", "north", "x" * 201), world.actor("yllapitaja"))
    assert refused.value.field == "reason"


def test_somebody_is_away_and_a_colleague_stands_in(world: World) -> None:
    director, today = world.actor("johtaja"), world.clock().date()
    begins, ends = today + timedelta(days=5), today + timedelta(days=9)
    world.engine.perform(RecordAbsence("toinen", begins, begins), director)
    for deputy in ("kasittelija", "tarkastaja", "toinen"):
        with pytest.raises(Invalid) as refused:
            world.engine.perform(RecordAbsence("kasittelija", begins, ends, deputy), director)
        assert refused.value.field == "deputy"
    for since, until in ((ends, begins), (today - timedelta(days=3), today - timedelta(days=1))):
        with pytest.raises(Invalid) as refused:
            world.engine.perform(RecordAbsence("kasittelija", since, until), director)
        assert refused.value.field == "away_until"

    world.engine.perform(EndAbsence("toinen"), director)
    world.engine.perform(RecordAbsence("kasittelija", begins, ends, "toinen"), director)

    person = world.people["kasittelija"]
    away = [person.is_away(today + timedelta(days=passed)) for passed in (0, 4, 5, 9, 10)]
    assert away == [False, False, True, True, False]
    assert acts(world) == ["absence_recorded", "absence_ended", "absence_recorded"]
    assert log_of(world)[-1].facts[-1] == ("deputy", world.people["toinen"].name)


@pytest.mark.databases
def test_nobody_takes_an_account_over_alone(world: World) -> None:
    """The link of a new invitation opens what the person may do: it goes to the second person, and never to the first."""
    begun_by_its_person(world, "kasittelija")
    administrator = world.actor("yllapitaja")

    assert world.engine.perform(Invite("kasittelija"), administrator) is None

    page = world.engine.answer(OpenPerson("kasittelija"), administrator)
    assert (page.row.invited_until, page.has_way_in) == (None, True), "nothing ends before the second agrees"
    with pytest.raises(OwnProposal):
        confirmed(world, by="yllapitaja")
    accepts(world, confirmed(world))
    assert acts(world)[-4:] == ["proposed", "invited", "invitation_used", "signed_in"]
    assert log_of(world)[-4].facts == (("account", "invitation"),)


def test_a_refused_invitation_leaves_a_colleague_as_they_were(world: World) -> None:
    world.engine.perform(Invite("kasittelija"), world.actor("yllapitaja"))
    assert signs_in(world, "kasittelija")
    world.engine.perform(RefusePower(waiting(world)), world.actor("yllapitaja"))
    assert signs_in(world, "kasittelija")


def test_the_ways_of_a_lost_telephone_end_at_once(world: World) -> None:
    administrator = world.actor("yllapitaja")
    assert world.engine.perform(Invite("kasittelija", ends_ways_now=True), administrator) is None
    assert not signs_in(world, "kasittelija")
    assert not world.engine.answer(OpenPerson("kasittelija"), administrator).has_way_in
    assert acts(world)[-3:] == ["proposed", "ways_ended", "sign_in_refused"]


def test_a_second_invitation_waits_though_no_way_in_is_left(world: World) -> None:
    begun_by_its_person(world, "kasittelija")
    administrator = world.actor("yllapitaja")
    world.engine.perform(Invite("kasittelija"), administrator)
    world.engine.perform(RefusePower(waiting(world)), world.actor("johtaja"))

    assert world.engine.perform(Invite("kasittelija"), administrator) is None


def test_who_can_confirm_is_not_taken_over_either(world: World) -> None:
    """Else one administrator would confirm their own proposals in another's name."""
    with pytest.raises(Invalid, match="Kukaan muu ei voi vahvistaa"):
        world.engine.perform(Invite("johtaja", ends_ways_now=True), world.actor("yllapitaja"))
    assert signs_in(world, "johtaja"), "the only director is not shut out"

    world.engine.perform(SetRoles("paattaja", world.people["paattaja"].roles | {Role.DIRECTOR}), OPERATOR)
    assert world.engine.perform(Invite("johtaja"), world.actor("yllapitaja")) is None
    with pytest.raises(OwnProposal):
        confirmed(world, by="johtaja")


def begun_by_its_person(world: World, username: str) -> None:
    assert signs_in(world, username)
    with world.engine.database.unit_of_work() as unit:
        People(unit).change(world.people[username].id, is_demonstration=False)


def signs_in(world: World, username: str) -> bool:
    attempt = SignInAttempt(username, "192.0.2.1", is_local=True)
    return world.engine.perform(SignIn(attempt, PASSWORD), PUBLIC) is not None


def test_an_invitation_that_is_taken_back_opens_nothing(world: World) -> None:
    administrator = world.actor("yllapitaja")
    assert world.engine.perform(Invite("kasittelija"), administrator) is None
    token = confirmed(world)

    world.engine.perform(TakeBackInvitation("kasittelija"), administrator)

    with pytest.raises(NotFound):
        world.engine.answer(ReadInvitation(token), PUBLIC)
    with pytest.raises(Invalid, match="kutsua"):
        world.engine.perform(TakeBackInvitation("kasittelija"), administrator)


def test_a_program_is_added_by_two_people_and_ends_on_its_day(world: World) -> None:
    administrator = world.actor("yllapitaja")
    last_day = world.clock().date() + timedelta(days=10)
    scopes = frozenset({"cases:read"})
    command = AddServiceAccount("ohjelma", scopes, CASEWORKER, reason="Tilastot.", valid_until=last_day)
    assert world.engine.perform(command, administrator) == ""

    token = confirmed(world)

    found = world.engine.answer(FindServiceAccount(token), PUBLIC)
    assert found is not None
    assert (found.actor.name, found.actor.scopes, found.is_first_use) == ("ohjelma", scopes, True)
    world.clock.passes(days=10)
    assert world.engine.answer(FindServiceAccount(token), PUBLIC) is not None
    world.clock.passes(days=1)
    assert world.engine.answer(FindServiceAccount(token), PUBLIC) is None
    for taken in ("ohjelma", "kasittelija"):
        with pytest.raises(Invalid, match="on jo"):
            world.engine.perform(AddServiceAccount(taken, scopes, CASEWORKER), administrator)
    with pytest.raises(Invalid, match="jo käytössä"):
        world.engine.perform(AddPerson("ohjelma", "Ohjelma", CASEWORKER, reason="Aloittaa."), administrator)
    for wrong in (last_day - timedelta(days=30), last_day + timedelta(days=1000)):
        with pytest.raises(Invalid, match="Viimeinen päivä"):
            world.engine.perform(
                AddServiceAccount("rekisteri", scopes, CASEWORKER, valid_until=wrong), administrator
            )

"""Somebody leaves, comes back, forgets a password, changes work: the operator says so and it holds at once."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.commands.assignments import AssignTask
from engine.commands.invitations import Invite
from engine.commands.people import (
    AddPerson,
    AddServiceAccount,
    ClosePerson,
    ReopenPerson,
    RevokeServiceAccount,
    SetRoles,
)
from engine.commands.tasks import ClaimTask
from engine.domain.people import OPERATOR, Role
from engine.errors import Invalid
from tests.support.accounts import account
from tests.support.browsing import Visitor, signed_in
from tests.support.office import Office
from tests.support.programs import program
from tests.support.world import PASSWORD, World


def signs_in(app: Flask, username: str, password: str = PASSWORD) -> int:
    browser = Visitor(app)
    return browser.submits(browser.get("/sign-in"), username=username, password=password).status


def test_a_closed_account_is_signed_out_everywhere_and_its_tasks_are_counted(
    world: World, app: Flask
) -> None:
    begun = Office(world).begins("sufficiency")
    world.engine.perform(ClaimTask(begun.task("sufficiency").id), world.actor("kasittelija"))
    desk, telephone = signed_in(world, "kasittelija", app), signed_in(world, "kasittelija", app)

    held = world.engine.perform(ClosePerson("Kasittelija"), OPERATOR)

    assert held == 1
    assert [each.get("/me").goes_to for each in (desk, telephone)] == ["/sign-in?next=/me"] * 2
    assert signs_in(app, "kasittelija") == 422

    world.engine.perform(ReopenPerson("kasittelija"), OPERATOR)

    assert desk.get("/me").status == 303, "an old session stays ended"
    assert signs_in(app, "kasittelija") == 303


def test_tasks_and_cases_of_somebody_who_left_come_first_and_are_given_away(world: World, app: Flask) -> None:
    begun = Office(world).begins("sufficiency")
    task = begun.task("sufficiency").id
    world.engine.perform(ClaimTask(task), world.actor("kasittelija"))
    world.engine.perform(ClosePerson("kasittelija"), OPERATOR)
    manager = signed_in(world, "esihenkilo", app)

    page = manager.get("/oversight/")

    assert "Kerttu Käsittelijä ei ole enää töissä" in page.text
    theirs = next(link for link in page.links() if "/oversight/people/" in link)
    assert begun.reference in manager.get(theirs).text
    world.engine.perform(AssignTask(task, world.people["toinen"].id), world.actor("esihenkilo"))
    page = manager.get("/oversight/")
    assert "Kerttu Käsittelijä ei ole enää töissäYksi asia.Siirrä asiat" in page.text
    assert "Tilaa on: Kerttu" not in page.text
    move = next(link for link in manager.get(theirs).links() if "/oversight/tasks/" in link)
    manager.submits(manager.get(move), place=1, person_id=str(world.people["toinen"].id))
    assert "ei ole enää töissä" not in manager.get("/oversight/").text
    assert begun.reference not in manager.get(theirs).text


def test_an_invitation_ends_every_way_in_that_was_before(world: World, app: Flask) -> None:
    kerttu = account(world, "kasittelija")
    desk = signed_in(world, "kasittelija", app)
    assert kerttu.signs_in(Visitor(app)).status == 303

    world.engine.perform(Invite("Kasittelija"), OPERATOR)

    assert desk.get("/me").status == 303
    assert kerttu.signs_in(Visitor(app)).status == 422


def test_other_roles_hold_from_the_next_page(world: World, app: Flask) -> None:
    desk = signed_in(world, "kasittelija", app)
    assert desk.get("/audit/").status == 403

    world.engine.perform(SetRoles("kasittelija", frozenset({Role.AUDITOR})), OPERATOR)

    assert desk.get("/audit/").status == 200
    assert desk.get("/tasks/").status == 403
    for roles in (frozenset(), frozenset({Role.APPLICANT}), frozenset({Role.SYSTEM, Role.AUDITOR})):
        with pytest.raises(Invalid, match="henkilökunnan"):
            world.engine.perform(SetRoles("kasittelija", roles), OPERATOR)
    assert desk.get("/audit/").status == 200


def test_a_program_is_shut_out_and_its_name_stays_its_own(world: World, app: Flask) -> None:
    robot = program(world, app)
    other = program(world, app, name="toinen ohjelma")

    world.engine.perform(RevokeServiceAccount("ohjelma"), OPERATOR)

    assert robot.get("/tasks").status_code == 401
    assert other.get("/tasks").status_code == 200
    again = AddServiceAccount("ohjelma", frozenset({"cases:read"}), frozenset({Role.CASEWORKER}))
    with pytest.raises(Invalid, match="on jo"):
        world.engine.perform(again, OPERATOR)
    with pytest.raises(Invalid, match="ei ole"):
        world.engine.perform(RevokeServiceAccount("ohjelma"), OPERATOR)


def test_the_name_of_somebody_who_left_is_given_to_nobody(world: World) -> None:
    world.engine.perform(ClosePerson("kasittelija"), OPERATOR)

    with pytest.raises(Invalid, match="käytössä"):
        world.engine.perform(AddPerson("kasittelija", "Uusi", frozenset({Role.CASEWORKER})), OPERATOR)
    with pytest.raises(Invalid, match="ei ole"):
        world.engine.perform(ClosePerson("ei-ketaan"), OPERATOR)

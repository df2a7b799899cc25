"""Administration at a terminal: the same commands as the pages, by the operator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from engine.clock import HELSINKI
from engine.commands.people import AddServiceAccount, Appoint, SetRoles
from engine.domain.appointments import Limits
from engine.domain.people import DECISION_POWERS, OPERATOR, Power, Role
from tests.engine.cli.test_commandline import refused, run
from tests.support.world import World, world_on

CASEWORKER = frozenset({Role.CASEWORKER})


@pytest.fixture
def world(populated: Path) -> Iterator[World]:
    with world_on(f"sqlite:///{populated / 'vireille.db'}", populated) as world:
        yield world


def cells(result: Result) -> list[list[str]]:
    """The lines that a command printed, each as its cells."""
    assert result.exit_code == 0, result.output
    return [line.split("\t") for line in result.stdout.splitlines()]


def test_what_administrators_propose_is_confirmed_or_refused(world: World) -> None:
    administrator = world.actor("yllapitaja")
    world.engine.perform(
        SetRoles("kasittelija", CASEWORKER | {Role.MANAGER}, "Tehtävä vaihtuu."), administrator
    )
    world.engine.perform(SetRoles("toinen", CASEWORKER | {Role.AUDITOR}, "Tehtävä vaihtuu."), administrator)
    program = AddServiceAccount("ohjelma", frozenset({"cases:read"}), CASEWORKER, reason="Tilastot.")
    world.engine.perform(program, administrator)

    manager, auditor, account = cells(run("people", "waiting"))

    assert manager[1:] == ["roles", world.people["kasittelija"].name, "role manager", administrator.name]
    assert run("people", "confirm", manager[0]).stdout == "vahvistettu.\n"
    assert run("people", "refuse", auditor[0]).stdout == "hylätty.\n"
    assert len(run("people", "confirm", account[0]).stdout.strip()) >= 43
    refused(run("people", "confirm", auditor[0]), "jo ratkaissut")
    assert world.people["kasittelija"].roles == CASEWORKER | {Role.MANAGER}
    assert world.people["toinen"].roles == CASEWORKER
    assert cells(run("people", "waiting")) == []
    ((name, scopes, last_day, used_on),) = cells(run("people", "services"))
    assert (name, scopes, used_on) == ("ohjelma", "cases:read", "-")
    assert last_day == str(world.clock().date() + timedelta(days=365))
    assert [each[2] for each in cells(run("people", "log"))] == [
        "program_added",
        "refused",
        "roles_given",
        "proposed",
        "proposed",
        "proposed",
    ]


def test_an_appointment_is_listed_and_ended(populated: Path) -> None:
    register = {power: days for _, power, *days in cells(run("people", "appointments", "paattaja"))}
    assert register == {each.value: ["2026-01-01", "-", "-", "-"] for each in DECISION_POWERS}
    entered = cells(run("people", "appointments", "paattaja"))[0][0]

    assert run("people", "end-appointment", entered).stdout == "paattaja: määräys on päättynyt.\n"

    refused(run("people", "end-appointment", entered), "jo päättynyt")
    ends = {each[0]: each[3] for each in cells(run("people", "appointments", "paattaja"))}
    assert ends.pop(entered) != "-"
    assert list(ends.values()) == ["-"]


def test_an_appointment_is_limited_and_takes_the_place_of_another(populated: Path) -> None:
    earlier = next(
        each[0] for each in cells(run("people", "appointments", "paattaja")) if each[1] == "sign_resolutions"
    )
    given = ("people", "appoint", "paattaja", "sign_resolutions", "--from", "2026-12-01")
    limits = ("--decision", "removal", "--decision", "admitted_35_3", "--team", "south")
    assert run(*given, *limits, "--replaces", earlier).stdout.endswith(": sign_resolutions\n")

    register = {each[0]: each[1:] for each in cells(run("people", "appointments", "paattaja"))}
    assert register.pop(earlier)[2] != "-"
    assert ["sign_resolutions", "2026-12-01", "-", "admitted_35_3,removal", "south"] in register.values()
    facts = cells(run("people", "log"))[0][4]
    assert "only_decision admitted_35_3, only_decision removal, only_team south" in facts
    assert run(*given, "--decision", "anything").exit_code == 2
    oral = ("people", "appoint", "paattaja", "give_oral_decisions", "--from", "2026-12-01")
    refused(run(*oral, "--decision", "removal"), "Suullisesti päätetään vain")
    refused(run(*given, "--replaces", earlier), "ei ole päättynyt")


def test_who_confirms_reads_how_far_a_power_goes_and_what_it_replaces(world: World) -> None:
    person, since = world.people["kasittelija"], world.clock().date()
    limits = Limits(frozenset({"admitted_35_1"}), frozenset({"south"}))
    given = Appoint(person.id, Power.SIGN_RESOLUTIONS, since, limits=limits)
    earlier = world.engine.perform(given, OPERATOR)
    wider = Appoint(person.id, Power.SIGN_RESOLUTIONS, since, replaces=earlier, reason="Kesäloma.")
    world.engine.perform(wider, world.actor("yllapitaja"))

    ((_, _, _, facts, _),) = cells(run("people", "waiting"))

    assert f"extent decisions, extent country, replaces {earlier}, from {since}" in facts
    assert f"replaced_only_decision admitted_35_1, replaced_only_team south, replaced_from {since}" in facts


def test_absences_teams_invitations_and_sessions(populated: Path) -> None:
    # The terminal has the day of this machine, and refuses a year that is far away as one mistyped.
    since = datetime.now(HELSINKI).date() + timedelta(days=30)
    until = since + timedelta(days=4)
    away = ("people", "away", "kasittelija", "--from", since.isoformat(), "--until", until.isoformat())
    assert run(*away, "--deputy", "toinen").stdout == f"kasittelija: poissa {until:%d.%m.%Y} asti.\n"
    refused(run(*away[:-1], f"{until.year + 10}-12-05"), "enintään kaksi vuotta")
    refused(run(*away, "--deputy", "tarkastaja"), "sama rooli")
    refused(run(*away), "jo toinen poissaolo")
    ((absence, *days),) = cells(run("people", "absences", "kasittelija"))
    assert days == [since.isoformat(), until.isoformat(), "toinen"]
    assert run("people", "back", "kasittelija", absence).stdout == "kasittelija: paikalla.\n"
    assert run(*away).exit_code == 0
    assert run("people", "back", "kasittelija").stdout == "kasittelija: paikalla.\n"
    assert run("people", "team", "kasittelija", "north").stdout == "kasittelija: north\n"
    assert "\tnorth\t" in run("people", "list").stdout
    assert run("people", "team", "kasittelija", "nort").exit_code == 2
    assert run("people", "team", "kasittelija").stdout == "kasittelija: koko maa\n"
    assert run("people", "invite", "kasittelija").exit_code == 0
    assert run("people", "take-back", "kasittelija").stdout == "kasittelija: kutsu on peruttu.\n"
    refused(run("people", "take-back", "kasittelija"), "ei ole")
    assert run("people", "end-sessions", "kasittelija").stdout == "kasittelija: istunnot on päätetty.\n"
    assert cells(run("people", "sessions")) == []

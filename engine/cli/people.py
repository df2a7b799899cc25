"""`vireille people`: accounts, roles and appointments, by the operator, who gives powers alone; the log says so."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import click

from engine.cli.context import opened_engine, refusals_as_sentences
from engine.clock import HELSINKI
from engine.commands.absences import EndAbsence, RecordAbsence
from engine.commands.invitations import Invite, TakeBackInvitation
from engine.commands.people import (
    SCOPES,
    AddPerson,
    AddServiceAccount,
    Appoint,
    ClosePerson,
    ListPeople,
    ReopenPerson,
    RevokeServiceAccount,
    SetRoles,
    SetTeam,
)
from engine.commands.powers import ConfirmPower, EndAppointment, RefusePower
from engine.commands.sessions import EndSessionsOf
from engine.domain.administration import ProposalKind
from engine.domain.appointments import DecisionKind, Limits
from engine.domain.inbox import TEAMS
from engine.domain.people import OPERATOR, STAFF, Power, Role
from engine.errors import Invalid
from engine.executor import Engine
from engine.queries.absences import OpenAbsence
from engine.queries.administration import (
    FindPeople,
    OpenPerson,
    OpenPrograms,
    OpenSessions,
    ReadAdministrationLog,
)

ROLES = click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice(sorted(r.value for r in STAFF))
)
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def people() -> None:
    """Staff and service accounts."""


@people.command("add")
@click.argument("username")
@click.option("--name", required=True)
@ROLES
@click.option(
    "--team",
    type=click.Choice(TEAMS),
    default=None,
    help="The team whose cases they work with; the whole country without it.",
)
@click.option("--title", default="")
@click.option("--email", default="")
@click.option("--phone", default="")
@refusals_as_sentences
def add_person(
    username: str,
    name: str,
    roles: tuple[str, ...],
    team: str | None,
    title: str,
    email: str,
    phone: str,
) -> None:
    """Add a member of staff and print an invitation, with which they choose how to sign in."""
    command = AddPerson(username, name, frozenset(Role(each) for each in roles), title, email, phone, team)
    with opened_engine() as engine:
        _invite(engine, engine.perform(command, OPERATOR).username)


@people.command("invite")
@click.argument("username")
@refusals_as_sentences
def invite(username: str) -> None:
    """Print a new invitation. Every way in that they had ends at once, and every session."""
    with opened_engine() as engine:
        _invite(engine, username)


def _invite(engine: Engine, username: str) -> None:
    invitation = engine.perform(Invite(username), OPERATOR)
    if invitation is None:
        raise TypeError("The operator acts alone: their invitation waits for nobody.")
    click.echo(
        f"{username}: kutsu käy kerran, {invitation.expires_at.astimezone(HELSINKI):%d.%m.%Y klo %H.%M} asti."
    )
    click.echo(f"{engine.settings.base_url}/sign-in/invitation/{invitation.token}")


@people.command("add-service")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES))
@click.option("--until", type=DAY, default=None, help="The last day; a year from now without it.")
@ROLES
@refusals_as_sentences
def add_service(name: str, scopes: tuple[str, ...], until: datetime | None, roles: tuple[str, ...]) -> None:
    """Add a service account and print its token, which is shown this once."""
    with opened_engine() as engine:
        given = frozenset(Role(each) for each in roles)
        until_on = until.date() if until is not None else None
        command = AddServiceAccount(name, frozenset(scopes), given, valid_until=until_on)
        click.echo(engine.perform(command, OPERATOR))


@people.command("appoint")
@click.argument("username")
@click.argument("power", type=click.Choice([each.value for each in Power]))
@click.option("--from", "since", type=DAY, required=True, help="The first day, e.g. 2026-12-01.")
@click.option("--until", type=DAY, default=None, help="The last day; open without it.")
@click.option(
    "--decision",
    "decisions",
    multiple=True,
    type=click.Choice([each.value for each in DecisionKind]),
    help="A decision to which it is limited; all without it.",
)
@click.option(
    "--team",
    "teams",
    multiple=True,
    type=click.Choice(TEAMS),
    help="A team to whose cases it is limited; the whole country without it.",
)
@click.option("--replaces", type=click.UUID, default=None, help="The appointment that ends when this begins.")
@refusals_as_sentences
def appoint(
    username: str,
    power: str,
    since: datetime,
    until: datetime | None,
    decisions: tuple[str, ...],
    teams: tuple[str, ...],
    replaces: UUID | None,
) -> None:
    """Enter an official's power into the delegation register, for all decisions or within limits. The director needs none
    (746/2011 33 §)."""
    with opened_engine() as engine:
        found = [each for each in engine.answer(ListPeople(), OPERATOR) if each.username == username]
        if not found:
            raise Invalid(f"Käyttäjätunnusta {username} ei ole.", field="username")
        until_on = until.date() if until is not None else None
        limits = Limits(frozenset(decisions), frozenset(teams))
        command = Appoint(found[0].id, Power(power), since.date(), until_on, limits=limits, replaces=replaces)
        engine.perform(command, OPERATOR)
        click.echo(f"{found[0].name}: {power}")


@people.command("appointments")
@click.argument("username")
@refusals_as_sentences
def appointments(username: str) -> None:
    """List an official's entries in the delegation register, those that have ended too, with their limits."""
    with opened_engine() as engine:
        for each in engine.answer(OpenPerson(username), OPERATOR).register:
            limits = (",".join(each.limits.in_order) or "-", ",".join(sorted(each.limits.teams)) or "-")
            days = (str(each.valid_from), str(each.valid_until or "-"))
            click.echo("\t".join((str(each.id), each.power.value, *days, *limits)))


@people.command("end-appointment")
@click.argument("appointment", type=click.UUID)
@refusals_as_sentences
def end_appointment(appointment: UUID) -> None:
    """End an official's power at once; `appointments` shows its id. The entry stays in the register."""
    with opened_engine() as engine:
        username = engine.perform(EndAppointment(appointment), OPERATOR)
    click.echo(f"{username}: määräys on päättynyt.")


@people.command("list")
@refusals_as_sentences
def list_people() -> None:
    """List the accounts with their roles, and the closed ones; then the programs, as `services` does."""
    with opened_engine() as engine:
        for each in engine.answer(ListPeople(), OPERATOR):
            state = "" if each.is_active else "\tpoistunut"
            roles = ", ".join(sorted(role.value for role in each.roles))
            click.echo(f"{each.username}\t{each.name}\t{each.team or '-'}\t{roles}{state}")
        _print_programs(engine)


@people.command("close")
@click.argument("username")
@refusals_as_sentences
def close(username: str) -> None:
    """Close an account at once. Records keep the person's name; `reopen` reverses it."""
    with opened_engine() as engine:
        held = engine.perform(ClosePerson(username), OPERATOR)
    click.echo(f"{username}: suljettu. Avoimia tehtäviä hallussa: {held}.")


@people.command("reopen")
@click.argument("username")
@refusals_as_sentences
def reopen(username: str) -> None:
    """Reopen an account with the ways to sign in and the roles it had."""
    with opened_engine() as engine:
        engine.perform(ReopenPerson(username), OPERATOR)
    click.echo(f"{username}: avattu.")


@people.command("roles")
@click.argument("username")
@ROLES
@refusals_as_sentences
def set_roles(username: str, roles: tuple[str, ...]) -> None:
    """Give these roles instead of those they have, at once."""
    with opened_engine() as engine:
        engine.perform(SetRoles(username, frozenset(Role(each) for each in roles)), OPERATOR)
    click.echo(f"{username}: {', '.join(sorted(roles))}")


@people.command("team")
@click.argument("username")
@click.argument("team", type=click.Choice(TEAMS), required=False)
@refusals_as_sentences
def set_team(username: str, team: str | None) -> None:
    """Change the TEAM whose cases a person works with; the whole country without one."""
    with opened_engine() as engine:
        engine.perform(SetTeam(username, team), OPERATOR)
    click.echo(f"{username}: {team or 'koko maa'}")


@people.command("services")
@refusals_as_sentences
def services() -> None:
    """List the service accounts: what each may do, its last day and the day of its last use."""
    with opened_engine() as engine:
        _print_programs(engine)


def _print_programs(engine: Engine) -> None:
    for each in engine.answer(OpenPrograms(), OPERATOR).programs:
        state = "\tpäätetty" if each.revoked_at else ""
        scopes = ", ".join(sorted(each.scopes))
        click.echo(f"{each.name}\t{scopes}\t{each.valid_until or '-'}\t{each.used_on or '-'}{state}")


@people.command("revoke-service")
@click.argument("name")
@refusals_as_sentences
def revoke_service(name: str) -> None:
    """End a service account: its token opens nothing from now on."""
    with opened_engine() as engine:
        engine.perform(RevokeServiceAccount(name), OPERATOR)
    click.echo(f"{name}: päätetty.")


@people.command("take-back")
@click.argument("username")
@refusals_as_sentences
def take_back(username: str) -> None:
    """End an invitation that has not been used."""
    with opened_engine() as engine:
        engine.perform(TakeBackInvitation(username), OPERATOR)
    click.echo(f"{username}: kutsu on peruttu.")


@people.command("sessions")
@refusals_as_sentences
def open_sessions() -> None:
    """List the sessions that are open, the newest first."""
    with opened_engine() as engine:
        for each in engine.answer(OpenSessions(), OPERATOR):
            began, ends = (moment.astimezone(HELSINKI) for moment in (each.created_at, each.expires_at))
            click.echo(f"{each.person.username}\t{began:%Y-%m-%d %H.%M}\t{ends:%Y-%m-%d %H.%M}")


@people.command("end-sessions")
@click.argument("username")
@refusals_as_sentences
def end_sessions(username: str) -> None:
    """End every session of a person. Their ways to sign in stay."""
    with opened_engine() as engine:
        engine.perform(EndSessionsOf(username), OPERATOR)
    click.echo(f"{username}: istunnot on päätetty.")


@people.command("away")
@click.argument("username")
@click.option("--from", "since", type=DAY, required=True, help="The first day away, e.g. 2026-12-01.")
@click.option("--until", type=DAY, required=True, help="The last day away.")
@click.option("--deputy", default="", help="The username of who stands in.")
@refusals_as_sentences
def away(username: str, since: datetime, until: datetime, deputy: str) -> None:
    """Record that a person is away, and who stands in; one more absence beside those that stand."""
    with opened_engine() as engine:
        engine.perform(RecordAbsence(username, since.date(), until.date(), deputy), OPERATOR)
    click.echo(f"{username}: poissa {until:%d.%m.%Y} asti.")


@people.command("absences")
@click.argument("username")
@refusals_as_sentences
def absences(username: str) -> None:
    """List a person's absences that last or are to come: id, first day, last day, deputy."""
    with opened_engine() as engine:
        for each in engine.answer(OpenAbsence(username), OPERATOR).lines:
            found = each.absence
            click.echo(f"{found.id}\t{found.away_from or '-'}\t{found.away_until}\t{found.deputy or '-'}")


@people.command("back")
@click.argument("username")
@click.argument("absence", type=click.UUID, required=False)
@refusals_as_sentences
def back(username: str, absence: UUID | None) -> None:
    """End a person's ABSENCE; `absences` shows its id. Without one, the only one that lasts or is to come."""
    with opened_engine() as engine:
        engine.perform(EndAbsence(username, absence), OPERATOR)
    click.echo(f"{username}: paikalla.")


@people.command("waiting")
@refusals_as_sentences
def waiting() -> None:
    """List the powers that wait for a second person."""
    with opened_engine() as engine:
        for each in engine.answer(FindPeople(), OPERATOR).waiting:
            given = each.proposal
            facts = ", ".join(each.facts)
            click.echo(f"{given.id}\t{given.kind.value}\t{each.name}\t{facts}\t{each.proposed_by}")


@people.command("confirm")
@click.argument("proposal", type=click.UUID)
@refusals_as_sentences
def confirm(proposal: UUID) -> None:
    """Confirm a power that somebody proposed. A program's token, or an invitation's link, is printed this once."""
    with opened_engine() as engine:
        confirmed = engine.perform(ConfirmPower(proposal), OPERATOR)
        address = f"{engine.settings.base_url}/sign-in/invitation/"
    secret = confirmed.secret
    click.echo(
        (address if secret and confirmed.kind is ProposalKind.INVITATION else "") + (secret or "vahvistettu.")
    )


@people.command("refuse")
@click.argument("proposal", type=click.UUID)
@refusals_as_sentences
def refuse(proposal: UUID) -> None:
    """Refuse a power that somebody proposed."""
    with opened_engine() as engine:
        engine.perform(RefusePower(proposal), OPERATOR)
    click.echo("hylätty.")


@people.command("log")
@click.option("--after", type=int, default=None, help="Show entries older than this number.")
@refusals_as_sentences
def read_log(after: int | None) -> None:
    """Print the administration log, the newest entries first."""
    with opened_engine() as engine:
        page = engine.answer(ReadAdministrationLog(after), OPERATOR)
    for each in page.entries:
        facts = ", ".join(f"{kind} {value}" for kind, value in each.facts)
        when = each.at.astimezone(HELSINKI)
        click.echo(f"{when:%Y-%m-%d %H.%M}\t{each.actor_name or '-'}\t{each.act}\t{each.about}\t{facts}")
    if page.next_after is not None:
        click.echo(f"--after {page.next_after}")

"""`vireille people`: who works here and what they may, told by the operator. No role of the procedure administers people."""

from __future__ import annotations

from datetime import datetime

import click

from engine.commands.manage_people import SCOPES, AddPerson, AddServiceAccount, Appoint, ListPeople
from engine.domain.people import OPERATOR, STAFF, Power, Role
from engine.errors import Invalid
from engine.terminal import opened_engine, tells_refusals

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def people() -> None:
    """Staff and service accounts."""


@people.command("add")
@click.argument("username")
@click.option("--name", required=True)
@click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice(sorted(r.value for r in STAFF))
)
@click.option(
    "--unit", default=None, help="The unit whose cases they work with; the whole country without it."
)
@click.option("--title", default="")
@click.option("--email", default="")
@click.option("--phone", default="")
@click.password_option(help="At least 12 characters; asked for when not given.")
@tells_refusals
def add_person(
    username: str,
    name: str,
    roles: tuple[str, ...],
    unit: str | None,
    title: str,
    email: str,
    phone: str,
    password: str,
) -> None:
    """Add a member of staff."""
    command = AddPerson(
        username, name, password, frozenset(Role(each) for each in roles), title, email, phone, unit
    )
    with opened_engine() as engine:
        click.echo(engine.perform(command, OPERATOR).username)


@people.command("add-service")
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES))
@click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice(sorted(r.value for r in STAFF))
)
@tells_refusals
def add_service(name: str, scopes: tuple[str, ...], roles: tuple[str, ...]) -> None:
    """Add a service account and print its token, which is shown this once."""
    with opened_engine() as engine:
        command = AddServiceAccount(name, frozenset(scopes), frozenset(Role(each) for each in roles))
        click.echo(engine.perform(command, OPERATOR))


@people.command("appoint")
@click.argument("username")
@click.argument("power", type=click.Choice([each.value for each in Power]))
@click.option("--from", "since", type=DAY, required=True, help="The first day, e.g. 2026-12-01.")
@click.option("--until", type=DAY, default=None, help="The last day; open without it.")
@tells_refusals
def appoint(username: str, power: str, since: datetime, until: datetime | None) -> None:
    """Enter an official's power into the delegation register. The director needs none (746/2011 33 §)."""
    with opened_engine() as engine:
        found = [each for each in engine.answer(ListPeople(), OPERATOR) if each.username == username]
        if not found:
            raise Invalid(f"Käyttäjätunnusta {username} ei ole.", field="username")
        until_on = until.date() if until is not None else None
        engine.perform(Appoint(found[0].id, Power(power), since.date(), until_on), OPERATOR)
        click.echo(f"{found[0].name}: {power}")

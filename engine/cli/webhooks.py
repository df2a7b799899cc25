"""`vireille webhooks`: addresses to which events of programs go, by the operator, who gives them alone; the log says so."""

from __future__ import annotations

import click

from engine.cli.context import opened_engine, refusals_as_sentences
from engine.clock import HELSINKI
from engine.commands.webhooks import AddReceiver, ChangeReceiverKey, EndReceiver
from engine.domain.people import OPERATOR
from engine.domain.webhooks import EVENTS
from engine.queries.administration import OpenPrograms


@click.group()
def webhooks() -> None:
    """Addresses to which events of programs go."""


@webhooks.command("add")
@click.argument("program")
@click.argument("address")
@click.option("--event", "events", multiple=True, type=click.Choice(EVENTS), help="All without it.")
@refusals_as_sentences
def add(program: str, address: str, events: tuple[str, ...]) -> None:
    """Send the events of PROGRAM to ADDRESS and print the key that signs them, which is shown this once."""
    with opened_engine() as engine:
        click.echo(engine.perform(AddReceiver(program, address, frozenset(events or EVENTS)), OPERATOR))


@webhooks.command("list")
@refusals_as_sentences
def list_receivers() -> None:
    """List the addresses: events that wait, failures in a row, and when each last took an event."""
    with opened_engine() as engine:
        page = engine.answer(OpenPrograms(), OPERATOR)
    for name, each in page.receivers.items():
        heard = each.heard_at.astimezone(HELSINKI).strftime("%Y-%m-%d %H.%M") if each.heard_at else "-"
        click.echo(f"{name}\t{each.address}\t{page.unheard[name]}\t{each.failures}\t{heard}")


@webhooks.command("change-key")
@click.argument("program")
@refusals_as_sentences
def change_key(program: str) -> None:
    """Print a new key for the address of PROGRAM. The key before signs beside it for a week."""
    with opened_engine() as engine:
        click.echo(engine.perform(ChangeReceiverKey(program), OPERATOR))


@webhooks.command("end")
@click.argument("program")
@refusals_as_sentences
def end(program: str) -> None:
    """Send nothing more to the address of PROGRAM."""
    with opened_engine() as engine:
        engine.perform(EndReceiver(program), OPERATOR)
    click.echo(f"{program}: päätetty.")

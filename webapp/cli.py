"""`vireille`: serve and worker; the engine's commands are mounted beside them."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from threading import Event
from typing import Final

import click

from engine import journal, rounds
from engine.bootstrap import read_ahead
from engine.cli import COMMANDS
from engine.cli.context import refusals_as_sentences
from engine.errors import MisconfiguredEnvironment, Refusal
from engine.settings import unknown_names
from webapp.app import create_app
from webapp.doctor import doctor
from webapp.http.loopback import is_loopback
from webapp.serving import listening, settle, why_not_bound
from webapp.settings import EVERY_SETTING
from webapp.translations.commands import texts
from webapp.wsgi import ready_engine, ready_engine_of_worker

NAME_BY_THEMSELVES: Final = frozenset({"serve", "worker", "doctor"})
"""Commands that name a misspelt setting together with everything else that is wrong."""
REFUSED_THEN: Final = frozenset({"migrate", "backup", "restore", "key", "rotate-key"})
"""With a misspelt setting they would write to another place, or copy another database. Others warn, and go on."""


@click.group()
@click.version_option(package_name="vireille")
@click.pass_context
@refusals_as_sentences
def main(context: click.Context) -> None:
    """Vireille: from an application to a written decision that has reached the person."""
    command = context.invoked_subcommand
    strange = () if command in NAME_BY_THEMSELVES else _strange_settings()
    if strange and command in REFUSED_THEN:
        raise MisconfiguredEnvironment(strange)
    for sentence in strange:
        _warn(sentence)


def _strange_settings() -> tuple[str, ...]:
    return tuple(unknown_names(os.environ, (each.name for each in EVERY_SETTING)))


def _end_at_once() -> None:
    """Let SIGTERM end a process that has not begun its work, or waits for its end: what it waits for may never answer. In a
    container, where it is the first process, the system would not."""
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))


def _asked_to_end() -> Callable[[], bool]:
    """Return what tells if a signal has asked the process to end. Nothing that has a lock is touched while it is handled."""
    heard: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: heard.append(number))
    return lambda: bool(heard)


def _warn(sentence: str) -> None:
    click.echo(sentence, err=True)


def _write_journal() -> None:
    """Write the journal to stderr until the command ends. A person before a terminal reads what is wrong; a service's
    journal also holds a line for each request."""
    level = logging.WARNING if sys.stderr.isatty() else logging.INFO
    click.get_current_context().call_on_close(journal.begin(level=level))


def _cut_unless(ended: bool) -> None:  # noqa: FBT001 - the only fact there is
    """End the process with what still runs in it: its transaction is rolled back, and its message is sent again later."""
    if not ended:
        sys.stdout.flush()
        os._exit(0)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--worker/--no-worker",
    "with_worker",
    default=None,
    help="Run the worker beside the server (default on SQLite).",
)
@refusals_as_sentences
def serve(host: str, port: int, with_worker: bool | None) -> None:  # noqa: FBT001 - click gives a flag
    """Serve the web application with a production WSGI server."""
    _end_at_once()
    # Browsers make passkeys for names alone: the machine's own is localhost.
    name = "localhost" if is_loopback(host) else host
    os.environ.setdefault("VIREILLE_BASE_URL", f"http://{name}:{port}")
    _write_journal()
    try:
        engine, web_settings = ready_engine(os.environ, _warn)
    except MisconfiguredEnvironment as wrong:
        taken = why_not_bound(host, port)
        also = (_not_served(host, port, taken),) if taken else ()
        raise MisconfiguredEnvironment((*wrong.problems, *also)) from None
    app = create_app(web_settings, engine)
    try:
        server = listening(app, host, port, is_proxied=bool(web_settings.proxies))
    except OSError as refused:
        engine.close()
        raise Refusal(_not_served(host, port, refused.strerror)) from None
    scheduler, stop, ended = None, Event(), True
    if with_worker or (with_worker is None and engine.database.is_sqlite):
        scheduler = rounds.begin(engine, stop)
    read_ahead(engine)
    settle()
    try:
        # The first signal lets running answers finish.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        click.echo(f"Vireille: {web_settings.base_url}")
        server.run()
    finally:
        # A second one kills at once.
        _end_at_once()
        if scheduler is not None:
            ended = rounds.end(scheduler, stop)
        server.close()
        engine.close()
        _cut_unless(ended)


def _not_served(host: str, port: int, reason: str | None) -> str:
    return f"Osoitteessa {host}:{port} ei voi palvella ({reason}). Anna toinen: --host, --port."


@main.command()
@refusals_as_sentences
def worker() -> None:
    """Fire due timers and send due mail until stopped. Any number of workers may run."""
    _end_at_once()
    _write_journal()
    with closing(ready_engine_of_worker(os.environ, _warn)) as engine:
        ended = rounds.run(
            engine, _asked_to_end(), started=lambda at: click.echo(f"Työntekijä käynnissä {at:%H.%M.%S} UTC.")
        )
        _cut_unless(ended)


for command in (*COMMANDS, doctor, texts):
    main.add_command(command)


if __name__ == "__main__":
    try:
        main()
    except Refusal as refused:
        click.echo(refused.message, err=True)
        sys.exit(1)

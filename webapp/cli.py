"""`vireille`: serve and worker; the engine's commands are mounted beside them."""

from __future__ import annotations

import os
import signal
import sys
from threading import Event

import click

from engine import worker as engine_worker
from engine.bootstrap import build_engine, cage_warning, prove_key, read_ahead
from engine.cli import COMMANDS
from engine.cli.context import opened_engine, refusals_as_sentences
from engine.errors import Refusal
from engine.settings import EngineSettings, require_authority
from webapp.app import create_app
from webapp.serving import listening, settle
from webapp.translations.commands import texts
from webapp.wsgi import read_settings


@click.group()
@click.version_option(package_name="vireille")
def main() -> None:
    """Vireille: from an application to a written decision that has reached the person."""


def _stopping() -> Event:
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _warn_of_an_open_cage(settings: EngineSettings) -> None:
    if warning := cage_warning(is_demonstration=settings.is_demonstration):
        click.echo(warning, err=True)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8080, show_default=True)
@click.option(
    "--worker/--no-worker",
    "with_worker",
    default=None,
    help="Run the worker beside the server (default on SQLite).",
)
@refusals_as_sentences
def serve(host: str, port: int, with_worker: bool | None) -> None:  # noqa: FBT001 - click gives a flag
    """Serve the web application with a production WSGI server."""
    os.environ.setdefault("VIREILLE_BASE_URL", f"http://{host}:{port}")
    engine_settings, web_settings = read_settings(os.environ)
    engine = build_engine(engine_settings)
    prove_key(engine)
    scheduler = None
    if with_worker or (with_worker is None and engine.database.is_sqlite):
        scheduler = engine_worker.begin(engine)
    app = create_app(web_settings, engine)
    read_ahead(engine)
    settle()
    _warn_of_an_open_cage(engine_settings)
    server = listening(app, host, port, is_proxied=bool(web_settings.proxies))
    # A second signal still kills at once; the first lets running answers finish.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    click.echo(f"Vireille: {web_settings.base_url}")
    try:
        server.run()
    finally:
        if scheduler is not None:
            scheduler.shutdown(wait=True)
        server.close()
        engine.close()


@main.command()
@refusals_as_sentences
def worker() -> None:
    """Fire due timers and send due mail until stopped. Any number of workers may run."""
    stop = _stopping()
    with opened_engine() as engine:
        require_authority(engine.settings)
        _warn_of_an_open_cage(engine.settings)
        engine_worker.run(
            engine, stop, started=lambda at: click.echo(f"Työntekijä käynnissä {at:%H.%M.%S} UTC.")
        )


for command in (*COMMANDS, texts):
    main.add_command(command)


if __name__ == "__main__":
    try:
        main()
    except Refusal as refused:
        click.echo(refused.message, err=True)
        sys.exit(1)

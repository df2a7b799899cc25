"""`vireille`: serve, worker and demo; the engine's other commands are mounted beside them."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event

import click

from engine import worker as engine_worker
from engine.bootstrap import build_engine, deploy_shipped, prepare_database, read_ahead
from engine.cli.context import opened_engine, tells_refusals
from engine.cli.processes import COMMANDS
from engine.clock import now
from engine.domain.people import OPERATOR
from engine.errors import Refusal
from engine.queries.models import ListModels
from engine.settings import EngineSettings, create_master_key, key_file
from engine.simulation.demonstration import Clock, History, first_morning, tell
from engine.simulation.demonstration_people import PASSWORD, STAFF, add_staff
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


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8080, show_default=True)
@click.option(
    "--worker/--no-worker",
    "with_worker",
    default=None,
    help="Run the worker beside the server (default on SQLite).",
)
@tells_refusals
def serve(host: str, port: int, with_worker: bool | None) -> None:  # noqa: FBT001 - click gives a flag
    """Serve the web application with a production WSGI server."""
    os.environ.setdefault("VIREILLE_BASE_URL", f"http://{host}:{port}")
    engine_settings, web_settings = read_settings(os.environ)
    engine = build_engine(engine_settings)
    scheduler = None
    if with_worker or (with_worker is None and engine.database.is_sqlite):
        scheduler = engine_worker.begin(engine)
    app = create_app(web_settings, engine)
    read_ahead(engine)
    settle()
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
@tells_refusals
def worker() -> None:
    """Fire due timers and send due mail until stopped. Any number of workers may run."""
    stop = _stopping()
    with opened_engine() as engine:
        engine_worker.run(
            engine, stop, started=lambda at: click.echo(f"Työntekijä käynnissä {at:%H.%M.%S} UTC.")
        )


@main.command()
@click.option(
    "--var",
    type=click.Path(path_type=Path),
    envvar="VIREILLE_VAR",
    default=Path("var"),
    show_default=True,
    show_envvar=True,
    help="Where key and database go.",
)
@tells_refusals
def demo(var: Path) -> None:
    """Key, database, models, invented staff and a dozen invented cases. Does nothing where cases exist."""
    environment = {**os.environ, "VIREILLE_VAR": str(var)}
    file = key_file(environment)
    if "VIREILLE_MASTER_KEY" not in environment and not file.exists():
        create_master_key(file)
        click.echo(f"Avain: {file}")
    settings = EngineSettings.from_environment(environment)
    clock = Clock(first_morning(now()))
    engine = build_engine(settings, now=clock)
    try:
        prepare_database(engine)
        click.echo("Tietokanta on ajan tasalla.")
        if engine.answer(ListModels(), OPERATOR).deployments:
            _refresh(settings, click.echo)
            return
        deploy_shipped(engine)
        click.echo("Malli julkaistu.")
        people = add_staff(engine)
        tell(History(engine, clock, people, lambda line: click.echo(f"  {line}")))
    finally:
        engine.close()
    _show_people()


def _refresh(settings: EngineSettings, told: Callable[[str], None]) -> None:
    """The data is there; a newer program brings newer models for new cases."""
    engine = build_engine(settings)
    try:
        deployment = deploy_shipped(engine, "Ohjelman uusi versio")
    finally:
        engine.close()
    told(f"Esittelyaineisto on jo olemassa. Malli {deployment.number}.")
    _show_people()


def _show_people() -> None:
    click.echo(f"\nKirjaudu sisään kenenä tahansa. Salasana: {PASSWORD}")
    for each in STAFF:
        click.echo(f"  {each.username:<12} {each.name:<20} {each.minute}")


for command in (*COMMANDS, texts):
    main.add_command(command)


if __name__ == "__main__":
    try:
        main()
    except Refusal as refused:
        click.echo(refused.message, err=True)
        sys.exit(1)

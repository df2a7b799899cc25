"""`vireille process move`: running cases go on in the newest version, as the operator's act."""

from __future__ import annotations

import sys
from uuid import UUID

import click

from engine.cli.context import (
    REFUSED,
    opened_engine,
    refusals_as_sentences,
)
from engine.commands.moves import MoveAtOnce, ReturnCases
from engine.domain.people import OPERATOR
from engine.errors import NotFound
from engine.executor import Engine
from engine.queries.models import ListModels
from engine.queries.moves import MovePreview, OpenMove, PreviewMove
from engine.worker import MOVE, Worker


@click.command()
@click.argument("references", nargs=-1)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Only say which running cases could move to the newest version, and why others stay.",
)
@click.option("--all", "everyone", is_flag=True, help="Every case that can move.")
@click.option(
    "--return", "returned", metavar="MOVE", help="Take back a move: cases that have not gone on since."
)
@refusals_as_sentences
def move(references: tuple[str, ...], dry_run: bool, everyone: bool, returned: str | None) -> None:  # noqa: FBT001 - click gives flags
    """Let running cases go on in the newest version, as the operator's act. Without this they keep the version they began with."""
    with opened_engine() as engine:
        if returned is not None:
            _carry_out(engine, _taken_back(engine, returned, references))
            return
        newest = engine.answer(ListModels(), OPERATOR).deployments[0].deployment
        if dry_run or everyone:
            preview = engine.answer(PreviewMove(newest.id), OPERATOR)
            if dry_run:
                _show_preview(preview)
                return
            references = tuple(
                each for group in preview.groups if group.may_move for each in group.references
            )
        _carry_out(engine, engine.perform(MoveAtOnce(newest.id, references), OPERATOR))


def _show_preview(preview: MovePreview) -> None:
    for group in preview.groups:
        where = ", ".join(step for _, step in group.waits_in)
        verdict = "voi siirtää" if group.may_move else " ".join(group.reasons)
        click.echo(f"{len(group.references)} asiaa, versio {group.source.number}, kesken {where}: {verdict}")
        click.echo(f"  {' '.join(group.references)}")
    click.echo(f"{preview.movable} voi siirtää versioon {preview.target.number}, {preview.staying} jää.")


def _taken_back(engine: Engine, move_id: str, references: tuple[str, ...]) -> UUID:
    try:
        found = UUID(move_id)
    except ValueError:
        raise NotFound from None
    engine.perform(ReturnCases(found, references or None), OPERATOR)
    return found


def _carry_out(engine: Engine, move_id: UUID) -> None:
    """Move the cases that are due now. The worker does the rest, also after this process was killed."""
    lines = engine.answer(OpenMove(move_id), OPERATOR).lines
    with click.progressbar(length=len(lines), label="Siirretään", file=sys.stderr) as bar:
        worker, moved = Worker(engine), 1
        while moved:
            moved = 0
            for done in worker.each(MOVE):
                moved += done
                bar.update(done)
    page = engine.answer(OpenMove(move_id), OPERATOR)
    for each in page.lines:
        click.echo(f"{each.line.reference}  {each.line.state}  {' '.join(each.reasons)}".rstrip())
    click.echo(f"Siirto {move_id}")
    if page.count("stayed", "failed", "settled"):
        sys.exit(REFUSED)

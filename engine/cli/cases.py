"""`vireille case export`: a case taken out whole, as the operator's act."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import click
import orjson

from engine.cli.context import opened_engine, refusals_as_sentences
from engine.domain.access_reasons import EXPORT_PURPOSES
from engine.domain.people import OPERATOR
from engine.errors import Refusal
from engine.queries.case_export import ExportCase
from engine.queries.exported_files import ExportFiles


@click.group("case")
def case() -> None:
    """One case, by its reference."""


@case.command()
@click.argument("reference")
@click.option("--to", type=click.Path(path_type=Path), help="Into a new file; else to the terminal.")
@click.option(
    "--files",
    type=click.Path(path_type=Path),
    help="Documents and attachments into a new folder, by their ids; none of a case with a protected address.",
)
@click.option(
    "--purpose",
    type=click.Choice(EXPORT_PURPOSES),
    help="For the person, a court, an authority, an inspection or another system; stands in the access log.",
)
@refusals_as_sentences
def export(reference: str, to: Path | None, files: Path | None, purpose: str | None) -> None:
    """Write everything recorded in a case as JSON. The access log says that the operator took it out.

    The format is described in docs/reference/case-export.md.
    """
    for place in (to, files):
        if place is not None and place.exists():
            raise Refusal(f"Tiedosto {place} on jo olemassa.")
    with opened_engine() as engine:
        data = orjson.dumps(
            engine.answer(ExportCase(reference, purpose or ""), OPERATOR),
            option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE,
        )
        found = engine.answer(ExportFiles(reference, purpose or ""), OPERATOR) if files is not None else {}
    if to is None:
        click.echo(data.decode(), nl=False)
    else:
        _write(to, data)
        click.echo(f"{to}")
    if files is not None:
        _write_each(files, found)
        click.echo(f"{files}", err=to is None)
        if not found:
            click.echo(
                "Tiedostoja ei ole, tai turvakielto estää niiden antamisen (661/2009 36-37 §).", err=True
            )


def _write_each(folder: Path, found: Mapping[str, bytes]) -> None:
    folder.mkdir(mode=0o700)
    for name, content in found.items():
        _write(folder / name, content)


def _write(file: Path, content: bytes) -> None:
    """For the operator's eyes only: the mode is set before the content."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(content)

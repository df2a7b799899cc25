"""`vireille` as somebody at a terminal runs it."""

from __future__ import annotations

from collections.abc import Iterator

import click
from click.testing import CliRunner, Result

from webapp.cli import main

Names = tuple[str, ...]


def run(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=typed)


def refused(result: Result, sentence: str) -> None:
    """Exit code 1, one sentence on the error stream, no fault of the program."""
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert "Traceback" not in result.output


def commands(group: click.Command, path: Names = ()) -> Iterator[Names]:
    yield path
    if isinstance(group, click.Group):
        for name, command in group.commands.items():
            yield from commands(command, (*path, name))

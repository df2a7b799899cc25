"""What a newcomer needs is written down, and stays true."""

from __future__ import annotations

import re

import click
import pytest

from tests.conventions.tracked import ROOT, ours
from webapp.cli import main

README = ROOT / "README.md"


@pytest.mark.parametrize("package", ["processes", "engine", "forms", "webapp", "tests"])
def test_every_package_says_what_it_is(package):
    assert len((ROOT / package / "README.md").read_text()) > 200


def test_the_readme_shows_the_two_commands():
    text = README.read_text()

    assert "make run" in text
    assert "make test" in text


def test_every_setting_is_documented():
    """Each VIREILLE_… that the code reads has a line in engine/README.md or webapp/README.md."""
    read = {name for path in ours(".py") for name in re.findall(r"\bVIREILLE_[A-Z_]+\b", path.read_text())}
    written = (ROOT / "engine" / "README.md").read_text() + (ROOT / "webapp" / "README.md").read_text()

    assert {name for name in read if name not in written} == set()


def test_every_command_of_the_command_line_is_documented():
    written = " ".join((ROOT / name / "README.md").read_text() for name in (".", "engine", "webapp"))

    assert {name for name in _commands(main, "vireille") if name not in written} == set()


def _commands(group, name):
    for word, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{name} {word}")
        else:
            yield f"{name} {word}"


def test_every_make_target_has_a_line():
    makefile = (ROOT / "Makefile").read_text()
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())

    assert phony == set(re.findall(r"^([a-z]+):.*## \w", makefile, re.MULTILINE))

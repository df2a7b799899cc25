"""Documentation for newcomers exists and stays true."""

from __future__ import annotations

import re

import click
import pytest

from docs import reference
from tests.conventions.tracked import ROOT, product_files, shown
from webapp.cli import main as vireille
from webapp.settings import EVERY_SETTING

README = ROOT / "README.md"


@pytest.mark.parametrize("package", ["processes", "engine", "forms", "webapp", "tests"])
def test_every_package_says_what_it_is(package):
    assert len((ROOT / package / "README.md").read_text()) > 200


def test_the_readme_shows_the_two_commands():
    text = README.read_text()

    assert "make run" in text
    assert "make test" in text


def test_the_reference_is_what_the_code_says():
    """`make docs` writes the reference anew."""
    stored = {path.name: path.read_text("utf-8") for path in reference.FOLDER.iterdir()}

    assert stored == dict(reference.pages(reference.application()))


def test_every_setting_that_is_read_is_declared():
    """Each VIREILLE_… in the packages that ship is a `Setting`, and so stands in docs/reference/settings.md."""
    shipped = [
        path for path in product_files(".py") if path.relative_to(ROOT).parts[0] in {"engine", "webapp"}
    ]
    read = {name for path in shipped for name in re.findall(r"\bVIREILLE_[A-Z_]+[A-Z]\b", path.read_text())}

    assert read - {each.name for each in EVERY_SETTING} == set()


def test_every_make_target_has_a_line():
    makefile = (ROOT / "Makefile").read_text()
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())

    assert phony == set(re.findall(r"^([a-z]+):.*## \w", makefile, re.MULTILINE))


def test_every_deep_run_and_benchmark_has_a_row() -> None:
    page = (ROOT / "tests" / "README.md").read_text("utf-8")
    runs = re.findall(r'^    "([a-z-]+)": DeepRun\(', (ROOT / "tests/deep/runs.py").read_text(), re.MULTILINE)
    benchmarks = [
        path.stem.removeprefix("bench_") for path in (ROOT / "tests" / "benchmarks").glob("bench_*.py")
    ]
    measured = " ".join(re.findall(r'ARGS="?([a-z_ ]+)', page)).split()

    assert len(runs) > 20
    assert set(runs) - set(re.findall(r"`([a-z-]+)`", page)) == set()
    assert set(benchmarks) == set(measured)


def test_every_command_that_a_document_names_exists():
    missing = {
        f"{shown(path)}: vireille {words}"
        for path in product_files(".md")
        for words in re.findall(r"`(?:\.venv/bin/)?vireille ([a-z][a-z -]*)", path.read_text())
        if not _is_command(words.split())
    }

    assert missing == set()


def test_every_section_that_a_link_names_exists():
    missing = {
        f"{shown(path)}: {target}, {section}"
        for path in product_files(".md")
        for target, section in re.findall(r"\]\(([^)#:]+\.md)\), \"([^\"]+)\"", path.read_text())
        if not re.search(rf"^#+ {re.escape(section)}$", (path.parent / target).read_text(), re.MULTILINE)
    }

    assert missing == set()


def _is_command(words: list[str]) -> bool:
    found: click.Command | None = vireille
    for word in words:
        if not isinstance(found, click.Group) or word.startswith("-"):
            break
        found = found.commands.get(word)
    return found is not None


def test_every_promise_names_tests_that_are_there() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", (ROOT / "docs" / "security.md").read_text("utf-8")))
    assert len(named) > 40
    assert {each for each in named if not (ROOT / each).is_file()} == set()

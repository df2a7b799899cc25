"""Write the pages of `docs/reference/` from the code: `make docs`. A test compares them.

Each page is a function that returns its text; what is not in the code is not in the reference.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click
from flask import Flask

from docs import case_export, sections
from engine.bootstrap import build_engine_for_files, shipped_files
from engine.cli.vocabulary import modelling_reference, operations_reference
from engine.domain.deadline_kinds import KINDS
from engine.executor import Command, Query
from engine.executor.engine import UseCase
from webapp.app import create_app
from webapp.cli import main as vireille
from webapp.http.access import access_of
from webapp.rendering.words.catalogues import translated
from webapp.settings import EVERY_SETTING, WebSettings

FOLDER: Final = Path(__file__).with_name("reference")
MADE: Final = "<!-- Made from the code by `make docs`. Change the code, not this page. -->"


def settings() -> str:
    """Every variable of the environment."""
    rows = (
        (
            f"`{each.name}`",
            each.shown or (f"`{_inline(each.default)}`" if each.default else "–"),
            each.meaning,
        )
        for each in EVERY_SETTING
    )
    return _page(
        "Settings",
        "All come from the environment and are checked at start; every mistake is named at once.",
        _table(("variable", "default", "meaning"), rows),
    )


def terminal() -> str:
    """Every command of `vireille`."""
    rows = (
        (f"`{name}`", _first_line(command.help or "")) for name, command in _commands(vireille, "vireille")
    )
    return _page(
        "Commands for a terminal",
        "Each explains itself with `--help`. A refusal is a sentence and exit code 1, a wrong call exit code 2.",
        _table(("command", "does"), rows),
    )


def use_cases() -> str:
    """Every command and query of the engine."""
    parts = [
        f"## {title}\n\n{_table(('name', 'module', 'does'), _use_cases(kind))}"
        for title, kind in (("Commands", Command), ("Queries", Query))
    ]
    return _page(
        "Commands and queries",
        "Everything a person, a program or the worker can ask of the engine. Who may do what: `tests/conventions/test_permits.py`.",
        "\n\n".join(parts),
    )


def deadline_kinds() -> str:
    """Every kind of deadline in the ledger."""
    rows = (
        (
            f"`{kind.name}`",
            translated("en", kind.label),
            translated("en", kind.rule),
            kind.source or "–",
            "the law's" if kind.days_are_law else _setting(kind.table),
            "yes" if kind.pauses_on_hold else "no",
            "the person's own" if kind.is_persons_own else "ours or a respondent's",
            ", ".join(f"`{each}`" for each in sorted(kind.due_reasons)) or "–",
        )
        for kind in KINDS.values()
    )
    return _page(
        "Kinds of deadlines",
        "Every deadline in the ledger is of one of these kinds (`engine/domain/deadline_kinds.py`). Sections are those of Acts "
        "read to 21 February 2025. A kind with a `due_reason` begins, moves and ends with the tasks whose due day is that "
        "variable: a diagram gets an entry in the ledger by naming it. A kind that pauses stands still while no way to the "
        "person is safe; its days go on when the new ways are recorded.",
        _table(
            (
                "kind",
                "name",
                "rule",
                "source",
                "days",
                "pauses while no way is safe",
                "whose time",
                "`due_reason` that it follows",
            ),
            rows,
        ),
    )


def cited_sections() -> str:
    """Every section of law that the code or the shipped bundle cites."""
    return _page(
        "Sections of law",
        "Every section that the shipped bundle or the code cites, and the day on which a jurist last checked it against the law "
        "in force. The days stand in `processes/sections.json`; a process owner records them on the page of sections of a "
        "draft, and a second person publishes it. A section written without its statute is one of the statute named last "
        "before it in the same text, else one of the Act named as `default` in that file.",
        _table(("section", "cited by the bundle", "cited by the code", "checked"), sections.rows()),
    )


def _setting(table: str | None) -> str:
    held = f" in the table `{table}`" if table else ", set in the diagram or by a caseworker"
    return f"a setting{held}, not verified"


def routes(app: Flask) -> str:
    """Every address of the web application."""
    rows = sorted(
        (
            rule.rule,
            method,
            _audience(app, rule.endpoint),
            f"`{app.view_functions[rule.endpoint].__module__}`",
        )
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    )
    cells = ((f"`{address}`", method, audience, module) for address, method, audience, module in rows)
    return _page(
        "Addresses",
        "Every route, who has it, and the module of its view.",
        _table(("address", "method", "for", "view"), cells),
    )


def pages(app: Flask) -> Mapping[str, str]:
    """File name to text."""
    return {
        "settings.md": settings(),
        "terminal.md": terminal(),
        "commands-and-queries.md": use_cases(),
        "routes.md": routes(app),
        "operations.md": operations_reference(),
        "modelling.md": modelling_reference(shipped_files()),
        "case-export.md": _page("An exported case", case_export.page()),
        "case-export.schema.json": case_export.schema_file(),
        "deadlines.md": deadline_kinds(),
        "sections.md": cited_sections(),
        "answers.md": _page(
            "Questions and answers",
            "Every question of the shipped forms, by the key of the form. A hidden question has no answer. "
            "A question that may be skipped holds its word instead of an answer.",
            case_export.answers_page(),
        ),
    }


def _page(title: str, *parts: str) -> str:
    return "\n\n".join((MADE, f"# {title}", *parts)) + "\n"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    named = list(heads)
    lines = [named, ["---"] * len(named), *rows]
    return "\n".join(f"| {' | '.join(_inline(cell) for cell in line)} |" for line in lines)


def _inline(text: str) -> str:
    return text.replace("\n", ", ").replace("|", "\\|")


def _first_line(text: str) -> str:
    return inspect.cleandoc(text).split("\n\n")[0].replace("\n", " ")


def _commands(group: click.Group, name: str) -> Iterator[tuple[str, click.Command]]:
    for word, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from _commands(command, f"{name} {word}")
        else:
            yield f"{name} {word}", command


def _use_cases(kind: type[UseCase[Any]]) -> Iterator[tuple[str, str, str]]:
    found = sorted(_leaves(kind), key=lambda each: (each.__module__, each.__name__))
    for each in found:
        if each.__module__.startswith(("engine.commands.", "engine.queries.")):
            own = each.__dict__.get("__doc__") or ""
            # A dataclass without words of its own gets its signature as a docstring.
            says = "" if own.startswith(f"{each.__name__}(") else _first_line(own)
            yield f"`{each.__name__}`", f"`{each.__module__.removeprefix('engine.')}`", says


def _leaves(kind: type[UseCase[Any]]) -> Iterator[type[UseCase[Any]]]:
    for each in kind.__subclasses__():
        if inspect.isabstract(each):
            yield from _leaves(each)
        else:
            yield each


def _audience(app: Flask, endpoint: str) -> str:
    access = access_of(app, endpoint)
    if access is None:
        return "everyone"
    return ", ".join(sorted(role.value for role in access.roles)) or access.audience


def application() -> Flask:
    """The web application over an engine without a database: enough to name its routes."""
    settings = WebSettings(
        "http://localhost", b"x" * 32, "000 000 0000", "https://example.invalid/", proxies=0
    )
    return create_app(settings, build_engine_for_files())


def main() -> int:
    """Write every page."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages(application()).items():
        (FOLDER / name).write_text(text, "utf-8")
        sys.stdout.write(f"docs/reference/{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

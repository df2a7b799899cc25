"""Every message of the web that must stand in each catalogue, gathered from where it is written."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

from babel.messages.extract import extract_from_dir

import engine
import webapp.app  # noqa: F401 - with its parts, so that their refusals are known
from engine import errors
from engine.domain.access_log import SENTENCES
from engine.domain.chronology import IN_FUTURE, ORDERS
from engine.domain.deadline_kinds import KINDS
from webapp.http.errors import PAGES, TOO_LARGE_A_FILE
from webapp.rendering.forms.texts import page_messages

WEB = Path(__file__).parents[2] / "webapp"
_WAYS = [("templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
_OPTIONS = {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}}
_CALLS = {"_": None, "gettext": None, "marked": None, "ngettext": (1, 2), "N_": None}

_UNSEEN = (
    "engine.mail",
    "engine.worker",
    "engine.cli",
    "engine.settings",
    "engine.storage.migrating",
    "webapp.translations",
)
"""Failures there meet the worker or the command line, never a page."""

Message = str | tuple[str, str]
"""A text, or the two forms of one that counts something."""


@cache
def messages_of_the_web() -> Mapping[Message, str]:
    """Message to where it is written."""
    found: dict[Message, str] = dict.fromkeys(page_messages(), "webapp/rendering/forms/texts.py")
    found |= {
        kind().message: "engine/errors.py"
        for kind in refusals()
        if kind.sentence and kind.__init__ in (errors.Refusal.__init__, errors.Invalid.__init__)
    }
    found |= dict(_sentences_of_refusals())
    kinds = ((each.label, each.rule) for each in KINDS.values())
    found |= dict.fromkeys((text for both in kinds for text in both), "engine/domain/deadline_kinds.py")
    found |= dict.fromkeys((IN_FUTURE, *(each.sentence for each in ORDERS)), "engine/domain/chronology.py")
    found |= dict.fromkeys(SENTENCES.values(), "engine/domain/access_log.py")
    for page in (*PAGES.values(), TOO_LARGE_A_FILE):
        found |= dict.fromkeys((page.title, page.text), "webapp/http/errors.py")
    for file, line, message, _comments, _context in extract_from_dir(
        WEB, _WAYS, _OPTIONS, keywords=_CALLS, directory_filter=_is_of_the_product
    ):
        found[_plain(message)] = f"webapp/{file}:{line}"
    return {message: place for message, place in found.items() if message}


def refusals(kind: type[errors.Refusal] = errors.Refusal) -> Iterator[type[errors.Refusal]]:
    """All that a page may have to tell, by name: what only a worker or the command line meets is not among it."""
    _define_all()
    for each in kind.__subclasses__():
        if not each.__module__.startswith(_UNSEEN):
            yield each
        yield from refusals(each)


def _sentences_of_refusals() -> Iterator[tuple[str, str]]:
    """Sentences that commands and queries give a refusal where they raise it."""
    names = {kind.__name__ for kind in refusals()}
    for file in [*(WEB.parent / "engine").rglob("*.py"), *WEB.rglob("*.py")]:
        if {"migrations", "node_modules", "mail", "bpmn", "dmn", "feel", "imports", "xml.py"} & set(
            file.parts
        ):
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.func, ast.Name):
                continue
            first = node.args[0]
            if node.func.id in names and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value, str(file.relative_to(WEB.parent))


@cache
def _define_all() -> None:
    """A refusal is known when its module has been read. Those of the web come with the application."""
    for module in walk_packages(engine.__path__, "engine."):
        if ".migrations." not in module.name and not module.name.endswith("__main__"):
            import_module(module.name)


def _plain(message: object) -> Message:
    if isinstance(message, tuple):
        return str(message[0]), str(message[1])
    return str(message)


def _is_of_the_product(folder: str) -> bool:
    return Path(folder).name not in {"node_modules", "frontend", "static", "translations", "__pycache__"}

"""Every message of the web that must stand in each catalogue, gathered from where it is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

import webapp.app  # noqa: F401 - so that every refusal has been defined
from engine import errors
from webapp.http.errors import PAGES
from webapp.rendering.form_words import page_messages

WEB = Path(__file__).parents[2] / "webapp"
_WAYS = [("templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
_OPTIONS = {"templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}}
_CALLS = {"_": None, "gettext": None, "marked": None, "ngettext": (1, 2), "N_": None}

_SHOWN = ("engine.errors", "engine.domain", "engine.bpmn", "webapp.")

Message = str | tuple[str, str]
"""A text, or the two forms of one that counts something."""


def messages_of_the_web() -> dict[Message, str]:
    """Message to where it is written."""
    found: dict[Message, str] = dict.fromkeys(page_messages(), "webapp/rendering/form_words.py")
    found |= {
        kind().message: "engine/errors.py"
        for kind in refusals()
        if kind.__doc__ and kind.__init__ is errors.Refusal.__init__
    }
    for page in PAGES.values():
        found |= dict.fromkeys((page.title, page.text), "webapp/http/errors.py")
    for file, line, message, _comments, _context in extract_from_dir(
        WEB, _WAYS, _OPTIONS, keywords=_CALLS, directory_filter=_is_ours
    ):
        found[_plain(message)] = f"webapp/{file}:{line}"
    return {message: place for message, place in found.items() if message}


def refusals(kind: type[errors.Refusal] = errors.Refusal) -> Iterator[type[errors.Refusal]]:
    """All that a page may have to tell, by name: what only a worker or the command line meets is not among it."""
    for each in kind.__subclasses__():
        if each.__module__.startswith(_SHOWN):
            yield each
        yield from refusals(each)


def _plain(message: object) -> Message:
    if isinstance(message, tuple):
        return str(message[0]), str(message[1])
    return str(message)


def _is_ours(folder: str) -> bool:
    return Path(folder).name not in {"node_modules", "frontend", "static", "translations", "__pycache__"}

"""Every text for people outside, once: pages, forms and the neutral messages."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from babel.messages.extract import extract_from_dir

import engine
from engine import errors
from engine.domain.chronology import ORDERS, Act
from engine.letters.files import read_text
from engine.letters.translating import lines_of
from engine.texts import TO_PEOPLE
from forms.catalogue import form_keys, read_form
from forms.translations import texts_of
from processes.catalogue import ROOT as PROCESSES
from webapp.http.errors import PAGES
from webapp.rendering.forms.texts import page_messages

WEB = Path(__file__).parents[1]
ENGINE = Path(engine.__file__).parent
_CALLS = {"_": None, "gettext": None, "marked": None, "ngettext": (1, 2), "N_": None}
_JINJA = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}
_TEMPLATES = ("public", "layouts", "components", "forms", "errors")
_FOR_STAFF = frozenset(
    {
        "layouts/staff.html",
        "errors/staff.html",
        "components/case.html",
        "components/passkey.html",
        "components/provider_roles.html",
        "components/recovery_codes.html",
        "components/status.html",
    }
)
_MODULES = (
    "public/*.py",
    "http/errors.py",
    "http/tokens.py",
    "http/limits.py",
    "rendering/forms/*.py",
)
_COMMANDS = ("applications", "by_code", "cases", "enquiries", "public_drafts", "requests")
"""Modules with refusals that a person outside may meet."""
_ABOUT_FILES = ("uploads/refusals.py", "commands/attachments.py")
"""Modules with a kind of refusal for each reason to refuse a file."""

_MET_OUTSIDE = (
    errors.NotFound,
    errors.Forbidden,
    errors.TooManyAttempts,
    errors.Conflict,
    errors.Outdated,
    errors.RequestClosed,
)

TO_PEOPLES_MAILBOXES = (
    "appeal",
    "contact",
    "delivery",
    "message",
    "message_closed",
    "new_date",
    "receipt",
    "reminder",
    "request",
)
"""Mails that people outside read in their own language; those to authorities and colleagues are not among them."""

Part = Literal["web", "forms", "engine"]


@dataclass(frozen=True, slots=True)
class Text:
    finnish: str
    plural: str = ""


@cache
def public_texts() -> Mapping[Text, tuple[Part, ...]]:
    """Return each text with the catalogues that must contain it."""
    found: dict[Text, list[Part]] = {}
    for part, texts in (("web", _of_pages()), ("forms", _of_forms()), ("engine", _of_messages())):
        for text in texts:
            parts = found.setdefault(text, [])
            if part not in parts:
                parts.append(part)  # type: ignore[arg-type]  # the three above
    return MappingProxyType({text: tuple(parts) for text, parts in found.items() if text.finnish})


def _of_pages() -> Iterator[Text]:
    for folder in _TEMPLATES:
        yield from _extracted("templates", f"{folder}/**.html", "jinja2.ext:babel_extract", _JINJA)
    for pattern in _MODULES:
        folder, _, name = pattern.partition("/")
        yield from _extracted(folder, name, "python", {})
    for page in PAGES.values():
        yield Text(page.title)
        yield Text(page.text)
    yield from map(Text, sorted(page_messages()))
    yield from map(Text, _refusals())


def _extracted(folder: str, pattern: str, method: str, options: dict[str, str]) -> Iterator[Text]:
    ways = [(pattern, method)]
    for file, _line, message, _comments, _context in extract_from_dir(
        WEB / folder, ways, {pattern: options}, keywords=_CALLS
    ):
        if file not in _FOR_STAFF:
            yield Text(*message) if isinstance(message, tuple) else Text(str(message))


def _of_forms() -> Iterator[Text]:
    for key in form_keys():
        form = read_form(key, parse=_Unread)
        if form.is_public:
            yield from map(Text, texts_of(form))


def _of_messages() -> Iterator[Text]:
    """Yield the texts of neutral messages and receipts. Letters with legal effect have texts of their own."""
    yield from map(Text, TO_PEOPLE)
    for path in sorted(PROCESSES.glob("*/texts/receipt_*.toml")):
        yield from map(Text, lines_of(read_text(path.read_bytes())["fi"]))
    for name in TO_PEOPLES_MAILBOXES:
        for path in PROCESSES.glob(f"*/texts/mail_{name}.toml"):
            yield from map(Text, lines_of(read_text(path.read_bytes())["fi"]))


class _Unread:
    """A condition that is never evaluated: only the form's texts are needed here."""

    names: frozenset[str] = frozenset()

    def __init__(self, _expression: str) -> None:
        pass

    def evaluate(self, _scope: Mapping[str, object]) -> object:
        return True


def _refusals() -> Iterator[str]:
    """Yield the engine's refusals that people outside can meet."""
    for kind in _MET_OUTSIDE:
        yield kind().message
    yield from (each.sentence for each in ORDERS if each.later is Act.CHILD_BIRTH)
    for name in _ABOUT_FILES:
        yield from _kinds(ast.parse((ENGINE / name).read_text("utf-8")))
    files = [ENGINE / "commands" / f"{name}.py" for name in _COMMANDS]
    files += [*sorted((WEB / "public").glob("*.py")), WEB / "http" / "tokens.py"]
    for file in files:
        module = ast.parse(file.read_text("utf-8"))
        yield from _kinds(module)
        for node in ast.walk(module):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                yield from _first_text(node.exc)


def _kinds(module: ast.Module) -> Iterator[str]:
    """Yield the sentences of the refusals that a module defines."""
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef) and _is_refusal(node):
            yield from _sentences(node)


def _sentences(node: ast.ClassDef) -> Iterator[str]:
    for each in node.body:
        if (
            isinstance(each, ast.Assign)
            and isinstance(each.value, ast.Constant)
            and isinstance(each.value.value, str)
            and any(isinstance(target, ast.Name) and target.id == "sentence" for target in each.targets)
        ):
            yield each.value.value


def _first_text(call: ast.Call) -> Iterator[str]:
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        yield first.value


def _is_refusal(node: ast.ClassDef) -> bool:
    names = {base.id for base in node.bases if isinstance(base, ast.Name)}
    return any(isinstance(vars(errors).get(name), type) for name in names)

"""Sentences of refusals that a person outside may meet, read from where they are raised."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import engine
from engine import errors
from engine.domain.acts import Act
from engine.domain.chronology import ORDERS

WEB = Path(__file__).parents[1]
ENGINE = Path(engine.__file__).parent
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


def refusals_met_outside() -> Iterator[str]:
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

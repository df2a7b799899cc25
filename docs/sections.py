"""The page of sections of law: each section that the code or the bundle cites, where, and the day a jurist checked it."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from itertools import chain, groupby
from pathlib import Path
from typing import Final

from engine.bootstrap import shipped_files
from engine.models.citations import Notation, Section, read_citations
from engine.models.comparing import Words
from engine.models.section_places import records_of, register_of

ROOT: Final = Path(__file__).resolve().parents[1]
CODE: Final = ("engine", "forms", "webapp")
_SKIPPED: Final = (
    "webapp/static/",
    "webapp/frontend/",
    "engine/models/citations.py",
    "engine/models/sections.py",
    "engine/models/section_places.py",
    "engine/commands/sections.py",
    "webapp/templates/studio/sections.html",
)
"""Made by others, or about citations: what these write are examples."""


def rows() -> Iterator[tuple[str, str, str, str]]:
    """Yield each section with where the code cites it, where the bundle does, and when it was checked."""
    files = shipped_files()
    records = records_of(files)
    code = _of_code(records.notation)
    bundle = {each.section: each for each in register_of(files, Words()).sections}
    for section in sorted({*code, *bundle}, key=lambda each: each.order):
        places = bundle[section].places if section in bundle else ()
        check = records.checked.get(section)
        yield (
            section.written,
            ", ".join(f"`{path}`" for path in dict.fromkeys(place.path for place in places)) or "–",
            ", ".join(f"`{path}`" for path in sorted(code.get(section, ()))) or "–",
            f"{check.on.isoformat()}, {check.by}" if check else "not checked",
        )


def _of_code(notation: Notation) -> dict[Section, set[str]]:
    found: dict[Section, set[str]] = {}
    for path, text in _texts():
        for section in read_citations(text, notation).sections:
            found.setdefault(section, set()).add(path)
    return found


def _texts() -> Iterator[tuple[str, str]]:
    """Yield each docstring, text and comment of the code, and each line of a template, with its path."""
    paths = chain.from_iterable((ROOT / each).rglob("*") for each in CODE)
    for path in sorted(path for path in paths if path.suffix in {".py", ".html"}):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(_SKIPPED):
            continue
        source = path.read_text("utf-8")
        yield from (
            (name, text) for text in (_of_python(source) if path.suffix == ".py" else source.split("\n"))
        )


def _of_python(source: str) -> Iterator[str]:
    if "§" not in source and "/" not in source:
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
    comments = (
        (each.start[0], each.string)
        for each in tokenize.generate_tokens(io.StringIO(source).readline)
        if each.type == tokenize.COMMENT
    )
    for _place, run in groupby(enumerate(comments), lambda each: each[1][0] - each[0]):
        yield " ".join(text.lstrip("# ") for _number, (_line, text) in run)

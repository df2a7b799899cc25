"""A file from any tool, opened in a child process with limits: converted for a draft, or refused with a reason.

`apart` gives the child 512 MB and two seconds of processor time. This process reads only files that the child has
read without harm.
"""

from __future__ import annotations

import json
import re
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from engine import isolation, xml
from engine.bpmn.drawings import read_drawings
from engine.bpmn.findings import Finding, finding, in_language
from engine.dmn import check as check_tables
from engine.dmn import parse_tables
from engine.errors import Invalid, Refusal
from engine.feel import parse
from engine.models.archive import unpacked
from engine.models.imports import bring_in
from engine.models.imports.decoding import decoded
from forms.errors import InvalidDefinition
from forms.parsing import parse_form

WITHIN: Final = 1
"""Whole seconds of a processor after the one that has begun: never more than two."""
PATIENCE: Final = 15
"""Seconds by the clock, on a machine that has much else to do."""
DIAGRAMS: Final = frozenset({".bpmn", ".bpmn2", ".xml"})
READ: Final = DIAGRAMS | {".dmn", ".form"}
TABLES: Final = "tables"
KEPT: Final = frozenset({".bpmn", ".dmn", ".json", ".toml", ".form", ".po"})
"""Endings of files in a folder of models."""


class FileRefused(Invalid):
    sentence = "Tiedostoa ei voi tuoda. Luonnosta ei muutettu."

    def __init__(self, *, reason: str, **values: Any) -> None:
        self.found = finding(f"refused_{reason}", **values)
        super().__init__(f"{self.found.sentence} {self.found.way_out}")

    def sentence_in(self, language: str) -> str:
        return " ".join(in_language(self.found, language))


@dataclass(frozen=True, slots=True)
class Imported:
    """A file fit for a draft. `key` is the process key in the file; empty for tables and forms, which are named by their file."""

    content: bytes
    key: str = ""
    notes: tuple[Finding, ...] = ()


def read_apart(name: str, data: bytes) -> Imported:
    """Read a file in a child process. `name` is the file's own; its extension gives the kind. Raise FileRefused."""
    if len(data) > 2 * xml.LARGEST:
        raise FileRefused(reason="too_large")
    asked = {"kind": _ending(name), "data": b64encode(data).decode()}
    try:
        answer = isolation.ask(__spec__.name, asked, PATIENCE)
    except isolation.TookTooMuch:
        raise FileRefused(reason="cost") from None
    if "refused" in answer:
        raise FileRefused(reason=answer["refused"], **answer["values"])
    notes = tuple(finding(code, **values) for code, values in answer["notes"])
    return Imported(b64decode(answer["content"]), answer["key"], notes)


def place_of(files: Mapping[str, bytes], name: str, imported: Imported) -> str:
    """Return the path in the draft: that of the diagram of the same process, of the file of the same name, or a new one."""
    ending = _ending(name)
    if ending in DIAGRAMS:
        known = {key: path for path, data in files.items() for key in _processes(path, data)}
        return known.get(imported.key) or _free(files, imported.key or _stem(name), "{}/process.bpmn")
    stem, pattern = (
        _slug(_stem(name)),
        f"forms/{{}}{ending}" if ending == ".form" else f"{TABLES}/{{}}{ending}",
    )
    same = [path for path in files if PurePosixPath(path).name == f"{stem}{ending}"]
    return same[0] if len(same) == 1 else pattern.format(stem)


def _processes(path: str, data: bytes) -> list[str]:
    if not path.endswith(".bpmn"):
        return []
    try:
        return list(read_drawings({path: data}).processes)
    except Refusal:
        return []


def _free(files: Mapping[str, bytes], wanted: str, pattern: str) -> str:
    slug = _slug(wanted)
    numbers = (slug, *(f"{slug}_{number}" for number in range(2, len(files) + 3)))
    return next(path for path in map(pattern.format, numbers) if path not in files)


def _ending(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()


def _stem(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name.partition(".")[0]


def _slug(text: str) -> str:
    """Return the text as a key: lower-case letters, digits, underscores."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60]
    return found if found[:1].isalpha() else f"tuotu_{found}".rstrip("_")


def laid_over(files: Mapping[str, bytes], source: Path) -> tuple[dict[str, bytes], tuple[Finding, ...]]:
    """Return a bundle with a folder, an archive or one file of any tool laid over it, and the findings of the import.
    Raise Refusal."""
    if source.is_dir():
        paths = (path for path in sorted(source.rglob("*")) if path.is_file() and path.suffix in KEPT)
        return {**files, **{str(path.relative_to(source)): path.read_bytes() for path in paths}}, ()
    if not source.is_file():
        raise Refusal(f"Tiedostoa tai kansiota {source} ei ole.")
    if source.suffix == ".zip":
        return {**files, **unpacked(source.read_bytes()).files}, ()
    try:
        imported = read_apart(source.name, source.read_bytes())
    except FileRefused as refused:
        return dict(files), (refused.found,)
    return {**files, place_of(files, source.name, imported): imported.content}, imported.notes


# In the child.


def _answer(asked: Mapping[str, Any]) -> dict[str, Any]:
    data = b64decode(asked["data"])
    try:
        content, key, notes = _READERS.get(asked["kind"], _unknown)(data)
    except xml.XmlRefused as refused:
        values = {"line": refused.line or 1, "kind": getattr(refused, "kind", "")}
        return {"refused": refused.reason, "values": values}
    except _Unfit as unfit:
        return {"refused": str(unfit), "values": {}}
    coded = [(each.code, dict(each.values)) for each in notes]
    return {"content": b64encode(content).decode(), "key": key, "notes": coded}


class _Unfit(Exception):
    """The file is no table or no form."""


_Read = tuple[bytes, str, tuple[Finding, ...]]


def _unknown(_data: bytes) -> _Read:
    raise _Unfit("ending")


def _diagram(data: bytes) -> _Read:
    brought = bring_in(data)
    return brought.content, brought.key, brought.notes


def _table(data: bytes) -> _Read:
    content, encoding = decoded(data)
    if not str(xml.parse(content).tag).endswith("}definitions") or b"/DMN/" not in content:
        raise _Unfit("not_dmn")
    # The gate names its faults; here it only must not cost too much.
    with suppress(Refusal, RecursionError):
        check_tables(parse_tables(content))
    return content, "", _encoding_note(encoding)


def _form(data: bytes) -> _Read:
    content, encoding = decoded(data)
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        raise _Unfit("not_form") from None
    if not isinstance(read, dict) or not isinstance(read.get("components"), list):
        raise _Unfit("not_form")
    with suppress(InvalidDefinition, Refusal, RecursionError):
        parse_form("form", content, parse=parse)
    return content, "", _encoding_note(encoding)


def _encoding_note(encoding: str | None) -> tuple[Finding, ...]:
    return () if encoding is None else (finding("import_encoding", encoding=encoding),)


_READERS: Final = {**dict.fromkeys(DIAGRAMS, _diagram), ".dmn": _table, ".form": _form}


if __name__ == "__main__":
    isolation.serve(_answer, WITHIN)

"""A bundle of models as an archive from any tool: unpacked within limits. Files that are no part of a bundle are listed."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from lzma import LZMAError
from typing import Final

from engine.errors import Invalid

MOST_FILES: Final = 1_000
MOST_BYTES: Final = 20_000_000
"""Unpacked, all together. The shipped bundle is under one megabyte."""
MOST_OF_ONE: Final = 1_000_000
_KNOWN: Final = re.compile(
    r"""(?:forms/(?:parts/)?[a-z][a-z0-9_]*\.form
    |(?:forms|names)/[a-z]{2,8}\.po
    |guardrails\.json
    |sections\.json
    |scenarios/[a-z0-9][a-z0-9-]*\.json
    |[a-z][a-z0-9_]*/process\.bpmn
    |[a-z][a-z0-9_]*/[a-z][a-z0-9_]*\.dmn
    |[a-z][a-z0-9_]*/texts/[a-z][a-z0-9_]*\.toml)\Z""",
    re.VERBOSE,
)
_IN_REPOSITORY: Final = (
    (re.compile(r"forms/definitions/"), "forms/"),
    (re.compile(r"forms/translations/"), "forms/"),
    (re.compile(r"processes/"), ""),
)
"""Folder of files in version control and in exports, to their place in a draft."""


_BROKEN: Final = (zipfile.BadZipFile, zlib.error, LZMAError, RuntimeError, EOFError, OSError, ValueError)
"""Errors of the library over archives that are locked, spoiled or packed in an unknown way."""


class BundleRefused(Invalid):
    sentence = "Pakettia ei voi lukea turvallisesti. Luonnosta ei muutettu."


@dataclass(frozen=True, slots=True)
class Unpacked:
    files: dict[str, bytes]
    left_out: tuple[str, ...]
    """Names of files that are no part of a bundle: no error, but named in the notes."""


def unpacked(packed: bytes) -> Unpacked:
    """Return the files of an archive. Raise BundleRefused if anything in it is dangerous; unknown files are left out
    and listed."""
    try:
        with zipfile.ZipFile(BytesIO(packed)) as archive:
            return _read(archive)
    except _BROKEN as broken:
        raise BundleRefused("Tiedosto ei ole ehjä zip-paketti. Luonnosta ei muutettu.") from broken


def _read(archive: zipfile.ZipFile) -> Unpacked:
    entries = [each for each in archive.infolist() if not each.is_dir()]
    if len(entries) > MOST_FILES:
        raise BundleRefused("Paketissa on liikaa tiedostoja. Luonnosta ei muutettu.")
    top = _common_folder([each.filename for each in entries])
    files: dict[str, bytes] = {}
    left_out: list[str] = []
    total = 0
    for entry in entries:
        _refuse_outside(entry.filename)
        path = _place(entry.filename.removeprefix(top))
        content = _content(archive, entry) if path else None
        if content is None:
            left_out.append(entry.filename[:200])
            continue
        if path in files:
            raise BundleRefused("Paketissa on sama tiedosto kahteen kertaan. Luonnosta ei muutettu.")
        total += len(content)
        if total > MOST_BYTES:
            raise BundleRefused("Paketti on purettuna liian suuri. Luonnosta ei muutettu.")
        files[path] = content
    return Unpacked(files, tuple(left_out))


def _refuse_outside(name: str) -> None:
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
        raise BundleRefused("Paketissa on polku, joka osoittaa sen ulkopuolelle. Luonnosta ei muutettu.")


def _common_folder(names: list[str]) -> str:
    """Return the folder that a tool wraps everything in; empty without one, or if it is a folder that bundles have."""
    first = {name.partition("/")[0] for name in names}
    if len(first) != 1 or not all("/" in name for name in names):
        return ""
    (only,) = first
    return (
        ""
        if only in {"processes", "forms", "names"} or any(_KNOWN.match(name) for name in names)
        else f"{only}/"
    )


def belongs(path: str) -> bool:
    """Return True if a draft may have a file with this path."""
    return _KNOWN.match(path) is not None


def _place(name: str) -> str:
    """Return the path in a draft for a path in an archive; empty if it is no part of a bundle."""
    for stands, kept in _IN_REPOSITORY:
        found = stands.match(name)
        if found:
            name = kept + name[found.end() :]
            break
    return name if _KNOWN.match(name) else ""


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | None:
    """Return the content; None if it is not text. Raise BundleRefused if it is too large; a header can lie about that."""
    with archive.open(entry) as opened:
        content = opened.read(MOST_OF_ONE + 1)
    if len(content) > MOST_OF_ONE:
        raise BundleRefused("Paketissa on liian suuri tiedosto. Luonnosta ei muutettu.")
    try:
        content.decode()
    except UnicodeDecodeError:
        return None
    return content


def in_lines(names: tuple[str, ...], most: int = 20) -> Iterator[str]:
    """Yield the first `most` names, then an ellipsis if there are more."""
    yield from names[:most]
    if len(names) > most:
        yield "…"

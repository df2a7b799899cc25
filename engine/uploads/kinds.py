"""The four accepted kinds of file, recognised by name and content; finds a second file hidden inside."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum

from engine.uploads.refusals import ContentNotAsNamed, FileInFile, FileNameRefused, KindNotTaken

LONGEST_NAME = 150


class FileKind(StrEnum):
    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    HEIC = "heic"


_ENDINGS = {
    "pdf": FileKind.PDF,
    "jpg": FileKind.JPEG,
    "jpeg": FileKind.JPEG,
    "png": FileKind.PNG,
    "heic": FileKind.HEIC,
    "heif": FileKind.HEIC,
}
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
# Control and invisible characters, marks that turn the direction of text ("gpj.exe" read as "exe.jpg"), and what means a
# path or a device somewhere.
_NOT_IN_A_NAME = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff0-\uffff/\\:*?\"<>|]"
)
_PROGRAMS = frozenset(
    [
        "exe",
        "com",
        "bat",
        "cmd",
        "scr",
        "pif",
        "msi",
        "js",
        "jse",
        "vbs",
        "vbe",
        "wsf",
        "ps1",
        "jar",
        "sh",
        "app",
        "apk",
        "dmg",
        "lnk",
        "html",
        "htm",
        "svg",
        "xml",
        "php",
        "py",
        "hta",
    ]
)
_FOREIGN = (b"<script", b"<?php", b"<html>", b"<html ", b"<!doctype html", b"<iframe")
_FIRST_OF_OTHERS = (b"PK\x03\x04", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"MZ", b"\x7fELF", b"%PDF-", b"#!")


def kind_of(name: str, content: bytes) -> FileKind:
    """Return the kind of a file. Raise ContentNotAsNamed unless name and content agree."""
    named = kind_of_name(name)
    if kind_of_content(content) is not named:
        raise ContentNotAsNamed
    _require_alone(named, content)
    return named


def kind_of_name(name: str) -> FileKind:
    if not name or len(name) > LONGEST_NAME or _NOT_IN_A_NAME.search(name) or _has_lone_surrogate(name):
        raise FileNameRefused
    *front, ending = name.split(".")
    if not front:
        raise KindNotTaken
    if not "".join(front).strip():
        raise FileNameRefused
    if _PROGRAMS & {part.strip().lower() for part in front[1:]}:
        raise FileNameRefused
    try:
        return _ENDINGS[ending.lower()]
    except KeyError:
        raise KindNotTaken from None


def kind_of_content(content: bytes) -> FileKind | None:
    if content.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if content.startswith(b"%PDF-"):
        return FileKind.PDF
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return FileKind.HEIC
    return None


def _require_alone(kind: FileKind, content: bytes) -> None:
    """Refuse a file built to be two files. Redrawing would drop the other one; this catches it earlier.

    Data after a picture proves nothing by itself: telephones put a film or a depth map there.
    """
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise FileInFile
    after = _after_the_end(kind, content).lstrip(b"\0\r\n\t ")
    if after.startswith(_FIRST_OF_OTHERS):
        raise FileInFile
    if kind is not FileKind.PDF and b"%PDF-" in content[:1024]:
        raise FileInFile
    # In the picture's own data a tag appears by chance once in centuries; in text around it, by intent.
    if any(sign in content.lower() for sign in _FOREIGN):
        raise FileInFile
    if kind is FileKind.PDF and after:
        raise FileInFile


def _after_the_end(kind: FileKind, content: bytes) -> bytes:
    end = {FileKind.PDF: b"%%EOF", FileKind.JPEG: b"\xff\xd9", FileKind.PNG: b"IEND\xaeB`\x82"}.get(kind)
    place = content.rfind(end) if end else -1
    return b"" if place < 0 or end is None else content[place + len(end) :]


def _has_lone_surrogate(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return True
    return False

"""Converts the bytes of a file from any tool to the UTF-8 text that a draft keeps."""

from __future__ import annotations

import codecs
import re
from typing import Final

from engine.xml import XmlRefused

_MARKS: Final = (
    # The longer first: a UTF-16 mark begins the one of UTF-32.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNMARKED: Final = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_READ: Final = re.compile(
    r"(utf-?8|us-ascii|ascii|iso-8859-\d{1,2}|latin-?1|windows-125\d|cp125\d)\Z", re.IGNORECASE
)
_DECLARATION: Final = re.compile(rb"""\A\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
_TELLS_UTF16: Final = re.compile(rb"""\A\s*<\?xml\s[^>]*?encoding\s*=\s*["']utf-16""", re.IGNORECASE)
_WRITTEN: Final = re.compile(r"""(\A\s*<\?xml\s[^>]*?encoding\s*=\s*)["'][A-Za-z0-9._:-]+["']""")


def decoded(data: bytes) -> tuple[bytes, str | None]:
    """Return the file in UTF-8, and its former encoding if it was another. Raise XmlRefused if it can't be decoded."""
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise XmlRefused(
            "encoding", "Tiedoston merkistöä ei voi lukea. Tallenna tiedosto UTF-8-muodossa."
        ) from None
    if encoding == "utf-8" and not _TELLS_UTF16.match(data):
        return data, None
    text = _WRITTEN.sub(r'\g<1>"UTF-8"', text.lstrip("\ufeff"), count=1)
    return text.encode(), None if encoding in {"utf-8", "utf-8-sig"} else encoding


def _encoding(data: bytes) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    for mark, name in _UNMARKED:
        if data.startswith(mark):
            return name
    declared = _DECLARATION.match(data[:400])
    name = declared[1].decode().lower() if declared else "utf-8"
    if name.startswith("utf-16"):
        # It says so of bytes that are none: written by a tool that saved its text anew.
        return "utf-8"
    if not _READ.match(name):
        raise XmlRefused("encoding", f"Merkistöä {name[:40]} ei lueta. Tallenna tiedosto UTF-8-muodossa.", 1)
    return "utf-8" if name in {"utf-8", "utf8", "us-ascii", "ascii"} else name

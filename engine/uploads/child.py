"""Opens one file in a child process: with limits of memory and time, in a cage without keys, files or connections."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from engine import isolation
from engine.errors import FileRefused
from engine.uploads import refusals
from engine.uploads.kinds import FileKind, kind_of
from engine.uploads.refusals import CantOpenSafely, EmptyFile, FileBroken, FileTooHeavy, FileTooLarge

LARGEST = 10 * 1024 * 1024
"""Bytes of one file. A page photographed with a telephone has two to six million."""
SECONDS = 20
MEMORY = 1536 * 1024 * 1024
"""Two files may be open at once (`isolation.TOGETHER`): more would slow each down."""
NEEDS_THE_CAGE: Final = frozenset({FileKind.PDF, FileKind.HEIC})
"""Kinds whose readers are too large to be trusted outside of it."""
_MEDIA_TYPES = {
    FileKind.PDF: ("application/pdf", "pdf"),
    FileKind.JPEG: ("image/jpeg", "jpg"),
    FileKind.PNG: ("image/png", "png"),
    FileKind.HEIC: ("image/jpeg", "jpg"),
}


@dataclass(frozen=True, slots=True)
class CleanedFile:
    """A file that may be stored, under the name the person gave it; a HEIC has become a JPEG."""

    name: str
    media_type: str
    content: bytes


def cleaned(name: str, content: bytes, *, caged_only: bool = True) -> CleanedFile:
    """Return the file made harmless. Raise FileRefused with a sentence. Starts a process, so not inside a transaction.

    `caged_only`: refuse PDF and HEIC on a machine whose kernel has no cage for the child.
    """
    if not content:
        raise EmptyFile
    if len(content) > LARGEST:
        raise FileTooLarge
    kind = kind_of(name, content)
    media_type, ending = _MEDIA_TYPES[kind]
    return CleanedFile(
        f"{name.rpartition('.')[0]}.{ending}", media_type, _opened_in_child(kind, content, caged_only)
    )


def _opened_in_child(kind: FileKind, content: bytes, caged_only: bool) -> bytes:  # noqa: FBT001 - passed on
    arguments = (kind.value, "caged" if caged_only and kind in NEEDS_THE_CAGE else "anyhow")
    try:
        output = isolation.run_once(__name__, arguments, content, SECONDS + 5, MEMORY)
    except isolation.TookTooMuch as heavy:
        raise FileTooHeavy from heavy
    except isolation.Failed as broken:
        raise FileBroken from broken
    header, _, made = output.partition(b"\n")
    refused = json.loads(header)["refused"]
    if refused:
        raise getattr(refusals, refused)
    return made


def main() -> None:
    kind, caged = FileKind(sys.argv[1]), sys.argv[2]
    made_harmless = _reader(kind)
    isolation.limit(MEMORY, SECONDS)
    missing = isolation.shut()
    made, refused = b"", ""
    try:
        if caged == "caged" and not isolation.holds(missing):
            raise CantOpenSafely
        made = made_harmless(sys.stdin.buffer.read(LARGEST + 1))
    except FileRefused as refusal:
        refused = type(refusal).__name__
    except MemoryError:
        refused = FileTooHeavy.__name__
    sys.stdout.buffer.write(json.dumps({"refused": refused}).encode() + b"\n" + made)
    sys.stdout.buffer.flush()
    # A hostile file may have broken a decoder's threads and buffers: an orderly end could hang.
    os._exit(0)


def _reader(kind: FileKind) -> Callable[[bytes], bytes]:
    """Import the reader of this kind, with all it needs: behind the cage nothing can be imported."""
    if kind is FileKind.PDF:
        from engine.uploads.papers import rewritten

        return rewritten
    from engine.uploads.images import redrawn

    return lambda content: redrawn(kind, content)


if __name__ == "__main__":
    main()

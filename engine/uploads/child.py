"""Opens one file in a child process with limits of memory and time, without keys or connections."""

from __future__ import annotations

import json
import os
import resource
import sys
from dataclasses import dataclass
from threading import BoundedSemaphore

from engine import isolation
from engine.errors import FileRefused
from engine.uploads import refusals
from engine.uploads.kinds import FileKind, kind_of
from engine.uploads.refusals import EmptyFile, FileBroken, FileTooHeavy, FileTooLarge

LARGEST = 10 * 1024 * 1024
"""Bytes of one file. A page photographed with a telephone has two to six million."""
SECONDS = 20
MEMORY = 1536 * 1024 * 1024
_AT_ONCE = BoundedSemaphore(2)
"""Files open at once: more would slow each down and use up the machine's memory."""
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


def cleaned(name: str, content: bytes) -> CleanedFile:
    """Return the file made harmless. Raise FileRefused with a sentence. Starts a process, so not inside a transaction."""
    if not content:
        raise EmptyFile
    if len(content) > LARGEST:
        raise FileTooLarge
    kind = kind_of(name, content)
    media_type, ending = _MEDIA_TYPES[kind]
    return CleanedFile(f"{name.rpartition('.')[0]}.{ending}", media_type, _opened_in_child(kind, content))


def _opened_in_child(kind: FileKind, content: bytes) -> bytes:
    with _AT_ONCE:
        try:
            output = isolation.run_once(__name__, kind.value, content, SECONDS + 5)
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
    kind = FileKind(sys.argv[1])
    isolation.limit(MEMORY, SECONDS)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    content = sys.stdin.buffer.read(LARGEST + 1)
    try:
        made, refused = _made(kind, content), ""
    except FileRefused as refusal:
        made, refused = b"", type(refusal).__name__
    except MemoryError:
        made, refused = b"", FileTooHeavy.__name__
    sys.stdout.buffer.write(json.dumps({"refused": refused}).encode() + b"\n" + made)
    sys.stdout.buffer.flush()
    # A hostile file may have broken a decoder's threads and buffers: an orderly end could hang.
    os._exit(0)


def _made(kind: FileKind, content: bytes) -> bytes:
    if kind is FileKind.PDF:
        from engine.uploads.papers import rewritten

        return rewritten(content)
    from engine.uploads.images import redrawn

    return redrawn(kind, content)


if __name__ == "__main__":
    main()

"""A file is opened in a process of its own, with little memory and little time, that holds no key and no connection."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

from engine.errors import FileRefused
from engine.uploads import refusals
from engine.uploads.kinds import FileKind, kind_of
from engine.uploads.refusals import EmptyFile, FileBroken, FileTooHeavy, FileTooLarge

LARGEST = 10 * 1024 * 1024
"""Bytes of one file. A page photographed with a telephone has two to six million."""
SECONDS = 20
MEMORY = 1536 * 1024 * 1024
_AT_ONCE = BoundedSemaphore(2)
"""Files open at a time in this process: more would only make each slower and the memory of the machine short."""
_MEDIA_TYPES = {
    FileKind.PDF: ("application/pdf", "pdf"),
    FileKind.JPEG: ("image/jpeg", "jpg"),
    FileKind.PNG: ("image/png", "png"),
    FileKind.HEIC: ("image/jpeg", "jpg"),
}


@dataclass(frozen=True, slots=True)
class CleanedFile:
    """What may be stored. Its name keeps what the person called it; a HEIC has become a JPEG."""

    name: str
    media_type: str
    content: bytes


def cleaned(name: str, content: bytes) -> CleanedFile:
    """Raises FileRefused with a sentence. Takes a moment and starts a process: never call it inside a transaction."""
    if not content:
        raise EmptyFile
    if len(content) > LARGEST:
        raise FileTooLarge
    kind = kind_of(name, content)
    made = _opened_apart(kind, content)
    media_type, ending = _MEDIA_TYPES[kind]
    return CleanedFile(f"{name.rpartition('.')[0]}.{ending}", media_type, made)


def _opened_apart(kind: FileKind, content: bytes) -> bytes:
    root = str(Path(__file__).resolve().parents[2])
    with _AT_ONCE:
        try:
            done = subprocess.run(  # noqa: S603 - our own module, data only through the pipe
                [sys.executable, "-P", "-m", "engine.uploads.child", kind.value],
                input=content,
                capture_output=True,
                timeout=SECONDS + 5,
                check=False,
                env={"PYTHONPATH": root, "LC_ALL": "C.UTF-8"},
            )
        except subprocess.TimeoutExpired as slow:
            raise FileTooHeavy from slow
    told, _, made = done.stdout.partition(b"\n")
    if done.returncode < 0:
        # Killed at a limit, or by a decoder that fell over.
        raise FileTooHeavy
    if done.returncode > 0 or not told:
        # Whatever else a decoder stumbles over ends the child with a fault of its own kind.
        raise FileBroken
    refused = json.loads(told)["refused"]
    if refused:
        raise getattr(refusals, refused)
    return made


def main() -> None:
    kind = FileKind(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    content = sys.stdin.buffer.read(LARGEST + 1)
    try:
        made, refused = _made(kind, content), ""
    except FileRefused as told:
        made, refused = b"", type(told).__name__
    except MemoryError:
        made, refused = b"", FileTooHeavy.__name__
    sys.stdout.buffer.write(json.dumps({"refused": refused}).encode() + b"\n" + made)
    sys.stdout.buffer.flush()
    # Decoders have threads and buffers that need no orderly end, and a hostile file may have broken theirs.
    os._exit(0)


def _made(kind: FileKind, content: bytes) -> bytes:
    if kind is FileKind.PDF:
        from engine.uploads.papers import rewritten

        return rewritten(content)
    from engine.uploads.images import redrawn

    return redrawn(kind, content)


if __name__ == "__main__":
    main()

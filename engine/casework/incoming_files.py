"""A file sent in, examined before any transaction begins: a child process opens it, a virus scanner is asked."""

from __future__ import annotations

from dataclasses import dataclass

from engine.settings import EngineSettings
from engine.uploads import LARGEST as LARGEST
from engine.uploads import FileInfected, NotScanned, cleaned, is_infected


@dataclass(frozen=True, slots=True)
class ExaminedFile:
    """A file that `examine` accepted. Commands take no other files."""

    name: str
    media_type: str
    content: bytes
    state: str
    """``clean``, or ``quarantined`` while the scanner that is configured can't be asked."""


def examine(settings: EngineSettings, name: str, content: bytes) -> ExaminedFile:
    """Clean and scan a file. Raise FileRefused with a sentence for its sender.

    The scanner sees the file as it was sent, the case gets the cleaned one. If the scanner does not answer, the file
    waits sealed, nobody can open it, and the worker asks again.
    """
    file = cleaned(name, content, caged_only=not settings.is_demonstration)
    state = "clean"
    if settings.scanner is not None:
        try:
            if is_infected(settings.scanner, content):
                raise FileInfected
        except NotScanned:
            state = "quarantined"
    return ExaminedFile(file.name, file.media_type, file.content, state)

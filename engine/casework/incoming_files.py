"""A file on its way in, looked at before any transaction begins: a child process opens it, and a scanner is asked."""

from __future__ import annotations

from dataclasses import dataclass

from engine.settings import EngineSettings
from engine.uploads import LARGEST as LARGEST
from engine.uploads import FileInfected, ScannerUnreachable, cleaned, is_infected


@dataclass(frozen=True, slots=True)
class ExaminedFile:
    """A file that `examine` accepted. Commands take nothing else."""

    name: str
    media_type: str
    content: bytes
    state: str
    """``clean``, or ``quarantined`` while the scanner that is configured can't be asked."""


def examine(settings: EngineSettings, name: str, content: bytes) -> ExaminedFile:
    """Clean and scan a file. Raise FileRefused with a sentence for its sender.

    The scanner sees what was sent, the case gets what was made of it. Nothing is lost when the scanner is silent: the
    file waits sealed, nobody can open it, and the worker asks again.
    """
    file = cleaned(name, content)
    state = "clean"
    if settings.scanner is not None:
        try:
            if is_infected(settings.scanner, content):
                raise FileInfected
        except ScannerUnreachable:
            state = "quarantined"
    return ExaminedFile(file.name, file.media_type, file.content, state)

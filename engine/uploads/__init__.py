"""Files from outside: check them, rewrite them without active content, scan them."""

from engine.uploads.child import LARGEST, CleanedFile, cleaned
from engine.uploads.refusals import FileInfected, FileTooLarge
from engine.uploads.scanning import NotScanned, ScannerUnreachable, is_infected

__all__ = [
    "LARGEST",
    "CleanedFile",
    "FileInfected",
    "FileTooLarge",
    "NotScanned",
    "ScannerUnreachable",
    "cleaned",
    "is_infected",
]

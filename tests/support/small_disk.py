"""A disk of a few megabytes that fills up, and may be read only: a file system in memory, which only root can mount."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

BALLAST: Final = "ballast"
_PIECE: Final = 4096


@dataclass(frozen=True, slots=True)
class SmallDisk:
    folder: Path

    def fills_up(self) -> None:
        """Leave no room at all."""
        with (self.folder / BALLAST).open("ab", buffering=0) as ballast:
            try:
                while ballast.write(bytes(_PIECE)):
                    pass
            except OSError:
                pass

    def has_room(self) -> None:
        (self.folder / BALLAST).unlink()

    @contextmanager
    def read_only(self) -> Iterator[None]:
        _mount("-o", "remount,ro", str(self.folder))
        yield
        _mount("-o", "remount,rw", str(self.folder))


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    if os.geteuid() != 0:
        pytest.skip("Only root can mount a small disk: run this test as root.")
    folder.mkdir(exist_ok=True)
    try:
        _mount("-t", "tmpfs", "-o", f"size={megabytes}m", "vireille-test", str(folder))
    except subprocess.CalledProcessError:
        pytest.skip("This container mounts nothing.")
    try:
        yield SmallDisk(folder)
    finally:
        # Lazily: who has a file open there keeps it until they let go.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)

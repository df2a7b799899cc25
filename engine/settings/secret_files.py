"""Secrets in files: the environment of a process is seen by more eyes than a file that systemd's `LoadCredential` lays there."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

BY_FILE: Final = ("VIREILLE_DATABASE_URL", "VIREILLE_KEY_STORE", "VIREILLE_SMTP_PASSWORD")
"""Settings of the engine that hold a secret: each may stand in the file that `…_FILE` names."""
_OTHERS: Final = 0o027


def from_files(
    environment: Mapping[str, str], names: Iterable[str], problems: list[str]
) -> Mapping[str, str]:
    """Return the environment with the content of the file in the place of each name that has one. Add every mistake to
    `problems`, and nothing that stands in a file."""
    read: dict[str, str] = {}
    for name in names:
        file = environment.get(f"{name}_FILE", "").strip()
        if not file:
            continue
        if environment.get(name, "").strip():
            problems.append(f"{name} ja {name}_FILE ovat molemmat asetettu; poista toinen.")
            continue
        try:
            read[name] = Path(file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            problems.append(f"{name}_FILE on {file!r}; tiedostoa ei voi lukea.")
            continue
        problems += _of_file(f"{name}_FILE", Path(file), read[name], environment)
    return {**environment, **read}


def make_folder_of(file: Path) -> None:
    """Make the folder in which a file is to lie. Raise OSError if that can't be: NotADirectoryError where a file has its name."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(file.parent)) from None


def _of_file(name: str, file: Path, content: str, environment: Mapping[str, str]) -> list[str]:
    if not content or "\n" in content:
        return [f"{name}: tiedostossa {file} pitää olla yksi rivi, jolla on vain salaisuus."]
    mode = file.stat().st_mode & 0o777
    if mode & _OTHERS and environment.get("VIREILLE_DEMONSTRATION") != "yes":
        return [
            f"{name}: tiedoston {file} oikeudet ovat {mode:o}: muutkin pääsevät siihen. Aja 'chmod 600 {file}'."
        ]
    return []

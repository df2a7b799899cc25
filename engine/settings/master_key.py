"""The master key where its operator keeps it: in a file or a variable, in one version, or in several while it is changed."""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from engine.settings.secret_files import make_folder_of

LENGTH: Final = 32
"""Bytes."""
HIGHEST: Final = 2**16 - 1


def read_versions(text: str) -> Mapping[int, bytes]:
    """Read words like `2:BASE64`, one for each version. A key without a number is the first version.

    Raise ValueError, with a Finnish sentence that follows the name of the file or variable.
    """
    found: dict[int, bytes] = {}
    for word in text.split():
        number, _, encoded = word.rpartition(":")
        if number and not (number.isdecimal() and 1 <= int(number) <= HIGHEST):
            raise ValueError(f"antaa avaimelle version {number!r}; sen pitää olla luku.")
        version = int(number or 1)
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise ValueError("ei ole base64-tekstiä.") from None
        if len(key) != LENGTH:
            raise ValueError(f"on {len(key)} tavua; sen pitää olla {LENGTH}.")
        if version in found:
            raise ValueError(f"antaa version {version} kahdesti.")
        found[version] = key
    if not found:
        raise ValueError("on tyhjä.")
    return found


def create_master_key(file: Path, *, random: Callable[[int], bytes] = secrets.token_bytes) -> None:
    """Write a new key that only its owner may read. Raise FileExistsError if there is one: replacing it would lose every case."""
    make_folder_of(file)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(base64.b64encode(random(LENGTH)) + b"\n")
        opened.flush()
        os.fsync(opened.fileno())


def add_version(file: Path, *, random: Callable[[int], bytes] = secrets.token_bytes) -> int:
    """Add a new version of the key to its file. Return its number."""
    versions = dict(read_versions(file.read_text()))
    number = max(versions) + 1
    _write(file, {**versions, number: random(LENGTH)})
    return number


def drop_versions(file: Path, before: int) -> tuple[int, ...]:
    """Take the versions before a number out of the file. Return them."""
    versions = dict(read_versions(file.read_text()))
    kept = {number: key for number, key in versions.items() if number >= before}
    if kept and kept != versions:
        _write(file, kept)
        return tuple(sorted(versions.keys() - kept.keys()))
    return ()


def as_word(number: int, key: bytes) -> str:
    return f"{number}:{base64.b64encode(key).decode()}"


def _write(file: Path, versions: Mapping[int, bytes]) -> None:
    """Replace the file at once: whatever interrupts this, the old one or the new one is there, whole and on the disk."""
    text = "".join(f"{as_word(number, key)}\n" for number, key in sorted(versions.items()))
    beside = file.with_name(f"{file.name}.new")
    beside.unlink(missing_ok=True)
    held = file.stat()
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(text.encode())
        opened.flush()
        os.fsync(opened.fileno())
    if os.geteuid() == 0:
        # An operator at the terminal may be root, and the service somebody else.
        os.chown(beside, held.st_uid, held.st_gid)
    os.chmod(beside, held.st_mode & 0o777)
    os.replace(beside, file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

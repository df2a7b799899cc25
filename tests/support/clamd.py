"""A real clamd of the tests' own, that knows one signature: EICAR. Ready-made signatures can't be downloaded everywhere."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.settings import ScannerSettings
from engine.uploads import NotScanned, is_infected
from tests.support.debian import needed
from tests.support.uploads import EICAR


def find() -> Path | None:
    found = shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    return Path(found) if found else None


@contextmanager
def running(folder: Path) -> Iterator[ScannerSettings]:
    program = needed("clamd", "clamav-daemon", find)
    signatures, socket = folder / "signatures", folder / "clamd.ctl"
    signatures.mkdir()
    # Target 0: any kind of file, wherever in it the text stands.
    (signatures / "own.ndb").write_text(f"Vireille.Test.EICAR:0:*:{EICAR.hex()}\n")
    settings = {
        "DatabaseDirectory": signatures,
        "LocalSocket": socket,
        "Foreground": "yes",
        "StreamMaxLength": "12M",
        "LogFile": folder / "clamd.log",
        "TemporaryDirectory": folder,
        "PidFile": folder / "clamd.pid",
    }
    file = folder / "clamd.conf"
    file.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    process = subprocess.Popen(
        [program, f"--config-file={file}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    scanner = ScannerSettings(path=str(socket))
    try:
        _await(scanner, process)
        yield scanner
    finally:
        process.terminate()
        process.wait(timeout=30)


def _await(scanner: ScannerSettings, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, "clamd ended before it listened"
        try:
            is_infected(scanner, b"clean")
        except NotScanned:
            continue
        return
    raise AssertionError("clamd did not listen within a minute")

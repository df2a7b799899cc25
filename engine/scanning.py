"""Has files in quarantine scanned, the oldest first. One that can't be scanned keeps no other waiting."""

from __future__ import annotations

import logging
from threading import Event
from uuid import UUID

from engine.commands.attachments import MarkScanned, QuarantinedFiles, TakeQuarantined
from engine.domain.people import SYSTEM
from engine.errors import Refusal, Unavailable
from engine.executor import Engine
from engine.journal import place_of
from engine.settings import ScannerSettings
from engine.uploads import ScannerUnreachable, is_infected

log = logging.getLogger("vireille.worker")

AT_ONCE = 20


def scan_files(engine: Engine, stopping: Event) -> int:
    """Scan the files that wait. Return how many. Return 0 if no scanner is configured; stop if nobody listens."""
    scanner = engine.settings.scanner
    if scanner is None:
        return 0
    scanned, last = 0, None
    try:
        while files := engine.answer(QuarantinedFiles(AT_ONCE, last), SYSTEM):
            for last in files:
                if stopping.is_set():
                    return scanned
                scanned += _scan(engine, scanner, last)
    except ScannerUnreachable:
        log.warning("the virus scanner can't be reached; files wait in quarantine")
    return scanned


def _scan(engine: Engine, scanner: ScannerSettings, attachment_id: UUID) -> bool:
    """Scan one file. Return False if it is gone, or can't be opened or scanned: then it waits for the next round."""
    try:
        content = engine.answer(TakeQuarantined(attachment_id), SYSTEM)
        if content is None:
            return False
        infected = is_infected(scanner, content)
        return engine.perform(MarkScanned(attachment_id, infected), SYSTEM)
    except (ScannerUnreachable, Unavailable):
        raise
    except Refusal as failure:
        # The files behind it do not wait for this one.
        log.warning("a file can't be scanned", extra={"row": str(attachment_id), **place_of(failure)})
    return False

"""Faults of the access log, of its signed checkpoints and of the results of its verifications, each with a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

VERIFIES: Final = "verify_access_log"
"""The action of who asks for a verification, and of who does one."""


class Place(StrEnum):
    LOG = "log"
    FILE = "file"
    """The checkpoints beside the worker that signs them."""
    COPY = "copy"
    """The same checkpoints in their second place."""
    RESULT = "result"
    """Results of earlier verifications."""


class FaultKind(StrEnum):
    MISSING = "missing"
    UNLINKED = "unlinked"
    CHANGED = "changed"
    CUT = "cut"
    UNSIGNED = "unsigned"
    NO_FILE = "no_file"
    SHORTENED = "shortened"
    LOST_LINE = "lost_line"
    OUT_OF_ORDER = "out_of_order"
    REPEATED = "repeated"
    UNLINKED_LINE = "unlinked_line"
    SIGNATURE = "signature"
    OTHER_KEY = "other_key"
    REPLACED = "replaced"
    NO_KEY = "no_key"
    INVENTED = "invented"


SENTENCES: Final[Mapping[FaultKind, str]] = {
    FaultKind.MISSING: "merkintä puuttuu välistä",
    FaultKind.UNLINKED: "merkintä ei liity edelliseen",
    FaultKind.CHANGED: "merkintää on muutettu",
    FaultKind.CUT: "allekirjoitettu merkintä puuttuu tai on vaihdettu",
    FaultKind.UNSIGNED: "yli vuorokauden vanhaa merkintää ei ole allekirjoitettu",
    FaultKind.NO_FILE: "tarkistuspisteitä ei ole",
    FaultKind.SHORTENED: "tarkistuspisteiden loppu puuttuu tai tiedosto on vanha",
    FaultKind.LOST_LINE: "tarkistuspiste puuttuu välistä",
    FaultKind.OUT_OF_ORDER: "tarkistuspiste on väärässä paikassa",
    FaultKind.REPEATED: "tarkistuspiste on kahdesti",
    FaultKind.UNLINKED_LINE: "tarkistuspiste ei liity edelliseen",
    FaultKind.SIGNATURE: "tarkistuspisteen allekirjoitus ei täsmää",
    FaultKind.OTHER_KEY: "tarkistuspiste on allekirjoitettu toisella avaimella",
    FaultKind.REPLACED: "tarkistuspiste on toinen kuin allekirjoitettaessa",
    FaultKind.NO_KEY: "julkista avainta, jolla tarkistuspisteet tarkistetaan, ei ole",
    FaultKind.INVENTED: "tulos on muu kuin mitä lokin tarkistus antoi",
}
"""Msgids of the pages' catalogues."""


@dataclass(frozen=True, slots=True)
class LogFault:
    """A place where the log, or the checkpoints that prove it, are not as they were written."""

    kind: FaultKind
    place: Place
    number: int
    """Of the entry in its chain, of the checkpoint, or of the result by its moment."""
    chain_id: UUID | None = None
    """Of an entry."""


@dataclass(frozen=True, slots=True)
class Verification:
    """A verification of the whole log, as it is stored."""

    done_at: datetime
    entries: int
    checkpoints: int
    faults: int
    found: tuple[LogFault, ...]
    """The first of the faults."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain."""

    chain_id: UUID
    seq: int
    digest: str
    entry_id: UUID | None = None
    """None in a checkpoint, which does not say it."""

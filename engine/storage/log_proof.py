"""Verifies the whole access log: each chain by itself, and against the signed checkpoints outside the database. Then
the results of earlier verifications against the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import UUID

from engine.domain.access_log import VERIFIES, FaultKind, LogFault, Place, Verification
from engine.settings import CheckpointSettings
from engine.storage.access import ChainCheck
from engine.storage.checkpoint_files import Walk
from engine.storage.checkpoints import Checkpoint
from engine.storage.log_verifications import invented
from engine.storage.signing import verifying_keys
from engine.storage.stores import Stores

UNSIGNED_FOR: Final = timedelta(days=1)
"""A checkpoint is signed every minute; an entry without one for so long means that nobody signs, or not everything."""
COPIED_WITHIN: Final = timedelta(minutes=10)
"""The second place gets a checkpoint after its commit, and may be away for a while. The file has it from the first moment."""
TOGETHER: Final = 500
"""Checkpoints, and signed entries, that are looked up with one statement."""


def is_provable(stores: Stores, settings: CheckpointSettings) -> bool:
    """Return True if the log can be proved on this host: its checkpoints are here, or were, or nobody has signed any.

    The key says that they were: a file that was deleted where the log is signed is a fault. On a host that has neither,
    nothing is missing.
    """
    return settings.file.exists() or settings.key_file.exists() or not stores.checkpoints.last()[0]


def verified(stores: Stores, settings: CheckpointSettings, moment: datetime) -> Verification:
    """Verify the log and its checkpoints, which are read as they come: what is kept grows with the number of chains."""
    proof = CheckpointProof(stores, settings)
    # Asked first: a checkpoint that is signed meanwhile is in the file before it is known here.
    proof.prove(Place.FILE, settings.file, stores.checkpoints.last()[0])
    if settings.copy is not None:
        proof.prove(Place.COPY, settings.copy, stores.checkpoints.last_before(moment - COPIED_WITHIN))
    # Read before the log: the digest of a result that is there is in the log by then.
    results = stores.log_verifications.digests()
    known: dict[datetime, set[str]] = {}
    entries, faults = _of_the_log(stores, proof, moment - UNSIGNED_FOR, known)
    found = (*proof.faults, *faults, *invented(results, known, moment))
    return Verification(moment, entries, proof.count, len(found), found)


class CheckpointProof:
    """Proves files of checkpoints, and that the log still has every entry that they have signed."""

    def __init__(self, stores: Stores, settings: CheckpointSettings) -> None:
        self._stores = stores
        self._keys = verifying_keys(settings.public_key_file)
        self.faults: list[LogFault] = []
        self.count = 0
        self.signed: dict[UUID, int] = {}
        """The highest number that is signed of each chain."""
        self.cut: dict[UUID, int] = {}
        """The lowest number of each chain whose signed entry is gone, or another."""

    def prove(self, place: Place, file: Path, expected: int) -> None:
        """`expected`: the number of the last checkpoint that must be there."""
        walk = Walk(place, self._keys, self._stores.root, expected)
        is_there = False
        # A file that can't be read, as on a share that is away, counts as missing.
        with suppress(OSError):
            is_there = file.exists()
            lines = walk.over(file) if is_there else iter(())
            while part := tuple(islice(lines, TOGETHER)):
                self._compare(place, part)
        self.faults += walk.faults
        self.count = max(self.count, walk.last)
        if walk.last < expected:
            self.faults.append(LogFault(self._shortened(walk, is_there=is_there), place, walk.last + 1))

    def _shortened(self, walk: Walk, *, is_there: bool) -> FaultKind:
        if not self._keys:
            return FaultKind.NO_KEY
        return FaultKind.SHORTENED if walk.last or is_there else FaultKind.NO_FILE

    def _compare(self, place: Place, lines: Sequence[Checkpoint]) -> None:
        known = self._stores.checkpoints.digests(each.number for each in lines if each.number)
        self.faults += (
            LogFault(FaultKind.REPLACED, place, each.number)
            for each in lines
            if known.get(each.number, each.digest) != each.digest
        )
        heads = (head for each in lines for head in each.heads)
        while part := tuple(islice(heads, TOGETHER)):
            stored = self._stores.access.digests([(head.chain_id, head.seq) for head in part])
            for head in part:
                self.signed[head.chain_id] = max(head.seq, self.signed.get(head.chain_id, 0))
                if stored.get((head.chain_id, head.seq)) != head.digest:
                    self.cut[head.chain_id] = min(head.seq, self.cut.get(head.chain_id, head.seq))


def _of_the_log(
    stores: Stores, proof: CheckpointProof, signed_before: datetime, known: dict[datetime, set[str]]
) -> tuple[int, tuple[LogFault, ...]]:
    """Return the number of entries, and each fault of the chains. Add the digests of results to those that are `known`."""
    check = ChainCheck(stores.access)
    faults: list[LogFault] = []
    unsigned: dict[UUID, int] = {}
    entries = 0
    for entry in stores.access.entries():
        entries += 1
        if fault := check.take(entry):
            faults.append(fault)
        if entry["action"] == VERIFIES and entry["subjects"] and stores.access.is_genuine(entry):
            known.setdefault(entry["at"], set()).update(entry["subjects"])
        chain, seq = entry["chain_id"], entry["seq"]
        if entry["at"] < signed_before and seq > proof.signed.get(chain, 0):
            unsigned.setdefault(chain, seq)
    return entries, (*faults, *_cut(proof), *_unsigned(proof, unsigned))


def _cut(proof: CheckpointProof) -> Iterator[LogFault]:
    return (LogFault(FaultKind.CUT, Place.LOG, seq, chain) for chain, seq in proof.cut.items())


def _unsigned(proof: CheckpointProof, found: dict[UUID, int]) -> Iterator[LogFault]:
    """Yield the chains that nobody signs; one fault where there is no checkpoint at all."""
    if proof.signed:
        yield from (LogFault(FaultKind.UNSIGNED, Place.LOG, seq, chain) for chain, seq in found.items())
    elif found and not proof.faults:
        yield LogFault(FaultKind.NO_FILE, Place.FILE, 1)

"""Signed checkpoints of the access log, kept outside the database: they reveal entries cut off its end.

Each case has a chain of entries; a chain's head is its last entry with its digest.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from engine.domain.people import Role
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_role
from engine.storage.access import ChainFault, Head
from engine.storage.sealing import MasterKey

IN_A_LINE = 1000
TAIL = 1 << 20
"""Bytes of the file's end that are looked through: a few lines of the longest kind, days of the usual ones."""
LONGEST_READING_MS = 10 * 60 * 1000
Place = tuple[UUID, int]
"""A chain, and the number of an entry in it."""


@dataclass(frozen=True)
class SignCheckpoint(Command[int]):
    """Append to the checkpoint file, signed, the heads of chains that have grown since the last one. Return how many.

    Signed heads are never removed: one that is in the file and no longer in the log proves that the log was cut. So
    the file grows with the log, by at most one head for each entry, not with time.
    """

    def permit(self, work: Work) -> None:
        require_role(work, Role.SYSTEM)

    def execute(self, work: Work) -> int:
        file = work.settings.checkpoint_file
        file.parent.mkdir(parents=True, exist_ok=True)
        known, after = _signed_lately(work.stores.master, file)
        heads = [each for each in work.stores.access.heads(after) if _place_and_digest(each) not in known]
        lines = b"".join(_lines(work, heads))
        with file.open("ab") as opened:
            opened.write(lines)
        return len(heads)


@dataclass(frozen=True)
class VerifyAccessLog(Query[tuple[ChainFault, ...]]):
    """Return every place where the log was changed, cut or joined again. Empty if it is intact."""

    def permit(self, work: Work) -> None:
        require_role(work, Role.AUDITOR, Role.SYSTEM)

    def execute(self, work: Work) -> tuple[ChainFault, ...]:
        work.stores.access.log_list([], work.actor, "verify_access_log", work.now)
        return work.stores.access.faults() + _cut_tails(work, work.settings.checkpoint_file)


def _place_and_digest(head: Head) -> tuple[Place, str]:
    return (head.chain_id, head.seq), head.digest


def _lines(work: Work, heads: Sequence[Head]) -> Iterator[bytes]:
    """Yield the checkpoint's lines. Only the last says up to which entry all is signed, so that a broken-off write is
    signed again."""
    for start in range(0, len(heads), IN_A_LINE):
        part = heads[start : start + IN_A_LINE]
        content: dict[str, object] = {
            "at": work.now.isoformat(),
            "heads": [[str(each.chain_id), each.seq, each.digest] for each in part],
        }
        if start + IN_A_LINE >= len(heads):
            content["up_to"] = str(max(each.entry_id for each in heads))
        yield orjson.dumps({**content, "signature": _signature(work.stores.master, content)}) + b"\n"


def _signed_lately(master: MasterKey, file: Path) -> tuple[set[tuple[Place, str]], UUID | None]:
    """Return the heads at the end of the file, and the entry after which chains may have grown (None if unknown)."""
    if not file.exists():
        return set(), None
    with file.open("rb") as opened:
        opened.seek(max(0, file.stat().st_size - TAIL))
        lines = opened.read().splitlines()
    content = [_content(master, line) for line in lines]
    known = {head for each in content if each for head in _heads(each).items()}
    last = content[-1] if content else None
    if not last or "up_to" not in last:
        return known, None
    # A reading that began before the last checkpoint may have been stored after it. Ids begin with their milliseconds.
    return known, UUID(int=max(0, UUID(last["up_to"]).int - (LONGEST_READING_MS << 80)))


def _cut_tails(work: Work, file: Path) -> tuple[ChainFault, ...]:
    """Return a fault for each signed head that the log no longer has, or has with another entry in its place."""
    if not file.exists():
        return ()
    faults: list[ChainFault] = []
    signed: dict[Place, str] = {}
    cut: dict[UUID, int] = {}
    for line in file.read_bytes().splitlines():
        content = _content(work.stores.master, line)
        if content is None:
            faults.append(ChainFault(UUID(int=0), 0, "checkpoint"))
            continue
        for place, digest in _heads(content).items():
            if signed.setdefault(place, digest) != digest:
                cut[place[0]] = min(place[1], cut.get(place[0], place[1]))
    stored = work.stores.access.digests(signed)
    for place, digest in signed.items():
        if stored.get(place) != digest:
            cut[place[0]] = min(place[1], cut.get(place[0], place[1]))
    return (*faults, *(ChainFault(chain, seq, "cut") for chain, seq in cut.items()))


def _content(master: MasterKey, line: bytes) -> Mapping[str, Any] | None:
    """Return the line's content; None for a line that is broken off or carries no valid signature."""
    try:
        content: dict[str, Any] = orjson.loads(line)
        signature = content.pop("signature")
        if not hmac.compare_digest(signature, _signature(master, content)):
            return None
        _heads(content)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return content


def _heads(content: Mapping[str, Any]) -> dict[Place, str]:
    return {(UUID(chain), seq): digest for chain, seq, digest in content["heads"]}


def _signature(master: MasterKey, content: Mapping[str, object]) -> str:
    return hmac.new(master.derive("access checkpoints"), orjson.dumps(content), hashlib.sha256).hexdigest()

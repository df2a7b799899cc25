"""Signed checkpoints of the access log: a numbered line for the heads that have grown, each with the digest of the line before."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import select

from engine.domain.access_log import Head
from engine.storage.keys import RootKey
from engine.storage.signing import SigningKey
from engine.storage.tables.access import ACCESS_CHECKPOINTS
from engine.storage.unit_of_work import UnitOfWork

GENESIS: Final = "0" * 64
IN_A_LINE: Final = 1000
Place = tuple[UUID, int]
"""A chain, and the number of an entry in it."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One line, read."""

    number: int
    """0 for a line of the version before, which had none."""
    heads: tuple[Head, ...]
    up_to: UUID | None
    """On the last of the lines signed together: the entry up to which all is signed."""
    previous: str
    """Digest of the line before; on the first, of everything that the version before has written."""
    key: str
    """Name of the public key that verifies it."""
    content: bytes
    """The bytes that were signed."""
    signature: str
    digest: str


def digest_of(line: bytes) -> str:
    return sha256(line.rstrip(b"\n")).hexdigest()


def read(line: bytes) -> Checkpoint | None:
    """Return what the line says, unverified; None if it is none of ours."""
    try:
        content: dict[str, Any] = orjson.loads(line)
        signature = str(content.pop("signature"))
        heads = tuple(Head(UUID(chain), int(seq), str(digest)) for chain, seq, digest in content["heads"])
        return Checkpoint(
            int(content.get("number", 0)),
            heads,
            UUID(content["up_to"]) if "up_to" in content else None,
            str(content.get("previous", "")),
            str(content.get("key", "")),
            orjson.dumps(content),
            signature,
            digest_of(line),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def is_signed_with(root: RootKey, line: Checkpoint) -> bool:
    """Return True for a line of the version before, which was signed under the master key."""
    wanted = hmac.digest(root.derive("access checkpoints"), line.content, "sha256").hex()
    return hmac.compare_digest(line.signature, wanted)


def signed_lines(
    key: SigningKey, heads: Sequence[Head], after: tuple[int, str], moment: datetime
) -> Iterator[bytes]:
    """Yield the lines that sign these heads after the line with this number and digest.

    Only the last says up to which entry all is signed, so that a broken-off write is signed again.
    """
    number, previous = after
    for start in range(0, len(heads), IN_A_LINE):
        number += 1
        content: dict[str, object] = {
            "number": number,
            "at": moment.isoformat(),
            "key": key.verifying.name,
            "previous": previous,
            "heads": [
                [str(each.chain_id), each.seq, each.digest] for each in heads[start : start + IN_A_LINE]
            ],
        }
        if start + IN_A_LINE >= len(heads):
            content["up_to"] = str(max(each.entry_id for each in heads if each.entry_id))
        line = orjson.dumps({**content, "signature": key.sign(orjson.dumps(content))})
        previous = digest_of(line)
        yield line + b"\n"


class Checkpoints:
    """Numbers and digests of the checkpoints that were signed: a file that ends before the last of them was shortened."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, number: int, digest: str, moment: datetime) -> bool:
        """Return False if another process has signed that number."""
        row = {"number": number, "digest": digest, "signed_at": moment}
        return self._unit.insert_if_absent(ACCESS_CHECKPOINTS, row)

    def last(self) -> tuple[int, str]:
        """Return the number and the digest of the last checkpoint; 0 before the first."""
        row = self._unit.row(_LAST)
        return (row["number"], row["digest"]) if row else (0, GENESIS)

    def last_before(self, moment: datetime) -> int:
        """Return the number of the last checkpoint that was signed before a moment; 0 if none was."""
        row = self._unit.row(_LAST.where(ACCESS_CHECKPOINTS.c.signed_at < moment))
        return int(row["number"]) if row else 0

    def signed_at(self) -> datetime | None:
        row = self._unit.row(_LAST)
        return row["signed_at"] if row else None

    def digests(self, numbers: Iterable[int]) -> Mapping[int, str]:
        """Return the digests of these checkpoints. Unknown ones are left out."""
        found = select(ACCESS_CHECKPOINTS.c.number, ACCESS_CHECKPOINTS.c.digest)
        rows = self._unit.rows(found.where(ACCESS_CHECKPOINTS.c.number.in_(tuple(numbers))))
        return {row["number"]: row["digest"] for row in rows}


_LAST: Final = select(ACCESS_CHECKPOINTS).order_by(ACCESS_CHECKPOINTS.c.number.desc()).limit(1)

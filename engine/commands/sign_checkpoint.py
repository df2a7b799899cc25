"""Signed checkpoints of the access log, kept outside the database: a tail cut off shows against them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import orjson

from engine.domain.people import Role
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_role
from engine.storage.access import ChainFault
from engine.storage.sealing import MasterKey


@dataclass(frozen=True)
class SignCheckpoint(Command[str]):
    """Append the heads of all chains, signed, to the checkpoint file. Returns the signature."""

    def permit(self, work: Work) -> None:
        require_role(work, Role.SYSTEM)

    def execute(self, work: Work) -> str:
        heads = [[str(chain), seq, digest] for chain, seq, digest in work.stores.access.heads()]
        told = {"at": work.now.isoformat(), "heads": heads}
        signature = _signature(work.stores.master, told)
        file = work.settings.checkpoint_file
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab") as opened:
            opened.write(orjson.dumps({**told, "signature": signature}) + b"\n")
        return signature


@dataclass(frozen=True)
class VerifyAccessLog(Query[tuple[ChainFault, ...]]):
    """Every place where the log was changed, cut or put together again. Empty when it is whole."""

    def permit(self, work: Work) -> None:
        require_role(work, Role.AUDITOR, Role.SYSTEM)

    def execute(self, work: Work) -> tuple[ChainFault, ...]:
        work.stores.access.listed([], work.actor, "verify_access_log", work.now)
        return work.stores.access.faults() + _cut_tails(work, work.settings.checkpoint_file)


def _cut_tails(work: Work, file: Path) -> tuple[ChainFault, ...]:
    """Against the last signed head of each chain: gone, or another entry in its place since the log was cut and grew on."""
    if not file.exists():
        return ()
    faults: list[ChainFault] = []
    last: dict[UUID, tuple[int, str]] = {}
    for line in file.read_bytes().splitlines():
        heads = _signed_heads(work.stores.master, line)
        if heads is None:
            faults.append(ChainFault(UUID(int=0), 0, "checkpoint"))
        else:
            last.update(heads)
    stored = work.stores.access.digests({chain: seq for chain, (seq, _) in last.items()})
    faults += [
        ChainFault(chain, seq, "cut") for chain, (seq, digest) in last.items() if stored.get(chain) != digest
    ]
    return tuple(faults)


def _signed_heads(master: MasterKey, line: bytes) -> dict[UUID, tuple[int, str]] | None:
    """None for a line that is broken off or not ours."""
    try:
        told = orjson.loads(line)
        signature = told.pop("signature")
        if not hmac.compare_digest(signature, _signature(master, told)):
            return None
        return {UUID(chain): (seq, digest) for chain, seq, digest in told["heads"]}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _signature(master: MasterKey, told: Mapping[str, object]) -> str:
    return hmac.new(master.derive("access checkpoints"), orjson.dumps(told), hashlib.sha256).hexdigest()

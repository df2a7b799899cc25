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
        heads = {chain: (seq, digest) for chain, seq, digest in work.stores.access.heads()}
        return work.stores.access.faults() + _cut_tails(work, work.settings.checkpoint_file, heads)


def _cut_tails(work: Work, file: Path, heads: dict[UUID, tuple[int, str]]) -> tuple[ChainFault, ...]:
    if not file.exists():
        return ()
    faults: list[ChainFault] = []
    last: dict[UUID, int] = {}
    for line in file.read_bytes().splitlines():
        told = orjson.loads(line)
        signature = told.pop("signature")
        if not hmac.compare_digest(signature, _signature(work.stores.master, told)):
            faults.append(ChainFault(UUID(int=0), 0, "checkpoint"))
            continue
        last.update({UUID(chain): seq for chain, seq, _ in told["heads"]})
    faults += [
        ChainFault(chain, seq, "cut") for chain, seq in last.items() if heads.get(chain, (0, ""))[0] < seq
    ]
    return tuple(faults)


def _signature(master: MasterKey, told: Mapping[str, object]) -> str:
    return hmac.new(master.derive("access checkpoints"), orjson.dumps(told), hashlib.sha256).hexdigest()

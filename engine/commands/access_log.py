"""Signed checkpoints of the access log, kept outside the database, and verifications of the whole log.

Each case and each account has a chain of entries; a chain's head is its last entry with its digest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Final
from uuid import UUID

from engine.clock import night_before
from engine.domain.access_log import VERIFIES, Verification
from engine.domain.administration import Act
from engine.domain.people import Role
from engine.errors import Outdated, Refusal
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_role
from engine.storage.checkpoint_files import End, append, end_of
from engine.storage.checkpoints import digest_of, read, signed_lines
from engine.storage.log_proof import is_provable, verified
from engine.storage.signing import SigningKey

LONGEST_READING_MS: Final = 10 * 60 * 1000
NIGHT: Final = time(2)
"""From this hour in Finland the log of the day before is verified."""


class NoSigningKey(Refusal):
    sentence = "Tarkistuspisteiden allekirjoitusavainta ei ole tällä koneella."


@dataclass(frozen=True)
class NoteMasterKey(Command[None]):
    """Log in the chain of administration that every key is wrapped by a new version of the master key."""

    version: int

    def permit(self, work: Work) -> None:
        require_role(work, Role.SYSTEM)

    def execute(self, work: Work) -> None:
        work.stores.access.log_administration(
            work.actor, Act.MASTER_KEY_CHANGED, work.now, facts=(str(self.version),)
        )


@dataclass(frozen=True)
class SignCheckpoint(Command[int]):
    """Append to the file of checkpoints, signed, the heads of chains that have grown since the last one. Return how
    many. Raise NoSigningKey on a host without the private key.

    The second place is brought up after the commit (SecondPlace). Signed heads are never removed: one that is in the file and no longer in the log proves that the log was cut. So
    the file grows with the log, by at most one head for each entry, not with time.
    """

    def permit(self, work: Work) -> None:
        require_role(work, Role.SYSTEM)

    def execute(self, work: Work) -> int:
        settings = work.settings.checkpoints
        key = SigningKey.read(settings.key_file)
        if key is None:
            raise NoSigningKey
        end = end_of(settings.file)
        heads = [
            each
            for each in work.stores.access.heads(_possibly_grown(end, work.now))
            if (each.chain_id, each.seq, each.digest) not in end.heads
        ]
        last = work.stores.checkpoints.last()
        # What is known here goes on also after a file that was shortened; the gap stays and is named.
        after = last if last[0] > end.number else (end.number, end.digest)
        lines = tuple(signed_lines(key, heads, after, work.now))
        # Noted before it is written: of two that sign at once the second waits here, and leaves it to the first.
        if not all(self._is_noted(work, line) for line in lines):
            return 0
        if lines:
            append(settings.file, lines)
        return len(heads)

    def _is_noted(self, work: Work, line: bytes) -> bool:
        found = read(line)
        return found is not None and work.stores.checkpoints.add(found.number, digest_of(line), work.now)


def _possibly_grown(end: End, now: datetime) -> UUID | None:
    """Return the entry after which chains may have grown since the file's last line; None if any may."""
    if end.up_to is None:
        return None
    # Ids begin with their milliseconds. One that was made while the clock ran ahead hides no entry of now.
    signed = min(end.up_to.int, int(now.timestamp() * 1000) << 80)
    # A reading that began before the last checkpoint may have been stored after it.
    return UUID(int=max(0, signed - (LONGEST_READING_MS << 80)))


@dataclass(frozen=True)
class AskVerification(Command[None]):
    """Ask for a verification of the whole log. A worker does it: reading a million entries takes most of a minute, and the
    checkpoints may lie where no page can read them."""

    def permit(self, work: Work) -> None:
        require_role(work, Role.AUDITOR)

    def execute(self, work: Work) -> None:
        work.stores.access.log_list([], work.actor, VERIFIES, work.now)
        work.stores.log_verifications.ask(work.actor.name, work.now)


@dataclass(frozen=True)
class IsLogProvable(Query[bool]):
    """Return False on a host that has neither the checkpoints nor the key that signs them, while another signs."""

    def permit(self, work: Work) -> None:
        require_role(work, Role.SYSTEM)

    def execute(self, work: Work) -> bool:
        return is_provable(work.stores, work.settings.checkpoints)


@dataclass(frozen=True)
class IsVerificationDue(Query[bool]):
    """Return True if the log can be proved here, and somebody has asked for it, none was done since the last night began,
    or a result of a day to come is not named yet."""

    def permit(self, work: Work) -> None:
        require_role(work, Role.SYSTEM)

    def execute(self, work: Work) -> bool:
        if not is_provable(work.stores, work.settings.checkpoints):
            return False
        verifications = work.stores.log_verifications
        if verifications.asked_at(work.now) is not None:
            return True
        last = verifications.last(work.now)
        if last is None or last.done_at < night_before(work.now, NIGHT):
            return True
        return not last.faults and verifications.has_future(work.now)


@dataclass(frozen=True)
class VerifyAccessLog(Command[Verification]):
    """Find every place where the log was changed, cut or joined again, or its checkpoints were; store what was found."""

    result: Verification | None = None
    """Found by `prepare`: no transaction is open meanwhile."""

    is_heavy = True

    def permit(self, work: Work) -> None:
        require_role(work, Role.SYSTEM)

    def prepare(self, view: Work) -> VerifyAccessLog:
        # The files are read as they are now: entries that were signed meanwhile must be seen too.
        view.stores.unit.keep_up()
        return replace(self, result=verified(view.stores, view.settings.checkpoints, view.now))

    def execute(self, work: Work) -> Verification:
        if self.result is None:
            raise Outdated
        work.stores.log_verifications.store(self.result, work.actor)
        return self.result

"""Identifications that people have begun, and their reading sessions. Their keys are stored as digests only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from engine.domain.own_reading import ReadingChoice
from engine.storage import sealing
from engine.storage.sealing import Vault
from engine.storage.tables.readings import IDENTIFICATIONS, READING_CHOICES, READINGS
from engine.storage.unit_of_work import UnitOfWork

_PURPOSE = sealing.IDENTIFICATIONS


@dataclass(frozen=True, slots=True)
class Identification:
    """The values needed when a person returns from the identification service."""

    case_id: UUID
    nonce: str
    verifier: str
    language: str


class OwnAccessSessions:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    # ---------------------------------------------------------------- being identified

    def begin(
        self, state: str, browser: str, held: Identification, moment: datetime, expires_at: datetime
    ) -> None:
        digest = self._digest("state", state)
        plain = {**asdict(held), "case_id": str(held.case_id)}
        self._unit.insert(
            IDENTIFICATIONS,
            {
                "state_hash": digest,
                "browser_hash": self._digest("browser", browser),
                "held": self._vault.seal_until(_PURPOSE, digest, plain, expires_at),
                "created_at": moment,
                "expires_at": expires_at,
            },
        )

    def take(self, state: str, browser: str, moment: datetime) -> Identification | None:
        """Return an identification, once and only in the browser that began it; else None. Of any number that try at
        once exactly one gets it."""
        taken = (
            update(IDENTIFICATIONS)
            .where(*self._of(state, browser, moment), IDENTIFICATIONS.c.taken_at.is_(None))
            .values(taken_at=moment)
            .returning(IDENTIFICATIONS.c.held)
        )
        return self._opened(state, self._unit.execute(taken).scalar_one_or_none())

    def finish(self, state: str, browser: str, moment: datetime) -> Identification | None:
        """Remove and return an identification that was taken; None if there is none."""
        gone = (
            delete(IDENTIFICATIONS)
            .where(*self._of(state, browser, moment), IDENTIFICATIONS.c.taken_at.is_not(None))
            .returning(IDENTIFICATIONS.c.held)
        )
        return self._opened(state, self._unit.execute(gone).scalar_one_or_none())

    def is_taken(self, state: str, browser: str, moment: datetime) -> bool:
        found = select(IDENTIFICATIONS.c.taken_at).where(*self._of(state, browser, moment))
        return self._unit.execute(found).scalar_one_or_none() is not None

    def _of(self, state: str, browser: str, moment: datetime) -> tuple[Any, ...]:
        return (
            IDENTIFICATIONS.c.state_hash == self._digest("state", state),
            IDENTIFICATIONS.c.browser_hash == self._digest("browser", browser),
            IDENTIFICATIONS.c.expires_at > moment,
        )

    def _opened(self, state: str, held: bytes | None) -> Identification | None:
        plain: Mapping[str, Any] | None = self._vault.open_apart(_PURPOSE, self._digest("state", state), held)
        return None if plain is None else Identification(**{**plain, "case_id": UUID(plain["case_id"])})

    # ---------------------------------------------------------------- reading

    def open(self, key: str, case_id: UUID, moment: datetime, expires_at: datetime) -> None:
        self._unit.insert(
            READINGS,
            {
                "key_hash": self._digest("reading", key),
                "case_id": case_id,
                "opened_at": moment,
                "expires_at": expires_at,
            },
        )

    def find(self, key: str, moment: datetime) -> tuple[UUID, datetime] | None:
        """Return the case's id and the end of the reading session with this key; None if it has ended."""
        row = self._unit.row(
            select(READINGS.c.case_id, READINGS.c.expires_at).where(
                READINGS.c.key_hash == self._digest("reading", key), READINGS.c.expires_at > moment
            )
        )
        return None if row is None else (row["case_id"], row["expires_at"])

    def end(self, key: str) -> None:
        self._unit.delete(READINGS, {"key_hash": self._digest("reading", key)})

    def end_all_of(self, case_id: UUID) -> None:
        self._unit.delete(READINGS, {"case_id": case_id})

    def forget_expired(self, moment: datetime) -> None:
        self._unit.execute(delete(IDENTIFICATIONS).where(IDENTIFICATIONS.c.expires_at <= moment))
        self._unit.execute(delete(READINGS).where(READINGS.c.expires_at <= moment))

    # ---------------------------------------------------------------- whether one may

    def choose(self, case_id: UUID, chosen_by: UUID | None, moment: datetime, *, is_open: bool) -> None:
        """Store the choice to open or close the case to reading. Closing also ends reading sessions."""
        chosen = {"is_open": is_open, "chosen_by": chosen_by, "chosen_at": moment}
        self._unit.upsert(READING_CHOICES, {"case_id": case_id, **chosen}, change=tuple(chosen))
        if not is_open:
            self.end_all_of(case_id)

    def choice(self, case_id: UUID) -> ReadingChoice | None:
        row = self._unit.row(select(READING_CHOICES).where(READING_CHOICES.c.case_id == case_id))
        if row is None:
            return None
        return ReadingChoice(row["is_open"], row["chosen_by"] is None, row["chosen_at"])

    def _digest(self, what: str, secret: str) -> str:
        return self._vault.root.digest(f"{_PURPOSE} {what}", secret)

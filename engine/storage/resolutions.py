"""Oral decisions, resolutions and their deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, select

from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.sealing import KEYED, SealingClass, Vault
from engine.storage.tables.decisions import DELIVERIES, ORAL_DECISIONS, RESOLUTIONS
from engine.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Resolution:
    """A written administrative decision (päätös), as it was prepared once. Sent back, it is prepared anew as another
    Resolution."""

    id: UUID
    case_id: UUID
    number: str
    kind: str
    """``admission`` (the case's own), ``reflection_period`` …"""
    outcome: str
    language: str
    state: str
    """prepared, returned, signed, recalled."""
    round: int
    prepared_by: UUID | None
    prepared_at: datetime
    content_sha256: str
    """Of what the signer sees, keyed by the case; signing carries it back."""
    signed_by: UUID | None
    signed_at: datetime | None
    recalled_at: datetime | None
    document_id: UUID | None
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OralDecision:
    id: UUID
    outcome: str
    given_by: UUID | None
    given_at: datetime
    recorded_at: datetime
    reasons: str
    recorded_by: UUID | None = None
    """The one who wrote it down for its giver; None where they did so themselves."""
    confirmed_at: datetime | None = None
    """When the one who gave it confirmed what was written down."""

    @property
    def waits(self) -> bool:
        """True of one that somebody else wrote down and its giver has not confirmed."""
        return self.recorded_by is not None and self.confirmed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeniedDecision(OralDecision):
    """One that somebody wrote down in another's name, and that they denied."""

    denied_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to serve a document, with channel, proof and presumed date."""

    id: UUID
    case_id: UUID
    resolution_id: UUID | None
    document_id: UUID | None
    """The attempt's own paper: its cover letter, or the certificate of a hand-over; else the resolution."""
    party_id: UUID | None
    business_key: str | None
    channel: str
    state: str
    """open, dispatched, served, returned, replaced, kept (for collection: no safe way was found)."""
    attempt: int
    dispatched_at: datetime | None
    presumed_on: date | None
    served_on: date | None
    proof: str | None
    is_presumed: bool
    returned_at: datetime | None


class Resolutions:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def prepare(
        self,
        case_id: UUID,
        *,
        number: str,
        kind: str,
        outcome: str,
        language: str,
        content: Mapping[str, Any],
        content_sha256: str,
        prepared_by: UUID | None,
        moment: datetime,
    ) -> UUID:
        """Store a newly prepared resolution; earlier ones stay as they were. Return its id."""
        resolution_id = new_id()
        last = self.latest(case_id, kind)
        self._unit.insert(
            RESOLUTIONS,
            {
                "id": resolution_id,
                "case_id": case_id,
                "number": number,
                "kind": kind,
                "outcome": outcome,
                "language": language,
                "state": "prepared",
                "round": 1 if last is None else last.round + 1,
                "prepared_by": prepared_by,
                "prepared_at": moment,
                "content_sha256": self._digest(case_id, resolution_id, content_sha256),
                "content": self._vault.seal_column(
                    RESOLUTIONS.c.content, SealingClass.DECISION, case_id, resolution_id, dict(content)
                ),
            },
        )
        return resolution_id

    def is_of(self, resolution: Resolution, sha256: str) -> bool:
        """Return True if this is the digest of what was prepared. False once it is erased."""
        if not self._vault.has_key(resolution.case_id, SealingClass.DECISION):
            return False
        known = (self._digest(resolution.case_id, resolution.id, sha256), sha256)
        return resolution.content_sha256 in known

    def key_older(self, limit: int) -> int:
        """Key the digests of the version before. Return how many."""
        digest = RESOLUTIONS.c.content_sha256
        older = select(RESOLUTIONS.c.id, RESOLUTIONS.c.case_id, digest)
        older = older.where(~digest.startswith(KEYED), digest != "").order_by(RESOLUTIONS.c.id)
        rows = self._unit.rows(older.limit(limit).with_for_update())
        for row in rows:
            is_held = self._vault.has_key(row["case_id"], SealingClass.DECISION)
            keyed = self._digest(row["case_id"], row["id"], row["content_sha256"]) if is_held else ""
            self._unit.update(RESOLUTIONS, {"id": row["id"]}, {"content_sha256": keyed})
        return len(rows)

    def _digest(self, case_id: UUID, resolution_id: UUID, sha256: str) -> str:
        place = f"resolutions.content_sha256/{resolution_id}"
        return self._vault.digest(case_id, SealingClass.DECISION, place, sha256)

    def latest(self, case_id: UUID, kind: str) -> Resolution | None:
        row = self._unit.row(
            select(RESOLUTIONS)
            .where(RESOLUTIONS.c.case_id == case_id, RESOLUTIONS.c.kind == kind)
            .order_by(RESOLUTIONS.c.round.desc())
            .limit(1)
        )
        return None if row is None else self._opened(row)

    def of_case(self, case_id: UUID) -> tuple[Resolution, ...]:
        rows = self._unit.rows(
            select(RESOLUTIONS).where(RESOLUTIONS.c.case_id == case_id).order_by(RESOLUTIONS.c.prepared_at)
        )
        return tuple(self._opened(row) for row in rows)

    def sign(
        self, resolution: Resolution, signed_by: UUID | None, document_id: UUID, moment: datetime
    ) -> None:
        self._step(resolution, state="signed", signed_by=signed_by, signed_at=moment, document_id=document_id)

    def send_back(self, resolution: Resolution, reason: str) -> None:
        column, case_id = RESOLUTIONS.c.return_reason, resolution.case_id
        sealed = self._vault.seal_column(column, SealingClass.DECISION, case_id, resolution.id, reason)
        self._step(resolution, state="returned", return_reason=sealed)

    def recall(self, resolution: Resolution, moment: datetime) -> None:
        self._step(resolution, state="recalled", recalled_at=moment)

    def return_reason(self, resolution: Resolution) -> str | None:
        row = self._unit.one(select(RESOLUTIONS).where(RESOLUTIONS.c.id == resolution.id))
        opened = self._vault.open_column(RESOLUTIONS.c.return_reason, SealingClass.DECISION, row)
        return None if opened is None else str(opened)

    def _step(self, resolution: Resolution, **values: Any) -> None:
        """Change the resolution's state. The flush raises Outdated if somebody else has changed it meanwhile."""
        self._unit.update_one(RESOLUTIONS, {"id": resolution.id, "state": resolution.state}, values)

    def _opened(self, row: RowMapping) -> Resolution:
        content = self._vault.open_column(RESOLUTIONS.c.content, SealingClass.DECISION, row)
        return value_of(Resolution, row, content=content or {})


_DENIED_OF_CASE = (
    select(ORAL_DECISIONS)
    .where(ORAL_DECISIONS.c.case_id == bindparam("case"), ORAL_DECISIONS.c.denied_at.is_not(None))
    .order_by(ORAL_DECISIONS.c.given_at)
)
_ORAL_OF_CASE = (
    select(ORAL_DECISIONS)
    .where(ORAL_DECISIONS.c.case_id == bindparam("case"), ORAL_DECISIONS.c.denied_at.is_(None))
    .order_by(ORAL_DECISIONS.c.given_at)
)


class OralDecisions:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def record(
        self,
        case_id: UUID,
        *,
        outcome: str,
        given_by: UUID | None,
        given_at: datetime,
        reasons: str,
        moment: datetime,
        recorded_by: UUID | None = None,
    ) -> UUID:
        """`recorded_by`: somebody else than the one who gave it, who confirms it afterwards."""
        decision_id = new_id()
        self._unit.insert(
            ORAL_DECISIONS,
            {
                "id": decision_id,
                "case_id": case_id,
                "outcome": outcome,
                "given_by": given_by,
                "given_at": given_at,
                "recorded_at": moment,
                "recorded_by": recorded_by,
                "reasons": self._vault.seal_column(
                    ORAL_DECISIONS.c.reasons, SealingClass.DECISION, case_id, decision_id, reasons
                ),
            },
        )
        return decision_id

    def confirm(self, case_id: UUID, decision_id: UUID, reasons: str, moment: datetime) -> None:
        """Note that the one who gave it stands by what was written down, with the reasons in their own words."""
        sealed = self._vault.seal_column(
            ORAL_DECISIONS.c.reasons, SealingClass.DECISION, case_id, decision_id, reasons
        )
        self._unit.update(ORAL_DECISIONS, {"id": decision_id}, {"confirmed_at": moment, "reasons": sealed})

    def move(self, decision_id: UUID, given_at: datetime) -> None:
        """Correct when it was spoken."""
        self._unit.update(ORAL_DECISIONS, {"id": decision_id}, {"given_at": given_at})

    def deny(self, decision_id: UUID, moment: datetime) -> None:
        """Note that the one in whose name it was written down did not give it so. It is no decision any more."""
        self._unit.update(ORAL_DECISIONS, {"id": decision_id}, {"denied_at": moment})

    def of_case(self, case_id: UUID) -> tuple[OralDecision, ...]:
        """Return what was written down as decided, oldest first, without what its giver denied."""
        return tuple(self._opened(row) for row in self._unit.rows(_ORAL_OF_CASE, case=case_id))

    def standing(self, case_id: UUID) -> tuple[OralDecision, ...]:
        """Return the decisions that their giver recorded or confirmed, oldest first."""
        return tuple(each for each in self.of_case(case_id) if not each.waits)

    def denied_of_case(self, case_id: UUID) -> tuple[DeniedDecision, ...]:
        """Return what was written down as decided and its giver denied, oldest first."""
        return tuple(
            value_of(DeniedDecision, row, reasons=self._reasons(row))
            for row in self._unit.rows(_DENIED_OF_CASE, case=case_id)
        )

    def _opened(self, row: RowMapping) -> OralDecision:
        return value_of(OralDecision, row, reasons=self._reasons(row))

    def _reasons(self, row: RowMapping) -> str:
        return self._vault.open_column(ORAL_DECISIONS.c.reasons, SealingClass.DECISION, row) or ""


class Deliveries:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def open(
        self,
        case_id: UUID,
        *,
        resolution_id: UUID | None,
        document_id: UUID | None,
        party_id: UUID | None,
        business_key: str | None,
        channel: str,
    ) -> UUID:
        delivery_id = new_id()
        before = [
            each
            for each in self.of_case(case_id)
            if each.business_key == business_key and each.resolution_id == resolution_id
        ]
        self._unit.insert(
            DELIVERIES,
            {
                "id": delivery_id,
                "case_id": case_id,
                "resolution_id": resolution_id,
                "document_id": document_id,
                "party_id": party_id,
                "business_key": business_key,
                "channel": channel,
                "state": "open",
                "attempt": len(before) + 1,
            },
        )
        return delivery_id

    def dispatch(self, delivery_id: UUID, *, moment: datetime, presumed_on: date | None) -> None:
        """Somebody has sent it, at that moment."""
        values = {"state": "dispatched", "dispatched_at": moment, "presumed_on": presumed_on}
        self._unit.update(DELIVERIES, {"id": delivery_id}, values)

    def of_case(self, case_id: UUID) -> tuple[Delivery, ...]:
        rows = self._unit.rows(
            select(DELIVERIES).where(DELIVERIES.c.case_id == case_id).order_by(DELIVERIES.c.id)
        )
        return tuple(value_of(Delivery, row) for row in rows)

    def latest(self, case_id: UUID, business_key: str | None) -> Delivery | None:
        matching = [each for each in self.of_case(case_id) if each.business_key == business_key]
        return matching[-1] if matching else None

    def change(self, delivery: Delivery, **values: Any) -> None:
        self._unit.update(DELIVERIES, {"id": delivery.id}, values)

"""Enquiries: calls and messages without identity (yhteydenotto), answered from a list of their own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, RowMapping, and_, exists, func, or_, select

from engine.storage import sealing
from engine.storage.database import new_id
from engine.storage.legal_holds import held_on
from engine.storage.rings import ENQUIRY, LATE_ENQUIRY
from engine.storage.rows import value_of
from engine.storage.sealing import Vault
from engine.storage.tables.cases import ENQUIRIES, ENQUIRY_NOTICE_CASES
from engine.storage.tables.processes import RINGS
from engine.storage.unit_of_work import UnitOfWork

_PURPOSE: Final = sealing.ENQUIRIES
_EARLIER: Final = "earlier_answers"
"""Stands beside the enquirer's own answers in the sealed content. No form's question may have this name."""
_NOTICES: Final = ENQUIRY_NOTICE_CASES.c
_BY_ROOT: Final = func.substr(ENQUIRIES.c.content, 1, 1, type_=LargeBinary) == sealing.BY_ROOT


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """An answer in whose place a further one stands."""

    answer: str
    by: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Enquiry:
    id: UUID
    reference: str
    channel: str
    language: str
    state: str
    """``open``, ``answered`` or ``closed``."""
    received_at: datetime
    answered_at: datetime | None
    answered_by: UUID | None
    content: Mapping[str, Any]
    answer: str | None
    """The newest."""
    earlier: tuple[EarlierAnswer, ...]
    """The first one first."""
    notice_case_id: UUID | None
    """The first case of the notices to authorities begun from it; None if there is none."""
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaitingEnquiry:
    id: UUID
    reference: str
    received_at: datetime
    rings: bool
    """The on-call workers are notified of it: somebody may be in danger."""


@dataclass(frozen=True, slots=True)
class AnsweredEnquiry:
    id: UUID
    reference: str
    answered_at: datetime


class Enquiries:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(
        self,
        reference: str,
        *,
        channel: str,
        language: str,
        content: Mapping[str, Any],
        moment: datetime,
        code: str | None,
        idempotency_key: str | None,
    ) -> UUID:
        enquiry_id = new_id()
        self._vault.create_apart_key(_PURPOSE, enquiry_id)
        digest = self._vault.root.digest
        self._unit.insert(
            ENQUIRIES,
            {
                "id": enquiry_id,
                "reference": reference,
                "channel": channel,
                "language": language,
                "content": self._vault.seal_for(enquiry_id, _PURPOSE, f"content/{enquiry_id}", dict(content)),
                "state": "open",
                "received_at": moment,
                "code_hash": code and digest("status code", code),
                "idempotency_key": idempotency_key and digest("idempotency", idempotency_key),
            },
        )
        return enquiry_id

    def get(self, enquiry_id: UUID) -> Enquiry:
        return self._opened(self._unit.one(select(ENQUIRIES).where(ENQUIRIES.c.id == enquiry_id)))

    def by_reference(self, reference: str) -> Enquiry:
        return self._opened(self._unit.one(select(ENQUIRIES).where(ENQUIRIES.c.reference == reference)))

    def find(self, reference: str) -> Enquiry | None:
        return self._find(ENQUIRIES.c.reference == reference)

    def id_of_notice_case(self, case_id: UUID) -> UUID | None:
        """Return the enquiry from which the notices in a case were begun; None of any other case."""
        row = self._unit.row(select(_NOTICES.enquiry_id).where(_NOTICES.case_id == case_id))
        return None if row is None else row["enquiry_id"]

    def by_code(self, code: str) -> Enquiry | None:
        return self._find(ENQUIRIES.c.code_hash == self._vault.root.digest("status code", code))

    def by_idempotency_key(self, *keys: str) -> Enquiry | None:
        """Return the enquiry with one of the keys, the first that came."""
        digests = [self._vault.root.digest("idempotency", key) for key in keys]
        earliest = select(ENQUIRIES).order_by(ENQUIRIES.c.received_at).limit(1)
        row = self._unit.row(earliest.where(ENQUIRIES.c.idempotency_key.in_(digests)))
        return None if row is None else self._opened(row)

    def _find(self, condition: Any) -> Enquiry | None:
        row = self._unit.row(select(ENQUIRIES).where(condition))
        return None if row is None else self._opened(row)

    def unanswered(self) -> tuple[Enquiry, ...]:
        rows = self._unit.rows(
            select(ENQUIRIES).where(ENQUIRIES.c.state == "open").order_by(ENQUIRIES.c.received_at)
        )
        return tuple(self._opened(row) for row in rows)

    def count_late(self, before: datetime, ringing_before: datetime) -> int:
        """Return how many have no answer of those that arrived before the moment; of ringing ones, before the second."""
        rings = exists().where(RINGS.c.id == ENQUIRIES.c.id, RINGS.c.kind == ENQUIRY)
        arrived = ENQUIRIES.c.received_at
        late = or_(arrived < before, and_(arrived < ringing_before, rings))
        found = select(func.count()).select_from(ENQUIRIES).where(ENQUIRIES.c.state == "open", late)
        return int(self._unit.execute(found).scalar_one())

    def unrung(self, before: datetime, limit: int) -> tuple[UUID, ...]:
        """Return the open ones without danger that arrived before the moment and of which nobody was notified yet."""
        found = select(ENQUIRIES.c.id).where(*_unrung(before, ENQUIRY, LATE_ENQUIRY))
        return tuple(self._unit.execute(found.order_by(ENQUIRIES.c.received_at).limit(limit)).scalars())

    def is_unrung(self, enquiry_id: UUID, before: datetime) -> bool:
        found = select(ENQUIRIES.c.id).where(
            ENQUIRIES.c.id == enquiry_id, *_unrung(before, ENQUIRY, LATE_ENQUIRY)
        )
        return self._unit.row(found) is not None

    def waiting(self) -> tuple[WaitingEnquiry, ...]:
        """Return those that wait for an answer, oldest first, without a word of them: staff answer them within days."""
        rings = select(RINGS.c.id).where(RINGS.c.id == ENQUIRIES.c.id, RINGS.c.kind == ENQUIRY)
        columns = (
            ENQUIRIES.c.id,
            ENQUIRIES.c.reference,
            ENQUIRIES.c.received_at,
            rings.exists().label("rings"),
        )
        rows = self._unit.rows(
            select(*columns).where(ENQUIRIES.c.state == "open").order_by(ENQUIRIES.c.received_at)
        )
        return tuple(WaitingEnquiry(**row) for row in rows)

    def answer(self, enquiry: Enquiry, text: str, answered_by: UUID | None, moment: datetime) -> None:
        """Store an answer. The flush raises Outdated if a colleague has answered meanwhile."""
        place = f"answer/{enquiry.id}"
        if not self._vault.has_key(enquiry.id, _PURPOSE):
            # Received by the version before.
            self._vault.create_apart_key(_PURPOSE, enquiry.id)
        self._unit.update_one(
            ENQUIRIES,
            {"id": enquiry.id, "state": "open"},
            {
                "state": "answered",
                "answered_at": moment,
                "answered_by": answered_by,
                "answer": self._vault.seal_for(enquiry.id, _PURPOSE, place, text),
            },
        )

    def answer_again(self, enquiry: Enquiry, text: str, answered_by: UUID | None, moment: datetime) -> None:
        """Put an answer in the place of another, which is kept. The flush raises Outdated if a colleague has done so meanwhile."""
        if not self._vault.has_key(enquiry.id, _PURPOSE):
            # Received by the version before.
            self._vault.create_apart_key(_PURPOSE, enquiry.id)
        kept = _kept_answers(enquiry, moment)
        sealed = {
            name: self._vault.seal_for(enquiry.id, _PURPOSE, f"{name}/{enquiry.id}", value)
            for name, value in (("content", {**enquiry.content, _EARLIER: kept}), ("answer", text))
        }
        self._unit.update_one(
            ENQUIRIES,
            {"id": enquiry.id, "state": "answered", "answered_at": enquiry.answered_at},
            {"answered_at": moment, "answered_by": answered_by, **sealed},
        )

    def ask_anew(self, enquiry: Enquiry) -> None:
        """Let it wait for an answer again; the one that was wrong is kept. The flush raises Outdated if a colleague was faster."""
        content = {**enquiry.content, _EARLIER: _kept_answers(enquiry, enquiry.received_at)}
        sealed = self._vault.seal_for(enquiry.id, _PURPOSE, f"content/{enquiry.id}", content)
        self._unit.update_one(
            ENQUIRIES,
            {"id": enquiry.id, "state": "answered", "answered_at": enquiry.answered_at},
            {"state": "open", "answered_at": None, "answered_by": None, "answer": None, "content": sealed},
        )

    def answered_since(self, moment: datetime, limit: int) -> tuple[AnsweredEnquiry, ...]:
        """Return those answered since then, the newest first, without a word of them."""
        columns = (ENQUIRIES.c.id, ENQUIRIES.c.reference, ENQUIRIES.c.answered_at)
        found = select(*columns).where(
            ENQUIRIES.c.state == "answered",
            ENQUIRIES.c.answered_at >= moment,
            ENQUIRIES.c.erased_at.is_(None),
        )
        rows = self._unit.rows(found.order_by(ENQUIRIES.c.answered_at.desc()).limit(limit))
        return tuple(AnsweredEnquiry(**row) for row in rows)

    def keep_notice_case(self, enquiry: Enquiry, case_id: UUID) -> None:
        """Store a case of its notices. For the first, the flush raises Outdated if a colleague has begun one meanwhile. A later
        one takes as many statements."""
        first = enquiry.notice_case_id
        self._unit.update_one(
            ENQUIRIES, {"id": enquiry.id, "notice_case_id": first}, {"notice_case_id": first or case_id}
        )
        self._unit.insert(ENQUIRY_NOTICE_CASES, {"case_id": case_id, "enquiry_id": enquiry.id})

    # ---------------------------------------------------------------- erasure

    def existing(self, ids: Collection[UUID]) -> frozenset[UUID]:
        """Return those of the ids that belong to an enquiry."""
        return frozenset(self._unit.execute(select(ENQUIRIES.c.id).where(ENQUIRIES.c.id.in_(ids))).scalars())

    def ended(self, until: datetime, today: date, limit: int) -> tuple[UUID, ...]:
        """Return enquiries answered by then, and not erased, the oldest first. One whose notices lie in a held case is
        held with it."""
        due = select(ENQUIRIES.c.id).where(answered_by_then(until), ~enquiry_held_on(today))
        return tuple(self._unit.execute(due.order_by(ENQUIRIES.c.answered_at).limit(limit)).scalars())

    def ended_at(self, enquiry_id: UUID, until: datetime, today: date) -> datetime | None:
        """Return when an enquiry that is due was answered, and lock it; None of one that is not."""
        due = (ENQUIRIES.c.id == enquiry_id, answered_by_then(until), ~enquiry_held_on(today))
        found = self._unit.execute(select(ENQUIRIES.c.answered_at).where(*due).with_for_update())
        answered_at: datetime | None = found.scalar_one_or_none()
        return answered_at

    def erased(self, enquiry_id: UUID, moment: datetime) -> None:
        """Note that its key is destroyed. Number, channel, days and state stay."""
        gone = dict.fromkeys(("content", "answer", "code_hash", "idempotency_key"))
        self._unit.update(ENQUIRIES, {"id": enquiry_id}, {**gone, "erased_at": moment})

    def all_erased(self) -> frozenset[UUID]:
        found = select(ENQUIRIES.c.id).where(ENQUIRIES.c.erased_at.is_not(None))
        return frozenset(self._unit.execute(found).scalars())

    def seal_older(self, limit: int) -> int:
        """Seal what the version before sealed under the root key, each under a key of its own. Return how many."""
        rows = self._unit.rows(select(ENQUIRIES).where(_BY_ROOT).limit(limit).with_for_update())
        for row in rows:
            row_id = row["id"]
            if not self._vault.has_key(row_id, _PURPOSE):
                self._vault.create_apart_key(_PURPOSE, row_id)
            sealed = {
                name: self._vault.seal_for(row_id, _PURPOSE, f"{name}/{row_id}", value)
                for name in ("content", "answer")
                if (value := self._vault.open_apart(_PURPOSE, f"{name}/{row_id}", row[name])) is not None
            }
            self._unit.update(ENQUIRIES, {"id": row_id}, sealed)
        return len(rows)

    def _opened(self, row: RowMapping) -> Enquiry:
        content = dict(self._read(row, "content") or {})
        earlier = tuple(
            EarlierAnswer(each["answer"], each["by"] and UUID(each["by"]), datetime.fromisoformat(each["at"]))
            for each in content.pop(_EARLIER, ())
        )
        return value_of(Enquiry, row, content=content, earlier=earlier, answer=self._read(row, "answer"))

    def _read(self, row: RowMapping, name: str) -> Any:
        """Return the unsealed column; None once it is erased, also if the database is older than the erasure."""
        if sealing.is_by_store(row[name]) and not self._vault.has_key(row["id"], _PURPOSE):
            return None
        return self._vault.open_apart(_PURPOSE, f"{name}/{row['id']}", row[name])


def _kept_answers(enquiry: Enquiry, moment: datetime) -> list[dict[str, str | None]]:
    replaced = EarlierAnswer(enquiry.answer or "", enquiry.answered_by, enquiry.answered_at or moment)
    return [
        {"answer": each.answer, "by": str(each.by) if each.by else None, "at": each.at.isoformat()}
        for each in (*enquiry.earlier, replaced)
    ]


def by_own_key() -> ColumnElement[bool]:
    """Return the condition on an enquiry that a key of its own has sealed."""
    first: ColumnElement[bytes] = func.substr(ENQUIRIES.c.content, 1, 1, type_=LargeBinary)
    return first == sealing.BY_STORE


def answered_by_then(until: datetime) -> ColumnElement[bool]:
    """Return the condition on an enquiry that is due to be erased by then, but for one that is held."""
    return and_(
        ENQUIRIES.c.state != "open", ENQUIRIES.c.answered_at <= until, ENQUIRIES.c.erased_at.is_(None)
    )


def enquiry_held_on(day: date) -> ColumnElement[bool]:
    """Return the condition on an enquiry that a case of its notices is held on a day."""
    return exists().where(_NOTICES.enquiry_id == ENQUIRIES.c.id, held_on(_NOTICES.case_id, day))


def _unrung(before: datetime, *kinds: str) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on an open enquiry that arrived before the moment and has no ring of these kinds."""
    rings = exists().where(RINGS.c.id == ENQUIRIES.c.id, RINGS.c.kind.in_(kinds))
    return ENQUIRIES.c.state == "open", ENQUIRIES.c.received_at < before, ~rings

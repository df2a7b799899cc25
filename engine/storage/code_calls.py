"""Calls in which a request's code was read aloud: number and source are sealed with the case's contact data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, select, update

from engine.domain.code_calls import CallOutcome, CodeCall
from engine.storage.rows import row_of, value_of
from engine.storage.sealing import SealingClass, Vault
from engine.storage.tables.requests import CODE_CALLS
from engine.storage.unit_of_work import UnitOfWork


class CodeCalls:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(self, call: CodeCall) -> bool:
        """Store a call. Return False if it is there already: a button pressed twice has one effect."""
        content = {"number": call.number, "source_words": call.source_words}
        sealed = self._vault.seal_column(
            CODE_CALLS.c.content, SealingClass.CONTACT, call.case_id, call.id, content
        )
        return self._unit.insert_if_absent(CODE_CALLS, row_of(CODE_CALLS, call, content=sealed))

    def get(self, case_id: UUID, call_id: UUID) -> CodeCall | None:
        row = self._unit.row(
            select(CODE_CALLS).where(CODE_CALLS.c.case_id == case_id, CODE_CALLS.c.id == call_id)
        )
        return None if row is None else self._opened(row)

    def of_case(self, case_id: UUID) -> tuple[CodeCall, ...]:
        """Oldest first."""
        rows = self._unit.rows(
            select(CODE_CALLS)
            .where(CODE_CALLS.c.case_id == case_id)
            .order_by(CODE_CALLS.c.shown_at, CODE_CALLS.c.id)
        )
        return tuple(self._opened(row) for row in rows)

    def of_request(self, case_id: UUID, request_id: UUID, *outcomes: CallOutcome) -> tuple[CodeCall, ...]:
        """Return those with one of these outcomes, oldest first."""
        return tuple(
            each
            for each in self.of_case(case_id)
            if each.request_id == request_id and each.outcome in outcomes
        )

    def outcomes_of(self, request_ids: Collection[UUID]) -> Mapping[UUID, list[CallOutcome | None]]:
        """Return by request how its calls and messages ended, oldest first, in one statement. Nothing is opened."""
        calls = select(CODE_CALLS.c.request_id, CODE_CALLS.c.outcome).where(
            CODE_CALLS.c.request_id.in_(request_ids)
        )
        found: dict[UUID, list[CallOutcome | None]] = defaultdict(list)
        for row in self._unit.rows(calls.order_by(CODE_CALLS.c.shown_at, CODE_CALLS.c.id)):
            found[row["request_id"]].append(CallOutcome(row["outcome"]) if row["outcome"] else None)
        return found

    def take_turn(self, request_id: UUID) -> None:
        """Let one at a time count the messages of a request and send the next."""
        self._unit.take_turn(request_id)

    def use_text(self, texted: CodeCall) -> bool:
        """Use up a code that came by text message. Return True to exactly one of any number that try at once."""
        used = self._unit.execute(
            update(CODE_CALLS)
            .where(CODE_CALLS.c.id == texted.id, CODE_CALLS.c.outcome == CallOutcome.TEXTED.value)
            .values(outcome=CallOutcome.TEXT_USED.value)
            .returning(CODE_CALLS.c.id)
        ).one_or_none()
        return used is not None

    def end(self, call: CodeCall, outcome: CallOutcome, moment: datetime) -> bool:
        """Record how the call ended. Return True to exactly one of any number that try at once."""
        ended = self._unit.execute(
            update(CODE_CALLS)
            .where(CODE_CALLS.c.id == call.id, CODE_CALLS.c.outcome.is_(None))
            .values(outcome=outcome.value, ended_at=moment)
            .returning(CODE_CALLS.c.id)
        ).one_or_none()
        return ended is not None

    def _opened(self, row: RowMapping) -> CodeCall:
        content = self._vault.open_column(CODE_CALLS.c.content, SealingClass.CONTACT, row) or {}
        return value_of(
            CodeCall,
            row,
            number=content.get("number", ""),
            source_words=content.get("source_words", ""),
        )

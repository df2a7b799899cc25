"""Addresses of public pages that were reached by a form: each names nothing, and opens its page for a quarter of an hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from engine.storage.sealing import Vault
from engine.storage.tables.cases import PAGE_TICKETS
from engine.storage.unit_of_work import UnitOfWork

_PURPOSE = "page tickets"


@dataclass(frozen=True, slots=True)
class PageTicket:
    """The page that an address shows: its kind, and the values it is drawn from."""

    kind: str
    values: Mapping[str, Any]
    holder: str
    """The token, key or code that the page works with: leaving one of its pages ends the tickets of all."""
    closes_at: datetime


class PageTickets:
    """Tickets are found by their token, and ended together by their holder. Both are stored as keyed digests."""

    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(self, token: str, ticket: PageTicket, kept_until: datetime) -> None:
        digest = self._digest("ticket", token)
        held = {"kind": ticket.kind, "values": dict(ticket.values), "holder": ticket.holder}
        self._unit.insert(
            PAGE_TICKETS,
            {
                "ticket_hash": digest,
                "holder_hash": self._digest("holder", ticket.holder),
                "held": self._vault.seal_apart(_PURPOSE, digest, held),
                "closes_at": ticket.closes_at,
                "expires_at": kept_until,
            },
        )

    def find(self, token: str, moment: datetime) -> PageTicket | None:
        digest = self._digest("ticket", token)
        row = self._unit.row(
            select(PAGE_TICKETS).where(
                PAGE_TICKETS.c.ticket_hash == digest, PAGE_TICKETS.c.expires_at > moment
            )
        )
        if row is None:
            return None
        return PageTicket(**self._vault.open_apart(_PURPOSE, digest, row["held"]), closes_at=row["closes_at"])

    def end_of(self, holder: str) -> None:
        self._unit.delete(PAGE_TICKETS, {"holder_hash": self._digest("holder", holder)})

    def forget_past(self, moment: datetime) -> None:
        self._unit.execute(delete(PAGE_TICKETS).where(PAGE_TICKETS.c.expires_at <= moment))

    def _digest(self, of: str, secret: str) -> str:
        return self._vault.root.digest(f"{_PURPOSE} {of}", secret)

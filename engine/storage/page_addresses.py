"""Addresses of public pages that were reached by a form: each names nothing, and opens its page for a quarter of an hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from engine.storage.sealing import PAGES, Vault
from engine.storage.tables.cases import PAGE_ADDRESSES
from engine.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class PageAddress:
    """The page that an address shows: its kind, and the values it is drawn from."""

    kind: str
    values: Mapping[str, Any]
    holder: str
    """The token, key or code that the page works with: leaving one of its pages ends the addresses of all."""
    closes_at: datetime
    visit: str = ""


class PageAddresses:
    """Addresses are found by their token, and ended together by their holder. Both are stored as keyed digests.

    A visit stands here too: a row for each holder that it had, which no address finds.
    """

    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(self, token: str, address: PageAddress, kept_until: datetime) -> None:
        digest = self._digest("address", token)
        held = {"kind": address.kind, "values": dict(address.values), "holder": address.holder}
        held |= {"visit": address.visit} if address.visit else {}
        self._unit.insert(
            PAGE_ADDRESSES,
            {
                "address_hash": digest,
                "holder_hash": self._digest("holder", address.holder),
                "held": self._vault.seal_until(PAGES, digest, held, kept_until),
                "closes_at": address.closes_at,
                "expires_at": kept_until,
            },
        )

    def find(self, token: str, moment: datetime) -> PageAddress | None:
        digest = self._digest("address", token)
        row = self._unit.row(
            select(PAGE_ADDRESSES).where(
                PAGE_ADDRESSES.c.address_hash == digest, PAGE_ADDRESSES.c.expires_at > moment
            )
        )
        if row is None:
            return None
        return PageAddress(**self._vault.open_apart(PAGES, digest, row["held"]), closes_at=row["closes_at"])

    def end_of(self, holder: str) -> None:
        self._unit.delete(PAGE_ADDRESSES, {"holder_hash": self._digest("holder", holder)})

    def join(self, visit: str, holder: str, ends: datetime) -> None:
        """Make what works with this token, key or code a part of the visit."""
        digest = self._digest("part of a visit", f"{visit} {holder}")
        self._unit.upsert(
            PAGE_ADDRESSES,
            {
                "address_hash": digest,
                "holder_hash": self._digest("visit", visit),
                "held": self._vault.seal_until(PAGES, digest, holder, ends),
                "closes_at": ends,
                "expires_at": ends,
            },
            change=("held", "closes_at", "expires_at"),
        )

    def holders_of(self, visit: str, moment: datetime) -> list[str]:
        """Return the tokens, keys and codes with which the pages of a visit worked."""
        rows = self._unit.rows(
            select(PAGE_ADDRESSES).where(
                PAGE_ADDRESSES.c.holder_hash == self._digest("visit", visit),
                PAGE_ADDRESSES.c.expires_at > moment,
            )
        )
        return [str(self._vault.open_apart(PAGES, row["address_hash"], row["held"])) for row in rows]

    def end_visit(self, visit: str) -> None:
        self._unit.delete(PAGE_ADDRESSES, {"holder_hash": self._digest("visit", visit)})

    def forget_past(self, moment: datetime) -> None:
        self._unit.execute(delete(PAGE_ADDRESSES).where(PAGE_ADDRESSES.c.expires_at <= moment))

    def _digest(self, of: str, secret: str) -> str:
        return self._vault.root.digest(f"{PAGES} {of}", secret)

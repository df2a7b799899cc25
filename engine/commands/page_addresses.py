"""Addresses under which a page that was reached by a form can be gone back to.

They name nothing, open for a quarter of an hour, and end when the person leaves or sends.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from engine.commands.public_drafts import KEPT_WITHOUT_CODE, LeavePublicDraft
from engine.commands.sessions import SpendAttempt
from engine.executor import Command, Query, Work
from engine.storage.links import PAGE_OPENS_FOR
from engine.storage.page_addresses import PageAddress

OPENS_FOR: Final = PAGE_OPENS_FOR
NEW_FOR: Final = timedelta(minutes=1)
"""As long as that its form may still be on the way to it, on a slow network."""


@dataclass(frozen=True, slots=True)
class AddressedPage:
    """The page behind an address."""

    kind: str
    values: Mapping[str, Any]
    is_open: bool
    """False once its time is over: then a press is needed to see it."""
    is_new: bool
    """True for an address given just now: the form leads there, whatever the browser says."""
    visit: str


@dataclass(frozen=True)
class IssueAddress(Command[str]):
    """Return a new address for a page."""

    kind: str
    holder: str
    """The draft's token, the reply's key or the code that the page works with; empty if it works with none."""
    values: Mapping[str, Any] = field(default_factory=dict)
    reopens: bool = False
    """True for a page of a draft or a reply: its writer can open it again by a press as long as a draft lives without a code.
    Not a reply's page whose reader has a code of the case, or came by it."""
    ends_others: bool = False
    """True after sending: the pages before it open no more."""
    visit: str = ""
    """Named by the pages and links that led here: leaving any of its pages ends all."""
    attempt: SpendAttempt | None = None
    """Counted in the same transaction, where nothing else of the request is."""

    def permit(self, work: Work) -> None:
        """Permit anyone: the address shows only what its page showed."""

    def execute(self, work: Work) -> str:
        if self.attempt is not None:
            self.attempt.require(work)
        address = secrets.token_urlsafe(24)
        holder = self.holder or address
        if self.ends_others:
            work.stores.page_addresses.end_of(holder)
        closes_at = work.now + OPENS_FOR
        reopens = self.reopens and not work.stores.links.is_shut_in_time(holder)
        kept_until = work.now + KEPT_WITHOUT_CODE if reopens else closes_at
        page = PageAddress(self.kind, self.values, holder, closes_at, self.visit)
        work.stores.page_addresses.add(address, page, kept_until)
        if self.visit:
            work.stores.page_addresses.join(self.visit, holder, work.now + KEPT_WITHOUT_CODE)
        return address


@dataclass(frozen=True)
class ReadAddress(Query[AddressedPage | None]):
    """Return the page of an address; None if it has ended or never was."""

    shows_cases = False

    address: str

    def permit(self, work: Work) -> None:
        """Permit anyone: only the address finds its page."""

    def execute(self, work: Work) -> AddressedPage | None:
        found = work.stores.page_addresses.find(self.address, work.now)
        if found is None:
            return None
        is_open = found.closes_at > work.now
        if not is_open and work.stores.public_drafts.has_code(found.holder):
            # Its writer comes back by the code, and nobody else by the history.
            return None
        is_new = found.closes_at - OPENS_FOR + NEW_FOR > work.now
        return AddressedPage(found.kind, found.values, is_open, is_new, found.visit)


@dataclass(frozen=True)
class LeavePage(Command[None]):
    """End the addresses of all pages of the visit that was left, and of all that work with the same draft, reply or code. Drafts
    without a code are destroyed, and nobody reads on.

    A visit has several: the receipt's is the draft, that of the status behind it the code.
    """

    address: str
    visit: str = ""
    drafts: tuple[str, ...] = ()
    """Tokens and keys that the page itself names."""

    def permit(self, work: Work) -> None:
        """Permit anyone: only the address, the visit and the tokens have an effect."""

    def execute(self, work: Work) -> None:
        pages = work.stores.page_addresses
        found = pages.find(self.address, work.now)
        holders = [found.holder] if found else []
        if self.visit:
            holders += pages.holders_of(self.visit, work.now)
            pages.end_visit(self.visit)
        for holder in {*holders, *self.drafts}:
            LeavePublicDraft(holder).execute(work)
            work.stores.own_access_sessions.end(holder)

"""Drafts of public forms: half-written, sealed, found by their token, destroyed when they expire."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from engine.commands.sessions import SpendAttempt
from engine.errors import Conflict, Invalid
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_system
from engine.storage.intake_drafts import IntakeDrafts

KEPT_FOR = timedelta(days=14)
"""From the last time anything was typed, for who has a code to come back with."""
KEPT_WITHOUT_CODE = timedelta(days=1)
"""For drafts without a code: as long as a page may lie open."""
KEPT_IN_DOUBT = timedelta(minutes=15)
"""For a referral that says that the person has not consented, with a code or without: as long as the page is open that
asks if it is so."""
CONSENT = "consent_given"
FORMER = "former"
"""In a draft: the token of the one that it was kept apart from, as if it were of another person."""
CODE = "code"
"""In a draft with a code: the code, so that saving again shows the same one. To unseal it is to unseal the draft that it opens."""
MOST_CHARACTERS = 300_000
PUBLIC_FORMS = ("application", "child_application", "referral", "enquiry", "information_reply")


def new_token() -> str:
    """Return a token of 256 bits. It names a draft, and is the idempotency key of its sending."""
    return secrets.token_urlsafe(32)


def has_no_consent(form_key: str, typed: Mapping[str, Any]) -> bool:
    """Return True for a referral that answers that the person has not consented. `typed`: texts by question."""
    return form_key == "referral" and typed.get(CONSENT, ["yes"]) != ["yes"]


def _lasts(form_key: str, kept: Mapping[str, Any], *, has_code: bool) -> timedelta:
    if has_no_consent(form_key, kept.get("typed", {})):
        return KEPT_IN_DOUBT
    return KEPT_FOR if has_code else KEPT_WITHOUT_CODE


def code_of(work: Work, token: str, offered: str | None) -> str:
    """Return the code by which the draft is to be found: the one that it has, or `offered`; empty without either."""
    drafts = work.stores.public_drafts
    found = drafts.find(token, work.now) if drafts.has_code(token) else None
    return str(found[1].get(CODE, "") if found else "") or offered or ""


class AlreadySent(Conflict):
    sentence = "Aiempia vastauksiasi ei enää ole: lomake oli auki yli vuorokauden, tai se on jo lähetetty."


@dataclass(frozen=True)
class KeepPublicDraft(Command[str]):
    """Store what has been typed so far into a public form. Return the code by which it is found; empty if it has none.
    Raise AlreadySent if something was sent under this token: what is typed now would get the earlier receipt, and open
    nothing."""

    token: str
    form_key: str
    typed: Mapping[str, Any]
    code: str | None = None
    """A code to come back with, when the person asked for one. One that was given before stays: it is written down."""
    attempt: SpendAttempt | None = None
    """Counted in the same transaction: a commit waits for the disk, and every step of a form would wait twice."""

    def permit(self, work: Work) -> None:
        """Permit anyone: only the draft's token finds it."""

    def execute(self, work: Work) -> str:
        if self.form_key not in PUBLIC_FORMS or len(self.token) < 32:
            raise Invalid
        if sum(len(str(key)) + len(str(value)) for key, value in self.typed.items()) > MOST_CHARACTERS:
            raise Invalid("Teksti on liian pitkä tallennettavaksi.")
        if self.attempt is not None:
            self.attempt.require(work)
        drafts = work.stores.public_drafts
        if not drafts.is_kept(self.token) and _is_sent(work, self.token):
            raise AlreadySent
        code = code_of(work, self.token, self.code)
        has_code = bool(code) or drafts.has_code(self.token)
        lasts = _lasts(self.form_key, self.typed, has_code=has_code)
        kept = {**self.typed, CODE: code} if code else self.typed
        drafts.save(self.token, self.form_key, kept, work.now, work.now + lasts, code=code or None)
        return code


def _is_sent(work: Work, token: str) -> bool:
    applications, enquiries = work.stores.applications, work.stores.enquiries
    return (
        applications.by_idempotency_key(token) is not None or enquiries.by_idempotency_key(token) is not None
    )


@dataclass(frozen=True)
class ReadPublicDraft(Query[tuple[str, dict[str, Any]] | None]):
    """Return form key and what was typed; None if the draft does not exist or was destroyed."""

    shows_cases = False

    token: str

    def permit(self, work: Work) -> None:
        """Permit anyone: only the draft's token finds it."""

    def execute(self, work: Work) -> tuple[str, dict[str, Any]] | None:
        return work.stores.public_drafts.find(self.token, work.now)


@dataclass(frozen=True)
class FindPublicDraft(Query[tuple[str, dict[str, Any]] | None]):
    """Return form key and what was typed, by the code that the person wrote down; None if the code finds nothing."""

    shows_cases = False

    code: str

    def permit(self, work: Work) -> None:
        """Permit anyone: only the draft's code finds it."""

    def execute(self, work: Work) -> tuple[str, dict[str, Any]] | None:
        return work.stores.public_drafts.find_by_code(self.code, work.now)


@dataclass(frozen=True)
class TakeUpPublicDraft(Command[tuple[str, dict[str, Any]] | None]):
    """Move a draft, found by its code, under a new token, with its files. Return form key and what was typed; None if
    the code finds nothing.

    The old token is known only to a page long closed. It is one transaction, so that the draft always has a token.
    """

    code: str
    token: str

    def permit(self, work: Work) -> None:
        """Permit anyone: only the draft's code finds it."""

    def execute(self, work: Work) -> tuple[str, dict[str, Any]] | None:
        drafts = work.stores.public_drafts
        found = drafts.find_by_code(self.code, work.now)
        if found is None or found[0] == "information_reply":
            return None
        old = drafts.place_of_code(self.code)
        drafts.destroy_by_code(self.code)
        lasts = _lasts(*found, has_code=True)
        drafts.save(self.token, *found, work.now, work.now + lasts, code=self.code)
        work.stores.attachments.follow(old, self.token, work.now)
        return found


@dataclass(frozen=True)
class DestroyPublicDraft(Command[None]):
    """Destroy a draft by its token or code, with its files."""

    token: str = ""
    code: str = ""

    def permit(self, work: Work) -> None:
        """Permit anyone: only the draft's token or code finds it."""

    def execute(self, work: Work) -> None:
        if self.token:
            work.stores.public_drafts.destroy(self.token)
        if self.code:
            work.stores.public_drafts.destroy_by_code(self.code)
        work.stores.attachments.destroy_orphans()


@dataclass(frozen=True)
class LeavePublicDraft(Command[None]):
    """Destroy the draft of a person who leaves in a hurry, unless it has a code: without one nobody can reach it,
    with one it was promised to stay.

    Its pages open no more by the browser's back button, and a reply behind a link is shut. The same goes for the draft that it
    was kept apart from: on a slow network both are of one person.
    """

    token: str

    def permit(self, work: Work) -> None:
        """Permit anyone: only the draft's token has an effect."""

    def execute(self, work: Work) -> None:
        found = work.stores.public_drafts.find(self.token, work.now)
        former = str(found[1].get(FORMER, "")) if found else ""
        for token in filter(None, (self.token, former)):
            work.stores.page_addresses.end_of(token)
            if not work.stores.public_drafts.has_code(token):
                work.stores.public_drafts.destroy(token)
                work.stores.links.shut(token)


@dataclass(frozen=True)
class DestroyExpired(Command[int]):
    """Destroy expired drafts with their files, sessions, unused devices, invitations, reading sessions, counts of
    attempts, acts that programs named long ago, and old events of webhooks.
    Return how many drafts and files."""

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> int:
        work.stores.sessions.forget_expired(work.now)
        work.stores.known_devices.forget_unused(work.now)
        work.stores.invitations.forget_past(work.now)
        work.stores.passkeys.forget_answered(work.now)
        work.stores.rate_limits.forget_past(work.now)
        work.stores.own_access_sessions.forget_expired(work.now)
        work.stores.page_addresses.forget_past(work.now)
        work.stores.urgent_calls.keep_on(work.now)
        IntakeDrafts(work.stores.unit, work.stores.vault).keep_on(work.now)
        work.stores.program_acts.forget_past(work.now)
        work.stores.webhooks.forget_past(work.now)
        destroyed = work.stores.public_drafts.destroy_expired(work.now)
        return destroyed + work.stores.attachments.destroy_orphans()

"""Proving again, within a session, who one is: before signing, sealed or restricted content, and changes of powers."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from engine.casework import signing_in
from engine.domain.administration import Act
from engine.errors import PasskeyRefused
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_person
from engine.storage.credentials import password_matches
from engine.storage.passkeys import Site

ATTEMPTS: Final = 10
"""Wrong proofs in one session. More would be guessing; the person signs in anew."""
_WINDOW: Final = timedelta(days=1)
"""Longer than a session."""


@dataclass(frozen=True)
class CountProof(Command[bool]):
    """Count an attempt to prove who one is, before it is looked at. Return False if it is one too many.

    Each session has its own count: guesses made elsewhere shut nobody out of signing, and a stolen session has ten.
    A command of its own: an attempt that is refused afterwards must stay counted.
    """

    def permit(self, work: Work) -> None:
        require_person(work)

    def execute(self, work: Work) -> bool:
        session = work.actor.session_hash
        return work.stores.rate_limits.spend("proof", session, work.now, limit=ATTEMPTS, window=_WINDOW)


@dataclass(frozen=True)
class AskForProof(Query[str]):
    """Return, as JSON for the browser, what one of the person's own passkeys is to sign."""

    site: Site
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_person(work)

    def execute(self, work: Work) -> str:
        person_id = require_person(work)
        return work.stores.passkeys.options_to_use(self.site, _purpose(work), work.now, person_id)


@dataclass(frozen=True)
class ProveWithPasskey(Command[str | None]):
    """Prove with a passkey of the person who is signed in. Return the session's new token; None if the answer proves
    nothing. Perform CountProof before."""

    site: Site
    answer: str = field(repr=False)

    def permit(self, work: Work) -> None:
        require_person(work)

    def execute(self, work: Work) -> str | None:
        token = self._proved(work)
        if token is None:
            _note_refused(work)
        return token

    def _proved(self, work: Work) -> str | None:
        try:
            passkey = work.stores.passkeys.use(self.site, _purpose(work), self.answer, work.now)
        except PasskeyRefused:
            return None
        if passkey.person_id != work.actor.person_id or not _is_local(work):
            return None
        return _proved(work)


@dataclass(frozen=True)
class ProveWithPassword(Command[str | None]):
    """Prove with the password and a code of the person who is signed in. Return the session's new token; None for a
    wrong password or code. Perform CountProof before."""

    password: str = field(repr=False)
    code: str = field(default="", repr=False)
    """Of the person's application, or a recovery code."""
    matched_hash: str | None = field(default=None, repr=False)
    """The stored hash that the password matched, found by `prepare`."""

    is_heavy = True

    def permit(self, work: Work) -> None:
        require_person(work)

    def prepare(self, view: Work) -> ProveWithPassword:
        person = view.stores.people.get(require_person(view))
        _, stored = view.stores.people.by_username(person.username) or (None, None)
        return replace(self, matched_hash=stored if password_matches(stored, self.password) else None)

    def execute(self, work: Work) -> str | None:
        token = self._proved(work)
        if token is None:
            _note_refused(work)
        return token

    def _proved(self, work: Work) -> str | None:
        person = work.stores.people.get(require_person(work))
        _, stored = work.stores.people.by_username(person.username) or (None, None)
        if stored is None or stored != self.matched_hash or not _is_local(work):
            return None
        return _proved(work) if signing_in.way_with_password(work, person, self.code) else None


def _is_local(work: Work) -> bool:
    """Return False for an account whose only way in is the authority's identity provider."""
    return work.settings.is_local_account(work.stores.people.get(require_person(work)).username)


def _purpose(work: Work) -> str:
    """Name the person and the session in what is signed: an answer is worth nothing in another session."""
    return f"prove {work.actor.person_id} {work.actor.session_hash}"


def _note_refused(work: Work) -> None:
    person = work.stores.people.get(require_person(work))
    work.stores.access.log_administration(work.actor, Act.PROOF_REFUSED, work.now, person.username)


def _proved(work: Work) -> str | None:
    token = secrets.token_urlsafe(32)
    return token if work.stores.sessions.prove(work.actor.session_hash, token, work.now) else None

"""Single-purpose links through which information requests are answered.

The address holds a token, which works until somebody who knows the code opens it. From then on only a key works,
which the opened page carries in its posts. Both are stored as keyed digests; looking either up uses nothing up.

An address that was sent opens again with its code once its page is over, as long as nothing was kept behind it: also to
the person, who may have been referred and have no code of the case to come back with. A professional's opens again at
once, with what was kept: they sit at their own desk, and the newest page goes on.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, delete, or_, select, update

from engine.domain.people import Role
from engine.storage.database import new_id
from engine.storage.rows import value_of
from engine.storage.sealing import Vault
from engine.storage.tables.cases import PUBLIC_DRAFTS
from engine.storage.tables.requests import INFORMATION_REQUESTS, LINKS
from engine.storage.unit_of_work import Row, UnitOfWork

PAGE_OPENS_FOR: Final = timedelta(minutes=15)
"""As long as a page that was reached by a form opens without a press."""
BY_CODE = "answer_by_code"
"""Purpose of a link that the case's code opened, never sent to anybody."""
IDENTIFIED = "answer_identified"
"""Purpose of a link that the identified person opened, never sent to anybody."""
UNSENT: Final = (BY_CODE, IDENTIFIED)


@dataclass(frozen=True, slots=True)
class Link:
    id: UUID
    case_id: UUID
    purpose: str
    request_id: UUID | None
    attempts: int
    created_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None
    key_hash: str | None

    def is_alive(self, moment: datetime) -> bool:
        """Return True if its address or its key can still be used."""
        is_over = self.used_at is not None or self.revoked_at is not None or self.expires_at <= moment
        return not is_over and (self.opened_at is not None or not self.is_locked)

    @property
    def is_locked(self) -> bool:
        """True if its address opens nothing after too many wrong codes. The key of a page that was opened before goes on."""
        return self.attempts >= Links.MAX_ATTEMPTS


class Links:
    MAX_ATTEMPTS = 5

    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(
        self,
        case_id: UUID,
        purpose: str,
        token: str,
        *,
        request_id: UUID | None,
        moment: datetime,
        expires_at: datetime,
    ) -> UUID:
        link_id = new_id()
        self._unit.insert(
            LINKS,
            {
                "id": link_id,
                "case_id": case_id,
                "purpose": purpose,
                "request_id": request_id,
                "token_hash": self._digest(token),
                "created_at": moment,
                "expires_at": expires_at,
            },
        )
        return link_id

    def find(self, token: str, moment: datetime, key: str = "") -> Link | None:
        """Return the link with this address; None for an unknown, expired, opened, revoked or too often guessed one.

        It is one statement for all of them, so that the time it takes does not reveal which. The page that opened it
        may open it again with the same key: a button pressed twice. Once it was left, its post opens nothing however often
        a browser repeats it: the post holds the code.
        """
        return self._sent(
            token,
            moment,
            or_(
                LINKS.c.key_hash.is_(None),
                LINKS.c.key_hash == self._key_digest(key),
                and_(_opens_again(moment), LINKS.c.key_hash != self._left_digest(key)),
            ),
        )

    def find_open(self, token: str, moment: datetime, key: str = "") -> Link | None:
        """Return the link with this address whose page is open; None for the page that was left with this key."""
        is_left = LINKS.c.key_hash == self._left_digest(key)
        return self._sent(token, moment, and_(LINKS.c.key_hash.is_not(None), ~is_left))

    def open(self, link: Link, key: str, moment: datetime) -> bool:
        """Exchange the address, or the key that it was exchanged for before, for the key. Return True to exactly one of any
        number that try at once."""
        digest = self._key_digest(key)
        before = LINKS.c.key_hash.is_(None) if link.key_hash is None else LINKS.c.key_hash == link.key_hash
        opened = self._unit.execute(
            update(LINKS)
            .where(
                LINKS.c.id == link.id,
                LINKS.c.used_at.is_(None),
                LINKS.c.revoked_at.is_(None),
                or_(before, LINKS.c.key_hash == digest),
            )
            .values(key_hash=digest, opened_at=moment)
            .returning(LINKS.c.id)
        ).one_or_none()
        return opened is not None

    def is_open_with(self, link: Link, key: str) -> bool:
        """Return True if the link was opened with this key: a button pressed twice."""
        return link.key_hash is not None and link.key_hash == self._key_digest(key)

    def by_key(self, key: str, moment: datetime) -> Link | None:
        """Return an opened link, also a used one, whose receipt may be asked for again; None if there is none."""
        return self._one(
            select(LINKS).where(
                LINKS.c.key_hash == self._key_digest(key),
                LINKS.c.expires_at > moment,
                LINKS.c.revoked_at.is_(None),
            )
        )

    def is_shut_in_time(self, key: str) -> bool:
        """Return True for the key of a page that the person reached, or that the code of the case opened: they come back by
        a code, and no press on their device opens the page to others."""
        found = select(LINKS.c.id).where(LINKS.c.key_hash == self._key_digest(key), ~_is_of_others())
        return self._unit.row(found) is not None

    def of_request(self, request_id: UUID) -> tuple[Link, ...]:
        """Return the request's links, newest last."""
        rows = self._unit.rows(
            select(LINKS).where(LINKS.c.request_id == request_id).order_by(LINKS.c.created_at, LINKS.c.id)
        )
        return tuple(value_of(Link, row) for row in rows)

    def living_of(self, request_ids: Collection[UUID], moment: datetime) -> Mapping[UUID, list[Link]]:
        """Return by request the links that were sent and are not over, oldest first, in one statement: also those that wrong
        codes have locked."""
        sent = select(LINKS).where(
            LINKS.c.request_id.in_(request_ids),
            LINKS.c.purpose.not_in(UNSENT),
            LINKS.c.used_at.is_(None),
            LINKS.c.revoked_at.is_(None),
            LINKS.c.expires_at > moment,
        )
        found: dict[UUID, list[Link]] = defaultdict(list)
        for row in self._unit.rows(sent.order_by(LINKS.c.created_at)):
            found[row["request_id"]].append(value_of(Link, row))
        return found

    def count_attempt(self, link: Link) -> None:
        self._unit.execute(update(LINKS).where(LINKS.c.id == link.id).values(attempts=LINKS.c.attempts + 1))

    def use(self, link: Link, moment: datetime) -> bool:
        """Use the link up. Return True to exactly one of any number that try at once."""
        taken = self._unit.execute(
            update(LINKS)
            .where(LINKS.c.id == link.id, LINKS.c.used_at.is_(None), LINKS.c.revoked_at.is_(None))
            .values(used_at=moment)
            .returning(LINKS.c.id)
        ).one_or_none()
        return taken is not None

    def reopen(self, link: Link, moment: datetime) -> None:
        """Let the address open its request anew, with the guesses it has left. The key that used it keeps its receipt."""
        (token_hash,) = self._unit.execute(select(LINKS.c.token_hash).where(LINKS.c.id == link.id)).one()
        spent = self._digest(secrets.token_urlsafe(32))
        self._unit.execute(update(LINKS).where(LINKS.c.id == link.id).values(token_hash=spent))
        self._unit.insert(
            LINKS,
            {
                "id": new_id(),
                "case_id": link.case_id,
                "purpose": link.purpose,
                "request_id": link.request_id,
                "token_hash": token_hash,
                "attempts": link.attempts,
                "created_at": moment,
                "expires_at": link.expires_at,
            },
        )

    def shut(self, key: str) -> None:
        """End the key of a page that was left. Its address opens by its code again when the page would have been over; what
        was never sent ends for good."""
        self._unit.execute(
            update(LINKS)
            .where(LINKS.c.key_hash == self._key_digest(key), LINKS.c.used_at.is_(None))
            .values(
                key_hash=self._left_digest(key),
                attempts=case((LINKS.c.purpose.not_in(UNSENT), LINKS.c.attempts), else_=self.MAX_ATTEMPTS),
            )
        )

    def revoke_of_request(self, request_id: UUID, moment: datetime, *, keep_drafts: bool = False) -> None:
        """Revoke the request's links. What was typed behind them is destroyed, unless `keep_drafts`."""
        if not keep_drafts:
            keys = select(LINKS.c.key_hash).where(
                LINKS.c.request_id == request_id, LINKS.c.key_hash.is_not(None)
            )
            self._unit.execute(delete(PUBLIC_DRAFTS).where(PUBLIC_DRAFTS.c.token_hash.in_(keys)))
        self._unit.update(LINKS, _alive_of(request_id), {"revoked_at": moment})

    def revoke_by_code(self, case_id: UUID, moment: datetime) -> None:
        """Revoke what the case's code has opened, alone or before an identification; links that were sent stay."""
        for purpose in UNSENT:
            opened = {"case_id": case_id, "purpose": purpose, "used_at": None, "revoked_at": None}
            self._unit.update(LINKS, opened, {"revoked_at": moment})

    def extend_of_request(self, request_id: UUID, expires_at: datetime) -> None:
        self._unit.update(LINKS, _alive_of(request_id), {"expires_at": expires_at})

    def _sent(self, token: str, moment: datetime, condition: ColumnElement[bool]) -> Link | None:
        return self._one(
            select(LINKS).where(
                LINKS.c.token_hash == self._digest(token),
                LINKS.c.expires_at > moment,
                LINKS.c.used_at.is_(None),
                LINKS.c.revoked_at.is_(None),
                LINKS.c.attempts < self.MAX_ATTEMPTS,
                condition,
            )
        )

    def _one(self, statement: Select[Any]) -> Link | None:
        row = self._unit.row(statement)
        return None if row is None else value_of(Link, row)

    def _digest(self, token: str) -> str:
        return self._vault.root.digest("link token", token)

    def _key_digest(self, key: str) -> str:
        """Return the key's digest, the same as that of the draft of the reply, which has the same key."""
        return self._vault.root.digest("public drafts", key)

    def _left_digest(self, key: str) -> str:
        """Return what stands in the key's place once its page was left, which no key digests to."""
        return self._vault.root.digest("reply pages that were left", key)


def _opens_again(moment: datetime) -> ColumnElement[bool]:
    kept = select(PUBLIC_DRAFTS.c.token_hash).where(PUBLIC_DRAFTS.c.token_hash == LINKS.c.key_hash)
    is_over = LINKS.c.opened_at <= moment - PAGE_OPENS_FOR
    return and_(is_over, LINKS.c.purpose.not_in(UNSENT), ~kept.correlate(LINKS).exists())


def _is_of_others() -> ColumnElement[bool]:
    """Return the condition of a link that was sent to somebody else than the person."""
    asked = INFORMATION_REQUESTS.c
    others = select(asked.id).where(asked.recipient_role != Role.APPLICANT.value)
    return and_(LINKS.c.purpose.not_in(UNSENT), LINKS.c.request_id.in_(others))


def _alive_of(request_id: UUID) -> Row:
    return {"request_id": request_id, "used_at": None, "revoked_at": None}

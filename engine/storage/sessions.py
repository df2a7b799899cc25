"""Sessions of staff, and the devices on which they have signed in before."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select, update

from engine.domain.people import PROOF_LASTS, Actor, Person, Role
from engine.settings import SessionSettings
from engine.storage.keys import RootKey
from engine.storage.rows import value_of
from engine.storage.tables.people import PEOPLE, PERSON_ROLES, SESSIONS
from engine.storage.tables.sign_in import KNOWN_DEVICES
from engine.storage.unit_of_work import UnitOfWork

_SESSION = (
    select(
        SESSIONS.c.token_hash,
        SESSIONS.c.csrf,
        SESSIONS.c.language,
        SESSIONS.c.expires_at,
        SESSIONS.c.used_at,
        SESSIONS.c.proved_at,
        SESSIONS.c.mark,
        SESSIONS.c.allowed_roles,
        PEOPLE.c.id,
        PEOPLE.c.name,
        PEOPLE.c.team,
        PEOPLE.c.is_demonstration,
        PEOPLE.c.has_shortcuts,
        PERSON_ROLES.c.role,
    )
    .join(PEOPLE, PEOPLE.c.id == SESSIONS.c.person_id)
    .join(PERSON_ROLES, PERSON_ROLES.c.person_id == PEOPLE.c.id)
    .where(
        SESSIONS.c.token_hash == bindparam("digest"),
        SESSIONS.c.ended_at.is_(None),
        SESSIONS.c.expires_at > bindparam("moment"),
        SESSIONS.c.used_at > bindparam("unused_since"),
        PEOPLE.c.is_active,
    )
)
"""Asked by every request."""


@dataclass(frozen=True, slots=True)
class Session:
    actor: Actor
    csrf: str
    language: str
    ends_at: datetime
    """If nothing more is done in it."""
    expires_at: datetime
    """However much is done in it."""
    used_at: datetime
    is_demonstration: bool
    is_from_provider: bool
    """It began at the authority's identity provider."""
    has_shortcuts: bool = True
    """Single keys act in lists."""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session in a list: its owner's, or the administrators'. Nothing in it opens anything."""

    token_hash: str
    person_id: UUID
    browser: str
    created_at: datetime
    used_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class FormOrigin:
    """The session in which a form was made, ended or not."""

    person_id: UUID
    language: str


class Sessions:
    """Sign-ins. A session's token is stored only as a digest; a session can be ended at once."""

    REMEMBERED = timedelta(days=7)
    """After the end: forms that were filled in in it are still taken from its person, after a long weekend too."""

    def __init__(self, unit: UnitOfWork, root: RootKey) -> None:
        self._unit = unit
        self._root = root

    def begin(
        self,
        token: str,
        person: Person,
        csrf: str,
        moment: datetime,
        limits: SessionSettings,
        browser: str = "",
        proved_at: datetime | None = None,
        allowed_roles: frozenset[Role] | None = None,
    ) -> None:
        """Begin a session of a person who has proved who they are, just now if not at another time. It holds none but
        the allowed roles, which the authority's identity provider limits; None: without a limit, for a local one."""
        digest = self._digest(token)
        self._unit.insert(
            SESSIONS,
            {
                "token_hash": digest,
                "person_id": person.id,
                "csrf": csrf,
                "language": person.language,
                "created_at": moment,
                "expires_at": moment + limits.length,
                "used_at": moment,
                "proved_at": proved_at or moment,
                "browser": browser,
                "mark": digest[:16],
                "allowed_roles": None
                if allowed_roles is None
                else sorted(each.value for each in allowed_roles),
            },
        )

    def find(self, token: str, moment: datetime, limits: SessionSettings) -> Session | None:
        """Return the session with its person and roles, read in one statement; None if it has ended."""
        rows = self._unit.rows(
            _SESSION, digest=self._digest(token), moment=moment, unused_since=moment - limits.idle
        )
        if not rows:
            return None
        first = rows[0]
        roles, allowed = frozenset(Role(row["role"]) for row in rows), first["allowed_roles"]
        if allowed is not None:
            roles &= {Role(each) for each in allowed}
        if not roles:
            return None
        actor = Actor(
            name=first["name"],
            roles=roles,
            person_id=first["id"],
            team=first["team"],
            language=first["language"],
            session_hash=first["token_hash"],
            session_mark=first["mark"],
            proof_ends_at=first["proved_at"] + PROOF_LASTS,
        )
        return Session(
            actor=actor,
            csrf=first["csrf"],
            language=first["language"],
            ends_at=min(first["used_at"] + limits.idle, first["expires_at"]),
            expires_at=first["expires_at"],
            used_at=first["used_at"],
            is_demonstration=first["is_demonstration"],
            is_from_provider=allowed is not None,
            has_shortcuts=first["has_shortcuts"],
        )

    def open_ones(
        self, moment: datetime, limits: SessionSettings, person_id: UUID | None = None
    ) -> tuple[OpenSession, ...]:
        """Return the sessions that have not ended, the one used last first; with `person_id`, those of one person."""
        open_ones = [
            SESSIONS.c.ended_at.is_(None),
            SESSIONS.c.expires_at > moment,
            SESSIONS.c.used_at > moment - limits.idle,
        ]
        if person_id is not None:
            open_ones.append(SESSIONS.c.person_id == person_id)
        rows = self._unit.rows(select(SESSIONS).where(*open_ones).order_by(SESSIONS.c.used_at.desc()))
        return tuple(value_of(OpenSession, row) for row in rows)

    def use(self, session_hash: str, moment: datetime) -> None:
        self._unit.update(SESSIONS, {"token_hash": session_hash}, {"used_at": moment})

    def prove(self, session_hash: str, token: str, moment: datetime) -> bool:
        """Enter that the person has proved who they are, and give the session another token. Return False if it has
        ended.

        A thief of the token of before has nothing from then on: else the owner's proof would be theirs too.
        """
        one = update(SESSIONS).where(SESSIONS.c.token_hash == session_hash, SESSIONS.c.ended_at.is_(None))
        changed = {"token_hash": self._digest(token), "proved_at": moment, "used_at": moment}
        return self._unit.execute(one.values(**changed)).rowcount == 1

    def origin_of_form(self, csrf: str) -> FormOrigin | None:
        """Return the session to which a form's token belongs, ended or not; None if there is none."""
        made = select(SESSIONS.c.person_id, SESSIONS.c.language).where(SESSIONS.c.csrf == csrf).limit(1)
        found = self._unit.row(made)
        return None if found is None else value_of(FormOrigin, found)

    def speak(self, token: str, language: str) -> None:
        self._unit.update(SESSIONS, {"token_hash": self._digest(token)}, {"language": language})

    def end(self, token: str, moment: datetime) -> None:
        self._unit.update(SESSIONS, {"token_hash": self._digest(token)}, {"ended_at": moment})

    def end_one_of(self, person_id: UUID, session_hash: str, moment: datetime) -> None:
        """End a session of the person. One of another person's stays."""
        one = {"token_hash": session_hash, "person_id": person_id, "ended_at": None}
        self._unit.update(SESSIONS, one, {"ended_at": moment})

    def end_all_of(self, person_id: UUID, moment: datetime) -> None:
        self._unit.update(SESSIONS, {"person_id": person_id, "ended_at": None}, {"ended_at": moment})

    def end_others_of(self, person_id: UUID, kept: str, moment: datetime) -> None:
        """End the person's sessions but the one with this digest."""
        others = (
            SESSIONS.c.person_id == person_id,
            SESSIONS.c.token_hash != kept,
            SESSIONS.c.ended_at.is_(None),
        )
        self._unit.execute(update(SESSIONS).where(*others).values(ended_at=moment))

    def forget_expired(self, moment: datetime) -> None:
        self._unit.execute(delete(SESSIONS).where(SESSIONS.c.expires_at < moment - self.REMEMBERED))

    def _digest(self, token: str) -> str:
        return self._root.digest("session", token)


class KnownDevices:
    """Browsers that have signed in before, each known by a random token in its cookie, stored as a digest.

    Several people may know one browser: on a desk that is shared.
    """

    REMEMBERED = timedelta(days=180)
    """Since the last sign-in."""

    def __init__(self, unit: UnitOfWork, root: RootKey) -> None:
        self._unit = unit
        self._root = root

    def knows(self, token: str, username: str) -> bool:
        """Return True if the active person with this username has signed in on the device; without a name, anyone
        active."""
        if not token:
            return False
        known = (
            select(KNOWN_DEVICES.c.person_id)
            .join(PEOPLE, PEOPLE.c.id == KNOWN_DEVICES.c.person_id)
            .where(
                KNOWN_DEVICES.c.device_hash == self._digest(token),
                PEOPLE.c.is_active,
            )
        )
        if username:
            known = known.where(func.lower(PEOPLE.c.username) == username.lower())
        return self._unit.row(known.limit(1)) is not None

    def remember(self, token: str, person_id: UUID, moment: datetime) -> str:
        """Remember that the person has signed in on the device. Return its token: a fresh one if nobody knows it, so
        that no browser chooses its own."""
        anyone = select(KNOWN_DEVICES.c.device_hash).where(KNOWN_DEVICES.c.device_hash == self._digest(token))
        kept = token if token and self._unit.rows(anyone.limit(1)) else secrets.token_urlsafe(32)
        row = {
            "device_hash": self._digest(kept),
            "person_id": person_id,
            "known_at": moment,
            "used_at": moment,
        }
        self._unit.upsert(KNOWN_DEVICES, row, change=("used_at",))
        return kept

    def last_used(self) -> dict[UUID, datetime]:
        """Return when people last signed in on a device that is remembered."""
        last = select(KNOWN_DEVICES.c.person_id, func.max(KNOWN_DEVICES.c.used_at).label("used_at"))
        rows = self._unit.rows(last.group_by(KNOWN_DEVICES.c.person_id))
        return {row["person_id"]: row["used_at"] for row in rows}

    def forget_all_of(self, person_id: UUID) -> None:
        self._unit.delete(KNOWN_DEVICES, {"person_id": person_id})

    def forget_unused(self, moment: datetime) -> None:
        self._unit.execute(delete(KNOWN_DEVICES).where(KNOWN_DEVICES.c.used_at < moment - self.REMEMBERED))

    def _digest(self, token: str) -> str:
        return self._root.digest("device", token)

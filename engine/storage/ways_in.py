"""Ways in as a process finds them at its start: who of those named could come in without the identity provider, which
programs keep their tokens for ever, and which are away when they are called. Those of a restored copy end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, exists, func, select, update

from engine.storage.database import Database
from engine.storage.tables.cases import PAGE_ADDRESSES
from engine.storage.tables.people import PEOPLE, SERVICE_ACCOUNTS, SESSIONS
from engine.storage.tables.readings import IDENTIFICATIONS, READINGS
from engine.storage.tables.sign_in import INVITATIONS, KNOWN_DEVICES, ONE_TIME_SECRETS, PASSKEYS
from engine.storage.tables.webhooks import WEBHOOK_MESSAGES, WEBHOOK_RECEIVERS

_HAS_PASSKEY = exists().where(PASSKEYS.c.person_id == PEOPLE.c.id)
_HAS_CODES = exists().where(ONE_TIME_SECRETS.c.person_id == PEOPLE.c.id)
_WITH_PASSWORD = PEOPLE.c.password_hash.is_not(None) & (_HAS_CODES | PEOPLE.c.is_demonstration)


def without_way_in(database: Database, usernames: Iterable[str]) -> tuple[str, ...]:
    """Return the names that open no account here: none of that name, a closed one, or one without a passkey and without a
    password with codes."""
    wanted = {each.lower(): each for each in usernames}
    opens = select(func.lower(PEOPLE.c.username)).where(
        func.lower(PEOPLE.c.username).in_(wanted), PEOPLE.c.is_active, _HAS_PASSKEY | _WITH_PASSWORD
    )
    with database.view() as connection:
        there = set(connection.execute(opens).scalars())
    return tuple(sorted(each for name, each in wanted.items() if name not in there))


def programs_without_end(database: Database) -> tuple[str, ...]:
    """Return service accounts from before tokens had a last day, whose tokens never expire by themselves."""
    endless = select(SERVICE_ACCOUNTS.c.name).where(
        SERVICE_ACCOUNTS.c.valid_until.is_(None), SERVICE_ACCOUNTS.c.revoked_at.is_(None)
    )
    with database.view() as connection:
        return tuple(sorted(connection.execute(endless).scalars()))


def programs_away(database: Database) -> tuple[tuple[str, int], ...]:
    """Return service accounts whose receiver did not take the last event that went to it, and how many events wait."""
    waits = (
        select(func.count())
        .where(
            WEBHOOK_MESSAGES.c.receiver_id == WEBHOOK_RECEIVERS.c.id,
            WEBHOOK_MESSAGES.c.sent_at.is_(None),
            WEBHOOK_MESSAGES.c.given_up_at.is_(None),
        )
        .scalar_subquery()
    )
    away = (
        select(SERVICE_ACCOUNTS.c.name, waits)
        .join(WEBHOOK_RECEIVERS, WEBHOOK_RECEIVERS.c.service_account_id == SERVICE_ACCOUNTS.c.id)
        .where(WEBHOOK_RECEIVERS.c.ended_at.is_(None), WEBHOOK_RECEIVERS.c.failures > 0)
    )
    with database.view() as connection:
        return tuple(
            (name, count) for name, count in connection.execute(away.order_by(SERVICE_ACCOUNTS.c.name))
        )


def end_open_ways(database: Database, moment: datetime) -> None:
    """End what may have been ended since a copy was taken, where that costs nobody more than to come in again: sessions,
    known devices, invitations, and what people outside have open."""
    with database.transaction() as connection:
        for table in (SESSIONS, INVITATIONS):
            # Rows stay: what was typed in a session is still taken from its person.
            still_open = update(table).where(table.c.ended_at.is_(None))
            connection.execute(still_open.values(ended_at=moment))
        for table in (KNOWN_DEVICES, IDENTIFICATIONS, READINGS, PAGE_ADDRESSES):
            connection.execute(delete(table))

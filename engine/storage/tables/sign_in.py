"""How people sign in: invitations, passkeys, one-time codes and their recovery codes; devices known by a success."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from engine.storage.tables.metadata import METADATA, key, moment, reference, sealed, word

KNOWN_DEVICES = Table(
    "known_devices",
    METADATA,
    Column("device_hash", Text, primary_key=True),
    Column("person_id", Uuid, ForeignKey("people.id"), primary_key=True, index=True),
    moment("known_at", nullable=False),
    moment("used_at", nullable=False, index=True),
)
"""Browsers on which a person has signed in before: guesses made elsewhere shut nobody out there."""

INVITATIONS = Table(
    "invitations",
    METADATA,
    Column("token_hash", Text, primary_key=True),
    reference("person_id", "people.id", nullable=False),
    reference("invited_by", "people.id", index=False),
    moment("created_at", nullable=False),
    moment("expires_at", nullable=False, index=True),
    moment("ended_at"),
)
"""Each ends when it is used, when another takes its place, or on its day."""

PASSKEYS = Table(
    "passkeys",
    METADATA,
    key(),
    reference("person_id", "people.id", nullable=False),
    Column("credential_id", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    word("name"),
    moment("created_at", nullable=False),
    moment("used_at"),
    UniqueConstraint("credential_id"),
)

ONE_TIME_SECRETS = Table(
    "one_time_secrets",
    METADATA,
    Column("person_id", Uuid, ForeignKey("people.id"), primary_key=True),
    sealed("secret", nullable=False),
    moment("set_at", nullable=False),
    Column("last_step", Integer, nullable=False),
)
"""`last_step` is that of the last code used: no code works twice."""

RECOVERY_CODES = Table(
    "recovery_codes",
    METADATA,
    Column("code_hash", Text, primary_key=True),
    reference("person_id", "people.id", nullable=False),
    moment("used_at"),
)

USED_CHALLENGES = Table(
    "used_challenges",
    METADATA,
    Column("challenge_hash", Text, primary_key=True),
    moment("expires_at", nullable=False, index=True),
)
"""Challenges of passkeys that were answered, until they would have expired: no answer works twice."""

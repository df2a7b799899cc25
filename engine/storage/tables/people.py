"""Staff, their roles and powers, sessions, service accounts, rate limits."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    true,
)

from engine.storage.tables.metadata import METADATA, json, key, moment, reference, sealed, text, word

PEOPLE = Table(
    "people",
    METADATA,
    key(),
    word("username"),
    word("name"),
    word("title", default=""),
    word("email", default=""),
    word("phone", default=""),
    word("team", nullable=True),
    word("language", default="fi"),
    text("password_hash"),
    Column("is_active", Boolean, nullable=False, server_default=true()),
    # Nothing reads it. Processes of 0.1 that still serve while this release is put in ask for it: remove it in the next one.
    Column("away_until", Date),
    Column("is_demonstration", Boolean, nullable=False, server_default=false()),
    Column("has_shortcuts", Boolean, nullable=False, server_default=true()),
    moment("came_in_at"),
    moment("created_at", nullable=False),
    UniqueConstraint("username"),
)

ABSENCES = Table(
    "absences",
    METADATA,
    key(),
    reference("person_id", "people.id", nullable=False),
    Column("away_from", Date),
    Column("away_until", Date, nullable=False),
    word("deputy", default="", index=True),
    word("deputy_scope", default=""),
)
"""Absences that last or are to come, and those that ended since the person's last one was recorded."""

PERSON_ROLES = Table(
    "person_roles",
    METADATA,
    Column("person_id", PEOPLE.c.id.type, ForeignKey("people.id"), nullable=False, primary_key=True),
    Column("role", PEOPLE.c.username.type, nullable=False, primary_key=True),
)

APPOINTMENTS = Table(
    "appointments",
    METADATA,
    key(),
    reference("person_id", "people.id", nullable=False),
    word("power"),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    json("decisions", nullable=True),
    json("teams", nullable=True),
    reference("appointed_by", "people.id", index=False),
)
"""The delegation register. Null in `decisions` or `teams` is no limit."""

POWER_PROPOSALS = Table(
    "power_proposals",
    METADATA,
    key(),
    word("kind"),
    word("about", index=True),
    json("roles"),
    json("scopes"),
    word("team", nullable=True),
    word("power", nullable=True),
    Column("valid_from", Date),
    Column("valid_until", Date),
    json("decisions", nullable=True),
    json("teams", nullable=True),
    Column("replaces", Uuid),
    word("address", nullable=True),
    word("reason"),
    reference("proposed_by", "people.id", index=False),
    moment("proposed_at", nullable=False),
    reference("decided_by", "people.id", index=False),
    moment("decided_at"),
    Column("is_confirmed", Boolean),
)
"""Powers that one person gives and another confirms. Kept after they are decided."""

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("token_hash", Text, primary_key=True),
    reference("person_id", "people.id", nullable=False),
    word("csrf"),
    word("language", default="fi"),
    moment("created_at", nullable=False),
    moment("expires_at", nullable=False, index=True),
    moment("ended_at"),
    moment("used_at"),
    moment("proved_at"),
    word("browser", default=""),
    word("mark", default=""),
    json("allowed_roles", nullable=True),
)
"""A session ends for good at `expires_at`, and earlier if it is not used. `proved_at` is the last proof of the person;
`browser` is a word for the device, by which its owner knows it again; `mark` is what the log calls the session. One
that began at the authority's identity provider has `allowed_roles`: it holds no others."""

SAVED_VIEWS = Table(
    "saved_views",
    METADATA,
    key(),
    # The constraint's index begins with the person.
    reference("person_id", "people.id", nullable=False, index=False),
    word("name"),
    word("view"),
    json("narrowed"),
    word("shared_with", nullable=True),
    moment("created_at", nullable=False),
    UniqueConstraint("person_id", "name"),
)
"""Views of the inbox that a person has named, for themselves or shared with a team or everyone."""

SERVICE_ACCOUNTS = Table(
    "service_accounts",
    METADATA,
    key(),
    word("name"),
    Column("token_hash", Text, nullable=False),
    json("scopes"),
    json("roles"),
    word("team", nullable=True),
    moment("created_at", nullable=False),
    moment("revoked_at"),
    Column("valid_until", Date),
    Column("used_on", Date),
    UniqueConstraint("name"),
    UniqueConstraint("token_hash"),
)

RATE_BUCKETS = Table(
    "rate_buckets",
    METADATA,
    Column("bucket", Text, primary_key=True),
    Column("spent", Integer, nullable=False),
    moment("resets_at", nullable=False, index=True),
)
"""Attempts in a window. The bucket's name is a keyed hash: no address stands here in clear."""

COUNTERS = Table(
    "counters",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Integer, nullable=False),
)

SOURCE_KEYS = Table(
    "source_keys",
    METADATA,
    Column("valid_on", Date, primary_key=True),
    sealed("wrapped", nullable=False),
)
"""A random key a day, under which addresses are counted: when it is deleted nobody can say whose a count was."""

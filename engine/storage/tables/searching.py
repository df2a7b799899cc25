"""The keys by which cases are found, and what officials have noted of cases that belong together."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, PrimaryKeyConstraint, Table, Uuid

from engine.storage.tables.metadata import METADATA, case_id, key, moment, reference, sealed, word

SEARCH_KEYS = Table(
    "search_keys",
    METADATA,
    Column("digest", LargeBinary, nullable=False),
    case_id(),
    Column("subject_id", Uuid, nullable=False),
    PrimaryKeyConstraint("digest", "case_id", "subject_id"),
)
"""Keyed digests of parts of names, birth dates and ways to reach a person: identity, gone with it. `subject_id`: a party;
the case itself for the ending of its code. No kind stands beside a digest: who takes the table can't tell a name from a
telephone."""

CASE_LINKS = Table(
    "case_links",
    METADATA,
    key(),
    case_id(),
    reference("other_case_id", "cases.id", nullable=False),
    Column("pair_id", Uuid, nullable=False),
    word("kind"),
    sealed("reason", nullable=False),
    reference("made_by", "people.id", index=False),
    moment("made_at", nullable=False),
    sealed("undone_reason"),
    reference("undone_by", "people.id", index=False),
    moment("undone_at"),
    CheckConstraint("case_id <> other_case_id", name="two_cases"),
    Index("ix_case_links_pair_id", "pair_id"),
)
"""Two rows a link, one for each case, so that each has the reason under a key of its own. A row is undone, never deleted."""

JOINT_HANDLINGS = Table(
    "joint_handlings",
    METADATA,
    key(),
    case_id(),
    Column("group_id", Uuid, nullable=False, index=True),
    sealed("reason", nullable=False),
    reference("joined_by", "people.id", index=False),
    moment("joined_at", nullable=False),
    sealed("parted_reason"),
    reference("parted_by", "people.id", index=False),
    moment("parted_at"),
)
"""Cases that are prepared and decided together (434/2003 25 §). A case is in one group at a time; its number, day and
outcome stay its own."""

"""Column types and naming shared by all tables. The types accept only moments with a zone, and dates."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    Uuid,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def key(*, of_case: bool = False) -> Column[Any]:
    """Return the primary key column. `of_case`: the case id is part of it, for rows that are always looked up with their case."""
    return Column("id", Uuid, primary_key=not of_case, nullable=False)


def case_id(*, nullable: bool = False, primary_key: bool = False, index: bool = True) -> Column[Any]:
    """Return the case id column. Every table that grows has one, so that partitioning needs no redesign.

    It has no index if another index of the table begins with it.
    """
    return Column(
        "case_id",
        Uuid,
        ForeignKey("cases.id"),
        nullable=nullable,
        index=index and not primary_key,
        primary_key=primary_key,
    )


def reference(name: str, target: str, *, nullable: bool = True, index: bool = True) -> Column[Any]:
    """Return a foreign key column. It has no index if another index begins with it, or if nobody searches by it."""
    return Column(name, Uuid, ForeignKey(target), nullable=nullable, index=index)


def word(
    name: str, *, nullable: bool = False, index: bool = False, default: str | None = None
) -> Column[Any]:
    return Column(name, String(200), nullable=nullable, index=index, server_default=default)


def text(name: str, *, nullable: bool = True) -> Column[Any]:
    return Column(name, Text, nullable=nullable)


def moment(name: str, *, nullable: bool = True, index: bool = False) -> Column[Any]:
    return Column(name, Instant, nullable=nullable, index=index)


def sealed(name: str, *, nullable: bool = True) -> Column[Any]:
    """Return a column of ciphertext, which only `storage.sealing` reads and writes."""
    return Column(name, LargeBinary, nullable=nullable)


def json(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, JSON(none_as_null=True), nullable=nullable)

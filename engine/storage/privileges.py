"""Privileges of PostgreSQL's roles: the program's own role adds to the access log, and can't change it.

SQLite has no roles: a program that writes its file can change all of it, and the checkpoints outside show it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, inspect, text

from engine.errors import Refusal
from engine.storage.database import Database
from engine.storage.tables import METADATA
from engine.storage.tables.access import ACCESS_CHECKPOINTS, ACCESS_ENTRIES

APPEND_ONLY: Final = frozenset({ACCESS_ENTRIES.name, ACCESS_CHECKPOINTS.name})
_CHANGES: Final = ("UPDATE", "DELETE", "TRUNCATE")


def grant(database: Database, role: str) -> None:
    """Give a role all that the program needs of these tables, and no more: to the access log it only adds.

    Run by the tables' owner, after each migration. Raise Refusal without such a role, or for one that owns the tables.
    """
    if database.is_sqlite:
        raise Refusal("SQLitessä ei ole käyttäjiä, joille oikeuksia voisi antaa. Jätä valitsin --for pois.")
    with database.transaction() as connection:
        found = connection.execute(
            text(
                "select rolsuper or pg_has_role(oid, current_user, 'USAGE') from pg_roles where rolname = :role"
            ),
            {"role": role},
        ).scalar_one_or_none()
        if found is None:
            raise Refusal(f"Tietokannassa ei ole käyttäjää {role}. Luo se: 'createuser {role}'.")
        if found:
            raise Refusal(
                f"{role} omistaa taulut tai on pääkäyttäjä: siltä ei voi kieltää lokin muuttamista. "
                "Anna komento omistajana, ja valitsimessa ohjelman oma käyttäjä."
            )
        quoted = connection.dialect.identifier_preparer.quote(role)
        schema = connection.dialect.identifier_preparer.quote(
            inspect(connection).default_schema_name or "public"
        )
        connection.execute(text(f"grant usage on schema {schema} to {quoted}"))
        connection.execute(text(f"revoke all on all tables in schema {schema} from {quoted}"))
        for name in METADATA.tables:
            connection.execute(text(f'grant {", ".join(_needed(name))} on "{name}" to {quoted}'))
        connection.execute(text(f"grant select on alembic_version to {quoted}"))


def _needed(table: str) -> tuple[str, ...]:
    return ("select", "insert") if table in APPEND_ONLY else ("select", "insert", "update", "delete")


def lacking(database: Database) -> tuple[str, tuple[str, ...]] | None:
    """Return the role that this process connects as and the tables of which it may not do all that the program does; None if
    it may. Tables that are not there are no matter of privileges."""
    if database.is_sqlite:
        return None
    needed = [(name, each) for name in METADATA.tables for each in _needed(name)]
    needed.append(("alembic_version", "select"))
    with database.view() as connection:
        rows = connection.execute(
            text(
                "select current_user, name from "
                "unnest(cast(:tables as text[]), cast(:privileges as text[])) as needed (name, privilege) "
                "where has_table_privilege(to_regclass(quote_ident(name)), privilege) is false group by name order by name"
            ),
            {"tables": [name for name, _ in needed], "privileges": [each for _, each in needed]},
        ).all()
    return (str(rows[0][0]), tuple(str(name) for _, name in rows)) if rows else None


def may_change_log(database: Database) -> str | None:
    """Return the role that this process connects as, if it could change or delete entries of the access log; else None."""
    if database.is_sqlite:
        return None
    with database.view() as connection:
        if not _has_log(connection):
            return None
        row = connection.execute(
            text(
                "select current_user, bool_or(has_table_privilege(name, privilege) or pg_has_role(relowner, 'USAGE')) "
                "from unnest(cast(:tables as text[])) as name "
                "cross join unnest(cast(:privileges as text[])) as privilege join pg_class on pg_class.oid = name::regclass"
            ),
            {"tables": sorted(APPEND_ONLY), "privileges": list(_CHANGES)},
        ).one()
    return str(row[0]) if row[1] else None


def _has_log(connection: Connection) -> bool:
    return all(inspect(connection).has_table(each) for each in APPEND_ONLY)

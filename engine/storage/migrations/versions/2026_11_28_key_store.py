"""The wrapped keys go from the database to the key store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from engine.errors import WrongKeyStore
from engine.storage import key_store as key_store_module
from engine.storage.key_store import KeyStore
from engine.storage.tables.metadata import Instant

revision = "2026_11_28_key_store"
down_revision = "2026_11_28_enquiry_notices"
branch_labels = None
depends_on = None

_CASE_KEYS = sa.table(
    "case_keys", sa.column("case_id", sa.Uuid), sa.column("sealing_class"), sa.column("wrapped")
)
_KEYS = sa.select(_CASE_KEYS).order_by(_CASE_KEYS.c.case_id, _CASE_KEYS.c.sealing_class)


def upgrade() -> None:
    op.create_table(
        "key_stores",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_key_stores")),
    )
    _carry(op.get_bind(), context.config.attributes.get("key_store"))
    op.drop_table("case_keys")


def _carry(database: sa.Connection, key_store: KeyStore | None) -> None:
    """Add the keys to the key store, and only then, with this migration, drop them.

    The store commits each portion. Interrupted at any row, the database still has all keys: the next attempt begins
    anew, and what the store has already stays as it is.
    """
    oldest = database.execute(_KEYS.limit(1)).first()
    if oldest is None:
        return
    if key_store is None:
        raise WrongKeyStore("Tietokannassa on avaimia, eikä niille ole annettu avainvarastoa.")
    if key_store.holds_cases_too():
        raise WrongKeyStore(
            f"Avainvarasto {key_store.place} on samassa tietokannassa kuin asiat. Mitään ei ole siirretty."
        )
    store_id = key_store.create()
    if key_store.is_used() and not key_store.knows(oldest.case_id):
        raise WrongKeyStore(
            f"Avainvarastossa {key_store.place} on toisen tietokannan avaimia. Mitään ei ole siirretty."
        )
    with database.execute(_KEYS.execution_options(yield_per=key_store_module.AT_ONCE)) as found:
        for rows in found.partitions():
            _add(key_store, rows)
    database.execute(
        sa.text("insert into key_stores (number, store_id) values (1, :store_id)").bindparams(
            sa.bindparam("store_id", store_id, sa.Uuid())
        )
    )


def _add(key_store: KeyStore, rows: Sequence[sa.Row[Any]]) -> None:
    """Add a portion, and read it back: a key that the store had before may be destroyed, but never another one."""
    key_store.add({(row.case_id, row.sealing_class): row.wrapped for row in rows}, is_settled=True)
    held = key_store.of_cases(tuple({row.case_id for row in rows}))
    for row in rows:
        found = held[row.case_id].get(row.sealing_class)
        if found is not None and found != row.wrapped:
            raise WrongKeyStore(
                f"Avainvarastossa {key_store.place} on asialle toinen avain. Mitään ei ole siirretty."
            )


def downgrade() -> None:
    """The table comes back empty. The keys stay in the key store, where the next upgrade finds them."""
    op.create_table(
        "case_keys",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("sealing_class", sa.String(length=200), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("destroyed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_keys_case_id")),
        sa.PrimaryKeyConstraint("case_id", "sealing_class", name=op.f("pk_case_keys")),
    )
    op.drop_table("key_stores")

"""Sessions that began at the authority's identity provider, a mark of each session that stays the same, and who has
come in before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_28_provider_sign_in"
down_revision = "2026_11_28_key_store"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("mark", sa.String(length=200), server_default="", nullable=False))
    op.add_column("sessions", sa.Column("allowed_roles", sa.JSON(none_as_null=True), nullable=True))
    # The log names sessions that are open now by the start of this hash.
    sessions = sa.table("sessions", sa.column("mark", sa.String()), sa.column("token_hash", sa.Text()))
    op.execute(sessions.update().values(mark=sa.func.substr(sessions.c.token_hash, 1, 16)))
    op.add_column("people", sa.Column("came_in_at", Instant(), nullable=True))
    # A person with a way in may have used it, so a new invitation for them waits for a second person.
    people = sa.table(
        "people",
        sa.column("id", sa.Uuid()),
        sa.column("password_hash", sa.Text()),
        sa.column("created_at", Instant()),
        sa.column("came_in_at", Instant()),
    )
    passkeys = sa.table("passkeys", sa.column("person_id", sa.Uuid()))
    has_way = people.c.password_hash.is_not(None) | people.c.id.in_(sa.select(passkeys.c.person_id))
    op.execute(people.update().where(has_way).values(came_in_at=people.c.created_at))


def downgrade() -> None:
    op.drop_column("people", "came_in_at")
    op.drop_column("sessions", "allowed_roles")
    op.drop_column("sessions", "mark")

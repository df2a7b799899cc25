"""A page's key opens one address"""

from alembic import op

revision = "2026_11_26_one_key_one_link"
down_revision = "2026_11_26_step_records"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _index(unique=True)


def downgrade() -> None:
    _index(unique=False)


def _index(*, unique: bool) -> None:
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_links_key_hash"))
        batch_op.create_index(batch_op.f("ix_links_key_hash"), ["key_hash"], unique=unique)

"""A link's second factor is derived, never stored"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_links"
down_revision = "2026_11_25_moves"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.drop_column("second_factor_hash")


def downgrade() -> None:
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.add_column(sa.Column("second_factor_hash", sa.Text(), nullable=True))

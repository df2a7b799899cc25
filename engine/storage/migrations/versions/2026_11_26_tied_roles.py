"""Nobody holds a role but people there are"""

from alembic import op

revision = "2026_11_26_tied_roles"
down_revision = "2026_11_26_own_reading"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A role of nobody gave nothing to anyone, and would keep the constraint away.
    op.execute("delete from person_roles where person_id not in (select id from people)")
    with op.batch_alter_table("person_roles", schema=None) as batch_op:
        batch_op.create_foreign_key(batch_op.f("fk_person_roles_person_id"), "people", ["person_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("person_roles", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_person_roles_person_id"), type_="foreignkey")

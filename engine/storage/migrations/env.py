"""Alembic's entry point. The connection is given by `engine.storage.migrating`."""

from alembic import context

from engine.storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

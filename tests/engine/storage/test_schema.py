"""Migrations make exactly the mapped tables, and the tables keep to their conventions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import (
    Date,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    inspect,
    text,
)

from engine.storage.database import Database
from engine.storage.migrating import UnknownDatabase, differences, downgrade, migrate
from engine.storage.tables import METADATA
from engine.storage.tables.metadata import Instant

PLURAL_WITHOUT_S = {"people"}
AT = {
    ("access_entries", "at"),
    ("case_events", "at"),
    ("clock_entries", "at"),
    ("decision_evaluations", "at"),
    ("model_draft_events", "at"),
    ("step_records", "at"),
    ("outbox_messages", "send_after"),
}
"""Rows that are an event have one moment and need no word before it; a message has an earliest one."""
ON = {
    ("appointments", "valid_from"),
    ("appointments", "valid_until"),
    ("clock_entries", "until"),
    ("information_requests", "more_time_until"),
    ("legal_holds", "held_until"),
    ("absences", "away_from"),
    ("absences", "away_until"),
    ("people", "away_until"),
    ("power_proposals", "valid_from"),
    ("power_proposals", "valid_until"),
    ("service_accounts", "valid_until"),
}
"""The ends of a time, named as such."""
UNINDEXED = {
    ("corrections", "made_by"),
    ("corrections", "corrects"),
    ("appointments", "appointed_by"),
    ("applications", "submission_id"),
    ("attachments", "author_id"),
    ("bulk_acts", "to_person_id"),
    ("bulk_lines", "task_id"),
    ("case_events", "actor_id"),
    ("text_reviews", "reviewed_by"),
    ("case_moves", "from_deployment_id"),
    ("moves", "approver_id"),
    ("arrivals", "registered_by"),
    ("arrivals", "settled_by"),
    ("arrivals", "attachment_id"),
    ("meetings", "replaces"),
    ("meetings", "booked_by"),
    ("meetings", "ended_by"),
    ("note_drafts", "person_id"),
    ("page_drafts", "person_id"),
    ("notes", "refers_to"),
    ("notes", "written_by"),
    ("moves", "requester_id"),
    ("clock_entries", "actor_id"),
    ("code_calls", "shown_by"),
    ("consents", "recorded_by"),
    ("consents", "withdraws"),
    ("decision_evaluations", "deployment_id"),
    ("deliveries", "document_id"),
    ("deliveries", "party_id"),
    ("documents", "author_id"),
    ("emergencies", "reviewed_by"),
    ("given_copies", "document_id"),
    ("given_copies", "prepared_by"),
    ("enquiries", "answered_by"),
    ("incidents", "resolved_by"),
    ("invitations", "invited_by"),
    ("information_requests", "party_id"),
    ("legal_holds", "lifted_by"),
    ("legal_holds", "placed_by"),
    ("oral_decisions", "given_by"),
    ("oral_decisions", "recorded_by"),
    ("power_proposals", "decided_by"),
    ("power_proposals", "proposed_by"),
    ("resolutions", "document_id"),
    ("resolutions", "prepared_by"),
    ("resolutions", "signed_by"),
    ("case_links", "made_by"),
    ("case_links", "undone_by"),
    ("joint_handlings", "joined_by"),
    ("joint_handlings", "parted_by"),
    ("reassignments", "caseworker_id"),
    ("reassignments", "former_id"),
    ("reassignments", "made_by"),
    ("reassignments", "undone_by"),
    ("restrictions", "made_by"),
    ("submissions", "deployment_id"),
    ("time_figures", "deployment_id"),
    ("submissions", "sent_by"),
    ("intake_drafts", "person_id"),
    ("urgent_calls", "person_id"),
    ("user_tasks", "completed_by"),
}
"""Columns read along with the row and never searched by; people and deployments are never deleted."""
UNTIED = {
    ("corrections", "subject_id"),  # a party or a submission
    ("access_entries", "case_id"),
    ("access_entries", "chain_id"),
    ("access_entries", "person_id"),
    ("disqualifications", "person_id"),
    ("destroyed_keys", "owner_id"),
    ("element_runs", "element_id"),
    ("element_runs", "instance_id"),
    ("element_runs", "process_id"),
    ("incidents", "element_id"),
    ("incidents", "subject_id"),
    ("key_stores", "store_id"),
    ("message_subscriptions", "element_id"),
    ("message_subscriptions", "process_id"),
    ("passkeys", "credential_id"),
    ("case_links", "pair_id"),
    ("joint_handlings", "group_id"),
    ("reassignments", "group_id"),
    ("search_keys", "subject_id"),  # a party or the case
    ("staff_notices", "subject_id"),  # a case, a task or a note
    ("submissions", "task_id"),
    ("task_drafts", "person_id"),
    ("task_drafts", "task_id"),
    ("timers", "element_id"),
    ("try_outs", "source_id"),
    ("timers", "process_id"),
    ("user_tasks", "element_id"),
    ("user_tasks", "process_id"),
}
"""Names of a model's own, an authenticator's and the key store's; the log, which outlives what it tells of; and rows that are written on every step."""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


def tables_in(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())


@pytest.mark.databases
def test_an_empty_database_gets_exactly_the_mapped_tables(database: Database) -> None:
    assert differences(database) != [], "the comparison sees what is missing"
    migrate(database)
    assert differences(database) == []
    assert tables_in(database) == {*METADATA.tables, "alembic_version"}
    migrate(database)
    assert differences(database) == []


@pytest.mark.databases
def test_down_and_up_again_leaves_nothing_over(database: Database) -> None:
    migrate(database)
    downgrade(database, "base")
    assert tables_in(database) == {"alembic_version"}
    migrate(database)
    assert differences(database) == []


@pytest.mark.databases
def test_migrations_make_the_mapped_keys(database: Database) -> None:
    migrate(database)
    inspector = inspect(database.engine)
    made = {name: inspector.get_pk_constraint(name)["constrained_columns"] for name in METADATA.tables}
    assert made == {name: list(table.primary_key.columns.keys()) for name, table in METADATA.tables.items()}


@pytest.mark.databases
@pytest.mark.parametrize("revision", ["2026_11_25_first", "2099_01_01_later"])
def test_a_database_of_another_version_is_left_as_it_is_with_a_sentence(
    database: Database, revision: str
) -> None:
    """Before the first migration, or later than the newest: a later one may hold the cases of years."""
    migrate(database)
    with database.transaction() as connection:
        connection.execute(text("update alembic_version set version_num = :it"), {"it": revision})

    with pytest.raises(UnknownDatabase, match="Jos se on uudempi, asenna se"):
        migrate(database)


def of_every_table() -> Iterator[Table]:
    yield from METADATA.sorted_tables


def test_tables_are_named_in_the_plural() -> None:
    singular = {table.name for table in of_every_table() if not table.name.endswith("s")}
    assert singular == PLURAL_WITHOUT_S


def test_moments_end_in_at_and_dates_in_on() -> None:
    moments = {(c.table.name, c.name) for t in of_every_table() for c in t.c if isinstance(c.type, Instant)}
    dates = {(c.table.name, c.name) for t in of_every_table() for c in t.c if isinstance(c.type, Date)}
    assert {each for each in moments if not each[1].endswith("_at")} == AT
    assert {each for each in dates if not each[1].endswith("_on")} == ON
    others = {(c.table.name, c.name) for t in of_every_table() for c in t.c} - moments - dates
    assert {each for each in others if each[1].endswith(("_at", "_on"))} == {("model_drafts", "based_on")}


def test_every_foreign_key_is_indexed_but_these() -> None:
    bare = {
        (table.name, key.parent.name)
        for table in of_every_table()
        for key in table.foreign_keys
        if key.parent.name not in leading(table)
    }
    assert bare == UNINDEXED


def test_no_index_says_what_the_beginning_of_another_says() -> None:
    """Each row is written into every index of its table: one that adds nothing costs all the same."""
    covered = {
        (index.name, other)
        for table in of_every_table()
        for index in table.indexes
        if not index.unique and index.dialect_options["sqlite"]["where"] is None
        for other, columns in whole_indexes(table)
        if other != index.name and columns[: len(index.columns)] == index.columns.keys()
    }
    assert covered == set()


def whole_indexes(table: Table) -> Iterator[tuple[object, list[str]]]:
    """Of all rows of a table: by name, with their columns in order."""
    for key in table.constraints:
        if isinstance(key, PrimaryKeyConstraint | UniqueConstraint):
            yield key.name, key.columns.keys()
    for index in table.indexes:
        if index.dialect_options["sqlite"]["where"] is None:
            yield index.name, index.columns.keys()


def leading(table: Table) -> set[str]:
    """Columns that an index begins with."""
    keys = [each for each in table.constraints if isinstance(each, PrimaryKeyConstraint | UniqueConstraint)]
    return {next(iter(each.columns)).name for each in [*table.indexes, *keys]}


def test_every_id_of_another_row_is_a_foreign_key_but_these() -> None:
    untied = {
        (table.name, column.name)
        for table in of_every_table()
        for column in table.c
        if column.name.endswith("_id") and not column.foreign_keys
    }
    assert untied == UNTIED

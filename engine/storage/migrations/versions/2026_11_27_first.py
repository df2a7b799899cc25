"""The first tables"""

import sqlalchemy as sa
from alembic import op

from engine.storage.tables.metadata import Instant

revision = "2026_11_27_first"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("chain_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("roles", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("session", sa.String(length=200), nullable=True),
        sa.Column("action", sa.String(length=200), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=True),
        sa.Column("subjects", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("previous", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_entries")),
        sa.UniqueConstraint("chain_id", "seq", name=op.f("uq_access_entries_chain_id_seq")),
    )
    op.create_index("ix_access_entries_case_at", "access_entries", ["case_id", "at"], unique=False)
    op.create_index("ix_access_entries_person_at", "access_entries", ["person_id", "at"], unique=False)
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "deployments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=200), nullable=False),
        sa.Column("files", sa.LargeBinary(), nullable=False),
        sa.Column("specs", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("prepared_by", sa.String(length=200), nullable=True),
        sa.Column("approved_by", sa.String(length=200), nullable=True),
        sa.Column("deployed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployments")),
        sa.UniqueConstraint("number", name=op.f("uq_deployments_number")),
    )
    op.create_table(
        "draft_keys",
        sa.Column("draft_hash", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("draft_hash", name=op.f("pk_draft_keys")),
    )
    op.create_table(
        "identifications",
        sa.Column("state_hash", sa.Text(), nullable=False),
        sa.Column("browser_hash", sa.Text(), nullable=False),
        sa.Column("held", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("taken_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_identifications")),
    )
    op.create_index(op.f("ix_identifications_expires_at"), "identifications", ["expires_at"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), server_default="", nullable=False),
        sa.Column("email", sa.String(length=200), server_default="", nullable=False),
        sa.Column("phone", sa.String(length=200), server_default="", nullable=False),
        sa.Column("team", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=200), server_default="fi", nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("username", name=op.f("uq_people_username")),
    )
    op.create_table(
        "public_drafts",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=True),
        sa.Column("form_key", sa.String(length=200), nullable=False),
        sa.Column("typed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_public_drafts")),
    )
    op.create_index(op.f("ix_public_drafts_code_hash"), "public_drafts", ["code_hash"], unique=False)
    op.create_index(op.f("ix_public_drafts_expires_at"), "public_drafts", ["expires_at"], unique=False)
    op.create_table(
        "rate_buckets",
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("resets_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_rate_buckets")),
    )
    op.create_index(op.f("ix_rate_buckets_resets_at"), "rate_buckets", ["resets_at"], unique=False)
    op.create_table(
        "service_accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("roles", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("team", sa.String(length=200), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_service_accounts_name")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_service_accounts_token_hash")),
    )
    op.create_table(
        "source_keys",
        sa.Column("valid_on", sa.Date(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("valid_on", name=op.f("pk_source_keys")),
    )
    op.create_table(
        "appointments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("power", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("appointed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["appointed_by"], ["people.id"], name=op.f("fk_appointments_appointed_by")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_appointments_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
    )
    op.create_index(op.f("ix_appointments_person_id"), "appointments", ["person_id"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("case_class", sa.String(length=200), nullable=True),
        sa.Column("outcome", sa.String(length=200), nullable=True),
        sa.Column("team", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=200), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("pending_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("caseworker_id", sa.Uuid(), nullable=True),
        sa.Column("is_restricted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_stalled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("content_sealed_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["caseworker_id"], ["people.id"], name=op.f("fk_cases_caseworker_id")),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployments.id"], name=op.f("fk_cases_deployment_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["cases.id"], name=op.f("fk_cases_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("reference", name=op.f("uq_cases_reference")),
    )
    op.create_index(op.f("ix_cases_caseworker_id"), "cases", ["caseworker_id"], unique=False)
    op.create_index(op.f("ix_cases_deployment_id"), "cases", ["deployment_id"], unique=False)
    op.create_index(op.f("ix_cases_parent_id"), "cases", ["parent_id"], unique=False)
    op.create_index(op.f("ix_cases_received_at"), "cases", ["received_at"], unique=False)
    op.create_index(
        "ix_cases_stalled",
        "cases",
        ["id"],
        unique=False,
        sqlite_where=sa.text("is_stalled"),
        postgresql_where=sa.text("is_stalled"),
    )
    op.create_table(
        "enquiries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("code_hash", sa.Text(), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_enquiries_answered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiries")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_enquiries_code_hash")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_enquiries_idempotency_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_enquiries_reference")),
    )
    op.create_table(
        "model_drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("based_on", sa.Uuid(), nullable=False),
        sa.Column("files", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("editors", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("edited_by", sa.Uuid(), nullable=True),
        sa.Column("edited_at", Instant(), nullable=False),
        sa.Column("requested_at", Instant(), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("published_as", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["based_on"], ["deployments.id"], name=op.f("fk_model_drafts_based_on")),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_model_drafts_created_by")),
        sa.ForeignKeyConstraint(["edited_by"], ["people.id"], name=op.f("fk_model_drafts_edited_by")),
        sa.ForeignKeyConstraint(
            ["published_as"], ["deployments.id"], name=op.f("fk_model_drafts_published_as")
        ),
        sa.ForeignKeyConstraint(["requested_by"], ["people.id"], name=op.f("fk_model_drafts_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_drafts")),
    )
    op.create_index(op.f("ix_model_drafts_based_on"), "model_drafts", ["based_on"], unique=False)
    op.create_index(op.f("ix_model_drafts_created_by"), "model_drafts", ["created_by"], unique=False)
    op.create_index(op.f("ix_model_drafts_edited_by"), "model_drafts", ["edited_by"], unique=False)
    op.create_index(op.f("ix_model_drafts_published_as"), "model_drafts", ["published_as"], unique=False)
    op.create_index(op.f("ix_model_drafts_requested_by"), "model_drafts", ["requested_by"], unique=False)
    op.create_table(
        "moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("requester_id", sa.Uuid(), nullable=True),
        sa.Column("requested_at", Instant(), nullable=False),
        sa.Column("approved_by", sa.String(length=200), nullable=True),
        sa.Column("approver_id", sa.Uuid(), nullable=True),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["approver_id"], ["people.id"], name=op.f("fk_moves_approver_id")),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployments.id"], name=op.f("fk_moves_deployment_id")),
        sa.ForeignKeyConstraint(["requester_id"], ["people.id"], name=op.f("fk_moves_requester_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    op.create_index(op.f("ix_moves_deployment_id"), "moves", ["deployment_id"], unique=False)
    op.create_index(op.f("ix_moves_requested_at"), "moves", ["requested_at"], unique=False)
    op.create_table(
        "person_roles",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_person_roles_person_id")),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_person_roles")),
    )
    op.create_table(
        "process_definitions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("process_key", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name=op.f("fk_process_definitions_deployment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_definitions")),
        sa.UniqueConstraint(
            "deployment_id", "process_key", name=op.f("uq_process_definitions_deployment_id_process_key")
        ),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("view", sa.String(length=200), nullable=False),
        sa.Column("narrowed", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_saved_views_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_views_person_id_name")),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("csrf", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=200), server_default="fi", nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sessions_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False)
    op.create_index(op.f("ix_sessions_person_id"), "sessions", ["person_id"], unique=False)
    op.create_table(
        "try_outs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("start", sa.String(length=200), nullable=False),
        sa.Column("scenario", sa.String(length=200), nullable=True),
        sa.Column("steps", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("begins_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["started_by"], ["people.id"], name=op.f("fk_try_outs_started_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_try_outs")),
    )
    op.create_index(op.f("ix_try_outs_expires_at"), "try_outs", ["expires_at"], unique=False)
    op.create_index(op.f("ix_try_outs_source_id"), "try_outs", ["source_id"], unique=False)
    op.create_index(op.f("ix_try_outs_started_by"), "try_outs", ["started_by"], unique=False)
    op.create_table(
        "attachments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("draft_hash", sa.Text(), nullable=True),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("business_key", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("scanned_at", Instant(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("description", sa.LargeBinary(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_attachments_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_attachments_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_case_id"), "attachments", ["case_id"], unique=False)
    op.create_index(op.f("ix_attachments_draft_hash"), "attachments", ["draft_hash"], unique=False)
    op.create_index(
        "ix_attachments_quarantined",
        "attachments",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'quarantined'"),
        postgresql_where=sa.text("state = 'quarantined'"),
    )
    op.create_table(
        "blind_indexes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_blind_indexes_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blind_indexes")),
    )
    op.create_index(op.f("ix_blind_indexes_case_id"), "blind_indexes", ["case_id"], unique=False)
    op.create_index("ix_blind_indexes_kind_digest", "blind_indexes", ["kind", "digest"], unique=False)
    op.create_table(
        "case_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_case_events_actor_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_events_case_id")),
        sa.PrimaryKeyConstraint("case_id", "at", "id", name=op.f("pk_case_events")),
    )
    op.create_table(
        "case_keys",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("sealing_class", sa.String(length=200), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("destroyed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_keys_case_id")),
        sa.PrimaryKeyConstraint("case_id", "sealing_class", name=op.f("pk_case_keys")),
    )
    op.create_table(
        "case_moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("move_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("from_deployment_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("reasons", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_moves_case_id")),
        sa.ForeignKeyConstraint(
            ["from_deployment_id"], ["deployments.id"], name=op.f("fk_case_moves_from_deployment_id")
        ),
        sa.ForeignKeyConstraint(["move_id"], ["moves.id"], name=op.f("fk_case_moves_move_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_moves")),
        sa.UniqueConstraint("move_id", "case_id", name=op.f("uq_case_moves_move_id_case_id")),
    )
    op.create_index(op.f("ix_case_moves_case_id"), "case_moves", ["case_id"], unique=False)
    op.create_index(op.f("ix_case_moves_due_at"), "case_moves", ["due_at"], unique=False)
    op.create_index("ix_case_moves_state", "case_moves", ["move_id", "state"], unique=False)
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("text_version", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=200), nullable=True),
        sa.Column("given_how", sa.String(length=200), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("recorded_by_role", sa.String(length=200), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_consents_case_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["people.id"], name=op.f("fk_consents_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_case_id"), "consents", ["case_id"], unique=False)
    op.create_table(
        "deadlines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("business_key", sa.String(length=200), nullable=True),
        sa.Column("counting", sa.String(length=200), nullable=False),
        sa.Column("ending", sa.String(length=200), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_deadlines_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
    )
    op.create_index("ix_deadlines_case_name", "deadlines", ["case_id", "name"], unique=False)
    op.create_index("ix_deadlines_state_due", "deadlines", ["state", "due_at"], unique=False)
    op.create_table(
        "decision_evaluations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(length=200), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=True),
        sa.Column("inputs", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("rules", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_decision_evaluations_case_id")),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name=op.f("fk_decision_evaluations_deployment_id")
        ),
        sa.PrimaryKeyConstraint("case_id", "id", name=op.f("pk_decision_evaluations")),
    )
    op.create_table(
        "disqualifications",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_disqualifications_case_id")),
        sa.PrimaryKeyConstraint("case_id", "person_id", name=op.f("pk_disqualifications")),
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=200), nullable=False),
        sa.Column("direction", sa.String(length=200), nullable=False),
        sa.Column("secrecy", sa.String(length=200), nullable=False),
        sa.Column("sealing_class", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_documents_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_documents_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index(op.f("ix_documents_case_id"), "documents", ["case_id"], unique=False)
    op.create_table(
        "element_runs",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("run_key", sa.Text(), nullable=False),
        sa.Column("process_id", sa.String(length=200), nullable=False),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=200), nullable=True),
        sa.Column("business_key", sa.String(length=200), nullable=True),
        sa.Column("ready_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_element_runs_case_id")),
        sa.PrimaryKeyConstraint("case_id", "instance_id", "run_key", name=op.f("pk_element_runs")),
    )
    op.create_index(
        "ix_element_runs_awaited",
        "element_runs",
        ["process_id", "element_id"],
        unique=False,
        sqlite_where=sa.text("state = 'ready' and kind in ('userTask', 'manualTask')"),
        postgresql_where=sa.text("state = 'ready' and kind in ('userTask', 'manualTask')"),
    )
    op.create_table(
        "inbox_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("business_key", sa.String(length=200), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("delivered_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_inbox_messages_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_messages")),
    )
    op.create_index(op.f("ix_inbox_messages_case_id"), "inbox_messages", ["case_id"], unique=False)
    op.create_table(
        "incidents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("subject_id", sa.String(length=200), nullable=True),
        sa.Column("element_id", sa.String(length=200), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("resolved_at", Instant(), nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_incidents_case_id")),
        sa.ForeignKeyConstraint(["resolved_by"], ["people.id"], name=op.f("fk_incidents_resolved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index(op.f("ix_incidents_case_id"), "incidents", ["case_id"], unique=False)
    op.create_table(
        "instances",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("process_key", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=True),
        sa.Column("guardrails", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_instances_case_id")),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name=op.f("fk_instances_deployment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instances")),
    )
    op.create_index(op.f("ix_instances_case_id"), "instances", ["case_id"], unique=False)
    op.create_index(op.f("ix_instances_deployment_id"), "instances", ["deployment_id"], unique=False)
    op.create_table(
        "model_draft_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("files", sa.LargeBinary(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["model_drafts.id"], name=op.f("fk_model_draft_events_draft_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_model_draft_events_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_draft_events")),
    )
    op.create_index(op.f("ix_model_draft_events_draft_id"), "model_draft_events", ["draft_id"], unique=False)
    op.create_index(
        op.f("ix_model_draft_events_person_id"), "model_draft_events", ["person_id"], unique=False
    )
    op.create_table(
        "operation_runs",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("run_key", sa.Text(), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.Column("ran_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_operation_runs_case_id")),
        sa.PrimaryKeyConstraint("case_id", "run_key", name=op.f("pk_operation_runs")),
    )
    op.create_table(
        "oral_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=200), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=True),
        sa.Column("given_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("reasons", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_oral_decisions_case_id")),
        sa.ForeignKeyConstraint(["given_by"], ["people.id"], name=op.f("fk_oral_decisions_given_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oral_decisions")),
    )
    op.create_index(op.f("ix_oral_decisions_case_id"), "oral_decisions", ["case_id"], unique=False)
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=200), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=True),
        sa.Column("template_values", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("send_after", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", Instant(), nullable=False),
        sa.Column("taken_at", Instant(), nullable=True),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("given_up_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_outbox_messages_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
    )
    op.create_index(op.f("ix_outbox_messages_case_id"), "outbox_messages", ["case_id"], unique=False)
    op.create_index(
        op.f("ix_outbox_messages_next_attempt_at"), "outbox_messages", ["next_attempt_at"], unique=False
    )
    op.create_table(
        "parties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("is_unsafe", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_minor", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_recipient", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=True),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("added_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_parties_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parties")),
    )
    op.create_index(op.f("ix_parties_case_id"), "parties", ["case_id"], unique=False)
    op.create_table(
        "reading_choices",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("chosen_by", sa.Uuid(), nullable=True),
        sa.Column("chosen_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reading_choices_case_id")),
        sa.ForeignKeyConstraint(["chosen_by"], ["people.id"], name=op.f("fk_reading_choices_chosen_by")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_reading_choices")),
    )
    op.create_index(op.f("ix_reading_choices_chosen_by"), "reading_choices", ["chosen_by"], unique=False)
    op.create_table(
        "readings",
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_readings_case_id")),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_readings")),
    )
    op.create_index(op.f("ix_readings_case_id"), "readings", ["case_id"], unique=False)
    op.create_index(op.f("ix_readings_expires_at"), "readings", ["expires_at"], unique=False)
    op.create_table(
        "retention_plans",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("sealing_class", sa.String(length=200), nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("destroy_on", sa.Date(), nullable=True),
        sa.Column("destroyed_at", Instant(), nullable=True),
        sa.Column("set_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_retention_plans_case_id")),
        sa.PrimaryKeyConstraint("case_id", "sealing_class", name=op.f("pk_retention_plans")),
    )
    op.create_table(
        "starts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("message", sa.String(length=200), nullable=False),
        sa.Column("variables", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_starts_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_starts")),
    )
    op.create_index(op.f("ix_starts_case_id"), "starts", ["case_id"], unique=False)
    op.create_index(op.f("ix_starts_due_at"), "starts", ["due_at"], unique=False)
    op.create_table(
        "step_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_step_records_case_id")),
        sa.PrimaryKeyConstraint("case_id", "id", name=op.f("pk_step_records")),
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("form_key", sa.String(length=200), nullable=False),
        sa.Column("deployment_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("business_key", sa.String(length=200), nullable=True),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("sent_by_role", sa.String(length=200), nullable=True),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=True),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("narrative", sa.LargeBinary(), nullable=True),
        sa.Column("decision", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_submissions_case_id")),
        sa.ForeignKeyConstraint(
            ["deployment_id"], ["deployments.id"], name=op.f("fk_submissions_deployment_id")
        ),
        sa.ForeignKeyConstraint(["sent_by"], ["people.id"], name=op.f("fk_submissions_sent_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
    )
    op.create_index(op.f("ix_submissions_case_id"), "submissions", ["case_id"], unique=False)
    op.create_table(
        "task_drafts",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("typed", sa.LargeBinary(), nullable=True),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_task_drafts_case_id")),
        sa.PrimaryKeyConstraint("task_id", "person_id", name=op.f("pk_task_drafts")),
    )
    op.create_index(op.f("ix_task_drafts_case_id"), "task_drafts", ["case_id"], unique=False)
    op.create_table(
        "applications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("form_key", sa.String(length=200), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=True),
        sa.Column("referrer_code_hash", sa.Text(), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("submission_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_applications_case_id")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_applications_submission_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_applications_code_hash")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_applications_idempotency_key")),
        sa.UniqueConstraint("referrer_code_hash", name=op.f("uq_applications_referrer_code_hash")),
    )
    op.create_index(op.f("ix_applications_case_id"), "applications", ["case_id"], unique=False)
    op.create_table(
        "clock_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("deadline_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_clock_entries_actor_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_clock_entries_case_id")),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadlines.id"], name=op.f("fk_clock_entries_deadline_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_entries")),
    )
    op.create_index(op.f("ix_clock_entries_case_id"), "clock_entries", ["case_id"], unique=False)
    op.create_index(op.f("ix_clock_entries_deadline_id"), "clock_entries", ["deadline_id"], unique=False)
    op.create_table(
        "information_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("recipient_role", sa.String(length=200), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("legal_basis", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("round", sa.Integer(), server_default="1", nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("reminded_at", Instant(), nullable=True),
        sa.Column("followed_up_at", Instant(), nullable=True),
        sa.Column("stalled_at", Instant(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("closed_as", sa.String(length=200), nullable=True),
        sa.Column("recipient", sa.LargeBinary(), nullable=True),
        sa.Column("questions", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_information_requests_case_id")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_information_requests_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_information_requests")),
        sa.UniqueConstraint("case_id", "reference", name=op.f("uq_information_requests_case_id_reference")),
    )
    op.create_table(
        "message_subscriptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("message_key", sa.String(length=200), nullable=False),
        sa.Column("process_id", sa.String(length=200), nullable=False),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("business_key", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_message_subscriptions_case_id")),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instances.id"], name=op.f("fk_message_subscriptions_instance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_subscriptions")),
        sa.UniqueConstraint(
            "instance_id", "message_key", name=op.f("uq_message_subscriptions_instance_id_message_key")
        ),
    )
    op.create_index(
        op.f("ix_message_subscriptions_case_id"), "message_subscriptions", ["case_id"], unique=False
    )
    op.create_table(
        "resolutions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("outcome", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("prepared_by", sa.Uuid(), nullable=True),
        sa.Column("prepared_at", Instant(), nullable=False),
        sa.Column("content_sha256", sa.String(length=200), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", Instant(), nullable=True),
        sa.Column("recalled_at", Instant(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("return_reason", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_resolutions_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_resolutions_document_id")),
        sa.ForeignKeyConstraint(["prepared_by"], ["people.id"], name=op.f("fk_resolutions_prepared_by")),
        sa.ForeignKeyConstraint(["signed_by"], ["people.id"], name=op.f("fk_resolutions_signed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolutions")),
        sa.UniqueConstraint("case_id", "number", "round", name=op.f("uq_resolutions_case_id_number_round")),
    )
    op.create_table(
        "timers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("timer_key", sa.String(length=200), nullable=False),
        sa.Column("process_id", sa.String(length=200), nullable=False),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("business_key", sa.String(length=200), nullable=True),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", Instant(), nullable=False),
        sa.Column("is_suspended", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_timers_case_id")),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name=op.f("fk_timers_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
        sa.UniqueConstraint("instance_id", "timer_key", name=op.f("uq_timers_instance_id_timer_key")),
    )
    op.create_index(op.f("ix_timers_case_id"), "timers", ["case_id"], unique=False)
    op.create_index(op.f("ix_timers_next_attempt_at"), "timers", ["next_attempt_at"], unique=False)
    op.create_table(
        "user_tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("task_key", sa.String(length=200), nullable=False),
        sa.Column("process_id", sa.String(length=200), nullable=False),
        sa.Column("element_id", sa.String(length=200), nullable=False),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("form_key", sa.String(length=200), nullable=True),
        sa.Column("candidate_group", sa.String(length=200), nullable=False),
        sa.Column("team", sa.String(length=200), nullable=True),
        sa.Column("business_key", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("not_by", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("due_reason", sa.String(length=200), nullable=True),
        sa.Column("follow_up_at", Instant(), nullable=True),
        sa.Column("sort_at", Instant(), nullable=False),
        sa.Column("completed_at", Instant(), nullable=True),
        sa.Column("completed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["assignee_id"], ["people.id"], name=op.f("fk_user_tasks_assignee_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_user_tasks_case_id")),
        sa.ForeignKeyConstraint(["completed_by"], ["people.id"], name=op.f("fk_user_tasks_completed_by")),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name=op.f("fk_user_tasks_instance_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_tasks")),
        sa.UniqueConstraint("instance_id", "task_key", name=op.f("uq_user_tasks_instance_id_task_key")),
    )
    op.create_index(
        "ix_user_tasks_assignee",
        "user_tasks",
        ["assignee_id", "sort_at", "id"],
        unique=False,
        sqlite_where=sa.text("state in ('created', 'claimed') and assignee_id is not null"),
        postgresql_where=sa.text("state in ('created', 'claimed') and assignee_id is not null"),
    )
    op.create_index(op.f("ix_user_tasks_case_id"), "user_tasks", ["case_id"], unique=False)
    op.create_index(
        "ix_user_tasks_due",
        "user_tasks",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state in ('created', 'claimed') and due_at is not null"),
        postgresql_where=sa.text("state in ('created', 'claimed') and due_at is not null"),
    )
    op.create_index(
        "ix_user_tasks_free",
        "user_tasks",
        ["candidate_group", "sort_at", "id"],
        unique=False,
        sqlite_where=sa.text("state in ('created', 'claimed') and assignee_id is null"),
        postgresql_where=sa.text("state in ('created', 'claimed') and assignee_id is null"),
    )
    op.create_index(
        "ix_user_tasks_group",
        "user_tasks",
        ["candidate_group", "team", "sort_at", "id"],
        unique=False,
        sqlite_where=sa.text("state in ('created', 'claimed')"),
        postgresql_where=sa.text("state in ('created', 'claimed')"),
    )
    op.create_index(
        "ix_user_tasks_group_country",
        "user_tasks",
        ["candidate_group", "sort_at", "id"],
        unique=False,
        sqlite_where=sa.text("state in ('created', 'claimed')"),
        postgresql_where=sa.text("state in ('created', 'claimed')"),
    )
    op.create_index(
        "ix_user_tasks_kind",
        "user_tasks",
        ["candidate_group", "team", "form_key", "sort_at", "id"],
        unique=False,
        sqlite_where=sa.text("state in ('created', 'claimed')"),
        postgresql_where=sa.text("state in ('created', 'claimed')"),
    )
    op.create_index(
        "ix_user_tasks_kind_country",
        "user_tasks",
        ["candidate_group", "form_key", "sort_at", "id"],
        unique=False,
        sqlite_where=sa.text("state in ('created', 'claimed')"),
        postgresql_where=sa.text("state in ('created', 'claimed')"),
    )
    op.create_index(
        "ix_user_tasks_urgent",
        "user_tasks",
        ["candidate_group", "priority", "sort_at", "id"],
        unique=False,
        sqlite_where=sa.text("state in ('created', 'claimed') and priority > 0"),
        postgresql_where=sa.text("state in ('created', 'claimed') and priority > 0"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("resolution_id", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("business_key", sa.String(length=200), nullable=True),
        sa.Column("channel", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("dispatched_at", Instant(), nullable=True),
        sa.Column("presumed_on", sa.Date(), nullable=True),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("proof", sa.String(length=200), nullable=True),
        sa.Column("is_presumed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("returned_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_deliveries_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_deliveries_document_id")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_deliveries_party_id")),
        sa.ForeignKeyConstraint(
            ["resolution_id"], ["resolutions.id"], name=op.f("fk_deliveries_resolution_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_case_id"), "deliveries", ["case_id"], unique=False)
    op.create_index(op.f("ix_deliveries_resolution_id"), "deliveries", ["resolution_id"], unique=False)
    op.create_table(
        "links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=True),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_links_case_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["information_requests.id"], name=op.f("fk_links_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_links_token_hash")),
    )
    op.create_index(op.f("ix_links_case_id"), "links", ["case_id"], unique=False)
    op.create_index(op.f("ix_links_key_hash"), "links", ["key_hash"], unique=True)
    op.create_index(op.f("ix_links_request_id"), "links", ["request_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_links_request_id"), table_name="links")
    op.drop_index(op.f("ix_links_key_hash"), table_name="links")
    op.drop_index(op.f("ix_links_case_id"), table_name="links")
    op.drop_table("links")
    op.drop_index(op.f("ix_deliveries_resolution_id"), table_name="deliveries")
    op.drop_index(op.f("ix_deliveries_case_id"), table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_index(
        "ix_user_tasks_urgent",
        table_name="user_tasks",
        sqlite_where=sa.text("state in ('created', 'claimed') and priority > 0"),
        postgresql_where=sa.text("state in ('created', 'claimed') and priority > 0"),
    )
    op.drop_index(
        "ix_user_tasks_kind_country",
        table_name="user_tasks",
        sqlite_where=sa.text("state in ('created', 'claimed')"),
        postgresql_where=sa.text("state in ('created', 'claimed')"),
    )
    op.drop_index(
        "ix_user_tasks_kind",
        table_name="user_tasks",
        sqlite_where=sa.text("state in ('created', 'claimed')"),
        postgresql_where=sa.text("state in ('created', 'claimed')"),
    )
    op.drop_index(
        "ix_user_tasks_group_country",
        table_name="user_tasks",
        sqlite_where=sa.text("state in ('created', 'claimed')"),
        postgresql_where=sa.text("state in ('created', 'claimed')"),
    )
    op.drop_index(
        "ix_user_tasks_group",
        table_name="user_tasks",
        sqlite_where=sa.text("state in ('created', 'claimed')"),
        postgresql_where=sa.text("state in ('created', 'claimed')"),
    )
    op.drop_index(
        "ix_user_tasks_free",
        table_name="user_tasks",
        sqlite_where=sa.text("state in ('created', 'claimed') and assignee_id is null"),
        postgresql_where=sa.text("state in ('created', 'claimed') and assignee_id is null"),
    )
    op.drop_index(
        "ix_user_tasks_due",
        table_name="user_tasks",
        sqlite_where=sa.text("state in ('created', 'claimed') and due_at is not null"),
        postgresql_where=sa.text("state in ('created', 'claimed') and due_at is not null"),
    )
    op.drop_index(op.f("ix_user_tasks_case_id"), table_name="user_tasks")
    op.drop_index(
        "ix_user_tasks_assignee",
        table_name="user_tasks",
        sqlite_where=sa.text("state in ('created', 'claimed') and assignee_id is not null"),
        postgresql_where=sa.text("state in ('created', 'claimed') and assignee_id is not null"),
    )
    op.drop_table("user_tasks")
    op.drop_index(op.f("ix_timers_next_attempt_at"), table_name="timers")
    op.drop_index(op.f("ix_timers_case_id"), table_name="timers")
    op.drop_table("timers")
    op.drop_table("resolutions")
    op.drop_index(op.f("ix_message_subscriptions_case_id"), table_name="message_subscriptions")
    op.drop_table("message_subscriptions")
    op.drop_table("information_requests")
    op.drop_index(op.f("ix_clock_entries_deadline_id"), table_name="clock_entries")
    op.drop_index(op.f("ix_clock_entries_case_id"), table_name="clock_entries")
    op.drop_table("clock_entries")
    op.drop_index(op.f("ix_applications_case_id"), table_name="applications")
    op.drop_table("applications")
    op.drop_index(op.f("ix_task_drafts_case_id"), table_name="task_drafts")
    op.drop_table("task_drafts")
    op.drop_index(op.f("ix_submissions_case_id"), table_name="submissions")
    op.drop_table("submissions")
    op.drop_table("step_records")
    op.drop_index(op.f("ix_starts_due_at"), table_name="starts")
    op.drop_index(op.f("ix_starts_case_id"), table_name="starts")
    op.drop_table("starts")
    op.drop_table("retention_plans")
    op.drop_index(op.f("ix_readings_expires_at"), table_name="readings")
    op.drop_index(op.f("ix_readings_case_id"), table_name="readings")
    op.drop_table("readings")
    op.drop_index(op.f("ix_reading_choices_chosen_by"), table_name="reading_choices")
    op.drop_table("reading_choices")
    op.drop_index(op.f("ix_parties_case_id"), table_name="parties")
    op.drop_table("parties")
    op.drop_index(op.f("ix_outbox_messages_next_attempt_at"), table_name="outbox_messages")
    op.drop_index(op.f("ix_outbox_messages_case_id"), table_name="outbox_messages")
    op.drop_table("outbox_messages")
    op.drop_index(op.f("ix_oral_decisions_case_id"), table_name="oral_decisions")
    op.drop_table("oral_decisions")
    op.drop_table("operation_runs")
    op.drop_index(op.f("ix_model_draft_events_person_id"), table_name="model_draft_events")
    op.drop_index(op.f("ix_model_draft_events_draft_id"), table_name="model_draft_events")
    op.drop_table("model_draft_events")
    op.drop_index(op.f("ix_instances_deployment_id"), table_name="instances")
    op.drop_index(op.f("ix_instances_case_id"), table_name="instances")
    op.drop_table("instances")
    op.drop_index(op.f("ix_incidents_case_id"), table_name="incidents")
    op.drop_table("incidents")
    op.drop_index(op.f("ix_inbox_messages_case_id"), table_name="inbox_messages")
    op.drop_table("inbox_messages")
    op.drop_index(
        "ix_element_runs_awaited",
        table_name="element_runs",
        sqlite_where=sa.text("state = 'ready' and kind in ('userTask', 'manualTask')"),
        postgresql_where=sa.text("state = 'ready' and kind in ('userTask', 'manualTask')"),
    )
    op.drop_table("element_runs")
    op.drop_index(op.f("ix_documents_case_id"), table_name="documents")
    op.drop_table("documents")
    op.drop_table("disqualifications")
    op.drop_table("decision_evaluations")
    op.drop_index("ix_deadlines_state_due", table_name="deadlines")
    op.drop_index("ix_deadlines_case_name", table_name="deadlines")
    op.drop_table("deadlines")
    op.drop_index(op.f("ix_consents_case_id"), table_name="consents")
    op.drop_table("consents")
    op.drop_index("ix_case_moves_state", table_name="case_moves")
    op.drop_index(op.f("ix_case_moves_due_at"), table_name="case_moves")
    op.drop_index(op.f("ix_case_moves_case_id"), table_name="case_moves")
    op.drop_table("case_moves")
    op.drop_table("case_keys")
    op.drop_table("case_events")
    op.drop_index("ix_blind_indexes_kind_digest", table_name="blind_indexes")
    op.drop_index(op.f("ix_blind_indexes_case_id"), table_name="blind_indexes")
    op.drop_table("blind_indexes")
    op.drop_index(
        "ix_attachments_quarantined",
        table_name="attachments",
        sqlite_where=sa.text("state = 'quarantined'"),
        postgresql_where=sa.text("state = 'quarantined'"),
    )
    op.drop_index(op.f("ix_attachments_draft_hash"), table_name="attachments")
    op.drop_index(op.f("ix_attachments_case_id"), table_name="attachments")
    op.drop_table("attachments")
    op.drop_index(op.f("ix_try_outs_started_by"), table_name="try_outs")
    op.drop_index(op.f("ix_try_outs_source_id"), table_name="try_outs")
    op.drop_index(op.f("ix_try_outs_expires_at"), table_name="try_outs")
    op.drop_table("try_outs")
    op.drop_index(op.f("ix_sessions_person_id"), table_name="sessions")
    op.drop_index(op.f("ix_sessions_expires_at"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_table("saved_views")
    op.drop_table("process_definitions")
    op.drop_table("person_roles")
    op.drop_index(op.f("ix_moves_requested_at"), table_name="moves")
    op.drop_index(op.f("ix_moves_deployment_id"), table_name="moves")
    op.drop_table("moves")
    op.drop_index(op.f("ix_model_drafts_requested_by"), table_name="model_drafts")
    op.drop_index(op.f("ix_model_drafts_published_as"), table_name="model_drafts")
    op.drop_index(op.f("ix_model_drafts_edited_by"), table_name="model_drafts")
    op.drop_index(op.f("ix_model_drafts_created_by"), table_name="model_drafts")
    op.drop_index(op.f("ix_model_drafts_based_on"), table_name="model_drafts")
    op.drop_table("model_drafts")
    op.drop_table("enquiries")
    op.drop_index(
        "ix_cases_stalled",
        table_name="cases",
        sqlite_where=sa.text("is_stalled"),
        postgresql_where=sa.text("is_stalled"),
    )
    op.drop_index(op.f("ix_cases_received_at"), table_name="cases")
    op.drop_index(op.f("ix_cases_parent_id"), table_name="cases")
    op.drop_index(op.f("ix_cases_deployment_id"), table_name="cases")
    op.drop_index(op.f("ix_cases_caseworker_id"), table_name="cases")
    op.drop_table("cases")
    op.drop_index(op.f("ix_appointments_person_id"), table_name="appointments")
    op.drop_table("appointments")
    op.drop_table("source_keys")
    op.drop_table("service_accounts")
    op.drop_index(op.f("ix_rate_buckets_resets_at"), table_name="rate_buckets")
    op.drop_table("rate_buckets")
    op.drop_index(op.f("ix_public_drafts_expires_at"), table_name="public_drafts")
    op.drop_index(op.f("ix_public_drafts_code_hash"), table_name="public_drafts")
    op.drop_table("public_drafts")
    op.drop_table("people")
    op.drop_index(op.f("ix_identifications_expires_at"), table_name="identifications")
    op.drop_table("identifications")
    op.drop_table("draft_keys")
    op.drop_table("deployments")
    op.drop_table("counters")
    op.drop_index("ix_access_entries_person_at", table_name="access_entries")
    op.drop_index("ix_access_entries_case_at", table_name="access_entries")
    op.drop_table("access_entries")

"""Deployments and drafts of models; instances and everything that they wait for."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy import text as sql

from engine.storage.tables.metadata import METADATA, case_id, json, key, moment, reference, sealed, text, word

DEPLOYMENTS = Table(
    "deployments",
    METADATA,
    key(),
    Column("number", Integer, nullable=False),
    word("sha256"),
    Column("files", LargeBinary, nullable=False),
    Column("specs", LargeBinary, nullable=False),
    text("note"),
    word("prepared_by", nullable=True),
    word("approved_by", nullable=True),
    moment("deployed_at", nullable=False),
    UniqueConstraint("number"),
)
"""Processes, tables, forms, translations, letter texts and guardrails, frozen under one hash. Never updated."""

PROCESS_DEFINITIONS = Table(
    "process_definitions",
    METADATA,
    key(),
    reference("deployment_id", "deployments.id", nullable=False, index=False),
    word("process_key"),
    word("name"),
    Column("version", Integer, nullable=False),
    word("sha256"),
    UniqueConstraint("deployment_id", "process_key"),
)

MODEL_DRAFTS = Table(
    "model_drafts",
    METADATA,
    key(),
    word("name"),
    reference("based_on", "deployments.id", nullable=False),
    Column("files", LargeBinary, nullable=False),
    text("note"),
    word("state"),
    Column("version", Integer, nullable=False),
    json("editors"),
    reference("created_by", "people.id"),
    reference("edited_by", "people.id"),
    moment("edited_at", nullable=False),
    moment("requested_at"),
    reference("requested_by", "people.id"),
    reference("published_as", "deployments.id"),
)

MODEL_DRAFT_EVENTS = Table(
    "model_draft_events",
    METADATA,
    key(),
    reference("draft_id", "model_drafts.id", nullable=False),
    word("kind"),
    text("note"),
    Column("files", LargeBinary),
    reference("person_id", "people.id"),
    moment("at", nullable=False),
)
"""Events of a draft: kind, person, reason. `files`: the whole draft as it was before, where many files changed at once."""

OWED = "owed"
"""The state of a guardrail that something has set going and nothing has met."""

INSTANCES = Table(
    "instances",
    METADATA,
    key(),
    case_id(),
    reference("deployment_id", "deployments.id", nullable=False),
    word("process_key"),
    word("state"),
    sealed("snapshot"),
    json("guardrails"),
    Column("version", Integer, nullable=False),
    moment("started_at", nullable=False),
    moment("ended_at"),
    Index(
        "ix_instances_owing",
        "case_id",
        sqlite_where=sql("""state = 'running' and instr(guardrails, '"owed"') > 0"""),
        postgresql_where=sql("""state = 'running' and strpos(cast(guardrails as text), '"owed"') > 0"""),
    ),
)

AWAITED = "state = 'ready' and kind in ('userTask', 'manualTask')"
"""Of element runs: what somebody is yet to do."""
WATCHED = "ended_at is not null and kind in ('userTask', 'manualTask', 'callActivity')"
"""Of element runs: those at which cases have waited."""

ELEMENT_RUNS = Table(
    "element_runs",
    METADATA,
    case_id(primary_key=True),
    Column("instance_id", INSTANCES.c.id.type, primary_key=True),
    Column("run_key", Text, primary_key=True),
    word("process_id"),
    word("element_id"),
    text("path"),
    word("kind"),
    word("state"),
    word("role", nullable=True),
    word("business_key", nullable=True),
    moment("ready_at", nullable=False),
    moment("ended_at"),
    Index(
        "ix_element_runs_awaited",
        "process_id",
        "element_id",
        sqlite_where=sql(AWAITED),
        postgresql_where=sql(AWAITED),
    ),
    Index(
        "ix_element_runs_open",
        "process_id",
        "element_id",
        "ready_at",
        sqlite_where=sql("ended_at is null"),
        postgresql_where=sql("ended_at is null"),
    ),
    Index("ix_element_runs_ended", "ended_at", sqlite_where=sql(WATCHED), postgresql_where=sql(WATCHED)),
)
"""The table that grows most: a step adds up to sixteen rows, and most are never looked for but by their case."""

USER_TASKS = Table(
    "user_tasks",
    METADATA,
    key(),
    case_id(),
    reference("instance_id", "instances.id", nullable=False, index=False),
    word("task_key"),
    word("process_id"),
    word("element_id"),
    text("path"),
    word("name"),
    word("form_key", nullable=True),
    word("candidate_group"),
    word("team", nullable=True),
    word("business_key", nullable=True),
    word("state"),
    reference("assignee_id", "people.id", index=False),
    json("not_by"),
    Column("priority", Integer, nullable=False, server_default="0"),
    moment("created_at", nullable=False),
    moment("due_at"),
    word("due_reason", nullable=True),
    moment("follow_up_at"),
    moment("sort_at", nullable=False),
    moment("completed_at"),
    reference("completed_by", "people.id", index=False),
    UniqueConstraint("instance_id", "task_key"),
    Index(
        "ix_user_tasks_group",
        "candidate_group",
        "team",
        "sort_at",
        "id",
        sqlite_where=sql("state in ('created', 'claimed')"),
        postgresql_where=sql("state in ('created', 'claimed')"),
    ),
    Index(
        "ix_user_tasks_group_country",
        "candidate_group",
        "sort_at",
        "id",
        sqlite_where=sql("state in ('created', 'claimed')"),
        postgresql_where=sql("state in ('created', 'claimed')"),
    ),
    Index(
        "ix_user_tasks_kind",
        "candidate_group",
        "team",
        "form_key",
        "sort_at",
        "id",
        sqlite_where=sql("state in ('created', 'claimed')"),
        postgresql_where=sql("state in ('created', 'claimed')"),
    ),
    Index(
        "ix_user_tasks_kind_country",
        "candidate_group",
        "form_key",
        "sort_at",
        "id",
        sqlite_where=sql("state in ('created', 'claimed')"),
        postgresql_where=sql("state in ('created', 'claimed')"),
    ),
    Index(
        "ix_user_tasks_urgent",
        "candidate_group",
        "priority",
        "sort_at",
        "id",
        sqlite_where=sql("state in ('created', 'claimed') and priority > 0"),
        postgresql_where=sql("state in ('created', 'claimed') and priority > 0"),
    ),
    Index(
        "ix_user_tasks_oldest",
        "candidate_group",
        "id",
        sqlite_where=sql("state in ('created', 'claimed')"),
        postgresql_where=sql("state in ('created', 'claimed')"),
    ),
    Index(
        "ix_user_tasks_free",
        "candidate_group",
        "sort_at",
        "id",
        sqlite_where=sql("state in ('created', 'claimed') and assignee_id is null"),
        postgresql_where=sql("state in ('created', 'claimed') and assignee_id is null"),
    ),
    Index(
        "ix_user_tasks_assignee",
        "assignee_id",
        "sort_at",
        "id",
        sqlite_where=sql("state in ('created', 'claimed') and assignee_id is not null"),
        postgresql_where=sql("state in ('created', 'claimed') and assignee_id is not null"),
    ),
    Index(
        "ix_user_tasks_open",
        "case_id",
        "due_at",
        "follow_up_at",
        sqlite_where=sql("state in ('created', 'claimed')"),
        postgresql_where=sql("state in ('created', 'claimed')"),
    ),
    Index(
        "ix_user_tasks_due",
        "due_at",
        "id",
        sqlite_where=sql("state in ('created', 'claimed') and due_at is not null"),
        postgresql_where=sql("state in ('created', 'claimed') and due_at is not null"),
    ),
)
"""`sort_at` is the due moment, else the follow-up: keyset pages need an order without nulls."""

TASK_DRAFTS = Table(
    "task_drafts",
    METADATA,
    Column("task_id", USER_TASKS.c.id.type, primary_key=True),
    Column("person_id", USER_TASKS.c.id.type, primary_key=True),
    case_id(),
    sealed("typed"),
    moment("saved_at", nullable=False),
)

TIMERS = Table(
    "timers",
    METADATA,
    key(),
    case_id(),
    reference("instance_id", "instances.id", nullable=False, index=False),
    word("timer_key"),
    word("process_id"),
    word("element_id"),
    text("path"),
    word("name", default=""),
    word("kind"),
    word("business_key", nullable=True),
    moment("due_at", nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    moment("next_attempt_at", nullable=False, index=True),
    Column("is_suspended", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("instance_id", "timer_key"),
)

MESSAGE_SUBSCRIPTIONS = Table(
    "message_subscriptions",
    METADATA,
    key(),
    case_id(),
    reference("instance_id", "instances.id", nullable=False, index=False),
    word("message_key"),
    word("process_id"),
    word("element_id"),
    text("path"),
    word("name"),
    word("business_key", nullable=True),
    UniqueConstraint("instance_id", "message_key"),
)

INBOX_MESSAGES = Table(
    "inbox_messages",
    METADATA,
    key(),
    case_id(),
    word("name"),
    word("business_key", nullable=True),
    sealed("payload"),
    moment("received_at", nullable=False),
    moment("delivered_at"),
)
"""Messages that came before anything waited for them; tried again after each step."""

STARTS = Table(
    "starts",
    METADATA,
    key(),
    case_id(),
    word("message"),
    sealed("variables"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    moment("due_at", nullable=False, index=True),
)
"""Instances that are due to be started: a child's case, an appeal after closing."""

RINGS = Table(
    "rings",
    METADATA,
    key(),
    case_id(nullable=True),
    word("kind"),
    Column("times", Integer, nullable=False, server_default="0"),
    moment("due_at", nullable=False, index=True),
)
"""Urgent tasks, enquiries and calls that were left, of which the on-call workers are notified until one takes them. The id is
the task's, the enquiry's or the call's."""

INCIDENTS = Table(
    "incidents",
    METADATA,
    key(),
    case_id(nullable=True),
    word("kind"),
    word("subject_id", nullable=True),
    word("element_id", nullable=True),
    text("message", nullable=False),
    moment("opened_at", nullable=False),
    moment("resolved_at"),
    reference("resolved_by", "people.id", index=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
)

UNSENT = "sent_at is null and given_up_at is null"
"""Of messages: those that are still to be sent."""

OUTBOX_MESSAGES = Table(
    "outbox_messages",
    METADATA,
    key(),
    case_id(nullable=True),
    word("kind"),
    word("language"),
    sealed("recipient"),
    json("template_values"),
    moment("send_after", nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    moment("next_attempt_at", nullable=False),
    moment("taken_at"),
    moment("sent_at"),
    moment("given_up_at"),
    moment("withheld_at"),
    Index(
        "ix_outbox_messages_unsent", "next_attempt_at", sqlite_where=sql(UNSENT), postgresql_where=sql(UNSENT)
    ),
    Index("ix_outbox_messages_late", "send_after", sqlite_where=sql(UNSENT), postgresql_where=sql(UNSENT)),
)
"""Messages stay for ever; those that are still to be sent are few, and asked for every five seconds."""

STEP_RECORDS = Table(
    "step_records",
    METADATA,
    key(of_case=True),
    case_id(index=False),
    moment("at", nullable=False),
    sealed("content", nullable=False),
    PrimaryKeyConstraint("case_id", "id"),
)
"""The trigger of each step and the results of its operations, in order. Derived facts, of the snapshot's class and destroyed with it."""

OPERATION_RUNS = Table(
    "operation_runs",
    METADATA,
    case_id(primary_key=True),
    Column("run_key", Text, primary_key=True),
    sealed("result", nullable=False),
    moment("ran_at", nullable=False),
)
"""The result of each operation by occasion, so that running it twice does nothing more. Sealed like the snapshot."""

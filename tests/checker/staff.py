"""Rules of staff: tasks are done by those who may, and the disqualified do nothing."""

from collections.abc import Iterator

from .record import Record, Row, at_or_before
from .sentences import fault, label, warning

TASK_LAW = "746/2011 33 §; law.md J 12"
ACCESS_LAW = "434/2003 27-30 §"
OUTSIDE = frozenset({"applicant", "referrer", "outside_authority", "system"})
ALSO = {
    "decision_maker": {"director"},
    "on_call": {"intake"},
    "intake": {"on_call"},
    "caseworker": {"manager"},
}


def tasks(record: Record) -> Iterator[str]:
    """Complete a task once, after it was made, by a person."""
    for row in record.rows("tasks"):
        name = label("task", row, "element_id", "state", "created_at", "completed_at")
        if row.get("state") != "completed":
            if row.get("completed_at") and row.get("state") in ("created", "claimed"):
                yield fault("task-state", TASK_LAW, f"{name} has a moment of completion")
            continue
        if not row.get("completed_at"):
            yield fault("task-state", TASK_LAW, f"{name} has no moment of completion")
        if not at_or_before(row.get("created_at"), row.get("completed_at")):
            yield fault("task-state", TASK_LAW, f"{name} is completed before it is made")
        if row.get("completed_by"):
            yield from allowed(record, row, name)
            yield from form_of(record, row, name)
        elif row.get("candidate_group") not in OUTSIDE:
            yield fault("task-by-a-person", TASK_LAW, f"{name} is completed by nobody")


def allowed(record: Record, row: Row, name: str) -> Iterator[str]:
    """Complete a task by its assignee, who has the role and is not barred."""
    by, group = row.get("completed_by"), str(row.get("candidate_group"))
    if by in (row.get("not_by") or []):
        yield fault("task-not-by-the-barred", TASK_LAW, f"{name} is completed by {by}, who is in not_by")
    if row.get("assignee_id") and row["assignee_id"] != by:
        yield fault(
            "task-by-assignee", TASK_LAW, f"{name} is completed by {by}, assigned to {row['assignee_id']}"
        )
    accepted = {group} | ALSO.get(group, set())
    if group not in OUTSIDE and by in record.people and not record.roles(by) & accepted:
        roles = ", ".join(sorted(record.roles(by))) or "no role"
        yield warning("task-by-role", TASK_LAW, f"{name} of {group} is completed by {by}, today {roles}")


def form_of(record: Record, task: Row, name: str) -> Iterator[str]:
    """Require the form of a completed task, by the same person at the same moment."""
    if not task.get("form_key"):
        return
    forms = [row for row in record.rows("submissions") if row.get("task_id") == task.get("id")]
    if not forms and record.rows("submissions"):
        yield fault("task-with-its-form", TASK_LAW, f"{name} has no submission")
    for form in forms[-1:]:
        where = label("submission", form, "form_key", "sent_at", "sent_by")
        if form.get("sent_by") and form["sent_by"] != task.get("completed_by"):
            yield fault("task-with-its-form", TASK_LAW, f"{name} by {task.get('completed_by')} has {where}")
        if form.get("sent_at") != task.get("completed_at"):
            yield fault("task-with-its-form", TASK_LAW, f"{name} and {where} have different moments")
        if form.get("form_key") != task.get("form_key"):
            yield fault("task-with-its-form", TASK_LAW, f"{name} of {task.get('form_key')} has {where}")


def roles(record: Record) -> Iterator[str]:
    """Send a staff form in a role that the sender has; staff write down the words of those outside."""
    for row in record.rows("submissions"):
        by, role = row.get("sent_by"), row.get("sent_by_role")
        task = record.task(row.get("task_id")) or {}
        writes_down = role in OUTSIDE and role == task.get("candidate_group")
        if by in record.people and role and role not in record.roles(by) and not writes_down:
            text = f"{label('submission', row, 'form_key', 'sent_at')} is by {by} as {role}"
            yield warning("form-by-role", TASK_LAW, f"{text}, today {', '.join(sorted(record.roles(by)))}")


def disqualified(record: Record) -> Iterator[str]:
    """Keep the disqualified from every act after the record of it."""
    for row in record.rows("disqualifications"):
        barred, since = row.get("person_id"), row.get("recorded_at")
        name = f"person {barred} disqualified {since}"
        for event in record.rows("events"):
            own = event.get("kind") == "staff_disqualified" or at_or_before(event.get("at"), since)
            if event.get("actor_id") == barred and not own:
                yield fault(
                    "disqualified-act-not", ACCESS_LAW, f"{label('event', event, 'kind', 'at')} is by {name}"
                )
        for task in record.rows("tasks"):
            if task.get("assignee_id") == barred and task.get("state") in ("created", "claimed"):
                yield fault(
                    "disqualified-act-not", ACCESS_LAW, f"{label('task', task, 'element_id')} is with {name}"
                )
        if record.case.get("caseworker_id") == barred:
            yield fault("disqualified-act-not", ACCESS_LAW, f"the case is with {name}")


RULES = (tasks, roles, disqualified)

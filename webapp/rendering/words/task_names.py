"""Names of open tasks: two that are alike differ by their purpose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from engine.casework.contact_channels import named_after
from engine.casework.notices import begun_notices
from engine.domain.tasks import UserTask
from engine.queries.case_file import CaseFile
from webapp.rendering.words.labels import TABLES, word
from webapp.rendering.words.request_names import request_of


def with_purposes(tasks: Iterable[UserTask], file: CaseFile) -> tuple[UserTask, ...]:
    """Return the tasks with a purpose in the name: of a notice its kind, of others the person or request that they concern where
    two of the case's open tasks have one name, and the request always."""
    notices = begun_notices(file.timeline)
    counted = Counter(each.name for each in file.tasks)
    named = []
    for each in tasks:
        key = each.business_key or ""
        purpose = word(notices[key], "notice") if key in notices else ""
        purpose = purpose or request_of(key, file.requests)
        if key and not purpose and counted[each.name] > 1:
            purpose = _concerns(key, file)
        named.append(replace(each, name=f"{each.name}: {purpose}") if purpose else each)
    alike = Counter(each.name for each in named)
    return tuple(_of_decision(each, file) if alike[each.name] > 1 else each for each in named)


def _of_decision(task: UserTask, file: CaseFile) -> UserTask:
    """Return the task with the decision in its name that its attempt serves: one person may be served two at once."""
    attempt = next(
        (each for each in reversed(file.deliveries) if each.business_key == task.business_key), None
    )
    served = next((each for each in file.resolutions if attempt and each.id == attempt.resolution_id), None)
    return replace(task, name=f"{task.name}, {word(served.kind, 'resolution_kind')}") if served else task


def _concerns(key: str, file: CaseFile) -> str:
    """Return the notice or the person behind a task's key; the key itself where none is known."""
    if key in TABLES["notice"]:
        return word(key, "notice")
    party = named_after(key, file.parties)
    return (party.name or word(party.kind, "party")) if party is not None else key

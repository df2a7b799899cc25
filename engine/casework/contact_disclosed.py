"""Notices that name the safe ways of the person to somebody else, and those that a change of the ways has overtaken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from engine.domain.cases import Case
from engine.domain.parties import CONTACT
from engine.domain.tasks import UserTask
from engine.executor.engine import Work
from engine.instances import CompiledModels
from engine.storage.documents import Document
from engine.storage.parties import Party

REWRITE: Final = "rewrite"
"""Answer in the task of sending: the notice is written anew, with the ways as they are now."""
_CARRYING: Final = frozenset({"notice_service_handover", "notice_transfer"})
_DECISIVE: Final = frozenset({*CONTACT, "is_unsafe", "is_protected"})
"""Details whose change makes the named ways wrong."""
_SENDING: Final = "send_notice"


def names_old_ways(work: Work, case: Case, notice: Document | None) -> bool:
    """True of a notice that names the person's ways as they were before their newest change, or before contact was stopped.

    Who gets it would write or call where somebody else reads or answers.
    """
    if notice is None or notice.kind not in _CARRYING:
        return False
    parties = [
        each
        for each in work.stores.parties.ever_of_case(case.id)
        if each.kind in ("applicant", "contact_person")
    ]
    return any(_changed_since(work, case, each, notice.created_at) for each in parties)


def _changed_since(work: Work, case: Case, party: Party, moment: datetime) -> bool:
    added = party.added_at if party.kind == "contact_person" else None
    moments = [each for each in (added, party.held_at, party.removed_at) if each is not None]
    changed = (
        each.made_at
        for each in work.stores.corrections.of_subject(case.id, party.id)
        if _DECISIVE & {*each.before, *each.after}
    )
    return any(each > moment for each in (*moments, *changed))


def notice_of(work: Work, case: Case, task: UserTask) -> Document | None:
    """Return the notice that a task of sending offers; None in other tasks."""
    if task.form_key != _SENDING:
        return None
    wanted = work.instances.scope_of(case, task.instance_id, task.task_key).get("notice_document")
    return next((each for each in work.stores.documents.of_case(case.id) if str(each.id) == wanted), None)


def is_written_anew(models: CompiledModels) -> bool:
    """False of versions from before `REWRITE`: there the case must be moved first."""
    question = models.form(_SENDING).by_key.get("notice_state")
    return question is not None and REWRITE in {each.value for each in question.options}


def withheld_of_ways(work: Work, case: Case, task: UserTask) -> Mapping[str, frozenset[str]]:
    """Return the answers that the task of sending does not offer, by question."""
    if task.form_key != _SENDING:
        return {}
    is_old = names_old_ways(work, case, notice_of(work, case, task))
    return {"notice_state": frozenset({"sent" if is_old else REWRITE})}

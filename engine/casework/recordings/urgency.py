"""The class of a case, confirmed or changed by a caseworker beside the table's proposal."""

from __future__ import annotations

from engine.casework.recordings.recording import Recording
from engine.errors import Invalid
from engine.executor import Work


class NotAsProposed(Invalid):
    sentence = "Valitsit toisen luokan kuin ehdotus. Vastaa kyllä ja kerro peruste."


def record_class(work: Work, recording: Recording) -> None:
    """Refuse another class than the proposed one without a reason: the form shows the reason behind that answer."""
    task = recording.task
    scope = work.instances.scope_of(recording.case, task.instance_id, task.task_key)
    chosen, proposed = recording.text("case_class"), scope.get("case_class")
    if proposed and chosen != proposed and recording.text("differs") == "no":
        raise NotAsProposed(field="differs")

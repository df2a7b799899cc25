"""The class in which a case is handled: a person confirms what the table proposes, or overrides it with a reason."""

from __future__ import annotations

from engine.casework.recordings.recording import Recording
from engine.errors import Invalid
from engine.executor import Work


class NotAsProposed(Invalid):
    sentence = "Valitsit toisen luokan kuin ehdotus. Vastaa kyllä ja kerro peruste."


class ChildClassStays(Invalid):
    sentence = (
        "Lapsen asia käsitellään kiireellisenä tai lapsen asiana, ei tavallisena. Jos henkilö on aikuinen, korjaa syntymäaika "
        "asian sivulla."
    )


def record_class(work: Work, recording: Recording) -> None:
    """Raise NotAsProposed for another class than the proposed one without a reason: the form shows the reason behind that
    answer. Raise ChildClassStays if a child's case would be handled as an adult's (746/2011 5 §); a doubt counts as a child."""
    scope = work.instances.scope_of(recording.case, recording.task.instance_id, recording.task.task_key)
    chosen, proposed = recording.text("case_class"), scope.get("case_class")
    if proposed and chosen != proposed and recording.text("differs") == "no":
        raise NotAsProposed(field="differs")
    person = work.stores.parties.applicant_of(recording.case.id)
    if chosen == "normal" and (scope.get("is_child") is True or (person is not None and person.is_minor)):
        raise ChildClassStays(field="case_class")

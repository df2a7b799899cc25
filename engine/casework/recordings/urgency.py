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


class SpeakerMissing(Invalid):
    sentence = "Häntä ei ole asian henkilöissä. Lisää hänet ensin asian sivulla, tai kerro, että edustajaa vielä haetaan."


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


def record_age(work: Work, recording: Recording) -> None:
    """Raise ChildClassStays for a child handled as an adult, SpeakerMissing if nobody of the case speaks for the child."""
    person = work.stores.parties.applicant_of(recording.case.id)
    is_minor = person is not None and person.is_minor
    if is_minor and recording.text("case_class") == "normal":
        raise ChildClassStays(field="case_class")
    speaker = recording.text("age_speaker")
    speakers = {each.kind for each in work.stores.parties.of_case(recording.case.id) if not each.is_unsafe}
    if is_minor and speaker in ("guardian", "representative") and speaker not in speakers:
        raise SpeakerMissing(field="age_speaker")

"""A person's age: a child's class, and somebody who speaks for the child."""

from __future__ import annotations

from typing import Final

from engine.casework.notices import CHILD_WELFARE, owe_notices
from engine.casework.parties_heard import speaks_for_a_child
from engine.casework.recordings.recording import Recording
from engine.casework.recordings.urgency import ChildClassStays
from engine.casework.tracing import owe_tracing
from engine.domain.law import OWN_SAY_AGE
from engine.errors import Invalid
from engine.executor import Work

_SPEAKERS: Final = ("guardian", "representative")
"""Answers that name somebody who speaks for the child."""
_ANSWERED_AS: Final = {"trustee": "representative"}


class SpeakerMissing(Invalid):
    sentence = "Häntä ei ole asian henkilöissä. Lisää hänet ensin asian sivulla, tai kerro, että edustajaa vielä haetaan."


class ChildSpeaksAlone(Invalid):
    sentence = (
        "Henkilö on alle 15-vuotias: hänen puolestaan puhuu huoltaja tai edustaja, tai edustaja puuttuu."
    )


def record_age(work: Work, recording: Recording) -> None:
    """Begin the notices that a child is owed. Raise ChildClassStays for a child handled as an adult, SpeakerMissing if nobody
    of the case speaks for the child."""
    work.record(recording.case.id, "age_considered")
    parties = work.stores.parties.of_case(recording.case.id)
    person = next((each for each in parties if each.kind == "applicant"), None)
    if person is None or not person.is_minor_on(work.today):
        return
    if recording.text("case_class") == "normal":
        raise ChildClassStays(field="case_class")
    speaker = recording.text("age_speaker")
    speakers = {_ANSWERED_AS.get(each.kind, each.kind) for each in parties if speaks_for_a_child(each)}
    if speaker in _SPEAKERS and speaker not in speakers:
        raise SpeakerMissing(field="age_speaker")
    owe_notices(
        work,
        recording.case,
        child_welfare=recording.text("child_welfare_considered"),
        representative="missing" if speaker == "applied_for" else "",
        anew=[CHILD_WELFARE],
    )
    owe_tracing(work, recording.case)


def require_speaker(recording: Recording, age: int | None) -> None:
    """Raise ChildSpeaksAlone for a child under fifteen who needs nobody to speak for them (434/2003 14 §)."""
    if age is not None and age < OWN_SAY_AGE and recording.text("representative_state") == "not_needed":
        raise ChildSpeaksAlone(field="representative_state")

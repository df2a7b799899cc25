"""Tracing the parent or carer of a child in the assistance system: asked for once the child is a client, never before."""

from __future__ import annotations

from datetime import date
from typing import Final

from engine.casework.clienthood import clienthood_of, runs
from engine.casework.municipality import stay_of
from engine.casework.notices import begin_notice
from engine.clock import day_of
from engine.domain.cases import Case
from engine.errors import Invalid
from engine.executor.engine import Work
from engine.feel.values import from_json

TRACING: Final = "tracing"
_SPEAKER: Final = "representative_state"
_SPEAKER_AT_AGE: Final = "age_speaker"
"""The same question where a corrected birth date makes somebody a child."""
_NOBODY: Final = frozenset({"missing", "applied_for"})
"""Answers that a child has nobody to speak for it. Who then gets a representative still has no guardian."""


class ChildNotAdmitted(Invalid):
    sentence = (
        "Jäljittämistä pyydetään vasta, kun lapsi on otettu asiakkaaksi (301/2004 105 b § 2 mom.). Turvapaikkaa hakevasta lapsesta "
        "Maahanmuuttovirasto aloittaa jäljittämisen itse (1 mom.)."
    )


def owe_tracing(work: Work, case: Case) -> None:
    """Begin the request for a client who is a child found to be without a guardian, unless it was begun since the admission,
    waits, or has left. Of a child who seeks asylum the immigration service traces by itself (301/2004 105 b § 1 mom.)."""
    clienthood = clienthood_of(work, case)
    if clienthood is None or not clienthood.runs or not _is_alone(work, case):
        return
    if not _is_asked(work, case, clienthood.since):
        begin_notice(work, case, TRACING)


def require_traceable(work: Work, case: Case, field: str) -> None:
    """Raise ChildNotAdmitted of a child outside the assistance system: nothing gives its facts to anybody for this."""
    if not runs(work, case):
        raise ChildNotAdmitted(field=field)


def _is_alone(work: Work, case: Case) -> bool:
    person = work.stores.parties.applicant_of(case.id)
    if person is None or not person.is_minor_on(work.today):
        return False
    answered = [from_json(each.answers) for each in work.stores.submissions.of_case(case.id)]
    speakers = [speaker for each in answered if (speaker := each.get(_SPEAKER) or each.get(_SPEAKER_AT_AGE))]
    is_alone = not _NOBODY.isdisjoint(speakers) and speakers[-1] in _NOBODY | {"representative"}
    return is_alone and stay_of(work, case) != "asylum_seeker"


def _is_asked(work: Work, case: Case, since: date) -> bool:
    events = work.stores.timeline.of_case(case.id, "notice_begun", "notice_sent")
    of_tracing = [each for each in events if each.subject == TRACING]
    if any(each.kind == "notice_sent" or day_of(each.at) >= since for each in of_tracing):
        return True
    keys = {each.facts.get("business_key") for each in of_tracing}
    return any(each.business_key in keys for each in work.stores.tasks.open_in(case.id))

"""A removal from the assistance system (746/2011 38 f §): assessed, prepared by one and signed by another."""

from __future__ import annotations

from engine.casework.appeals import REMOVAL
from engine.casework.clienthood import clienthood_of, runs
from engine.casework.recordings.free_will import PARENTAL, require_free_will
from engine.casework.recordings.hearing import require_time
from engine.casework.recordings.recording import Recording
from engine.casework.recordings.resolution import prepare, prepared_of, send_back, sign
from engine.domain.ages import age_of
from engine.domain.clienthood import (
    REMOVED,
    ChildNeedsGuardian,
    ClienthoodOver,
    DiedBeforeAdmission,
    GuardianUnsafe,
    HelpEndsBeforeDecision,
    OwnWillNeeded,
    WrittenAdmissionMissing,
)
from engine.domain.law import OWN_SAY_AGE
from engine.errors import Invalid
from engine.executor import Work

WISH = "wish"


class ChildInterestMissing(Invalid):
    sentence = "Asiakas on alaikäinen. Kerro, miten lapsen etu ja mielipide on otettu huomioon."


class NothingWished(Invalid):
    sentence = "Tämä poikkeus koskee vain sitä, joka on itse ilmoittanut haluavansa pois."


def record_removal_assessment(work: Work, recording: Recording) -> None:
    """A wish to leave counts only if the will was free; a child's is the child's own, with who speaks for a younger one."""
    if recording.text("removal_proposal") == "keep":
        return
    clienthood = clienthood_of(work, recording.case)
    if clienthood is None or not clienthood.runs:
        raise ClienthoodOver(field="removal_proposal")
    died_on = recording.day("died_on")
    if died_on is not None and died_on < clienthood.since:
        raise DiedBeforeAdmission(field="died_on")
    if recording.text("removal_proposal") != "remove":
        return
    require_time(work, recording)
    person = work.stores.parties.applicant_of(recording.case.id)
    age = age_of(person.identity, work.today) if person is not None else None
    is_minor = person is not None and person.is_minor_on(work.today)
    if is_minor and not recording.text("child_interest"):
        raise ChildInterestMissing(field="child_interest")
    is_wish = recording.text("removal_ground") == WISH
    if recording.text("hearing_exception") == "accepted_wish" and not is_wish:
        raise NothingWished(field="hearing_exception")
    if is_wish:
        require_free_will(recording)
        _require_own_will(work, recording, is_minor=is_minor, age=age)


def _require_own_will(work: Work, recording: Recording, *, is_minor: bool, age: int | None) -> None:
    parties = work.stores.parties.of_case(recording.case.id)
    wished_by = recording.text("wished_by")
    if any(each.kind == "guardian" and each.is_unsafe for each in parties) and wished_by in PARENTAL:
        raise GuardianUnsafe(field="wished_by")
    if not is_minor:
        if wished_by != "person":
            raise OwnWillNeeded(field="wished_by")
        return
    if wished_by == "guardian" and (age is None or age >= OWN_SAY_AGE):
        raise OwnWillNeeded(field="wished_by")
    if wished_by == "person" and (age is None or age < OWN_SAY_AGE):
        raise ChildNeedsGuardian(field="wished_by")


def record_removal_preparation(work: Work, recording: Recording) -> None:
    """Prepare the decision. The written admission is owed first, also after an oral one (434/2003 43 §)."""
    if recording.case.outcome is None:
        raise WrittenAdmissionMissing(field="reasons")
    if not runs(work, recording.case):
        raise ClienthoodOver(field="reasons")
    help_until = recording.day("help_until")
    if help_until is not None and help_until < work.today:
        raise HelpEndsBeforeDecision(field="help_until")
    prepare(work, recording, REMOVAL, REMOVED, recording.case.language)


def record_removal_signature(work: Work, recording: Recording) -> None:
    resolution = prepared_of(work, recording, REMOVAL)
    if recording.text("removal_signature") == "sign":
        if not runs(work, recording.case):
            raise ClienthoodOver(field="removal_signature")
        sign(work, recording, resolution)
    else:
        send_back(work, recording, resolution, recording.text("removal_signature"))

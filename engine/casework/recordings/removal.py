"""A removal from the assistance system (746/2011 38 f §): assessed, prepared by one and signed by another."""

from __future__ import annotations

from datetime import date

from engine.casework.appeals import REMOVAL, is_sent_back
from engine.casework.assessed_before import removal_terms
from engine.casework.clienthood import NOT_ASKED, clienthood_of, restore_clienthood, runs, wished_to_leave_on
from engine.casework.correction_course import base_of, end, needs_consent
from engine.casework.decision_corrections import correction_of
from engine.casework.next_contact import AGREED, note_next_contact
from engine.casework.recordings.assessment import require_heard_by_age
from engine.casework.recordings.consent import require_safe_talk
from engine.casework.recordings.free_will import PARENTAL, require_free_will
from engine.casework.recordings.hearing import require_time
from engine.casework.recordings.preparing import require_oral_answered
from engine.casework.recordings.recording import Recording
from engine.casework.recordings.resolution import (
    end_with_decision,
    prepare,
    prepared_of,
    require_base,
    require_cited_checked,
    send_back,
    sign,
)
from engine.casework.signature_bars import require_assessed_at_age, require_parties_heard
from engine.casework.taken_back import has_speaker, lapses_by_death
from engine.domain.ages import age_of
from engine.domain.cases import Case
from engine.domain.clienthood import (
    KEPT,
    REMOVED,
    AdmissionSentBack,
    ChildNeedsGuardian,
    ClienthoodOver,
    DiedBeforeAdmission,
    GuardianUnsafe,
    HelpEndsBeforeDecision,
    HelpEndsBeforeFinal,
    HelpEndsBeforeSignature,
    OwnWillNeeded,
    PersonDied,
    WrittenAdmissionMissing,
)
from engine.domain.decision_corrections import NotInFavour
from engine.domain.law import OWN_SAY_AGE
from engine.errors import Invalid
from engine.executor import Work
from engine.feel.values import from_json
from engine.storage.resolutions import Resolution

WISH = "wish"
_CONFIRMED = "stay_confirmed"
_UNANSWERED = "Toive lähteä asiakkuudesta on vastaamatta."
"""Begins the note that brings the case back, for the one who ends it."""


class ChildInterestMissing(Invalid):
    sentence = "Asiakas on alaikäinen. Kerro, miten lapsen etu ja mielipide on otettu huomioon."


class WishUnanswered(Invalid):
    sentence = "Henkilö on ilmoittanut haluavansa pois. Valitse se, ja kirjaa, mitä hän sanoi jäämisestä."


class StayedBeforeWish(Invalid):
    sentence = "Hän ilmoitti haluavansa pois vasta tämän päivän jälkeen. Keskustele hänen kanssaan uudelleen."


class NobodySpeaks(Invalid):
    sentence = "Vain alle 15-vuotiaan puolesta voi sanoa tämän toinen: turvallinen huoltaja tai edustaja."


class NothingWished(Invalid):
    sentence = "Tämä poikkeus koskee vain sitä, joka on itse ilmoittanut haluavansa pois."


def record_removal_assessment(work: Work, recording: Recording) -> None:
    """A wish to leave counts only if the will was free; a child's is the child's own, with who speaks for a younger one."""
    if recording.text("removal_proposal") == "keep":
        _require_stay(work, recording)
        return
    _require_clienthood(work, recording)
    if recording.text("removal_proposal") != "remove":
        return
    require_time(work, recording)
    person = work.stores.parties.applicant_of(recording.case.id)
    age = age_of(person.identity, work.today) if person is not None else None
    is_minor = person is not None and person.is_minor_on(work.today)
    if is_minor and not recording.text("child_interest"):
        # A version before asks nothing of a child but this.
        asked = "concerns_child" if recording.asks("concerns_child") else "child_interest"
        raise ChildInterestMissing(field=asked)
    require_heard_by_age(recording, age)
    is_wish = recording.text("removal_ground") == WISH
    if recording.text("hearing_exception") == "accepted_wish" and not is_wish:
        raise NothingWished(field="hearing_exception")
    if is_wish:
        require_free_will(recording)
        _require_own_will(work, recording, is_minor=is_minor, age=age)


def _require_stay(work: Work, recording: Recording) -> None:
    """Refuse to close a wish to leave without a talk in which the person stays (746/2011 38 a § 2 mom., 38 f §), or who speaks
    for a younger child says it (434/2003 14 §). The wish of one who could not be asked stays open, and brings the case back.
    In a correction the person stays by a decision of its own."""
    wished_on = wished_to_leave_on(work, recording.case)
    is_wished = wished_on is not None or recording.text("removal_cause") == WISH
    if not is_wished or not recording.asks(_CONFIRMED) or _correction(work, recording):
        return
    if not recording.shows(_CONFIRMED):
        raise WishUnanswered(field="removal_cause")
    confirmed = recording.text(_CONFIRMED)
    if confirmed == NOT_ASKED:
        words = {**recording.answers, AGREED: f"{_UNANSWERED} {recording.text('stay_not_asked')}"}
        note_next_contact(work, recording.case, words)
        return
    if confirmed == "speaker" and not has_speaker(work, recording.case):
        raise NobodySpeaks(field=_CONFIRMED)
    stayed_on = recording.day("stay_told_on")
    if stayed_on is not None and wished_on is not None and stayed_on < wished_on:
        raise StayedBeforeWish(field="stay_told_on")
    if confirmed == "own":
        require_free_will(recording)
    require_safe_talk(work, recording, "stay_told_way")


def _require_clienthood(work: Work, recording: Recording) -> None:
    """Of a removal that is decided anew the clienthood may have ended: by the decision that is corrected."""
    key = _correction(work, recording)
    clienthood = clienthood_of(work, recording.case)
    if clienthood is None or not (clienthood.runs or key):
        raise ClienthoodOver(field="removal_proposal")
    died_on = recording.day("died_on")
    if died_on is not None and died_on < clienthood.since:
        raise DiedBeforeAdmission(field="died_on")
    # A removal may be open for a moment after the death was confirmed, until its due row ends it.
    if recording.text("removal_proposal") == "remove":
        if lapses_by_death(work, recording.case):
            raise PersonDied(field="removal_proposal")
        _require_admission(work, recording.case, key, "removal_proposal")
    if key and recording.text("removal_proposal") == "died":
        end(work, recording.case, key, "no_new_decision")
    elif key and needs_consent(work, recording.case, REMOVED, key):
        raise NotInFavour(field="removal_proposal")


def _require_admission(work: Work, case: Case, key: str, field: str) -> None:
    """Help goes on until the new decision. A removal that is corrected was decided before."""
    if not key and is_sent_back(work, case):
        raise AdmissionSentBack(field=field)


def _correction(work: Work, recording: Recording) -> str:
    """Return the key of the correction in which a removal is decided anew; empty otherwise."""
    scope = work.instances.scope_of(recording.case, recording.task.instance_id, recording.task.task_key)
    key = str(scope.get("correction_key") or "")
    return key if key and base_of(work, recording.case, key, REMOVAL) else ""


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
    key = _correction(work, recording)
    if not key and not runs(work, recording.case):
        raise ClienthoodOver(field="reasons")
    _require_admission(work, recording.case, key, "reasons")
    help_until = recording.day("help_until")
    if help_until is not None and help_until < work.today:
        raise HelpEndsBeforeDecision(field="help_until")
    require_oral_answered(work, recording, REMOVAL)
    scope = work.instances.scope_of(recording.case, recording.task.instance_id, recording.task.task_key)
    is_kept = bool(key) and scope.get("removal_proposal") == "keep"
    outcome = KEPT if is_kept else REMOVED
    if key and needs_consent(work, recording.case, outcome, key, recording.answers):
        raise NotInFavour(field="help_until" if help_until is not None else "reasons")
    prepare(work, recording, REMOVAL, outcome, recording.case.language)


def record_removal_signature(work: Work, recording: Recording) -> None:
    resolution = prepared_of(work, recording, REMOVAL)
    if recording.text("removal_signature") == "sign":
        key = str(correction_of(resolution).get("key") or "")
        if key:
            require_base(work, recording.case, key, resolution, "removal_signature")
        elif not runs(work, recording.case):
            raise ClienthoodOver(field="removal_signature")
        _require_admission(work, recording.case, key, "removal_signature")
        require_assessed_at_age(work, recording.case, "removal_assessment", "removal_signature")
        require_parties_heard(work, recording.case, resolution, "removal_assessment", "removal_signature")
        _require_help_lasts(work, recording.case, resolution)
        require_cited_checked(work, recording, resolution)
        sign(work, recording, resolution)
        if key:
            # The decision before ends no clienthood any more; one that removes ends it anew, once it is served.
            restore_clienthood(work, recording.case, "corrected")
            end_with_decision(work, recording.case, key, REMOVAL)
    else:
        send_back(work, recording, resolution, recording.text("removal_signature"))


def _require_help_lasts(work: Work, case: Case, resolution: Resolution) -> None:
    """A draft may wait for its signer while the days in it go by. Help lasts as long as the clienthood (746/2011 35 § 4 mom.)."""
    help_until = from_json(resolution.content.get("answers") or {}).get("help_until")
    if resolution.outcome != REMOVED or not isinstance(help_until, date):
        return
    if help_until < work.today:
        raise HelpEndsBeforeSignature(field="removal_signature")
    if removal_terms(work, case, resolution).get("takes_effect") == "when_final":
        raise HelpEndsBeforeFinal(field="removal_signature")

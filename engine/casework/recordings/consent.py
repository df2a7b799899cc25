"""The person's consent, confirmed with them: an entry of the consent ledger."""

from __future__ import annotations

import re

from engine.casework.contact_channels import unsafe_talks
from engine.casework.recordings.free_will import require_free_will, require_informed, require_maturity
from engine.casework.recordings.recording import Recording
from engine.casework.sealing import open_sealed
from engine.casework.spoken_decisions import require_spoken_finished
from engine.casework.talks import CHOICE, LAPSES, withheld_without_contact
from engine.domain.consents import REFERRAL, TELL_REFERRER
from engine.domain.interpreters import interpreter_of
from engine.errors import Invalid
from engine.executor import Work

CONSENT_TEXT = "2"
"""Version of the consent text that the shipped forms show. In 2, from 29.11.2026, the police are notified where the law
demands or allows it (746/2011 37 §); in 1 they were notified of no client."""
CONSENT_WORDS = "42e86c663cd015c8f83bdebcd35211bff2b722fb4d3fc5fdcc72e075a04aff8b"
"""SHA-256 of its words in every language (`tests/forms/test_consent_words.py`): raise the version with it."""
_VERSION = re.compile(r"\d{1,4}([.-]\d{1,4}){0,2}")
STATES = {"given": "given", "refused": "refused"}


class CallNotSafe(Invalid):
    sentence = (
        "Henkilö ei ole sanonut, että hänelle voi soittaa. Sovi uusi keskustelu turvallisella tavalla. Jos hän on antanut "
        "siihen luvan, kirjaa se ensin asian sivulla."
    )


class UntrueOfPerson(Invalid):
    sentence = (
        "Tämä ei sovi siihen, mitä henkilön kanssa puhumisesta on kirjattu. Jos hänen kanssaan on puhuttu, ohjaajan kirjaus ei "
        "riitä: sovi uusi keskustelu. Asia voi raueta, kun uutta keskustelua on yritetty."
    )


def record_consent(work: Work, recording: Recording) -> None:
    """Record the consent or refusal. Nothing is recorded if the person was not reached."""
    state = STATES.get(recording.text("consent"))
    if state is None:
        return
    if state == "refused":
        require_spoken_finished(work, recording.case, field="consent")
    require_free_will(recording)
    require_safe_talk(work, recording, "channel")
    if state == "given":
        require_informed(recording)
        _require_maturity(work, recording)
    work.stores.consents.record(
        recording.case.id,
        purpose=REFERRAL,
        recipient="assistance_system",
        state=state,
        text_version=text_version(recording.text("text_version")),
        recorded_by_role=recording.task.candidate_group.value,
        moment=work.now,
        language=recording.text("consent_language") or None,
        given_how=recording.text("channel") or None,
        interpreter=interpreter_of(recording.text("interpreter_used")),
        given_on=recording.day("consent_on"),
        recorded_by=work.actor.person_id,
        note=recording.text("refusal_notes"),
    )
    if recording.text("referrer_may_know"):
        work.stores.consents.record(
            recording.case.id,
            purpose=TELL_REFERRER,
            recipient="referrer",
            state="given" if recording.text("referrer_may_know") == "yes" else "refused",
            text_version=CONSENT_TEXT,
            recorded_by_role=recording.task.candidate_group.value,
            moment=work.now,
            language=recording.text("consent_language") or None,
            given_how=recording.text("channel") or None,
            interpreter=interpreter_of(recording.text("interpreter_used")),
            given_on=recording.day("consent_on"),
            recorded_by=work.actor.person_id,
        )
    if recording.text("applies_self") == "yes":
        work.record(recording.case.id, "applies_self")
    if state == "given" or recording.text("applies_self") == "yes":
        open_sealed(work, recording.case)
    work.record(recording.case.id, "consent_given" if state == "given" else "consent_refused")


def record_without_contact(work: Work, recording: Recording) -> None:
    """Raise UntrueOfPerson where the referrer would consent for a person whose will a talk left in doubt, or where a lapse
    would say of them what is not so."""
    choice = recording.text(CHOICE)
    if choice in withheld_without_contact(work, recording.case, recording.task).get(CHOICE, ()):
        raise UntrueOfPerson(field=CHOICE)
    if choice in LAPSES:
        require_spoken_finished(work, recording.case, field=CHOICE)
    if choice == "accept_referrer":
        open_sealed(work, recording.case)


def require_safe_talk(work: Work, recording: Recording, question: str) -> None:
    """Refuse a call that the person's own list of safe ways contradicts. A way that they have added since is recorded first."""
    if recording.text(question) in unsafe_talks(work, recording.case):
        raise CallNotSafe(field=question)


def _require_maturity(work: Work, recording: Recording) -> None:
    parties = work.stores.parties.of_case(recording.case.id)
    applicant = work.stores.parties.applicant_of(recording.case.id)
    guardians = [each for each in parties if each.kind == "guardian"]
    require_maturity(
        recording,
        is_minor=applicant is not None and applicant.is_minor_on(work.today),
        guardian_is_unsafe=any(each.is_unsafe for each in guardians),
    )


def text_version(version: str) -> str:
    """Return the version of the consent text. The ledger is not sealed, so any other text in the answer is not copied there."""
    return version if _VERSION.fullmatch(version) else CONSENT_TEXT

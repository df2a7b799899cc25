"""A consent to one disclosure taken back: that disclosure stops, in the transaction that records it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from engine.casework.consents_to_ask import ended_by
from engine.casework.links import address_of
from engine.casework.messages import LETTER_WAITS
from engine.casework.paper_readers import moved_request, request_of
from engine.casework.posting import ASKING, POSTING
from engine.clock import day_of
from engine.domain.acts import Act
from engine.domain.cases import Case
from engine.domain.consents import (
    ASK_WITH_CONSENT,
    CRIME_REPORT,
    GIVEN,
    POLICE,
    TELL_REFERRER,
    Consent,
    newest,
)
from engine.domain.tasks import UserTask
from engine.executor.engine import Work
from engine.instances import CompiledModels
from engine.storage.requests import InformationRequest
from engine.texts import LANGUAGES, text

CONSENT_BASIS = "henkilön suostumus"
"""The legal basis of a request made with the person's consent, as letters word it."""
NOTICE: Final = "send_notice"
REFERRER_NOTICE: Final = "referrer_notice"
"""The letter with yes or no to the referrer, which leaves with the person's consent only (621/1999 26 §)."""
STOPPED: Final = "consent_withdrawn"
"""Answer of who was to post a letter: it stays here, and nothing is asked by another way either."""


def lacks_consent(work: Work, case: Case, request: InformationRequest) -> bool:
    """True if the request was made with a consent that has been withdrawn, or refused since."""
    return _needs_consent(request) and ended_by(work, case, request) is not None


def withdrawn_on(work: Work, case: Case, request: InformationRequest) -> date | None:
    """Return the day on which the consent behind the request was withdrawn."""
    return _day_of(ended_by(work, case, request)) if _needs_consent(request) else None


def unnotified_since(work: Work, case: Case, paper: str) -> date | None:
    """Return the day on which the consent was withdrawn with which the referrer would be notified; None of another letter."""
    entry = newest(work.stores.consents.of_case(case.id), TELL_REFERRER)
    return _day_of(entry) if paper == REFERRER_NOTICE else None


def _day_of(entry: Consent | None) -> date | None:
    """Return the day of a withdrawal or refusal; it stands where another entry has the day of its consent."""
    if entry is None or entry.state == GIVEN:
        return None
    return entry.given_on or day_of(entry.recorded_at)


def withdrawal_behind_notice(work: Work, case: Case, task: UserTask) -> Mapping[Act, date]:
    """Return the day on which the consent behind the notice that the task sends to the police was withdrawn."""
    if task.form_key != NOTICE:
        return {}
    scope = work.instances.scope_of(case, task.instance_id, task.task_key)
    if "consent" not in (scope.get("police_ground"), scope.get("transfer_ground")):
        return {}
    withdrawn = _day_of(newest(work.stores.consents.of_case(case.id), CRIME_REPORT, POLICE))
    return {Act.CONSENT_WITHDRAWAL: withdrawn} if withdrawn is not None else {}


def withheld_of_letter(work: Work, case: Case, task: UserTask) -> Mapping[str, frozenset[str]]:
    """Return the answers that the task of posting a letter, or of asking aloud, does not offer, by question."""
    if task.form_key not in (POSTING, ASKING):
        return {}
    scope = work.instances.scope_of(case, task.instance_id, task.task_key)
    request = request_of(work, case, scope) or moved_request(work, case, scope)
    is_stopped = (
        lacks_consent(work, case, request)
        if request is not None
        else unnotified_since(work, case, str(scope.get("notice") or "")) is not None
    )
    if task.form_key == ASKING:
        return {"ask_state": frozenset({"no_answer", "letter", "not_asked"} if is_stopped else {STOPPED})}
    if not is_stopped:
        return {"paper_state": frozenset({STOPPED})}
    is_offered = offers_stop(work.instances.models(case.deployment_id))
    return {"paper_state": frozenset({"not_sent"})} if is_offered else {}


def offers_stop(models: CompiledModels) -> bool:
    """False of versions whose form knows only that a letter leaves or does not."""
    question = models.form(POSTING).by_key.get("paper_state")
    return question is not None and STOPPED in {each.value for each in question.options}


def stop_disclosure(work: Work, case: Case, ending: UUID) -> int:
    """Stop what a consent allowed that this entry withdraws, or refuses anew. Return how many messages and links no longer
    lead there."""
    consent = next(each for each in work.stores.consents.of_case(case.id) if each.id == ending)
    if consent.purpose == TELL_REFERRER:
        referrer = next(
            (each for each in work.stores.parties.of_case(case.id) if each.kind == "referrer"), None
        )
        addresses = {str(referrer.contact.get("referrer_email") or "")} if referrer else set()
        unsent = [
            each
            for each in work.stores.outbox.unsent_to(case.id, addresses - {""})
            if each.kind == LETTER_WAITS
        ]
        work.stores.outbox.withhold(unsent, work.now)
        return len(unsent)
    if consent.purpose != ASK_WITH_CONSENT:
        return 0
    asked = [
        each
        for each in work.stores.requests.of_case(case.id)
        if _needs_consent(each) and ended_by(work, case, each) == consent
    ]
    stopped = _withheld(work, case, asked)
    for request in asked:
        # The questions themselves tell of the person: the page that shows them closes too.
        work.stores.links.revoke_of_request(request.id, work.now)
    return stopped


def _needs_consent(request: InformationRequest) -> bool:
    return request.legal_basis in {text(language, CONSENT_BASIS) for language in LANGUAGES} | {CONSENT_BASIS}


def _withheld(work: Work, case: Case, requests: Iterable[InformationRequest]) -> int:
    waiting = [each for each in requests if each.is_open and each.answered_at is None]
    addresses = {address for each in waiting if (address := address_of(work, case, each))}
    unsent = [
        each
        for each in work.stores.outbox.unsent_to(case.id, addresses)
        if each.kind in ("mail_request", "mail_reminder", "mail_new_date")
    ]
    work.stores.outbox.withhold(unsent, work.now)
    return len(waiting)

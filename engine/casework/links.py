"""Links to information requests: made, sent, and renewed. Each request has one valid address at a time."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date, datetime, timedelta

from engine.casework.contact_channels import reached
from engine.casework.messages import language_of, safe_email_of, send_to
from engine.casework.official_requests import official_text, official_values
from engine.casework.parties_heard import still_speaks
from engine.casework.texted_codes import code_by_text
from engine.domain.applications import CHILD_FORM, OPENING, answers_about_person
from engine.domain.cases import Case
from engine.domain.parties import ANSWER_REQUESTS, SPEAKERS
from engine.domain.people import Role
from engine.executor.engine import Work
from engine.instances import CompiledModels
from engine.storage.links import UNSENT
from engine.storage.parties import Party
from engine.storage.requests import MAILBOXES, InformationRequest
from engine.texts import day

LINK_OUTLIVES_DUE = timedelta(days=60)
"""A late answer is an answer: the link lives on until the request is closed."""


def address_of(work: Work, case: Case, request: InformationRequest) -> str | None:
    """Return the e-mail address to which the request's link may be sent; None without a known and safe one."""
    if request.kind == "hearing" or request.channel != "link":
        return None
    if request.recipient_role == Role.APPLICANT:
        return email_for_applicant(work.stores.parties.of_case(case.id), work.today)
    email = str(request.recipient.get("email") or "")
    if email:
        return email
    if request.recipient_role == Role.REFERRER:
        parties = work.stores.parties.of_case(case.id)
        return safe_email_of(next((party for party in parties if party.kind == "referrer"), None))
    return None


def email_for_applicant(parties: tuple[Party, ...], day: date) -> str | None:
    return safe_email_of(_mailed_for_applicant(parties, day))


def language_about(work: Work, case: Case, request: InformationRequest) -> str:
    """Return the language of mails about a request: of a question to the person, or of a hearing, the reader's own. The
    questions themselves are written in fewer."""
    if request.recipient_role != Role.APPLICANT:
        return request.language
    parties = work.stores.parties.of_case(case.id)
    if request.kind == "hearing":
        return language_of(next((each for each in parties if each.id == request.party_id), None), case)
    return language_of(_mailed_for_applicant(parties, work.today), case)


def _mailed_for_applicant(parties: tuple[Party, ...], day: date) -> Party | None:
    """Return the person; if they have no mailbox that is safe, somebody who has one and may answer for them (434/2003 12 §)."""
    person = next((each for each in parties if each.kind == "applicant"), None)
    speakers = (
        each
        for each in parties
        if each.kind in SPEAKERS
        and ANSWER_REQUESTS in each.powers
        and (person is None or still_speaks(each, person, day))
    )
    readers = (reached(parties, day), *speakers)
    return next((each for each in readers if safe_email_of(each) is not None), None)


def wants_reminders(work: Work, case: Case, reader: Party | None = None) -> bool:
    """Return False if the application says that its person is not to be reminded. A child without an application of their own
    has the parent's. Of a party who speaks for the person it says so only where it was made for children, and is theirs."""
    sent = work.stores.submissions.of_case(case.id, *OPENING)
    if not sent and case.parent_id is not None:
        sent = work.stores.submissions.of_case(case.parent_id, *OPENING)
    is_person = reader is None or reader.kind == "applicant"
    return not any(
        answers_about_person(each.form_key, each.answers).get("wants_reminders") == "no"
        for each in sent
        if is_person or each.form_key == CHILD_FORM
    )


def new_link(work: Work, request: InformationRequest, expires_at: datetime, *, keep_drafts: bool) -> str:
    """Return a new address for the request. Earlier ones stop working; `keep_drafts` keeps what was typed behind them."""
    work.stores.links.revoke_of_request(request.id, work.now, keep_drafts=keep_drafts)
    return _made(work, replace(request, recipient={**request.recipient, MAILBOXES: []}), expires_at)


def send_link(
    work: Work, case: Case, models: CompiledModels, request: InformationRequest, due_at: datetime
) -> None:
    address = new_link(work, request, due_at + LINK_OUTLIVES_DUE, keep_drafts=False)
    send_address(work, case, models, request, address, due_at)


def send_address(
    work: Work,
    case: Case,
    models: CompiledModels,
    request: InformationRequest,
    address: str,
    due_at: datetime,
) -> bool:
    """Send the link by e-mail if that is safe. Return False if staff must pass it on another way."""
    values = {"link": address, "due_on": day(language_about(work, case, request), due_at)}
    return send_about(work, case, models, request, "mail_request", values)


def send_about(
    work: Work,
    case: Case,
    models: CompiledModels,
    request: InformationRequest,
    kind: str,
    values: dict[str, str],
) -> bool:
    """Send a message of this kind about a request. A person's names nothing; a professional's says who asks, on which
    ground and under which reference, so that it is not taken for a fraud."""
    official = official_text(work, case, request, kind)
    email = address_of(work, case, request)
    if email is not None and "link" in values:
        work.stores.requests.remember_mailbox(work.stores.requests.by_id(request.id), email)
    return send_to(
        work,
        models,
        case.id,
        kind,
        email=email,
        language=language_about(work, case, request),
        values=_of_official(work, case, request) | values if official else values,
        worded_as=next((each for each in official if each in models.bundle.texts), ""),
    )


def _of_official(work: Work, case: Case, request: InformationRequest) -> dict[str, str]:
    by_text = {"by_text": "yes"} if code_by_text(work, case, request) else {}
    return official_values(work, case, request) | by_text


def remind(work: Work, case: Case, models: CompiledModels, request: InformationRequest, due_on: date) -> bool:
    """Remind who is asked. One who is heard is reminded of the day alone, by a safe mailbox: the material never travels by
    link. Return False if staff must act: nothing can be sent, or no link works. Of a person, whose own code opens the
    question, the reminder goes all the same; an authority or a referrer could do nothing with it."""
    language = language_about(work, case, request)
    named_day = {"due_on": day(language, due_on)}
    if request.kind != "hearing":
        link = living_address(work, request)
        if not link and request.recipient_role != Role.APPLICANT:
            return False
        is_sent = send_about(work, case, models, request, "mail_reminder", {**link, **named_day})
        return is_sent and bool(link)
    parties = work.stores.parties.of_case(case.id)
    heard = next((each for each in parties if each.id == request.party_id), None)
    return send_to(
        work,
        models,
        case.id,
        "mail_reminder",
        email=safe_email_of(heard),
        language=language,
        values=named_day,
    )


def living_address(work: Work, request: InformationRequest) -> dict[str, str]:
    """Return the values with the address for a reminder; empty if no link is valid, or wrong codes have locked it: then a
    person renews it.

    An address works once. A recipient who opened it and lost the page gets a new one, for a reminder of a used
    address would be useless. The page that may still be open keeps its key, so that nobody is cut off while they
    write.
    """
    token = work.stores.requests.link_of(request)
    alive = [
        link
        for link in work.stores.links.of_request(request.id)
        if link.is_alive(work.now) and not link.is_locked and link.purpose not in UNSENT
    ]
    if token is None or not alive:
        return {}
    if alive[-1].opened_at is None:
        return {"link": _address(work, token)}
    return {"link": _made(work, request, alive[-1].expires_at)}


def _made(work: Work, request: InformationRequest, expires_at: datetime) -> str:
    token = secrets.token_urlsafe(32)
    work.stores.links.add(
        request.case_id,
        "answer_request",
        token,
        request_id=request.id,
        moment=work.now,
        expires_at=expires_at,
    )
    work.stores.requests.remember_link(request, token)
    return _address(work, token)


def _address(work: Work, token: str) -> str:
    return f"{work.settings.base_url}/r/{token}"

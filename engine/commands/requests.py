"""Information requests as their recipient meets them: open one from its link, keep a half-written reply, answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from engine.casework.answers import Sent, judge
from engine.casework.contact_reports import report_in_reply
from engine.casework.neutral_questions import neutral_of, own_words_of
from engine.casework.official_requests import OfficialRequest, link_at, official_request
from engine.casework.reply_receipts import EarlierReply, ReplyReceipt, earlier_replies, receipt_of
from engine.casework.resolution_letter import born_on
from engine.casework.texted_codes import CodeByText, code_by_text, is_old_code, opens_by_text
from engine.commands.public_drafts import CODE, MOST_CHARACTERS, code_of
from engine.commands.replies import (
    ANSWERED_BY,
    FORM,
    EmptyReply,
    add_rest,
    answer,
    is_part,
    leave_reply_to_read,
    missing_in,
    store_reply,
    was_sent,
)
from engine.domain.cases import Case
from engine.domain.people import PUBLIC, Actor, Role
from engine.domain.policy import Action
from engine.errors import Invalid, NotFound, RequestClosed
from engine.executor import Command, Query, Work
from engine.executor.permissions import permit_case, require_scope, require_seen
from engine.feel.values import from_json
from engine.operations.notices import notify_caseworker
from engine.storage.links import BY_CODE, Link
from engine.storage.requests import InformationRequest, answer_code
from forms.definition import FormDefinition, without

SHORTEST_KEY = 32
NOT_ASKED_OF_OTHERS = frozenset({ANSWERED_BY})
NOT_ASKED_BY_CODE = NOT_ASKED_OF_OTHERS | {"contact_change"}
"""No new way is taken from one who holds the case's code alone: others may hold it too."""
NOT_ASKED_OF_PROFESSIONALS = frozenset({"contact_changed", "contact_change"})


@dataclass(frozen=True, slots=True)
class LinkAsShown:
    """A link before its code was given."""

    expires_at: datetime
    official: OfficialRequest | None
    """None for a request to the person, or to a private person who referred: their page says nothing."""
    is_to_person: bool
    """A code of the case opens it too."""
    by_text: CodeByText | None
    """How the code goes by text message; None if it does not."""


@dataclass(frozen=True, slots=True)
class RequestAsShown:
    """A request as its recipient sees it after giving the code; nothing else of the case."""

    definition: FormDefinition
    questions: str
    """As they were written. Empty where only the case's code opened it: others may hold that."""
    neutral: str
    """Which question of the list is asked; empty for none."""
    hides_more: bool
    """Words were asked that the code alone does not show."""
    legal_basis: str
    due_on: date | None
    recipient_role: str
    language: str
    deployment_id: UUID
    expires_at: datetime
    official: OfficialRequest | None = None
    person_name: str = ""
    """For a professional only, who has to know whom they are asked about. A referrer reads the name that they gave."""
    person_born_on: str = ""
    """For an authority only."""
    own_reference: str = ""
    """The referrer's own, from the referral."""
    earlier: tuple[EarlierReply, ...] = ()


@dataclass(frozen=True, slots=True)
class OldCode:
    """A code that came by text message and is over: it opens nothing, and is no guess."""


@dataclass(frozen=True)
class FindLink(Query[LinkAsShown]):
    """Return until when a link can be opened, and to a professional who asks. Raise NotFound if it cannot be."""

    token: str

    def permit(self, work: Work) -> None:
        """Permit anyone: only the link's token finds it."""

    def execute(self, work: Work) -> LinkAsShown:
        link = link_at(work, self.token)
        if link is None or link.request_id is None:
            raise NotFound
        request = work.stores.requests.by_id(link.request_id)
        case = work.stores.cases.get(link.case_id)
        official = official_request(work, case, request)
        if official is not None:
            actor, subjects = _actor_for(request), [request.reference]
            work.stores.access.log_case(link.case_id, actor, "show_request", work.now, subjects=subjects)
        is_to_person = request.recipient_role == Role.APPLICANT
        return LinkAsShown(link.expires_at, official, is_to_person, code_by_text(work, case, request))


@dataclass(frozen=True)
class OpenRequest(Command[RequestAsShown | OldCode | None]):
    """Open a request from its link. From then on the page uses `key`. The link works again once the page is over, if nothing
    was kept; a professional's at once, with what was kept. Return None for a wrong code, which is counted, and OldCode for one that came by text message and is over.

    The newest draft typed behind an earlier link of the same request, by someone who knew the code, is taken over.
    """

    token: str
    factor: str
    key: str

    def permit(self, work: Work) -> None:
        """Permit anyone: only the link's token has an effect."""

    def execute(self, work: Work) -> RequestAsShown | OldCode | None:
        link = link_at(work, self.token, self.key)
        if link is None or len(self.key) < SHORTEST_KEY:
            raise NotFound
        code = "".join(character for character in self.factor if character.isalnum())
        if not _recognised(work, link, code, self.key):
            if link.request_id and is_old_code(work, work.stores.requests.by_id(link.request_id), code):
                return OldCode()
            _count(work, link)
            return None
        case, request = request_of(work, link)
        if not work.stores.links.open(link, self.key, work.now):
            raise NotFound
        _bring_along(work, link, self.key)
        return shown(work, case, request, link)


@dataclass(frozen=True)
class ReadRequest(Query[RequestAsShown]):
    """Return the request again, to the page that opened it."""

    key: str

    def permit(self, work: Work) -> None:
        """Permit anyone who holds the page's key. Raise NotFound otherwise."""
        living_link(work, self.key)

    def execute(self, work: Work) -> RequestAsShown:
        link = living_link(work, self.key)
        case, request = request_of(work, link)
        return shown(work, case, request, link)


@dataclass(frozen=True)
class KeepReply(Command[str]):
    """Keep a half-written reply as long as its link can be answered, and return its code, as KeepPublicDraft. One without words,
    files and code is not kept: the address opens again as long as nothing is."""

    key: str
    typed: Mapping[str, Any]
    code: str | None = None
    awaits_files: bool = False
    """True before files are attached, which need a draft to belong to."""

    def permit(self, work: Work) -> None:
        """Permit anyone who holds the page's key. Raise NotFound otherwise."""
        living_link(work, self.key)

    def execute(self, work: Work) -> str:
        if sum(len(str(name)) + len(str(value)) for name, value in self.typed.items()) > MOST_CHARACTERS:
            raise Invalid("Teksti on liian pitkä tallennettavaksi.")
        expires_at = living_link(work, self.key).expires_at
        code = code_of(work, self.key, self.code)
        kept = {"typed": dict(self.typed), "key": self.key} | ({CODE: code} if code else {})
        drafts = work.stores.public_drafts
        holds_any = _holds_words(kept) or work.stores.attachments.room_of_draft(self.key)[0] > 0
        if holds_any or code or self.awaits_files or drafts.has_code(self.key):
            drafts.save(self.key, FORM, kept, work.now, expires_at, code=code or None)
        else:
            drafts.destroy(self.key)
        return code


def living_link(work: Work, key: str) -> Link:
    link = work.stores.links.by_key(key, work.now)
    if link is None or link.used_at is not None:
        raise NotFound
    return link


def request_of(work: Work, link: Link) -> tuple[Case, InformationRequest]:
    if link.request_id is None:
        raise NotFound
    case = work.stores.cases.get(link.case_id)
    request = work.stores.requests.by_id(link.request_id)
    if not request.is_open:
        raise RequestClosed
    return case, request


def _recognised(work: Work, link: Link, code: str, key: str) -> bool:
    """Return True if `code` is the one sent another way, aloud or by text message, or the applicant's own receipt code at their own link. It opens
    no other: a person with the slip may read the mail of an authority or a referrer.

    A date known to the recipient was considered too: a birthday has fourteen bits, and the people to be feared know it.
    """
    if link.request_id is None:
        return False
    if code == answer_code(work.stores.root, link.request_id):
        return True
    request = work.stores.requests.by_id(link.request_id)
    if request.recipient_role != Role.APPLICANT:
        return opens_by_text(work, link, request, code, key)
    application = work.stores.applications.by_code(code)
    if application is None:
        return False
    return application.case_id == link.case_id and not application.is_referrers_code


def _count(work: Work, link: Link) -> None:
    work.stores.links.count_attempt(link)
    if link.attempts + 1 == work.stores.links.MAX_ATTEMPTS and link.request_id is not None:
        request = work.stores.requests.by_id(link.request_id)
        work.record(
            link.case_id, "request_link_guessed_at", request.recipient_role, business_key=request.reference
        )
        # No reminder has an address any more: only a person can renew it.
        case = work.stores.cases.get(link.case_id)
        notify_caseworker(work, case, work.instances.models(case.deployment_id))


def _bring_along(work: Work, link: Link, key: str) -> None:
    """Move the newest draft with words or files to the key, with its code, which goes on opening it. Others stay where they
    are: each may be the only copy of what somebody wrote."""
    drafts, attachments = work.stores.public_drafts, work.stores.attachments
    if link.request_id is None or drafts.is_kept(key) or attachments.room_of_draft(key)[0]:
        return
    opened = [each for each in work.stores.links.of_request(link.request_id) if each.id != link.id] + [link]
    for earlier in sorted(opened, key=lambda each: each.opened_at or each.created_at, reverse=True):
        found = drafts.find_at(earlier.key_hash, work.now) if earlier.key_hash else None
        if found is None or earlier.key_hash is None:
            continue
        if _holds_words(found[1]) or attachments.are_at(earlier.key_hash):
            drafts.move(earlier.key_hash, key, {**found[1], "key": key}, link.expires_at)
            attachments.follow(earlier.key_hash, key, work.now)
            return


def _holds_words(kept: Mapping[str, Any]) -> bool:
    return any(str(text).strip() for texts in kept["typed"].values() for text in texts)


def shown(work: Work, case: Case, request: InformationRequest, link: Link) -> RequestAsShown:
    work.stores.access.log_case(
        case.id, _actor_for(request), "open_request", work.now, subjects=[request.reference]
    )
    official = official_request(work, case, request)
    is_to_authority = official is not None and not official.is_to_referrer
    person = work.stores.parties.applicant_of(case.id) if is_to_authority else None
    referral = _referral(work, case) if official and official.is_to_referrer else {}
    names = (str(referral.get(each) or "") for each in ("given_names", "family_name"))
    definition = work.instances.models(case.deployment_id).form(FORM)
    own_words, is_by_code = own_words_of(request), link.purpose == BY_CODE
    return RequestAsShown(
        definition=without(definition, _not_asked(link, official)),
        questions="" if is_by_code else own_words,
        neutral=neutral_of(request),
        hides_more=is_by_code and bool(own_words),
        legal_basis=request.legal_basis,
        due_on=request.due_on,
        recipient_role=request.recipient_role,
        language=request.language,
        deployment_id=case.deployment_id,
        expires_at=link.expires_at,
        official=official,
        person_name=person.name if person else " ".join(filter(None, names)),
        person_born_on=born_on(person, request.language),
        own_reference=str(referral.get("referrer_reference") or ""),
        earlier=() if is_by_code else earlier_replies(work, request),
    )


def _referral(work: Work, case: Case) -> Mapping[str, Any]:
    """Return what the referrer wrote: they are shown nothing that the case has learned of the person since."""
    sent = work.stores.submissions.of_case(case.id, "referral", "phone_intake")
    answers = from_json(sent[0].answers) if sent else {}
    return {name: value for name, value in answers.items() if isinstance(value, str)}


def _not_asked(link: Link, official: OfficialRequest | None) -> frozenset[str]:
    if official is not None:
        return NOT_ASKED_OF_PROFESSIONALS
    return NOT_ASKED_BY_CODE if link.purpose == BY_CODE else NOT_ASKED_OF_OTHERS


def _actor_for(request: InformationRequest) -> Actor:
    return replace(PUBLIC, name=request.recipient_role, roles=frozenset({Role(request.recipient_role)}))


@dataclass(frozen=True)
class AnswerRequest(Command[ReplyReceipt]):
    """Store the reply and complete the waiting task. Only the first sending counts. After a part, or a wish for more time,
    the address and its code open the request again, until the rest has come or staff have closed it.

    The key that sent it gets the same receipt again: a button pressed twice must not end in an error. With other words it
    raises RequestClosed, since nothing would keep them. An empty reply is refused, so that a button pressed too early does
    not use the link up.
    """

    key: str
    sent: Sent | None = None
    """Empty to ask for the receipt alone."""
    data: Any = None

    def permit(self, work: Work) -> None:
        """Permit anyone who holds the page's key. Raise NotFound otherwise."""
        self._link(work)

    def execute(self, work: Work) -> ReplyReceipt:
        link = self._link(work)
        if link.used_at is not None and link.request_id is not None:
            request = work.stores.requests.by_id(link.request_id)
            if not was_sent(work, request, link.used_at, self.sent, self.data):
                raise RequestClosed
            return receipt_of(work, request, link, link.used_at)
        case, request = request_of(work, link)
        if not work.stores.links.use(link, work.now):
            raise RequestClosed
        store = add_rest if request.state == "answered" else answer
        answers = store(work, case, request, self.sent, self.data)
        files = work.stores.attachments.adopt(self.key, case.id, request.reference)
        if missing := missing_in(answers, files):
            raise EmptyReply(field=missing)
        work.stores.public_drafts.destroy(self.key)
        if is_part(answers):
            work.stores.links.reopen(link, work.now)
        else:
            work.stores.links.revoke_of_request(request.id, work.now)
        return receipt_of(work, request, link, work.now)

    def _link(self, work: Work) -> Link:
        link = work.stores.links.by_key(self.key, work.now)
        if link is None:
            raise NotFound
        return link


@dataclass(frozen=True)
class DeliverReply(Command[datetime]):
    """Store a reply that came another way, sent by a program or recorded by staff. Return when it was received. Raise NotFound
    for a hearing that goes on: only its task asks if the day is over and the letter has reached the party.

    One that comes after the end is registered all the same (434/2003 42 §); the caseworker is notified.
    """

    case_reference: str
    request_reference: str
    data: Any = None
    sent: Sent | None = None
    tags: frozenset[str] | None = None
    """Of which one must still be the case's, where a program says what it has read."""

    def permit(self, work: Work) -> None:
        require_scope(work, "replies:deliver")
        permit_case(work, self.case_reference, Action.DELIVER_REPLY)

    def execute(self, work: Work) -> datetime:
        case = work.stores.cases.by_reference(self.case_reference)
        require_seen(case.tag, self.tags)
        request = work.stores.requests.get(case.id, self.request_reference)
        if request.is_open and request.kind != "information":
            raise NotFound
        if request.is_open:
            answer(work, case, request, self.sent, self.data)
            work.stores.links.revoke_of_request(request.id, work.now)
        else:
            definition = work.instances.models(case.deployment_id).form(FORM)
            answers = judge(work, definition, self.sent, self.data)
            store_reply(work, case, request, definition, answers)
            work.record(
                case.id, "late_reply_received", request.recipient_role, business_key=request.reference
            )
            leave_reply_to_read(work, case)
            notify_caseworker(work, case, work.instances.models(case.deployment_id))
            report_in_reply(work, case, request, answers)
        return work.now

"""An information request opened from a link, its answer put aside and come back to. Reading an address changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from engine.commands.keep_public_draft import MOST_CHARACTERS
from engine.domain.cases import Case
from engine.domain.people import PUBLIC, Actor, Role
from engine.errors import Invalid, NotFound, RequestClosed
from engine.executor import Command, Query, Work
from engine.storage.links import Link
from engine.storage.requests import InformationRequest, answer_code
from forms.definition import FormDefinition

FORM = "information_reply"
SHORTEST_KEY = 32


@dataclass(frozen=True, slots=True)
class RequestAsShown:
    """What the recipient sees of a request once they have proved they are the recipient: no more of the case than that."""

    definition: FormDefinition
    questions: str
    legal_basis: str
    necessity: str
    due_on: date | None
    recipient_role: str
    language: str
    deployment_id: UUID
    expires_at: datetime


@dataclass(frozen=True)
class FindLink(Query[datetime]):
    """Whether an address can still be opened; tells until when and nothing else. NotFound for every other case alike."""

    token: str
    shows_cases = False

    def permit(self, work: Work) -> None:
        """Whoever holds the token."""

    def execute(self, work: Work) -> datetime:
        link = work.stores.links.find(self.token, work.now)
        if link is None:
            raise NotFound
        return link.expires_at


@dataclass(frozen=True)
class OpenRequest(Command[RequestAsShown | None]):
    """Exchange the address for the page's own key, once. None for a wrong code, which is counted.

    What was typed behind an earlier link of the same request, by someone who knew the code, is there again.
    """

    token: str
    factor: str
    key: str

    def permit(self, work: Work) -> None:
        """Whoever holds the token."""

    def execute(self, work: Work) -> RequestAsShown | None:
        link = work.stores.links.find(self.token, work.now, self.key)
        if link is None or len(self.key) < SHORTEST_KEY:
            raise NotFound
        if not _recognised(work, link, self.factor):
            _count(work, link)
            return None
        case, request = request_of(work, link)
        if not work.stores.links.open(link, self.key, work.now):
            raise NotFound
        _bring_along(work, link, self.key)
        return _shown(work, case, request, link)


@dataclass(frozen=True)
class ReadRequest(Query[RequestAsShown]):
    """The questions again, to the page that opened them."""

    key: str

    def permit(self, work: Work) -> None:
        """Whoever holds the key."""
        living_link(work, self.key)

    def execute(self, work: Work) -> RequestAsShown:
        link = living_link(work, self.key)
        case, request = request_of(work, link)
        return _shown(work, case, request, link)


@dataclass(frozen=True)
class KeepReply(Command[None]):
    """What has been typed so far, kept as long as the link can be answered."""

    key: str
    typed: Mapping[str, Any]
    code: str | None = None

    def permit(self, work: Work) -> None:
        """Whoever holds the key."""
        living_link(work, self.key)

    def execute(self, work: Work) -> None:
        if sum(len(str(name)) + len(str(value)) for name, value in self.typed.items()) > MOST_CHARACTERS:
            raise Invalid("Teksti on liian pitkä tallennettavaksi.")
        expires_at = living_link(work, self.key).expires_at
        kept = {"typed": dict(self.typed), "key": self.key}
        work.stores.public_drafts.save(self.key, FORM, kept, work.now, expires_at, code=self.code)


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
    if not request.is_open or request.state == "answered":
        raise RequestClosed
    return case, request


def _recognised(work: Work, link: Link, factor: str) -> bool:
    """By the code told another way, or by the applicant's own receipt code.

    A date only the recipient knows was weighed too: a birthday has fourteen bits, and those to be feared know it.
    """
    plain = "".join(character for character in factor if character.isalnum())
    if link.request_id is not None and plain == answer_code(work.stores.master, link.request_id):
        return True
    application = work.stores.applications.by_code(plain)
    return (
        application is not None and application.case_id == link.case_id and not application.is_referrers_code
    )


def _count(work: Work, link: Link) -> None:
    work.stores.links.count_attempt(link)
    if link.attempts + 1 == work.stores.links.MAX_ATTEMPTS and link.request_id is not None:
        request = work.stores.requests.by_id(link.request_id)
        work.record(link.case_id, "request_link_guessed_at", request.recipient_role, key=request.reference)


def _bring_along(work: Work, link: Link, key: str) -> None:
    if link.request_id is None:
        return
    for earlier in work.stores.links.of_request(link.request_id):
        if earlier.id == link.id or earlier.key_hash is None:
            continue
        found = work.stores.public_drafts.take(earlier.key_hash, work.now)
        if found is not None:
            kept = {**found[1], "key": key}
            work.stores.public_drafts.save(key, FORM, kept, work.now, link.expires_at)
            work.stores.attachments.follow(earlier.key_hash, key)


def _shown(work: Work, case: Case, request: InformationRequest, link: Link) -> RequestAsShown:
    work.stores.access.opened(
        case.id, _actor_for(request), "open_request", work.now, subjects=[request.reference]
    )
    return RequestAsShown(
        definition=work.instances.deployed(case.deployment_id).form(FORM),
        questions=str(request.questions.get("questions", "")),
        legal_basis=request.legal_basis,
        necessity=str(request.questions.get("necessity", "")),
        due_on=request.due_on,
        recipient_role=request.recipient_role,
        language=request.language,
        deployment_id=case.deployment_id,
        expires_at=link.expires_at,
    )


def _actor_for(request: InformationRequest) -> Actor:
    return replace(PUBLIC, name=request.recipient_role, roles=frozenset({Role(request.recipient_role)}))

"""A matter as the person it is about may read it: their own words, what we asked them, and the decision sent to them.

Told by what is shown, never by what is left out: nothing of a hearing, of others who told something, of a referrer, of notes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from engine.domain.people import Role
from engine.executor import Query, Work
from engine.executor.own_reading import PERSON, LivingReading, living_reading, own_letters
from engine.feel.values import from_json
from engine.storage.requests import InformationRequest
from engine.storage.submissions import Submission
from forms.definition import FormDefinition

OWN_APPLICATION, OWN_REPLY = "application", "information_reply"
"""Forms that the person fills in about themselves. What someone else wrote about them, a guardian too, is not among them."""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A form the person sent themselves."""

    definition: FormDefinition
    answers: Mapping[str, Any]
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """What we asked the person, and what they answered."""

    asked_at: datetime
    due_on: date | None
    questions: str
    language: str
    is_open: bool
    reply: OwnWords | None


@dataclass(frozen=True, slots=True)
class LetterToRead:
    document_id: UUID
    kind: str
    signed_at: datetime
    language: str
    is_served_by_opening: bool


@dataclass(frozen=True, slots=True)
class OwnCase:
    letters: tuple[LetterToRead, ...]
    questions: tuple[OwnQuestion, ...]
    application: OwnWords | None
    expires_at: datetime


@dataclass(frozen=True)
class ReadOwnCase(Query[OwnCase]):
    key: str
    language: str

    def permit(self, work: Work) -> None:
        """Only the person, while they read."""
        living_reading(work, self.key)

    def execute(self, work: Work) -> OwnCase:
        reading = living_reading(work, self.key)
        case = reading.case
        own = [each for each in work.stores.submissions.of_case(case.id) if _is_their_own(each)]
        requests = [each for each in work.stores.requests.of_case(case.id) if _is_for_them(each)]
        letters = tuple(
            LetterToRead(
                each.resolution.document_id,
                each.resolution.kind,
                each.resolution.signed_at,
                each.resolution.language,
                is_served_by_opening=each.delivery.channel == "electronic"
                and each.delivery.state == "dispatched",
            )
            for each in own_letters(work, reading)
            if each.resolution.document_id is not None and each.resolution.signed_at is not None
        )
        shown = [*(each.id for each in own), *(each.id for each in requests)]
        work.stores.access.opened(case.id, PERSON, "own_case", work.now, subjects=shown)
        application = next((each for each in own if each.form_key == OWN_APPLICATION), None)
        return OwnCase(
            letters=letters,
            questions=tuple(self._asked(work, reading, each, own) for each in requests),
            application=self._words(work, reading, application),
            expires_at=reading.expires_at,
        )

    def _asked(
        self, work: Work, reading: LivingReading, request: InformationRequest, own: list[Submission]
    ) -> OwnQuestion:
        replies = [
            each for each in own if each.form_key == OWN_REPLY and each.business_key == request.reference
        ]
        return OwnQuestion(
            request.sent_at or request.created_at,
            request.due_on,
            str(request.questions.get("questions", "")),
            request.language,
            is_open=request.is_open and request.answered_at is None,
            reply=self._words(work, reading, replies[-1] if replies else None),
        )

    def _words(self, work: Work, reading: LivingReading, sent: Submission | None) -> OwnWords | None:
        if sent is None or not sent.answers:
            return None
        definition = work.instances.deployed(reading.case.deployment_id).form_in(sent.form_key, self.language)
        answers = {key: value for key, value in sent.answers.items() if key in definition.by_key}
        return OwnWords(definition, from_json(answers), sent.sent_at)


def _is_their_own(sent: Submission) -> bool:
    """Sent by the person, not put down by staff in words of their own."""
    return (
        sent.form_key in {OWN_APPLICATION, OWN_REPLY}
        and sent.sent_by is None
        and sent.sent_by_role == Role.APPLICANT
    )


def _is_for_them(request: InformationRequest) -> bool:
    """Hearing material is told by a safe way outside of links and pages, never here."""
    return (
        request.kind == "information"
        and request.recipient_role == Role.APPLICANT
        and request.sent_at is not None
    )

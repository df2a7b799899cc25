"""A case as its applicant may read it: their own words, the authority's questions, the decision sent to them.

Nothing else is shown: no hearing, other informant, referrer or note.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from engine.casework.code_holder import asked_of_person
from engine.casework.neutral_questions import neutral_of, own_words_of
from engine.casework.own_access import PERSON, LivingReading, living_reading, own_letters
from engine.domain.people import Role
from engine.executor import Query, Work
from engine.feel.values import from_json
from engine.storage.attachments import Attachment
from engine.storage.requests import InformationRequest
from engine.storage.submissions import Submission
from forms.definition import FormDefinition

OWN_APPLICATION, OWN_REPLY = "application", "information_reply"
"""Forms that the person fills in about themselves. What someone else wrote about them, a guardian too, is not among them."""
_FILES_OF = {OWN_APPLICATION: "application", OWN_REPLY: "reply"}


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file that the person sent: that it arrived, its type and state. Its content is not sent back: a copy on the
    device could be found by others."""

    id: UUID
    media_type: str
    size: int
    state: str
    created_at: datetime
    description: str


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A form that the person sent, with the files that came with it."""

    definition: FormDefinition
    answers: Mapping[str, Any]
    sent_at: datetime
    files: tuple[OwnFile, ...]


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """An information request to the person, with all parts of their reply."""

    reference: str
    asked_at: datetime
    due_on: date | None
    questions: str
    """As they were written, beside the question of the list."""
    neutral: str
    """Which question of the list is asked; empty for none."""
    language: str
    is_open: bool
    is_answerable: bool
    """Open, or a part of its answer is still to come."""
    replies: tuple[OwnWords, ...]
    """Oldest first."""


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
        """Permit only the identified person, while their reading session lasts."""
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
        files = work.stores.attachments.of_case(case.id)
        application = next((each for each in own if each.form_key == OWN_APPLICATION), None)
        read = OwnCase(
            letters=letters,
            questions=tuple(self._asked(work, reading, each, own, files) for each in requests),
            application=self._words(work, reading, application, files),
            expires_at=reading.expires_at,
        )
        shown = [*(each.id for each in own), *(each.id for each in requests), *_files_in(read)]
        work.stores.access.log_case(case.id, PERSON, "own_case", work.now, subjects=shown)
        return read

    def _asked(
        self,
        work: Work,
        reading: LivingReading,
        request: InformationRequest,
        own: list[Submission],
        files: tuple[Attachment, ...],
    ) -> OwnQuestion:
        replies = [
            each for each in own if each.form_key == OWN_REPLY and each.business_key == request.reference
        ]
        return OwnQuestion(
            request.reference,
            request.sent_at or request.created_at,
            request.due_on,
            own_words_of(request),
            neutral_of(request),
            request.language,
            is_open=request.is_open and request.answered_at is None,
            is_answerable=request in asked_of_person(work, reading.case),
            replies=tuple(
                words
                for before, each in zip([None, *replies], replies, strict=False)
                if (words := self._words(work, reading, each, _since(before, files))) is not None
            ),
        )

    def _words(
        self, work: Work, reading: LivingReading, sent: Submission | None, files: tuple[Attachment, ...]
    ) -> OwnWords | None:
        if sent is None or not sent.answers:
            return None
        definition = work.instances.models(reading.case.deployment_id).form_in(sent.form_key, self.language)
        answers = {key: value for key, value in sent.answers.items() if key in definition.by_key}
        came_along = tuple(_own_file(each) for each in files if _came_with(sent, each))
        return OwnWords(definition, from_json(answers), sent.sent_at, came_along)


def _since(before: Submission | None, files: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """Return the files that came after an earlier part of the same reply."""
    return tuple(each for each in files if before is None or each.created_at > before.sent_at)


def _came_with(sent: Submission, file: Attachment) -> bool:
    """Return True if the file came with this form or before. Files added by staff and erased files did not."""
    is_theirs = file.origin == _FILES_OF[sent.form_key] and file.business_key == sent.business_key
    return is_theirs and file.created_at <= sent.sent_at and bool(file.name)


def _own_file(file: Attachment) -> OwnFile:
    return OwnFile(file.id, file.media_type, file.size, file.state, file.created_at, file.description)


def _files_in(read: OwnCase) -> list[UUID]:
    shown = (read.application, *(words for each in read.questions for words in each.replies))
    return [file.id for words in shown if words is not None for file in words.files]


def _is_their_own(sent: Submission) -> bool:
    """Return True if the person sent the form themselves, not staff on their behalf."""
    return (
        sent.form_key in {OWN_APPLICATION, OWN_REPLY}
        and sent.sent_by is None
        and sent.sent_by_role == Role.APPLICANT
    )


def _is_for_them(request: InformationRequest) -> bool:
    """Return True for an information request sent to the person. Hearing material is never shown here: it goes only
    by a safe way."""
    return (
        request.kind == "information"
        and request.recipient_role == Role.APPLICANT
        and request.sent_at is not None
    )

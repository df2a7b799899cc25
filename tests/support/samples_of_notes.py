"""One of each use case of notes and of notices to staff."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

from engine.commands import notes, page_drafts, staff_notices
from engine.domain.notes import NoteDetails, NoteKind
from engine.domain.staff_notices import NoticeChoices
from engine.queries import notes as notes_query
from engine.queries import staff_notices as staff_notices_query
from tests.support.samples_of_models import UseCase
from tests.support.story import Story


def of_notes(new: Story) -> Iterator[UseCase]:
    yield notes.WriteNote(new.reference, uuid4(), NoteDetails(NoteKind.WORKING, ""))
    yield notes.KeepNoteDraft(new.reference, {})
    yield page_drafts.KeepPageDraft(new.reference, "meeting", {})
    yield notes_query.OpenNotes(new.reference)


def of_ones_own_notices() -> Iterator[UseCase]:
    yield staff_notices.ReadNotice(uuid4())
    yield staff_notices.ReadAllNotices(datetime.now(UTC))
    yield staff_notices.ChooseNotices(NoticeChoices())
    yield staff_notices_query.MyNotices()
    yield staff_notices_query.CountNotices()
    yield staff_notices_query.ReadChoices()


def of_due_notices(nothing: UUID) -> Iterator[UseCase]:
    """Of the worker, with the id of nothing."""
    yield staff_notices.DueNotices()
    yield staff_notices.NotifyOfDay(nothing)
    yield staff_notices.DueNoticeMails()
    yield staff_notices.MailNotices(nothing)

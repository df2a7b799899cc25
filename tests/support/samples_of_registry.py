"""One of each use case of what arrives, and of meetings."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

from engine.commands import arrivals, hidden_documents, intake_drafts, meetings
from engine.domain.arrivals import ArrivalDetails, ArrivalKind
from engine.domain.meetings import MeetingDetails, MeetingState
from engine.queries import arrivals as arrivals_query
from engine.queries import case_file, preview
from engine.queries import meetings as meetings_query
from tests.support.samples_of_models import UseCase
from tests.support.story import Story


def of_registry(new: Story) -> Iterator[UseCase]:
    yield arrivals.RegisterArrival(
        new.reference, uuid4(), ArrivalDetails(ArrivalKind.OTHER, "post", None, "")
    )
    yield arrivals.SettleArrival(new.reference, uuid4())
    yield arrivals.ReturnArrival(new.reference, uuid4())
    yield arrivals_query.OpenArrivals(new.reference)
    yield arrivals_query.FindCaseOfArrival(new.reference)
    yield hidden_documents.HideDocument(new.reference, uuid4(), "")
    yield hidden_documents.ShowDocument(new.reference, uuid4(), "")
    yield meetings.BookMeeting(new.reference, uuid4(), MeetingDetails(None, "", ""))
    yield meetings.EndMeeting(new.reference, uuid4(), MeetingState.HELD)
    yield meetings_query.OpenMeetings(new.reference)
    yield intake_drafts.KeepIntakeDraft(uuid4(), "application", {})
    yield intake_drafts.DropIntakeDraft(uuid4(), "application")
    yield intake_drafts.TakeIntakeDraft(uuid4())
    yield intake_drafts.ReadIntakeDraft(uuid4())
    yield intake_drafts.OpenIntakeDrafts()


def of_previews(signed: Story) -> Iterator[UseCase]:
    document = signed.file.documents[0].id
    yield case_file.ReadDocument(document)
    yield preview.ReadForPreview(signed.reference, preview.PreviewedKind.DOCUMENT, document)


def of_reminders(nothing: UUID) -> Iterator[UseCase]:
    """Of the worker, with the id of nothing."""
    yield meetings.DueReminders()
    yield meetings.RemindOfMeeting(nothing)

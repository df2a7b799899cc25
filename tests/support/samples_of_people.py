"""One of each command and query about people, their powers, absences and programs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID, uuid4

from engine.commands import absences, invitations, people, powers, sessions, text_reviews, webhooks
from engine.domain.people import Power
from engine.domain.text_reviews import SourceText
from engine.queries import absences as absence_pages
from engine.queries import administration, look_ahead
from engine.queries import text_reviews as reviews
from engine.queries import webhooks as heard
from tests.support.samples_of_models import UseCase


def of_people(person: UUID) -> Iterator[UseCase]:
    yield people.AddPerson("", "", frozenset())
    yield people.Appoint(person, Power.SIGN_RESOLUTIONS, date(2026, 1, 1), reason="–")
    yield people.AddServiceAccount("", frozenset(), frozenset())
    yield people.ListPeople()
    yield people.ClosePerson("")
    yield people.ReopenPerson("")
    yield invitations.Invite("")
    yield people.SetRoles("", frozenset())
    yield people.SetTeam("", None)
    yield people.RevokeServiceAccount("")
    yield people.NoteProgramUse()
    yield from _of_webhooks()
    yield absences.RecordAbsence("", date(2026, 1, 1), date(2026, 1, 1))
    yield absences.EndAbsence("")
    yield absence_pages.OpenAbsence("nobody")
    yield look_ahead.LookAhead()
    yield powers.ConfirmPower(uuid4())
    yield powers.RefusePower(uuid4())
    yield powers.EndAppointment(uuid4())
    yield invitations.TakeBackInvitation("")
    yield from (sessions.EndSessionsOf(""), sessions.NoteRefusal(""), sessions.NoteKeptOut(None))
    yield from (administration.FindPeople(), administration.OpenPerson(""))
    yield from (
        administration.OpenSessions(),
        administration.OpenPrograms(),
        administration.CountProposals(),
    )
    yield administration.ReadAdministrationLog()
    text = SourceText("Jatka")
    yield text_reviews.ReviewText("sv", text, (), (), 0)
    yield text_reviews.TakeBackReview("sv", text, (), 0)
    yield from (reviews.ReadReviews(), reviews.ReadVersionTexts())


def _of_webhooks() -> Iterator[UseCase]:
    yield webhooks.AddReceiver("", "", frozenset())
    yield from (webhooks.ChangeReceiverKey(""), webhooks.EndReceiver(""))
    yield from (webhooks.DueReceivers(), webhooks.TakeReceiver(uuid4()), webhooks.MarkHeard(uuid4()))
    yield from (webhooks.ReleaseReceiver(uuid4()), webhooks.PostponeReceiver(uuid4(), ""))
    yield heard.ReadEvent(uuid4())

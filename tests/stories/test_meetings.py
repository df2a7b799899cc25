"""A meeting is booked, moved and held; the case comes back on its day, and the person is reminded by safe ways only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from engine.clock import HELSINKI
from engine.commands.by_code import AskCallByCode, RecordCall
from engine.commands.meetings import BookMeeting, EndMeeting
from engine.domain.calendar import working_days_later
from engine.domain.cases import CaseState
from engine.domain.meetings import (
    NOT_OF_DEAD,
    OF_CLOSED,
    InterpreterBarred,
    InterpreterBarredBefore,
    InterpreterKnown,
    Meeting,
    MeetingAtSameHour,
    MeetingDetails,
    MeetingOver,
    MeetingRejected,
    MeetingState,
    MeetingWayNotSafe,
    is_barred,
    is_known,
)
from engine.domain.people import PUBLIC
from engine.domain.waits import WaitKind
from engine.errors import Invalid
from engine.queries.case_export import ExportCase
from engine.queries.meetings import MeetingsPage, OpenMeetings
from engine.queries.my_cases import MET
from engine.storage.sealing import SealingClass
from tests.stories.test_registry import line
from tests.support.browsing import signed_in
from tests.support.key_stores import close_and_plan, erase_due
from tests.support.party_changes import changes, code_of, person
from tests.support.story import Story

MAIL = "mail_meeting"


def books(story: Story, days: int = 3, **changed: Any) -> UUID:
    command = {name: changed.pop(name) for name in ("moves", "despite", "reason") if name in changed}
    details = MeetingDetails(
        story.today + timedelta(days=days),
        "14.30",
        "in_person",
        place="Kahvila",
        language="ar",
        parties=(person(story).id,),
    )
    meeting_id = uuid4()
    story.world.engine.perform(
        BookMeeting(story.reference, meeting_id, replace(details, **changed), **command),
        story.world.actor("kasittelija"),
    )
    return meeting_id


def refusals(story: Story, **changed: Any) -> dict[str, type[Invalid]]:
    with pytest.raises(MeetingRejected) as refused:
        books(story, **changed)
    return {name: type(each) for name, each in refused.value.problems.items()}


def page_of(story: Story) -> MeetingsPage:
    return story.world.engine.answer(OpenMeetings(story.reference), story.world.actor("kasittelija"))


def states(story: Story) -> list[str]:
    return [each.state.value for each in sorted(page_of(story).meetings, key=lambda each: each.booked_at)]


def ends(story: Story, meeting_id: UUID, state: MeetingState, outcome: str = "") -> None:
    command = EndMeeting(story.reference, meeting_id, state, outcome)
    story.world.engine.perform(command, story.world.actor("kasittelija"))


def booked(story: Story) -> Meeting:
    (found,) = [each for each in page_of(story).meetings if each.is_booked]
    return found


@pytest.mark.databases
def test_a_meeting_moved_twice_of_a_person_whose_ways_are_no_longer_safe_is_reminded_of_by_hand(
    registered: Story,
) -> None:
    registered.until("sign_resolution")
    first = books(registered, days=3)
    second = books(registered, days=5, moves=first, reason="Henkilö on sairas.")
    registered.passes(minutes=1)
    third = books(registered, days=7, moves=second, interpreter="Tulkkikeskus")
    assert states(registered) == ["moved", "moved", "booked"]
    with pytest.raises(MeetingOver):
        books(registered, days=9, moves=second)
    assert booked(registered).replaces == second
    assert booked(registered).id == third
    found = line(registered)
    assert found is not None
    assert found.back_on <= registered.today + timedelta(days=7)

    # The phone and the mailbox are read by somebody else now.
    changes(
        registered, person(registered), contact={"safe_channels": [], "unsafe_channels": ["phone", "email"]}
    )
    assert not page_of(registered).reminds_by_mail
    registered.passes(days=6, hours=20)
    assert [mail.kind for mail in registered.mails].count(MAIL) == 0
    assert booked(registered).needs_reminding
    found = line(registered)
    assert found is not None
    assert found.wait.kind is WaitKind.MEETING
    assert registered.events.count("meeting_to_remind") == 1

    registered.passes(days=1)
    ends(registered, third, MeetingState.HELD, "Hän tuli ajallaan.")
    assert states(registered) == ["moved", "moved", "held"]
    found = line(registered)
    assert found is None or found.wait.kind is not WaitKind.MEETING
    exported = registered.world.engine.answer(
        ExportCase(registered.reference), registered.world.actor("johtaja")
    )["meetings"]
    assert [(each["state"], each["outcome"]) for each in exported] == [
        ("moved", "Henkilö on sairas."),
        ("moved", ""),
        ("held", "Hän tuli ajallaan."),
    ]


def test_the_day_before_a_mail_without_content_leaves_and_none_for_a_meeting_that_was_moved(
    registered: Story,
) -> None:
    registered.until("sign_resolution")
    first = books(registered, days=2)
    books(registered, days=9, moves=first)
    registered.passes(days=3)
    assert [mail.kind for mail in registered.mails].count(MAIL) == 0
    registered.passes(days=6)
    (mail,) = [each for each in registered.mails if each.kind == MAIL]
    assert (mail.recipient["email"], mail.template_values) == ("a@example.invalid", {})
    assert booked(registered).reminder == "email"


def test_the_meeting_of_a_day_brings_its_case_back_with_the_meeting_as_the_reason(registered: Story) -> None:
    registered.until("sign_resolution")
    on = registered.today + timedelta(days=1)
    soon = books(registered, days=1)
    found = line(registered)
    assert found is not None
    assert (found.back_on, found.back_for) == (on, MET)
    with pytest.raises(Invalid, match="ei ole vielä alkanut"):
        ends(registered, soon, MeetingState.MISSED)
    ends(registered, soon, MeetingState.CANCELLED)
    found = line(registered)
    assert found is not None
    assert found.back_for != MET


def test_what_may_put_the_person_in_danger_is_warned_of_and_who_was_barred_stays_barred(
    registered: Story,
) -> None:
    given = person(registered).name
    assert refusals(registered, interpreter=" ".join(reversed(given.split()))) == {
        "interpreter": InterpreterKnown
    }
    barred = "ahmed\nKoko yhteisö"
    assert refusals(registered, interpreter="Ахмед", barred=barred) == {"interpreter": InterpreterKnown}
    assert refusals(registered, interpreter="Ahmed", barred=barred, despite=True) == {
        "interpreter": InterpreterBarred
    }
    books(registered, interpreter=given, barred="Ahmed", despite=True)
    assert page_of(registered).barred == "Ahmed"
    changes(
        registered, person(registered), contact={"safe_channels": ["email"], "unsafe_channels": ["phone"]}
    )
    assert refusals(registered, days=4, way="phone", place="") == {"way": MeetingWayNotSafe}
    books(registered, way="phone", place="", despite=True)


@pytest.mark.parametrize(
    ("interpreter", "barred"),
    [
        ("Ali Hassan, Tulkkikeskus", "Ali Hassan"),
        ("tulkki Ali Hassan", "Ali Hassan"),
        ("Ali M. Hassan", "Serkku\nHassan Ali"),
        ("Ali Hassan", "veli Ali Hassan"),
        ("Ali Hassan, Tulkkikeskus", "veli Ali Hassan"),
        ("Ali Hassan, Tulkkikeskus", "Tulkkikeskus"),
    ],
)
def test_words_beside_a_name_hide_no_barred_interpreter(interpreter: str, barred: str) -> None:
    assert is_barred(interpreter, barred)


def test_part_of_a_name_that_is_barred_or_known_is_warned_of() -> None:
    assert not is_barred("Ahmed Aden, Tulkkikeskus", "Ahmed")
    assert is_known("Ahmed Aden, Tulkkikeskus", ["Ahmed"])
    assert is_known("Muhammed Hasan", ["Mohamed Hassan Aden"])
    assert not is_barred("Sara Keksitty, Tulkkikeskus", "Ali Hassan\nKoko yhteisö\nOulu")
    assert not is_known("Ali Hassan, Tulkkikeskus", ["Oulu", "Sara Hassan"])


def test_who_was_barred_before_or_named_in_the_wishes_is_asked_about(story: Story) -> None:
    wished = {"interpreter_needed": "yes", "interpreter_wishes": "Naistulkki, ei Ali Hassan"}
    story.applies(safe_channels=["phone"], phone="000 000 0009", **wished)
    story.does("kirjaaja", "register", **wished)
    registered = story
    assert page_of(registered).wishes == "Naistulkki, ei Ali Hassan"
    first = signed_in(story.world, "kasittelija").get(f"/cases/{story.reference}/meetings")
    (barred,) = first.tree.xpath("//textarea[@name='barred']")
    assert barred.text_content().strip() == "", "a wish may name whom they want"
    assert "Naistulkki, ei Ali Hassan" in first.tree.xpath("string(//*[@id='wishes'])")
    asked_about = {"interpreter": InterpreterBarredBefore}
    assert refusals(registered, interpreter="Ali Hassan, Tulkkikeskus") == asked_about
    books(registered, interpreter="", barred="Omar Aden")
    assert page_of(registered).barred == "Omar Aden", "the list goes on from the last meeting"
    assert page_of(registered).wishes == "Naistulkki, ei Ali Hassan", "and the wishes stand beside it"
    registered.passes(minutes=1)
    books(registered, days=5, interpreter="", barred="")
    assert refusals(registered, days=9, interpreter="Omar Aden") == asked_about
    books(registered, days=7, interpreter="Omar Aden", despite=True)


def test_what_is_wrong_is_named_beside_its_field(registered: Story) -> None:
    assert refusals(registered, days=-1, hour="25.00", way="", place="x" * 201).keys() == {
        "on",
        "hour",
        "way",
        "place",
    }
    assert refusals(registered, on=None, place=" ").keys() == {"on", "place"}
    assert refusals(registered, days=0, hour="0.01").keys() == {"hour"}
    assert refusals(registered, days=400).keys() == {"on"}
    registered.ends()
    assert refusals(registered).keys() == {"on"}


def test_an_hour_is_finnish_on_the_day_of_the_meeting() -> None:
    day = datetime(2027, 7, 2, tzinfo=HELSINKI).date()
    begins = MeetingDetails(day, "9:05", "phone").begins_at
    assert begins is not None
    assert begins.isoformat() == "2027-07-02T06:05:00+00:00"


@pytest.mark.databases
def test_a_case_that_closes_stays_on_the_list_until_its_meeting_is_noted_and_reminds_nobody(
    registered: Story,
) -> None:
    registered.until("sign_resolution")
    meeting = books(registered, days=200)
    registered.ends()
    assert registered.case.state is CaseState.CLOSED
    found = line(registered)
    assert found is not None
    assert (found.wait.kind, found.wait.name, found.is_mine) == (WaitKind.MEETING, OF_CLOSED, True)
    page = signed_in(registered.world, "kasittelija").get("/my-cases/")
    assert "Asia on päättynyt, mutta tapaaminen on sovittu" in page.text
    left = booked(registered).begins_at - registered.world.clock()
    registered.passes(days=left.days, hours=1)
    assert [mail.kind for mail in registered.mails].count(MAIL) == 0
    assert "meeting_to_remind" not in registered.events
    ends(registered, meeting, MeetingState.CANCELLED, "Asia päättyi.")
    assert line(registered) is None


def test_a_call_that_is_owed_keeps_a_closed_case_on_the_list(registered: Story) -> None:
    registered.until("sign_resolution")
    changes(
        registered, person(registered), contact={"safe_channels": ["phone", "email"], "phone": "000 000 0005"}
    )
    assert registered.world.engine.perform(AskCallByCode(code_of(registered)), PUBLIC)
    registered.ends()
    assert registered.case.state is CaseState.CLOSED
    found = line(registered)
    assert found is not None
    assert (found.wait.kind, found.is_mine) == (WaitKind.CALL, True)
    registered.performs(RecordCall(registered.reference, is_reached=True), "kasittelija")
    assert line(registered) is None


@pytest.mark.databases
def test_a_closed_case_leaves_the_list_when_its_contact_data_are_destroyed(registered: Story) -> None:
    registered.until("sign_resolution")
    changes(
        registered, person(registered), contact={"safe_channels": ["phone", "email"], "phone": "000 000 0005"}
    )
    assert registered.world.engine.perform(AskCallByCode(code_of(registered)), PUBLIC)
    books(registered)
    close_and_plan(registered, registered.today, SealingClass.CONTACT)
    assert line(registered) is not None

    erase_due(registered.world.engine)

    assert line(registered) is None
    assert states(registered) == ["cancelled"]
    assert registered.events.count("meeting_cancelled") == 1
    erase_due(registered.world.engine)
    assert registered.events.count("meeting_cancelled") == 1
    assert (
        signed_in(registered.world, "kasittelija").get(f"/cases/{registered.reference}/meetings").status
        == 200
    )


def test_nobody_is_reminded_of_a_meeting_that_has_begun_while_no_worker_ran(registered: Story) -> None:
    registered.until("sign_resolution")
    books(registered, days=3)
    registered.world.clock.moment += timedelta(days=4)
    registered.passes(minutes=5)
    assert [mail.kind for mail in registered.mails].count(MAIL) == 0
    assert booked(registered).reminded_at is None


def test_a_person_who_has_died_is_reminded_of_nothing(registered: Story) -> None:
    registered.until("assessment")
    books(registered, days=3)
    registered.hears("application_withdrawn")
    registered.does("kasittelija", "withdraw", lapse_reason="death")
    registered.passes(days=2, hours=20)
    assert [mail.kind for mail in registered.mails].count(MAIL) == 0
    assert "meeting_to_remind" not in registered.events
    assert booked(registered).reminder == NOT_OF_DEAD
    page = signed_in(registered.world, "kasittelija").get(f"/cases/{registered.reference}")
    assert "Muistutusta ei lähetetty: henkilö on kuollut." in page.text


def to_tell(story: Story) -> list[tuple[str, date | None]]:
    """The open notes that bring the case back, each with its first words and its day."""
    notes = [
        note for thread in story.read_by("kasittelija").notes for note in (thread.first, *thread.further)
    ]
    return [(" ".join(each.text.split()[:3]), each.follow_up_on) for each in notes if each.is_open]


def test_somebody_tells_of_a_meeting_that_is_cancelled_after_its_reminder_left(registered: Story) -> None:
    registered.until("sign_resolution")
    early = books(registered, days=9)
    ends(registered, early, MeetingState.CANCELLED)
    assert to_tell(registered) == [], "nobody was reminded of it"

    soon = books(registered, days=2)
    registered.passes(days=1, hours=4)
    assert [mail.kind for mail in registered.mails].count(MAIL) == 1
    ends(registered, soon, MeetingState.CANCELLED)
    assert to_tell(registered) == [("Tapaaminen peruttiin, kun", registered.today + timedelta(days=1))]


def test_somebody_asks_after_a_person_who_did_not_come(registered: Story) -> None:
    registered.until("sign_resolution")
    meeting = books(registered, days=1)
    registered.passes(days=1, hours=8)
    ends(registered, meeting, MeetingState.MISSED)
    next_day = working_days_later(registered.today, 1)
    assert to_tell(registered) == [("Henkilö ei tullut", next_day)]


def test_somebody_asks_after_a_person_who_did_not_come_once_their_case_is_closed(registered: Story) -> None:
    meeting = books(registered, days=300)
    registered.ends()
    assert registered.case.state is CaseState.CLOSED
    registered.world.clock.moment += timedelta(days=300)
    missed = EndMeeting(registered.reference, meeting, MeetingState.MISSED)
    assert registered.performs(missed, "kasittelija"), "the page says that the case comes back"
    assert to_tell(registered) == [("Henkilö ei tullut", working_days_later(registered.today, 1))]


def test_two_meetings_at_one_hour_are_warned_of(registered: Story) -> None:
    first = books(registered, days=3)
    assert refusals(registered, days=3, hour="15.00") == {"hour": MeetingAtSameHour}
    both = refusals(registered, days=3, hour="15.00", interpreter=person(registered).name)
    assert both.keys() == {"interpreter", "hour"}, "asked about at once"
    moved = books(registered, days=3, hour="15.00", moves=first)
    books(registered, days=3, hour="16.00")
    books(registered, days=3, hour="15.10", moves=moved, despite=True)

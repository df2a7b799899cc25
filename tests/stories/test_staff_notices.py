"""Notices on their day: soon due, late, an agreed contact; by mail outside the quiet hours, or in the digest of the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from engine.clock import HELSINKI, day_of
from engine.commands.staff_notices import ChooseNotices, ReadAllNotices
from engine.domain.staff_notices import USUAL, NoticeChoices, NoticeKind, NoticeWay, next_hour
from engine.domain.tasks import OPEN
from engine.errors import Invalid
from engine.mail.composing import wording
from engine.queries.staff_notices import CountNotices, MyNotices
from engine.storage.tables.processes import USER_TASKS
from tests.stories.test_notes import contact, mails_to, writes
from tests.support.browsing import signed_in
from tests.support.story import Story

CASEWORKER = "kasittelija"


def kinds(story: Story, who: str = CASEWORKER) -> list[NoticeKind]:
    found = story.world.engine.answer(MyNotices(), story.world.actor(who))
    return [each.kind for each in found.lines]


def unread(story: Story) -> int:
    return story.world.engine.answer(CountNotices(), story.world.actor(CASEWORKER))


def is_due(story: Story, at: datetime) -> None:
    """The open task of the caseworker is due at that moment."""
    with story.world.engine.database.transaction() as connection:
        connection.execute(update(USER_TASKS).where(USER_TASKS.c.state.in_(OPEN)).values(due_at=at))


@pytest.mark.databases
def test_a_day_is_notified_before_and_after_once_each_and_ends_with_its_task(registered: Story) -> None:
    world = registered.world
    world.engine.perform(ReadAllNotices(world.clock()), world.actor(CASEWORKER))
    world.clock.moment = datetime(2026, 11, 4, 16, 0, tzinfo=UTC)
    is_due(registered, datetime(2026, 11, 6, 10, 0, tzinfo=UTC))
    registered.passes(minutes=5)
    assert NoticeKind.DUE_SOON not in kinds(registered), "Friday is not the next working day of Wednesday"
    registered.passes(hours=8)
    assert kinds(registered)[0] is NoticeKind.DUE_SOON
    assert mails_to(CASEWORKER, registered) == [], "it waits for the digest"
    registered.passes(hours=8)
    assert mails_to(CASEWORKER, registered) == ["mail_digest"]
    registered.passes(days=3)
    assert kinds(registered).count(NoticeKind.DUE_SOON) == 1
    assert kinds(registered).count(NoticeKind.OVERDUE) == 1
    assert mails_to(CASEWORKER, registered) == ["mail_digest", "mail_notice"]
    assert unread(registered) == 2

    registered.does(CASEWORKER, "triage_override")
    assert not {NoticeKind.DUE_SOON, NoticeKind.OVERDUE} & set(kinds(registered)), "it is done"


def test_a_mail_says_nothing_of_a_case(registered: Story) -> None:
    registered.passes(minutes=1)
    assert mails_to(CASEWORKER, registered) == ["mail_notice"], "named at registration by another"
    (mail,) = [each for each in registered.mails if each.kind == "mail_notice"]
    assert mail.case_id is None
    words = " ".join((wording(mail)[0], *wording(mail)[1], str(mail.template_values)))
    assert "ilmoitus" in words
    assert registered.reference not in words
    assert "Aino" not in words


def test_the_digest_comes_at_eight_on_the_day_when_the_clocks_change(registered: Story) -> None:
    world = registered.world
    registered.passes(minutes=1)
    world.clock.moment = datetime(2027, 3, 27, 12, 0, tzinfo=UTC)
    details = contact(registered, follow_up_on=day_of(datetime(2027, 3, 28, 12, 0, tzinfo=UTC)))
    writes(registered, CASEWORKER, details)
    world.clock.moment = datetime(2027, 3, 28, 4, 59, tzinfo=UTC)
    registered.passes(seconds=1)
    assert kinds(registered)[0] is NoticeKind.FOLLOW_UP
    assert mails_to(CASEWORKER, registered) == ["mail_notice"], "of the assignment, long ago"
    registered.passes(minutes=1)
    assert mails_to(CASEWORKER, registered) == ["mail_notice", "mail_digest"], "8.00 in summer is 5.00 UTC"
    registered.passes(days=3)
    assert mails_to(CASEWORKER, registered).count("mail_digest") == 1


def test_what_is_read_or_unwanted_is_not_mailed(registered: Story) -> None:
    world, actor = registered.world, registered.world.actor(CASEWORKER)
    registered.passes(minutes=1)
    follow_up = contact(registered, follow_up_on=registered.today)
    writes(registered, CASEWORKER, follow_up)
    registered.passes(minutes=1)
    assert unread(registered) == 2
    world.engine.perform(ReadAllNotices(world.clock()), actor)
    silent = NoticeChoices({**USUAL, NoticeKind.FOLLOW_UP: NoticeWay.SILENT})
    world.engine.perform(ChooseNotices(silent), actor)
    writes(registered, CASEWORKER, replace(follow_up, text="Toinen."))
    registered.passes(days=2)
    assert kinds(registered).count(NoticeKind.FOLLOW_UP) == 2
    assert unread(registered) == 0
    assert mails_to(CASEWORKER, registered) == ["mail_notice"], "of the assignment"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"digest_hour": 24}, "digest_hour"),
        ({"quiet_from": -1}, "quiet_from"),
        ({"quiet_until": 99}, "quiet_until"),
        ({"digest_hour": 3}, "digest_hour"),
    ],
)
def test_hours_that_cannot_be_are_refused(story: Story, changes: dict[str, int], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        story.world.engine.perform(
            ChooseNotices(replace(NoticeChoices(), **changes)), story.world.actor(CASEWORKER)
        )
    assert refused.value.field == field


hours = st.integers(0, 23)
moments = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(hours, moments)
def test_each_day_has_one_digest_at_its_hour(hour: int, moment: datetime) -> None:
    found = next_hour(hour, moment)
    assert moment < found <= moment + timedelta(hours=25)
    shown = found.astimezone(HELSINKI)
    left_out = hour == 3 and shown.hour == 4
    assert shown.hour == hour or left_out
    assert day_of(next_hour(hour, found)) == day_of(found) + timedelta(days=1)


@given(hours, hours, moments)
def test_no_mail_leaves_in_a_quiet_hour(quiet_from: int, quiet_until: int, moment: datetime) -> None:
    choices = NoticeChoices(quiet_from=quiet_from, quiet_until=quiet_until)
    found = choices.mail_at(NoticeKind.MENTION, moment)
    assert found is not None
    assert moment <= found <= moment + timedelta(hours=25)
    if quiet_until != 3:  # The clock leaves that hour out once a year.
        assert not choices.is_quiet(found.astimezone(HELSINKI).hour)


def test_a_notice_that_came_after_the_page_was_opened_stays_unread_and_is_mailed(registered: Story) -> None:
    registered.passes(minutes=1)
    page = signed_in(registered.world, CASEWORKER).get("/my-cases/notices")
    registered.passes(minutes=1)
    writes(registered, CASEWORKER, contact(registered, follow_up_on=registered.today))
    registered.passes(minutes=1)
    assert unread(registered) == 2
    signed_in(registered.world, CASEWORKER).submits(page, "")
    assert unread(registered) == 1
    registered.passes(days=1)
    assert mails_to(CASEWORKER, registered)[-1] == "mail_digest"

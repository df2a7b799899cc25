"""Every period of a case stands in the ledger under its kind: it begins, pauses, moves and ends with what happens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.clock import now
from engine.commands.deadlines import ExtendDeadline, NotExtendedHere, SetByCourt
from engine.domain.calendar import working_days_later
from engine.domain.deadline_kinds import KINDS
from engine.domain.deadlines import Deadline, Standing
from tests.stories.test_appeals import appeals, served
from tests.stories.test_contact import keep_trying
from tests.stories.test_decision_corrections import admitted, begins
from tests.stories.test_own_appeals import appeals_itself
from tests.stories.test_reflection import running
from tests.support.party_changes import NEW_MAILBOX, asks, changes, person
from tests.support.story import Story

PHONE_ONLY = {"safe_channels": ["phone"], "phone": "+358 00 0000000", "email": None}
BY_POST = {"safe_channels": ["post"], "email": None, "postal_address": "Esimerkkitie 2, 00000 Esimerkkilä"}


def clock(story: Story, name: str, key: str | None = None) -> Deadline:
    found = [each for each in story.file.deadlines if each.name == name and key in (None, each.business_key)]
    assert found, [each.name for each in story.file.deadlines]
    return found[-1]


def standing(story: Story, name: str) -> Standing:
    return clock(story, name).status(now()).standing


def kinds_of(deadline: Deadline) -> list[str]:
    return [entry.kind.value for entry in deadline.entries]


def test_a_request_has_its_own_day_and_its_answer_meets_it(story: Story) -> None:
    story.applies()
    asks(story, "outside_authority")
    (request,) = story.file.requests
    period = clock(story, "request")
    assert (period.business_key, period.due_on) == (request.reference, request.due_on)
    story.does("kasittelija", "information_reply", request.reference)
    assert kinds_of(clock(story, "request")) == ["started", "met"]


def test_an_oral_decision_is_owed_in_writing_until_it_is_signed(story: Story) -> None:
    story.calls()
    story.until("oral_decision")
    story.does("paattaja", "oral_decision")
    owed = clock(story, "written_after_oral")
    assert owed.due_on == working_days_later(story.today, 5)
    assert owed.entries[0].rule == "434/2003 43 §"
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    assert kinds_of(clock(story, "written_after_oral"))[-1] == "met"


def test_a_written_decision_that_does_not_come_is_late(story: Story) -> None:
    story.calls()
    story.until("oral_decision")
    story.does("paattaja", "oral_decision")
    story.passes(days=10)
    assert clock(story, "written_after_oral").is_breached


@pytest.mark.databases
def test_an_admitted_person_is_contacted_by_a_day_that_a_manager_may_move(story: Story) -> None:
    story.applies(**PHONE_ONLY)
    story.until("contact_client")
    period = clock(story, "contact")
    assert period.due_on == working_days_later(story.today, 3)
    story.passes(days=6)
    assert clock(story, "contact").is_breached
    later = story.today + timedelta(days=9)
    story.does("esihenkilo", "contact_overdue", **keep_trying(story, days=9))
    assert clock(story, "contact").due_on == later
    story.does("kasittelija", "contact_client")
    assert kinds_of(clock(story, "contact")) == ["started", "breached", "extended", "met"]


def test_a_letter_is_owed_until_it_is_posted(story: Story) -> None:
    story.applies(**BY_POST)
    story.until("post_letter")
    owed = clock(story, "service")
    assert owed.business_key == story.task("post_letter").business_key
    assert owed.due_on == working_days_later(story.today, 2)
    story.passes(days=7)
    assert clock(story, "service").is_breached
    story.does("kasittelija", "post_letter")
    assert kinds_of(clock(story, "service"))[-1] == "met"


def test_a_hand_over_is_owed_until_it_is_done(story: Story) -> None:
    story.applies(**PHONE_ONLY)
    story.until("record_delivery")
    assert clock(story, "service").due_on == working_days_later(story.today, 5)
    story.does("kasittelija", "record_delivery")
    assert kinds_of(clock(story, "service")) == ["started", "met"]


def test_the_reflection_period_is_the_persons_own_time(story: Story) -> None:
    running(story, days=30)
    period = clock(story, "reflection_period")
    assert period.due_on is not None
    story.passes(days=(period.due_on - story.today).days + 2)
    assert kinds_of(clock(story, "reflection_period")) == ["started", "met"]
    assert "deadline_breached" not in [
        each.kind for each in story.file.timeline if each.facts.get("subject") == "reflection_period"
    ]


def test_the_days_of_a_person_out_of_reach_stand_still_and_go_on_afterwards(story: Story) -> None:
    story.applies()
    asks(story, "applicant", "applicant", "outside_authority")
    story.passes(hours=1)
    before = {each.reference: each.due_on for each in story.file.requests}

    story.answers("REQ-1", contact_changed="yes", contact_change="Hän lukee nyt sähköpostini.")

    standing = {each.business_key: each.is_paused for each in story.file.deadlines if each.is_open}
    assert standing["REQ-2"], "the person's own"
    assert not standing["REQ-3"], "an authority's goes on"
    assert not clock(story, "target").is_paused or not KINDS["target"].pauses_on_hold

    story.passes(days=6)
    changes(story, person(story), NEW_MAILBOX)
    after = {each.reference: each.due_on for each in story.file.requests}
    assert after["REQ-2"] == before["REQ-2"] + timedelta(days=6)
    assert after["REQ-3"] == before["REQ-3"]
    assert clock(story, "request", "REQ-2").due_on == after["REQ-2"]
    story.passes(days=(before["REQ-2"] - story.today).days + 1)
    late = [task.business_key for task in story.file.tasks if task.form_key == "request_follow_up"]
    assert "REQ-2" not in late, "nobody calls it late while they have days left"


def test_nobody_extends_the_persons_own_time_by_hand(story: Story) -> None:
    running(story, days=30)
    command = ExtendDeadline(
        story.reference, "reflection_period", story.today + timedelta(days=90), "workload"
    )
    with pytest.raises(NotExtendedHere):
        story.world.engine.perform(command, story.world.actor("esihenkilo"))


def test_the_statement_to_the_court_counts_from_the_day_on_which_the_appeal_came(story: Story) -> None:
    served(story)
    story.passes(days=20)
    came_on = story.today - timedelta(days=3)
    appeals(story, appeal_received_on=came_on.isoformat())
    assert clock(story, "court_statement").due_on == came_on + timedelta(days=14)


@pytest.mark.parametrize(("ago", "expected"), [(4, Standing.MET), (1, Standing.MET_LATE)])
def test_what_left_in_time_was_in_time_though_it_is_written_down_late(
    story: Story, ago: int, expected: Standing
) -> None:
    served(story)
    appeals(story)
    story.does("kasittelija", "appeal_opinion")
    story.does("paattaja", "sign_opinion")
    story.passes(days=17)
    assert clock(story, "court_statement").is_breached
    left_on = (story.today - timedelta(days=ago)).isoformat()
    story.does("kasittelija", "send_to_court", sent_to_court_on=left_on)
    assert standing(story, "court_statement") is expected
    assert clock(story, "court_statement").is_breached is (expected is Standing.MET_LATE)


def test_a_letter_posted_in_time_is_in_time_though_its_day_is_written_down_late(story: Story) -> None:
    story.applies(**BY_POST)
    story.until("post_letter")
    posted_on = story.today
    story.passes(days=6)
    story.does("kasittelija", "post_letter", posted_on=posted_on.isoformat())
    assert standing(story, "service") is Standing.MET


def test_an_own_appeal_that_is_not_sent_has_not_met_its_time(story: Story) -> None:
    appeals_itself(story, "annulled")
    dropped = {"own_appeal_sent": "not_sent", "own_appeal_dropped_reason": "Myöhässä."}
    story.does("paattaja", "send_own_appeal", **dropped)
    assert kinds_of(clock(story, "own_appeal"))[-1] == "cancelled"


def test_nobody_here_extends_a_day_that_the_court_has_set(story: Story) -> None:
    served(story)
    until = story.today + timedelta(days=9)
    asked = {"court_received_on": story.today.isoformat(), "appeal_diary_number": "2/2026"}
    appeals(story, arrival_way="court", statement_due_on=until.isoformat(), **asked)
    assert clock(story, "court_statement").due_on == until
    later = ExtendDeadline(
        story.reference, "court_statement", until + timedelta(days=90), "workload", "VAL-1"
    )
    with pytest.raises(SetByCourt):
        story.world.engine.perform(later, story.world.actor("esihenkilo"))


def test_the_time_of_a_correction_counts_from_the_day_on_which_it_was_asked_for(story: Story) -> None:
    admitted(story)
    story.passes(days=10)
    asked_on = story.today - timedelta(days=4)
    begins(story, asked_on=asked_on.isoformat())
    assert clock(story, "correction").due_on == asked_on + timedelta(days=14)

"""The court that has an appeal hears of a correction in time: nobody forgets the notice that lies here (434/2003 53 §)."""

from __future__ import annotations

from tests.stories.test_appeals import appeals, served, until_court
from tests.stories.test_decision_corrections import COPY, begins, letter, proposes
from tests.support.story import Story


def test_the_notice_to_the_court_has_a_day_a_reminder_and_a_manager(story: Story) -> None:
    until_court(story)
    begins(story)
    story.passes(minutes=1)
    task = story.task("send_correction_notice")
    assert task.due_at is not None
    assert 1 <= (task.due_at.date() - story.today).days <= 7
    reminded, reported = (story.events.count(each) for each in ("assignee_notified", "manager_notified"))
    story.passes(days=(task.due_at.date() - story.today).days + 1)
    assert story.events.count("assignee_notified") > reminded
    assert story.events.count("manager_notified") == reported
    story.passes(days=7)
    assert story.events.count("manager_notified") > reported
    story.does("kasittelija", "send_correction_notice")
    assert "court_told_of_correction" in story.milestones


def notices(story: Story) -> int:
    return sum(each.kind == "correction_notice" for each in story.file.documents)


def test_a_court_that_gets_its_appeal_later_hears_of_the_pending_correction(story: Story) -> None:
    served(story)
    begins(story)
    story.passes(days=2)
    assert notices(story) == 0, "no court has the case"

    appeals(story)
    story.passes(minutes=1)

    assert "on tullut vireille" in letter(story, "correction_notice")
    appeals(story)
    story.passes(minutes=1)
    assert notices(story) == 1, "the court knows"


def test_a_court_that_gets_its_appeal_after_the_correction_hears_of_none(story: Story) -> None:
    served(story)
    begins(story)
    proposes(story, **COPY)
    story.does("paattaja", "sign_correction")

    appeals(story)
    story.passes(minutes=1)

    assert notices(story) == 0

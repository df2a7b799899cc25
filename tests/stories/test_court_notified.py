"""The court that has an appeal hears of a correction in time: nobody forgets the notice that lies here (434/2003 53 §)."""

from __future__ import annotations

from tests.stories.test_appeals import appeals, served, until_court
from tests.stories.test_decision_corrections import COPY, begins, letter, proposes
from tests.stories.test_restored_decisions import annulled, prepared_anew
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


def before_the_supreme_court(story: Story) -> None:
    """The administrative court upheld the decision; the supreme court has the appeal against that and our opinion."""
    until_court(story)
    story.does("kasittelija", "court_decision")
    story.passes(days=2)
    story.hears("appeal_received")
    story.does("kasittelija", "appeal_arrival", arrival_way="court")
    opinion_to_the_supreme_court(story)


def opinion_to_the_supreme_court(story: Story) -> None:
    other = {"opinion_court": "other", "other_court": "Korkein hallinto-oikeus"}
    story.does("kasittelija", "appeal_opinion", **other, other_court_reasons="Henkilö valitti sinne.")
    story.does("paattaja", "sign_opinion")
    story.does("kasittelija", "send_to_court")


def test_the_notice_goes_to_the_court_that_has_the_appeal_now(story: Story) -> None:
    before_the_supreme_court(story)
    begins(story)
    story.passes(minutes=1)
    notice = letter(story, "correction_notice")
    assert "Korkein hallinto-oikeus" in notice
    assert "Helsingin hallinto-oikeus" not in notice
    assert notices(story) == 1


def test_two_courts_with_an_appeal_each_get_a_notice(story: Story) -> None:
    before_the_supreme_court(story)
    appeals(story)
    begins(story)
    story.passes(minutes=1)
    assert notices(story) == 2


def test_the_supreme_court_hears_of_a_correction_where_it_has_our_own_appeal(story: Story) -> None:
    annulled(story)
    prepared_anew(story)
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "record_delivery")
    begins(story)
    story.passes(minutes=1)
    assert "Korkein hallinto-oikeus" in letter(story, "correction_notice")
    assert "Helsingin hallinto-oikeus" not in letter(story, "correction_notice")
    assert notices(story) == 1


def test_a_court_that_asks_while_a_correction_is_pending_hears_of_it_once_the_opinion_names_it(
    story: Story,
) -> None:
    until_court(story)
    story.does("kasittelija", "court_decision")
    begins(story)
    story.passes(days=2)
    story.hears("appeal_received")
    story.does("kasittelija", "appeal_arrival", arrival_way="court")
    story.passes(minutes=1)
    assert notices(story) == 0, "nobody knows yet which court has the appeal"
    opinion_to_the_supreme_court(story)
    story.passes(minutes=1)
    assert "Korkein hallinto-oikeus" in letter(story, "correction_notice")
    assert notices(story) == 1

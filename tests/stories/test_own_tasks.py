"""Tasks of a caseworker go to the case's own caseworker while they are there, and back to who prepared what is sent back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from engine.commands.absences import RecordAbsence
from engine.commands.assignments import ReassignCases
from engine.commands.tasks import ClaimTask
from engine.commands.visibility import RestrictCase
from engine.domain.staff_notices import NoticeKind
from engine.errors import NotFound
from engine.queries.staff_notices import MyNotices
from tests.stories.test_notes import mails_to
from tests.support.links import until_asked
from tests.support.story import Story


@pytest.fixture
def named(story: Story) -> Story:
    """A case whose caseworker was named at registration."""
    story.applies()
    story.does("kirjaaja", "register", caseworker=str(_id(story, "kasittelija")))
    return story


def _id(story: Story, who: str) -> UUID:
    return story.world.people[who].id


def test_follow_up_tasks_are_the_caseworkers_own(named: Story) -> None:
    mine = _id(named, "kasittelija")
    assert named.task("triage_override").assignee_id == mine
    for form in ("triage_override", "sufficiency"):
        assert named.task(form).assignee_id == mine
        named.does("kasittelija", form)
    assert {each.assignee_id for each in named.case_status.tasks} == {mine}


def test_the_next_task_is_theirs_also_after_a_colleagues(named: Story) -> None:
    named.does("toinen", "triage_override")
    assert named.task("sufficiency").assignee_id == _id(named, "kasittelija")


def test_a_decision_sent_back_is_the_preparers(named: Story) -> None:
    named.until("sign_resolution")
    named.does("paattaja", "sign_resolution", signature="return", return_reason="Tarkenna perusteluja.")
    assert named.task("prepare_resolution").assignee_id == _id(named, "kasittelija")


def _gives(story: Story, to: str) -> None:
    given = ReassignCases(((story.reference, _id(story, to)),), "other")
    story.world.engine.perform(given, story.world.actor("esihenkilo"))


def _restricts(story: Story, who: str) -> None:
    """Hide a case that waits for its signature: the signer has the task, and sees it still."""
    signs = ClaimTask(story.task("sign_resolution").id)
    story.world.engine.perform(signs, story.world.actor("paattaja"))
    hidden = RestrictCase(story.reference, "Tuntee epäillyn henkilön.")
    story.world.engine.perform(hidden, story.world.actor(who))


def _is_hidden_from(story: Story, who: str) -> bool:
    try:
        story.read_by(who)
    except NotFound:
        return True
    return False


def test_a_decision_sent_back_is_the_new_caseworkers_once_the_case_was_given(named: Story) -> None:
    named.until("sign_resolution")
    _gives(named, "toinen")
    _restricts(named, "toinen")
    assert _is_hidden_from(named, "kasittelija")
    named.does("paattaja", "sign_resolution", signature="return", return_reason="Tarkenna perusteluja.")
    assert named.task("prepare_resolution").assignee_id == _id(named, "toinen")
    assert _is_hidden_from(named, "kasittelija")


def test_a_decision_sent_back_opens_no_case_to_a_preparer_who_does_not_see_it(named: Story) -> None:
    named.until("prepare_resolution")
    named.does("toinen", "prepare_resolution")
    _restricts(named, "kasittelija")
    assert _is_hidden_from(named, "toinen")
    named.does("paattaja", "sign_resolution", signature="return", return_reason="Tarkenna perusteluja.")
    assert named.task("prepare_resolution").assignee_id == _id(named, "kasittelija")
    assert _is_hidden_from(named, "toinen")


def test_a_decision_sent_back_is_the_colleagues_who_prepared_it(named: Story) -> None:
    named.until("prepare_resolution")
    named.does("toinen", "prepare_resolution")
    named.does("paattaja", "sign_resolution", signature="return", return_reason="Tarkenna perusteluja.")
    assert named.task("prepare_resolution").assignee_id == _id(named, "toinen")


def test_an_answer_from_outside_is_the_caseworkers_and_not_of_who_asked_again(named: Story) -> None:
    until_asked(named)
    key = named.file.requests[0].reference
    named.answers(key)
    due = (named.today + timedelta(days=14)).isoformat()
    again = {"reply_enough": "ask_again", "new_questions": "Milloin työ alkoi?", "new_due_on": due}
    named.does("kasittelija", "review_reply", **again)
    named.passes(minutes=5)
    _gives(named, "toinen")
    named.answers(key)
    assert named.task("review_reply").assignee_id == _id(named, "toinen")


def test_the_tasks_of_one_who_is_away_are_free_for_their_deputy(named: Story) -> None:
    away = RecordAbsence("kasittelija", named.today, named.today, deputy="toinen")
    named.does("kasittelija", "triage_override")
    named.world.engine.perform(away, named.world.actor("esihenkilo"))
    named.does("toinen", "sufficiency")
    assert {each.assignee_id for each in named.case_status.tasks} == {None}


def _heard(story: Story, who: str) -> list[NoticeKind]:
    return [each.kind for each in story.world.engine.answer(MyNotices(), story.world.actor(who)).lines]


def test_signer_and_preparer_are_notified_of_a_decision_that_goes_to_and_fro(named: Story) -> None:
    named.until("sign_resolution")
    assert _heard(named, "paattaja") == [NoticeKind.TO_DECIDE]
    assert NoticeKind.TO_DECIDE not in _heard(named, "johtaja"), (
        "stands in for the signers, and is not asked first"
    )
    named.does("paattaja", "sign_resolution", signature="return", return_reason="Tarkenna perusteluja.")
    assert _heard(named, "paattaja") == []
    assert _heard(named, "kasittelija")[0] is NoticeKind.SENT_BACK
    named.does("kasittelija", "prepare_resolution")
    assert NoticeKind.SENT_BACK not in _heard(named, "kasittelija")
    assert _heard(named, "paattaja") == [NoticeKind.TO_DECIDE]


def test_no_signer_is_asked_at_seven_for_what_one_of_them_signed_at_night(named: Story) -> None:
    named.until("prepare_resolution")
    named.passes(minutes=5)
    named.world.clock.moment = named.world.clock.moment.replace(hour=19)  # 21 in Helsinki: a quiet hour.
    named.does("kasittelija", "prepare_resolution")
    signers = ("paattaja", "kaksoisrooli")
    assert [_heard(named, each) for each in signers] == [[NoticeKind.TO_DECIDE]] * 2
    named.does("paattaja", "sign_resolution")
    assert [_heard(named, each) for each in signers] == [[], []]
    named.passes(hours=12)
    assert [mails_to(each, named) for each in signers] == [[], []]

"""More time to answer: who is asked gets to know the new day, by a message or by somebody's hands (434/2003 33 §)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.casework.recordings.paper import ConsentTakenBack, RequestEnded
from engine.queries.delivery_papers import ReadDeliveryPapers
from engine.storage.timeline import CaseEvent
from engine.texts import day
from tests.stories.test_adverse_outcomes import adverse, until_assessment
from tests.stories.test_consents import STOPPED, takes_back, until_requests
from tests.stories.test_consents import asks as asks_authority
from tests.stories.test_consents_to_ask import says
from tests.stories.test_information_requests import until_requests as until_own_requests
from tests.stories.test_notices import papers as papers_of
from tests.stories.test_posted_letters import KEPT, POSTED, asks_by_letter
from tests.support.answers import request
from tests.support.browsing import signed_in
from tests.support.party_changes import changes, person
from tests.support.story import Story


def extends(story: Story, key: str = "REQ-1", *, after: int = 16) -> date:
    story.passes(days=after)
    due = story.today + timedelta(days=20)
    story.does(
        "kasittelija",
        "request_follow_up",
        key,
        choice="extend",
        new_due_on=due.isoformat(),
        reason="Vastaaja pyysi lisäaikaa.",
        **({"hearing_attempts": None} if key.startswith("REQ") else {}),
    )
    story.passes(minutes=1)
    return due


def events(story: Story, kind: str) -> list[CaseEvent]:
    return [each for each in story.file.timeline if each.kind == kind]


def letters(story: Story) -> list[str]:
    return [str(each.subject) for each in events(story, "notice_sent")]


def test_a_new_day_for_who_was_asked_by_letter_goes_by_letter(story: Story) -> None:
    asks_by_letter(story)
    story.does("kasittelija", "post_paper", **POSTED)

    due = extends(story)

    task = story.task("post_paper")
    papers = story.world.engine.answer(ReadDeliveryPapers(task.id), story.world.actor("kasittelija"))
    assert papers is not None
    assert papers.envelope is not None
    assert "Esimerkkivirasto" in papers.envelope.recipient
    assert day("fi", due) in papers_of(story, "request_authority")[-1]
    story.does("kasittelija", "post_paper", **POSTED)
    assert letters(story) == ["request", "request_new_date"]
    assert "information_reply" in story.forms
    page = signed_in(story.world, "kasittelija").get(f"/cases/{story.reference}").text
    assert "kirje uudesta määräpäivästä" in page


def test_a_new_day_for_who_was_asked_by_phone_is_a_task(story: Story) -> None:
    until_own_requests(story)
    row = request("outside_authority", story.today + timedelta(days=14), request_channel="phone")
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Ehdot puuttuvat.")
    story.does("kasittelija", "ask_aloud")

    extends(story)

    story.does(
        "kasittelija", "post_paper", **{**KEPT, "not_sent_reason": "Kerroin uuden päivän puhelimessa."}
    )
    assert [each.subject for each in events(story, "notice_not_sent")] == ["request_new_date"]


@pytest.mark.parametrize("has_mail", [False, True])
def test_who_is_heard_gets_to_know_the_new_day(story: Story, *, has_mail: bool) -> None:
    until_assessment(story)
    known = {"email": "turvassa@example.invalid", "postal_address": "Esimerkkitie 1, 00000 Esimerkkilä"}
    until = (story.today + timedelta(days=30)).isoformat()
    changes(story, person(story), {**known, "safe_channels": ["email" if has_mail else "post"]})
    story.does("kasittelija", "assessment", **{**adverse(story), "hearing_due_on": until})
    story.does("kasittelija", "post_paper", "HEAR-1")

    due = extends(story, "HEAR-1", after=32)

    mails = [each for each in story.mails if each.kind == "mail_new_date"]
    assert [day("fi", due) in str(each.template_values) for each in mails] == ([True] if has_mail else [])
    assert ("post_paper" in story.forms) is not has_mail
    if not has_mail:
        assert day("fi", due) in papers_of(story, "hearing")[-1]
        story.does("kasittelija", "post_paper", **POSTED)
        assert letters(story)[-1] == "request_new_date"
        assert "hearing_reply" in story.forms, "the hearing goes on"


def test_a_letter_on_a_new_day_stays_here_once_its_request_is_over(story: Story) -> None:
    asks_by_letter(story)
    story.does("kasittelija", "post_paper", **POSTED)
    due = extends(story)
    assert story.hears("proceed_without_rest")
    story.passes(days=1)

    with pytest.raises(RequestEnded) as refused:
        story.does("kasittelija", "post_paper", f"REQ-1:{due}", **POSTED, sent_on=story.today.isoformat())
    assert refused.value.field == "paper_state"


def test_a_letter_on_a_new_day_stays_here_once_its_consent_is_withdrawn(story: Story) -> None:
    until_requests(story)
    given = says(story, "outside_authority", "Esimerkkivirasto")
    asks_authority(story, request_channel="letter")
    story.does("kasittelija", "post_paper", **POSTED)
    extends(story)
    takes_back(story, given)
    papers = ReadDeliveryPapers(story.task("post_paper").id)
    shown = story.world.engine.answer(papers, story.world.actor("kasittelija"))
    assert shown is not None
    assert shown.is_stopped
    story.passes(days=1)
    with pytest.raises(ConsentTakenBack):
        story.does("kasittelija", "post_paper", **POSTED)
    story.does("kasittelija", "post_paper", **STOPPED)


def test_a_pause_moves_the_day_of_a_letter_by_a_letter(story: Story) -> None:
    asks_by_letter(story)
    story.does("kasittelija", "post_paper", **POSTED)
    story.hears("application_withdrawn")
    story.passes(days=3)
    story.does(
        "kasittelija",
        "withdraw",
        withdrawal="not_confirmed",
        not_confirmed_reason="Hän haluaa sittenkin apua.",
    )
    story.passes(minutes=1)

    assert day("fi", story.file.requests[0].due_on) in papers_of(story, "request_authority")[-1]
    assert "post_paper" in story.forms

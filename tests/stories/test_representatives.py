"""Representatives and agents: staff add, serve, ask and remove those who speak for the person."""

from __future__ import annotations

from typing import Any

import pytest

from engine.commands.parties import AddParty, RemoveParty
from engine.domain.parties import DetailsRejected, LetterUnderWay, NotRemovable, PartyDetails
from engine.errors import NotFound
from engine.storage.parties import Party
from tests.support.party_changes import CALL, ONLY_PHONE, asks, changes, page_of, person, to
from tests.support.story import Story


def adds(story: Story, kind: str = "representative", **more: Any) -> Party:
    name = {"given_names": "Sanna", "family_name": "Satunnainen"}
    shape = PartyDetails(kind, name, more.pop("contact", {}), **more)
    added = story.world.engine.perform(
        AddParty(story.reference, shape, CALL), story.world.actor("kasittelija")
    )
    return next(each for each in story.file.parties if each.id == added)


def removes(story: Story, party: Party) -> None:
    command = RemoveParty(story.reference, party.id, party.version, CALL)
    story.world.engine.perform(command, story.world.actor("kasittelija"))


def test_a_representative_who_was_missing_is_entered_later_and_served(story: Story) -> None:
    story.applies_for_children()
    story.until("register")

    representative = adds(story)

    assert representative.is_recipient
    assert page_of(story, representative).history[0].kind == "addition"
    assert "party_added" in story.events
    story.until("record_delivery")
    assert {each.party_id for each in story.file.deliveries} >= {representative.id}


def test_an_agent_is_served_only_with_the_power(story: Story) -> None:
    story.applies()

    assert not adds(story, "agent", powers=("see_documents",), authorised_on=story.today).is_recipient
    assert adds(story, "agent", powers=("receive_decisions",), authorised_on=story.today).is_recipient
    with pytest.raises(DetailsRejected) as refused:
        adds(story, "agent", powers=("see_documents",))
    assert set(refused.value.problems) == {"authorised_on"}
    with pytest.raises(DetailsRejected):
        adds(story, "applicant")


def test_an_agent_who_may_answer_is_asked_where_the_person_can_not_be_written_to(story: Story) -> None:
    story.applies()
    asks(story, "applicant")
    story.passes(hours=1)
    agent = {"safe_channels": ["email"], "email": "avustaja@example.invalid"}
    adds(story, "agent", contact=agent, powers=("answer_requests",), authorised_on=story.today)

    effects = changes(story, person(story), ONLY_PHONE)

    assert (effects.links_ended, effects.links_sent) == (1, 1)
    story.passes(hours=1)
    assert to(story, "avustaja@example.invalid") == ["mail_request"]


@pytest.mark.parametrize("lost", ["unsafe", "removed", "power"])
def test_a_question_in_the_mailbox_of_an_agent_who_is_lost_opens_no_more(story: Story, lost: str) -> None:
    story.applies(safe_channels=["phone"], phone="+358 00 0000000", email=None)
    agent = {"safe_channels": ["email"], "email": "avustaja@example.invalid"}
    speaks = adds(story, "agent", contact=agent, powers=("answer_requests",), authorised_on=story.today)
    asks(story, "applicant")
    story.passes(hours=1)
    assert to(story, "avustaja@example.invalid") == ["mail_request"]
    assert page_of(story, speaks).links, "the page of the agent shows it"

    match lost:
        case "unsafe":
            changes(story, speaks, is_unsafe=True, powers=())
        case "removed":
            removes(story, speaks)
        case _:
            changes(story, speaks, powers=())

    with pytest.raises(NotFound):
        story.opens(story.file.requests[0])
    story.passes(hours=1)
    assert to(story, "avustaja@example.invalid") == ["mail_request"]
    (clock,) = (each for each in story.file.deadlines if each.business_key == "REQ-1")
    assert clock.is_paused, "the person has not been asked any more"
    assert "tell_withheld" in story.forms, "somebody tells the person by a safe way"


def test_a_party_leaves_and_their_history_stays(story: Story) -> None:
    story.applies()
    agent = adds(story, "agent")

    removes(story, agent)

    assert agent.id not in {each.id for each in story.file.parties}
    assert "party_removed" in story.events
    with pytest.raises(NotFound):
        removes(story, agent)
    with pytest.raises(NotRemovable):
        removes(story, person(story))


def test_nobody_is_removed_while_a_letter_to_them_waits_to_leave(story: Story) -> None:
    story.applies(safe_channels=["phone"], phone="+358 00 0000000", email=None)
    representative = adds(story)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")

    with pytest.raises(LetterUnderWay):
        removes(story, representative)
    changes(story, representative, is_unsafe=True)

    assert next(each for each in story.file.parties if each.id == representative.id).is_silent

"""A decision is served on the one who shall have it: what somebody else took, or signed for, is not served (434/2003 56, 60 §)."""

from __future__ import annotations

from typing import Any

import pytest

from engine.casework.recordings.delivery import AnotherTookIt, NoAgent
from engine.commands.parties import AddParty
from engine.domain.chronology import DatesRejected
from engine.domain.parties import RECEIVE_DECISIONS, PartyDetails
from engine.domain.safe_contact import PowerEnded
from engine.storage.parties import Party
from tests.stories.test_corrections import corrects
from tests.stories.test_delivery import BY_POST, FAILED, NOT_POSTED, RECEIPT, signed
from tests.stories.test_representatives import removes
from tests.support.browsing import signed_in
from tests.support.party_changes import CALL, changes, person
from tests.support.story import Story


def served(story: Story) -> bool:
    return story.file.deliveries[-1].state == "served"


@pytest.mark.databases
@pytest.mark.parametrize("way", [{}, RECEIPT], ids=["in_person", "receipt"])
def test_what_a_neighbour_took_is_not_served_on_the_person(story: Story, way: dict[str, Any]) -> None:
    signed(story, **(BY_POST if way else {}))
    if way:
        story.does("kasittelija", "post_letter", **NOT_POSTED)
        story.does("kasittelija", "choose_delivery_way", next_channel="acknowledgement")
        story.does("kasittelija", "post_letter")
    assert person(story).name == "Aino Esimerkki Keksitty"

    for somebody in ("Joku Naapuri", "Keksitty", "Aino", "Aino Naapuri", "asiamies"):
        with pytest.raises(AnotherTookIt) as refused:
            story.does("kasittelija", "record_delivery", **way, handed_to=somebody)
        assert refused.value.field == "handed_to"
        assert person(story).name in str(refused.value.values)
    assert not served(story)
    assert "appeal_period" not in {each.name for each in story.file.deadlines}

    story.does("kasittelija", "record_delivery", **way, handed_to="keksitty, Aino")
    assert served(story)


def handing_to_agent(story: Story) -> Party:
    """The decision waits to be handed to an agent who may receive it."""
    signed(story)
    lawyer = PartyDetails(
        "agent",
        {"given_names": "Lakia", "family_name": "Lukenut"},
        {},
        powers=(RECEIVE_DECISIONS,),
        authorised_on=story.today,
    )
    story.world.engine.perform(AddParty(story.reference, lawyer, CALL), story.world.actor("kasittelija"))
    story.does("kasittelija", "record_delivery", **FAILED)
    story.does("kasittelija", "choose_delivery_way", next_channel="agent")
    return next(each for each in story.file.parties if each.kind == "agent")


BY_AGENT = {"delivery_channel": "agent", "proof": "certificate", "handed_to": "Lakia Lukenut"}


def test_an_agent_takes_it_by_their_own_name(story: Story) -> None:
    handing_to_agent(story)
    with pytest.raises(AnotherTookIt):
        story.does("kasittelija", "record_delivery", **{**BY_AGENT, "handed_to": "Joku Naapuri"})
    story.does("kasittelija", "record_delivery", **BY_AGENT)
    assert served(story)


@pytest.mark.parametrize("ends", ["removed", "power"])
def test_what_an_agent_took_after_their_power_ended_is_not_served(story: Story, ends: str) -> None:
    agent = handing_to_agent(story)
    before = story.today
    story.passes(days=2)
    if ends == "removed":
        removes(story, agent)
    else:
        changes(story, agent, powers=())
    ended = story.today
    story.passes(days=1)

    page = signed_in(story.world, "kasittelija").get(f"/tasks/{story.task('record_delivery').id}")
    assert "Hän ei enää puhu henkilön puolesta." in page.text
    assert "Avaa (PDF)" not in page.text
    with pytest.raises(PowerEnded) as refused:
        story.does("kasittelija", "record_delivery", **BY_AGENT)
    assert refused.value.field == "delivery_result"
    same_day = {**BY_AGENT, "served_on": ended.isoformat()}
    with pytest.raises(DatesRejected) as unexplained:
        story.does("kasittelija", "record_delivery", **same_day)
    assert (unexplained.value.field, unexplained.value.need_reasons) == ("served_on", True)
    assert not served(story)

    story.does("kasittelija", "record_delivery", **{**BY_AGENT, "served_on": before.isoformat()})
    assert served(story), "the power stood then"
    with pytest.raises(PowerEnded):
        corrects(story, "record_delivery", served_on=story.today)


def test_a_decision_does_not_go_to_an_agent_without_the_power(story: Story) -> None:
    removes(story, handing_to_agent(story))
    story.does("kasittelija", "record_delivery", **{**FAILED, "delivery_channel": "agent"})
    with pytest.raises(NoAgent) as refused:
        story.does("kasittelija", "choose_delivery_way", next_channel="agent")
    assert refused.value.field == "next_channel"
    story.does("kasittelija", "choose_delivery_way")
    story.does("kasittelija", "record_delivery")
    assert served(story)

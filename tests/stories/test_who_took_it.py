"""A decision is served on the one who shall have it: what somebody else took, or signed for, is not served (434/2003 56, 60 §)."""

from __future__ import annotations

from typing import Any

import pytest

from engine.casework.recordings.delivery import AnotherTookIt
from engine.commands.parties import AddParty
from engine.domain.parties import RECEIVE_DECISIONS, PartyDetails
from tests.stories.test_delivery import BY_POST, FAILED, NOT_POSTED, RECEIPT, signed
from tests.support.party_changes import CALL, person
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


def test_an_agent_takes_it_by_their_own_name(story: Story) -> None:
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
    by_agent = {"delivery_channel": "agent", "proof": "certificate"}

    with pytest.raises(AnotherTookIt):
        story.does("kasittelija", "record_delivery", **by_agent, handed_to="Joku Naapuri")
    story.does("kasittelija", "record_delivery", **by_agent, handed_to="Lakia Lukenut")
    assert served(story)

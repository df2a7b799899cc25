"""Of two guardians who are heard each gets their own letter, by their own ways; nobody unsafe gets any."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.commands.parties import AddParty
from engine.domain.parties import PartyDetails
from engine.domain.safe_contact import PartyNotSafe, PostNotSafe
from engine.queries.delivery_papers import DeliveryPapers, ReadDeliveryPapers
from engine.storage.parties import Party
from tests.stories.test_children import REGISTERED_CHILD, child_assessment, family
from tests.stories.test_hearings import adverse
from tests.support.answers import request
from tests.support.party_changes import CALL, changes
from tests.support.story import Story

POSTED: dict[str, Any] = {"paper_way": "post", "envelope_neutral": True}
HOMES = {
    "Aino Esimerkki Keksitty": "Ainontie 1, 00100 HELSINKI",
    "Toini Turvallinen": "Toinintie 2, 00100 HELSINKI",
}


def guardian(child: Story, name: str) -> Party:
    return next(each for each in child.file.parties if each.kind == "guardian" and each.name == name)


def both_heard(story: Story) -> Story:
    """Two guardians, whom only a person can meet, have each been heard of a child."""
    child = family(story, "2018-03-01")
    toini = PartyDetails("guardian", {"given_names": "Toini", "family_name": "Turvallinen"}, {})
    child.world.engine.perform(AddParty(child.reference, toini, CALL), child.world.actor("kasittelija"))
    for name, home in HOMES.items():
        meets = {"safe_channels": [], "unsafe_channels": ["email"], "postal_address": home}
        changes(child, guardian(child, name), meets)
    child.does("kirjaaja", "register", **REGISTERED_CHILD)
    child.does("kasittelija", "triage_override", case_class="child")
    child.does("kasittelija", "sufficiency", representative_state="guardian")
    answers = {**child_assessment(child), **adverse(child), "needs_help": None}
    child.does("kasittelija", "assessment", **answers)
    child.does("kasittelija", "post_paper", "HEAR-1")
    child.does("kasittelija", "post_paper", "HEAR-2")
    return child


def withdrawn(child: Story) -> None:
    child.hears("application_withdrawn")
    child.does("kasittelija", "withdraw", applies_self="no")
    child.passes(minutes=1)


def papers(child: Story, key: str) -> DeliveryPapers:
    task = next(
        each for each in child.file.tasks if each.form_key == "post_paper" and each.business_key == key
    )
    found = child.world.engine.answer(ReadDeliveryPapers(task.id), child.world.actor("kasittelija"))
    assert found is not None
    assert found.envelope is not None
    return found


def test_each_guardian_hears_by_their_own_way_that_no_answer_is_needed(story: Story) -> None:
    child = both_heard(story)
    changes(child, guardian(child, "Toini Turvallinen"), {"safe_channels": ["post"]})
    withdrawn(child)
    to = {each.reference: str(each.recipient["name"]) for each in child.file.requests}
    envelopes = {to[key]: papers(child, key).envelope for key in to}
    assert {name: each.recipient[0] for name, each in envelopes.items() if each} == {
        name: name for name in HOMES
    }
    assert {name: each.is_safe for name, each in envelopes.items() if each} == {
        "Aino Esimerkki Keksitty": False,
        "Toini Turvallinen": True,
    }
    keys = {name: key for key, name in to.items()}
    with pytest.raises(PostNotSafe) as refused:
        child.does("kasittelija", "post_paper", keys["Aino Esimerkki Keksitty"], **POSTED)
    assert refused.value.field == "paper_way"
    child.does("kasittelija", "post_paper", keys["Toini Turvallinen"], **POSTED)
    child.does("kasittelija", "post_paper", keys["Aino Esimerkki Keksitty"], paper_way="in_person")


def test_nothing_is_sent_to_a_guardian_who_turned_out_unsafe(story: Story) -> None:
    child = both_heard(story)
    withdrawn(child)
    changes(child, guardian(child, "Toini Turvallinen"), is_unsafe=True)
    key = next(
        each.reference for each in child.file.requests if each.recipient["name"] == "Toini Turvallinen"
    )
    envelope = papers(child, key).envelope
    assert envelope is not None
    assert not envelope.is_safe
    child.passes(days=1)
    with pytest.raises(PartyNotSafe):
        child.does("kasittelija", "post_paper", key, paper_way="in_person")


def test_a_question_to_a_referrer_marked_unsafe_since_does_not_leave(story: Story) -> None:
    story.is_referred()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    row = request("referrer", story.today + timedelta(days=14), request_channel="letter")
    story.does("kasittelija", "new_information_request", round_reason="Ehdot puuttuvat.", requests=[row])
    referrer = next(each for each in story.file.parties if each.kind == "referrer")
    changes(story, referrer, is_unsafe=True)
    story.passes(days=1)
    with pytest.raises(PartyNotSafe):
        story.does("kasittelija", "post_paper", **POSTED)

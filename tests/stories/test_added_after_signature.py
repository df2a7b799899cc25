"""A speaker who comes after the signature is served too, in an attempt and a period of their own (434/2003 56 §)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.casework.recordings.delivery import ChildsOwnCopy, NoDeputyNeeded
from engine.commands.parties import AddParty
from engine.domain.parties import RECEIVE_DECISIONS, PartyDetails
from tests.stories.test_appeals import appeals, to_court
from tests.stories.test_children import child_until_signature, family
from tests.stories.test_decision_corrections import periods
from tests.stories.test_delivery import FAILED
from tests.stories.test_removal import clienthood, signed
from tests.stories.test_removal_of_children import OF_A_CHILD, child_client
from tests.support.party_changes import CALL, changes
from tests.support.story import Story

UNSAFE = [{"name": "Aino Keksitty", "part": "guardian", "reason": "Mahdollinen hyväksikäyttäjä"}]


def comes(child: Story, kind: str, since: date | None = None) -> str:
    """Somebody comes to speak for the child. Return the end of their delivery's key."""
    powers: dict[str, Any] = {"powers": (RECEIVE_DECISIONS,), "authorised_on": since} if since else {}
    shape = PartyDetails(kind, {"given_names": "Edla", "family_name": "Edustaja"}, {}, **powers)
    party = child.world.engine.perform(
        AddParty(child.reference, shape, CALL), child.world.actor("kasittelija")
    )
    child.passes(minutes=1)
    return party.hex[-12:]


def key_of(child: Story, form: str, ending: str) -> str:
    (key,) = [
        each.business_key or ""
        for each in child.file.tasks
        if each.form_key == form and (each.business_key or "").endswith(ending)
    ]
    return key


def small_child_signed(story: Story) -> Story:
    """Her guardian is unsafe: a deputy is needed first."""
    child = family(story, "2018-03-01")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    child_until_signature(child, unsafe_parties=UNSAFE)
    child.does("paattaja", "sign_resolution")
    child.passes(minutes=1)
    return child


def test_a_deputy_who_comes_after_the_signature_has_the_decision_in_the_childs_place(story: Story) -> None:
    child = small_child_signed(story)
    (waiting,) = [each.business_key for each in child.file.tasks if each.form_key == "choose_delivery_way"]
    deputy = comes(child, "representative")
    own = key_of(child, "record_delivery", deputy)
    assert own != waiting

    child.does("kasittelija", "choose_delivery_way", waiting, next_channel="none")
    child.does("paattaja", "no_safe_service", no_safe_why="deputy_needed", died_on=None)
    child.passes(minutes=1)
    assert [each.business_key for each in child.file.tasks if each.business_key] == [own]
    child.passes(days=10)
    assert "resolution_final" not in child.events, "the deputy has not got it"

    child.does("kasittelija", "record_delivery", own)
    assert periods(child) == [(own, True)]
    child.passes(days=40)
    assert "finality_inquiry" in child.forms, "the child is not waited for"


def test_each_who_speaks_for_the_child_is_served_once_and_their_own_period_runs(story: Story) -> None:
    child = child_client(story, "2018-03-01")
    first = key_of(child, "record_delivery", "")
    second = key_of(child, "record_delivery", comes(child, "guardian", child.today))
    third = key_of(child, "record_delivery", comes(child, "representative"))
    child.does("kasittelija", "record_delivery", first)
    child.passes(days=3)
    child.does("kasittelija", "record_delivery", second)
    child.passes(days=3)
    child.does("kasittelija", "record_delivery", third)
    child.passes(minutes=1)
    assert [key for key, _ in periods(child)] == [first, second, third]
    assert len({each.due_on for each in child.file.deadlines if each.name == "appeal_period"}) == 3
    assert child.events.count("recipient_added") == 2


def test_a_guardian_found_safe_is_served_and_who_speaks_since_it_was_served_is_not(story: Story) -> None:
    child = small_child_signed(story)
    guardian = next(each for each in child.file.parties if each.kind == "guardian")
    changes(child, guardian, is_unsafe=False)
    child.passes(minutes=1)
    child.does("kasittelija", "record_delivery", key_of(child, "record_delivery", guardian.id.hex[-12:]))
    (waiting,) = [each.business_key for each in child.file.tasks if each.form_key == "choose_delivery_way"]
    child.does("kasittelija", "choose_delivery_way", waiting, next_channel="none")
    child.does("paattaja", "no_safe_service", no_safe_why="deputy_needed", died_on=None)
    child.passes(days=2)
    comes(child, "representative", child.today - timedelta(days=1))
    assert child.events.count("recipient_added") == 1


def test_a_deputy_is_waited_for_beside_a_child_of_fifteen_who_has_it(story: Story) -> None:
    child = child_client(story, "2010-03-01")
    parties = {each.kind: each.id.hex[-12:] for each in child.file.parties if each.is_recipient}
    of_guardian = key_of(child, "record_delivery", parties["guardian"])
    child.does("kasittelija", "record_delivery", key_of(child, "record_delivery", parties["applicant"]))
    child.does("kasittelija", "record_delivery", of_guardian, **FAILED)
    child.does("kasittelija", "choose_delivery_way", of_guardian, next_channel="none")
    child.does("paattaja", "no_safe_service", of_guardian, no_safe_why="deputy_needed", died_on=None)
    child.passes(days=40)
    assert "finality_inquiry" not in child.forms, "nobody who speaks for the child has it"

    deputy = comes(child, "representative", child.today)
    child.does("kasittelija", "record_delivery", key_of(child, "record_delivery", deputy))
    child.passes(days=40)
    assert "finality_inquiry" in child.forms


def test_no_deputy_is_needed_for_a_childs_own_copy(story: Story) -> None:
    """A child of fifteen has the decision in their own right: nothing is final before (434/2003 56 §)."""
    child = child_client(story, "2010-03-01")
    parties = {each.kind: each.id.hex[-12:] for each in child.file.parties if each.is_recipient}
    own = key_of(child, "record_delivery", parties["applicant"])
    child.does("kasittelija", "record_delivery", key_of(child, "record_delivery", parties["guardian"]))
    child.does("kasittelija", "record_delivery", own, **FAILED)
    child.does("kasittelija", "choose_delivery_way", own, next_channel="none")
    with pytest.raises(ChildsOwnCopy) as refused:
        child.does("paattaja", "no_safe_service", own, no_safe_why="deputy_needed", died_on=None)
    assert refused.value.field == "no_safe_why"
    child.does("paattaja", "no_safe_service", own, no_safe_why="no_safe_channel", died_on=None)
    child.passes(days=40)
    assert "finality_inquiry" not in child.forms


def test_no_deputy_is_needed_for_an_adult_or_for_who_has_died(story: Story) -> None:
    child = child_client(story, "2010-03-01")
    parties = {each.kind: each.id.hex[-12:] for each in child.file.parties if each.is_recipient}
    own, of_guardian = (key_of(child, "record_delivery", parties[each]) for each in ("applicant", "guardian"))
    for key in (own, of_guardian):
        child.does("kasittelija", "record_delivery", key, **FAILED)
        child.does("kasittelija", "choose_delivery_way", key, next_channel="none")
    died_on = child.today.isoformat()
    child.does("paattaja", "no_safe_service", own, no_safe_why="dead", died_on=died_on)
    with pytest.raises(NoDeputyNeeded):
        child.does("paattaja", "no_safe_service", of_guardian, no_safe_why="deputy_needed", died_on=None)

    story.does("kasittelija", "record_delivery", **FAILED)
    story.does("kasittelija", "choose_delivery_way", next_channel="none")
    with pytest.raises(NoDeputyNeeded):
        story.does("paattaja", "no_safe_service", no_safe_why="deputy_needed", died_on=None)


def test_a_removal_waits_for_one_more_and_is_assessed_again_once(story: Story) -> None:
    child = child_client(story, "2018-03-01")
    child.does("kasittelija", "record_delivery")
    signed(child, **OF_A_CHILD)
    first = key_of(child, "record_delivery", "")
    deputy = comes(child, "representative", child.today)
    keys = {each.business_key for each in child.file.tasks if each.form_key == "record_delivery"}
    (second,) = [each for each in keys if each is not None and each.startswith("POI") and each != first]
    assert second.endswith(deputy)
    child.does("kasittelija", "record_delivery", first)
    child.passes(days=8)
    assert clienthood(child).runs, "one has not got it"
    child.does("kasittelija", "record_delivery", second)
    child.passes(minutes=1)
    assert clienthood(child).until == child.today
    appeals(child, appealed="removal")
    to_court(child)
    child.does("kasittelija", "court_decision", court_result="annulled")
    child.passes(minutes=1)
    assert child.forms.count("removal_assessment") == 1

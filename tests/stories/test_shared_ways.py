"""Somebody opens the letters of one, and another gets letters at the same address: nothing goes there any more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.casework.recordings.contact import SeveralHeld, WaysSealed
from engine.casework.shared_ways import unsafe_of, ways_lost
from engine.commands.case_links import LinkCases
from engine.commands.parties import AddParty, StopContactByCode
from engine.domain.cases import CaseState
from engine.domain.chronology import DatesRejected
from engine.domain.parties import PartyDetails
from engine.domain.people import PUBLIC, SYSTEM
from engine.storage.parties import Party
from tests.stories.test_children import CHILD, PARENT, REGISTERED_CHILD, child_until_signature
from tests.stories.test_delivery import BY_POST
from tests.stories.test_referrals import REFUSED, until_consent
from tests.support.browsing import signed_in
from tests.support.party_changes import CALL, changes, code_of, person
from tests.support.story import Story

HOME = BY_POST["postal_address"]
HE_OPENS_LETTERS: dict[str, Any] = {
    "safe_channels": ["phone"],
    "unsafe_channels": ["post"],
    "phone": "+358 00 0000000",
    "postal_address": HOME,
}


def mother_and_child(story: Story, **application: Any) -> Story:
    story.applies(has_children="yes", children=[{**CHILD, "born_on": "2018-03-01"}], **BY_POST, **application)
    story.does("kirjaaja", "register", **PARENT)
    story.passes(minutes=1)
    return story.child()


def guardian_of(child: Story) -> Party:
    return next(each for each in child.file.parties if each.kind == "guardian")


@pytest.mark.databases
def test_he_opens_the_mothers_letters_and_the_childs_decision_is_not_posted_there(story: Story) -> None:
    child = mother_and_child(story)
    child_until_signature(child)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.passes(minutes=1)
    child.does("paattaja", "sign_resolution")
    assert "post_letter" in child.forms, "the child's decision waits to be posted to the mother's home"

    changes(story, person(story), HE_OPENS_LETTERS)

    guardian = guardian_of(child)
    assert guardian.contact["safe_channels"] == []
    assert guardian.held_at is not None
    with pytest.raises(DatesRejected, match="Samana päivänä"):
        child.does("kasittelija", "post_letter")
    story.passes(minutes=1)
    assert child.task("contact_change").due_at is not None
    marked = [each for each in child.file.timeline if each.kind in ("shared_way_unsafe", "contact_stopped")]
    assert len(marked) == 2
    assert {each.actor_name for each in marked} == {SYSTEM.name}, "no word of who works with which other case"
    staff = signed_in(story.world, "kasittelija")
    shown = staff.get(f"/cases/{child.reference}/parties/{guardian.id}").text
    assert "Pysäytetty" in shown
    assert "sama osoite, numero tai postilaatikko on ilmoitettu vaaralliseksi" in shown
    assert story.reference not in shown
    history = shown.partition("Aiemmat muutokset")[2]
    assert story.world.people["kasittelija"].name not in history

    changes(
        story, person(story), {**HE_OPENS_LETTERS, "safe_channels": ["phone", "post"], "unsafe_channels": []}
    )
    assert guardian_of(child).contact["safe_channels"] == [], "safe again for her says nothing of the child"
    changes(
        child,
        guardian_of(child),
        {"postal_address": "Uusikatu 5, 00000 Esimerkkilä", "safe_channels": ["post"]},
    )
    assert "contact_change" not in child.forms
    child.does("kasittelija", "post_letter")


def test_a_report_that_names_no_way_stops_all_who_have_the_same_until_each_was_asked(story: Story) -> None:
    child = mother_and_child(story)
    friend = PartyDetails(
        "contact_person",
        {"given_names": "Ystävä"},
        {"safe_channels": ["post"], "postal_address": "ESIMERKKITIE 2\n00000 Esimerkkilä"},
    )
    story.world.engine.perform(AddParty(story.reference, friend, CALL), story.world.actor("kasittelija"))

    assert story.world.engine.perform(StopContactByCode(code_of(story)), PUBLIC)

    story.passes(minutes=1)
    stopped = [each.kind for each in (*story.file.parties, *child.file.parties) if each.held_at is not None]
    assert sorted(stopped) == ["applicant", "contact_person", "guardian"]
    assert story.forms.count("contact_change") == child.forms.count("contact_change") == 1
    with pytest.raises(SeveralHeld):
        story.does("kasittelija", "contact_change", contact_outcome="same")
    changes(story, person(story))
    assert story.forms.count("contact_change") == 1, "the friend was not asked yet"
    changes(story, next(each for each in story.file.parties if each.kind == "contact_person"))
    assert "contact_change" not in story.forms
    assert guardian_of(child).held_at is not None, "in the other case somebody asks by themselves"
    child.does("kasittelija", "contact_change")
    assert guardian_of(child).held_at is None
    assert "contact_change" not in child.forms


def test_a_parent_who_reported_an_unsafe_way_is_registered_and_the_childs_case_is_stopped_too(
    story: Story,
) -> None:
    story.applies(has_children="yes", children=[{**CHILD, "born_on": "2018-03-01"}], **BY_POST)
    assert story.world.engine.perform(StopContactByCode(code_of(story)), PUBLIC)
    story.passes(minutes=1)

    story.does("kirjaaja", "register", **PARENT)
    story.passes(minutes=1)

    child = story.child()
    assert story.case.state is CaseState.PENDING
    assert guardian_of(child).held_at is not None
    assert sorted(child.forms) == ["contact_change", "register"]
    child.does("kirjaaja", "register", **REGISTERED_CHILD)
    assert child.case.state is CaseState.PENDING, "nobody has to be reached before the case is pending"


def test_cases_that_are_linked_later_learn_what_is_unsafe_in_the_other(story: Story) -> None:
    story.applies(**BY_POST)
    changes(story, person(story), HE_OPENS_LETTERS)
    others = [Story(story.world) for _ in range(2)]
    for each, kind in zip(others, ("not_same", "same_events"), strict=True):
        each.applies(**BY_POST)
        command = LinkCases(each.reference, story.reference, kind, "He asuivat samassa osoitteessa.")
        each.world.engine.perform(command, each.world.actor("kasittelija"))

    assert [person(each).contact["safe_channels"] for each in others] == [["post"], []]


@pytest.mark.parametrize(
    ("hers", "others"),
    [
        ({"phone": "040 123 4567"}, {"phone": "+358 (0)40-1234567"}),
        ({"phone": "00358401234567"}, {"sms_phone": "0401234567"}),
        ({"sms_phone": "0401234567"}, {"contact_person_phone": "+358401234567"}),
        ({"email": "Aino@Example.invalid "}, {"email": "aino@example.invalid"}),
        ({"postal_address": "Katu 1,\n00000 Kylä"}, {"postal_address": "katu 1 00000  KYLÄ"}),
        ({"contact_person_name": "Eeva  Ystävä"}, {"contact_person_name": "eeva ystävä"}),
    ],
)
def test_a_way_is_the_same_however_it_is_written(
    story: Story, hers: dict[str, str], others: dict[str, str]
) -> None:
    story.applies()
    known = {"phone": "phone", "sms_phone": "sms", "email": "email", "postal_address": "post"}
    way, other = (known.get(next(iter(each)), "via_person") for each in (hers, others))
    before = replace(person(story), contact={**hers, "safe_channels": [way]})
    after = replace(before, contact={**hers, "safe_channels": [], "unsafe_channels": [way]})
    same = replace(before, contact={**others, "unsafe_channels": [other]})
    elsewhere = replace(before, contact={"phone": "0507654321", "unsafe_channels": ["phone"]})

    assert ways_lost(before, after) & unsafe_of(same)
    assert not ways_lost(before, after) & unsafe_of(elsewhere)
    assert not ways_lost(after, before), "safe again takes nothing from anybody"


def test_messages_that_are_safe_still_are_not_lost_with_calls_to_the_same_number(story: Story) -> None:
    story.applies()
    number = {"phone": "0401234567", "sms_phone": "0401234567"}
    before = replace(person(story), contact={**number, "safe_channels": ["phone", "sms"]})
    after = replace(before, contact={**number, "safe_channels": ["sms"], "unsafe_channels": ["phone"]})
    lost = {way for way, _ in ways_lost(before, after)}
    assert "phone" in lost
    assert "sms" not in lost


def test_in_a_sealed_case_the_talk_confirms_the_persons_own_ways(story: Story) -> None:
    """Its parties open to the director alone: the caseworker would be sent to pages that are not there."""
    until_consent(story, **BY_POST)
    caseworker = story.world.actor("kasittelija")
    friend = PartyDetails("contact_person", {"given_names": "Ystävä"}, dict(person(story).contact))
    story.world.engine.perform(AddParty(story.reference, friend, CALL), caseworker)
    other = Story(story.world)
    other.applies(**BY_POST)
    linked = LinkCases(other.reference, story.reference, "same_events", "He asuivat samassa osoitteessa.")
    story.world.engine.perform(linked, caseworker)
    story.does("kasittelija", "verify_consent", **REFUSED, channel="in_person")
    assert story.read_by("kasittelija").parties == ()

    changes(other, person(other), HE_OPENS_LETTERS)
    story.passes(minutes=1)
    story.does("kasittelija", "contact_change", contact_outcome="same")

    held = {each.kind: each.held_at is not None for each in story.file.parties}
    assert held["applicant"] is False
    assert held["contact_person"] is True, "nobody has asked the friend"


def test_in_a_sealed_case_the_director_records_new_ways(story: Story) -> None:
    """A walk found it: the caseworker was sent to a page that was not there."""
    until_consent(story, **BY_POST)
    other = Story(story.world)
    other.applies(**BY_POST)
    linked = LinkCases(other.reference, story.reference, "same_events", "He asuivat samassa osoitteessa.")
    story.world.engine.perform(linked, story.world.actor("kasittelija"))
    story.does("kasittelija", "verify_consent", **REFUSED, channel="in_person")
    changes(other, person(other), HE_OPENS_LETTERS)
    story.passes(minutes=1)

    with pytest.raises(WaysSealed) as refused:
        story.does("kasittelija", "contact_change", contact_outcome="recorded", contact_confirmed_how=None)
    assert refused.value.field == "contact_outcome"

    changes(story, person(story), HE_OPENS_LETTERS, who="johtaja")
    assert person(story).held_at is None
    assert "contact_change" not in story.forms

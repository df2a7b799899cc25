"""Turvakielto (661/2009 36-37 §) belongs to a person: it holds in every linked case in which they are a party."""

from __future__ import annotations

from typing import Any

from engine.commands.case_links import LinkCases
from engine.commands.parties import AddParty
from engine.domain.parties import PartyDetails
from engine.domain.people import SYSTEM
from tests.stories.test_applying_for_children import REGISTERED
from tests.stories.test_children import CHILD, PARENT, REGISTERED_CHILD
from tests.stories.test_delivery import BY_POST
from tests.stories.test_shared_ways import guardian_of, mother_and_child
from tests.support.browsing import signed_in
from tests.support.party_changes import CALL, changes, person
from tests.support.story import Story

STREET = "Esimerkkitie"
ASKS: dict[str, Any] = {
    "recipient": "Aino Keksitty",
    "ground": "own",
    "proof": "document",
    "proof_words": "passi",
}


def test_the_mothers_turvakielto_keeps_her_address_out_of_the_copies_of_her_childs_case(story: Story) -> None:
    child = mother_and_child(story)
    child.does("kirjaaja", "register", **REGISTERED_CHILD)
    worker = signed_in(story.world, "kasittelija")
    asking = worker.get(f"/cases/{child.reference}/copies")
    begun = worker.submits(asking, **ASKS, asked_on=f"{story.today:%-d.%-m.%Y}")
    assert STREET in worker.follows(begun).text, "nobody has marked her yet"

    changes(story, person(story), is_protected=True)

    copy = worker.follows(begun).text
    assert "Aino Esimerkki Keksitty" in copy
    assert STREET not in copy
    shown = worker.get(f"/cases/{child.reference}/parties/{guardian_of(child).id}").text
    assert "samalla henkilöllä on turvakielto toisessa asiassa" in shown
    assert story.reference not in shown
    marks = [each for each in child.file.timeline if each.kind == "party_changed"]
    assert [each.actor_name for each in marks] == [SYSTEM.name]


def test_a_mark_in_one_childs_case_reaches_the_parents_and_the_sisters_by_any_way(story: Story) -> None:
    child = mother_and_child(story)

    changes(child, guardian_of(child), is_protected=True)

    assert person(story).is_protected
    assert [each.is_protected for each in story.file.parties if each.kind == "child"] == [False], (
        "another person"
    )


def test_the_guardian_of_siblings_is_protected_in_the_case_of_each(story: Story) -> None:
    story.applies_for_children()
    story.does("kirjaaja", "register", **REGISTERED)
    story.passes(minutes=1)

    changes(story, guardian_of(story), is_protected=True)

    assert guardian_of(story.child()).is_protected


def test_a_name_that_was_corrected_in_one_case_is_the_same_person_by_their_birth_date(story: Story) -> None:
    child = mother_and_child(story)
    names = {**person(story).identity, "given_names": "Aino Maria"}
    changes(child, guardian_of(child), identity=names)

    changes(story, person(story), is_protected=True)

    assert guardian_of(child).is_protected


def test_who_is_added_or_linked_later_is_protected_as_in_the_other_case(story: Story) -> None:
    child = mother_and_child(story)
    changes(story, person(story), is_protected=True)
    caseworker = story.world.actor("kasittelija")
    trustee = PartyDetails(
        "trustee", dict(person(story).identity), {"postal_address": BY_POST["postal_address"]}
    )

    added = story.world.engine.perform(AddParty(child.reference, trustee, CALL), caseworker)

    assert next(each for each in child.file.parties if each.id == added).is_protected
    again, stranger = Story(story.world), Story(story.world)
    again.applies()
    stranger.applies(given_names="Ventla", family_name="Vieras", born_on="1990-01-01")
    for each in (again, stranger):
        linked = LinkCases(each.reference, story.reference, "family", "Sama perhe, kertoo hakija.")
        each.world.engine.perform(linked, caseworker)
    assert person(again).is_protected
    assert not person(stranger).is_protected


def test_who_was_protected_before_the_childs_case_begins_is_protected_in_it(story: Story) -> None:
    story.applies(has_children="yes", children=[{**CHILD, "born_on": "2018-03-01"}], **BY_POST)
    for each in story.file.parties:
        changes(story, each, is_protected=True)
    story.does("kirjaaja", "register", **PARENT)
    story.passes(minutes=1)
    child = story.child()
    assert guardian_of(child).is_protected
    assert person(child).is_protected, "the child's own turvakielto"


def test_a_case_that_is_linked_later_protects_the_person_in_the_cases_of_their_children_too(
    story: Story,
) -> None:
    story.applies()
    changes(story, person(story), is_protected=True)
    again = Story(story.world)
    child = mother_and_child(again)
    assert not guardian_of(child).is_protected

    linked = LinkCases(again.reference, story.reference, "same_person", "Sama nimi ja syntymäpäivä.")
    story.world.engine.perform(linked, story.world.actor("kasittelija"))

    assert person(again).is_protected
    assert guardian_of(child).is_protected

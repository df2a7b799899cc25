"""746/2011 35 § 3 mom. is for a child under 18 of somebody whom 1 or 2 mom. means: who they are is asked wherever it is decided."""

from __future__ import annotations

from typing import Any

import pytest

from engine.casework.childs_ground import NotAChild, NotTheParent, ParentUnconfirmed
from engine.casework.recordings.oral_decision import NotAsSpoken
from engine.commands.case_links import LinkCases
from engine.domain.case_links import ITSELF, NoSuchCase
from engine.domain.cases import Outcome
from engine.errors import Invalid
from engine.queries.resolution_page import ReadLetter
from tests.stories.test_adverse_outcomes import UNHEARD
from tests.stories.test_children import (
    INTEREST,
    REGISTERED_CHILD,
    child_assessment,
    child_until_signature,
    family,
)
from tests.stories.test_urgent_calls import until_oral_decision
from tests.stories.test_urgent_night import at_night, decided, records
from tests.support.party_changes import changes, person
from tests.support.story import Story

THIRD: dict[str, Any] = {
    "ground_assessed": "35_3",
    "child_in_finland": "yes",
    "child_needs_help": "yes",
    "ground_reasons": "Lapsi tarvitsee apua vanhemman tilanteen vuoksi.",
    "outcome_proposed": "admitted_35_3",
    "concerns_child": "yes",
    **INTEREST,
}
REASONS = "Äiti otettiin auttamisjärjestelmään uhrina vuonna 2024."


def until_assessment(child: Story) -> None:
    child.does("kirjaaja", "register", **REGISTERED_CHILD)
    child.does("kasittelija", "triage_override", case_class="child")
    child.does("kasittelija", "sufficiency", representative_state="guardian")


@pytest.mark.databases
def test_an_adult_is_not_assessed_spoken_nor_called_in_as_a_child(story: Story) -> None:
    until_oral_decision(story)
    spoken = {"oral_ground": "35_3", "parent_unconfirmed": REASONS}
    with pytest.raises(NotAChild) as aloud:
        story.does("paattaja", "oral_decision", **spoken)
    assert aloud.value.field == "oral_ground"
    assert story.file.oral_decisions == ()
    story.until("assessment")
    answers = {**UNHEARD, **THIRD, "parent_unconfirmed": REASONS}
    with pytest.raises(NotAChild) as assessed:
        story.does("kasittelija", "assessment", **answers)
    assert assessed.value.field == "outcome_proposed"

    at_night(story)
    story.passes(minutes=14)
    called = decided(story, oral_ground="35_3", parent_unconfirmed=REASONS)
    with pytest.raises(NotAChild):
        records(story, called, born_on="1985-01-01")
    records(story, called, born_on="2015-01-01")
    assert [each.outcome for each in story.file.oral_decisions] == ["admitted_35_3"]


def test_the_named_parent_is_one_of_the_family(story: Story) -> None:
    child = family(story)
    until_assessment(child)
    stranger = Story(story.world)
    stranger.applies(given_names="Ventla", family_name="Vieras")
    for reference, refused in (
        ("2026-000099", NoSuchCase.sentence),
        (child.reference, ITSELF),
        (stranger.reference, NotTheParent.sentence),
    ):
        with pytest.raises(Invalid) as named:
            child.does(
                "kasittelija", "assessment", **{**child_assessment(child), "parent_reference": reference}
            )
        assert (named.value.field, named.value.message) == ("parent_reference", refused)
    with pytest.raises(Invalid) as no_child:
        child.does("kasittelija", "assessment", **{**child_assessment(child), "concerns_child": "no"})
    assert no_child.value.field == "concerns_child"
    child.does("kasittelija", "assessment", **child_assessment(child))


def test_a_parent_in_a_linked_case_counts_when_admitted_and_else_is_reasoned_to_the_signer(
    story: Story,
) -> None:
    story.applies()
    story.until("assessment")
    child = Story(story.world)
    child.applies(given_names="Eeli", born_on="2018-03-01", is_under_18="yes")
    child.does("kirjaaja", "register", **REGISTERED_CHILD)
    linked = LinkCases(child.reference, story.reference, "family", "Äiti ja lapsi, kertoo huoltaja.")
    child.world.engine.perform(linked, child.world.actor("kasittelija"))
    child.until("assessment")
    answers = {**UNHEARD, **THIRD, "parent_reference": story.reference}
    with pytest.raises(ParentUnconfirmed) as waits:
        child.does("kasittelija", "assessment", **answers)
    assert waits.value.field == "parent_unconfirmed"

    child.does("kasittelija", "assessment", **answers, parent_unconfirmed=REASONS)
    child.until("prepare_resolution")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    child.until("sign_resolution")
    letter = story.world.engine.answer(
        ReadLetter(child.task("sign_resolution").id), story.world.actor("paattaja")
    )
    assert letter is not None
    assert letter.signing is not None
    assert ("parent_unconfirmed", REASONS) in {(each.kind, each.reasons) for each in letter.signing.explained}
    child.does("paattaja", "sign_resolution")
    assert child.case.outcome is Outcome.ADMITTED_35_3


def test_a_child_who_came_of_age_meanwhile_is_not_signed_in_as_a_child(story: Story) -> None:
    child = family(story, born_on="2008-11-20")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    child_until_signature(child)
    child.passes(days=20)
    with pytest.raises(NotAChild) as refused:
        child.does("paattaja", "sign_resolution")
    assert refused.value.field == "signature"
    assert child.case.outcome is None


def test_who_was_admitted_aloud_as_a_child_and_is_an_adult_gets_the_written_decision(story: Story) -> None:
    """Every other outcome says something else than the oral decision: nothing could be signed, and no removal begin."""
    at_night(story, 2, 45)
    records(story, decided(story, oral_ground="35_3", parent_unconfirmed=REASONS), born_on="2015-01-01")
    story.does("paattaja", "confirm_spoken")
    child = {**REGISTERED_CHILD, "born_on": "2015-01-01"}
    story.does("paivystaja", "register", in_danger="yes", **child)
    spoken = {"oral_ground": "35_3", "parent_unconfirmed": REASONS, "told_on": story.today.isoformat()}
    story.does("paattaja", "oral_decision", **spoken)
    changes(story, person(story), identity={"born_on": "1990-01-01"})
    story.passes(minutes=1)
    story.does("kasittelija", "age_change")
    story.does("kasittelija", "sufficiency", representative_state="not_needed")
    answers = {**UNHEARD, **THIRD, "parent_unconfirmed": REASONS, "concerns_child": "no"}
    with pytest.raises(NotAsSpoken):
        story.does("kasittelija", "assessment")
    story.does("kasittelija", "assessment", **answers)
    story.does("kasittelija", "prepare_resolution")
    story.does("paattaja", "sign_resolution", parent_met_reasons=REASONS)
    assert story.case.outcome is Outcome.ADMITTED_35_3

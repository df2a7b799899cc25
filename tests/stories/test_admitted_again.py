"""A person who was removed and is admitted again is a client again."""

from __future__ import annotations

from engine.domain.cases import Outcome
from tests.stories.test_adverse_outcomes import UNHEARD
from tests.stories.test_appeals import appeals, to_court
from tests.stories.test_removal import client, clienthood, final, planned, signed
from tests.support.browsing import signed_in
from tests.support.story import Story


def removed_and_appealed(story: Story) -> None:
    """Removed with a final decision; an appeal against the admission has gone to the court."""
    client(story)
    signed(story)
    story.does("kasittelija", "record_delivery")
    final(story)
    assert clienthood(story).until is not None
    appeals(story, appealed="admission")
    to_court(story)


def sent_back(story: Story) -> None:
    removed_and_appealed(story)
    story.does("kasittelija", "court_decision", court_result="annulled")
    story.passes(minutes=1)


def test_a_new_admission_begins_the_clienthood_again_and_nothing_of_it_is_erased(story: Story) -> None:
    sent_back(story)
    assert not clienthood(story).runs, "the removal stands until a new decision"
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    assert clienthood(story).runs
    assert set(planned(story).values()) <= {None}
    record = signed_in(story.world, "kasittelija").get(f"/cases/{story.reference}?events=all").text
    assert "Asiakkuus jatkuu: henkilö otettiin uudelleen asiakkaaksi" in record
    story.does("kasittelija", "record_delivery")
    assert story.hears("removal_needed")
    assert "removal_assessment" in story.forms, "and it may end by another removal"


def test_an_admission_by_a_court_after_a_new_refusal_begins_the_clienthood_again(story: Story) -> None:
    sent_back(story)
    story.until("assessment")
    story.does("kasittelija", "assessment", **UNHEARD)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    assert story.file.clienthood is None
    story.does("kasittelija", "record_delivery")
    appeals(story, appealed="admission")
    to_court(story)
    key = next(each.business_key for each in story.file.tasks if each.form_key == "court_decision")
    changed = {"court_result": "changed", "outcome_after": "admitted_35_1"}
    story.does("kasittelija", "court_decision", key=key, **changed)
    assert clienthood(story).runs


def test_another_ground_for_an_admission_that_stands_undoes_no_removal(story: Story) -> None:
    removed_and_appealed(story)
    story.does("kasittelija", "court_decision", court_result="changed", outcome_after="admitted_35_2")
    assert story.case.outcome is Outcome.ADMITTED_35_2
    assert not clienthood(story).runs

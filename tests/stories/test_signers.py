"""Nobody signs what they prepared or reasoned, however many hands it went through; exceptions are reasoned."""

from __future__ import annotations

import pytest

from engine.casework.recordings.resolution import SignerMustExplain
from engine.domain.cases import Outcome
from engine.domain.tasks import FourEyes
from engine.queries.resolution_page import ReadResolution
from tests.support.story import Story

RETURNED = {
    "signature": "return",
    "return_reason": "Täydennä perusteluja.",
    **dict.fromkeys(("delegation_confirmed", "not_disqualified", "letter_read")),
}
A, B = "kaksoisrooli", "kasittelija"


def returned(story: Story) -> Story:
    """A, who may also decide, prepares, and the signer returns it."""
    story.applies()
    story.until("prepare_resolution")
    story.does(A, "prepare_resolution", reasons="Henkilö tekee pakkotyötä.\nHän tarvitsee asunnon.")
    story.does("paattaja", "sign_resolution", **RETURNED)
    return story


@pytest.mark.databases
def test_who_wrote_the_reasons_does_not_sign_what_another_handed_in(story: Story) -> None:
    returned(story)
    story.does(B, "prepare_resolution", reasons="Henkilö tekee pakkotyötä.\nHän tarvitsee asunnon.")
    with pytest.raises(FourEyes):
        story.does(A, "sign_resolution")
    story.does("paattaja", "sign_resolution")
    assert story.case.outcome is Outcome.ADMITTED_35_1


def test_one_reason_that_still_stands_is_enough(story: Story) -> None:
    returned(story)
    story.does(B, "prepare_resolution", reasons="Kertomus on johdonmukainen.\n  Hän  tarvitsee asunnon.")
    with pytest.raises(FourEyes):
        story.does(A, "sign_resolution")


def test_a_draft_of_which_nothing_is_left_is_signed_with_reasons(story: Story) -> None:
    returned(story)
    story.does(B, "prepare_resolution", reasons="Kertomus on johdonmukainen.")
    with pytest.raises(SignerMustExplain) as raised:
        story.does(A, "sign_resolution")
    assert raised.value.field == "signer_exception_reasons"
    story.does(A, "sign_resolution", signer_exception_reasons="Muut päättäjät ovat lomalla.")
    assert story.case.outcome is Outcome.ADMITTED_35_1
    assert "signer_exception_reasoned" in story.events
    signed = ReadResolution(story.reference, story.file.resolutions[-1].id)
    beside = story.world.engine.answer(signed, story.world.actor(B)).signing
    assert beside is not None
    assert ("signed_by_exception", "Muut päättäjät ovat lomalla.") in [
        (each.kind, each.reasons) for each in beside.explained
    ], "who reads the decision later sees why"


def test_who_assessed_and_wrote_nothing_may_sign(story: Story) -> None:
    """No statute bars an assessor."""
    story.applies()
    story.until("assessment")
    story.does(A, "assessment")
    story.does(B, "prepare_resolution")
    story.does(A, "sign_resolution")
    assert story.case.outcome is Outcome.ADMITTED_35_1


def test_who_decided_aloud_may_sign(story: Story) -> None:
    story.calls()
    story.until("oral_decision")
    story.does("paattaja", "oral_decision")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    assert story.case.outcome is Outcome.ADMITTED_35_1

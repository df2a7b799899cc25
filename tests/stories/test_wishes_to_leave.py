"""A client's wish to leave is answered: the person says that they stay, or the decision goes on to a removal (38 f §)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.casework.recordings.removal import NobodySpeaks, StayedBeforeWish, WishUnanswered
from engine.domain.cases import CaseState
from engine.errors import AnswersRejected, Invalid
from tests.stories.test_removal import NOTHING, assessed, client, clienthood
from tests.support.story import Story

KEEP = {"removal_proposal": "keep", **NOTHING}
STAYS = {
    **KEEP,
    "removal_cause": "wish",
    "stay_confirmed": "own",
    "asked_in_private": "yes",
    "present": ["interpreter"],
    "free_will": "yes",
    "stay_told_way": "in_person",
    "stay_words": "En ole pyytänyt pois. Puoliso kirjoitti sen.",
}


def test_a_wish_is_closed_by_a_talk_in_which_the_person_says_that_they_stay(story: Story) -> None:
    client(story)
    story.withdraws()
    unsaid: dict[str, None] = dict.fromkeys(
        ("stay_told_on", "stay_told_way", "stay_words", "asked_in_private")
    )
    with pytest.raises(AnswersRejected) as refused:
        story.does("kasittelija", "removal_assessment", **{**STAYS, **unsaid, "removal_cause": "own"})
    assert set(unsaid) <= set(refused.value.problems)
    early = (story.today - timedelta(days=1)).isoformat()
    with pytest.raises(StayedBeforeWish):
        story.does("kasittelija", "removal_assessment", **STAYS, stay_told_on=early)
    not_free: tuple[dict[str, Any], ...] = (
        {"asked_in_private": "no"},
        {"present": ["unsafe"]},
        {"free_will": "unsure", "free_will_reason": "Puoliso oli viereisessä huoneessa."},
    )
    for answers in not_free:
        with pytest.raises(Invalid) as doubted:
            story.does("kasittelija", "removal_assessment", **{**STAYS, **answers})
        assert doubted.value.field == next(iter(answers))
    assert "clienthood_continues" not in story.milestones
    story.does("kasittelija", "removal_assessment", **STAYS)
    assert "clienthood_continues" in story.milestones
    assert clienthood(story).runs
    assert story.case.state is CaseState.CLOSED


def test_a_wish_that_a_worker_records_is_closed_by_the_same_talk(story: Story) -> None:
    client(story)
    with pytest.raises(AnswersRejected) as refused:
        assessed(story, **{**STAYS, "stay_words": None})
    assert list(refused.value.problems) == ["stay_words"]


def test_a_wish_that_comes_while_a_removal_is_assessed_is_not_passed_over(story: Story) -> None:
    client(story)
    story.hears("removal_needed")
    story.withdraws()
    with pytest.raises(WishUnanswered) as refused:
        story.does("kasittelija", "removal_assessment", **KEEP)
    assert refused.value.field == "removal_cause"
    story.does("kasittelija", "removal_assessment", **STAYS)
    assert clienthood(story).runs
    story.passes(days=1)
    assessed(story, **KEEP)
    assert story.milestones.count("clienthood_continues") == 2, "the wish before was answered"


UNASKED: dict[str, Any] = {
    **STAYS,
    "stay_confirmed": "not_asked",
    "stay_not_asked": "Puhelin ei vastaa, eikä muuta turvallista tapaa ole.",
    **dict.fromkeys(
        ("asked_in_private", "present", "free_will", "stay_told_on", "stay_told_way", "stay_words")
    ),
}


def test_a_wish_of_somebody_who_cannot_be_asked_stays_open_and_brings_the_case_back(story: Story) -> None:
    """One press by the holder of the slip is no reason to remove, nor to write down a talk that was not."""
    client(story)
    story.withdraws()
    back_on = (story.today + timedelta(days=7)).isoformat()
    with pytest.raises(AnswersRejected):
        story.does(
            "kasittelija",
            "removal_assessment",
            **{**UNASKED, "stay_not_asked": None},
            next_contact_on=back_on,
        )
    story.does("kasittelija", "removal_assessment", **UNASKED, next_contact_on=back_on)
    assert clienthood(story).runs
    story.passes(days=8)
    assert [each.first.follow_up_on.isoformat() for each in story.file.notes if each.first.follow_up_on] == [
        back_on
    ]
    assert "Toive lähteä asiakkuudesta on vastaamatta." in story.file.notes[-1].first.text
    story.hears("removal_needed")
    with pytest.raises(WishUnanswered):
        story.does("kasittelija", "removal_assessment", **KEEP)
    story.does("kasittelija", "removal_assessment", **STAYS)
    story.passes(days=1)
    assessed(story, **KEEP)
    assert clienthood(story).runs


def test_nobody_says_for_an_adult_that_they_stay(story: Story) -> None:
    client(story)
    story.withdraws()
    spoken = {
        **STAYS,
        "stay_confirmed": "speaker",
        **dict.fromkeys(("asked_in_private", "present", "free_will")),
    }
    with pytest.raises(NobodySpeaks) as refused:
        story.does("kasittelija", "removal_assessment", **spoken)
    assert refused.value.field == "stay_confirmed"


def test_a_wish_that_was_confirmed_elsewhere_reaches_the_removal_that_is_open(story: Story) -> None:
    """The talk about a withdrawal owes a removal through a due row; one of staff is open by then."""
    client(story)
    story.hears("removal_needed")
    engine, case_id, now = story.world.engine, story.case.id, story.world.clock()
    with engine.database.unit_of_work() as unit:
        engine.stores(unit).starts.add(case_id, "removal_needed", {"leaving_wished": True}, now)
    story.passes(minutes=1)
    with pytest.raises(WishUnanswered):
        story.does("kasittelija", "removal_assessment", **KEEP)

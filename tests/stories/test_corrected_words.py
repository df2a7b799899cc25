"""A clerical error is replaced where it stands whole, and nowhere else (434/2003 51 §)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.decision_corrections import NotADay, NotInDecision
from tests.stories.test_adverse_outcomes import until_assessment
from tests.stories.test_corrected_reflections import dotted, newest
from tests.stories.test_decision_corrections import begins, letter, proposes
from tests.stories.test_reflection import running
from tests.support.story import Story

REASONS = "Hakija kertoi 2.12.2026, 12.12.2026 ja 2.12.2027, että maa on 3.12. alkaen Suomi, ja Suomessa on 12 työtä."


def decided(story: Story) -> None:
    until_assessment(story)
    story.until("prepare_resolution")
    story.does("kasittelija", "prepare_resolution", reasons=REASONS)
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "record_delivery")
    begins(story)


@pytest.mark.parametrize(
    ("wrong", "right", "reasons"),
    [
        ("2.12.2026", "3.12.2026", REASONS.replace(" 2.12.2026", " 3.12.2026")),
        ("12", "13", REASONS.replace("12 työtä", "13 työtä")),
        ("Suomi", "Viro", REASONS.replace("Suomi", "Viro")),
        (", että maa", ": maa", REASONS.replace(", että maa", ": maa")),
    ],
)
def test_days_numbers_and_words_that_hold_it_stay(story: Story, wrong: str, right: str, reasons: str) -> None:
    decided(story)
    proposes(story, wrong_text=wrong, right_text=right)
    story.does("paattaja", "sign_correction")
    assert reasons in " ".join(letter(story, "corrected_copy").split())


@pytest.mark.parametrize("wrong", ["2027", "Suom", "2.12.202", "2.1", "2.12.2026, 12.12.20"])
def test_a_part_of_a_day_or_word_is_not_in_the_decision(story: Story, wrong: str) -> None:
    decided(story)
    with pytest.raises(NotInDecision):
        proposes(story, wrong_text=wrong, right_text="Muuta")


def test_a_year_that_no_calendar_has_is_no_day(story: Story) -> None:
    running(story)
    until = story.today + timedelta(days=90)
    begins(story, which_decision=newest(story).number)
    with pytest.raises(NotADay):
        proposes(story, wrong_text=dotted(until), right_text=f"1.1.{10**20}")

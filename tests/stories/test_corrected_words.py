"""A clerical error is replaced where it stands whole, and nowhere else (434/2003 51 §)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.domain.decision_corrections import NotADay, NotInDecision
from engine.queries.resolution_page import ReadLetter, ReadResolution
from engine.texts import day
from tests.stories.test_adverse_outcomes import until_assessment
from tests.stories.test_corrected_reflections import dotted, newest
from tests.stories.test_decision_corrections import INSTRUCTIONS, begins, letter, proposes
from tests.stories.test_reflection import running
from tests.stories.test_urgent_calls import until_oral_decision
from tests.support.party_changes import changes, person
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


def born(story: Story, years: int) -> tuple[str, str]:
    """Correct the birth date; return it as letters write it, before and after."""
    was = date.fromisoformat(str(person(story).identity["born_on"]))
    now = was.replace(year=was.year + years)
    changes(story, person(story), identity={**person(story).identity, "born_on": now.isoformat()})
    story.passes(minutes=1)
    return day("fi", was), day("fi", now)


def signers_view(story: Story, form_key: str) -> list[tuple[str, str]]:
    """The lines that the signer sees struck out and added, in the first comparison."""
    page = story.world.engine.answer(ReadLetter(story.task(form_key).id), story.world.actor("paattaja"))
    assert page is not None
    return [line for section in page.comparisons[0].changes for line in section.lines]


def test_a_corrected_copy_differs_from_what_was_signed_in_what_the_correction_names(story: Story) -> None:
    until_assessment(story)
    story.until("prepare_resolution")
    story.does("kasittelija", "prepare_resolution", reasons=REASONS)
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "record_delivery")
    decision = story.file.resolutions[-1]
    was, now = born(story, years=-1)
    assert decision.document_id in story.file.outdated
    begins(story)
    proposes(story, wrong_text="12", right_text="13")
    assert not any(was in line or now in line for _, line in signers_view(story, "sign_correction"))
    story.does("paattaja", "sign_correction")

    copy = letter(story, "corrected_copy")
    assert "13 työtä" in copy
    assert (was in copy, now in copy) == (True, False), "the correction names no birth date"
    copied = story.file.resolutions[-1]
    assert {decision.document_id, copied.document_id} <= story.file.outdated
    read = ReadResolution(story.reference, copied.id)
    shown = story.world.engine.answer(read, story.world.actor("paattaja"))
    assert was in str(shown.wording)

    story.passes(days=1)
    begins(story)
    proposes(story, wrong_text=None, right_text=None)
    struck = [line for kind, line in signers_view(story, "sign_correction") if kind == "removed"]
    assert any(was in line for line in struck), "the signer sees the date that goes"
    story.does("paattaja", "sign_correction")
    copy = letter(story, "corrected_copy")
    assert f"Aiemmassa luki: {was}" in copy
    assert f"Korjattuna: {now}" in copy
    assert story.file.resolutions[-1].document_id not in story.file.outdated


def test_the_signer_sees_what_has_changed_since_the_letter_was_prepared(story: Story) -> None:
    until_assessment(story)
    story.until("prepare_resolution")
    story.does("kasittelija", "prepare_resolution", reasons=REASONS)
    was, now = born(story, years=-1)
    seen = signers_view(story, "sign_resolution")
    assert any(kind == "removed" and was in line for kind, line in seen)
    assert any(kind == "added" and now in line for kind, line in seen)


def test_the_copy_of_what_was_first_decided_aloud_counts_the_time_from_the_copy_before(story: Story) -> None:
    until_oral_decision(story)
    story.does("paattaja", "oral_decision")
    story.until("prepare_resolution")
    story.does("kasittelija", "prepare_resolution", reasons=REASONS)
    story.does("paattaja", "sign_resolution")
    story.until("record_delivery")
    story.does("kasittelija", "record_delivery")
    begins(story)
    proposes(story, wrong_text="Suomi", right_text="Viro")
    story.does("paattaja", "sign_correction")
    words = "".join(letter(story, "corrected_copy").split())
    for stands in (
        "Päätös kerrottiin suullisesti",
        "Jos aiempi kappale on annettu sinulle tiedoksi, aika lasketaan",
    ):
        assert "".join(stands.split()) in words
    assert "tämänkirjallisenpäätöksentiedoksisaannista" not in words


def test_a_copy_after_new_instructions_counts_the_time_from_them(story: Story) -> None:
    decided(story)
    for correction in ({"wrong_text": "Suomi", "right_text": "Viro"}, INSTRUCTIONS):
        proposes(story, **correction)
        story.does("paattaja", "sign_correction")
        story.does("kasittelija", "record_delivery")
        begins(story)
    proposes(story, wrong_text="12", right_text="13")
    story.does("paattaja", "sign_correction")
    words = " ".join(letter(story, "corrected_copy").split())
    assert words.count("uuden valitusosoituksen tiedoksisaannista") == 2, "in the decision and its annex"
    assert "aiemman kappaleen tiedoksisaannista" not in words
    assert "Jos aiempi kappale" not in words

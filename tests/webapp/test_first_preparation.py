"""A decision is prepared from what is known already: the first round begins with it, each answer with its source."""

from __future__ import annotations

from typing import Any

from flask import Flask

from engine.queries.task_page import OpenTaskPage
from tests.support.browsing import signed_in
from tests.support.story import Story

ASSESSED = {
    "victim_reasons": "Passi otettiin, palkkaa ei maksettu.",
    "help_reasons": "Hän tarvitsee turvallisen paikan.",
    "outcome_reasons": "Molemmat edellytykset täyttyvät.",
}
REASONS = "\n\n".join(ASSESSED.values())


def until_preparation(story: Story, stay: str = "permit", **registered: Any) -> None:
    story.applies(contact_language="ar")
    story.does("kirjaaja", "register", **{"contact_language": "ar", **registered})
    story.does("kasittelija", "triage_override")
    story.does("kasittelija", "sufficiency", stay_status=stay)
    story.passes(days=1)
    story.does("kasittelija", "assessment", **ASSESSED)


def known(story: Story) -> dict[str, Any]:
    page = OpenTaskPage(story.task("prepare_resolution").id)
    return dict(story.world.engine.answer(page, story.world.actor("kasittelija")).prefilled)


def test_the_first_round_begins_with_what_is_known(story: Story) -> None:
    until_preparation(story)
    assert known(story) == {
        "resolution_language": "fi",
        "explanation_language": "ar",
        "organiser": "nas",
        "reasons": REASONS,
    }


def test_a_second_language_and_a_stay_that_tells_nothing_are_left_to_the_preparer(story: Story) -> None:
    until_preparation(story, stay="citizen", contact_language="sv")
    assert known(story) == {"reasons": REASONS}, "the case is in Finnish, the person speaks Swedish"


def test_a_round_after_it_was_sent_back_begins_with_the_preparers_own_words(story: Story) -> None:
    until_preparation(story)
    unneeded = {"explanation_needed": "no", "explanation_unneeded_reasons": "Tulkki luki päätöksen hänelle."}
    story.does("kasittelija", "prepare_resolution", reasons="Omin sanoin.", **unneeded)
    story.does("paattaja", "sign_resolution", signature="return", return_reason="Tarkenna perusteluja.")
    assert known(story)["reasons"] == "Omin sanoin."


def test_a_lapse_does_not_begin_with_the_reasons_of_an_assessment_before_it(story: Story) -> None:
    until_preparation(story)
    assert story.hears("application_withdrawn")
    story.does("kasittelija", "withdraw", withdrawal="confirmed")
    assert "reasons" not in known(story)


def test_the_page_shows_where_each_answer_is_from(story: Story, app: Flask) -> None:
    until_preparation(story)
    page = signed_in(story.world, "kasittelija", app).get(f"/tasks/{story.task('prepare_resolution').id}")
    (reasons,) = page.tree.xpath("//textarea[@name='reasons']")
    assert reasons.text_content().strip() == REASONS
    for source in ("arvioinnista 3.11.2026", "kirjaamisesta 2.11.2026", "tietojen läpikäynnistä 2.11.2026"):
        assert source in page.text

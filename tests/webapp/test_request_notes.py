"""Notes beside the questions of a request, and lines of the table of requests, are true and in the reader's language."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from engine.commands.requests import AnswerRequest
from engine.domain.calendar import working_days_later
from engine.domain.people import PUBLIC
from tests.stories.test_asking_aloud import asks, goes_another_way
from tests.stories.test_safe_contact import ONLY_PHONE
from tests.support.answers import request
from tests.support.browsing import signed_in
from tests.support.story import Story
from webapp.rendering.words.dates import short_day


def until_requests(story: Story, **application: str) -> None:
    story.applies(**ONLY_PHONE, **application)
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")


def test_the_day_to_answer_stands_beside_the_days_that_it_must_fit(story: Story, app: Flask) -> None:
    until_requests(story)
    task = story.task("new_information_request")
    page = signed_in(story.world, "kasittelija", app).get(f"/tasks/{task.id}")
    with app.test_request_context():
        (target,) = [each.due_on for each in story.file.deadlines if each.name == "target"]
        assert target is not None
        assert f"Asian tavoite on {short_day(target)}: myöhempi vastaus ei ehdi siihen." in page.text
        asked_by = short_day(working_days_later(story.today, 2))
    assert f"on tehtävänä {asked_by} asti: anna vastaajalle aikaa sen jälkeen." in page.text
    assert "Hakijalla ei ole turvallista sähköpostia" in page.text


def test_who_asks_reads_that_the_person_is_not_to_be_reminded(story: Story, app: Flask) -> None:
    until_requests(story, wants_reminders="no")
    page = signed_in(story.world, "kasittelija", app).get(
        f"/tasks/{story.task('new_information_request').id}"
    )
    assert "Hakijaa ei saa muistuttaa" in page.text


def test_the_table_names_the_way_in_which_a_question_is_asked_and_its_basis_in_the_readers_words(
    story: Story, app: Flask
) -> None:
    until_requests(story)
    row = request(
        "applicant", story.today + timedelta(days=14), request_channel="link", request_language="sv"
    )
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Ehdot puuttuvat.")
    assert "ask_aloud" in story.forms
    page = signed_in(story.world, "kasittelija", app).get(f"/cases/{story.reference}").text
    assert "Tietopyyntö, puhelin" in page
    assert "linkkiä ei ole vielä avattu" not in page
    assert "hallintolaki (434/2003) 31 §" in page
    assert "förvaltningslagen" not in page


def test_who_would_post_or_ask_reads_that_the_answer_has_come(story: Story, app: Flask) -> None:
    asks(story, request_channel="link")
    key = story.opens(story.file.requests[0])
    goes_another_way(story, "letter")
    browser = signed_in(story.world, "kasittelija", app)
    page = f"/tasks/{story.task('post_paper').id}"
    assert "on jo tullut" not in browser.get(page).text
    answer = AnswerRequest(key, data={"can_answer": "yes", "answer": "Keväällä."})
    story.world.engine.perform(answer, PUBLIC)
    assert "Vastaus tähän pyyntöön on jo tullut." in browser.get(page).text

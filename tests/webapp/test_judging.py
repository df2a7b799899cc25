"""Judging with everything in view: the table's proposal, the answer beside its question, danger and safe ways pinned."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask, g

from engine.casework.recordings.hearing import LetterTooLate, NoDayLeft, TimeTooShort
from engine.casework.recordings.reflection_hearing import TimeNotOver
from engine.commands.by_code import OpenQuestionByCode
from engine.commands.requests import AnswerRequest
from engine.domain.people import PUBLIC
from engine.errors import Invalid
from engine.queries.my_cases import MyCases
from engine.queries.task_page import OpenTaskPage
from tests.support import answers as plain
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.story import Story
from tests.support.world import World
from webapp.http.languages import LANGUAGES
from webapp.rendering.forms.page import problems_of, sentence

NOTE = "Hän asuu samassa asunnossa ja lukee puhelintani."


@pytest.fixture
def caseworker(world: World, app: Flask) -> Visitor:
    return signed_in(world, "kasittelija", app)


def section(page: Page, name: str) -> str:
    (found,) = page.tree.find_class(name)
    return " ".join(found.text_content().split())


def task_page(browser: Visitor, story: Story, form: str) -> Page:
    return browser.get(f"/tasks/{story.task(form).id}")


def asked(story: Story, **reply: object) -> None:
    """The applicant is asked by link and answers."""
    story.applies(safe_channels=["email"], email="a@example.invalid")
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", missing="Työpaikka", account_known="no")
    rows = [plain.request("applicant", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Siksi.")
    story.passes(minutes=5)
    if reply:
        story.answers("REQ-1", **reply)


def wishes(story: Story) -> date:
    until = story.today + timedelta(days=21)
    asked(story, can_answer="partly", more_time="yes", more_time_until=until.isoformat())
    return until


def test_the_proposal_of_urgency_stands_beside_the_question_that_asks_to_deviate(
    story: Story, caseworker: Visitor
) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    shown = section(task_page(caseworker, story, "triage_override"), "proposal")
    assert "Taulukon ehdotus Tavallinen. Ei erityistä kiirettä." in shown
    assert "Välitön vaara: Ei" in shown
    assert "Taulukko Kiireellisyys, sääntö 16" in shown


def test_missing_facts_are_listed_with_whom_to_ask_first(story: Story, caseworker: Visitor) -> None:
    story.applies()
    story.does("kirjaaja", "register", stay_status="unknown")
    story.until("sufficiency")
    shown = section(task_page(caseworker, story, "sufficiency"), "proposal")
    assert "Näitä tietoja puuttuu vielä" in shown
    assert "Oleskelun peruste: kysy ensin: muu viranomainen" in shown
    assert "On Suomessa: Kyllä" in shown
    assert "Taulukko Puuttuvat tiedot, sääntö" in shown


def test_a_table_that_was_never_asked_proposes_nothing(story: Story, caseworker: Visitor) -> None:
    story.applies()
    story.until("assessment")
    assert task_page(caseworker, story, "assessment").tree.find_class("proposal") == []


def test_the_answer_stands_under_its_question_with_who_gave_it_and_when(
    story: Story, caseworker: Visitor
) -> None:
    asked(story, can_answer="yes", answer="Työ oli ravintolassa.", more_time="no")
    block = section(task_page(caseworker, story, "review_reply"), "asked-block")
    assert "Mitä tiedät työn ehdoista?" in block
    assert "Työ oli ravintolassa." in block
    assert "Hakija, REQ-1, suojattu linkki" in block
    assert "2.11.2026" in block
    assert "lisäaikaa" not in block


def test_what_changed_since_the_answer_before_is_marked_in_words_with_who_and_when(
    story: Story, caseworker: Visitor
) -> None:
    asked(story)
    for key, can, answer in (("a", "partly", "Työ oli ravintolassa."), ("b", "yes", "Työ oli pesulassa.")):
        perform = story.world.engine.perform
        perform(OpenQuestionByCode(story.receipt.code, "REQ-1", key * 43), PUBLIC)
        perform(
            AnswerRequest(key * 43, data={"can_answer": can, "answer": answer, "more_time": "no"}), PUBLIC
        )
        story.passes(hours=2)
    for page in (
        task_page(caseworker, story, "review_reply"),
        caseworker.get(f"/cases/{story.reference}"),
    ):
        (marked, *_) = [
            each for each in page.tree.find_class("notice") if "Muuttunut edellisestä" in each.text_content()
        ]
        words = " ".join(marked.text_content().split())
        assert "hakija" in words
        assert "Muutettu" in words
        assert "Ennen: Työ oli ravintolassa." in words
        assert "Nyt: Työ oli pesulassa." in words


def test_what_staff_recorded_for_somebody_says_so(story: Story, caseworker: Visitor) -> None:
    asked(story)
    story.does("kasittelija", "information_reply", "REQ-1", can_answer="yes", answer="Kertoi puhelimessa.")
    assert "kirjasi Kerttu Käsittelijä" in section(
        task_page(caseworker, story, "review_reply"), "asked-block"
    )


def test_a_wish_for_more_time_is_an_answer_of_its_own_kind(story: Story, caseworker: Visitor) -> None:
    until = wishes(story)
    (request,) = story.file.requests
    assert (request.more_time_until, request.standing(story.today)) == (until, "more_time")
    page = task_page(caseworker, story, "review_reply")
    assert "Pyytää lisäaikaa" in section(page, "reply")
    assert "pyytää lisäaikaa" in caseworker.get(f"/cases/{story.reference}").text
    (line,) = story.world.engine.answer(MyCases(), story.world.actor("kasittelija")).lines
    assert line.wait.more_time_until == until
    assert "pyytää lisäaikaa" in caseworker.get("/my-cases/").text


def test_the_wished_day_and_the_questions_wait_in_the_review_and_a_new_round_begins_without_the_wish(
    story: Story,
) -> None:
    until = wishes(story)
    actor = story.world.actor("kasittelija")
    page = story.world.engine.answer(OpenTaskPage(story.task("review_reply").id), actor)
    assert page.prefilled == {"new_due_on": until, "new_questions": "Mitä tiedät työn ehdoista?"}
    story.does(
        "kasittelija",
        "review_reply",
        reply_enough="ask_again",
        new_questions="Mitä tiedät työn ehdoista?",
        new_due_on=until.isoformat(),
    )
    (request,) = story.file.requests
    assert (request.more_time_until, request.due_on) == (None, until)


def test_danger_and_its_note_are_pinned_on_the_case_its_tasks_and_what_is_done(
    story: Story, caseworker: Visitor
) -> None:
    story.applies(in_danger="yes", danger_notes=NOTE)
    story.does("kirjaaja", "register", in_danger="yes", less_urgent_because=None)
    done = story.file.submissions[-1].task_id
    for path in (f"/cases/{story.reference}", f"/tasks/{story.file.tasks[0].id}", f"/tasks/{done}"):
        shown = section(caseworker.get(path), "danger")
        assert "Vaarassa" in shown, path
        assert NOTE in shown


def test_danger_is_pinned_on_the_pages_that_change_the_case_and_on_its_resolution(
    story: Story, caseworker: Visitor
) -> None:
    story.applies(in_danger="yes", danger_notes=NOTE, safe_channels=["phone"], phone="000 000 0009")
    story.until("sign_resolution")
    file = story.file
    paths = (
        f"/cases/{story.reference}/parties/{file.parties[0].id}",
        f"/cases/{story.reference}/parties/new",
        f"/cases/{story.reference}/submissions/{file.submissions[-1].id}",
        f"/resolutions/{story.reference}/{file.resolutions[-1].id}",
    )
    for path in paths:
        page = caseworker.get(path)
        assert NOTE in section(page, "danger"), path
        assert "tel:+358000000009" in page.links(), path


def test_a_note_stays_in_sight_when_the_danger_is_over(story: Story, caseworker: Visitor) -> None:
    story.applies(in_danger="yes", danger_notes=NOTE)
    story.does("kirjaaja", "register", in_danger="no", less_urgent_because="Hän on turvassa.")
    shown = section(caseworker.get(f"/cases/{story.reference}"), "danger")
    assert "Varottavaa" in shown
    assert NOTE in shown


def test_nobody_in_danger_has_no_mark_of_it(story: Story, caseworker: Visitor) -> None:
    story.applies()
    story.does("kirjaaja", "register", in_danger="no")
    assert caseworker.get(f"/cases/{story.reference}").tree.find_class("danger") == []


def test_safe_numbers_are_pressed_and_others_are_not_there(story: Story, caseworker: Visitor) -> None:
    story.applies(safe_channels=["sms"], sms_phone="+358 00 000 0009", email=None)
    story.until("triage_override")
    page = caseworker.get(f"/cases/{story.reference}")
    (pinned,) = page.tree.find_class("pinned")
    assert pinned.xpath(".//a/@href") == ["sms:+358000000009"]


def worded(refused: Invalid) -> str:
    (problems,) = problems_of(refused).values()
    return sentence(problems[0], str)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("refusal", [TimeTooShort, LetterTooLate, NoDayLeft, TimeNotOver])
def test_a_refusal_beside_a_question_says_its_day(app: Flask, refusal: type[Invalid], language: str) -> None:
    with app.test_request_context():
        g.language = LANGUAGES[language]
        words = worded(refusal(field="hearing_due_on", day="9.12.2026"))
    assert "9.12.2026" in words
    assert "%(" not in words

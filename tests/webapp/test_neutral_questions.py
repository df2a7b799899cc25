"""Questions of the list, which the code alone reads, and what a caseworker writes, which it does not."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from engine.feel import parse
from forms.catalogue import read_form
from tests.support.answers import request
from tests.support.browsing import signed_in, visitor
from tests.support.story import Story
from tests.support.world import World
from tests.webapp.test_talking_by_code import QUESTION, page_of, presses

NEUTRAL = "Tarvitsetko tulkin? Mille kielelle?"
"""The words of a question of the list."""


def asks(story: Story, **row: str) -> None:
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Tulkkaus puuttuu.", missing="Kieli")
    rows = [{**request("applicant", story.today + timedelta(days=14)), **row}]
    if row.get("neutral_question"):
        del rows[0]["questions"]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Kieli puuttuu.")


def test_a_question_of_the_list_is_read_by_the_code_in_the_readers_language_and_no_other_word(
    story: Story, world: World
) -> None:
    story.applies()
    asks(story, neutral_question="interpreter", more_questions=QUESTION)
    browser = visitor(world)
    page = page_of(browser, story)
    assert NEUTRAL in page.text
    reply = presses(browser, page, "/code/answer")
    assert NEUTRAL in reply.text
    for each in (page, reply):
        assert "Kysyimme muutakin. Se ei näy pelkällä koodilla" in each.text, "half of it is not the whole"
    assert QUESTION not in page.text + reply.text

    english = browser.submits(browser.get("/en/code"), code=story.receipt.code if story.receipt else "")
    assert "Do you need an interpreter? For which language?" in english.text
    assert "Do you need an interpreter?" in presses(browser, english, "/code/answer").text


def test_a_question_of_the_list_alone_is_read_whole_by_the_code(story: Story, world: World) -> None:
    story.applies()
    asks(story, neutral_question="interpreter")
    browser = visitor(world)
    page = page_of(browser, story)
    reply = presses(browser, page, "/code/answer")
    assert NEUTRAL in reply.text
    assert "ei näy pelkällä koodilla" not in page.text + reply.text


def test_a_question_that_any_answer_to_another_makes_needless_names_none_of_them(
    story: Story, world: World
) -> None:
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Tulkkaus puuttuu.", missing="Kieli")
    page = signed_in(world, "kasittelija").get(f"/tasks/{story.task('new_information_request').id}")
    (note,) = page.tree.xpath("//main//*[contains(@id, '-if')][contains(., 'Ohita')]")
    assert " ".join(note.text_content().split()) == "Ohita tämä, jos vastasit kohtaan ”Valmis kysymys”."


def test_behind_the_link_the_question_of_the_list_stands_with_what_was_written_beside_it(
    story: Story, world: World
) -> None:
    story.applies()
    asks(story, neutral_question="interpreter", more_questions=QUESTION)
    (wanted,) = story.file.requests
    assert wanted.questions["questions"] == f"{NEUTRAL}\n{QUESTION}", "what a letter and a call ask"
    browser = visitor(world)
    swedish = browser.submits(browser.get(f"/sv/r/{story.link_of(wanted)}"), factor=story.code_of(wanted))
    assert "Behöver du tolk? För vilket språk?" in swedish.text
    assert QUESTION in swedish.text
    assert NEUTRAL not in swedish.text


def test_what_a_caseworker_writes_alone_is_not_read_by_the_code(story: Story, world: World) -> None:
    story.applies()
    asks(story, questions=NEUTRAL)
    page = page_of(browser := visitor(world), story)
    reply = presses(browser, page, "/code/answer")
    assert NEUTRAL not in page.text + reply.text
    assert "Kysymys ei näy pelkällä koodilla" in reply.text


def test_the_pages_word_each_question_of_the_list_as_the_form_does(world: World) -> None:
    rows = read_form("new_information_request", parse=parse).by_key["requests"].fields
    (listed,) = [each for each in rows if each.key == "neutral_question"]
    with visitor(world).app.test_request_context("/fi/"):
        macros = current_app.jinja_env.get_template("components/neutral_question.html").module
        worded = {each.value: str(macros.neutral_question(each.value)).strip() for each in listed.options}
    assert worded == {each.value: each.label for each in listed.options}
    assert 6 <= len(worded) <= 10

"""Applying, referring, asking: step by step, without a cookie, losing nothing."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from engine.commands.public_drafts import DestroyExpired, DestroyPublicDraft
from engine.domain.people import PUBLIC, SYSTEM
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.story import Story
from tests.support.world import World

SEND = "go=send"


def to_the_end(browser: Visitor, page: Page, **answers: str) -> Page:
    """Press on until all answers stand on one page."""
    for _ in range(12):
        if page.tree.xpath("//button[@value='send']"):
            return page
        here = {name: value for name, value in answers.items() if page.tree.xpath(f"//*[@name='{name}']")}
        page = browser.submits(page, **here)
        assert page.status == 200, page.problems
    raise AssertionError(page.heading)


def asked_on(page: Page) -> set[str]:
    """Return the questions on the page, without those that an answer opens and ways not to answer."""
    opened = "ancestor::*[@class='more' or contains(@class, 'gated')]"
    fields = page.tree.xpath(f"//form[@id='steps']//*[@name and not(@type='hidden' or {opened})]")
    names = {each.get("name") for each in fields if each.tag in ("input", "select", "textarea")}
    return {name.partition(".")[0] for name in names}


def test_an_application_needs_no_answer_at_all_and_its_code_opens_the_matter(browser: Visitor) -> None:
    receipt = browser.submits(to_the_end(browser, browser.get("/fi/own/questions")), SEND)

    assert receipt.heading == "Hakemuksesi on perillä"
    assert len(receipt.code) == 16
    assert receipt.code.isdigit()
    status = browser.submits(browser.get("/sv/code"), code=f" {receipt.code[:8]} {receipt.code[8:]}")

    assert status.heading == "Din ansökan är hos oss"
    assert receipt.code[-4:] in status.text
    assert status.title == "Kod – Vireille", "a title stays in the history: no digit of the code stands in it"


def test_a_button_pressed_twice_gives_one_case_and_one_code(browser: Visitor, world: World) -> None:
    check = to_the_end(browser, browser.get("/fi/own/questions"))

    first, second = browser.submits(check, SEND), browser.submits(check, SEND)

    assert first.code == second.code
    with world.engine.database.view() as connection:
        assert connection.exec_driver_sql("select count(*) from cases").scalar_one() == 1


def test_typed_answers_stay_through_steps_back_and_forth(browser: Visitor) -> None:
    second = browser.submits(browser.get("/fi/own/questions"), in_danger="yes")
    third = browser.submits(second, given_names="Keksitty", family_name="Henkilö")

    back = browser.submits(browser.submits(third, "go=back"), "go=back")

    assert back.tree.xpath("//input[@name='in_danger' and @value='yes']/@checked")
    check = to_the_end(browser, back)
    assert "Keksitty" in check.text


def test_a_mistake_stands_beside_its_question_and_costs_nothing(browser: Visitor) -> None:
    page = browser.submits(browser.get("/fi/own/questions"))

    wrong = browser.submits(page, born_on="32.1.2000", given_names="Keksitty")

    assert wrong.status == 422
    assert len(wrong.problems) == 1
    assert wrong.title.startswith("Virhe: ")
    field = wrong.tree.xpath("//input[@name='born_on']")[0]
    assert field.get("value") == "32.1.2000"
    assert field.get("aria-invalid") == "true"
    assert wrong.tree.xpath("//input[@name='given_names']/@value") == ["Keksitty"]


def test_the_language_is_changed_in_the_middle_and_nothing_is_lost(browser: Visitor) -> None:
    page = browser.submits(browser.get("/fi/own/questions"))
    typed = {**dict(page.form().form_values()), "given_names": "Keksitty", "born_on": "32.1.2000"}
    other = page.tree.xpath("//button[@lang='sv']")[0]
    assert other.get("form") == page.form().get("id")

    same = browser.post(other.get("formaction"), {**typed, other.get("name"): other.get("value")})

    assert same.status == 200
    assert same.heading == "Vem är du?"
    assert same.tree.xpath("//input[@name='given_names']/@value") == ["Keksitty"]
    assert same.tree.xpath("//input[@name='born_on']/@value") == ["32.1.2000"]


def test_enter_in_a_field_goes_on(browser: Visitor) -> None:
    """The first button of the form in the page's order is what Enter presses."""
    page = browser.submits(browser.get("/fi/own/questions"))

    first = page.tree.xpath("//button[@type='submit' and (@form='steps' or ancestor::form[@id='steps'])]")[0]

    assert (first.get("name"), first.get("value")) == ("go", "next")


def test_the_page_of_all_answers_changes_its_language_too(browser: Visitor) -> None:
    check = to_the_end(browser, browser.get("/fi/ask/questions"), question="Voinko hakea?", reply_by="code")

    same = browser.post("/en/ask/questions", {**dict(check.form().form_values()), "go": "stay"})

    assert same.heading == "Check your question"
    assert "Voinko hakea?" in same.text


def test_saved_and_opened_again_with_the_code(browser: Visitor) -> None:
    page = browser.submits(browser.get("/fi/own/questions"))
    saved = browser.submits(page, "go=save", given_names="Keksitty", born_on="ei tietoa")

    again = browser.submits(browser.get("/fi/code"), code=saved.code)

    assert again.heading == page.heading
    assert again.tree.xpath("//input[@name='given_names']/@value") == ["Keksitty"]
    assert again.tree.xpath("//input[@name='born_on']/@value") == ["ei tietoa"]


def test_the_receipt_says_that_the_code_of_the_saved_form_changed(browser: Visitor) -> None:
    saved = browser.submits(browser.get("/fi/own/questions"), "go=save")
    back = browser.submits(browser.get("/fi/code"), code=saved.code)
    receipt = browser.submits(to_the_end(browser, back), SEND)
    assert "Koodi on vaihtunut." in receipt.text
    assert receipt.code != saved.code
    plain = browser.submits(to_the_end(browser, browser.get("/fi/own/questions")), SEND)
    assert "Koodi on vaihtunut." not in plain.text


def test_a_saved_form_is_gone_after_fourteen_days(browser: Visitor, world: World) -> None:
    saved = browser.submits(browser.get("/fi/own/questions"), "go=save", in_danger="yes")

    world.clock.passes(days=14, minutes=1)

    assert browser.submits(browser.get("/fi/code"), code=saved.code).status == 422


def test_nothing_is_sent_once_the_answers_are_gone(browser: Visitor, world: World) -> None:
    """A page left open for weeks must not send an application without its answers."""
    check = to_the_end(browser, browser.get("/fi/own/questions"))
    world.engine.perform(DestroyPublicDraft(check.tree.xpath("//input[@name='draft']/@value")[0]), PUBLIC)

    answer = browser.submits(check, SEND)

    assert answer.status == 409
    assert "ei enää ole" in answer.text
    with world.engine.database.view() as connection:
        assert connection.exec_driver_sql("select count(*) from cases").scalar_one() == 0


def test_change_leads_to_the_question_and_straight_back_to_its_row(browser: Visitor) -> None:
    check = to_the_end(browser, browser.get("/fi/own/questions"), given_names="Keksitty", born_on="1.1.2000")

    (folded,) = check.tree.find_class("unanswered")
    assert not folded.get("open")
    assert "Sukunimi" in folded.text_content()
    shown = [each.text_content() for each in check.tree.xpath("//*[@class='sections']//dt")]
    assert shown == ["Etunimet", "Syntymäaika"], "what is unanswered stands folded after the answers"
    named = browser.submits(browser.submits(check, "show=family_name"), family_name="Henkilö")
    assert "Henkilö" in named.tree.xpath("//*[@id='row']")[0].text_content()

    step = browser.submits(check, "show=born_on")
    assert step.heading == "Kuka olet?"
    assert asked_on(step) == {"born_on"}
    assert "born_on" in step.tree.xpath("//span[@id='row']")[0].getnext().xpath(".//@name")
    wrong = browser.submits(step, born_on="32.1.2000")
    assert wrong.status == 422
    back = browser.submits(wrong, born_on="1.2.2000")

    assert back.heading == check.heading, "one press leads back, past the steps between"
    (row,) = back.tree.xpath("//*[@id='row']")
    assert "1.2.2000" in row.text_content()
    assert "Muutettu äsken" in row.text_content()
    assert "Keksitty" in back.text, "the step's other answers stay as they were"


def test_rows_are_added_and_removed_without_losing_the_others(browser: Visitor) -> None:
    page = browser.get("/fi/own/questions")
    while not page.tree.xpath("//input[@name='has_children']"):
        page = browser.submits(page)
    two = browser.submits(
        page, "add_row=children", has_children="yes", children__0__given_names="Ensimmäinen"
    )

    assert two.tree.xpath("//*[@id='row']//input[@name='children.1.given_names']")
    typed = browser.submits(two, "remove_row=children.0", children__1__given_names="Toinen")

    assert typed.tree.xpath("//input[@name='children.0.given_names']/@value") == ["Toinen"]
    assert not typed.tree.xpath("//input[@name='children.1.given_names']")


def test_nobody_is_referred_without_consent(browser: Visitor, world: World) -> None:
    first = browser.get("/fi/other/questions")

    refused = browser.submits(first)

    assert first.heading == "Onko henkilö antanut suostumuksensa?"
    assert refused.status == 422
    assert refused.heading == first.heading
    forced = browser.submits(refused, "go=next", step="2", referrer_name="Ohjaaja")
    sent = browser.post("/fi/other/questions", {**dict(forced.form().form_values()), "go": "send"})
    assert sent.status == 422
    with world.engine.database.view() as connection:
        assert connection.exec_driver_sql("select count(*) from cases").scalar_one() == 0


def test_advice_needs_no_name_and_its_answer_opens_with_the_code(browser: Visitor) -> None:
    page = browser.submits(browser.get("/fi/ask/questions"), question="Voinko hakea, jos en ole varma?")
    check = browser.submits(page, reply_by="code")

    receipt = browser.submits(check, SEND)

    assert receipt.heading == "Kysymyksesi on perillä"
    opened = browser.submits(browser.get("/fi/code"), code=receipt.code)
    assert opened.heading == "Kysymyksesi on meillä"


def test_the_day_of_removal_lies_near(browser: Visitor, world: World) -> None:
    page = browser.get("/fi/own/questions")
    for typed, status in (("1.1.1990", 422), ("1.1.2099", 422), ("31.2.", 422), ("5-12-2026", 200)):
        answer = browser.submits(page, removal_known="yes", removal_on=typed)
        assert answer.status == status, typed

    asked_back = browser.submits(page, removal_known="yes", removal_on="20.11")
    assert asked_back.status == 422
    assert "Lisäsimme vuoden: 20.11.2026." in asked_back.text
    assert asked_back.tree.xpath("//input[@name='removal_on']/@value") == ["20.11.2026"]
    assert browser.submits(asked_back).status == 200, "going on confirms it"

    check = to_the_end(browser, page, removal_known="yes", removal_on="kesällä 2028")
    assert "Arvio: kesällä 2028" in check.text
    assert "Soita nyt. Älä odota vastaustamme." in check.text, (
        "words are no day, so no table takes them for a far one"
    )
    assert browser.submits(check, SEND).heading == "Hakemuksesi on perillä"


def test_ways_that_others_may_watch_raise_a_question_in_danger(browser: Visitor) -> None:
    def check(**answers: str) -> str:
        return to_the_end(browser, browser.get("/fi/own/questions"), **answers).text

    sentence = "Jos joku muu voi lukea viestisi"
    ways = {"safe_channels": "sms", "sms_phone": "000 000 0000"}
    assert sentence in check(in_danger="yes", **ways)
    assert sentence not in check(in_danger="no", **ways)
    assert sentence not in check(in_danger="yes")


def test_an_identity_code_in_a_question_is_pointed_out(browser: Visitor) -> None:
    for typed, is_pointed_out in (("Hän on 131052-308T, apua", True), ("Tilaus 131052-3080", False)):
        page = to_the_end(browser, browser.get("/fi/ask/questions"), question=typed, reply_by="code")
        assert ("henkilötunnus" in page.text) is is_pointed_out


def test_what_is_needed_is_marked_on_the_referral(browser: Visitor) -> None:
    labels = [
        each.text_content() for each in browser.get("/fi/other/questions").tree.xpath("//legend | //label")
    ]

    assert any("(tarvitaan)" in label for label in labels)
    own = browser.get("/fi/own/questions")
    assert "(tarvitaan)" not in own.text
    assert "Esimerkiksi 31.12.1990" in browser.submits(own).text, "nobody is born in the future"


def test_the_example_of_a_childs_birth_date_is_that_of_a_child(browser: Visitor) -> None:
    page = browser.get("/fi/child/questions")
    while not page.tree.xpath("//*[@name='children.0.born_on']"):
        page = browser.submits(page, "go=next")

    assert "Esimerkiksi 31.12.2015" in page.text
    assert "1990" not in page.text


def test_the_example_of_a_day_that_has_been_lies_in_the_past(story: Story, app: Flask) -> None:
    story.applies()
    page = signed_in(story.world, "kirjaaja", app).get(f"/tasks/{story.task('register').id}")

    (hint,) = page.tree.xpath("//*[contains(@id, 'hint') and contains(., '24.3.2025')]")
    assert "Esimerkiksi 24.3.2025" in hint.text_content()


def test_no_step_sets_a_cookie_or_has_an_address_that_names_anything(browser: Visitor) -> None:
    page = browser.get("/fi/own/questions")
    for _ in range(3):
        page = browser.submits(page)
        assert "Set-Cookie" not in page.response.headers
        assert re.fullmatch(r"/fi/p/[\w-]{32}", page.response.request.path)
        assert re.fullmatch(rb"visit=[\w-]{32}", page.response.request.query_string)


@pytest.mark.parametrize("name", ["typename", "_x", "unknown"])
def test_a_name_that_is_no_question_changes_nothing(browser: Visitor, name: str) -> None:
    page = browser.get("/fi/own/questions")

    answer = browser.post(
        "/fi/own/questions", {**dict(page.form().form_values()), name: '{"typename": "x"}', "go": "next"}
    )

    assert answer.status == 200


@pytest.mark.parametrize("step", ["0", "99", "-1", "x", "", "1.5"])
def test_a_step_that_is_not_there_is_not_found(browser: Visitor, step: str) -> None:
    page = browser.get("/fi/own/questions")

    assert browser.post("/fi/own/questions", {**dict(page.form().form_values()), "step": step}).status == 404


def test_300_kilobytes_of_text_are_refused_in_words(browser: Visitor) -> None:
    page = browser.get("/fi/own/questions")

    answer = browser.submits(page, "go=next", danger_notes="ä" * 150_000)

    assert answer.status == 413
    assert answer.heading == "Lähetys on liian suuri"


def test_a_text_too_long_for_its_question_is_explained_and_kept(browser: Visitor) -> None:
    page = browser.get("/fi/own/questions")

    answer = browser.submits(page, "go=next", in_danger="yes", danger_notes="a" * 60_000)

    assert answer.status == 422
    assert "60000" in answer.problems[0].replace(" ", "").replace("\xa0", "")
    assert len(answer.tree.xpath("//textarea[@name='danger_notes']")[0].text.strip()) == 60_000


def test_leaving_in_the_middle_destroys_what_has_no_code(browser: Visitor) -> None:
    step = browser.submits(browser.get("/fi/own/questions"), "go=next")
    (way,) = step.tree.xpath("//header//form[@action='/exit']")

    left = browser.post("/exit", dict(way.form_values()))

    # No redirect: a posted form that is redirected elsewhere is held back by form-action.
    assert left.status == 200
    assert left.tree.xpath("//meta[@http-equiv='refresh']/@content") == ["0; url=https://example.invalid/"]
    assert "storage" in left.response.headers["Clear-Site-Data"]
    after = browser.submits(step, "go=back")
    assert after.tree.xpath("//input[@type='radio' and @checked]") == []


def test_leaving_after_saving_keeps_what_the_code_was_given_for(browser: Visitor) -> None:
    saved = browser.submits(browser.get("/fi/own/questions"), "go=save", in_danger="yes")
    again = browser.submits(browser.get("/fi/code"), code=saved.code)
    (way,) = again.tree.xpath("//header//form[@action='/exit']")

    browser.post("/exit", dict(way.form_values()))

    later = browser.submits(browser.get("/fi/code"), code=saved.code)
    assert later.tree.xpath("//input[@name='in_danger' and @checked]/@value") == ["yes"]


def test_a_page_left_open_without_a_code_is_forgotten_in_a_day_and_a_saved_one_is_not(
    browser: Visitor, world: World
) -> None:
    browser.submits(browser.get("/fi/own/questions"), "go=next", in_danger="yes")
    saved = browser.submits(browser.get("/fi/own/questions"), "go=save", in_danger="yes")
    gone_on = browser.submits(saved, place=0)
    assert gone_on.status == 200

    world.clock.passes(days=1, minutes=1)
    world.engine.perform(DestroyExpired(), SYSTEM)

    with world.engine.database.view() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM public_drafts").scalar() == 1
    assert browser.submits(browser.get("/fi/code"), code=saved.code).status == 200


def test_a_code_written_down_as_a_shopping_list_opens_the_form(browser: Visitor) -> None:
    saved = browser.submits(browser.get("/ar/own/questions"), "go=save", in_danger="yes")
    (shopping,) = saved.tree.find_class("shopping-list")

    again = browser.submits(browser.get("/fi/code"), code=shopping.text_content())

    assert again.tree.xpath("//input[@name='in_danger' and @checked]/@value") == ["yes"]

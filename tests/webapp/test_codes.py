"""Coming back with a code, withdrawing with it, and guessing at it."""

from __future__ import annotations

import pytest

from tests.support.browsing import Visitor, visitor
from tests.support.story import Story
from tests.support.world import World
from tests.webapp.test_talking_by_code import presses
from tests.webapp.test_ways_back import BY_PHONE


@pytest.mark.parametrize("code", ["0000000000000000", "1", "9" * 60, "½", "abc"])
def test_a_code_that_opens_nothing_says_so_and_no_more(browser: Visitor, code: str) -> None:
    page = browser.submits(browser.get("/fi/code"), code=code)

    assert page.status == 422
    assert page.heading == "Jatka koodilla"
    assert "Tallennettu lomake säilyy 14 päivää." in page.text, "the same for an expired and an invented one"


def test_a_code_of_too_few_digits_is_counted(browser: Visitor) -> None:
    page = browser.submits(browser.get("/fi/code"), code="1234 5678 9012 345")

    assert "Koodissa on 16 numeroa. Kirjoitit niitä 15." in page.text
    assert "Kirjoitit niitä" not in browser.submits(page, code="1234 5678 9012 3456").text


def test_guessing_is_stopped_for_a_while(browser: Visitor, world: World) -> None:
    page = browser.get("/fi/code")
    answers = [browser.submits(page, code=f"{number:016d}").status for number in range(21)]

    assert answers == [422] * 20 + [429]
    world.clock.passes(minutes=16)
    assert browser.submits(page, code="1" * 16).status == 422


def test_one_code_is_tried_ten_times_from_wherever_it_is_tried(browser: Visitor) -> None:
    page = browser.get("/fi/code")
    sent = {**dict(page.form().form_values()), "code": "1" * 16}
    answers = [
        browser.post("/fi/code", sent, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"}).status
        for number in range(11)
    ]

    assert answers == [422] * 10 + [429]


def test_a_form_saved_again_keeps_its_code_until_it_is_sent(browser: Visitor) -> None:
    """The first one is written down: nobody would know that it opens nothing any more."""
    saved = browser.submits(browser.get("/fi/own/questions"), "go=save", in_danger="yes")
    step = browser.submits(browser.submits(saved), "go=next")
    again = browser.submits(step, "go=save", given_names="Keksitty")
    assert again.code == saved.code

    later = browser.submits(browser.get("/fi/code"), code=saved.code)
    assert later.tree.xpath("//input[@name='given_names']/@value") == ["Keksitty"]
    third = browser.submits(browser.submits(later, "go=back"), "go=save")
    assert third.code == saved.code, "also after coming back by it"
    other = browser.submits(browser.get("/fi/own/questions"), "go=save", in_danger="yes")
    assert other.code != saved.code
    assert saved.code not in step.response.get_data(as_text=True), "no page of the form names it"


def test_a_misspelt_word_of_a_list_is_named_and_the_list_stays(browser: Visitor) -> None:
    wrong = browser.submits(browser.get("/fi/code"), code="maito, leipä, vio")

    assert "Jokin sana ei ole koodin sanoja." in wrong.text
    assert wrong.tree.xpath("//input[@name='code']/@value") == ["maito, leipä, vio"]


def test_right_codes_stop_nobody_behind_a_shared_address(world: World) -> None:
    codes = [Story(world).applies().code for _ in range(3)]
    browser = visitor(world)
    page = browser.get("/fi/code")
    assert {browser.submits(page, code=codes[each % 3]).status for each in range(24)} == {200}

    wrong = [browser.submits(page, code=f"{number:016d}").status for number in range(19)]
    assert browser.submits(page, code=codes[0]).status == 200
    wrong += [browser.submits(page, code=f"{number:016d}").status for number in range(19, 21)]
    assert wrong == [422] * 20 + [429], "a right one between them gives no guess back"


def test_the_applicant_withdraws_with_the_code_after_being_asked_once(world: World) -> None:
    story = Story(world)
    receipt = story.applies()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    browser = visitor(world)
    status = browser.submits(browser.get("/fi/code"), code=receipt.code)

    asked = presses(browser, status, "/code/withdraw")
    assert asked.heading == "Haluatko peruuttaa hakemuksen?"
    done = browser.submits(asked, "sure=yes")

    assert done.heading == "Saimme pyyntösi peruuttaa hakemus"


def test_the_referrer_learns_only_that_it_arrived(world: World) -> None:
    receipt = Story(world).is_referred()
    browser = visitor(world)

    page = browser.submits(browser.get("/fi/code"), code=receipt.code)

    assert page.heading == "Hakemus on saapunut"
    assert not page.tree.find_class("timeline")
    assert "jos henkilö ei enää halua hakea apua, soita meille heti" in page.text


def test_a_withdrawal_that_cannot_be_made_names_the_phone(browser: Visitor) -> None:
    page = browser.get("/fi/code")

    answer = browser.post(
        "/fi/code/withdraw", {"form_token": browser.token(page), "code": "1" * 16, "sure": "yes"}
    )

    assert answer.status == 409
    assert answer.heading == "Hakemusta ei voi nyt peruuttaa koodilla"


def test_where_nobody_reaches_the_person_the_code_asks_them_to_call(world: World) -> None:
    story = Story(world)
    receipt = story.applies(safe_channels=None, email=None)
    browser = visitor(world)
    for form in ("", "sign_resolution"):
        if form:
            story.until(form)
            story.does("paattaja", form)
        page = browser.submits(browser.get("/fi/code"), code=receipt.code)
        assert "Emme tiedä, miten saamme sinuun turvallisesti yhteyden." in page.text
        assert "Soita meille turvallisesta puhelimesta" in page.text
        for promise in ("otamme yhteyttä", "Saat kirjallisen päätöksen"):
            assert promise not in page.text, "nobody can keep that promise"


def test_who_cannot_be_called_is_offered_no_call_and_hears_what_a_withdrawal_means(world: World) -> None:
    story, browser = Story(world), visitor(world)
    for way, name in (
        ({"safe_channels": None, "email": None}, "Soita meille"),
        (BY_PHONE, "Soittakaa minulle"),
    ):
        code = story.applies(**way).code
        page = browser.submits(browser.get("/fi/code"), code=code)
        names = [each.text_content() for each in page.tree.find_class("way-name")]
        assert name in names
        assert len({"Soita meille", "Soittakaa minulle"} & {*names}) == 1

        asked = presses(browser, page, "withdraw")

        assert asked.heading == "Haluatko peruuttaa hakemuksen?"
        for each in (page, asked):
            assert "Sitten asian käsittely päättyy, ja saat siitä kirjallisen päätöksen." in each.text


ACTS = ("withdraw", "withdraw/take-back", "stop", "call", "add", "answer")


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("is_closed", [False, True])
def test_a_right_code_of_which_nothing_comes_is_no_guess(world: World, act: str, *, is_closed: bool) -> None:
    story = Story(world)
    code = story.applies().code
    if is_closed:
        story.until("record_delivery")
        story.ends()
    browser = visitor(world)
    token = browser.token(browser.get("/fi/code"))
    sent = {"form_token": token, "code": code} | ({} if act == "withdraw" else {"sure": "yes"})

    answers = {browser.post(f"/fi/code/{act}", sent).status for _ in range(22)}

    assert 429 not in answers
    if act == "withdraw":
        again = {browser.post(f"/fi/code/{act}", {**sent, "sure": "yes"}).status for _ in range(22)}
        assert 429 not in again


@pytest.mark.parametrize("act", ACTS)
def test_a_wrong_code_is_counted_by_each_act(browser: Visitor, act: str) -> None:
    """The question before a withdrawal asks the holder of a right code to call, where nobody can reach them."""
    token = browser.token(browser.get("/fi/code"))
    sent = {"form_token": token, "code": "1" * 16} | ({} if act == "withdraw" else {"sure": "yes"})
    answers = [
        browser.post(f"/fi/code/{act}", sent, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"}).status
        for number in range(11)
    ]

    assert 429 not in answers[:10]
    assert answers[10] == 429

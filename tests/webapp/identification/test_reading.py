"""The way from the code to one's own matter and out, through a real identification service; and every failing way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask, Response

from engine.domain.own_reading import OwnReading
from tests.stories.test_own_reading_files import applied_with_a_file
from tests.support.browsing import SETTINGS, Page, Visitor, signed_in, visitor
from tests.support.compiled import application_of
from tests.support.identity_provider import CLAIM, WEAK, IdentityProvider, settings_of, unsigned
from tests.support.reader import AGREED, applied, chooses, entries
from tests.support.story import Story
from tests.webapp.identification.conftest import comes_back, goes_on, status_page, way_there
from tests.webapp.test_neutral_questions import NEUTRAL, asks
from tests.webapp.test_public_paths import words_of
from tests.webapp.test_talking_by_code import QUESTION
from tests.webapp.test_unavailable import locked

WORDS = "Passini otettiin pois."
HELP_LINE = "000 000 0000"
NOTHING = "Tällä tunnistautumisella ei avaudu mitään"
BROKEN = "Tunnistautuminen ei onnistunut"


@pytest.fixture
def browser(identifying: Flask) -> Visitor:
    return Visitor(identifying)


def reading(browser: Visitor, service: IdentityProvider, story: Story) -> Page:
    code = applied(story, what_happened=WORDS).code
    page = comes_back(browser, service, goes_on(browser, code))
    assert page.status == 200, page.heading
    return page


# ---------------------------------------------------------------- off


def test_it_is_off_by_default(story: Story) -> None:
    browser = visitor(story.world)
    code = applied(story).code

    assert "Lue omaa asiaasi" not in status_page(browser, code).text
    for path in (
        "/fi/more/go",
        "/fi/more/close",
        "/fi/more/read",
        "/fi/more/letter.pdf",
        "/fi/more/answer",
        "/fi/more/end",
    ):
        assert browser.post(path, {"code": code}).status == 404
    assert browser.get("/i?state=x&code=y").status == 404
    for page in ("privacy", "safety"):
        assert "Jos tunnistaudut" not in browser.get(f"/fi/{page}").text


def asked_by(browser: Visitor) -> list[str]:
    """Texts of the pages that ask people something: each step, the paper, the list of all questions."""
    pages = [browser.get("/fi/privacy").text]
    for door in ("own", "child"):
        page = browser.get(f"/fi/{door}/questions")
        step = " "
        while not page.tree.xpath("//button[@value='send']"):
            step += page.text
            page = browser.submits(page)
        pages += [step, words_of(browser.get(f"/fi/paper/{door}.pdf"))]
    return pages


def test_nobody_is_promised_to_open_anything_by_identifying_themselves_where_nobody_is(story: Story) -> None:
    pages = asked_by(visitor(story.world))
    desk = signed_in(story.world, "kirjaaja")
    pages += [desk.get(f"/tasks/intake/{form}").text for form in ("application", "child_application")]

    for each in pages:
        assert "verkossa?" not in each
        assert "tunnistautumalla" not in each


def test_with_identification_on_everyone_is_asked_about_opening_online(browser: Visitor) -> None:
    for each in asked_by(browser):
        assert "verkossa?" in each


def test_privacy_and_safety_tell_of_it_where_it_is_on(browser: Visitor) -> None:
    for page in ("privacy", "safety"):
        assert "Jos tunnistaudut" in browser.get(f"/fi/{page}").text


# ---------------------------------------------------------------- the way that leads there


@pytest.mark.databases
def test_from_the_code_to_ones_own_matter_and_out(
    browser: Visitor, service: IdentityProvider, story: Story
) -> None:
    page = reading(browser, service, story)

    assert page.heading == "Asiasi"
    assert WORDS in page.text
    assert page.title == "Koodi – Vireille"
    (entry,) = entries(story, "own_case")
    assert entry["actor_name"] == "applicant"
    swedish = browser.post("/sv/more/read", dict(page.form(0).form_values()))
    assert (swedish.status, swedish.tree.get("lang")) == (200, "sv")

    ended = browser.submits(page, "go=end", place=0)

    assert ended.heading == "Lukeminen on päättynyt"
    assert browser.post("/fi/more/read", dict(page.form(0).form_values())).status == 404


def test_files_of_the_person_are_listed_without_names_and_not_given_out(
    browser: Visitor, service: IdentityProvider, story: Story
) -> None:
    code = applied_with_a_file(story).code

    page = comes_back(browser, service, goes_on(browser, code))

    assert "Tiedosto 1 kuva, 1 kt, ma 2.11.2026" in page.text
    assert "Passini kuva" in page.text
    assert "passi.jpg" not in page.response.get_data(as_text=True)
    assert not [each for each in page.links() if "attachment" in each]


def test_the_one_cookie_goes_to_one_address_and_is_gone_afterwards(
    browser: Visitor, service: IdentityProvider, story: Story
) -> None:
    code = applied(story).code
    assert "Set-Cookie" not in status_page(browser, code).response.headers
    page = goes_on(browser, code)
    cookie = browser.client.get_cookie("i", path="/i")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.path, cookie.max_age) == (True, "Lax", "/i", 900)

    back = comes_back(browser, service, page)

    assert browser.client.get_cookie("i", path="/i") is None
    assert "Set-Cookie" not in browser.submits(back, "go=end").response.headers


def test_over_tls_the_cookie_says_so(service: IdentityProvider, story: Story) -> None:
    settings = replace(SETTINGS, base_url="https://vireille.example", identification=settings_of(service))
    browser = Visitor(application_of(story.world.engine, settings))
    page = goes_on(browser, applied(story).code)

    cookie = browser.client.get_cookie("__Secure-i", path="/i")
    assert cookie is not None
    assert cookie.secure
    assert "redirect_uri=https%3A%2F%2Fvireille.example%2Fi&" in way_there(page)


def test_leaving_quickly_shuts_it(browser: Visitor, service: IdentityProvider, story: Story) -> None:
    page = reading(browser, service, story)
    (way_out,) = page.tree.xpath("//header//form[@action='/exit']")

    browser.post("/exit", dict(way_out.form_values()))

    assert browser.post("/fi/more/read", dict(page.form(0).form_values())).status == 404


def test_leaving_quickly_closes_the_pages_before_the_identification_too(
    browser: Visitor, service: IdentityProvider, story: Story
) -> None:
    status = status_page(browser, applied(story).code)
    before = browser.submits(status)
    # The browser calls what the service leads to, and where that redirects, another site's.
    page = comes_back(browser, service, before, headers={"Sec-Fetch-Site": "cross-site"})
    (way_out,) = page.tree.xpath("//header//form[@action='/exit']")

    browser.post("/exit", dict(way_out.form_values()))

    for each in (status, before):
        assert browser.get(each.response.request.path).status == 404


def test_the_decision_is_taken_along(browser: Visitor, service: IdentityProvider, story: Story) -> None:
    code = applied(story).code
    story.until("open_resolution")
    page = comes_back(browser, service, goes_on(browser, code))
    assert "virallisesti saanut sen tänään" in page.text

    letter = browser.submits(page)

    assert letter.response.mimetype == "application/pdf"
    assert letter.response.headers["Content-Disposition"] == "attachment; filename=asiakirja.pdf"
    assert letter.response.get_data().startswith(b"%PDF")
    assert story.file.deliveries[-1].state == "served"
    sent = {**dict(page.form(0).form_values()), "document": "nothing"}
    assert browser.post("/fi/more/letter.pdf", sent).status == 404


def test_a_matter_whose_code_opens_nothing_here(browser: Visitor, story: Story) -> None:
    token = browser.token(browser.get("/fi/code"))
    referral = story.is_referred()
    assert "Lue omaa asiaasi" not in status_page(browser, referral.code).text
    for code in (referral.code, "1" * 16, ""):
        for path in ("/fi/more/go", "/fi/more/close"):
            assert browser.post(path, {"code": code, "form_token": token}).status == 422
    assert browser.post("/fi/more/go", {"code": referral.code}).status == 403


@pytest.mark.parametrize("path", ["/fi/more/go", "/fi/more/close"])
def test_only_wrong_codes_are_counted_by_address_and_by_code(
    browser: Visitor, story: Story, path: str
) -> None:
    right, token = applied(story).code, browser.token(browser.get("/fi/code"))
    assert {browser.post(path, {"code": right, "form_token": token}).status for _ in range(22)} == {200}
    wrong = {"code": "1" * 16, "form_token": token}
    answers = [
        browser.post(path, wrong, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"}).status
        for number in range(11)
    ]
    assert answers == [422] * 10 + [429]


# ---------------------------------------------------------------- ways that do not


def refused(page: Page, status: int, heading: str) -> None:
    assert (page.status, page.heading) == (status, heading)
    assert HELP_LINE in page.text
    assert WORDS not in page.text
    assert not page.tree.xpath("//input[@name='key']")


def test_someone_else_and_a_closed_matter_get_the_same_answer(
    browser: Visitor, service: IdentityProvider, story: Story
) -> None:
    code = applied(story, what_happened=WORDS).code
    wrong = comes_back(browser, service, goes_on(browser, code), "eero")
    refused(wrong, 403, NOTHING)
    chooses(story, is_open=False)
    closed = comes_back(browser, service, goes_on(browser, code))
    refused(closed, 403, NOTHING)

    assert wrong.text == closed.text
    assert entries(story, "own_case") == []


def test_without_a_finnish_code(browser: Visitor, service: IdentityProvider, story: Story) -> None:
    code = applied(story, what_happened=WORDS).code
    service.bend_claims = lambda claims: {name: value for name, value in claims.items() if name != CLAIM}

    refused(
        comes_back(browser, service, goes_on(browser, code)), 403, "Tässä tarvitaan suomalainen henkilötunnus"
    )


@pytest.mark.parametrize(
    "bent",
    [{"nonce": "x" * 43}, {"aud": "other"}, {"acr": WEAK}, {"exp": 1}],
    ids=["nonce", "audience", "level", "expired"],
)
def test_claims_that_do_not_hold(
    browser: Visitor, service: IdentityProvider, story: Story, bent: dict[str, object]
) -> None:
    code = applied(story, what_happened=WORDS).code
    service.bend_claims = lambda claims: {**claims, **bent}

    refused(comes_back(browser, service, goes_on(browser, code)), 422, BROKEN)


def test_a_token_that_nobody_signed(browser: Visitor, service: IdentityProvider, story: Story) -> None:
    code = applied(story, what_happened=WORDS).code
    service.make_token = unsigned

    refused(comes_back(browser, service, goes_on(browser, code)), 422, BROKEN)


def test_coming_back_twice_late_or_elsewhere(
    browser: Visitor, identifying: Flask, service: IdentityProvider, story: Story
) -> None:
    code = applied(story, what_happened=WORDS).code
    back = service.identifies(way_there(goes_on(browser, code)), "aino").removeprefix("http://localhost")

    refused(Visitor(identifying).get(back), 422, BROKEN)
    assert "/token" not in service.asked, "in another browser nothing is even asked of the service"
    cookie = browser.client.get_cookie("i", path="/i")
    assert cookie is not None
    assert browser.get(back).status == 200
    browser.client.set_cookie("i", cookie.value, path="/i")
    refused(browser.get(back), 422, BROKEN)

    page = goes_on(browser, code)
    story.world.clock.passes(minutes=16)
    refused(comes_back(browser, service, page), 422, BROKEN)
    refused(browser.get("/i"), 422, BROKEN)


def test_after_breaking_off_one_may_begin_again(
    browser: Visitor, service: IdentityProvider, story: Story
) -> None:
    code = applied(story, what_happened=WORDS).code

    refused(comes_back(browser, service, goes_on(browser, code, "fi"), None), 422, BROKEN)
    assert comes_back(browser, service, goes_on(browser, code)).status == 200


def test_the_service_is_away(browser: Visitor, service: IdentityProvider, story: Story) -> None:
    code = applied(story, what_happened=WORDS).code
    away = "Tunnistuspalvelu ei juuri nyt vastaa"
    service.answers = lambda path: Response("", 500) if path == "/token" else None
    refused(comes_back(browser, service, goes_on(browser, code)), 503, away)
    service.answers = lambda path: None
    assert comes_back(browser, service, goes_on(browser, code)).status == 200


def test_the_service_is_away_before_anyone_goes_there(
    browser: Visitor, service: IdentityProvider, story: Story
) -> None:
    code = applied(story, what_happened=WORDS).code
    service.answers = lambda path: Response("", 500)

    refused(goes_on(browser, code), 503, "Tunnistuspalvelu ei juuri nyt vastaa")


def test_the_database_is_away_while_somebody_reads(
    browser: Visitor, service: IdentityProvider, story: Story
) -> None:
    page = reading(browser, service, story)
    with locked(story.world):
        answer = browser.post("/fi/more/read", dict(page.form(-1).form_values()))
        assert answer.status == 503
        assert HELP_LINE in answer.text
    assert answer.tree.xpath("//header//form//input[@name='draft']/@value") == page.tree.xpath(
        "//header//form//input[@name='draft']/@value"
    )

    assert browser.submits(answer).heading == "Asiasi"


def test_closed_with_the_code_alone(browser: Visitor, service: IdentityProvider, story: Story) -> None:
    receipt = story.applies(**AGREED)

    closed = browser.submits(goes_on(browser, receipt.code), "go=close")

    assert closed.heading == "Lukeminen verkossa on estetty"
    assert story.file.own_reading is OwnReading.CLOSED_BY_PERSON
    assert "own_reading_closed" in story.events


def test_only_so_often_from_one_place(browser: Visitor) -> None:
    answers = {browser.get("/i?state=x&code=y").status for _ in range(25)}

    assert answers == {422, 429}


def test_an_open_question_is_answered_from_ones_own_matter_with_its_words(
    browser: Visitor, service: IdentityProvider, story: Story
) -> None:
    code = applied(story, what_happened=WORDS).code
    asks(story, neutral_question="interpreter", more_questions=QUESTION)
    page = comes_back(browser, service, goes_on(browser, code))
    assert NEUTRAL in page.text
    assert QUESTION in page.text
    (form,) = [
        each for each in page.tree.xpath("//main//form") if each.get("action").endswith("/more/answer")
    ]
    sent = dict(form.form_values())
    reply = browser.post(form.get("action"), sent)
    assert reply.heading == "Mitä haluamme tietää"
    assert QUESTION in reply.text
    assert browser.submits(reply, "go=send", answer="Persian kielelle.").heading == "Kiitos vastauksesta"
    assert browser.post(form.get("action"), sent).status == 404, "it is answered"


def test_no_question_opens_once_the_reading_has_ended(
    browser: Visitor, service: IdentityProvider, story: Story
) -> None:
    code = applied(story, what_happened=WORDS).code
    asks(story, questions=QUESTION)
    page = comes_back(browser, service, goes_on(browser, code))
    (form,) = [
        each for each in page.tree.xpath("//main//form") if each.get("action").endswith("/more/answer")
    ]
    story.passes(minutes=21)
    assert browser.post(form.get("action"), dict(form.form_values())).status == 404

"""Other ways in: for one's child, without the person's consent, on paper; and what one may carry away."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pikepdf
import pytest

from engine.commands.public_drafts import DestroyExpired
from engine.domain.people import SYSTEM, Role
from tests.support.browsing import Page, Visitor
from tests.support.pdf import shown
from tests.support.story import Story
from tests.support.world import World
from tests.webapp.test_form_steps import SEND, to_the_end
from webapp.http.languages import LANGUAGES, PUBLIC_LANGUAGES

MOST_PAGES = 8
"""Of a form on paper: people put more aside."""


def pages_of(file: Page) -> int:
    return len(pikepdf.open(io.BytesIO(file.response.get_data())).pages)


def counted(world: World, table: str) -> int:
    with world.engine.database.view() as connection:
        found: int = connection.exec_driver_sql(f"select count(*) from {table}").scalar_one()
        return found


def words_of(page: Page) -> str:
    """All that the PDF of an answer says, and that it is an accessible one."""
    made = page.response.get_data()
    pdf = pikepdf.open(io.BytesIO(made))
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.Lang
    return close(shown(made))


def close(text: str) -> str:
    """Without blanks: a line may break anywhere."""
    return "".join(text.split())


@pytest.fixture
def children(browser: Visitor) -> Callable[[], Page]:
    """To the step of the children, with two of them."""

    def opened() -> Page:
        page = browser.submits(browser.get("/fi/child/questions"), in_danger="no")
        assert page.heading == "Ketä lasta hakemus koskee?"
        return browser.submits(
            page, "add_row=children", children__0__given_names="Lumi", children__0__lives_with="Äidin"
        )

    return opened


def test_each_child_has_a_part_of_their_own(
    browser: Visitor, world: World, children: Callable[[], Page]
) -> None:
    page = browser.submits(
        children(), children__1__given_names="Onni", children__1__account__skip="dont_want"
    )

    check = to_the_end(browser, page, guardian_given_names="Cai")
    receipt = browser.submits(check, SEND)

    assert close("Lapsi 1: Etunimet Lumi") in close(check.text)
    assert close("Lapsi 2: Etunimet Onni") in close(check.text)
    assert receipt.heading == "Hakemuksesi on perillä"
    story = Story(world, newest(world))
    kinds = [(each.kind, each.name) for each in story.file.parties]
    assert kinds == [("applicant", "Lumi"), ("guardian", "Cai"), ("child", "Onni")]


def test_a_relative_who_gave_a_safe_way_reads_that_it_is_known(
    browser: Visitor, children: Callable[[], Page]
) -> None:
    way = {"safe_channels": "phone", "phone": "+358401234567"}
    check = to_the_end(browser, children(), relationship="other", **way)
    assert "Emme tiedä, miten saamme sinuun" not in check.text
    receipt = browser.submits(check, SEND)
    assert "Emme vielä tiedä, kuka voi puhua lapsen puolesta. Jos tiedät sen, soita ja kerro." in receipt.text
    assert "Emme tiedä, miten saamme sinuun" not in receipt.text


def test_a_mistake_in_a_row_reads_as_a_sentence(browser: Visitor, children: Callable[[], Page]) -> None:
    page = browser.submits(
        children(),
        children__0__born_on="31.2.2026",
        children__0__help_needed=["doctor"],
        children__0__help_needed__skip="dont_want",
    )

    assert page.problems == [
        "Lapsi 1, Syntymäaika: Tällaista päivää ei ole. Tarkista päivä ja kuukausi",
        "Lapsi 1, Mitä apua lapsi tarvitsee? Vastasit ja valitsit myös, ettet vastaa. Poista toinen",
    ]


def newest(world: World) -> str:
    with world.engine.database.view() as connection:
        return str(connection.exec_driver_sql("select reference from cases order by reference desc").scalar())


@pytest.mark.parametrize(
    ("answer", "heading"), [("refused", "Kiitos, että kysyit häneltä"), ("not_asked", "Kysy ensin häneltä")]
)
def test_without_consent_nothing_is_kept_and_advice_is_offered(
    browser: Visitor, world: World, answer: str, heading: str
) -> None:
    page = browser.submits(browser.get("/fi/other/questions"), consent_given=answer)

    assert page.status == 200
    assert page.heading == heading
    assert {"/fi/ask", "tel:112", "/fi/paper", "/fi/other/questions"} <= {
        each.partition("?")[0] for each in page.links()
    }
    assert counted(world, "public_drafts") == 0


def test_a_referral_without_consent_can_not_be_put_aside_either(browser: Visitor, world: World) -> None:
    page = browser.submits(browser.get("/fi/other/questions"), "go=save", consent_given="not_asked")

    assert page.heading == "Kysy ensin häneltä"
    assert counted(world, "public_drafts") == 0


CONSENTED: dict[str, Any] = {
    "consent_given": "yes",
    "disclosure_agreed": "true",
    "consent_explained": ["who_is_helped", "voluntary"],
    "consent_language": "en",
    "consent_how": "in_person",
    "consent_interpreter": "bound",
    "consent_on": "1.11.2026",
    "safe_to_contact": "yes",
}
REFERRER = {
    "referrer_name": "Raimo Ohjaaja",
    "referrer_kind": "ngo",
    "referrer_phone": "040 000 0000",
    "is_under_18": "no",
    "contact_language": "en",
    "region": "south",
    "in_danger": "no",
    "accommodation_needed": "no",
    "in_detention": "no",
}


def test_a_slip_of_the_hand_destroys_nothing_that_was_typed(browser: Visitor, world: World) -> None:
    first = browser.get("/fi/other/questions")
    (agreed,) = first.tree.xpath("//label[input[@name='disclosure_agreed']]")
    assert "(tarvitaan)" in agreed.text_content()
    page = browser.submits(first, **CONSENTED)
    page = browser.submits(page, "go=back", referrer_name="Raimo Ohjaaja")

    asked = browser.submits(page, consent_given="refused")
    assert asked.heading == "Eikö hän ole antanut suostumustaan?"
    assert counted(world, "public_drafts") == 1

    page = browser.submits(asked, "go=change")
    assert page.heading != asked.heading
    page = browser.submits(page, "go=next", consent_given="yes")
    assert "Raimo Ohjaaja" in page.tree.xpath("//input/@value")

    gone = browser.submits(browser.submits(page, "go=back"), consent_given="refused")
    assert browser.submits(gone, "go=drop").heading == "Kiitos, että kysyit häneltä"
    assert counted(world, "public_drafts") == 0


def test_a_referral_without_consent_is_gone_in_a_quarter_of_an_hour_though_it_had_a_code(
    browser: Visitor, world: World
) -> None:
    page = browser.submits(browser.get("/fi/other/questions"), **CONSENTED)
    page = browser.submits(page, "go=back", referrer_name="Raimo Ohjaaja")
    saved = browser.submits(page, "go=save")
    asked = browser.submits(browser.submits(saved), consent_given="refused")
    assert "Jos et valitse kumpaakaan, hävitämme sen 15 minuutin kuluttua." in asked.text

    world.clock.moment += timedelta(minutes=10)
    again = browser.submits(asked, "go=change")
    world.clock.moment += timedelta(minutes=10)
    browser.submits(again, "go=next", consent_given="yes")
    world.clock.moment += timedelta(days=13)
    found = browser.submits(browser.get("/fi/code"), code=saved.code)
    page = browser.submits(found, "go=next", consent_given="yes")
    assert "Raimo Ohjaaja" in page.tree.xpath("//input/@value"), "with consent the code opens it as before"

    browser.submits(found, consent_given="refused")
    assert browser.submits(browser.get("/fi/code"), code=saved.code).heading == found.heading
    world.clock.moment += timedelta(minutes=16)
    world.engine.perform(DestroyExpired(), SYSTEM)
    assert counted(world, "public_drafts") == 0


@pytest.mark.parametrize(
    ("door", "sentence"),
    [
        ("own", "Emme tiedä, miten saamme sinuun turvallisesti yhteyden."),
        ("other", "Emme tiedä, miten saamme häneen turvallisesti yhteyden."),
    ],
)
def test_where_no_way_was_given_nobody_is_promised_a_call(browser: Visitor, door: str, sentence: str) -> None:
    page = browser.get(f"/fi/{door}/questions")
    check = to_the_end(browser, page, **({**CONSENTED, **REFERRER} if door == "other" else {}))
    receipt = browser.submits(check, SEND)

    assert sentence in check.text
    assert "show=safe_channels" in {
        f"show={each}" for each in check.tree.xpath("//button[@name='show']/@value")
    }
    assert sentence in receipt.text
    assert "saa kirjallisen päätöksen" not in receipt.text.lower()
    assert "tarvitsemme nimen ja turvallisen tavan" in receipt.text
    assert "yhteyttä" not in receipt.text.replace(sentence, "").partition("Mitä seuraavaksi tapahtuu")[2]


@pytest.mark.parametrize("name", ["", "Aino"])
def test_a_written_decision_is_promised_to_one_with_a_name(browser: Visitor, name: str) -> None:
    named = {"given_names": name, "safe_channels": "phone", "phone": "000 000 0000"}
    receipt = browser.submits(to_the_end(browser, browser.get("/fi/own/questions"), **named), SEND)

    assert ("Saat kirjallisen päätöksen." in receipt.text) == bool(name)
    assert ("tarvitsemme nimen" in receipt.text) != bool(name)


def test_a_form_that_was_saved_at_its_end_goes_on_there(browser: Visitor) -> None:
    check = to_the_end(browser, browser.get("/fi/own/questions"))
    saved = browser.submits(check, "go=save")
    assert browser.submits(saved, "go=stay").heading == check.heading


def test_with_consent_the_next_step_follows(browser: Visitor) -> None:
    page = browser.submits(
        browser.get("/fi/other/questions"),
        **CONSENTED,
    )

    assert page.heading == "Kuka sinä olet?"


@pytest.mark.parametrize("door", ["own", "child"])
def test_the_slip_to_carry_says_nothing_but_the_code(browser: Visitor, door: str) -> None:
    receipt = browser.submits(to_the_end(browser, browser.get(f"/fi/{door}/questions")), SEND)

    slip = browser.submits(receipt, "kind=card")

    assert slip.response.headers["Content-Disposition"] == "attachment; filename=muistilappu.pdf"
    assert words_of(slip) == f"Muista{receipt.code}"


def test_the_receipt_says_when_it_is_read_and_whom_to_call(browser: Visitor) -> None:
    receipt = browser.submits(to_the_end(browser, browser.get("/fi/own/questions")), SEND)

    words = words_of(browser.submits(receipt, "kind=full"))

    assert close("Saimme hakemuksesi 2.11.2026.") in words
    assert close("Luemme hakemuksesi viimeistään 3.11.2026.") in words
    assert close("000 000 0000") in words
    assert "112" in words
    assert "Luemme hakemuksesi viimeistään ti 3.11.2026." in receipt.text


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("sv", "Vi fick din fråga"), ("selko", "Saimme kysymyksesi"), ("so", "Su’aashaada waxaan helnay")],
)
def test_a_question_has_a_receipt_too_in_its_language(browser: Visitor, language: str, sentence: str) -> None:
    check = to_the_end(browser, browser.get(f"/{language}/ask/questions"), question="?", reply_by="code")

    words = words_of(browser.submits(browser.submits(check, SEND), "kind=full"))

    assert close(sentence) in words


def test_a_receipt_of_a_page_in_easy_finnish_is_in_easy_finnish(browser: Visitor) -> None:
    receipt = browser.submits(to_the_end(browser, browser.get("/selko/own/questions")), SEND)

    printed = words_of(browser.submits(receipt, "kind=full"))
    assert close("Hakemuksesi on saapunut") in printed
    assert close("2.11.2026") in printed


def test_nobody_gets_a_receipt_of_what_was_not_sent(browser: Visitor) -> None:
    receipt = browser.submits(to_the_end(browser, browser.get("/fi/own/questions")), SEND)

    refused = browser.submits(receipt, "kind=card", draft="x" * 43)

    assert refused.status == 404


def test_the_referrers_receipt_promises_nothing_of_the_person(browser: Visitor, story: Story) -> None:
    story.is_referred()
    assert story.receipt is not None
    opened = browser.submits(browser.get("/fi/code"), code=story.receipt.code)

    assert opened.heading == "Hakemus on saapunut"
    assert "Missä asiasi on" not in opened.text


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("door", ["own", "child", "other", "ask"])
def test_every_form_can_be_had_on_paper(browser: Visitor, world: World, language: str, door: str) -> None:
    assert f"/{language}/paper/{door}.pdf" in browser.get(f"/{language}/paper").links()

    paper = browser.get(f"/{language}/paper/{door}.pdf")

    words = words_of(paper)
    first = browser.get(f"/{language}/{door}/questions")
    assert close(f"1. {first.heading}") in words
    assert close("000 000 0000") in words
    authority = world.engine.settings.authority
    where = authority.return_address or authority.street
    assert all(close(line) in words for line in where.split(","))
    assert close("Esimerkin vastaanottokeskus") not in words, "the envelope must not expose its writer"
    assert pages_of(paper) <= MOST_PAGES
    name = paper.response.headers["Content-Disposition"]
    assert name in {f"attachment; filename={each}.pdf" for each in ("lomake", "blankett", "form")}


@pytest.mark.parametrize("language", [code for code in PUBLIC_LANGUAGES if code not in LANGUAGES])
def test_downloads_open_in_every_language_and_their_names_reveal_nothing(
    browser: Visitor, language: str
) -> None:
    receipt = browser.submits(to_the_end(browser, browser.get(f"/{language}/own/questions")), SEND)
    files = [browser.get(f"/{language}/paper/{door}.pdf") for door in ("own", "child", "other", "ask")]
    files += [browser.submits(receipt, f"kind={kind}") for kind in ("card", "full")]

    assert max(map(pages_of, files)) <= MOST_PAGES
    assert len(words_of(files[-2])) < 40, (
        "a slip says nothing else, not even that nobody reviewed its language"
    )
    for file in files:
        assert file.response.mimetype == "application/pdf"
        name = re.search('filename="?[a-zA-Z -]+[.]pdf', file.response.headers["Content-Disposition"])
        assert name, "a browser that reads plain names only would save a file without one"


def test_the_paper_asks_every_question_of_the_form(browser: Visitor) -> None:
    words = words_of(browser.get("/fi/paper/own.pdf"))
    page, asked = browser.get("/fi/own/questions"), 0
    while not page.tree.xpath("//button[@value='send']"):
        for label in page.tree.xpath("//legend | //label[@class='field-label']"):
            question = close(label.text_content())
            if question != "Lapsi1":
                assert question in words
                asked += 1
        page = browser.submits(page)
    assert asked > 30


def test_the_privacy_page_lists_every_question_with_why_and_for_how_long(browser: Visitor) -> None:
    text = browser.get("/fi/privacy").text

    for sentence in (
        "Onko jokin näistä totta sinun kohdallasi?",
        "Lapsi: Kenen kanssa lapsi asuu?",
        "Kysymme tätä, jotta kukaan ei saa yhteydenotostamme tietää, että olet hakenut apua.",
        "5 vuotta viimeisestä merkinnästä",
        "Vuosi asian päättymisestä, kun hakemus on peruutettu",
        "615/2020 15 §",
    ):
        assert sentence in text
    assert Role.APPLICANT not in text


@pytest.mark.parametrize(
    ("born_on", "answer", "asked"),
    [
        ("1.1.2012", "no", True),
        ("1.1.1990", "yes", True),
        ("1.1.1990", "no", False),
        ("1.1.1990", "unknown", False),
    ],
)
def test_a_birth_date_that_does_not_fit_the_answer_is_asked_about_and_blocks_nobody(
    browser: Visitor, born_on: str, answer: str, asked: bool
) -> None:
    check = to_the_end(browser, browser.get("/fi/own/questions"), born_on=born_on, is_under_18=answer)
    assert ("Syntymäaika ei sovi yhteen" in check.text) is asked
    assert browser.submits(check, SEND).heading == "Hakemuksesi on perillä"


def test_a_child_who_is_grown_by_the_birth_date_is_asked_about(
    browser: Visitor, children: Callable[[], Page]
) -> None:
    check = to_the_end(browser, browser.submits(children(), children__0__born_on="2.2.1990"))
    assert "Syntymäaika ei sovi yhteen" in check.text
    path = check.tree.xpath("//div[contains(@class, 'notices')]//button[@name='show']/@value")
    assert "children.0.born_on" in path
    assert browser.submits(check, "show=children.0.born_on").status == 200

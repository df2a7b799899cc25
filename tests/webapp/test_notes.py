"""The pages of notes and notices: a short form that loses nothing, the case, the signing page, the bell in the head."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from forms.texts import date_as_typed
from tests.stories.test_notes import read
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.story import Story

GIVEN, FAMILY = "Äiti 👩🏽‍🦱", "مريم"
"""A name with an emoji, and one that is read from right to left."""


@pytest.fixture
def registered(story: Story) -> Story:
    story.applies(
        given_names=GIVEN, family_name=FAMILY, safe_channels=["phone"], phone="000 000 0009", email=None
    )
    story.does("kirjaaja", "register", caseworker=str(story.world.people["kasittelija"].id))
    return story


@pytest.fixture
def browser(registered: Story, app: Flask) -> Visitor:
    return signed_in(registered.world, "kasittelija", app)


def form_of(page: Page) -> int:
    """The place of the form of a new note on its page."""
    forms = page.tree.xpath("//main//form")
    return next(place for place, form in enumerate(forms) if "composer" in form.get("class", ""))


def test_a_call_is_written_down_with_two_answers_and_shown_on_the_case(
    registered: Story, browser: Visitor
) -> None:
    address = f"/cases/{registered.reference}/notes"
    assert address in browser.get("/my-cases/").links()
    page = browser.get(address)
    assert "Henkilö voi pyytää kaikki merkinnät luettavakseen." in page.text
    form = page.form(form_of(page))
    filled = dict(form.form_values())
    assert (filled["kind"], filled["way"]) == ("contact", "phone")
    assert filled["on"]
    sent = browser.submits(page, place=form_of(page), text="שלום, hän on turvassa 🙂", agreed="Soitan.")
    case = browser.follows(sent)
    (note,) = case.tree.xpath("//*[@id='notes']//li[@class='note']")
    words = " ".join(note.text_content().split())
    assert "שלום, hän on turvassa 🙂" in words
    assert note.xpath(".//bdi")[0].text.startswith(f"{GIVEN} {FAMILY}")
    assert "Sovittiin: Soitan." in words
    only = browser.get(f"/cases/{registered.reference}?notes=working")
    assert "Merkintöjä ei ole." in only.text


def test_a_call_with_an_interpreter_says_the_way_and_the_interpreter_apart(
    registered: Story, browser: Visitor
) -> None:
    page = browser.get(f"/cases/{registered.reference}/notes")
    filled = dict(page.form(form_of(page)).form_values())
    assert (filled["way"], filled["interpreter"]) == ("phone", "none")
    assert filled["interpreter_language"] == "", "nobody has said in which language it was interpreted"
    heard = {"text": "Hän pääsi perille.", "interpreter": "remote"}
    unsaid = browser.submits(page, place=form_of(page), **heard)
    assert (unsaid.status, unsaid.problems) == (422, ["Valitse, mistä kielestä tulkattiin."])
    wrong = browser.submits(page, place=form_of(page), **heard, interpreter_language="klingon")
    assert wrong.status == 422
    assert "Valitse kieli." in wrong.text
    case = browser.follows(browser.submits(wrong, place=form_of(wrong), **heard, interpreter_language="so"))
    (note,) = case.tree.xpath("//*[@id='notes']//li[@class='note']")
    assert "Puhelu, tulkki puhelimessa tai videolla (somali)" in " ".join(note.text_content().split())

    page = browser.get(f"/cases/{registered.reference}/notes")
    alone = {"text": "Hän soitti itse.", "interpreter_language": "so"}
    case = browser.follows(browser.submits(page, place=form_of(page), **alone))
    (note,) = case.tree.xpath("//*[@id='notes']//li[@class='note'][contains(., 'soitti itse')]")
    assert "tulkki" not in note.text_content(), "a language without an interpreter says nothing"


def test_with_a_person_who_needs_an_interpreter_the_writer_answers_if_one_was_there(
    story: Story, app: Flask
) -> None:
    story.applies(contact_language="so", interpreter_needed="yes")
    story.does("kirjaaja", "register", contact_language="so", interpreter_needed="yes")
    browser = signed_in(story.world, "kasittelija", app)
    page = browser.get(f"/cases/{story.reference}/notes")
    assert dict(page.form(form_of(page)).form_values())["interpreter"] == ""

    refused = browser.submits(page, place=form_of(page), text="Hän soitti.")

    assert (refused.status, refused.problems) == (422, ["Valitse, oliko tulkki mukana."])
    assert refused.tree.xpath("//textarea[@name='text']")[0].text.strip() == "Hän soitti."
    browser.follows(browser.submits(refused, place=form_of(refused), interpreter="none"))


def test_what_is_refused_comes_back_as_it_was_typed(registered: Story, browser: Visitor) -> None:
    page = browser.get(f"/cases/{registered.reference}/notes")
    long = "ä" * 1_000_000
    refused = browser.submits(
        page, place=form_of(page), text=long, follow_up_on="joskus", agreed="Näin sovittiin"
    )
    assert refused.status == 422
    assert refused.problems == ["Kirjoita päivä muodossa 24.12.2026."]
    assert refused.tree.xpath("//textarea[@name='text']")[0].text.strip() == long
    refused = browser.submits(refused, place=form_of(refused), follow_up_on="")
    assert refused.problems == [
        "Merkintä on liian pitkä. Lyhennä se enintään 20 000 merkkiin tai liitä tiedosto."
    ]
    sent = browser.submits(refused, place=form_of(refused), text="Lyhyt", way="email")
    assert sent.status == 422
    assert "Tämä tapa ei ole turvallinen" in sent.problems[0]
    other = browser.submits(sent, place=form_of(sent), way="sms")
    assert other.status == 422, "the warning was about another way"
    assert browser.submits(other, place=form_of(other)).status == 303
    (thread,) = read(registered).threads
    assert thread.first.contact is not None
    assert (thread.first.text, thread.first.contact.way) == ("Lyhyt", "sms")


def test_a_draft_waits_and_can_be_discarded(registered: Story, browser: Visitor) -> None:
    address = f"/cases/{registered.reference}/notes"
    page = browser.get(address)
    typed = {**dict(page.form(form_of(page)).form_values()), "text": "Puoli lau", "go": "quietly"}
    assert browser.client.post(f"{address}/draft", data=typed).status_code == 204
    page = browser.get(address)
    assert page.tree.xpath("//textarea[@name='text']")[0].text.strip() == "Puoli lau"
    assert "Jatkat luonnosta" in page.text
    page = browser.follows(browser.submits(page, "go=discard", place=form_of(page)))
    assert "Puoli lau" not in page.text


def test_the_signer_sees_statements_of_which_no_hearing_is_written(story: Story, app: Flask) -> None:
    story.applies()
    story.until("sign_resolution")
    browser = signed_in(story.world, "kasittelija", app)
    page = browser.get(f"/cases/{story.reference}/notes")
    stated = browser.submits(
        page, place=form_of(page), kind="statement", who="other", other="Työnantaja", text="Hän lähti itse."
    )
    assert stated.status == 303
    signer = signed_in(story.world, "paattaja", app)
    address = f"/tasks/{story.task('sign_resolution').id}"
    assert "Lausumat, joista henkilöä ei ole merkitty kuulluksi" in signer.get(address).text
    first = read(story).threads[0].first.id
    page = browser.get(f"/cases/{story.reference}/notes?to={first}")
    assert browser.submits(page, place=form_of(page), text="Luettu hänelle.", settles="heard").status == 303
    assert "ei ole merkitty kuulluksi" not in signer.get(address).text


def test_the_bell_leads_to_the_thing_and_is_silent_once_it_is_read(
    registered: Story, app: Flask, browser: Visitor
) -> None:
    colleague = signed_in(registered.world, "toinen", app)
    assert "lukematta" not in colleague.get("/my-cases/").tree.xpath("//a[@class='bell']")[0].text_content()
    page = browser.get(f"/cases/{registered.reference}/notes")
    assert "@toinen" in page.text
    browser.submits(page, place=form_of(page), kind="working", text="Katso tätä, @toinen.")
    page = colleague.get("/my-cases/")
    (bell,) = page.tree.xpath("//a[@class='bell']")
    assert "yksi lukematta" in bell.text_content()
    notices = colleague.get(bell.get("href"))
    (way,) = [
        each for each in notices.links() if each.startswith("/my-cases/notices/") and "settings" not in each
    ]
    opened = colleague.get(way)
    assert opened.goes_to == f"/cases/{registered.reference}#notes"
    assert "Kaikki on luettu." in colleague.get("/my-cases/notices").text
    assert browser.get(way).status == 404, "another's"


def test_the_settings_of_notices_refuse_hours_that_fight(registered: Story, browser: Visitor) -> None:
    page = browser.get("/my-cases/notices/settings")
    refused = browser.submits(page, digest_hour="23", way_mention="product")
    assert refused.status == 422
    assert refused.problems == ["Kooste tulisi hiljaiseen aikaan. Valitse toinen tunti."]
    assert browser.submits(refused, quiet_from="7", quiet_until="7").status == 303
    page = browser.get("/my-cases/notices/settings")
    chosen = dict(page.form().form_values())
    assert (chosen["digest_hour"], chosen["way_mention"], chosen["quiet_from"]) == ("23", "product", "7")


def quietly(browser: Visitor, page: Page, **typed: str) -> int:
    form = page.form(form_of(page))
    sent = {**dict(form.form_values()), **typed, "go": "quietly"}
    return browser.client.post(f"{form.get('action')}/draft", data=sent).status_code


def text_in(page: Page) -> str:
    return str(page.tree.xpath("//textarea[@name='text']")[0].text or "").strip()


def test_a_page_that_goes_away_replaces_its_own_draft_and_no_other_page(
    registered: Story, browser: Visitor
) -> None:
    """The answer to what it saved first never came: it does not know the moment."""
    address = f"/cases/{registered.reference}/notes"
    page = browser.get(address)
    assert quietly(browser, page, text="Ensin", draft_page="1") == 204
    assert quietly(browser, page, text="Sitten") == 409
    assert quietly(browser, page, text="Sitten", draft_page="1", draft_over="1") == 204
    assert text_in(browser.get(address)) == "Sitten"
    newer = browser.get(address)
    assert quietly(browser, newer, text="Uudempi", draft_page="2") == 204
    assert quietly(browser, page, text="Vanhempi", draft_page="1", draft_over="1") == 409
    assert text_in(browser.get(address)) == "Uudempi"


def test_an_older_tab_takes_nothing_from_the_note_in_a_newer_one(registered: Story, browser: Visitor) -> None:
    address = f"/cases/{registered.reference}/notes"
    older, newer = browser.get(address), browser.get(address)
    assert quietly(browser, newer, text="Uudempi") == 204
    assert quietly(browser, older, way="sms") == 409
    assert quietly(browser, older, text="Vanhempi") == 409
    assert text_in(browser.get(address)) == "Uudempi"

    refused = browser.submits(older, place=form_of(older), text="Vanhempi", on="joskus")
    assert text_in(refused) == "Vanhempi"
    assert "keskeneräinen merkintäsi" in refused.text
    assert refused.tree.xpath("//form[@data-unsaved]"), "the browser asks before it goes"
    assert quietly(browser, refused, text="Vanhempi") == 409
    recorded = browser.submits(refused, place=form_of(refused), on=f"{registered.today:%d.%m.%Y}")
    assert recorded.status == 303
    again = browser.get(address)
    assert text_in(again) == "Uudempi", "the other's draft stands"

    assert browser.submits(again, place=form_of(again), text="Uudempi, valmis").status == 303
    assert text_in(browser.get(address)) == ""
    assert {each.first.text for each in read(registered).threads} == {"Vanhempi", "Uudempi, valmis"}


@pytest.mark.parametrize(
    ("begun", "left"),
    [
        ({"text": "Hän soitti"}, ""),
        ({"text": "Hän soitti Turusta"}, "Hän soitti Turusta"),
        ({"text": "Hän soitti", "agreed": "Tapaaminen"}, "Hän soitti"),
    ],
)
def test_a_recorded_note_leaves_no_earlier_half_as_a_draft(
    registered: Story, browser: Visitor, begun: dict[str, str], left: str
) -> None:
    """The button is pressed before the answer to the draft is here. Words that the note lacks stay."""
    address = f"/cases/{registered.reference}/notes"
    page = browser.get(address)
    assert quietly(browser, page, **begun) == 204

    assert browser.submits(page, place=form_of(page), text="Hän soitti Espoosta").status == 303

    assert text_in(browser.get(address)) == left


def test_only_the_draft_on_the_page_is_discarded(registered: Story, browser: Visitor) -> None:
    address = f"/cases/{registered.reference}/notes"
    assert quietly(browser, browser.get(address), text="Ensin") == 204
    registered.passes(minutes=1)
    older, newer = browser.get(address), browser.get(address)
    assert quietly(browser, newer, text="Ensin ja lisää") == 204
    assert browser.submits(older, "go=discard", place=form_of(older)).status == 409
    assert text_in(browser.get(address)) == "Ensin ja lisää"


def test_going_on_with_a_note_does_not_open_the_draft_of_another(registered: Story, browser: Visitor) -> None:
    address = f"/cases/{registered.reference}/notes"
    page = browser.get(address)
    browser.submits(page, place=form_of(page), text="Ensimmäinen")
    first = read(registered).threads[0].first.id
    assert quietly(browser, browser.get(address), text="Aivan muuta") == 204

    page = browser.get(f"{address}?to={first}")
    assert text_in(page) == ""
    assert not page.tree.xpath("//form[@data-unsaved]"), "nothing is written yet"
    assert "Lisämerkintä" in page.text
    assert "keskeneräinen merkintäsi" in page.text
    assert browser.submits(page, place=form_of(page), text="Tarkennus").status == 303
    (thread,) = read(registered).threads
    assert [each.text for each in thread.further] == ["Tarkennus"]
    assert text_in(browser.get(address)) == "Aivan muuta"


def test_an_agreed_contact_is_named_on_its_day_and_leaves_with_the_contact(
    registered: Story, browser: Visitor
) -> None:
    address = f"/cases/{registered.reference}/notes"
    for days, words in ((0, "Kahvilla."), (3, "Virastossa.")):
        on = registered.today + timedelta(days=3 + days)
        page = browser.get(address)
        browser.submits(
            page,
            place=form_of(page),
            text=words,
            agreed="Soitan.",
            follow_up_on=date_as_typed(on),
            **{name: "no" for name in page.form(form_of(page)).fields if name.startswith("met-")},
        )
    registered.passes(days=3)
    browser = signed_in(registered.world, "kasittelija", browser.app)
    line = " ".join(browser.get("/my-cases/").tree.text_content().split())
    assert "sovittu yhteydenotto" in line
    case = browser.get(f"/cases/{registered.reference}")
    assert "Sovittu yhteydenotto" in case.tree.xpath("string(//*[@id='now'])")

    page = browser.get(address)
    due, later = [name for name in page.form(form_of(page)).fields if name.startswith("met-")]
    # The style sheet ends the legend's line at what follows it: nothing unseen may stand between.
    assert page.tree.xpath(f"//fieldset[@id='{due}']/legend/following-sibling::*[1]/@class") == ["choices"]
    refused = browser.submits(page, place=form_of(page), text="Hän vastasi.")
    assert refused.problems == ["Vastaa, hoituiko sovittu yhteydenotto nyt."]
    browser.submits(refused, place=form_of(refused), **{due: "yes"})
    page = browser.get(address)
    assert [name for name in page.form(form_of(page)).fields if name.startswith("met-")] == [later]
    working = browser.submits(page, place=form_of(page), kind="working", text="Muistiin.", **{later: "yes"})
    assert working.status == 303
    page = browser.get(address)
    assert later in page.form(form_of(page)).fields, "a working note meets nobody"

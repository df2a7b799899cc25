"""The picture of a text's place: the part of a page or form around it, as people see it."""

from __future__ import annotations

import pytest
from flask import Flask
from lxml import html

from engine.commands.people import Appoint
from engine.domain.people import OPERATOR, PUBLIC, Power
from engine.domain.text_reviews import SourceText
from engine.queries.text_reviews import ReadVersionTexts
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.world import World
from webapp.reviews.cutting import part_around
from webapp.reviews.pictures import picture_of_form, picture_of_page
from webapp.translations.sources import Place, PlaceKind, shipped_sources

CALL = SourceText("Soita, 24 h")
FOLDED = SourceText("Kaksi puhelinnumeroa")
"""In a fold-out of a part of pages that show a code."""


@pytest.fixture
def reviewer(world: World, app: Flask) -> Visitor:
    """Somebody who may review Arabic."""
    appointment = Appoint(world.people["kieli"].id, Power.REVIEW_AR, world.clock().date())
    world.engine.perform(appointment, OPERATOR)
    return signed_in(world, "kieli", app)


def pictured(page: Page) -> html.HtmlElement | None:
    found = page.tree.find_class("review-shown")
    return found[0] if found else None


def test_a_reviewer_sees_the_text_where_people_read_it(reviewer: Visitor) -> None:
    page = reviewer.get(f"/translations/ar/{CALL.key}")

    shown = pictured(page)
    assert shown is not None
    assert (shown.get("dir"), shown.get("lang"), shown.get("inert")) == ("rtl", "ar", "")
    (words,) = [each.text for each in page.tree.xpath("//textarea[@name='words']")]
    assert [each.text_content() for each in shown.xpath(".//mark")] == [words]
    assert shown.find_class("call-number"), "what stands beside it is drawn too"
    assert "Kuva kohdasta: Aloitussivu" in page.tree.xpath("//*[@role='img']/@aria-label")
    assert page.tree.findtext(".//details//mark") == words, "the list stays for those who listen"

    reviewer.submits(page, words="اتصل الآن")
    again = pictured(reviewer.get(f"/translations/ar/{CALL.key}"))
    assert again is not None
    assert again.findtext(".//mark") == "اتصل الآن", "as people read it now"


def test_a_letter_has_the_list_of_its_texts_alone(reviewer: Visitor) -> None:
    place = Place(PlaceKind.LETTER, "mail_receipt")
    source = shipped_sources().places[place][0]
    page = reviewer.get(f"/translations/ar/{source.key}?place={place.name}")
    assert pictured(page) is None
    assert page.tree.find_class("review-place")


def test_every_page_is_drawn_and_most_of_its_texts_are_seen(world: World, app: Flask) -> None:
    drawn, unseen = 0, []
    with app.test_request_context("/translations/"):
        for place, texts in shipped_sources().places.items():
            if place.kind is PlaceKind.PAGE:
                for text in texts[1::6]:
                    drawn += 1
                    unseen += [text.finnish] * (picture_of_page(place.key, text, "ar") is None)
    assert drawn > 90
    assert len(unseen) * 12 < drawn, unseen


def test_a_question_is_seen_with_its_choices_also_where_an_answer_opens_it(world: World, app: Flask) -> None:
    forms = {each.key: each for each in world.engine.answer(ReadVersionTexts(), PUBLIC).forms}
    form = forms["application"]
    opened = next(
        field
        for step in form.steps
        for field in step.fields
        if field.hidden_when and field.label and len(field.options) > 1
    )
    with app.test_request_context("/translations/"):
        found = picture_of_form(
            form, SourceText(opened.label), "so", {opened.label: "Su'aal", opened.options[0].label: "Jawaab"}
        )
    assert found is not None
    picture = html.fromstring(found)
    (mark,) = picture.xpath(".//mark")
    assert mark.text_content().strip() == "Su'aal"
    assert "Jawaab" in picture.text_content()
    assert not [each for each in mark.iterancestors() if "gated" in each.get("class", "").split()]


def test_what_is_folded_away_is_open_and_nothing_can_be_pressed_or_found(world: World, app: Flask) -> None:
    with app.test_request_context("/translations/"):
        found = picture_of_page("components/code.html", FOLDED, "fi")
    assert found is not None
    picture = html.fromstring(found)
    assert picture.xpath(".//mark")[0].xpath("ancestor::details/@open")
    powers = ("id", "name", "href", "action", "form", "for", "tabindex", "role", "aria-label", "data-leave")
    assert [each for name in powers for each in picture.xpath(f".//@{name}")] == []
    assert picture.xpath(".//script | .//input[@type='hidden']") == []


def test_a_part_is_cut_around_the_mark_with_the_heading() -> None:
    rows = "".join(f"<p>{number} {'sana ' * 40}</p>" for number in range(9))
    marked = rows.replace("4 ", "\ue0004 \ue001", 1)
    found = part_around(f"<html><head></head><body><main><h1>Otsikko</h1>{marked}</main></body>")
    assert found is not None
    picture = html.fromstring(found)
    assert picture.findtext(".//h1") == "Otsikko"
    shown = [each.text_content().split()[0] for each in picture.xpath(".//p")]
    assert shown == ["3", "4", "5"]
    assert part_around("<main><p title='\ue000a\ue001'>b</p></main>") is None, "only in an attribute"

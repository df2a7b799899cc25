"""A part of forms in the form editor: seen as what it is, opened from where it stands, chosen for a new place."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.support.axe import OF_LIBRARIES, faults, violations
from tests.support.chromium import PHONE, follow
from tests.support.studio_pages import begin, file_of, panel_of, ready, saving, speak

TITLE = "Turvallinen yhteys, hakijalta kysyttynä"
FORM = "forms/child_application.form"


def block_of(page: Page, title: str = TITLE):
    return page.locator(".shared-part", has=page.get_by_text(title, exact=True))


def test_a_part_is_shown_with_its_questions_and_leads_to_where_it_is_edited(sign_in):
    outi = sign_in("omistaja")
    draft = begin(outi)
    outi.goto(f"{draft}/edit/{FORM}")
    ready(outi)
    block = block_of(outi)
    expect(block.locator("li").first).to_have_text("Mikä tapa on turvallinen?")
    expect(block.locator(".shared-part-users")).to_have_text("Tätä osaa käyttävät myös: Hakemus")
    assert violations(outi, without=OF_LIBRARIES) == []

    follow(block.get_by_role("link", name="Avaa osa"))
    ready(outi)
    expect(outi.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(outi.locator(".part-users")).to_contain_text("Hakemus, Hakemus lapselle")
    assert outi.evaluate("[...untranslated]") == []
    assert violations(outi, without=OF_LIBRARIES) == []


def test_other_words_of_a_question_leave_the_shared_parts_as_they_were(sign_in):
    outi = sign_in("omistaja", size={"width": 1280, "height": 800})
    draft = begin(outi)
    path = "forms/verify_consent.form"
    outi.goto(f"{draft}/edit/{path}")
    ready(outi)
    # Long questions of the parts may not push the panel out of the window. Pressing it would bring it into sight.
    panel = outi.locator(".fjs-properties-container").bounding_box()
    assert panel is not None
    assert panel["x"] + panel["width"] <= outi.viewport_size["width"]
    outi.locator(".fjs-element[data-id]", has_text="Mitä henkilö sanoi?").last.click(
        position={"x": 3, "y": 3}
    )
    panel_of(outi, "Mitä henkilö sanoi?", "Yleiset")

    with saving(outi, lambda form: "Mitä henkilö vastasi?" in form):
        outi.locator(
            "[data-entry-id=label] [contenteditable], [data-entry-id=label] textarea, [data-entry-id=label] input"
        ).first.fill("Mitä henkilö vastasi?")

    changed = file_of(outi, draft, path)
    outi.goto(draft)
    expect(outi.locator("section", has=outi.locator("#changed-title")).get_by_role("link")).to_have_count(1)
    follow(outi.get_by_role("button", name=f"Palauta versioon 1 {path}"))
    published = file_of(outi, draft, path)
    assert changed == published.replace("Mitä henkilö sanoi?", "Mitä henkilö vastasi?")


def test_a_part_is_chosen_for_an_empty_group(sign_in):
    outi = sign_in("omistaja")
    draft = begin(outi)
    path = "forms/court_decision.form"
    outi.goto(f"{draft}/edit/{path}")
    ready(outi)
    outi.locator(".fjs-palette-field", has_text="Ryhmä").focus()
    outi.keyboard.press("Enter")
    group = outi.locator(".fjs-element[data-field-type=group]").last
    group.click(position={"x": 3, "y": 3})
    panel_of(outi, "Ryhmä", "Vireille")

    with saving(outi, lambda form: '"part": "reason"' in form):
        outi.get_by_label("Kysymykset tulevat osasta").select_option("Perustelu")

    expect(block_of(outi, "Perustelu").locator("li")).to_have_text(["Perustelu"])
    chosen = json.loads(file_of(outi, draft, path))["components"][-1]
    assert "label" not in chosen
    assert chosen["properties"] == {"part": "reason"}
    expect(outi.locator("#findings").get_by_text("ei ole virheitä")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "users", "way"),
    [
        ("Svenska", "Delen används också av:", "Öppna delen"),
        ("English", "Also used by:", "Open the part"),
    ],
)
def test_a_part_in_other_languages(sign_in, language: str, users: str, way: str):
    outi = sign_in("omistaja")
    draft = begin(outi)
    speak(outi, language)
    outi.goto(f"{draft}/edit/{FORM}")
    ready(outi)

    expect(block_of(outi).locator(".shared-part-users")).to_contain_text(users)
    expect(block_of(outi).get_by_role("link", name=way)).to_be_visible()
    assert outi.evaluate("[...untranslated]") == []
    assert violations(outi, without=OF_LIBRARIES) == []


def test_a_part_fits_a_phone(sign_in):
    outi = sign_in("omistaja", size=PHONE)
    draft = begin(outi)
    outi.goto(f"{draft}/edit/forms/parts/own_safe_contact.form")
    ready(outi)
    expect(outi.locator(".part-users a")).to_have_text(["Hakemus", "Hakemus lapselle"])
    assert faults(outi, without=OF_LIBRARIES, sizes=(PHONE,)) == []

    outi.goto(f"{draft}/edit/{FORM}")
    ready(outi)
    expect(block_of(outi)).to_be_visible()
    assert faults(outi, without=OF_LIBRARIES, sizes=(PHONE,)) == []


def test_a_finding_leads_to_its_question(sign_in):
    outi = sign_in("omistaja")
    draft = begin(outi)
    outi.goto(f"{draft}/edit/{FORM}#children.account")
    ready(outi)

    expect(outi.locator(".fjs-editor-selected")).to_have_count(1)
    expect(outi.locator(".fjs-editor-selected")).to_contain_text("Onko lapselle tapahtunut jotakin")
    expect(outi.locator(".bio-properties-panel-header-label")).to_contain_text("Onko lapselle tapahtunut")

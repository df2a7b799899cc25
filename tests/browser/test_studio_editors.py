"""Each editor by itself: tables, forms and guardrails, in the reader's words, saved while editing, mistakes named."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.axe import OF_LIBRARIES, faults, violations
from tests.support.chromium import PHONE, follow
from tests.support.studio_pages import begin, file_of, painted, panel_of, ready, saving, speak

GUARDRAIL = "Kuultu ennen ratkaisua."
QUESTION = "Mikä peruste arvioidaan?"


def test_a_table_is_changed_in_the_readers_words(sign_in):
    outi = sign_in("omistaja")
    draft = begin(outi)
    outi.goto(f"{draft}/edit/intake_to_decision/triage.dmn")
    ready(outi)
    assert outi.evaluate("[...untranslated]") == []
    expect(outi.get_by_text("Mikä rivi pätee")).to_be_visible()

    cell = outi.locator("td.output-cell").first
    cell.click()
    expect(cell.locator(".cm-content")).to_be_focused()
    outi.keyboard.press("Control+a")
    with saving(outi, lambda table: "urgnt" in table):
        outi.keyboard.type('"urgnt"')
        outi.locator("#canvas-title").evaluate("() => document.activeElement.blur()")

    assert '"urgnt"' in file_of(outi, draft, "intake_to_decision/triage.dmn")
    expect(outi.locator("#findings").get_by_text("urgnt")).to_be_visible()
    assert violations(outi, without=OF_LIBRARIES) == []


def test_a_form_says_in_words_what_its_settings_are(sign_in):
    outi = sign_in("omistaja")
    draft = begin(outi)
    outi.goto(f"{draft}/edit/forms/assessment.form")
    ready(outi)
    expect(outi.locator(".fjs-palette-field:visible")).to_have_text([
        "Lyhyt teksti", "Pitkä teksti", "Luku", "Päivä", "Tiedosto", "Valintaruutu", "Valintaruudut", "Valintanapit",
        "Alasvetovalikko", "Ohjeteksti", "Tyhjä tila", "Viiva", "Ryhmä", "Toistuvat rivit",
    ])  # fmt: skip

    outi.locator(".fjs-element[data-id]", has_text=QUESTION).last.click(position={"x": 3, "y": 3})
    panel_of(outi, QUESTION, "Vireille")
    settings = {"why": "Peruste ratkaisee, mitä arvioidaan.", "variable": "true"}
    with saving(outi, lambda form: settings.items() <= _settings(form).items()):
        outi.get_by_label("Miksi kysymme").fill(settings["why"])
        outi.get_by_label("Prosessi saa lukea vastauksen").check()

    assert settings.items() <= _settings(file_of(outi, draft, "forms/assessment.form")).items()
    assert violations(outi, without=OF_LIBRARIES) == []


def test_a_guardrail_is_composed_and_its_breach_is_drawn(sign_in):
    outi = sign_in("omistaja")
    draft = begin(outi)
    outi.goto(f"{draft}/guardrails/new")
    for name, settings in (
        ("fi", GUARDRAIL),
        ("sv", "Hörd före avgörandet."),
        ("en", "Heard before the outcome."),
    ):
        outi.locator(f"#{name}").fill(settings)
    outi.locator("#law").fill("434/2003 34 §")
    outi.locator("[name=template][value=precedence]").check()
    outi.locator("select[name=a]").first.select_option("hearing_held")
    outi.locator("select[name=b]").first.select_option("outcome_decided")
    outi.locator("#scope").select_option("intake_to_decision")
    outi.get_by_role("button", name="Näytä, mitä valvotaan").click()
    expect(outi.get_by_text("Ennen kuin tapahtuu ”ratkaistu”, on tapahtunut ”kuultu”.")).to_be_visible()
    assert faults(outi) == []
    follow(outi.get_by_role("button", name="Tallenna luonnokseen"))

    follow(outi.get_by_role("link", name="Tarkista lupaukset"))
    broken = outi.locator(".guardrail-list > .is-broken")
    expect(broken).to_contain_text(GUARDRAIL)
    broken.get_by_text("Katso kaaviosta").click()
    expect(broken.locator("svg.bpmn .is-broken").first).to_be_visible()
    assert faults(outi) == []

    # Each step links to its place in the diagram, which marks the whole way.
    follow(broken.locator(".path-words a", has_text="Arvioi asia"))
    ready(outi)
    expect(outi.locator("#breach")).to_contain_text("Kuultu ennen ratkaisua")
    expect(outi.locator("#breach [data-sentence]")).to_have_text(re.compile(r"luvataan\.$"))
    expect(outi.locator(".djs-shape.is-broken[data-element-id=assess]")).to_be_attached()
    stops = outi.locator(".breach-stop").all_inner_texts()
    assert len(stops) > 1
    assert violations(outi, without=OF_LIBRARIES) == []
    outi.get_by_role("button", name="Piilota").click()
    expect(outi.locator("#breach")).to_be_hidden()
    expect(outi.locator(".is-broken")).to_have_count(0)


def test_steps_are_found_appended_by_keys_and_copied_to_another_diagram(sign_in):
    outi = sign_in("omistaja")
    draft = begin(outi)
    outi.goto(f"{draft}/edit/verify_consent/process.bpmn")
    ready(outi)
    outi.get_by_role("button", name="Pienoiskartta").click()
    expect(outi.locator(".djs-minimap.open")).to_be_visible()
    outi.get_by_role("button", name="Etsi kaaviosta").click()
    expect(outi.locator(".djs-search-input input")).to_be_focused()
    outi.keyboard.type("varmista suostumus")
    outi.keyboard.press("Enter")
    expect(outi.locator(".djs-element.selected[data-element-id=verify_consent_with_person]")).to_be_attached()
    # Search and menu return the focus a moment after they close; a key pressed before that is lost.
    drawing = outi.locator(".djs-container > svg")
    expect(drawing).to_be_focused()
    outi.keyboard.press("a")
    expect(outi.locator(".djs-popup").get_by_text("Ihmisen tehtävä").first).to_be_visible()
    painted(outi)
    outi.keyboard.press("Escape")
    expect(drawing).to_be_focused()
    outi.keyboard.press("Control+c")

    path = "assess_and_resolve/process.bpmn"
    outi.goto(f"{draft}/edit/{path}")
    ready(outi)
    expect(outi.locator("#findings .finding-count")).to_be_visible()
    outi.locator(".djs-container > svg").first.click(position={"x": 500, "y": 420})
    expect(drawing).to_be_focused()
    outi.keyboard.press("Control+v")
    free = outi.locator("[data-element-id=hearing_unnecessary] .djs-hit").first.bounding_box()
    assert free is not None
    outi.mouse.move(free["x"] - 80, free["y"] + 85)
    outi.mouse.move(free["x"] - 78, free["y"] + 87)
    expect(outi.locator(".djs-drag-group")).to_be_attached()
    outi.mouse.click(free["x"] - 78, free["y"] + 87)
    expect(outi.get_by_text("Tallennettu klo")).to_be_visible()

    drawn = file_of(outi, draft, path)
    assert 'name="Varmista suostumus"' in drawn
    assert '<spiffworkflow:property name="form_key" value="verify_consent" />' in drawn
    # All diagrams of a bundle share one set of ids.
    assert 'id="verify_consent_with_person"' not in drawn


def test_a_name_is_translated_beside_the_diagram(sign_in):
    outi = sign_in("omistaja")
    draft = begin(outi)
    outi.goto(f"{draft}/edit/verify_consent/process.bpmn")
    ready(outi)
    outi.get_by_role("button", name="Luettelo").click()
    _chosen(outi, "Muistuta käsittelijää")
    panel_of(outi, "Muistuta käsittelijää", "Vireille")
    swedish = outi.get_by_role("textbox", name="Ruotsiksi")
    expect(swedish).to_have_value("Påminn handläggaren")

    with outi.expect_response(lambda answer: answer.url.endswith("/names") and answer.ok):
        swedish.fill("Påminn den som handlägger")

    assert 'msgstr "Påminn den som handlägger"' in file_of(outi, draft, "names/sv.po")
    assert "Påminn" not in file_of(outi, draft, "verify_consent/process.bpmn")
    assert outi.evaluate("[...untranslated]") == []
    assert violations(outi, without=OF_LIBRARIES) == []


def test_leaving_at_once_loses_nothing_unsaved(sign_in):
    outi = sign_in("omistaja")
    asked: list[str] = []
    outi.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    draft = begin(outi)
    path = "verify_consent/process.bpmn"
    outi.goto(f"{draft}/edit/{path}")
    ready(outi)
    outi.get_by_role("button", name="Luettelo").click()
    _chosen(outi, "Muistuta käsittelijää")
    outi.get_by_role("textbox", name="Nimi").fill("Muistuta heti")

    follow(outi.get_by_role("link", name="Kokeile"))

    expect(outi.get_by_role("heading", name="Kokeile")).to_be_visible()
    assert 'name="Muistuta heti"' in file_of(outi, draft, path)
    assert asked == []


def test_a_choice_for_an_arrow_stays_when_the_list_is_drawn_anew(sign_in):
    outi = sign_in("omistaja")
    draft = begin(outi)
    outi.goto(f"{draft}/edit/verify_consent/process.bpmn")
    ready(outi)
    outi.get_by_role("button", name="Luettelo").click()
    _chosen(outi, "Muistuta käsittelijää")
    outi.get_by_role("textbox", name="Nimi").fill("Muistuta heti")
    expect(outi.locator("#steps .step-name", has_text="Muistuta heti")).to_be_visible()
    target = outi.get_by_label("Mihin nuoli vedetään")
    target.select_option(index=3)
    picked = target.input_value()

    outi.get_by_role("button", name="Kumoa").click()

    expect(outi.locator("#steps .step-name", has_text="Muistuta käsittelijää")).to_be_visible()
    expect(target).to_have_value(picked)


@pytest.mark.parametrize(
    ("language", "listed", "tool"),
    [("Svenska", "Samma som lista", "Lista"), ("English", "The same as a list", "List")],
)
def test_the_editor_and_its_list_in_other_languages(sign_in, language: str, listed: str, tool: str):
    outi = sign_in("omistaja")
    draft = begin(outi)
    speak(outi, language)
    outi.goto(f"{draft}/edit/verify_consent/process.bpmn")
    ready(outi)
    outi.get_by_role("button", name=tool, exact=True).click()
    expect(outi.get_by_role("heading", name=listed)).to_be_visible()
    step = outi.locator("#steps .step-name").nth(1)
    step.click()
    expect(step).to_have_attribute("aria-pressed", "true")

    assert outi.evaluate("[...untranslated]") == []
    assert violations(outi, without=OF_LIBRARIES) == []


def test_the_editor_fits_a_phone_as_a_list(sign_in):
    outi = sign_in("omistaja", size=PHONE)
    draft = begin(outi)
    outi.goto(f"{draft}/edit/verify_consent/process.bpmn")
    ready(outi)
    outi.get_by_role("button", name="Luettelo").click()
    _chosen(outi, "Muistuta käsittelijää")

    outi.get_by_role("textbox", name="Nimi").fill("Muistuta")

    expect(outi.get_by_text("Tallennettu klo")).to_be_visible()
    assert faults(outi, without=OF_LIBRARIES, sizes=(PHONE,)) == []


def _settings(form: str) -> dict[str, str]:
    """Return the properties of the question in the file."""
    components = json.loads(form)["components"]
    return next(each["properties"] for each in components if each.get("label") == QUESTION)


def _chosen(page: Page, name: str) -> None:
    step = page.locator("#steps .step-name", has_text=name)
    step.click()
    expect(step).to_have_attribute("aria-pressed", "true")
    panel_of(page, name, "Yleiset")

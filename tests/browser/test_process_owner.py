"""A process owner changes a diagram, sees what is wrong, mends it; another publishes it; old cases keep theirs."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.support.chromium import follow
from tests.support.studio_pages import begin, panel_of, ready

SCENARIOS = 60_000
"""Milliseconds in which the shipped scenarios have run, even on a busy machine."""
DRAFT = "Pyyntö lähtee aina kirjeenä"


def test_a_process_owner_changes_a_diagram_and_another_publishes_it(sign_in):
    outi = sign_in("omistaja")
    begin(outi, DRAFT)
    _open_diagram(outi, "Tietopyyntö")

    # Rename a task: text typed in the panel reaches the diagram and, after a moment, the server.
    _rename(outi, "Lähetä kirje")
    expect(outi.get_by_text("Tallennettu klo")).to_be_visible()

    # Take its operation away: the gate reports it in a sentence that leads to the task.
    outi.locator("#bio-properties-panel-vireille-operation").select_option("")
    outi.get_by_role("button", name="Tarkista").click()
    findings = outi.locator("#findings")
    expect(
        findings.get_by_text("Yksi virhe estää julkaisun").or_(findings.get_by_text("virhettä estää"))
    ).to_be_visible()
    # The list comes twice: the quick findings, then all of them. A line pressed in between leads nowhere.
    expect(findings).not_to_have_attribute("aria-busy", "true")
    outi.locator(".djs-container").click(position={"x": 600, "y": 30})
    findings.locator("[data-element=send_request]").first.click()
    expect(outi.locator(".djs-element.selected[data-element-id=send_request]")).to_be_attached()

    # Put it back: nothing is in the way any more.
    operations = outi.locator("#bio-properties-panel-vireille-operation")
    operations.select_option(label="Lähetä tietopyyntö")
    expect(operations).to_have_value("send_request")
    expect(
        outi.get_by_text(
            "Lukee: request, round, choice, new_channel, new_due_on. Palauttaa: sent_at, due_at, document, is_aloud, post_by."
        )
    ).to_be_visible()
    outi.get_by_role("button", name="Tarkista").click()
    expect(findings.get_by_text("Julkaisua ei estä mikään")).to_be_visible(timeout=SCENARIOS)

    follow(outi.get_by_role("link", name="Julkaise"))
    outi.get_by_label("Mitä muuttui ja miksi").fill("Sähköinen pyyntö jäi lukematta.")
    follow(outi.get_by_role("button", name="Pyydä julkaisua"))
    expect(outi.get_by_text("Olet muokannut tätä itse")).to_be_visible()
    assert outi.get_by_role("button", name="Hyväksy ja ota käyttöön").count() == 0

    olli = sign_in("omistaja2")
    olli.goto("/models/")
    olli.get_by_role("link", name=DRAFT).click()
    expect(olli.get_by_text("Sähköinen pyyntö jäi lukematta.", exact=True)).to_be_visible()
    olli.get_by_role("button", name="Hyväksy ja ota käyttöön").click()
    expect(olli.get_by_role("heading", name="Versio 2")).to_be_visible()
    olli.get_by_role("region", name="Prosessit").get_by_role("link", name="Tietopyyntö").click()
    expect(olli.get_by_role("cell", name="Lähetä kirje järjestelmän")).to_be_visible()

    olli.goto("/models/")
    olli.get_by_role("link", name="Versio 1").click()
    expect(olli.get_by_text("Vanha versio")).to_be_visible()


def test_the_second_to_save_sees_a_notice_and_loses_nothing(sign_in):
    outi = sign_in("omistaja")
    draft = begin(outi, DRAFT)
    _open_diagram(outi, "Tietopyyntö")
    olli = sign_in("omistaja2")
    olli.goto(draft)
    _open_diagram(olli, "Tietopyyntö")

    _rename(outi, "Lähetä pyyntö kirjeenä")
    expect(outi.get_by_text("Tallennettu klo")).to_be_visible()
    _rename(olli, "Lähetä pyyntö viestinä")

    expect(olli.get_by_text("Joku muutti tätä sen jälkeen, kun avasit sen")).to_be_visible()
    expect(olli.locator("[data-element-id=send_request]").get_by_text("viestinä")).to_be_visible()
    with olli.expect_download() as kept:
        olli.get_by_role("button", name="Vie omasi talteen").click()
    assert "viestinä" in kept.value.path().read_text("utf-8")
    olli.get_by_role("button", name="Tallenna omasi päälle").click()
    expect(olli.get_by_text("Tallennettu klo")).to_be_visible()
    expect(olli.get_by_text("Joku muutti tätä")).to_be_hidden()


def test_the_editor_speaks_the_readers_language(sign_in):
    outi = sign_in("omistaja")
    begin(outi, DRAFT)
    _open_diagram(outi, "Tietopyyntö")
    shapes = outi.locator(".djs-shape[data-element-id]").evaluate_all(
        "shapes => shapes.map(s => s.dataset.elementId)"
    )
    assert len(shapes) > 10
    for element in shapes:
        outi.evaluate("id => { location.hash = id }", element)
        expect(outi.locator(f'.djs-shape.selected[data-element-id="{element}"]')).to_be_attached()
    outi.get_by_role("button", name="Luettelo").click()
    outi.locator(".djs-palette [data-action=create]").click()
    expect(outi.locator(".djs-popup .entry").first).to_be_visible()

    assert outi.evaluate("[...untranslated]") == []


def test_tables_and_forms_open_in_their_editors(sign_in):
    outi = sign_in("omistaja")
    draft = begin(outi, DRAFT)
    for kind, name in (("Päätöstaulukot", "Kiireellisyys"), ("Lomakkeet", "Vastauksen arviointi")):
        outi.goto(draft)
        outi.get_by_role("region", name=kind).get_by_role("link", name=name, exact=True).click()
        ready(outi)


def _open_diagram(page, name):
    follow(page.get_by_role("region", name="Prosessit").get_by_role("link", name=name, exact=True))
    ready(page)


def _rename(page, name):
    page.locator("[data-element-id=send_request] .djs-hit").first.click(force=True)
    panel_of(page, "Lähetä pyyntö", "Yleiset")
    page.get_by_role("textbox", name="Nimi").fill(name)

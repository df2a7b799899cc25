"""A process owner changes a diagram, sees what is wrong, mends it; another publishes it; old cases keep theirs."""

from __future__ import annotations

from playwright.sync_api import expect

SCENARIOS = 60_000
"""Milliseconds in which the shipped scenarios have run, on a machine that has other work."""
DRAFT = "Pyyntö lähtee aina kirjeenä"


def test_a_process_owner_changes_a_diagram_and_another_publishes_it(sign_in):
    outi = sign_in("omistaja")
    _begin(outi)
    _open_diagram(outi, "Tietopyyntö")

    # Rename a task: what is typed in the panel reaches the diagram and, after a moment, the server.
    _select(outi, "send_request")
    _panel(outi, "Yleiset")
    outi.get_by_role("textbox", name="Nimi").fill("Lähetä kirje")
    expect(outi.get_by_text("Tallennettu klo")).to_be_visible()

    # Take its operation away: the gate says so, in a sentence that leads to the task.
    outi.locator("#bio-properties-panel-vireille-operation").select_option("")
    outi.get_by_role("button", name="Tarkista").click()
    findings = outi.locator("#findings")
    expect(
        findings.get_by_text("Yksi virhe estää julkaisun").or_(findings.get_by_text("virhettä estää"))
    ).to_be_visible()
    outi.locator(".djs-container").click(position={"x": 600, "y": 30})
    findings.locator("[data-element=send_request]").first.click()
    expect(outi.locator(".djs-element.selected[data-element-id=send_request]")).to_be_attached()

    # Put it back: nothing is in the way any more.
    outi.locator("#bio-properties-panel-vireille-operation").select_option("send_request")
    outi.get_by_role("button", name="Tarkista").click()
    expect(findings.get_by_text("Julkaisua ei estä mikään")).to_be_visible(timeout=SCENARIOS)

    outi.get_by_role("link", name="Julkaise").click()
    outi.get_by_label("Mitä muuttui ja miksi").fill("Sähköinen pyyntö jäi lukematta.")
    outi.get_by_role("button", name="Pyydä julkaisua").click()
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


def test_whoever_saves_second_is_told_and_loses_nothing(sign_in):
    outi = sign_in("omistaja")
    _begin(outi)
    draft = outi.url
    _open_diagram(outi, "Tietopyyntö")
    olli = sign_in("omistaja2")
    olli.goto(draft)
    _open_diagram(olli, "Tietopyyntö")

    _rename(outi, "send_request", "Lähetä pyyntö kirjeenä")
    expect(outi.get_by_text("Tallennettu klo")).to_be_visible()
    _rename(olli, "send_request", "Lähetä pyyntö viestinä")

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
    _begin(outi)
    _open_diagram(outi, "Tietopyyntö")
    shapes = outi.locator(".djs-shape[data-element-id]").evaluate_all(
        "shapes => shapes.map(s => s.dataset.elementId)"
    )
    assert len(shapes) > 10
    for element in shapes:
        outi.evaluate("id => { location.hash = id }", element)
    outi.get_by_role("button", name="Luettelo").click()
    outi.locator(".djs-palette [data-action=create]").click()

    assert outi.evaluate("[...untranslated]") == []


def test_tables_and_forms_open_in_their_editors(sign_in):
    outi = sign_in("omistaja")
    _begin(outi)
    draft = outi.url
    for kind, name in (("Päätöstaulukot", "Kiireellisyys"), ("Lomakkeet", "Vastauksen arviointi")):
        outi.goto(draft)
        outi.get_by_role("region", name=kind).get_by_role("link", name=name, exact=True).click()
        outi.locator("#canvas[data-ready]").wait_for()


def _begin(page):
    page.goto("/models/")
    page.get_by_label("Uuden luonnoksen nimi").fill(DRAFT)
    page.get_by_role("button", name="Aloita muutos").click()
    expect(page.get_by_role("heading", name=DRAFT)).to_be_visible()


def _open_diagram(page, name):
    page.get_by_role("region", name="Prosessit").get_by_role("link", name=name, exact=True).click()
    page.locator("#canvas[data-ready]").wait_for()


def _select(page, element):
    page.locator(f"[data-element-id={element}] .djs-hit").first.click(force=True)
    expect(page.locator(f".djs-element.selected[data-element-id={element}]")).to_be_attached()


def _rename(page, element, name):
    _select(page, element)
    _panel(page, "Yleiset")
    page.get_by_role("textbox", name="Nimi").fill(name)


def _panel(page, title):
    group = page.locator(".bio-properties-panel-group", has=page.get_by_text(title, exact=True))
    if not group.locator(".bio-properties-panel-group-entries.open").count():
        group.locator(".bio-properties-panel-group-header").click()

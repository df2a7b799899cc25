"""Pages for a process owner beside the editors: a letter, compared versions, cases that could move, a description."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from engine.worker import Worker
from tests.support.axe import faults, too_wide
from tests.support.chromium import DESKTOP, PHONE, follow
from tests.support.office import Office
from tests.support.second_version import only_named_otherwise
from tests.support.studio_pages import begin, speak
from tests.support.world import World

LETTER = "assess_and_resolve/texts/hearing.toml"


def test_a_letter_is_written_beside_how_it_will_be_printed(sign_in):
    outi = sign_in("omistaja")
    draft = begin(outi)
    outi.goto(f"{draft}/texts/{LETTER}")
    paper = outi.locator(".letter-side")
    expect(paper.locator("img, svg, .sheet-picture").first).to_be_visible()

    text = outi.locator(".letter-words textarea").first
    text.fill(f"{text.input_value()}\nVoit vastata myös puhelimessa.")
    expect(paper).to_contain_text("Voit vastata myös puhelimessa.")
    assert faults(outi) == []


def test_versions_are_compared_on_both_drawings_and_in_words(world, sign_in):
    Office(world).publishes(only_named_otherwise)
    outi = sign_in("omistaja")
    outi.goto("/models/compare")
    expect(outi.get_by_role("region", name="Mitä muuttui")).to_contain_text("Tietojen hankkiminen")

    part = outi.locator("section", has=outi.get_by_role("heading", name="Tietojen hankkiminen", exact=True))
    expect(part.locator(".change-list del")).to_contain_text("Riittävätkö tiedot?")
    expect(part.locator(".change-list ins")).to_contain_text("Tiedetäänkö tarpeeksi?")
    expect(part.locator("svg.bpmn")).to_have_count(2)
    for drawing in part.locator("svg.bpmn").all():
        expect(drawing.locator(".bpmn-node.is-changed")).to_have_count(1)
    assert faults(outi) == []


def test_cases_that_could_move_are_shown_before_they_do(world, sign_in):
    office = Office(world)
    for until in ("register", "register", "sufficiency", "assessment"):
        office.begins(until)
    version = office.publishes()
    outi = sign_in("omistaja")
    outi.goto(f"/models/versions/{version}/cases")
    expect(outi.get_by_role("region", name="Yhteenveto").get_by_role("definition")).to_have_text(
        ["3", "1", "0"]
    )
    assert faults(outi) == []

    outi.get_by_text("Valitse asioita yksitellen").first.click()
    outi.locator("input[name=reference]").first.check()
    follow(outi.get_by_role("button", name="Pyydä valittujen siirtoa"))
    assert faults(outi) == []

    olli = sign_in("omistaja2")
    olli.goto(outi.url)
    follow(olli.get_by_role("button", name="Hyväksy yhden asian siirto"))
    Worker(world.engine).round()
    olli.reload()
    expect(olli.get_by_text("Valmis")).to_be_visible()
    assert faults(olli) == []


@pytest.mark.parametrize("language", ["", "Svenska", "English"])
def test_a_version_is_described_and_translated_for_everyone(sign_in, language: str):
    outi = sign_in("omistaja")
    # The same pages with longer or shorter words: only a narrow window may not hold them.
    sizes = (PHONE,) if language else (DESKTOP, PHONE)
    if language:
        speak(outi, language)
    found = {}
    outi.goto("/models/")
    follow(outi.locator("main a[href*='/models/versions/']").first)
    found["version"] = faults(outi, sizes=sizes)
    follow(outi.locator("main a[href*='/documentation']").first)
    expect(outi.locator(".documentation svg.bpmn").first).to_be_visible()
    # The whole procedure is on one page, of forty thousand elements. How much fits side by side is asked of all of them,
    # axe of three sections of each kind: the others are made by the same lines of the template.
    found["width"] = too_wide(outi)
    outi.locator(".doc-part:nth-of-type(n + 4)").evaluate_all(
        "sections => sections.forEach(each => each.remove())"
    )
    found["description"] = faults(outi, sizes=sizes)
    follow(outi.locator("main a[href$='/sections']").first)
    found["sections"] = faults(outi, sizes=sizes)
    for path in ("/translations/", "/models/compare"):
        outi.goto(path)
        found[path] = faults(outi, sizes=sizes)

    assert {path: lines for path, lines in found.items() if lines} == {}


def test_a_drafts_history_tells_what_came_in_and_takes_it_back(world: World, sign_in):
    outi = sign_in("omistaja")
    draft = begin(outi)
    with outi.expect_download() as bundle:
        outi.get_by_role("link", name="Vie kaikki tiedostot").click()
    _puts_in(outi, bundle.value.path().read_bytes())
    expect(outi.get_by_text("Paketti on tuotu luonnokseen.")).to_be_visible()
    history = outi.get_by_role("region", name="Historia")
    expect(history.get_by_text("Tiedostoja tuotiin")).to_be_visible()
    assert faults(outi) == []

    follow(history.get_by_role("button", name="Palauta tilanne ennen tätä"))
    expect(history.get_by_text("Palattiin aiempaan tilanteeseen")).to_be_visible()
    outi.get_by_text("Hylkää luonnos").first.click()
    outi.get_by_label("Miksi luonnos hylätään").fill("Kokeilin.")
    follow(outi.get_by_role("button", name="Hylkää luonnos"))
    outi.goto(draft)
    expect(outi.get_by_role("button", name="Ota uudelleen työn alle")).to_be_visible()
    assert faults(outi, sizes=(PHONE,)) == []


def _puts_in(page: Page, packed: bytes) -> None:
    page.get_by_label("Koko paketti").set_input_files(
        {"name": "paketti.zip", "mimeType": "application/zip", "buffer": packed}
    )
    follow(page.get_by_role("button", name="Tuo paketti"))

"""An editor that saves drawings in order, while the person goes on drawing, with a way out when it can't."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from playwright.sync_api import Page, Route, expect

from engine.bootstrap import shipped_files
from engine.commands.model_drafts import ImportFile
from engine.queries.models import OpenModelDraft
from tests.support.chromium import follow
from tests.support.publishing import publication_asked
from tests.support.studio_pages import begin, file_of, ready, saving
from tests.support.world import PASSWORD, World

DIAGRAM = "verify_consent/process.bpmn"
SHORT = "urgent_later/process.bpmn"
MOST_CHECKS = 8


def _opens(page: Page, path: str = DIAGRAM) -> str:
    draft = begin(page)
    page.goto(f"{draft}/edit/{path}")
    ready(page)
    return draft


def _chooses(page: Page, element: str) -> None:
    page.locator(f"[data-element-id={element}] .djs-hit").first.click(force=True)


def test_saves_go_one_after_another_and_the_last_word_stays(sign_in):
    outi = sign_in("omistaja")
    draft = _opens(outi)
    sent: list[str] = []
    kept: list[Route] = []

    def hold_the_first(route: Route) -> None:
        sent.append(route.request.post_data or "")
        if len(sent) == 1:
            kept.append(route)
        else:
            route.continue_()

    outi.route("**/file/**", hold_the_first)
    _chooses(outi, "consent_given")
    milestone = outi.get_by_label("Virstanpylväs")
    save = outi.get_by_role("button", name="Tallenna", exact=True)

    milestone.fill("first_word")
    with outi.expect_request("**/file/**"):
        save.click()
    milestone.fill("second_word")
    save.click()
    milestone.fill("third_word")
    save.click()
    expect(outi.get_by_text("Tallentamatta")).to_be_visible()
    # Every press meanwhile waits for the one save that is under way.
    assert len(sent) == 1
    with saving(outi, lambda drawn: "third_word" in drawn):
        kept[0].continue_()

    assert "first_word" in sent[0]
    assert "third_word" in file_of(outi, draft, DIAGRAM)


def test_typing_after_a_new_step_names_it_also_when_an_answer_arrives(sign_in):
    outi = sign_in("omistaja")
    # A short process: in a long one the proof of the loose step takes ten times as long as all the rest.
    draft = _opens(outi, SHORT)
    outi.get_by_role("button", name="Luettelo").click()
    outi.locator("#steps").get_by_role("button", name=re.compile("^Tee kiireelliset toimet")).press("Enter")
    outi.get_by_label("Mitä lisätään perään").select_option(label="Ihmisen tehtävä")
    outi.get_by_role("button", name="Lisää perään").press("Enter")
    name = outi.get_by_role("textbox", name="Nimi")
    expect(name).to_be_focused()

    with saving(outi, lambda drawn: "userTask" in drawn):
        outi.keyboard.type("Kuule")
    expect(outi.locator("#findings").get_by_text("ei ole lomaketta")).to_be_visible()
    expect(name).to_be_focused()
    with saving(outi, lambda drawn: "Kuule lasta" in drawn):
        outi.keyboard.type(" lasta")
    assert 'name="Kuule lasta"' in file_of(outi, draft, SHORT)


def test_a_list_of_findings_that_is_the_same_stays_under_the_finger(sign_in):
    outi = sign_in("omistaja")
    _opens(outi)
    _chooses(outi, "consent_given")
    outi.get_by_label("Virstanpylväs").fill("")
    findings = outi.locator("#findings")
    line = findings.get_by_role("link").first
    expect(line).to_be_visible()
    # A check while drawing has little time: each one proves more than the one before, until the words stay.
    for _ in range(MOST_CHECKS):
        words = findings.inner_text()
        _checks_again(outi)
        if findings.inner_text() == words:
            break
    line.evaluate("each => { each.dataset.same = 'yes'; each.focus(); }")

    # Another save, another verdict, the same words.
    _checks_again(outi)
    expect(outi.locator("#findings [data-same]")).to_be_focused()


def _checks_again(outi: Page) -> None:
    with outi.expect_response(lambda answer: "quick" in answer.url):
        outi.evaluate("document.querySelector('[data-action=undo]').click()")
        outi.evaluate("document.querySelector('[data-action=redo]').click()")
    expect(outi.locator("#findings[aria-busy]")).to_have_count(0)


def test_after_a_session_ends_one_signs_in_beside_the_page_and_saves(sign_in):
    outi = sign_in("omistaja")
    draft = _opens(outi)
    other = outi.context.new_page()
    other.goto("/models/")
    follow(other.get_by_role("button", name="Kirjaudu ulos"))
    _chooses(outi, "consent_given")
    outi.get_by_label("Virstanpylväs").fill("kept_word")
    notice = outi.locator(".editor-notice", has_text="Istuntosi on päättynyt.")
    expect(notice).to_be_visible()

    with outi.context.expect_page() as opened:
        notice.get_by_role("link", name="Kirjaudu").click()
    opened.value.get_by_label("Käyttäjätunnus").fill("omistaja")
    opened.value.get_by_label("Salasana").fill(PASSWORD)
    follow(opened.value.get_by_role("button", name="Kirjaudu", exact=True))
    notice.get_by_role("button", name="Tallenna uudelleen").click()
    expect(outi.get_by_text("Tallennettu klo")).to_be_visible()
    expect(notice).to_be_hidden()
    assert "kept_word" in file_of(outi, draft, DIAGRAM)


def test_a_draft_that_went_to_the_colleague_meanwhile_says_so_and_nothing_drawn_is_lost(
    world: World, sign_in
):
    outi = sign_in("omistaja")
    draft = _opens(outi)
    publication_asked(world.engine, draft, world.actor("omistaja"))
    _chooses(outi, "consent_given")
    outi.get_by_label("Virstanpylväs").fill("kept_word")

    notice = outi.locator(".editor-notice", has_text="Luonnos on jo lähetetty julkaistavaksi.")
    expect(notice).to_be_visible()
    expect(outi.get_by_text("Joku muutti tätä")).to_be_hidden()
    with outi.expect_download() as kept:
        notice.get_by_role("button", name="Vie omasi talteen").click()
    assert "kept_word" in kept.value.path().read_text()


UNQUALIFIED = shipped_files()[DIAGRAM].replace(b"bpmn:tFormalExpression", b"tFormalExpression")


@pytest.mark.parametrize(
    ("path", "content", "sentence"),
    [
        (DIAGRAM, b"<x", "Tätä tiedostoa ei voi avata editorissa."),
        ("urgency/target_dates.dmn", b"<x", "Tätä tiedostoa ei voi avata editorissa."),
        ("forms/sufficiency.form", b"{", "Tätä tiedostoa ei voi avata editorissa."),
        (DIAGRAM, UNQUALIFIED, "Editori ei osaa lukea kaikkea"),
    ],
)
def test_a_file_that_the_editor_can_not_read_whole_is_named_with_a_way_out(
    world: World, sign_in, path, content, sentence
):
    outi = sign_in("omistaja")
    draft = begin(outi)
    key, owner = UUID(draft.rpartition("/")[2]), world.actor("omistaja")
    version = world.engine.answer(OpenModelDraft(key), owner).summary.draft.version
    world.engine.perform(ImportFile(key, path, content, version), owner)

    outi.goto(f"{draft}/edit/{path}")

    notice = outi.locator(".editor-notice", has_text=sentence)
    expect(notice).to_be_visible()
    expect(outi.locator("#findings").get_by_text("Tarkistetaan …")).to_have_count(0)
    with outi.expect_download() as kept:
        notice.get_by_role("link", name="Vie tiedosto").click()
    assert kept.value.path().read_bytes() == content
    if sentence.startswith("Tätä"):
        follow(notice.get_by_role("link", name="Historia"))
        follow(outi.get_by_role("button", name="Palauta tilanne ennen tätä"))
        assert file_of(outi, draft, path).encode() == shipped_files()[path]
    else:
        expect(notice.get_by_role("listitem").first).to_contain_text("timeDuration")


def test_cells_and_settings_without_words_take_no_room(sign_in):
    outi = sign_in("omistaja")
    draft = _opens(outi, "resolution/resolution_texts.dmn")
    rows = outi.locator(".tjs-table tbody tr")
    assert max(each["height"] for each in map(_box, rows.all()[:5])) < 80

    outi.goto(f"{draft}/edit/forms/sufficiency.form")
    ready(outi)
    outi.locator(".fjs-element[data-field-type=radio]").first.click()
    headers = outi.locator(".bio-properties-panel-group-header")
    expect(headers.nth(2)).to_be_visible()
    assert max(each["height"] for each in map(_box, headers.all())) < 60


def _box(each) -> dict[str, float]:
    return dict(each.bounding_box())


POOL = "[data-element-id=verify_consent_pool]"


def test_the_whole_diagram_is_seen_beside_a_broken_guardrail(sign_in):
    outi = sign_in("omistaja")
    _opens(outi)
    expect(outi.locator(POOL)).to_be_in_viewport(ratio=0.99)

    _chooses(outi, "consent_given")
    outi.get_by_label("Virstanpylväs").fill("")
    expect(outi.locator("#breach")).to_be_visible()
    expect(outi.locator(".bjsl-button")).to_be_hidden()
    expect(outi.locator(POOL)).to_be_in_viewport(ratio=0.99)

    # A person who has zoomed in keeps their place.
    viewport = outi.locator(".djs-container > svg > .viewport")
    fitted = viewport.get_attribute("transform") or ""
    outi.get_by_role("button", name="Lähennä").click()
    expect(viewport).not_to_have_attribute("transform", fitted)
    before = viewport.get_attribute("transform") or ""
    outi.get_by_role("button", name="Piilota").click()
    expect(outi.locator("#breach")).to_be_hidden()
    expect(viewport).to_have_attribute("transform", before)


def test_there_is_room_to_draw_on_a_low_window(sign_in):
    outi = sign_in("omistaja", size={"width": 1280, "height": 600})
    _opens(outi)

    expect(outi.locator(POOL)).to_be_in_viewport(ratio=0.99)
    assert _box(outi.locator("#canvas"))["height"] > 400
    assert _box(outi.locator(POOL))["width"] > 400


def test_a_request_for_publication_says_that_its_proof_runs_and_is_sent_once(world: World, sign_in):
    outi = sign_in("omistaja")
    draft = begin(outi)
    files = shipped_files()
    drawing = files[DIAGRAM].replace(b"</bpmn:definitions>", b"<!-- read --></bpmn:definitions>")
    key, owner = UUID(draft.rpartition("/")[2]), world.actor("omistaja")
    seen = world.engine.answer(OpenModelDraft(key), owner).summary.draft.version
    world.engine.perform(ImportFile(key, DIAGRAM, drawing, seen), owner)
    outi.goto(draft)
    sent: list[str] = []

    def hold(route: Route) -> None:
        sent.append(route.request.url)
        # The page stays, as it does while a proof runs.
        route.fulfill(status=204)

    outi.route("**/ask", hold)
    outi.get_by_label("Mitä muuttui ja miksi").fill("Kuva.")
    press = outi.get_by_role("button", name="Pyydä julkaisua")

    press.click()
    expect(outi.get_by_text("Lupauksia todistetaan ja skenaarioita ajetaan")).to_be_visible()
    press.click()

    expect(outi.get_by_text("Lupauksia todistetaan ja skenaarioita ajetaan")).to_be_visible()
    assert len(sent) == 1

"""A process owner asks what would have changed in finished matters, reads the figures and opens one."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from engine.commands.deployments import CreateModelDraft, SaveModelDraft
from engine.queries.models import ReadModelFiles
from tests.support.axe import violations
from tests.support.chromium import follow
from tests.support.finished import CANARY, another_table, finished
from tests.support.world import World

PHONE = {"width": 360, "height": 740}
TABLE = "urgency/target_dates.dmn"


def test_a_process_owner_sees_what_would_have_changed(world: World, sign_in: Callable[..., Page]) -> None:
    outi = sign_in("omistaja")
    draft = _draft(world)
    _enter(outi)
    expect(outi.get_by_text("Ajettavia asioita on vielä liian vähän.")).to_be_visible()
    assert violations(outi) == []

    stories = finished(world)
    # Months have passed, and with them her session.
    outi = sign_in("omistaja")
    _enter(outi)
    outi.get_by_label("viimeiset 12 kuukautta").check()
    follow(outi.get_by_role("button", name="Aja asiat tällä mallilla"))
    expect(outi.get_by_role("heading", name="5 päättyneestä asiasta")).to_be_visible()
    outi.locator(".replay-totals summary").click()
    outi.locator(".replay-figures summary").first.click()
    expect(outi.locator(".replay-figures .replay-alike").first).to_contain_text(
        "Tavoiteaika olisi aikaisemmin"
    )
    expect(outi.locator("svg.bpmn .bpmn-badge").first).to_be_visible()
    assert violations(outi) == []
    shown = outi.locator("main").inner_text()
    assert not [
        text for text in (CANARY, draft, *(each.reference for each in stories.values())) if text in shown
    ]

    phone = sign_in("omistaja", size=PHONE, scripts=False)
    _enter(phone)
    follow(phone.get_by_role("button", name="Aja asiat tällä mallilla"))
    expect(phone.get_by_text("Kaavioissa")).to_be_visible()
    assert int(phone.locator("html").evaluate("each => each.scrollWidth")) <= PHONE["width"]


def _draft(world: World) -> str:
    owner = world.actor("omistaja")
    made = world.engine.perform(CreateModelDraft("Nopeammin"), owner)
    files = world.engine.answer(ReadModelFiles(made), owner)
    world.engine.perform(SaveModelDraft(made, TABLE, another_table(files)[TABLE], 1), owner)
    return str(made)


def _enter(page: Page) -> None:
    page.goto("/models/")
    follow(page.get_by_role("link", name="Nopeammin").first)
    follow(page.get_by_role("link", name="Mitä olisi muuttunut"))

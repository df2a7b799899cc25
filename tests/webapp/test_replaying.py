"""Pages of finished matters replayed on a draft: shown, hidden and refused content."""

from __future__ import annotations

from uuid import UUID

import pytest

from engine.commands.deployments import CreateModelDraft, SaveModelDraft
from engine.queries.models import OpenModelDraft, ReadModelFiles
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.finished import CANARY, finished, one_question_less, one_task_more
from tests.support.world import World


@pytest.fixture
def outi(world: World, app) -> Visitor:
    return signed_in(world, "omistaja", app)


@pytest.fixture
def draft(world: World) -> str:
    """The id of a draft with one more task."""
    owner = world.actor("omistaja")
    made = world.engine.perform(CreateModelDraft("Kuule lasta"), owner)
    before = world.engine.answer(ReadModelFiles(made), owner)
    for path, data in one_task_more(before).items():
        if before.get(path) != data:
            version = world.engine.answer(OpenModelDraft(made), owner).summary.draft.version
            world.engine.perform(SaveModelDraft(made, path, data, version), owner)
    return str(made)


def replays(outi: Visitor, source: str, **fields: str) -> Page:
    page = outi.get(f"/models/sources/{source}/replay")
    forms = page.tree.xpath("//main//form")
    return outi.submits(page, place=len(forms) - 1, **fields)


def test_the_way_in_is_on_the_pages_of_a_draft_and_of_a_version(outi, draft):
    assert f"/models/sources/{draft}/replay" in outi.get(f"/models/drafts/{draft}").links()
    version = next(link for link in outi.get("/models/").links() if "/models/versions/" in link)
    (entrance,) = (link for link in outi.get(version).links() if link.endswith("/replay"))
    page = outi.get(entrance)
    assert "Ajettavia asioita on vielä liian vähän. Niitä tarvitaan vähintään 5" in page.text
    assert not page.tree.xpath("//main//form"), "there is nothing to run"


@pytest.mark.slow
def test_every_figure_opens_what_differs_and_names_nobody_and_what_can_not_run_is_named(world, app, draft):
    stories = finished(world)
    # Months have passed, so every session has ended.
    outi = signed_in(world, "omistaja", app)
    page = replays(outi, draft, months="12")
    assert page.status == 200
    totals = [
        each.text_content().split("Näissä")[0].strip()
        for each in page.tree.xpath("//main//dl[contains(@class, 'replay-totals')]//dd")
    ]
    assert totals == ["alle 5", "alle 5", "5", "alle 5"], "none and one read alike"
    figure, parted = page.tree.xpath("//main//ul[@class='replay-figures']/li/details")
    assert "Tehtävä lisää: Kuule lasta." in figure.xpath("./summary")[0].text_content()
    assert "uudessa kohdassa ”Kuule lasta”" in figure.xpath("./ul")[0].text_content()
    assert "5 asiaa" in parted.text_content()
    assert "5 asiaa" in figure.xpath("./summary")[0].text_content()
    assert page.tree.xpath("//main//svg//*[contains(@class, 'is-done')]")
    assert "Asioita, joihin tämä tulisi lisää: 5" in page.text
    for text in (
        CANARY,
        *(each.reference for each in stories.values()),
        *(each.name for each in world.people.values()),
    ):
        if text != "Outi Omistaja":
            assert text not in page.text, text
    for language in ("sv", "en"):
        outi.submits(outi.get("/me"), language=language)
        assert "Kuule lasta" in replays(outi, draft, months="12").text
    outi.submits(outi.get("/me"), language="fi")
    what_one_case_answered_shows_nowhere(world, outi)
    a_wrong_period_is_refused_and_a_broken_draft_named(world, outi, draft)


def a_wrong_period_is_refused_and_a_broken_draft_named(world: World, outi: Visitor, draft: str) -> None:
    assert replays(outi, draft, months="1").status == 422
    owner = world.actor("omistaja")
    version = world.engine.answer(OpenModelDraft(UUID(draft)), owner).summary.draft.version
    world.engine.perform(SaveModelDraft(UUID(draft), "urgency/process.bpmn", b"<nothing", version), owner)
    page = replays(outi, draft, months="12")
    assert page.status == 422
    assert "Mallia ei voi ajaa vanhoilla asioilla" in page.text


def what_one_case_answered_shows_nowhere(world: World, outi: Visitor) -> None:
    """A gateway that asks of one person is as one that nobody passes."""
    owner = world.actor("omistaja")
    pages = []
    for change in (dict, one_question_less):
        made = world.engine.perform(CreateModelDraft("Kysy yhdestä"), owner)
        before = world.engine.answer(ReadModelFiles(made), owner)
        for path, data in change(before).items():
            if before.get(path) != data:
                version = world.engine.answer(OpenModelDraft(made), owner).summary.draft.version
                world.engine.perform(SaveModelDraft(made, path, data, version), owner)
        page = replays(outi, str(made), months="12")
        pages.append(page.tree.xpath("//section[@aria-labelledby='closed-title']")[0].text_content())
    assert pages[0] == pages[1]
    assert "yksi asia" not in pages[0]


@pytest.mark.parametrize("who", ["kasittelija", "esihenkilo", "tarkastaja"])
def test_nobody_else_has_the_page(world, app, draft, who):
    visitor = signed_in(world, who, app)
    assert visitor.get(f"/models/sources/{draft}/replay").status == 403

"""The names in diagrams in the reader's language, and where a process owner writes them."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from flask import Flask

from engine.bootstrap import shipped_files
from engine.commands.element_names import TranslateNames
from engine.commands.sessions import ChooseLanguage
from engine.models.bundle import Bundle
from engine.queries.element_names import DiagramNames, OpenNames
from engine.queries.models import CheckModelDraft, ListModels
from tests.support.browsing import Visitor, signed_in
from tests.support.story import Story
from tests.support.world import World
from tests.webapp.test_studio import _place, _put

HOLD = "hold_before_dispatch"


@pytest.fixture
def outi(world: World, app: Flask) -> Visitor:
    return signed_in(world, "omistaja", app)


@pytest.fixture
def draft(outi: Visitor) -> str:
    return str(outi.submits(outi.get("/models/"), name="Nimet").goes_to)


def speaks(world: World, username: str, app: Flask, language: str) -> Visitor:
    browser = signed_in(world, username, app)
    token = browser.client.get_cookie("session")
    assert token is not None
    world.engine.perform(ChooseLanguage(token.value, language), world.actor(username))
    return browser


def saved(outi: Visitor, draft: str, path: str) -> str:
    return outi.client.get(f"/models/sources/{draft.rpartition('/')[2]}/file/{path}").get_data(as_text=True)


def test_someone_who_reads_swedish_meets_swedish_names(story: Story, world: World, app: Flask) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    task = story.task("triage_override")
    assert "Vahvista kiireellisyys" in signed_in(world, "kasittelija", app).get("/tasks/?view=team").text

    browser = speaks(world, "kasittelija", app, "sv")

    assert "Bekräfta brådskan" in browser.get("/tasks/?view=team").text
    assert browser.get(f"/tasks/{task.id}").heading == "Bekräfta brådskan"
    case = browser.get(f"/cases/{story.reference}?events=all").text
    for drawn in ("Pröva ärendet", "Handläggare", "Registrera ärendet"):
        assert drawn in case
    assert "Vahvista kiireellisyys" not in case
    manager = speaks(world, "esihenkilo", app, "sv")
    assert "Bekräfta brådskan" in manager.get("/oversight/unassigned").text


def test_a_process_owner_translates_the_names_of_a_process(outi: Visitor, draft: str) -> None:
    page = outi.get(f"{draft}/names?process={HOLD}")
    names = page.tree.xpath("//input[@name='name']/@value")
    place = names.index("Uusi seikka")

    answer = outi.submits(
        page, place=_place(page, f"/names?process={HOLD}"), **{f"sv__{place}": " Nytt  i saken "}
    )

    assert "Nimet on tallennettu luonnokseen." in outi.follows(answer).text
    catalogue = saved(outi, draft, "names/sv.po")
    assert 'msgid "Uusi seikka"\nmsgstr "Nytt i saken"' in catalogue
    assert 'msgid "Odotus ohi"\nmsgstr "Väntan över"' in catalogue


def test_what_a_colleague_translates_meanwhile_stays(outi: Visitor, draft: str, world: World) -> None:
    page = outi.get(f"{draft}/names?process={HOLD}")
    place = page.tree.xpath("//input[@name='name']/@value").index("Uusi seikka")
    colleague = TranslateNames(id_of(draft), {"sv": {"Odotus ohi": "Klart"}})
    world.engine.perform(colleague, world.actor("omistaja2"))

    outi.submits(page, place=_place(page, f"/names?process={HOLD}"), **{f"sv__{place}": "Nytt"})

    words = {each.process_key: each.translations for each in asked(world, draft)}[HOLD]
    assert words["Odotus ohi"]["sv"] == "Klart"
    assert words["Uusi seikka"] == {"sv": "Nytt", "en": "New fact"}


def test_a_name_too_long_is_refused_and_kept_on_the_page(outi: Visitor, draft: str) -> None:
    page = outi.get(f"{draft}/names?process={HOLD}")
    answer = outi.submits(page, place=_place(page, f"/names?process={HOLD}"), en__0="x" * 201)
    assert answer.status == 422
    assert "Nimi on liian pitkä kaavioon." in answer.text
    assert "x" * 201 in answer.tree.xpath("//input[@name='en.0']/@value")


def test_the_diagram_editor_saves_one_name(outi: Visitor, draft: str) -> None:
    page = outi.get(f"{draft}/edit/{HOLD}/process.bpmn")
    given = json.loads(page.tree.get_element_by_id("canvas").get("data-given"))
    assert given["names"]["sv"]["Uusi seikka"] == "Ny omständighet"
    sent = {"language": "sv", "name": "Uusi seikka", "words": "Nytt"}
    assert _put(outi, page, given["urls"]["names"], json.dumps(sent)).status_code == 200
    assert 'msgid "Uusi seikka"\nmsgstr "Nytt"' in saved(outi, draft, "names/sv.po")
    for bad in ("[]", '{"language": "sv"}', json.dumps({**sent, "language": "../fi"})):
        assert _put(outi, page, given["urls"]["names"], bad).status_code == 422


def test_a_changed_name_has_to_be_translated_again(outi: Visitor, draft: str, world: World) -> None:
    path = f"{HOLD}/process.bpmn"
    page = outi.get(f"{draft}/edit/{path}")
    given = json.loads(page.tree.get_element_by_id("canvas").get("data-given"))
    content = given["xml"].replace('name="Uusi seikka"', 'name="Uusi asia"')
    body = json.dumps({"content": content, "seen": given["seen"]})
    assert _put(outi, page, given["urls"]["draft"], body).status_code == 200

    found = world.engine.answer(CheckModelDraft(id_of(draft), "sv"), world.actor("omistaja"))

    [lacking] = [each for each in found if each.code == "name_lacks_sv"]
    assert lacking.sentence == f"Processen {HOLD} saknar ett svenskt namn: ”Uusi asia”."
    assert (lacking.process_id, lacking.element_id, lacking.severity) == (HOLD, "new_fact", "warning")


def id_of(draft: str) -> UUID:
    return UUID(draft.rpartition("/")[2])


def asked(world: World, draft: str) -> tuple[DiagramNames, ...]:
    return world.engine.answer(OpenNames(id_of(draft)), world.actor("omistaja"))


def test_the_models_page_names_every_process_in_the_readers_language(world: World, app: Flask) -> None:
    owner, browser = world.actor("omistaja"), speaks(world, "omistaja", app, "sv")
    page = browser.get("/models/")
    names = Bundle(shipped_files()).names_in("sv")
    studio = world.engine.answer(ListModels(), owner)
    shown = [each.strip() for each in page.tree.xpath("//ul[@class='model-cards'][1]//a/text()")]
    for each in studio.definitions:
        assert names.of(each.name) in shown
    assert "Tiedoksianto" not in page.text
    assert "Toimitettu malli" not in page.text
    assert "komentorivi" not in page.text
    number = studio.deployments[0].deployment.id
    version = browser.get(f"/models/versions/{number}")
    assert all(names.of(each.name) in version.text for each in studio.definitions)
    assert "komentorivi" not in version.text

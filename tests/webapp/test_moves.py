"""The page of running cases: what a process owner is shown, chooses, approves and takes back."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask import Flask

from engine.worker import Worker
from tests.support.browsing import Visitor, signed_in
from tests.support.office import Office
from tests.support.world import World


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


@pytest.fixture
def outi(world: World, app: Flask) -> Visitor:
    return signed_in(world, "omistaja", app)


@pytest.fixture
def olli(world: World, app: Flask) -> Visitor:
    return signed_in(world, "omistaja2", app)


def test_a_move_from_the_page_to_the_case(world: World, outi: Visitor, olli: Visitor, office: Office) -> None:
    moving, staying = office.begins("sufficiency"), office.begins("assessment")
    version = office.publishes()
    page = outi.get(f"/models/versions/{version}/cases")
    # One alone has no list to choose from: its reference stands beside the box.
    assert "versiosta 1" in page.text
    assert "yksitellen" not in page.text
    assert "on lisätty ”Kuule lasta”" in page.text

    asked = outi.submits(page, group=moving.reference, reference=staying.reference)
    mine = outi.follows(asked)
    assert "toisen prosessin omistajan on hyväksyttävä" in mine.text
    assert "Hyväksy 2 asian siirto" not in mine.text
    assert outi.post(f"{asked.goes_to}/approve", {"form_token": outi.token(mine)}).status == 403
    assert "0 / 2 käsitelty" in olli.follows(olli.submits(olli.get(asked.goes_to))).text
    Worker(world.engine).round()

    done = olli.get(asked.goes_to)
    assert "Asia on jo ohittanut sen kohdan" in done.text
    assert office.version_of(moving) == version
    assert (
        "Yksi asia palautetaan." in olli.follows(olli.submits(done, reference=moving.reference)).response.text
    )
    Worker(world.engine).round()
    assert "Palautettu" in outi.get(asked.goes_to).text
    assert office.version_of(moving) != version
    case = signed_in(world, "kasittelija").get(f"/cases/{moving.reference}?events=all")
    assert "Asia siirrettiin mallien versioon 2" in case.text


def test_choosing_nothing_shows_a_sentence_on_the_page(outi: Visitor, office: Office) -> None:
    office.begins()
    version = office.publishes()

    refused = outi.submits(outi.get(f"/models/versions/{version}/cases"))

    assert refused.status == 422
    assert "Valitse ainakin yksi asia." in refused.text


def test_a_move_already_requested_is_not_requested_twice(outi: Visitor, office: Office) -> None:
    story = office.begins()
    version = office.publishes()
    page = outi.get(f"/models/versions/{version}/cases")
    move = office.asks(version, story)

    again = outi.submits(page, group=story.reference)

    assert again.status == 409
    assert "odottaa jo siirtoa" in again.text
    assert "Ei siirretty" in outi.follows(outi.submits(outi.get(f"/models/moves/{move}"))).text


def test_an_old_version_says_that_nothing_moves_there(outi: Visitor, office: Office) -> None:
    story = office.begins()
    old: UUID = office.version_of(story)
    token = outi.token(outi.get("/models/"))
    office.publishes()

    page = outi.get(f"/models/versions/{old}/cases")
    assert "vain siihen versioon, joka on nyt käytössä" in page.text
    sent = {"form_token": token, "reference": story.reference}
    assert outi.post(f"/models/versions/{old}/cases", sent).status == 409


def test_a_made_up_reference_is_not_found(outi: Visitor, office: Office) -> None:
    office.begins()
    version = office.publishes()
    page = outi.get(f"/models/versions/{version}/cases")

    assert outi.submits(page, reference="2026-999999").status == 404


@pytest.mark.parametrize("language, words", [("sv", "Pågående ärenden"), ("en", "Pending cases")])
def test_the_page_in_other_languages(outi: Visitor, office: Office, language: str, words: str) -> None:
    office.begins("assessment")
    version = office.publishes()
    outi.submits(outi.get("/me"), language=language)

    page = outi.get(f"/models/versions/{version}/cases").text

    assert words in page
    assert not re.search("Miksi ei|Kesken nyt|on lisätty", page)

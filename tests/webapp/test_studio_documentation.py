"""A version as one page: everything that its diagrams, tables, forms, letters and guardrails say."""

from __future__ import annotations

import json

import pytest

from engine.bootstrap import shipped_files
from tests.engine.models.test_comparing import REQUEST
from tests.support.browsing import Visitor, signed_in
from tests.support.flows import shipped
from tests.webapp.test_studio import _given, _put


@pytest.fixture
def outi(world, app) -> Visitor:
    return signed_in(world, "omistaja", app)


def _address(page) -> str:
    return next(link for link in page.links() if link.endswith("/documentation"))


@pytest.fixture(scope="module")
def kept():
    """The page of the shipped version, fetched and checked once for all who only read it."""
    return []


@pytest.fixture
def page(outi, kept):
    if not kept:
        version = outi.get(next(link for link in outi.get("/models/").links() if "/models/versions/" in link))
        kept.append(outi.get(_address(version)))
    return kept[0]


def test_every_process_is_drawn_and_every_element_described(page):
    bundle = shipped()

    assert page.heading == "Menettelyn kuvaus"
    assert len(page.tree.xpath("//main//svg[contains(@class, 'bpmn')]")) == len(bundle.processes)
    described = {each.get("id") for each in page.tree.xpath("//main//ol/li[@id]")}
    named = {f"{key}-{each.element_id}" for (key, _), each in bundle.elements.items() if each.name}
    assert named <= described


def test_a_process_that_nobody_calls_comes_first(page):
    (first, *_) = page.tree.xpath("//*[@id='processes']//h2")

    assert first.text == "Vireilletulosta päätökseen"


def test_forms_times_conditions_tables_texts_and_guardrails_are_described(page):
    send = page.tree.get_element_by_id("information_request-send_request").text_content()
    assert "Toiminto" in send
    asks = page.tree.xpath("//*[@id='process-information_request']")[0].text_content()
    assert 'reply_state = "answered"' in asks
    assert "Riittääkö vastaus?" in page.tree.get_element_by_id("form-review_reply").text_content()
    assert "ensimmäinen sopiva rivi (FIRST)" in page.tree.get_element_by_id("table-pausing").text_content()
    assert "Lue se rauhassa." in page.tree.get_element_by_id("letter-delivery_cover").text_content()
    assert "Jokainen vireilletulo kuitataan." in page.tree.get_element_by_id("guardrails").text_content()


def test_links_inside_the_page_lead_somewhere(page):
    ids = {each.get("id") for each in page.tree.xpath("//*[@id]")}

    assert {link.removeprefix("#") for link in page.links() if link.startswith("#")} <= ids


def test_no_address_on_the_page_stands_twice(page):
    ids = [each.get("id") for each in page.tree.xpath("//*[@id]")]

    assert len(ids) == len(set(ids))


def test_a_draft_with_a_broken_file_is_described_without_it(outi):
    draft = outi.submits(outi.get("/models/"), name="Rikki").goes_to
    body = json.dumps({"content": "ei kaavio", "seen": _given(outi, draft)["seen"]})
    assert _put(outi, outi.get(draft), f"{draft}/file/{REQUEST}", body).status_code == 200

    page = outi.get(_address(outi.get(draft)))

    assert page.status == 200
    assert "Ei voitu lukea" in page.text
    assert REQUEST in page.text
    assert "luonnos, ei käytössä" in page.text
    assert (
        len(page.tree.xpath("//main//svg[contains(@class, 'bpmn')]"))
        == len([path for path in shipped_files() if path.endswith(".bpmn")]) - 1
    )

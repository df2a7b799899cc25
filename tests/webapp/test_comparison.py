"""Two versions side by side, as people read them."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from tests.support.browsing import Visitor, signed_in
from tests.webapp.test_studio import _given, _put, _save

REQUEST = "information_request/process.bpmn"


@pytest.fixture
def outi(world, app) -> Visitor:
    return signed_in(world, "omistaja", app)


@pytest.fixture
def draft(outi) -> str:
    """The address of a draft in which a task is called otherwise."""
    address = outi.submits(outi.get("/models/"), name="Kirje ensin").goes_to
    given = _given(outi, address)
    renamed = given["xml"].replace("Lähetä pyyntö", "Lähetä kirje")
    assert _save(outi, outi.get(address), address, renamed, given["seen"]).status_code == 200
    return address


def _link(page, part: str) -> str:
    return next(link for link in page.links() if part in link)


def test_a_draft_is_compared_with_the_version_it_is_based_on(outi, draft):
    page = outi.get(_link(outi.get(draft), "/models/compare"))

    assert page.heading == "Vertailu"
    assert "Versio 1" in page.text
    assert "Luonnos: Kirje ensin" in page.text
    assert page.tree.xpath("//del[contains(., 'Lähetä pyyntö')]")
    assert page.tree.xpath("//ins[contains(., 'Lähetä kirje')]")


def test_both_drawings_are_marked_by_class_and_word(outi, draft):
    page = outi.get("/models/compare")

    drawings = page.tree.xpath("//main//svg[contains(@class, 'bpmn')]")
    assert len(drawings) == 2
    for drawing in drawings:
        (node,) = drawing.xpath(".//*[@data-element='send_request']")
        assert "is-changed" in node.get("class")
        assert "muutettu" in drawing.text_content()


def test_changes_of_a_broken_file_are_still_shown(outi, draft):
    body = json.dumps({"content": "ei kaavio", "seen": _given(outi, draft)["seen"]})
    assert _put(outi, outi.get(draft), f"{draft}/file/{REQUEST}", body).status_code == 200

    page = outi.get("/models/compare")

    assert page.status == 200
    assert "ei voi lukea" in page.text


def test_the_same_version_has_no_differences(outi, draft):
    version = _link(outi.get("/models/"), "/models/versions/").rpartition("/")[2]

    assert "Eroja ei ole" in outi.get(f"/models/compare?before={version}&after={version}").text


def test_one_version_alone_has_nothing_to_compare_with(outi):
    assert "Vertailtavaa ei vielä ole" in outi.get("/models/compare").text


@pytest.mark.parametrize("before", ["x", str(UUID(int=1))])
def test_a_missing_version_is_not_found(outi, draft, before):
    assert outi.get(f"/models/compare?before={before}").status == 404


def test_a_hostile_name_is_shown_and_not_run(outi, draft):
    given = _given(outi, draft)
    hostile = given["xml"].replace("Lähetä kirje", "&lt;script src='x'&gt;")
    _save(outi, outi.get(draft), draft, hostile, given["seen"])

    page = outi.get("/models/compare")

    assert "<script src='x'" not in page.response.text
    assert "<script src='x'>" in page.text

"""Parts of forms in the studio: listed, edited, shown where they are used, published and carried along."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from tests.support.browsing import Visitor, signed_in

PART = "forms/parts/own_safe_contact.form"


@pytest.fixture
def outi(world, app) -> Visitor:
    return signed_in(world, "omistaja", app)


@pytest.fixture
def draft(outi) -> str:
    return outi.submits(outi.get("/models/"), name="Yksi osa").goes_to


def given(visitor: Visitor, draft: str, path: str) -> dict:
    page = visitor.get(f"{draft}/edit/{path}").tree
    return json.loads(page.get_element_by_id("canvas").get("data-given"))


def test_a_draft_lists_its_parts_with_the_forms_that_use_them(outi, draft):
    (section,) = outi.get(draft).tree.xpath("//section[@aria-labelledby='part-title']")
    (row,) = section.xpath(".//li[a='Turvallinen yhteys, hakijalta kysyttynä']")

    assert "Hakemus, Hakemus lapselle" in row.text_content()


def test_the_page_of_a_part_says_where_it_is_used(outi, draft):
    page = outi.get(f"{draft}/edit/{PART}")

    (users,) = page.tree.xpath("//*[@class='part-users']")
    assert [link.text for link in users.iter("a")] == ["Hakemus", "Hakemus lapselle"]
    assert given(outi, draft, PART)["kind"] == "part"


def test_the_form_editor_is_given_the_questions_of_the_parts(outi, draft):
    page = given(outi, draft, "forms/application.form")

    assert page["kind"] == "form"
    part = page["choices"]["parts"]["own_safe_contact"]
    assert part["questions"][:2] == ["Mikä tapa on turvallinen?", "Puhelinnumero"]
    assert [each["name"] for each in part["used_in"]] == ["Hakemus", "Hakemus lapselle"]
    assert "Part_own_safe_contact" in page["xml"]
    assert "Mikä tapa on turvallinen?" not in page["xml"]


def test_a_new_part_is_used_by_no_form_yet(outi, draft):
    token = outi.token(outi.get(draft))
    added = outi.post(f"{draft}/files", {"form_token": token, "kind": "part", "name": "Lapsen mielipide"})
    opened = outi.follows(added)

    assert "Mikään lomake ei vielä käytä tätä osaa." in opened.text


def test_a_missing_part_is_a_finding_that_leads_to_its_place(outi, draft):
    path = "forms/stalled_request.form"
    form = given(outi, draft, path)
    content = form["xml"].replace('"part": "reason"', '"part": "lost"')
    sent = {"seen": form["seen"], "content": content, "force": False}
    token = {"X-Form-Token": form["token"]}
    assert outi.client.put(form["urls"]["draft"], json=sent, headers=token).status_code == 200

    page = outi.get(f"{draft}/findings?quick")

    (link,) = page.tree.xpath("//*[@id='findings']//a[@data-code='part_unknown']")
    assert link.get("href").endswith(f"/edit/{path}#Part_reason")


def test_parts_are_frozen_with_a_version_and_go_out_with_it(outi):
    version = outi.get(next(link for link in outi.get("/models/").links() if "/models/versions/" in link))
    assert "Lomakkeiden osat" in version.text
    packed = outi.client.get(next(link for link in version.links() if link.endswith("/files.zip"))).data

    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert PART in archive.namelist()


def test_the_documentation_describes_a_part_once(outi, draft):
    page = outi.get(f"/models/sources/{draft.rpartition('/')[2]}/documentation")

    (part,) = page.tree.xpath("//section[@id='part-own_safe_contact']")
    assert "Hakemus, Hakemus lapselle" in part.text_content()
    assert page.text.count("Kenen kautta saamme sinuun yhteyden?") == 1

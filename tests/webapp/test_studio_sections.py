"""The page of sections of law: unchecked first, each with its places; a check is recorded in a draft."""

from __future__ import annotations

import json

import pytest

from engine.bootstrap import shipped_files
from engine.models.comparing import Words
from engine.models.section_places import register_of
from tests.support.browsing import Visitor, signed_in

THIRTY_FIVE = "746/2011 35 §"


@pytest.fixture
def outi(world, app) -> Visitor:
    return signed_in(world, "omistaja", app)


@pytest.fixture
def draft(outi) -> str:
    return outi.submits(outi.get("/models/"), name="Lakien tarkistus").goes_to


def _sections(draft: str) -> str:
    return f"/models/sources/{draft.rpartition('/')[2]}/sections"


def _stored(visitor, draft):
    return json.loads(visitor.client.get(_sections(draft).replace("/sections", "/file/sections.json")).data)


def test_the_pages_of_a_version_lead_to_its_unchecked_sections(outi, draft):
    version = outi.get(next(link for link in outi.get("/models/").links() if "/models/versions/" in link))
    described = outi.get(next(link for link in version.links() if link.endswith("/documentation")))

    page = outi.get(next(link for link in described.links() if link.endswith("/sections")))

    cited = register_of(shipped_files(), Words()).sections
    assert page.heading == "Lainkohdat"
    assert f"Tarkistamatta ({len(cited)})" in page.text
    assert "Tarkistettu (0)" in page.text
    assert len(page.tree.xpath("//ul[@class='section-list']/li")) == len(cited)
    assert not page.tree.xpath("//main//input[@type='checkbox']")
    anchors = {link.partition("#")[2] for link in page.links() if "/documentation#" in link}
    assert anchors <= {each.get("id") for each in described.tree.xpath("//*[@id]")}
    assert _sections(draft) in outi.get(draft).links()


def test_a_check_is_recorded_and_taken_back(outi, draft):
    page = outi.get(_sections(draft))
    sent = outi.submits(page, "do=record", section=THIRTY_FIVE, on="2.3.2026", by=" Jaana  Juristi ")
    checked = outi.follows(sent)

    assert _stored(outi, draft)["checked"] == {THIRTY_FIVE: {"on": "2026-03-02", "by": "Jaana Juristi"}}
    assert "Tarkistettu (1)" in checked.text
    assert "Tarkistettu ma 2.3.2026" in checked.text
    compared = outi.get(next(link for link in outi.get(draft).links() if "/models/compare" in link))
    assert "2.3.2026, Jaana Juristi" in compared.text
    outi.follows(outi.submits(checked, "do=remove", section=THIRTY_FIVE))
    assert _stored(outi, draft)["checked"] == {}


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"on": "2.3.2026", "by": "Jaana"}, "section", "Valitse ainakin yksi pykälä."),
        ({"section": "1/2000 1 §", "on": "2.3.2026", "by": "J"}, "section", "Valitse pykälä luettelosta."),
        ({"section": THIRTY_FIVE, "on": "eilen", "by": "Jaana"}, "on", "Kirjoita päivä näin: 1.12.2026."),
        ({"section": THIRTY_FIVE, "on": "3.11.2026", "by": "Jaana"}, "on", "Päivä on tulevaisuudessa."),
        ({"section": THIRTY_FIVE, "on": "2.3.2026", "by": " "}, "by", "Kirjoita tarkistaneen juristin nimi."),
    ],
)
def test_a_mistake_is_named_beside_its_field_and_nothing_typed_is_lost(outi, draft, typed, field, sentence):
    page = outi.get(_sections(draft))
    listed = {name: value for name, value in typed.items() if name != "section"}

    answer = outi.submits(page, "do=record", **typed)

    assert answer.status == 422
    assert sentence in answer.tree.xpath(f"string(//*[@id='{field}-error'])")
    assert [answer.tree.xpath(f"string(//input[@name='{name}']/@value)") for name in listed] == list(
        listed.values()
    )
    is_kept = bool(answer.tree.xpath(f"//input[@value='{THIRTY_FIVE}'][@checked]"))
    assert is_kept == (typed.get("section") == THIRTY_FIVE)
    assert _stored(outi, draft)["checked"] == {}


def test_what_somebody_else_recorded_meanwhile_is_not_overwritten(outi, draft, world, app):
    olli = signed_in(world, "omistaja2", app)
    page, other = outi.get(_sections(draft)), olli.get(_sections(draft))
    olli.follows(olli.submits(other, "do=record", section=THIRTY_FIVE, on="2.3.2026", by="Olli"))

    late = outi.submits(page, "do=record", section="434/2003 34 §", on="3.3.2026", by="Jaana")

    assert late.status == 409
    assert "Joku muutti tarkistuksia" in late.text
    assert late.tree.xpath("string(//input[@name='by']/@value)") == "Jaana"
    assert list(_stored(outi, draft)["checked"]) == [THIRTY_FIVE]

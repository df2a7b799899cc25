"""Guardrails as sentences: composed from lists, proved on demand, changed only with a second person."""

from __future__ import annotations

import json

import pytest

from engine.bootstrap import shipped_files
from tests.support.browsing import Visitor, signed_in
from tests.support.publishing import publication_asked
from tests.webapp.test_studio import _place

HEARD = {
    "fi": "Lasta kuullaan ennen ratkaisua.",
    "sv": "Barnet hörs före avgörandet.",
    "en": "The child is heard before the outcome.",
    "law": "viranomaisen lupaus",
    "template": "precedence",
    "scope": "intake_to_decision",
    "a": "hearing_held",
    "b": "outcome_decided",
}
CONSENT = "consent_before_assessment"


@pytest.fixture
def outi(world, app) -> Visitor:
    return signed_in(world, "omistaja", app)


@pytest.fixture
def olli(world, app) -> Visitor:
    return signed_in(world, "omistaja2", app)


@pytest.fixture
def draft(outi) -> str:
    return outi.submits(outi.get("/models/"), name="Lapsen kuuleminen").goes_to


def _file(visitor, draft):
    return json.loads(
        visitor.client.get(f"/models/sources/{draft.rpartition('/')[2]}/file/guardrails.json").data
    )


def test_every_guardrail_is_a_sentence_with_its_ground_and_its_meaning(outi, draft):
    page = outi.get(f"{draft}/guardrails")

    assert (
        "Kun henkilö ei hae itse, hänen suostumuksensa on kirjattu ennen kuin asia arvioidaan." in page.text
    )
    assert "Ennen kuin tapahtuu ”arvioitu”, on tapahtunut ”suostumus kirjattu”." in page.text
    assert "Peruste: 746/2011 38 a § 2 mom.; viranomaisen käytäntö" in page.text
    assert len(page.tree.xpath("//ul[@class='guardrail-list']/li")) == len(
        json.loads(shipped_files()["guardrails.json"])["guardrails"]
    )


def test_saving_a_guardrail_as_it_is_changes_nothing(outi, draft):
    before = _file(outi, draft)

    one_of_each_kind = {(each["template"], *sorted(each)): each for each in before["guardrails"]}
    for guardrail in one_of_each_kind.values():
        outi.follows(outi.submits(outi.get(f"{draft}/guardrails/{guardrail['key']}"), "do=save"))

    assert _file(outi, draft) == before


def test_a_new_guardrail_is_composed_from_lists(outi, draft):
    page = outi.get(f"{draft}/guardrails/new")

    shown = outi.submits(page, "do=show", **HEARD)
    assert "Ennen kuin tapahtuu ”ratkaistu”, on tapahtunut ”kuultu”." in shown.text
    assert len(_file(outi, draft)["guardrails"]) == len(
        json.loads(shipped_files()["guardrails.json"])["guardrails"]
    )
    listed = outi.follows(outi.submits(shown, "do=save"))

    stored = _file(outi, draft)
    assert stored["version"] == 2
    assert stored["guardrails"][-1] == {
        "key": "the_child_is_heard_before_the_outcome",
        **{name: HEARD[name] for name in ("template", "scope")},
        "a": ["hearing_held"],
        "b": ["outcome_decided"],
        **{name: HEARD[name] for name in ("law", "fi", "sv", "en")},
    }
    assert "muutettu" in listed.text


def test_a_guardrail_that_does_not_hold_is_shown_with_its_path(outi, draft):
    outi.follows(outi.submits(outi.get(f"{draft}/guardrails/new"), "do=save", **HEARD))

    page = outi.get(f"{draft}/guardrails?check=1")

    (broken,) = page.tree.xpath("//ul[@class='guardrail-list']/li[@class='is-broken']")
    assert "Lasta kuullaan ennen ratkaisua." in broken.text_content()
    assert "ei pidä" in broken.text_content()
    steps = broken.xpath(".//ol[@class='path-words']/li")
    assert len(steps) > 3
    # The same on the diagrams, drawn by the server: the last number is the last step's.
    drawn = broken.xpath(".//*[local-name()='svg']")
    assert drawn
    badges = {each for svg in drawn for each in svg.itertext() if each.strip().isdigit() or "–" in each}
    assert max(int(each.rpartition("–")[2]) for each in badges) == len(steps)
    assert page.text.count("pitää") > 15


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"fi": " "}, "Kirjoita lause suomeksi."),
        ({"law": ""}, "Kirjoita, mihin lupaus perustuu."),
        ({"template": "sometimes"}, "Valitse, millainen lupaus on."),
        ({"scope": "nothing"}, "Valitse prosessi."),
        ({"a": ""}, "Valitse ainakin yksi virstanpylväs."),
        ({"b": "no_such_thing"}, "Valitse virstanpylväs luettelosta."),
        ({"template": "existence"}, "Tällaiseen lupaukseen tämä ei kuulu. Jätä se tyhjäksi."),
        ({"unless": "withdrawn"}, "Tällaiseen lupaukseen tämä ei kuulu. Jätä se tyhjäksi."),
        ({"when": ["channel=referral", "reopened=no"]}, "Valitse arvoja vain yhdestä tosiseikasta."),
        ({"when": ["age=9"]}, "Valitse arvoja vain yhdestä tosiseikasta."),
    ],
)  # fmt: skip
def test_missing_and_misplaced_parts_are_named_beside_their_field(outi, draft, wrong, sentence):
    before = _file(outi, draft)

    refused = outi.submits(outi.get(f"{draft}/guardrails/new"), "do=save", **{**HEARD, **wrong})

    assert refused.status == 422
    assert refused.problems == [sentence]
    if "fi" not in wrong:
        assert refused.tree.get_element_by_id("fi").text == HEARD["fi"]
    assert _file(outi, draft) == before


def test_a_condition_on_a_fact_is_kept(outi, draft):
    page = outi.get(f"{draft}/guardrails/{CONSENT}")

    outi.follows(outi.submits(page, "do=save", when=["applied_by=person", "applied_by=other"]))

    guardrail = next(each for each in _file(outi, draft)["guardrails"] if each["key"] == CONSENT)
    assert guardrail["when"] == {"fact": "applied_by", "is": ["person", "other"]}


def test_a_guardrail_about_the_drawing_keeps_its_settings(outi, draft):
    key = "nobody_is_judged_by_who_they_are"

    outi.follows(outi.submits(outi.get(f"{draft}/guardrails/{key}"), "do=save", law="perustuslaki 6 §"))

    guardrail = next(each for each in _file(outi, draft)["guardrails"] if each["key"] == key)
    assert (guardrail["law"], guardrail["names"][0]) == ("perustuslaki 6 §", "nationality")


def test_a_removed_guardrail_is_confirmed_by_the_second_person(world, outi, olli, draft):
    outi.follows(outi.submits(outi.get(f"{draft}/guardrails/{CONSENT}"), "do=remove"))
    publication_asked(world.engine, draft, world.actor("omistaja"))

    waiting = olli.get(draft)

    assert "Hyväksyn, että tätä ei enää luvata" in waiting.text
    assert olli.submits(waiting, place=_place(waiting, "/approve")).status == 422
    published = olli.submits(waiting, guardrail=CONSENT, place=_place(waiting, "/approve"))
    assert olli.follows(published).heading == "Versio 2"


def test_two_owners_do_not_overwrite_each_other(outi, olli, draft):
    mine, theirs = outi.get(f"{draft}/guardrails/{CONSENT}"), olli.get(f"{draft}/guardrails/{CONSENT}")
    outi.follows(outi.submits(mine, "do=save", law="Outin peruste"))

    lost = olli.submits(theirs, "do=save", law="Ollin peruste")

    assert lost.status == 409
    assert lost.tree.get_element_by_id("law").text == "Ollin peruste"
    assert "Joku muutti lupauksia" in lost.text


@pytest.mark.parametrize(
    ("typed", "status"), [("1.1.2027", 303), ("31.2.2027", 422), ("huomenna", 422), ("2027-01-01", 422)]
)
def test_the_day_they_bind_from_is_a_day(outi, draft, typed, status):
    answer = outi.submits(outi.get(f"{draft}/guardrails"), effective_from=typed)

    assert answer.status == status
    if status == 422:
        assert answer.tree.get_element_by_id("effective_from").get("value") == typed
    else:
        assert _file(outi, draft)["effective_from"] == "2027-01-01"


def test_others_may_read_but_not_change(world, app, draft):
    manager = signed_in(world, "esihenkilo", app)

    page = manager.get(f"{draft}/guardrails")

    assert page.status == 200
    assert not page.tree.xpath("//main//form")
    assert manager.get(f"{draft}/guardrails/new").status == 403


def test_a_missing_guardrail_is_not_found(outi, draft):
    assert outi.get(f"{draft}/guardrails/nothing").status == 404

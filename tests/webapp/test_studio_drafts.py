"""The page of a draft: its history, a whole archive, the second person's confirmation of each guardrail, a way back."""

from __future__ import annotations

import io
import json
from uuid import UUID, uuid4

import pytest

from engine.commands.people import AddPerson
from engine.domain.people import OPERATOR, Role
from engine.queries.models import CheckModelDraft
from engine.storage.people import People
from tests.engine.commands.test_model_drafts import archive
from tests.support.browsing import Visitor, signed_in
from tests.support.publishing import publication_asked
from tests.webapp.test_studio import _given, _place, _put, _save

REQUEST = "information_request/process.bpmn"


@pytest.fixture
def outi(world, app) -> Visitor:
    return signed_in(world, "omistaja", app)


@pytest.fixture
def olli(world, app) -> Visitor:
    return signed_in(world, "omistaja2", app)


@pytest.fixture
def draft(outi) -> str:
    return outi.submits(outi.get("/models/"), name="Kirje ensin").goes_to


def _publish(world, olli, draft):
    publication_asked(world.engine, draft, world.actor("omistaja"))
    waiting = olli.get(draft)
    return olli.submits(waiting, place=_place(waiting, "/approve"))


def test_discarding_needs_a_reason_and_keeps_it(outi, olli, draft):
    page = outi.get(draft)
    empty = outi.submits(page, discard_reason=" ", place=_place(page, "/discard"))
    assert empty.status == 422
    assert empty.problems == ["Kerro, miksi luonnos hylätään."]

    gone = outi.follows(outi.submits(page, discard_reason="Ei tarvita.", place=_place(page, "/discard")))
    assert "Ei tarvita." in gone.text
    assert outi.get(f"{draft}/edit/{REQUEST}").status == 409
    assert "Yksi hylätty luonnos" in olli.get("/models/").text

    back = olli.follows(
        olli.submits(gone, place=_place(gone, "/recover"), form_token=olli.token(olli.get("/models/")))
    )
    assert "Muokattavana" in back.text


def test_a_note_for_the_colleague_stays_when_the_gate_refuses(outi, draft):
    assert _put_text(outi, draft, "ei kaavio").status_code == 200
    page = outi.get(draft)

    refused = outi.submits(page, note="Kirje lähtee ensin.", place=_place(page, "/ask"))

    assert refused.status == 422
    assert "estää julkaisun" in refused.text
    assert refused.tree.get_element_by_id("note").text == "Kirje lähtee ensin."


def test_words_that_would_lack_translations_are_named_and_need_a_tick(outi, draft):
    path = "forms/parts/own_language.form"
    editor = outi.get(f"{draft}/edit/{path}")
    given = json.loads(editor.tree.get_element_by_id("canvas").get("data-given"))
    words = given["xml"].replace("Tarvitsetko tulkin?", "Haluatko tulkin?")
    body = json.dumps({"content": words, "seen": given["seen"]})
    assert _put(outi, editor, f"{draft}/file/{path}", body).status_code == 200

    page = outi.get(draft)

    (ask,) = page.tree.xpath("//section[@aria-labelledby='ask-title']")
    assert "Yksi teksti jäisi ilman käännöstä" in ask.text_content()
    assert "arabia" in ask.text_content()
    refused = outi.submits(page, place=_place(page, "/ask"), note="Selkeämmin.")
    assert refused.status == 422
    assert refused.tree.xpath("//*[@id='untranslated-error']")
    assert "Selkeämmin." in refused.tree.xpath("//textarea[@id='note']")[0].text


def test_a_change_links_to_its_editor_and_a_removal_says_so(outi, draft):
    scenario = "scenarios/withdrawn-by-applicant.json"
    assert (
        _put_text(outi, draft, _given(outi, draft)["xml"].replace("Lähetä pyyntö", "Kysy")).status_code == 200
    )
    token = outi.token(outi.get(draft))
    assert outi.post(f"{draft}/scenarios/remove", {"form_token": token, "path": scenario}).status == 303

    (changed,) = outi.get(draft).tree.xpath("//section[@aria-labelledby='changed-title']")

    assert changed.xpath(".//a/@href") == [f"{draft}/edit/{REQUEST}"]
    assert f"poistettu{scenario}" in "".join(changed.text_content().split())


def _put_text(outi, draft, content):
    body = json.dumps({"content": content, "seen": _given(outi, draft)["seen"]})
    return _put(outi, outi.get(draft), f"{draft}/file/{REQUEST}", body)


def test_an_archive_is_brought_in_and_what_was_left_out_is_named(outi, draft):
    given = _given(outi, draft)
    changed = given["xml"].replace("Lähetä pyyntö", "Lähetä kirje")
    packed = archive({f"processes/{REQUEST}": changed, "README.md": "#"})
    data = {
        "form_token": outi.token(outi.get(draft)),
        "bundle": (io.BytesIO(packed), "x.zip"),
        "version": "1",
    }

    answer = outi.client.post(f"{draft}/bundle", data=data)

    assert answer.status_code == 303
    page = outi.get(draft)
    assert "README.md" in page.text
    assert "Lähetä kirje" in _given(outi, draft)["xml"]
    outi.follows(outi.submits(page, place=_place(page, "/put-back")))
    assert _given(outi, draft)["xml"] == given["xml"]


@pytest.mark.parametrize(
    ("name", "content"), [("", b""), ("x.zip", b"ei zip"), ("x.zip", archive({"../x/process.bpmn": "x"}))]
)
def test_an_archive_that_is_none_is_refused_beside_its_field(outi, draft, name, content):
    given = _given(outi, draft)
    data = {"form_token": outi.token(outi.get(draft)), "bundle": (io.BytesIO(content), name), "version": "1"}

    answer = outi.client.post(f"{draft}/bundle", data=data)

    assert answer.status_code == 422
    assert 'id="bundle-error"' in answer.text
    assert _given(outi, draft)["seen"] == given["seen"]


def test_the_approver_confirms_each_changed_guardrail(world, outi, olli, draft):
    body = outi.client.get(f"/models/sources/{draft.rpartition('/')[2]}/file/guardrails.json").text
    guardrails = json.loads(body)
    guardrails["guardrails"][0]["fi"] = "Jokainen hakemus kuitataan samana päivänä."
    content = json.dumps({"content": json.dumps(guardrails), "seen": "", "force": True})
    assert _put(outi, outi.get(draft), f"{draft}/file/guardrails.json", content).status_code == 200
    publication_asked(world.engine, draft, world.actor("omistaja"))

    waiting = olli.get(draft)
    assert "Tämä muuttaa yhden lupauksen" in waiting.text
    assert waiting.tree.xpath("//ins[contains(., 'samana päivänä')]")
    refused = olli.submits(waiting, place=_place(waiting, "/approve"))
    assert refused.status == 422
    assert refused.problems == [
        "Vahvista jokainen muuttunut lupaus erikseen ennen kuin otat version käyttöön."
    ]

    published = olli.submits(waiting, guardrail="receipt_on_every_start", place=_place(waiting, "/approve"))
    assert olli.follows(published).heading == "Versio 2"


def test_an_older_version_comes_back_as_a_draft(world, outi, olli, draft):
    given = _given(outi, draft)
    _save(outi, outi.get(draft), draft, given["xml"].replace("Lähetä pyyntö", "Lähetä kirje"), given["seen"])
    _publish(world, olli, draft)
    first = outi.get(next(link for link in outi.get("/models/").links()[::-1] if "/models/versions/" in link))
    assert first.heading == "Versio 1"

    rolled = outi.follows(outi.submits(first))

    assert rolled.heading == "Paluu versioon 1"
    assert "Tiedostot otettiin versiosta 1." in rolled.text
    assert olli.follows(_publish(world, olli, rolled.response.request.path)).heading == "Versio 3"


def test_a_draft_that_was_overtaken_says_so(world, outi, olli, draft):
    other = outi.submits(outi.get("/models/"), name="Nopeampi").goes_to
    given = _given(outi, other)
    _save(outi, outi.get(other), other, given["xml"] + "\n", given["seen"])
    _publish(world, olli, other)

    assert "Versio 2 on otettu käyttöön sen jälkeen" in outi.get(draft).text


def test_a_lane_nobody_holds_is_shown_to_the_editor_and_the_second_person(world, outi, olli, draft):
    """The only on-call worker leaves while a letter is changed; the office is warned first, the change is allowed."""
    given = _given(outi, draft)
    changed = given["xml"].replace("Lähetä pyyntö", "Lähetä kirje")
    assert _save(outi, outi.get(draft), draft, changed, given["seen"]).status_code == 200
    assert "päivystäjä" not in outi.get(f"{draft}/findings").text

    with world.engine.database.unit_of_work() as unit:
        People(unit).change(world.people["paivystaja"].id, is_active=False)
    found = outi.get(f"{draft}/findings")
    sentence = (
        "Kukaan ei voi tehdä uimaradan ”Päivystäjä” tehtäviä, sillä kenelläkään ei ole roolia päivystäjä."
    )
    assert sentence in found.text
    assert "Tekijää jäisi odottamaan: Tee kiireelliset toimet." in found.text
    assert f"{draft}/edit/intake_to_decision/process.bpmn#intake_to_decision_lane_on_call" in found.links()
    assert "Julkaisua ei estä mikään" in found.text

    outi.follows(outi.submits(found, note="Kirje on uusi.", place=_place(found, "/ask")))
    waiting = olli.get(draft)
    assert sentence in waiting.text
    assert "Lisää henkilö, jolla on rooli päivystäjä" in waiting.text

    new = AddPerson("uusi", "Uusi Päivystäjä", frozenset({Role.ON_CALL}))
    world.engine.perform(new, OPERATOR)
    assert sentence not in olli.get(draft).text
    assert sentence not in olli.get(f"{draft}/findings").text


def test_each_reads_of_the_lane_nobody_holds_in_their_own_language(world, outi, draft):
    with world.engine.database.unit_of_work() as unit:
        People(unit).change(world.people["paivystaja"].id, is_active=False)
    by_language = {
        language: world.engine.answer(
            CheckModelDraft(UUID(draft.rpartition("/")[2]), language), world.actor("omistaja")
        )
        for language in ("sv", "en")
    }
    words = {
        language: " ".join(each.sentence + each.way_out for each in found)
        for language, found in by_language.items()
    }
    assert "rollen jourhavande" in words["sv"]
    assert "the role on-call worker" in words["en"]


@pytest.mark.parametrize(
    "broken",
    [
        {"assess_and_resolve/texts/hearing.toml": b"fi = 5", "forms/sufficiency.form": b"[" * 100_000},
        {"resolution/texts/resolution.toml": b"", "guardrails.json": b"[" * 100_000},
        {
            "guardrails.json": b'{"guardrails": [{"key": "r", "template": ["x"]}]}',
            "forms/sufficiency.form": b"{}",
            "urgency/target_dates.dmn": b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision/></definitions>',
        },
    ],
)
def test_a_draft_opens_with_any_broken_file_and_shows_the_way_back(outi, draft, broken):
    packed = archive(
        {path if path.startswith("forms/") else f"processes/{path}": data for path, data in broken.items()}
    )
    page = outi.get(draft)
    file = (io.BytesIO(packed), "paketti.zip")
    sent = outi.post(f"{draft}/bundle", {"form_token": outi.token(page), "bundle": file})
    source = draft.rpartition("/")[2]

    assert outi.follows(sent).status == 200
    found = outi.get(f"{draft}/findings")
    assert [path for path in broken if path not in found.text] == []
    opened = outi.get(draft)
    assert "Palauta tilanne ennen tätä" in opened.text
    for path in (f"compare?after={source}", f"sources/{source}/documentation", f"sources/{source}/scenarios"):
        assert outi.get(f"/models/{path}").status == 200, path
    for path in (
        f"{draft}/guardrails",
        *(f"{draft}/texts/{path}" for path in broken if path.endswith(".toml")),
    ):
        assert outi.get(path).status in (200, 422), path
    back = outi.follows(outi.submits(opened, place=_place(opened, "/put-back")))
    assert "ei ole vielä muutettu" in back.text


LONG = "9" * 5000
"""A number that Python refuses to read."""


@pytest.mark.parametrize("number", [LONG, "9" * 30, "-1", "²", "x"])
def test_a_number_out_of_range_is_refused_and_no_fault(outi, olli, draft, number):
    page = outi.get(draft)
    token = outi.token(page)
    packed = {
        "form_token": token,
        "bundle": (io.BytesIO(archive({"x.txt": b""})), "p.zip"),
        "version": number,
    }
    answers = [
        outi.post("/models/drafts", {"form_token": token, "name": "Uusi", "based_on": number}),
        outi.post(f"{draft}/bundle", packed),
        olli.post(f"{draft}/approve", {"form_token": olli.token(olli.get(draft)), "version": number}),
        outi.post(f"{draft}/put-back", {"form_token": token, "version": number, "event": number}),
        outi.post(f"{draft}/put-back", {"form_token": token, "version": number, "event": str(uuid4())}),
    ]

    assert [each.status for each in answers if not 400 <= each.status < 500] == []


def test_a_file_of_a_draft_is_found_by_its_name(outi, draft):
    all_files = outi.get(draft)
    found = outi.get(f"{draft}?find=Register")

    ways = [each for each in found.links() if "/edit/" in each]
    assert f"{draft}/edit/forms/register.form" in ways
    assert len(ways) < len([each for each in all_files.links() if "/edit/" in each])
    assert "Sellaista tiedostoa ei ole." in outi.get(f"{draft}?find=zzz").text


def test_a_long_proof_has_words_for_while_it_runs(outi, draft):
    assert _put_text(outi, draft, "ei kaavio").status_code == 200
    page = outi.get(draft)

    (running,) = page.tree.xpath("//form[contains(@action, '/ask')]//*[@role='status']")
    assert running.text_content() == ""
    assert "Pidä sivu auki" in running.get("data-running")

"""The studio without a browser: permissions, refusals, and what survives."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from lxml import html

from tests.engine.models.foreign.shapes import files
from tests.support.browsing import Visitor, signed_in
from tests.support.publishing import publication_asked

PATH = "information_request/process.bpmn"


@pytest.fixture
def outi(world, app) -> Visitor:
    return signed_in(world, "omistaja", app)


@pytest.fixture
def olli(world, app) -> Visitor:
    return signed_in(world, "omistaja2", app)


@pytest.fixture
def draft(outi) -> str:
    """The address of a fresh draft."""
    return outi.submits(outi.get("/models/"), name="Kirje ensin").goes_to


def test_running_processes_are_listed_with_their_versions(outi):
    page = outi.get("/models/")

    assert "Tietopyyntö" in page.text
    assert "Versio 1" in page.text
    version = outi.get(next(link for link in page.links() if "/models/versions/" in link))
    assert "Vireilletulosta päätökseen" in version.text


def test_a_diagram_is_shown_with_a_list_that_says_the_same(outi):
    version = outi.get(next(link for link in outi.get("/models/").links() if "/models/versions/" in link))
    model = outi.get(next(link for link in version.links() if link.endswith("/information_request")))

    assert model.tree.xpath("//main//svg")
    assert "Lähetä pyyntö" in model.text
    assert "send_request" in model.text


@pytest.mark.parametrize("username", ["esihenkilo", "tarkastaja", "yllapitaja"])
def test_others_may_look_but_not_change(world, app, draft, username):
    reader = signed_in(world, username, app)

    assert reader.get("/models/").status == 200
    assert reader.get(draft).status == 200
    assert reader.get(f"{draft}/edit/{PATH}").status == 403
    assert _save(reader, reader.get("/models/"), draft, "<x/>", "").status_code == 403


@pytest.mark.parametrize("username", ["kasittelija", "paattaja"])
def test_the_studio_is_not_for_everyone(world, app, username):
    assert signed_in(world, username, app).get("/models/").status == 403


def test_a_draft_needs_a_name(outi):
    assert outi.submits(outi.get("/models/"), name=" ").status == 422


def test_saving_returns_the_mark_to_save_from(outi, draft):
    given = _given(outi, draft)

    saved = _save(
        outi, outi.get(draft), draft, given["xml"].replace("Lähetä pyyntö", "Lähetä kirje"), given["seen"]
    )

    assert saved.status_code == 200
    assert "Lähetä kirje" in _given(outi, draft)["xml"]
    assert saved.json["seen"] == _given(outi, draft)["seen"] != given["seen"]


def test_saving_over_what_was_not_seen_is_refused(outi, olli, draft):
    given = _given(outi, draft)
    _save(outi, outi.get(draft), draft, given["xml"] + "<!-- Outi -->", given["seen"])

    lost = _save(olli, olli.get(draft), draft, given["xml"] + "<!-- Olli -->", given["seen"])

    assert lost.status_code == 409
    assert lost.json["message"]
    assert "Outi" in _given(outi, draft)["xml"]
    knowing = _save(olli, olli.get(draft), draft, given["xml"] + "<!-- Olli -->", given["seen"], force=True)
    assert knowing.status_code == 200
    assert "Olli" in _given(outi, draft)["xml"]


def test_a_colleague_who_saved_another_file_is_in_nobodys_way(outi, olli, draft):
    given = _given(outi, draft)
    page, path = outi.get(draft), "delivery/process.bpmn"
    opened = outi.get(f"{draft}/edit/{path}").tree.get_element_by_id("canvas")
    other = json.loads(opened.get("data-given"))
    body = json.dumps({"content": other["xml"] + "<!-- Outi -->", "seen": other["seen"]})
    assert _put(outi, page, f"{draft}/file/{path}", body).status_code == 200

    saved = _save(olli, olli.get(draft), draft, given["xml"] + "<!-- Olli -->", given["seen"])

    assert saved.status_code == 200


@pytest.mark.parametrize(
    "sent",
    ["", "[]", "{}", '{"content": 1, "seen": ""}', '{"content": "<x/>"}', '{"content": "<x/>", "seen": 1}',
     '{"content": "<x/>", "seen": true}', '{"content": "\\ud800", "seen": ""}'],
)  # fmt: skip
def test_a_file_that_is_no_diagram_is_refused_in_words(outi, draft, sent):
    answer = _put(outi, outi.get(draft), f"{draft}/file/{PATH}", sent)

    assert answer.status_code == 422
    assert answer.json["message"]


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "nothing.bpmn", "a/b/process.bpmn", ".hidden/process.bpmn"]
)
def test_only_files_of_a_bundle_can_be_written(outi, draft, path):
    answer = _put(
        outi, outi.get(draft), f"{draft}/file/{path}", json.dumps({"content": "x", "seen": "", "force": True})
    )

    assert answer.status_code in {404, 405}


def test_a_change_without_the_forms_token_is_refused(outi, draft):
    answer = outi.client.put(f"{draft}/file/{PATH}", json={"content": "<x/>", "seen": ""})

    assert answer.status_code == 403


def test_the_gate_says_what_stands_in_the_way(outi, draft):
    given = _given(outi, draft)
    broken = given["xml"].replace(
        'name="operation" value="send_request"', 'name="operation" value="no_such_thing"'
    )
    _save(outi, outi.get(draft), draft, broken, given["seen"])

    page = outi.get(f"{draft}/findings")

    assert "estää julkaisun" in page.text
    assert page.tree.xpath("//a[@data-element='send_request']")
    refused = outi.submits(outi.get(draft), note="Kokeilu", place=_place(outi.get(draft), "/ask"))
    assert refused.status == 422
    assert "estää julkaisun" in refused.text


def test_a_file_that_is_not_even_xml_is_a_finding_not_a_fault(outi, draft):
    given = _given(outi, draft)
    _save(outi, outi.get(draft), draft, "ei ole kaavio", given["seen"])

    page = outi.get(f"{draft}/findings")

    assert page.status == 200
    assert "estää julkaisun" in page.text


def test_publishing_takes_two(outi, olli, draft):
    given = _given(outi, draft)
    _save(outi, outi.get(draft), draft, given["xml"].replace("Lähetä pyyntö", "Lähetä kirje"), given["seen"])
    opened = outi.get(draft)
    outi.follows(outi.submits(opened, note="Sähköinen jäi lukematta.", place=_place(opened, "/ask")))

    own = outi.post(f"{draft}/approve", {"form_token": outi.token(outi.get("/models/")), "version": "3"})
    assert own.status == 403

    waiting = olli.get(draft)
    assert "Sähköinen jäi lukematta." in waiting.text
    published = olli.follows(olli.submits(waiting, place=_place(waiting, "/approve")))
    assert published.heading == "Versio 2"
    assert "Outi Omistaja" in published.text
    assert "Olli Omistaja" in published.text


def test_a_second_person_may_send_it_back(world, outi, olli, draft):
    given = _given(outi, draft)
    _save(outi, outi.get(draft), draft, given["xml"] + "\n", given["seen"])
    publication_asked(world.engine, draft, world.actor("omistaja"))

    waiting = olli.get(draft)
    back = olli.follows(olli.submits(waiting, reason="Kerro lisää.", place=_place(waiting, "/send-back")))

    assert "Muokattavana" in back.text


def test_files_go_out_and_come_back(outi, draft):
    page = outi.get(draft)
    address = next(link for link in page.links() if link.endswith("/files.zip"))
    packed = outi.client.get(address).data
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {"processes/information_request/process.bpmn", "forms/application.form"} <= set(
            archive.namelist()
        )
        diagram = archive.read("processes/information_request/process.bpmn")
    assert outi.client.get(address).data == packed

    changed = diagram.replace("Lähetä pyyntö".encode(), "Lähetä kirje".encode())
    data = {"form_token": outi.token(page), "file": (io.BytesIO(changed), "information_request.bpmn")}
    answer = outi.client.post(f"{draft}/import", data=data)

    assert answer.status_code == 303
    assert "Lähetä kirje" in _given(outi, draft)["xml"]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("", b"", "Valitse tiedosto."),
        ("unheard_of.dmn", b"<x/>", "ei ole DMN-päätöstaulukko"),
        ("unheard_of.toml", b"", "Luonnoksessa ei ole tiedostoa unheard_of.toml"),
        ("information_request.bpmn", b"\xff\xfe", "ei ole ehjää XML:ää"),
        (
            "drawing.bpmn",
            b'<Package xmlns="http://www.wfmc.org/2009/XPDL2.2"/>',
            "ei ole BPMN 2.0 -kaavio (XPDL)",
        ),
    ],
)
def test_a_file_that_does_not_belong_is_refused_beside_its_field(outi, draft, name, content, sentence):
    data = {"form_token": outi.token(outi.get(draft)), "file": (io.BytesIO(content), name)}

    answer = outi.client.post(f"{draft}/import", data=data)

    assert answer.status_code == 422
    assert sentence in html.fromstring(answer.text).get_element_by_id("file-error").text_content()


def test_changes_to_a_foreign_file_are_shown_with_the_findings_of_the_gate(outi, draft):
    foreign = next(data for name, _, data in files() if name == "flowable-choice")
    data = {"form_token": outi.token(outi.get(draft)), "file": (io.BytesIO(foreign), "Malli.bpmn20.xml")}

    answer = outi.client.post(f"{draft}/import", data=data)

    assert answer.status_code == 303
    page = outi.get(answer.location)
    assert "kaavio on aseteltu (6 vaihetta)" in page.text
    assert "välineen Flowable asetuksia" in page.text
    assert "on kieltä JUEL" in page.text
    assert "Tiedostoja tuotiin" in page.text


def test_the_editor_escapes_what_a_diagram_says(outi, draft):
    given = _given(outi, draft)
    hostile = given["xml"].replace("Lähetä pyyntö", "&quot;&gt;&lt;script src='x'&gt;")
    _save(outi, outi.get(draft), draft, hostile, given["seen"])

    assert "<script src='x'" not in outi.get(f"{draft}/edit/{PATH}").response.text
    assert _given(outi, draft)["xml"] == hostile


def _given(visitor: Visitor, draft: str) -> dict:
    """The data given to the editor's script."""
    return json.loads(visitor.get(f"{draft}/edit/{PATH}").tree.get_element_by_id("canvas").get("data-given"))


def _save(visitor, page, draft, content, seen, **more):
    body = {"content": content, "seen": seen, **more}
    return _put(visitor, page, f"{draft}/file/{PATH}", json.dumps(body))


def _put(visitor, page, address, body):
    token = page.tree.xpath("//input[@name='form_token']/@value")[0]
    headers = {"X-Form-Token": token, "Content-Type": "application/json"}
    return visitor.client.put(address, data=body, headers=headers)


def _place(page, action: str) -> int:
    actions = [form.get("action") for form in page.tree.xpath("//main//form")]
    return next(place for place, address in enumerate(actions) if address.endswith(action))


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("urgency/triage.dmn", "<x/>"),
        ("forms/application.form", '{"schemaVersion": 19, "id": "other", "components": []}'),
        ("forms/application.form", "ei jsonia"),
    ],
)
def test_a_broken_table_or_form_is_a_finding(outi, draft, path, content):
    page = outi.get(draft)
    path = next(link for link in page.links() if link.endswith(path.rpartition("/")[2])).rpartition("/edit/")[
        2
    ]
    seen = json.loads(outi.get(f"{draft}/edit/{path}").tree.get_element_by_id("canvas").get("data-given"))[
        "seen"
    ]
    body = json.dumps({"content": content, "seen": seen})
    assert _put(outi, page, f"{draft}/file/{path}", body).status_code == 200

    found = outi.get(f"{draft}/findings")

    assert found.status == 200
    assert "estää julkaisun" in found.text
    assert path in found.text
    assert outi.get(draft).status == 200
    assert outi.get("/models/").status == 200

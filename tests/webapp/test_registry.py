"""The pages of the register and of meetings: found by reference, registered with its document, asked about, acted on."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage

from engine.casework.incoming_files import ExaminedFile
from engine.commands.attachments import AttachToCase
from engine.commands.visibility import RestrictCase
from engine.queries.access_log import WhoLooked
from tests.stories.test_delivery import BY_POST, signed
from tests.stories.test_registry import line, register
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.party_changes import person
from tests.support.story import Story
from tests.webapp.test_notes import form_of
from tests.webapp.test_printed_file import printed

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
    b"\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def registered(story: Story) -> Story:
    story.applies(safe_channels=["phone"], phone="000 000 0009")
    story.does("kirjaaja", "register", caseworker=str(story.world.people["kasittelija"].id))
    return story


@pytest.fixture
def clerk(registered: Story, app: Flask) -> Visitor:
    return signed_in(registered.world, "kirjaaja", app)


def letter() -> FileStorage:
    return FileStorage(BytesIO(PNG), "kirje.png", "file", "image/png")


def sends(visitor: Visitor, page: Page, **typed: Any) -> Page:
    form = page.form(form_of(page))
    return visitor.post(form.get("action"), {**dict(form.form_values()), **typed})


def test_a_letter_is_found_its_case_and_registered_and_a_second_copy_is_asked_about(
    registered: Story, clerk: Visitor, app: Flask
) -> None:
    assert "/cases/arrivals" in clerk.get("/cases/").links()
    page = clerk.get("/cases/arrivals")
    unknown = clerk.submits(page, reference="2026-999999")
    assert unknown.status == 422
    assert "kysy esihenkilöltä" in unknown.problems[0]
    page = clerk.follows(clerk.submits(unknown, reference=f" {registered.reference} "))
    typed = {"kind": "court", "who": "other", "sender": "Hallinto-oikeus", "way": "post", "about": "Kirje"}
    empty = sends(clerk, page, kind="court", arrived_on="1.1.2100")
    assert empty.status == 422
    assert len(empty.problems) == 4, empty.problems
    case = clerk.follows(sends(clerk, page, **typed, file=letter()))
    (shown,) = case.tree.xpath("//*[@id='arrivals']//li[@class='note']")
    words = " ".join(shown.text_content().split())
    assert "Tuomioistuimen kirje" in words
    assert "Hallinto-oikeus" in words
    assert "kirje.png" in words

    again = sends(clerk, clerk.get(f"/cases/{registered.reference}/arrivals"), **typed, file=letter())
    assert again.status == 422
    assert "on jo kirjattu" in again.problems[0]
    assert sends(clerk, again).status == 303
    first, second = register(registered).arrivals
    assert first.attachment_id == second.attachment_id

    caseworker = signed_in(registered.world, "kasittelija", app)
    assert "Käsittele saapunut: Tuomioistuimen kirje" in caseworker.get("/my-cases/").text
    case = caseworker.get(f"/cases/{registered.reference}")
    for _ in range(2):
        forms = case.tree.xpath("//main//form")
        place = next(i for i, form in enumerate(forms) if form.get("action", "").endswith("/settled"))
        case = caseworker.follows(caseworker.submits(case, place=place))
    assert "Käsitelty" in case.text
    found = line(registered)
    assert found is not None
    assert found.wait.kind != "arrival"
    forms = case.tree.xpath("//main//form")
    place = next(i for i, form in enumerate(forms) if form.get("action", "").endswith("/returned"))
    back = caseworker.follows(caseworker.submits(case, place=place))
    assert "Palautettu käsiteltäväksi" in back.text
    assert "Käsittele saapunut: Tuomioistuimen kirje" in caseworker.get("/my-cases/").text


def test_a_restricted_case_is_answered_as_one_that_is_not_there(registered: Story, clerk: Visitor) -> None:
    restriction = RestrictCase(registered.reference, "Entinen työnantaja kysyy.")
    registered.world.engine.perform(restriction, registered.world.actor("esihenkilo"))
    page = clerk.submits(clerk.get("/cases/arrivals"), reference=registered.reference)
    other = clerk.submits(clerk.get("/cases/arrivals"), reference="2026-999999")
    assert page.problems == other.problems
    assert clerk.get(f"/cases/{registered.reference}/arrivals").status == 404


def test_a_meeting_is_booked_moved_and_cancelled_and_what_is_refused_stays_typed(
    registered: Story, app: Flask
) -> None:
    browser = signed_in(registered.world, "kasittelija", app)
    address = f"/cases/{registered.reference}/meetings"
    page = browser.get(address)
    assert "Viestiä ei lähde: sähköposti ei ole turvallinen." in page.text
    refused = sends(browser, page, hour="neljältä", place="Kirjasto", about="Tutustutaan")
    assert refused.status == 422
    assert refused.problems == ["Kirjoita kellonaika muodossa 14.30."]
    warned = sends(browser, refused, hour="14.30", interpreter=person(registered).name)
    assert "Tulkki ei saa olla omainen" in warned.problems[0]
    case = browser.follows(sends(browser, warned))
    (shown,) = case.tree.xpath("//*[@id='meetings']//li[@class='note']")
    assert "klo 14.30" in shown.text_content()
    assert "Tutustutaan" in shown.text_content()

    (move,) = [each for each in case.links() if "move=" in each]
    page = browser.get(move)
    assert page.tree.xpath("//input[@name='place']/@value") == ["Kirjasto"]
    on = page.tree.xpath("//input[@name='on']/@value")
    assert on == [""]
    warned = sends(browser, page, on="24.12.2026", hour="9.00")
    case = browser.follows(sends(browser, warned))
    assert "Siirretty" in case.text
    forms = case.tree.xpath("//main//form")
    place = next(i for i, form in enumerate(forms) if form.get("action", "").endswith("/ended"))
    nothing = browser.submits(case, place=place, outcome="Hän perui.")
    assert nothing.status == 422
    assert "Hän perui." in nothing.text
    forms = nothing.tree.xpath("//main//form")
    place = next(i for i, form in enumerate(forms) if form.get("action", "").endswith("/ended"))
    case = browser.follows(browser.submits(nothing, place=place, state="cancelled"))
    assert "Peruttu" in case.text
    assert "Hän perui." in case.text
    late = browser.submits(nothing, place=place, state="cancelled", outcome="Soitin hänelle.")
    assert (late.status, "Soitin hänelle." in late.text) == (409, True)


def test_a_file_is_looked_at_page_by_page_as_pictures_and_each_look_is_a_read(
    registered: Story, app: Flask
) -> None:
    engine, worker = registered.world.engine, registered.world.actor("kasittelija")
    browser = signed_in(registered.world, "kasittelija", app)
    paper = ExaminedFile("kirje.png", "image/png", PNG, "clean")
    engine.perform(AttachToCase(registered.reference, paper), worker)
    address = f"/cases/{registered.reference}/attachments/{registered.file.attachments[0].id}"
    assert address in browser.get(f"/cases/{registered.reference}").links()
    (picture,) = browser.get(address).tree.xpath("//figure/img/@src")
    assert picture.startswith("data:image/png;base64,iVBOR")
    assert browser.get(f"{address}?page=99").status == 404
    assert browser.get(f"{address}?page=eka").status == 404
    assert browser.get(address.replace(registered.reference, "2026-999999")).status == 404
    looked = engine.answer(WhoLooked(registered.reference), registered.world.actor("esihenkilo"))
    assert [each["action"] for each in looked].count("read_attachment") == 2

    name, text = "muistio.txt", ExaminedFile("muistio.txt", "text/plain", b"Muistio", "clean")
    engine.perform(AttachToCase(registered.reference, text), worker)
    attached = next(each for each in registered.file.attachments if each.name == name)
    page = browser.get(f"/cases/{registered.reference}/attachments/{attached.id}")
    assert page.heading == name
    assert "Tästä tiedostosta ei voi näyttää kuvaa." in page.text


def test_a_signed_certificate_is_brought_to_its_case_from_the_task_of_the_service(
    story: Story, app: Flask
) -> None:
    signed(story)
    worker = signed_in(story.world, "kasittelija", app)
    service = worker.get(f"/tasks/{story.task('record_delivery').id}")
    (link,) = [
        each for each in service.tree.xpath("//a") if "Liitä allekirjoitettu todistus" in each.text_content()
    ]

    page = worker.get(link.get("href"))
    case = worker.follows(sends(worker, page, who="other", sender="Henkilö itse", file=letter()))

    (shown,) = case.tree.xpath("//*[@id='arrivals']//li[@class='note']")
    assert "Allekirjoitettu todistus tiedoksiannosta" in shown.text_content()
    assert "kirje.png" in shown.text_content()


def test_post_that_came_back_is_registered_with_its_letter_and_its_row_presumes_nothing(
    story: Story, app: Flask
) -> None:
    signed(story, **BY_POST)
    story.does("kasittelija", "post_letter")
    worker = signed_in(story.world, "kasittelija", app)
    case = worker.get(f"/cases/{story.reference}")
    number = story.file.resolutions[-1].number
    (link,) = [each for each in case.tree.xpath("//a") if "Posti palautui" in each.text_content()]
    assert number in link.text_content(), "which of two letters"
    assert person(story).name in link.text_content()
    page = worker.get(link.get("href"))
    refused = sends(worker, page)
    assert (refused.status, refused.problems) == (422, ["Valitse, mitä kuoreen on merkitty."])

    case = worker.follows(sends(worker, refused, envelope="moved"))

    (row,) = case.tree.xpath("//*[@id='resolution']//table[2]/tbody/tr")
    assert "tiedoksisaantia ei ole" in row.text_content()
    assert "katsotaan saaduksi" not in row.text_content()
    (shown,) = case.tree.xpath("//*[@id='arrivals']//li[@class='note']")
    assert "kuoressa: Muuttanut" in shown.text_content()
    assert number in shown.text_content()
    (people,) = case.tree.xpath("//*[@id='people']")
    assert "Posti palautui tästä osoitteesta" in people.text_content()
    task = worker.get(f"/tasks/{story.task('choose_delivery_way').id}")
    assert "Posti palautui tästä osoitteesta" in " ".join(task.text.split())


def test_what_is_typed_on_a_page_that_was_gone_back_to_is_booked_and_registered_too(
    registered: Story, app: Flask
) -> None:
    browser = signed_in(registered.world, "kasittelija", app)
    case = f"/cases/{registered.reference}"
    page = browser.get(f"{case}/meetings")
    for hour in ("9.00", "9.00", "11.00", "11.00"):
        assert sends(browser, page, hour=hour, place="Kirjasto", about="Tavataan").status == 303
    page = browser.get(f"{case}/arrivals")
    for about in ("Lausunto", "Lausunto", "Muistio", "Muistio"):
        assert (
            sends(browser, page, kind="other", who="other", sender="Poliisi", way="post", about=about).status
            == 303
        )

    shown = browser.get(case)
    assert len(shown.tree.xpath("//*[@id='meetings']//li[@class='note']")) == 2
    assert [shown.text.count(each) for each in ("Lausunto", "Muistio")] == [1, 1]


def test_a_letter_in_the_wrong_case_is_moved_and_the_form_names_whose_case_it_is(
    registered: Story, clerk: Visitor, app: Flask
) -> None:
    other = Story(registered.world)
    other.applies(given_names="Toinen", born_on="1990-01-02")
    other.does("kirjaaja", "register", caseworker=str(other.world.people["kasittelija"].id))
    page = clerk.get(f"/cases/{registered.reference}/arrivals")
    assert person(registered).name in page.tree.xpath("string(//h1/..)")
    about = "Kirje toiselle"
    typed = {"kind": "court", "who": "other", "sender": "Oikeus", "way": "post", "about": about}
    case = clerk.follows(sends(clerk, page, **typed, file=letter()))
    (link,) = [each for each in case.links() if each.endswith("/elsewhere")]
    finding = clerk.get(link)
    assert about in finding.text
    same = clerk.submits(finding, reference=registered.reference)
    assert same.status == 422
    form = clerk.follows(clerk.submits(finding, reference=other.reference))
    assert person(other).name in form.tree.xpath("string(//h1/..)")
    assert "kirje.png" in form.text
    unsaid = sends(clerk, form)
    assert unsaid.problems == ["Kirjoita, miksi asiakirja ei kuulu asiaan, johon se kirjattiin."]
    moved = clerk.follows(sends(clerk, unsaid, reason="Väärä viite."))
    (shown,) = moved.tree.xpath("//*[@id='arrivals']//li[@class='note']")
    assert about in shown.text_content()
    assert "kirje.png" in shown.text_content()

    left = clerk.get(f"/cases/{registered.reference}/arrivals").text
    assert about not in left
    assert "kirje.png" not in left
    assert "Väärä viite." in left
    assert other.reference not in left
    case = clerk.get(f"/cases/{registered.reference}")
    assert case.status == 200
    for shown_there in (case.text, printed(clerk, registered)[0]):
        assert about not in shown_there
        assert "kirje.png" not in shown_there
    assert clerk.get(link).status == 409


def test_a_newer_version_stands_first_and_the_earlier_one_is_folded_under_it(
    registered: Story, clerk: Visitor
) -> None:
    engine, actor = registered.world.engine, registered.world.actor("kirjaaja")
    for name in ("luonnos.pdf", "muu.pdf"):
        engine.perform(
            AttachToCase(registered.reference, ExaminedFile(name, "application/pdf", name.encode(), "clean")),
            actor,
        )
    draft, beside = registered.file.attachments
    page = clerk.get(f"/cases/{registered.reference}/arrivals")
    typed = {"kind": "other", "who": "other", "sender": "Poliisi", "way": "post", "about": "Korjattu"}
    bare = sends(clerk, page, **typed, replaces=str(draft.id))
    assert bare.problems == ["Valitse myös uusi tiedosto: vain tiedosto korvaa tiedoston."]
    clerk.follows(sends(clerk, bare, replaces=str(draft.id), file=letter()))
    newest = registered.file.attachments[-1]
    assert newest.replaces == draft.id

    case = clerk.get(f"/cases/{registered.reference}")
    rows = [
        " ".join(each.text_content().split())
        for each in case.tree.xpath("//h3[@id='files']/following::table[1]/tbody/tr")
    ]
    assert len(rows) == 2
    (row,) = [each for each in rows if "luonnos.pdf" in each]
    assert row.index("kirje.png") < row.index("yksi aiempi versio") < row.index("luonnos.pdf")
    assert case.tree.xpath("//details[contains(., 'luonnos.pdf')]//a[contains(@href, '/attachments/')]")

    taken = sends(
        clerk,
        clerk.get(f"/cases/{registered.reference}/arrivals"),
        **typed,
        replaces=str(draft.id),
        file=letter(),
    )
    assert taken.problems[0] == "Tiedostosta on jo uudempi versio. Valitse se."

    def names(**typed: str) -> Page:
        sent = {"form_token": clerk.token(case), **typed}
        return clerk.post(f"/cases/{registered.reference}/attachments/versions", sent)

    named = names(
        newer=str(draft.id),
        earlier=str(beside.id),
    )
    clerk.follows(named)
    assert {each.id: each.replaces for each in registered.file.attachments}[draft.id] == beside.id
    circle = names(
        newer=str(beside.id),
        earlier=str(newest.id),
    )
    assert "uudempi versio" in clerk.follows(circle).text
    assert len(registered.file.attachments) == 3, "none was overwritten"

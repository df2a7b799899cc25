"""The case file: its content, its readers, and the messages to the case."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from engine.clock import HELSINKI
from engine.domain.inbox import View
from engine.queries.case_file import OpenCaseFile
from engine.queries.inbox import OpenInbox
from engine.simulation.environment_images import AUTHORITY
from tests.support import answers as plain
from tests.support.browsing import Visitor, signed_in, visitor
from tests.support.pdf import shown
from tests.support.story import Story
from tests.support.world import STAFF, World
from tests.webapp.test_printed_file import printed
from webapp.http.limits import SEARCHING


@pytest.fixture
def caseworker(world: World, app: Flask) -> Visitor:
    return signed_in(world, "kasittelija", app)


@pytest.fixture
def asked(story: Story) -> Story:
    """A case that waits for the applicant's and an authority's answers."""
    story.applies()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    story.does("kasittelija", "sufficiency", enough="ask", missing="Työpaikka", account_known="no")
    due = story.today + timedelta(days=14)
    rows = [plain.request("applicant", due), plain.request("outside_authority", due)]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Siksi.")
    story.passes(minutes=5)
    return story


@pytest.fixture
def signed(story: Story) -> Story:
    story.applies()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    for who, form in (
        ("kasittelija", "sufficiency"),
        ("kasittelija", "assessment"),
        ("kasittelija", "prepare_resolution"),
        ("paattaja", "sign_resolution"),
    ):
        story.does(who, form)
    return story


def test_the_state_is_shown_in_words(caseworker: Visitor, asked: Story) -> None:
    page = caseworker.get(f"/cases/{asked.reference}")

    assert "Odotamme vastausta: hakija, REQ-1; Esimerkkivirasto, REQ-2." in page.text
    assert page.heading == "Aino Esimerkki Keksitty"


def test_requests_show_the_code_to_be_given_by_phone(caseworker: Visitor, asked: Story) -> None:
    page = caseworker.get(f"/cases/{asked.reference}")

    codes = {each.text_content() for each in page.tree.find_class("answer-code")}

    assert codes == set(asked.file.answer_codes.values())
    assert "Mitä tiedät työn ehdoista?" in page.text


def test_every_part_says_in_one_line_how_it_stands_and_the_open_ones_matter_now(
    caseworker: Visitor, asked: Story
) -> None:
    page = caseworker.get(f"/cases/{asked.reference}")

    parts = page.tree.xpath("//details[contains(@class, 'part')]")
    lines = {
        each.xpath(".//div[@class='part-body']/@id")[0]: "".join(
            each.xpath("./summary/*[contains(@class, 'part-gist')]/text()")
        )
        for each in parts
    }
    opened = [
        each.xpath(".//div[@class='part-body']/@id")[0] for each in parts if each.get("open") is not None
    ]

    assert opened == ["requests", "timeline"]
    assert [name for name, line in lines.items() if not line] == ["timeline"]
    assert lines["requests"] == "2 odottaa"
    assert lines["deadlines"] == "Vastaus pyyntöön: 10 työpäivää"
    assert lines["resolution"] == "ei vielä"


def test_forms_are_shown_in_words(caseworker: Visitor, asked: Story) -> None:
    text = caseworker.get(f"/cases/{asked.reference}").text

    assert "Minut pakotettiin tekemään työtä ilman palkkaa." in text
    assert "Pyydetään lisää tietoa" in text


def test_the_deadline_shows_its_entries(caseworker: Visitor, asked: Story) -> None:
    page = caseworker.get(f"/cases/{asked.reference}")

    ledger = " ".join(page.tree.get_element_by_id("deadlines").text_content().split())

    assert "keskeytetty, jäljellä 30 työpäivää" in ledger
    assert "odotetaan hakijan omaa vastausta" in ledger


def test_service_and_the_appeal_period_are_shown_in_words(caseworker: Visitor, signed: Story) -> None:
    signed.does("kasittelija", "record_delivery")
    page = caseworker.get(f"/cases/{signed.reference}")
    ledger, deliveries, timeline = (
        " ".join(page.tree.get_element_by_id(each).text_content().split())
        for each in ("deadlines", "resolution", "timeline")
    )

    assert "Valitusaika" in ledger
    assert "päätös annettiin tiedoksi" in ledger
    assert "tiedoksiantotodistus" in deliveries
    assert "Päätös annettiin tiedoksi: tiedoksiantotodistus" in timeline


def test_the_diagram_and_the_list_say_where_the_case_is(caseworker: Visitor, asked: Story) -> None:
    section = caseworker.get(f"/cases/{asked.reference}").tree.get_element_by_id("procedure")

    assert section.xpath(".//*[local-name()='svg' and contains(@class, 'bpmn')]")
    assert "asia on tässä" in section.text_content()
    assert "Vastauksen odottaminen: Vastaa kysymyksiin" in section.text_content()


def test_the_timeline_is_cut_by_thread(caseworker: Visitor, asked: Story) -> None:
    def events(thread: str) -> str:
        page = caseworker.get(f"/cases/{asked.reference}?events={thread}")
        return str(page.tree.get_element_by_id("timeline").text_content())

    assert "Tietopyyntö lähti: hakija" in events("contact")
    assert "Tietopyyntö lähti" not in events("decisions")
    assert "Teki tehtävän: Kirjaa asia vireille" in events("work")
    assert "Teki tehtävän" not in events("story")
    assert "Vaihe saavutettiin: vireillä" in events("all")


def test_going_on_without_the_rest_is_offered_while_it_is_awaited(caseworker: Visitor, asked: Story) -> None:
    page = caseworker.get(f"/cases/{asked.reference}")
    sent = {"form_token": caseworker.token(page), "name": "proceed_without_rest"}

    response = caseworker.post(f"/cases/{asked.reference}/messages", sent)

    assert response.goes_to == f"/cases/{asked.reference}"
    after = caseworker.follows(response)
    assert "Jatka ilman muita vastauksia" not in after.text
    assert "jatkettiin ilman vastausta" in after.text


def test_every_open_request_has_a_way_to_record_its_answer(caseworker: Visitor, asked: Story) -> None:
    page = caseworker.get(f"/cases/{asked.reference}")

    ways = page.tree.xpath("//*[@id='requests']//a[starts-with(., 'Kirjaa vastaus')]/@href")

    assert len(ways) == len(asked.file.requests) == 2
    assert set(ways) == {f"/tasks/{each.id}" for each in asked.file.tasks if each.is_outside}


def test_a_message_that_nothing_waits_for_is_refused(caseworker: Visitor, asked: Story) -> None:
    page = caseworker.get(f"/cases/{asked.reference}")
    sent = {"form_token": caseworker.token(page), "name": "appeal_received"}

    assert caseworker.post(f"/cases/{asked.reference}/messages", sent).status == 409


def test_signed_documents_are_downloaded_and_never_shown_in_the_page(
    caseworker: Visitor, signed: Story
) -> None:
    page = caseworker.get(f"/cases/{signed.reference}")
    links = {each for each in page.links() if each.startswith("/cases/documents/")}

    assert links
    for link in links:
        answer = caseworker.client.get(link)
        assert answer.data.startswith(b"%PDF-")
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_restricted_case_is_not_there_for_others(world: World, app: Flask, story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register", restricted="yes", caseworker=str(world.people["kasittelija"].id))

    hidden = signed_in(world, "toinen", app).get(f"/cases/{story.reference}")
    missing = signed_in(world, "toinen", app).get("/cases/2026-999999")
    seen = signed_in(world, "kasittelija", app).get(f"/cases/{story.reference}")

    assert (hidden.status, hidden.text) == (missing.status, missing.text) == (404, missing.text)
    assert "Rajoitettu" in seen.text


def test_a_search_for_a_name_stands_in_no_address(caseworker: Visitor, story: Story) -> None:
    story.applies()
    page = caseworker.get("/cases/")

    found = caseworker.submits(page, q="Keksitty")

    assert found.status == 200
    assert story.reference in found.text


def test_a_search_by_reference_leads_to_the_case(caseworker: Visitor, story: Story) -> None:
    story.applies()

    assert caseworker.submits(caseworker.get("/cases/"), q=story.reference).goes_to == (
        f"/cases/{story.reference}"
    )


def test_managers_and_auditors_see_the_readers_of_a_case(world: World, app: Flask, asked: Story) -> None:
    signed_in(world, "kasittelija", app).get(f"/cases/{asked.reference}")

    for who in ("esihenkilo", "tarkastaja"):
        page = signed_in(world, who, app).get(f"/cases/{asked.reference}/readers")
        assert "Kerttu Käsittelijä" in page.text
        assert "luki asian" in page.text

    assert signed_in(world, "kasittelija", app).get(f"/cases/{asked.reference}/readers").status == 403


def test_a_reader_without_an_account_stands_by_the_name_of_the_role(story: Story, app: Flask) -> None:
    code = story.applies().code
    browser = visitor(story.world)
    browser.submits(browser.get("/fi/code"), code=code)
    manager = signed_in(story.world, "esihenkilo", app)

    names = manager.get(f"/cases/{story.reference}/readers").tree.xpath("//tbody/tr/th/text()")
    in_print = printed(manager, story, readers="names")[0]

    assert "hakija" in names
    assert not any("applicant" in each for each in (*names, in_print))


def test_an_extract_for_the_person_names_nobody(world: World, app: Flask, asked: Story) -> None:
    signed_in(world, "kasittelija", app).get(f"/cases/{asked.reference}")
    readers = signed_in(world, "esihenkilo", app).get(f"/cases/{asked.reference}/readers")
    (address,) = (link for link in readers.links() if link.endswith("/readers/extract"))

    for who in ("esihenkilo", "tarkastaja"):
        visitor = signed_in(world, who, app)
        page = visitor.get(address)
        sheets = page.tree.xpath("//section[contains(@class, 'sheet')]")
        text = " ".join(each.text_content() for each in sheets)
        assert "käsittelijä" in text
        assert "asian käsittely" in text
        assert [name for _, name, _, _ in STAFF if name in text] == []

    assert signed_in(world, "kasittelija", app).get(address).status == 403
    assert signed_in(world, "esihenkilo", app).get("/cases/2026-999999/readers/extract").status == 404


@pytest.mark.parametrize(
    "spoken, language, words",
    [
        (
            "fi",
            "fi",
            ("Kuka on katsonut tietojasi", "käsittelijä: asian käsittely", "kirjaaja", "2 kertaa"),
        ),
        ("sv", "sv", ("Vem har sett dina uppgifter", "handläggare: handläggning av ärendet", "2 gånger")),
        ("so", "en", ("Who has looked at your data", "caseworker: handling the case", "2 times")),
    ],
)
def test_the_extract_is_a_letter_in_the_persons_language(
    world: World, app: Flask, story: Story, spoken: str, language: str, words: tuple[str, ...]
) -> None:
    story.applies(contact_language=spoken)
    for _ in range(2):
        world.engine.answer(OpenInbox(View.UNASSIGNED), world.actor("kirjaaja"))
    world.engine.answer(OpenCaseFile(story.reference), world.actor("kasittelija"))
    with_purpose(story, "oikaisupyyntö 🙂")
    manager = signed_in(world, "esihenkilo", app)
    page = manager.get(f"/cases/{story.reference}/readers/extract")
    offered = [link for link in page.links() if "extract.pdf" in link]
    assert [link.rpartition("=")[2] for link in offered] == [
        language,
        *(code for code in ("fi", "sv", "en") if code != language),
    ]

    letter = manager.get(offered[0].partition("?")[0]).response
    assert letter.mimetype == "application/pdf"
    text = " ".join(shown(letter.data).split())
    secret = {"fi": "Salassa pidettävä", "sv": "Sekretessbelagd", "en": "Confidential"}[language]
    wanted = (*words, story.reference, AUTHORITY.spoken(language).name, "(oikaisupyyntö)", secret)
    assert [word for word in wanted if word not in text] == []
    assert [name for _, name, _, _ in STAFF if name in text] == []
    assert words[0] in shown(manager.get(offered[0]).response.data)
    assert words[0] not in shown(manager.get(offered[1]).response.data)
    assert signed_in(world, "kasittelija", app).get(offered[0]).status == 403


def with_purpose(story: Story, purpose: str) -> None:
    """Leave an entry as an older version did: with a purpose in words."""
    actor, case_id, now = story.world.actor("kasittelija"), story.case.id, story.world.clock()
    with story.world.engine.database.unit_of_work() as unit:
        log = story.world.engine.stores(unit).access
        log.log_case(case_id, actor, "case_file", now, purpose=purpose)
        log.append(unit)


def test_an_unsafe_party_is_marked_in_words(caseworker: Visitor, story: Story) -> None:
    story.is_referred()
    unsafe = [{"name": "Raimo", "part": "referrer", "reason": "Epäily"}]
    story.does("kirjaaja", "register", unsafe_parties=unsafe)

    text = caseworker.get(f"/cases/{story.reference}").text

    assert "Ohjaaja. Älä ota yhteyttä hänen kauttaan." in text
    assert "vaarallinen, älä ota yhteyttä" in text


def test_an_answer_that_came_late_is_typed_and_registered(caseworker: Visitor, asked: Story) -> None:
    address = f"/cases/{asked.reference}/requests/REQ-2/late"
    assert caseworker.get(address).status == 404, "an open request has its task"
    assert asked.hears("proceed_without_rest")
    assert address in caseworker.get(f"/cases/{asked.reference}").links()
    page = caseworker.get(address)
    assert page.heading == "Kirjaa myöhässä tullut vastaus"
    assert "Kirjaat toisen ihmisen vastausta." in page.text
    assert "tämän sivun lopussa" not in page.text

    typed = {"can_answer": "yes", "answer": "Palkkaa ei maksettu."}
    refused = caseworker.submits(page, **typed, more_time="yes", more_time_until="joskus")
    assert refused.status == 422
    assert "Palkkaa ei maksettu." in refused.text, "what was typed stays"
    done = caseworker.submits(refused, more_time="no", more_time_until="")

    assert done.goes_to == f"/cases/{asked.reference}#requests"
    assert "late_reply_received" in asked.events
    assert asked.file.submissions[-1].answers["answer"] == "Palkkaa ei maksettu."


def test_people_are_searched_for_thirty_times_an_hour_and_references_always(
    world: World, caseworker: Visitor, story: Story
) -> None:
    story.applies()
    page = caseworker.get("/cases/")
    for _ in range(SEARCHING.times):
        assert caseworker.submits(page, q="Keksitty").status == 200

    again = caseworker.submits(page, q="Keksitty")
    assert again.status == 429
    assert again.tree.xpath("//input[@id='q']/@value") == ["Keksitty"]
    (until,) = re.findall(r"Voit hakea taas klo (\d+)\.(\d\d)", again.text)
    now = world.clock().astimezone(HELSINKI)
    free_at = now.replace(hour=int(until[0]), minute=int(until[1]), second=0)
    assert timedelta(0) < free_at - now <= timedelta(minutes=3)
    year, number = story.reference.split("-")
    for typed in (story.reference, f"{year}-{int(number)}"):
        assert caseworker.submits(page, q=typed).goes_to == f"/cases/{story.reference}"
    world.clock.passes(minutes=3)
    assert [caseworker.submits(page, q="Keksitty").status for _ in range(2)] == [200, 429]
    world.clock.passes(hours=1)
    page = caseworker.get("/cases/")
    statuses = [caseworker.submits(page, q="Keksitty").status for _ in range(SEARCHING.times + 1)]
    assert statuses == [200] * SEARCHING.times + [429]


def test_words_in_which_nothing_is_understood_count_as_no_search(caseworker: Visitor) -> None:
    page = caseworker.get("/cases/")
    for _ in range(SEARCHING.times):
        assert caseworker.submits(page, q="%").status == 200
    assert caseworker.submits(page, q="Keksitty").status == 200

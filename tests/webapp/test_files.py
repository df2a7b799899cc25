"""Files with a form: a step of its own, without script, in which nothing typed is ever lost."""

from __future__ import annotations

import io
import re
from base64 import b64decode
from contextlib import ExitStack

import pytest
from flask import Flask
from sqlalchemy import func, select

from engine.casework.incoming_files import LARGEST
from engine.commands.attachments import MOST_BYTES
from engine.storage.tables.attachments import ATTACHMENTS
from tests.support.browsing import DOWNLOAD_POLICY, Page, Visitor, adds, signed_in
from tests.support.hostile_uploads import corpus
from tests.support.story import Story
from tests.support.uploads import HEIC, PLACE, picture, telling_jpeg
from tests.support.world import World
from webapp.http.connections import THREADS
from webapp.http.languages import PUBLIC_LANGUAGES
from webapp.http.uploads import BODY_LIMIT
from webapp.public.files import AT_ONCE

DRAWN = re.compile(rb"data:image/png;base64,([A-Za-z0-9+/=]+)")


def at_the_files(browser: Visitor, door: str = "own") -> Page:
    """Through every step without a word, to the check page, and on to the files."""
    page = browser.get(f"/fi/{door}/questions")
    while "go=send" not in buttons(page):
        page = browser.submits(page, "go=next", **answers_needed(page))
    return browser.submits(page, "go=open")


def answers_needed(page: Page) -> dict[str, str]:
    """The few things a form can not do without."""
    given = {"consent_given": "yes", "consent_explained": "yes"}
    names = set(page.tree.xpath("//main//@name"))
    return {name: value for name, value in given.items() if name in names}


def buttons(page: Page) -> set[str]:
    return {f"{each.get('name')}={each.get('value')}" for each in page.tree.xpath("//button[@name]")}


def stored(world: World) -> int:
    with world.engine.database.view() as connection:
        return connection.execute(select(func.count()).select_from(ATTACHMENTS)).scalar_one()


def test_sent_files_are_listed_described_and_removed(browser: Visitor, world: World) -> None:
    page = at_the_files(browser)

    page = adds(browser, page, ("passi.HEIC", HEIC), ("kuva.jpg", picture()), about="Passi")
    assert [each.text for each in page.tree.xpath("//li[@class='shelf-file']//bdi")] == [
        "passi.jpg",
        "kuva.jpg",
    ]
    assert page.text.count("Tallennettu") == 2, "nothing is sent yet"
    first = page.tree.xpath("//input[starts-with(@name, 'about.')]")[0]
    assert first.get("value") == "Passi"

    removed = page.tree.xpath("//button[@name='remove']/@value")[1]
    page = browser.submits(page, f"remove={removed}", **{first.get("name").replace(".", "__"): "Passin kuva"})
    assert "kuva.jpg" not in page.text
    assert page.tree.xpath("//input[starts-with(@name, 'about.')]/@value") == ["Passin kuva"]

    checked = adds(browser, page, ("lasku.jpg", picture()), go="done")
    assert checked.heading == "Tarkista vastauksesi"
    assert "passi.jpg" in checked.text
    assert "lasku.jpg" in checked.text, "chosen and not added, it comes along"
    receipt = browser.submits(checked, "go=send")
    assert receipt.heading == "Hakemuksesi on perillä"
    assert receipt.tree.xpath("//div[dt='Tiedostoja perillä']/dd/text()") == ["2"]
    assert stored(world) == 2


def test_a_files_name_stands_by_itself_among_words_that_run_the_other_way(browser: Visitor) -> None:
    """Or its size would be read from both ends of the name."""
    page = at_the_files(browser)
    page = adds(browser, page, ("kuva.jpg", picture()))

    assert [each.text for each in page.tree.xpath("//li//bdi")] == ["kuva.jpg"]
    checked = browser.submits(page, "go=done")
    assert [each.text for each in checked.tree.xpath("//section[@aria-labelledby='files-title']//bdi")] == [
        "kuva.jpg"
    ]


def test_no_hostile_file_is_stored_and_each_is_refused(browser: Visitor, world: World) -> None:
    page = at_the_files(browser)
    # Some names can't stand in a request, and Werkzeug cuts a path of Windows off, as old browsers send it.
    silent, sendable = [], [each for each in corpus() if not set(each.name) & {"\r", "\0", "\ud800", "\\"}]
    assert len(sendable) >= 60
    for number, sent in enumerate(sendable, 1):
        if number % 50 == 0:
            # No more than the limit of an hour.
            world.clock.passes(hours=1)
        page = adds(browser, page, (sent.name, sent.content), about="Sanat säilyvät")
        has_sentence = bool(page.problems) and page.problems[0].endswith(sent.refused().message)
        kept = page.tree.xpath("//input[@name='about']/@value") == ["Sanat säilyvät"]
        if page.status != 422 or not has_sentence or not kept:
            silent.append((sent.what, page.problems))

    assert silent == []
    assert stored(world) == 0


def test_a_film_picked_by_mistake_costs_a_sentence_and_nothing_typed(browser: Visitor, world: World) -> None:
    page = adds(browser, at_the_files(browser), ("kuva.jpg", picture()))

    page = adds(browser, page, ("elokuva.mp4", bytes(25 * 1024 * 1024)), about="Lomalta")

    assert page.status == 422
    assert page.problems[0].startswith("Lähetys on liian suuri.")
    assert page.tree.xpath("//input[@name='about']/@value") == ["Lomalta"]
    assert "kuva.jpg" in page.text


def test_several_photographs_at_once_are_not_refused_as_one_that_is_too_large(browser: Visitor) -> None:
    photographs = [(f"kuva{number}.jpg", bytes(7_000_000)) for number in range(4)]

    page = adds(browser, at_the_files(browser), *photographs)

    assert page.status == 422
    (sentence,) = page.problems
    assert "yhteensä enintään 24 megatavua. Lisää tiedostot yksi kerrallaan." in sentence
    assert "Kerralla voi lähettää enintään 24 megatavua." in page.tree.get_element_by_id("file-hint").text


@pytest.mark.parametrize("language", PUBLIC_LANGUAGES)
def test_every_language_names_the_limits_of_one_file_of_one_sending_and_of_all(
    browser: Visitor, language: str
) -> None:
    one, at_once, in_all = (f"{each // (1024 * 1024)}" for each in (LARGEST, BODY_LIMIT, MOST_BYTES))
    page = browser.get(f"/{language}/own/questions")
    while "go=send" not in buttons(page):
        page = browser.submits(page, "go=next", **answers_needed(page))
    page = browser.submits(page, "go=open")

    assert figures(page, "file-hint") == [one, at_once, in_all]
    assert figures(page, "file-too-much") == [one, at_once]


def figures(page: Page, place: str) -> list[str]:
    return re.findall(r"\d+", page.tree.get_element_by_id(place).text_content())


def test_adding_nothing_says_so(browser: Visitor) -> None:
    page = adds(browser, at_the_files(browser), about="Passi")

    assert page.problems == ["Valitse ensin tiedosto."]


def test_a_question_without_names_takes_no_files(browser: Visitor) -> None:
    page = browser.get("/fi/ask/questions")

    refused = browser.post("/fi/ask/files", dict(page.form().form_values()))

    assert refused.status == 404


def test_a_flood_of_files_stops_with_a_sentence_and_the_form_goes_on(browser: Visitor) -> None:
    page = at_the_files(browser)
    for _ in range(60):
        page = adds(browser, page, ("kuva.exe", b"MZ"))

    page = adds(browser, page, ("kuva.jpg", picture()))

    assert page.problems[0].startswith("Tiedostoja on tullut juuri nyt liian monta.")
    assert browser.submits(page, "go=done").heading == "Tarkista vastauksesi"


def test_files_that_are_slow_to_open_hold_half_of_the_threads_and_no_more(browser: Visitor) -> None:
    page = at_the_files(browser)
    with ExitStack() as busy:
        for _ in range(THREADS // 2):
            busy.enter_context(AT_ONCE)
        refused = adds(browser, page, ("kuva.jpg", picture()))
        assert refused.problems[0].startswith("Tiedostoja on tullut juuri nyt liian monta.")
    assert adds(browser, refused, ("kuva.jpg", picture())).problems == []


# ---------------------------------------------------------------- of a case


@pytest.fixture
def worker(world: World, app: Flask, story: Story) -> Visitor:
    story.applies()
    return signed_in(world, "kasittelija", app)


def attaches(worker: Visitor, story: Story, name: str, content: bytes, about: str = "") -> Page:
    token = worker.token(worker.get(f"/cases/{story.reference}"))
    sent = {"form_token": token, "about": about, "file": (io.BytesIO(content), name)}
    return worker.post(f"/cases/{story.reference}/attachments", sent, content_type="multipart/form-data")


def test_staff_add_a_file_and_only_ever_download_it(worker: Visitor, story: Story) -> None:
    assert attaches(worker, story, "kuva.jpg", telling_jpeg(), "Vuokrasopimus").status == 303
    page = worker.get(f"/cases/{story.reference}")
    assert "Vuokrasopimus" in page.text

    address, preview = [each for each in page.links() if "/attachments/" in each]
    shown = worker.client.get(preview)
    assert shown.mimetype == "text/html", "a page of ours, with a picture drawn of the file"
    assert PLACE not in b"".join(b64decode(each) for each in DRAWN.findall(shown.data))
    answer = worker.client.get(address)

    assert answer.headers["Content-Disposition"] == "attachment; filename=kuva.jpg"
    assert answer.headers["Content-Security-Policy"] == DOWNLOAD_POLICY
    assert "sandbox" in DOWNLOAD_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "image/jpeg"
    assert PLACE not in answer.data


def test_a_file_that_cannot_be_taken_is_named_beside_the_field(worker: Visitor, story: Story) -> None:
    page = attaches(worker, story, "kuva.exe", b"MZ", "Saatu postissa")

    assert page.status == 422
    assert "Tällaista tiedostoa emme ota vastaan." in page.tree.get_element_by_id("file-error").text_content()
    assert page.tree.get_element_by_id("about").get("value") == "Saatu postissa"


def test_without_access_to_the_case_its_files_are_not_found(
    worker: Visitor, world: World, app: Flask, story: Story
) -> None:
    attaches(worker, story, "kuva.jpg", picture())
    (found,) = story.file.attachments

    for username in ("omistaja", "tarkastaja"):
        answer = signed_in(world, username, app).client.get(f"/cases/attachments/{found.id}")
        assert answer.status_code == 403
    unknown = worker.client.get("/cases/attachments/00000000-0000-7000-8000-000000000000")
    assert unknown.status_code == 404

"""A page speaks one language: walked through in each of them, with mistakes, refusals and papers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import lxml.html
import pytest
from flask import Flask

from tests.support import answers as plain
from tests.support.browsing import Page, adds
from tests.support.leftovers import Listener, left_in, leftovers
from tests.support.pdf import shown
from tests.support.story import Story
from tests.support.uploads import picture
from tests.webapp.test_form_steps import SEND
from tests.webapp.test_talking_by_code import presses
from webapp.public.application_kinds import DOORS
from webapp.translations.files import translated_codes

Listen = Callable[[str], Listener]
CODES = translated_codes()
PAGES = ("", "code", "safety", "privacy", "accessibility", "owner", "paper", "easy", "nothing", *DOORS)
TYPED = "//main//input[@type='text' or @type='tel' or @type='email'] | //main//textarea"
ANSWERS: dict[str, dict[str, Any]] = {
    "other": {
        **plain.referral(date(2026, 11, 1)),
        "consent_on": "1.11.2026",
        "disclosure_agreed": "true",
    },
    "ask": plain.enquiry(date(2026, 11, 1)),
}


@pytest.fixture
def listen(app: Flask) -> Listen:
    return lambda code: Listener(app, code)


@pytest.mark.parametrize("code", CODES)
def test_every_page_with_an_address(listen: Listen, code: str) -> None:
    listener = listen(code)
    for path in PAGES:
        listener.get(f"/{code}/{path}")
    unknown = listener.submits(listener.get(f"/{code}/code"), code="1234")
    unsent = listener.post(f"/{code}/own/questions")
    assert (unknown.status, unsent.status) == (422, 403)


@pytest.mark.slow
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("door", DOORS)
def test_every_step_with_its_mistakes_to_the_receipt(listen: Listen, code: str, door: str) -> None:
    listener = listen(code)
    page = listener.get(f"/{code}/{door}/questions")
    wrong = 0
    while not page.tree.xpath("//button[@value='send']"):
        wrong += sum(tried.status == 422 for tried in mistaken(listener, page))
        page = goes_on(listener, page, ANSWERS.get(door, {}))
    receipt = listener.submits(page, SEND)

    assert listener.submits(listener.get(f"/{code}/code"), code=receipt.code).status == 200
    assert wrong > 0


@pytest.mark.parametrize("code", CODES)
def test_files_and_withdrawing_and_no_consent(listen: Listen, code: str) -> None:
    listener = listen(code)
    check = listener.get(f"/{code}/own/questions")
    while not check.tree.xpath("//button[@value='send']"):
        check = goes_on(listener, check, {})
    files_page = listener.submits(check, "go=open")
    for name, content in (("tyhja.pdf", b""), ("a.exe", b"MZ"), ("kuva.png", picture("PNG"))):
        files_page = adds(listener, files_page, (name, content))
    saved = listener.submits(check, "go=save")
    receipt = listener.submits(check, SEND)
    status = listener.submits(listener.get(f"/{code}/code"), code=receipt.code)
    nothing = presses(listener, status, "/add")
    added = presses(listener, status, "/add", addition="12 34")
    stopping = presses(listener, status, "/stop")
    withdrawn = presses(listener, presses(listener, status, "/withdraw"), "/withdraw")
    refused = listener.submits(listener.get(f"/{code}/other/questions"), consent_given="refused")

    right = (files_page, saved, status, added, stopping, withdrawn, refused)
    assert {each.status for each in right} == {200}
    assert nothing.status == 422


def test_a_reply_in_every_language(listen: Listen, story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="–", missing="–")
    rows = [plain.request("applicant", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="–")
    (request,) = story.file.requests
    for code in CODES:
        asking = listen(code).get(f"/{code}/r/{story.link_of(request)}")
    assert listen(code).submits(asking, factor="000 000").status == 422
    questions = listen(code).submits(asking, factor=story.code_of(request))
    typed = dict(questions.form().form_values())
    for code in CODES:
        for go in ("stay", "files", "save"):
            assert listen(code).post(f"/{code}/r/answer", {**typed, "go": go}).status == 200
    for code in CODES:
        assert listen(code).post(f"/{code}/r/answer", {**typed, "go": "send"}).status == 422
    for code in CODES:
        sent = {**typed, "can_answer": "no", "go": "send"}
        assert listen(code).post(f"/{code}/r/answer", sent).status == 200


@pytest.mark.parametrize("code", CODES)
def test_every_paper(listen: Listen, code: str) -> None:
    for door in DOORS:
        sent = shown(listen(code).get(f"/{code}/paper/{door}.pdf").response.get_data())

        assert left_in(sent, code) == []


def test_a_text_of_another_language_is_heard() -> None:
    page = lxml.html.document_fromstring(
        '<html lang="ru"><title>Код</title><body><p>Continue with a code</p><p>Код</p>'
        '<p lang="fi">Jatka koodilla</p><p>Итак: Voit soittaa kertomatta nimeäsi.</p></body></html>'
    )

    assert leftovers(page, "ru") == ["Continue with a code", "Итак: Voit soittaa kertomatta nimeäsi."]


def goes_on(listener: Listener, page: Page, answers: dict[str, Any]) -> Page:
    here = {name: value for name, value in answers.items() if page.tree.xpath(f"//*[@name='{name}']")}
    onwards = listener.submits(page, **here)
    assert onwards.status == 200, onwards.problems
    return onwards


def mistaken(listener: Listener, page: Page) -> Iterator[Page]:
    """Letters where a number or a day belongs, and a day that no calendar has: not where all letters are taken."""
    names = [field.get("name").replace(".", "__") for field in page.tree.xpath(TYPED)]
    for typed in ("Zz", "31.2.2026"):
        tried = listener.submits(page, **dict.fromkeys(names, typed))
        yield tried
        if tried.status != 422:
            break

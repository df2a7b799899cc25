"""Answering an information request from the link in a message."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from engine.commands.requests import DeliverReply
from engine.storage.requests import InformationRequest
from engine.storage.tables.cases import PUBLIC_DRAFTS
from engine.storage.tables.requests import INFORMATION_REQUESTS
from tests.support.answers import request
from tests.support.browsing import Page, Visitor, adds, signed_in, visitor
from tests.support.links import DeadLink, dead_links
from tests.support.story import Story
from tests.support.uploads import picture
from tests.support.world import World


class Asked:
    """A case that waits for the answer of the referrer."""

    def __init__(self, world: World) -> None:
        self.story = Story(world)
        self.story.is_referred(referrer_kind="private_person")
        self.story.does("kirjaaja", "register")
        self.story.does("kasittelija", "triage_override")
        self.story.does("kasittelija", "verify_consent")
        self.story.does(
            "kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot"
        )
        due = self.story.today + timedelta(days=14)
        self.story.does(
            "kasittelija",
            "new_information_request",
            requests=[request("referrer", due)],
            round_reason="Ehdot puuttuvat.",
        )
        self.link = self.story.link_of(self.request)
        self.code = self.story.code_of(self.request)

    @property
    def request(self) -> InformationRequest:
        return self.story.file.requests[0]


@pytest.fixture
def asked(world: World) -> Asked:
    return Asked(world)


def opened(browser: Visitor, asked: Asked) -> Page:
    return browser.submits(browser.get(f"/fi/r/{asked.link}"), factor=asked.code)


def kept(asked: Asked) -> int:
    """The number of answers that somebody has begun."""
    with asked.story.world.engine.database.view() as connection:
        return connection.execute(select(func.count()).select_from(PUBLIC_DRAFTS)).scalar_one()


def answers_stored(asked: Asked) -> list[object]:
    return [
        each.answers.get("answer")
        for each in asked.story.file.submissions
        if each.form_key == "information_reply"
    ]


def test_the_short_address_leads_to_a_page_that_tells_nothing(browser: Visitor, asked: Asked) -> None:
    page = browser.follows(browser.get(f"/r/{asked.link}", headers={"Accept-Language": "en"}))

    assert page.heading == "Write the code first"
    assert "Ehdot" not in page.text


def test_the_code_opens_the_questions_with_their_legal_basis_and_no_more_of_the_case(
    browser: Visitor, asked: Asked
) -> None:
    page = opened(browser, asked)

    assert page.heading == "Mitä haluamme tietää"
    assert str(asked.request.questions["questions"]) in page.text
    assert asked.request.legal_basis in page.text
    applicant = asked.story.file.applicant
    assert applicant is not None
    assert asked.story.reference not in page.text
    assert str(applicant.identity["family_name"]) not in page.text


def test_an_answer_completes_the_task_and_both_sides_have_the_same_number(
    browser: Visitor, asked: Asked
) -> None:
    done = browser.submits(opened(browser, asked), "go=send", answer="Työ oli siivousta.")

    assert done.heading == "Kiitos vastauksesta"
    assert asked.request.state == "answered"
    assert "information_reply" not in asked.story.forms
    number = asked.story.file.receipt_numbers[asked.request.id]
    assert f"{number[:4]} {number[4:]}" in done.text


def test_a_button_pressed_before_any_answer_uses_nothing_up(browser: Visitor, asked: Asked) -> None:
    page = browser.submits(opened(browser, asked), "go=send")

    assert page.status == 422
    assert "Myös se, ettet voi vastata, on vastaus." in page.problems[0]
    assert answers_stored(asked) == []
    assert browser.submits(page, "go=send", can_answer="no").heading == "Kiitos vastauksesta"


def test_a_file_alone_is_an_answer(browser: Visitor, asked: Asked) -> None:
    files = browser.submits(opened(browser, asked), "go=files")
    page = browser.submits(adds(browser, files, ("kuva.jpg", picture())), "go=done")

    assert browser.submits(page, "go=send").heading == "Kiitos vastauksesta"
    assert answers_stored(asked) == [None]


def test_reading_a_hundred_times_uses_nothing_up(browser: Visitor, asked: Asked) -> None:
    for _ in range(50):
        assert browser.get(f"/fi/r/{asked.link}").status == 200
        browser.client.head(f"/fi/r/{asked.link}")

    assert opened(browser, asked).heading == "Mitä haluamme tietää"


def test_the_address_leads_nowhere_once_it_is_opened(browser: Visitor, asked: Asked) -> None:
    before = browser.get(f"/fi/r/{asked.link}")
    page = browser.submits(before, factor=asked.code)

    assert browser.get(f"/fi/r/{asked.link}").status == 404
    assert asked.link not in page.response.get_data(as_text=True)
    # The same button twice is the same person: the browser shows the second page.
    assert browser.submits(before, factor=asked.code).heading == "Mitä haluamme tietää"


def test_a_wrong_code_says_so_and_is_counted(browser: Visitor, asked: Asked) -> None:
    page = browser.get(f"/fi/r/{asked.link}")

    for _ in range(4):
        page = browser.submits(page, factor="000000" if asked.code != "000000" else "111111")
        assert page.status == 422
        assert page.problems == ["Koodi ei täsmää. Tarkista se ja yritä uudelleen."]
    assert browser.submits(page, factor="").status == 422

    assert browser.submits(page, factor=asked.code).heading == "Mitä haluamme tietää"


def test_right_codes_stop_nobody_behind_a_shared_address(browser: Visitor, asked: Asked) -> None:
    page = browser.get(f"/fi/r/{asked.link}")
    assert {browser.submits(page, factor=asked.code).status for _ in range(22)} == {200}


def test_an_answer_is_taken_once_and_the_button_pressed_twice_gives_the_same_receipt(
    browser: Visitor, asked: Asked
) -> None:
    page = opened(browser, asked)
    first = browser.submits(page, "go=send", answer="Työ oli siivousta.")

    again = browser.submits(page, "go=send", answer="Työ oli siivousta.")

    assert again.text == first.text
    assert answers_stored(asked) == ["Työ oli siivousta."]


def test_an_answer_without_the_key_changes_nothing(browser: Visitor, asked: Asked) -> None:
    page = opened(browser, asked)

    for key in ("", "x" * 43, asked.link):
        assert browser.submits(page, "go=send", answer="Väärä", key=key).status == 404

    assert asked.request.state != "answered"


def test_an_answer_is_given_in_parts(browser: Visitor, asked: Asked) -> None:
    """An answer is put aside with a code, continued on another device with a file, and then sent."""
    saved = browser.submits(opened(browser, asked), "go=save", answer="Ensimmäinen osa.")
    assert saved.heading == "Voit jatkaa, kun haluat"

    page = browser.submits(browser.get("/fi/code"), code=saved.code)
    assert page.tree.xpath("//textarea[@name='answer']")[0].text.strip() == "Ensimmäinen osa."
    files = browser.submits(page, "go=files", answer="Ensimmäinen osa. Toinen.")
    files = adds(browser, files, ("sopimus.jpg", picture()), about="Vuokrasopimus")
    page = browser.submits(files, "go=done")
    assert page.tree.xpath("//textarea[@name='answer']")[0].text.strip() == "Ensimmäinen osa. Toinen."
    assert "sopimus.jpg" in page.text

    done = browser.submits(page, "go=send")
    assert "Tiedostoja perillä1" in done.text
    assert answers_stored(asked) == ["Ensimmäinen osa. Toinen."]
    (found,) = asked.story.file.attachments
    assert (found.name, found.origin, found.business_key) == ("sopimus.jpg", "reply", "REQ-1")
    assert browser.submits(browser.get("/fi/code"), code=saved.code).status == 422, (
        "the code leads nowhere now"
    )


def test_that_one_cannot_answer_is_an_answer_with_its_reason(browser: Visitor, asked: Asked) -> None:
    done = browser.submits(
        opened(browser, asked),
        "go=send",
        can_answer="no",
        cannot_reason="secrecy",
        cannot_reason_more="Lain mukaan.",
    )

    assert done.heading == "Kiitos vastauksesta"
    (distinct,) = [each for each in asked.story.file.submissions if each.form_key == "information_reply"]
    assert (distinct.answers["can_answer"], distinct.answers["cannot_reason"]) == ("no", "secrecy")


@pytest.mark.databases
@pytest.mark.parametrize("way", ["opened", "looked at", "answered with the right code"])
def test_unknown_expired_revoked_opened_answered_and_guessed_out_addresses_answer_alike(
    world: World, way: str
) -> None:
    """Status, headers and every byte are the same; bench_links measures that the time is, too."""
    browser = visitor(world)
    form_token = browser.token(browser.get("/fi/code"))

    def ask(link: DeadLink) -> TestResponse:
        if way == "answered with the right code":
            sent = {"form_token": form_token, "token": link.token, "key": "k" * 43, "factor": link.code}
            return browser.client.post("/fi/r", data=sent)
        method = "HEAD" if way == "looked at" else "GET"
        return browser.client.open(f"/fi/r/{link.token}", method=method)

    answers = {link.why: ask(link) for link in dead_links(world)}

    assert len(answers) == 6
    distinct = {(each.status_code, tuple(each.headers.items()), each.data) for each in answers.values()}
    assert len(distinct) == 1, {why: each.status_code for why, each in answers.items()}
    assert {each.status_code for each in answers.values()} == {404}


def test_the_key_of_one_page_opens_no_other_address(browser: Visitor, asked: Asked, world: World) -> None:
    page = opened(browser, asked)
    key = page.form().form_values()
    other = Asked(world)

    sent = {
        "form_token": browser.token(page),
        "token": other.link,
        "factor": other.code,
        "key": dict(key)["key"],
    }
    refused = browser.post("/fi/r", sent)

    assert refused.status == 409
    assert opened(browser, other).status == 200
    assert browser.submits(page, "go=send", answer="Ensimmäinen.").heading == "Kiitos vastauksesta"


# ---------------------------------------------------------------- those who keep the link


def test_a_renewed_link_has_what_was_typed_behind_the_old_one(
    browser: Visitor, asked: Asked, world: World, app: Flask
) -> None:
    """The page was lost; the recipient calls, gets a new address, and goes on where they were."""
    page = opened(browser, asked)
    browser.submits(page, "go=save", answer="Kirjoitin jo paljon.")
    worker = signed_in(world, "kasittelija", app)
    address = f"/cases/{asked.story.reference}"

    renewed = worker.post(
        f"{address}/requests/REQ-1/link", {"form_token": worker.token(worker.get(address)), "go": "renew"}
    )

    assert renewed.status in {200, 303}
    assert browser.submits(page, "go=send", answer="Vanhalta sivulta").status == 404, "the old page is over"
    asked.link = asked.story.link_of(asked.request)
    page = opened(browser, asked)
    assert page.tree.xpath("//textarea[@name='answer']")[0].text.strip() == "Kirjoitin jo paljon."
    assert "request_link_renewed" in asked.story.events


def test_a_revoked_link_leads_nowhere_and_what_was_typed_behind_it_is_gone(
    browser: Visitor, asked: Asked, world: World, app: Flask
) -> None:
    page = opened(browser, asked)
    saved = browser.submits(page, "go=save", answer="Väärissä käsissä")
    worker = signed_in(world, "kasittelija", app)
    address = f"/cases/{asked.story.reference}"

    worker.post(
        f"{address}/requests/REQ-1/link", {"form_token": worker.token(worker.get(address)), "go": "revoke"}
    )

    assert browser.submits(page, "go=send", answer="Väärä").status == 404
    assert browser.submits(browser.get("/fi/code"), code=saved.code).status == 422
    assert "linkki ei toimi" in worker.get(address).text
    assert "information_reply" in asked.story.forms, "the answer can still come another way"


def test_what_was_typed_stays_on_the_page_when_staff_recorded_the_answer_meanwhile(
    browser: Visitor, asked: Asked, world: World
) -> None:
    page = opened(browser, asked)
    given = DeliverReply(asked.story.reference, "REQ-1", data={"can_answer": "yes", "answer": "Puhelimessa"})
    world.engine.perform(given, world.actor("kasittelija"))

    late = browser.submits(page, "go=send", can_answer="yes", answer="Kirjoitin tätä\ntunnin <b>ajan</b>.")

    assert late.status == 404
    assert [each.text.strip() for each in late.tree.xpath("//main//textarea")] == [
        "Kirjoitin tätä\ntunnin <b>ajan</b>."
    ]
    assert answers_stored(asked) == ["Puhelimessa"]
    # A key that never was answers alike: a guess learns nothing.
    action = page.form().get("action")
    unknown = {
        "form_token": browser.token(page),
        "key": "k" * 43,
        "answer": "Kirjoitin tätä\ntunnin <b>ajan</b>.",
    }
    guessed = browser.post(action, {**unknown, "go": "send"})
    assert guessed.text == late.text
    assert browser.post(action, {**unknown, "answer": "", "go": "send"}).text != late.text


def test_an_address_that_could_not_be_sent_is_shown_once(
    browser: Visitor, asked: Asked, world: World, app: Flask
) -> None:
    with world.engine.database.transaction() as connection:
        connection.execute(update(INFORMATION_REQUESTS).values(channel="phone"))
    worker = signed_in(world, "kasittelija", app)
    address = f"/cases/{asked.story.reference}"

    page = worker.post(
        f"{address}/requests/REQ-1/link", {"form_token": worker.token(worker.get(address)), "go": "renew"}
    )

    link = asked.story.link_of(asked.request)
    assert f"/r/{link}" in page.text
    assert link not in worker.get(address).response.get_data(as_text=True)
    assert "Set-Cookie" not in page.response.headers


def test_a_reminder_after_the_link_was_opened_carries_a_new_address(browser: Visitor, asked: Asked) -> None:
    page = opened(browser, asked)
    story = asked.story

    story.passes(days=8)

    reminder = story.mails[-1]
    assert reminder.kind == "mail_reminder"
    link = story.link_of(asked.request)
    assert link != asked.link
    assert link in str(reminder.template_values)
    assert browser.get(f"/fi/r/{link}").status == 200
    # A person who was writing meanwhile is not cut off.
    assert browser.submits(page, "go=send", answer="Ehdin ensin.").heading == "Kiitos vastauksesta"
    assert browser.get(f"/fi/r/{link}").status == 404

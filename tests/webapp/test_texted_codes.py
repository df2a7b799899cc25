"""The code of a request by text message: to a professional's number from elsewhere, once, for half an hour, and seldom anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from engine.commands.applications import Receipt
from engine.commands.by_code import AddByCode
from engine.commands.requests import OldCode, OpenRequest, RequestAsShown
from engine.commands.texted_codes import SendCode
from engine.domain.code_calls import (
    MOST_TEXTS,
    TEXT_LIVES,
    TEXTS_WITHIN,
    CallOutcome,
    NumberSource,
)
from engine.domain.people import PUBLIC
from engine.errors import NotFound
from engine.settings import MailSettings
from engine.storage.outbox import OutboxMessage
from tests.properties.test_races import at_once
from tests.support.answers import request
from tests.support.browsing import Page, Visitor, signed_in, visitor
from tests.support.story import Story
from tests.support.world import World
from tests.webapp.test_official_requests import WHO, door, mails
from tests.webapp.test_professional_referrers import asks as asks_referrer

GATEWAY = "{number}@sms.example"
NUMBER = "040 765 4322"
AT_GATEWAY = "358407654322@sms.example"
ELSEWHERE = {
    "number": NUMBER,
    "source": NumberSource.SWITCHBOARD.value,
    "source_words": "Keksilän vaihde",
}
KEY = "k" * 43


@pytest.fixture
def world(world: World) -> World:
    mail = MailSettings("mail.example", 25, "", "", "starttls", "viesti@example.invalid")
    world.engine.settings = replace(world.engine.settings, sms_gateway=GATEWAY, mail=mail)
    return world


@pytest.fixture
def asked(story: Story) -> Story:
    asks_authority(story)
    return story


def asks_authority(story: Story) -> Receipt:
    receipt = story.applies(
        given_names="Aino", family_name="Keksitty", safe_channels=["phone"], phone="041 111 2233"
    )
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    row = request("outside_authority", story.today + timedelta(days=14))
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Ehdot puuttuvat.")
    return receipt


def lets(story: Story, **changes: str) -> Page:
    worker = signed_in(story.world, "kasittelija")
    page = worker.get(f"/cases/{story.reference}/requests/REQ-1/code")
    return worker.submits(page, "go=text", **{**ELSEWHERE, **changes})


def texts(story: Story) -> list[OutboxMessage]:
    story.passes(seconds=1)
    return [each for each in story.mails if each.kind == "mail_code"]


def code_in(message: OutboxMessage) -> str:
    (words,) = message.template_values["paragraphs"]
    return "".join(each for each in str(words).partition(". ")[0] if each.isdigit())


def presses(browser: Visitor, page: Page) -> Page:
    (form,) = page.tree.xpath("//form[@id='text-code']")
    return browser.post(form.get("action"), dict(form.form_values()))


def link_of(story: Story) -> str:
    return story.link_of(story.file.requests[0])


def opens(story: Story, code: str, key: str = KEY) -> bool:
    opened = story.world.engine.perform(OpenRequest(link_of(story), code, key), PUBLIC)
    return isinstance(opened, RequestAsShown)


def sends(story: Story) -> str:
    """Send the code and return it."""
    story.world.engine.perform(SendCode(link_of(story)), PUBLIC)
    return code_in(texts(story)[-1])


def test_an_authority_answers_without_a_call(asked: Story) -> None:
    assert lets(asked).status == 303
    browser = visitor(asked.world)
    before = door(browser, asked)
    assert "numeroon, jonka kaksi viimeistä numeroa ovat 22" in before.text
    assert "765" not in before.text, "the number itself is nobody's to read"
    assert not texts(asked), "asking for the page sends nothing: a scanner of mail does it too"
    assert not before.tree.xpath("//input[@autofocus]")

    sent = presses(browser, before)
    assert "Koodi lähetettiin numeroon, jonka kaksi viimeistä numeroa ovat 22." in sent.text
    assert sent.tree.xpath("//input[@autofocus]/@name") == ["factor"]
    (message,) = texts(asked)
    assert message.recipient["email"] == AT_GATEWAY
    words = str(message.template_values)
    for secret in (asked.reference, "Aino", "Keksitty", "vastaanottokeskus", "REQ-1", "/r/"):
        assert secret not in words
    page = browser.submits(sent, factor=code_in(message))
    assert "Aino Keksitty" in page.text
    done = browser.submits(page, "go=send", can_answer="yes", answer="Toukokuussa.", answered_by=WHO)
    assert done.heading == "Kiitos vastauksesta"
    assert [each for each in asked.events if each.startswith("answer_code")] == [
        "answer_code_by_text",
        "answer_code_texted",
    ]


def test_a_professional_who_referred_gets_it_too_and_a_private_person_never(story: Story) -> None:
    asks_referrer(story, "ngo")
    lets(story)
    assert opens(story, sends(story))


def test_to_a_private_person_no_text_message_can_be_let_go(story: Story) -> None:
    asks_referrer(story, "private_person")
    worker = signed_in(story.world, "kasittelija")
    page = worker.get(f"/cases/{story.reference}/requests/REQ-1/code")
    assert "tekstiviestinä" not in page.text
    forged = dict(page.form().form_values()) | {**ELSEWHERE, "go": "text"}
    assert worker.post(f"/cases/{story.reference}/requests/REQ-1/code", forged).status == 404


def test_without_a_gateway_the_page_says_to_wait_for_the_call(asked: Story) -> None:
    lets(asked)
    engine = asked.world.engine
    engine.settings = replace(engine.settings, sms_gateway="")
    page = door(visitor(asked.world), asked)
    assert "Soitamme numeroon" in page.text
    assert "tekstiviesti" not in page.text
    engine.perform(SendCode(link_of(asked)), PUBLIC)
    assert not texts(asked)


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("041 111 2233", "Ota numero muualta"),
        ("029 111 2222", "Tekstiviesti menee vain matkapuhelimeen"),
        ("", "Kirjoita puhelinnumero"),
        ("041 111 2233 (klo 8-16)", "Kirjoita yksi puhelinnumero"),
        ("040 765 4322, 041 111 2233", "Kirjoita yksi puhelinnumero"),
        ("0407654322 0411112233", "Kirjoita yksi puhelinnumero"),
        ("041 111 2233 1", "Ota numero muualta"),
    ],
)
def test_the_number_is_a_mobile_that_the_case_does_not_know(asked: Story, number: str, says: str) -> None:
    refused = lets(asked, number=number)
    assert refused.status == 422
    assert says in refused.text
    asked.world.engine.perform(SendCode(link_of(asked)), PUBLIC)
    assert not texts(asked)


def test_a_number_that_the_case_comes_to_know_takes_no_text_message(story: Story) -> None:
    receipt, asked = asks_authority(story), story
    lets(asked)
    page = door(visitor(asked.world), asked)
    code = sends(asked)
    assert story.world.engine.perform(AddByCode(receipt.code, "Mies soittaa numerosta 0407654322."), PUBLIC)
    assert not opens(asked, code)
    assert "tekstiviesti" not in door(visitor(asked.world), asked).text
    presses(visitor(asked.world), page)
    asked.passes(minutes=2)
    asked.world.engine.perform(SendCode(link_of(asked)), PUBLIC)
    assert len(texts(asked)) == 1


def test_the_newest_number_holds_also_from_a_page_that_was_gone_back_to(asked: Story) -> None:
    worker = signed_in(asked.world, "kasittelija")
    page = worker.get(f"/cases/{asked.reference}/requests/REQ-1/code")
    for number in (NUMBER, NUMBER, "050 765 4399"):
        assert worker.submits(page, "go=text", **{**ELSEWHERE, "number": number}).status == 303
        asked.passes(seconds=1)
    assert asked.events.count("answer_code_by_text") == 2
    sends(asked)
    assert texts(asked)[-1].recipient["email"] == "358507654399@sms.example"


def test_of_numbers_from_one_page_the_last_that_was_sent_holds_and_the_code_to_another_ends(
    asked: Story,
) -> None:
    worker = signed_in(asked.world, "kasittelija")
    page = worker.get(f"/cases/{asked.reference}/requests/REQ-1/code")
    for number in (NUMBER, "050 765 4399", NUMBER):
        asked.passes(minutes=2)
        worker.submits(page, "go=text", **{**ELSEWHERE, "number": number})
        code = sends(asked)
    assert texts(asked)[-1].recipient["email"] == AT_GATEWAY
    asked.passes(seconds=1)
    worker.submits(page, "go=text", **{**ELSEWHERE, "number": "050 765 4399"})
    assert not opens(asked, code)


def test_staff_end_the_texts_and_a_code_that_was_sent_opens_nothing(asked: Story) -> None:
    lets(asked)
    code = sends(asked)
    worker = signed_in(asked.world, "kasittelija")
    page = worker.get(f"/cases/{asked.reference}/requests/REQ-1/code")
    (end,) = page.tree.xpath("//form[contains(@action, 'code-texts-end')]")
    for _ in range(2):
        assert worker.post(end.get("action"), dict(end.form_values())).status == 303
    assert asked.events.count("answer_code_texts_ended") == 1
    assert not opens(asked, code)
    asked.passes(minutes=2)
    asked.world.engine.perform(SendCode(link_of(asked)), PUBLIC)
    assert len(texts(asked)) == 1
    assert "tekstiviesti" not in door(visitor(asked.world), asked).text
    after = worker.get(f"/cases/{asked.reference}/requests/REQ-1/code")
    assert "koodi ei enää mene tekstiviestinä" in after.text
    assert "Lopeta tekstiviestit" not in after.text
    worker.submits(page, "go=text", **ELSEWHERE)
    assert opens(asked, sends(asked)), "another page of the same number lets it again"


def test_a_code_opens_once_also_to_a_button_pressed_twice_and_never_again(asked: Story) -> None:
    lets(asked)
    code = sends(asked)
    assert opens(asked, code)
    assert opens(asked, code), "the same page, pressed twice"
    asked.passes(minutes=2)
    assert not opens(asked, code, "o" * 43), "the address opens again, by another code alone"
    assert opens(asked, sends(asked), "o" * 43)


def test_a_code_is_over_after_half_an_hour_and_when_a_new_one_was_sent(asked: Story) -> None:
    lets(asked)
    first = sends(asked)
    asked.passes(minutes=2)
    second = sends(asked)
    assert first != second
    assert not opens(asked, first)
    asked.passes(seconds=TEXT_LIVES.total_seconds())
    assert not opens(asked, second)
    assert opens(asked, asked.code_of(asked.file.requests[0])), "the one that is read aloud lives on"


def test_it_is_sent_anew_seldom_and_a_second_press_sends_none(asked: Story) -> None:
    lets(asked)
    browser, first_sent = visitor(asked.world), asked.world.clock.moment
    for number in range(1, MOST_TEXTS + 1):
        presses(browser, door(browser, asked))
        asked.world.engine.perform(SendCode(link_of(asked)), PUBLIC)
        assert len(texts(asked)) == number
        asked.passes(minutes=2)
    page = door(browser, asked)
    assert "Uutta koodia ei voi lähettää juuri nyt." in page.text
    (again,) = page.tree.xpath("//p[contains(., 'taas pyytää')]/time/@datetime")
    assert datetime.fromisoformat(again) == first_sent + TEXTS_WITHIN
    assert not page.tree.xpath("//form[@id='text-code']")
    asked.world.engine.perform(SendCode(link_of(asked)), PUBLIC)
    assert len(texts(asked)) == MOST_TEXTS
    asked.passes(days=1)
    assert len(code_in(texts(asked)[-1])) == len(sends(asked))
    assert len(texts(asked)) == MOST_TEXTS + 1


def test_who_comes_back_by_a_new_code_each_time_may_do_so_all_day(asked: Story) -> None:
    lets(asked)
    for number in range(MOST_TEXTS + 2):
        assert opens(asked, sends(asked), str(number) * 43)
        asked.passes(minutes=10)


def test_new_codes_give_no_new_guesses(asked: Story) -> None:
    """Five wrong ones lock the address, however many codes were sent: then none is sent either."""
    lets(asked)
    for _ in range(3):
        wrong = str((int(sends(asked)) + 1) % 10**6).zfill(6)
        assert not opens(asked, wrong)
        asked.passes(minutes=2)
    code = sends(asked)
    for _ in range(2):
        assert not opens(asked, "000000" if code != "000000" else "000001")
    with pytest.raises(NotFound):
        opens(asked, code)
    with pytest.raises(NotFound):
        asked.world.engine.perform(SendCode(link_of(asked)), PUBLIC)


def test_a_code_that_is_over_locks_nobody_out_and_says_so(asked: Story) -> None:
    lets(asked)
    old, newest = sends(asked), asked.passes(minutes=2) or sends(asked)
    browser = visitor(asked.world)
    for _ in range(3):
        page = browser.submits(door(browser, asked), factor=old)
        assert "Tämä koodi ei enää toimi. Pyydä uusi." in page.text
    for _ in range(4):
        assert not opens(asked, old), "no more than a day's messages: beyond them it is a guess"
    assert opens(asked, newest), "four guesses"
    for _ in ("a code that is over", "the fifth guess"):
        assert not opens(asked, newest, "o" * 43)
    with pytest.raises(NotFound):
        opens(asked, newest, "o" * 43)


def test_page_and_mails_say_to_ask_for_a_new_code_where_it_comes_by_text(asked: Story) -> None:
    before = door(visitor(asked.world), asked).text
    assert "samalla koodilla" in before
    lets(asked)
    page = door(visitor(asked.world), asked)
    assert "samalla koodilla" not in page.text
    assert "pyydä tällä sivulla uusi koodi" in page.text
    asked.passes(days=13)
    (subject, words), *_ = mails(asked, "mail_reminder")
    assert "Muistutus" in subject
    assert "Koodi on sama" not in words
    assert "uusi koodi sivulla" in words


def test_after_a_part_the_receipt_says_to_ask_for_a_new_code_and_it_opens_the_rest(asked: Story) -> None:
    lets(asked)
    browser = visitor(asked.world)
    page = browser.submits(door(browser, asked), factor=sends(asked))
    receipt = browser.submits(page, "go=send", can_answer="partly", answer="Osa.", answered_by=WHO)
    assert "samasta linkistä. Pyydä sen sivulla uusi koodi tekstiviestinä." in receipt.text
    assert "samat kuusi numeroa" not in receipt.text
    asked.passes(minutes=5)
    again = browser.submits(door(browser, asked), factor=sends(asked))
    assert "Lähetetty aiemmin" in again.text


def test_a_code_that_comes_to_its_turn_late_does_not_leave_and_the_record_says_so(asked: Story) -> None:
    """After an outage of mail: the worker has not run meanwhile."""
    lets(asked)
    engine, clock = asked.world.engine, asked.world.clock
    engine.perform(SendCode(link_of(asked)), PUBLIC)
    clock.passes(minutes=29)
    assert len(texts(asked)) == 1, "its time is not over"
    engine.perform(SendCode(link_of(asked)), PUBLIC)
    clock.passes(minutes=30)
    assert len(texts(asked)) == 1
    assert asked.events.count("answer_code_text_late") == 1
    asked.passes(minutes=20)
    assert asked.events.count("answer_code_text_late") == 1
    assert "incident_opened" not in asked.events


@pytest.mark.databases
def test_of_eight_presses_at_once_one_message_leaves_and_of_eight_openings_one_is_let_in(
    asked: Story,
) -> None:
    lets(asked)
    perform, link = asked.world.engine.perform, link_of(asked)
    sent = at_once([partial(perform, SendCode(link), PUBLIC) for _ in range(8)])
    assert not any(isinstance(each, Exception) for each in sent)
    (message,) = texts(asked)
    code = code_in(message)
    openings = [partial(perform, OpenRequest(link, code, f"{number}" * 43), PUBLIC) for number in range(8)]
    outcomes = at_once(openings)
    assert sum(isinstance(each, RequestAsShown) for each in outcomes) == 1
    assert all(isinstance(each, RequestAsShown | OldCode | NotFound | None) for each in outcomes), outcomes
    calls = asked.file.code_calls[asked.file.requests[0].id]
    assert [each.outcome for each in calls].count(CallOutcome.TEXT_USED) == 1
    assert CallOutcome.TEXTED not in [each.outcome for each in calls]


def test_a_code_opens_no_other_request(asked: Story, world: World) -> None:
    lets(asked)
    code = sends(asked)
    other = Story(world)
    asks_referrer(other, "ngo")
    assert not opens(other, code)


def test_an_answered_request_sends_none(asked: Story) -> None:
    lets(asked)
    link = link_of(asked)
    asked.answers("REQ-1")
    with pytest.raises(NotFound):
        asked.world.engine.perform(SendCode(link), PUBLIC)

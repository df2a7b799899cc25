"""The page behind a code: where the matter stands, and what the person tells. Others may hold the code too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from lxml.html import HtmlElement

from engine.commands.by_code import AskCallByCode
from engine.commands.requests import FindLink
from engine.domain.calendar import working_days_later
from engine.domain.chronology import DatesRejected
from engine.domain.people import PUBLIC
from engine.domain.safe_contact import PostNotSafe
from tests.stories.test_delivery import BY_POST
from tests.support.answers import request
from tests.support.browsing import Page, Visitor, signed_in, visitor
from tests.support.story import Story
from tests.support.world import World

QUESTION = "Missä kaupungissa työpaikka oli?"


def page_of(browser: Visitor, story: Story) -> Page:
    assert story.receipt is not None
    return browser.submits(browser.get("/fi/code"), code=story.receipt.code)


def presses(browser: Visitor, page: Page, ending: str, button: str = "", **fields: str) -> Page:
    """Press the button whose form is posted to an address that ends so."""
    ((address, wanted),) = [each for each in posted_to(page) if each[0].endswith(ending)]
    sent = dict(wanted.form_values()) | fields
    if button:
        name, _, value = button.partition("=")
        sent[name] = value
    return browser.post(address, sent)


def has(page: Page, ending: str) -> bool:
    return any(address.endswith(ending) for address, _ in posted_to(page))


def posted_to(page: Page) -> list[tuple[str, HtmlElement]]:
    """Return each address to which the page's content posts, by a form or by a button of its own, with the form."""
    forms = [(form.get("action"), form) for form in page.tree.xpath("//main//form")]
    apart = page.tree.xpath("//main//form//button[@formaction]")
    return forms + [(each.get("formaction"), next(each.iterancestors("form"))) for each in apart]


def mailboxes(world: World, *names: str) -> set[str]:
    return {str(world.people[name].email) for name in names}


@pytest.fixture
def asked(story: Story) -> Story:
    story.applies()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    story.does(
        "kasittelija", "sufficiency", enough="ask", reason="Työn ehdot puuttuvat.", missing="Työn ehdot"
    )
    due = story.today + timedelta(days=14)
    story.does(
        "kasittelija",
        "new_information_request",
        requests=[
            {**request("applicant", due), "questions": QUESTION},
            {**request("outside_authority", due), "questions": "Onko lupa?"},
        ],
        round_reason="Kaksi tahoa tietää eri asiat.",
    )
    return story


def test_a_question_is_answered_by_the_code_alone_and_its_words_are_not_shown(
    asked: Story, world: World
) -> None:
    browser = visitor(world)
    status = page_of(browser, asked)
    assert "Sinulta vastausta." in status.text
    assert "Muualta tietoa." in status.text
    reply = presses(browser, status, "/code/answer")
    assert reply.status == 200
    assert not reply.tree.xpath("//*[@name='answered_by']"), "asked of an authority only"
    for page in (status, reply):
        assert QUESTION not in page.text
        assert "Onko lupa?" not in page.text

    done = presses(browser, reply, "/r/answer", "go=send", can_answer="yes", answer="Kerron tässä.")
    assert done.heading == "Kiitos vastauksesta"
    (theirs,) = [each for each in asked.file.requests if each.recipient_role == "applicant"]
    assert theirs.answered_at is not None
    again = page_of(browser, asked)
    assert not has(again, "/code/answer")
    assert "Vastauksesi" in again.text
    assert "Kerron tässä." not in again.text


def test_after_a_part_the_status_goes_on_waiting_for_the_rest(asked: Story, world: World) -> None:
    browser = visitor(world)
    reply = presses(browser, page_of(browser, asked), "/code/answer")
    presses(browser, reply, "/r/answer", "go=send", can_answer="partly", answer="Osa.")

    status = page_of(browser, asked)

    assert has(status, "/code/answer")
    assert status.heading == "Meillä on sinulle kysymys"
    assert "Sinun ei tarvitse nyt tehdä mitään" not in status.text


def test_a_page_that_was_opened_and_left_loses_no_question(asked: Story, world: World) -> None:
    browser = visitor(world)
    for _ in range(3):
        assert presses(browser, page_of(browser, asked), "/code/answer").status == 200
    (theirs,) = [each for each in asked.file.requests if each.recipient_role == "applicant"]
    token = asked.link_of(theirs)
    assert world.engine.answer(FindLink(token), PUBLIC), "the address in their mail goes on working"


def test_the_decision_is_paused_and_says_until_when(asked: Story, world: World) -> None:
    text = page_of(visitor(world), asked).text
    assert "Tauolla" in text
    assert "Arkipäiviä jäljellä, kun vastaat:" in text
    assert "Jos et vastaa, jatkamme silti." in text
    assert "Tavoite" not in text, "one source for the day, the ledger"


def asks_both(story: Story, **row: str) -> None:
    """Ask the person and an authority in one round."""
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Tietoja puuttuu.", missing="Kieli")
    due = story.today + timedelta(days=14)
    rows = [request("applicant", due, **row), request("outside_authority", due)]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Tietoja puuttuu.")


def test_from_their_own_answer_a_day_is_promised_though_others_are_still_asked(
    story: Story, world: World
) -> None:
    asks_both(story)
    browser = visitor(world)
    page = page_of(browser, story)
    assert "Arkipäiviä jäljellä, kun vastaat:" in page.text
    world.clock.passes(days=3)
    reply = presses(browser, page_of(browser, story), "/code/answer")
    presses(browser, reply, "/r/answer", "go=send", can_answer="yes", answer="A")

    text = page_of(browser, story).text

    (target,) = [each for each in story.file.deadlines if each.name == "target"]
    assert target.due_on is not None
    assert f"Viimeistään {target.due_on.day}.{target.due_on.month}.{target.due_on.year}" in text
    assert "Muualta tietoa." in text
    for untrue in ("Tauolla", "kun vastaat", "Jos et vastaa"):
        assert untrue not in text


def test_before_they_are_asked_the_day_of_the_decision_stands(story: Story, world: World) -> None:
    asks_both(story, request_channel="in_person")
    text = page_of(visitor(world), story).text
    (target,) = [each for each in story.file.deadlines if each.name == "target"]
    assert target.due_on is not None
    assert f"Viimeistään {target.due_on.day}.{target.due_on.month}.{target.due_on.year}" in text
    for untrue in ("Tauolla", "kun vastaat", "Jos et vastaa"):
        assert untrue not in text


def test_a_promise_that_passed_is_called_late_and_names_the_number(story: Story, world: World) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    browser = visitor(world)
    (target,) = [each for each in story.file.deadlines if each.is_open and each.due_on]
    before = page_of(browser, story).text
    assert f"{target.due_on.day}.{target.due_on.month}.{target.due_on.year}" in before
    assert "myöhässä" not in before
    world.clock.moment += timedelta(days=90)
    late = page_of(browser, story).text
    assert "Olemme myöhässä" in late
    assert "Soita, niin kerromme syyn." in late


def test_a_day_of_reading_that_passed_is_not_promised_any_more(story: Story, world: World) -> None:
    story.applies()
    browser = visitor(world)
    assert "myöhässä" not in page_of(browser, story).text
    world.clock.moment += timedelta(days=5)
    assert "Lupasimme lukea hakemuksen viimeistään" in page_of(browser, story).text


def test_the_day_of_reading_stands_on_the_step_that_reads(story: Story, world: World) -> None:
    """The receipt promises to have read it by that day, and not to have examined it."""
    story.applies()
    browser = visitor(world)
    (step,) = page_of(browser, story).tree.xpath("//ol[@class='timeline']/li[contains(., 'Viimeistään')]")
    assert "Luemme hakemuksesi" in step.text_content()

    story.does("kirjaaja", "register")
    (now,) = page_of(browser, story).tree.xpath("//ol[@class='timeline']/li[@aria-current]")
    assert "Tutkimme, mitä on tapahtunut" in now.text_content()


def test_a_late_decision_says_that_information_from_elsewhere_is_awaited(story: Story, world: World) -> None:
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Lupa puuttuu.", missing="Lupa")
    rows = [request("outside_authority", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Lupa puuttuu.")
    world.clock.moment += timedelta(days=90)
    text = page_of(visitor(world), story).text
    assert "Lupasimme päätöksen viimeistään" in text
    assert "Odotamme vielä tietoa muualta. Soita, niin kerromme syyn." in text


def test_something_is_added_once_listed_and_heard(story: Story, world: World) -> None:
    story.applies()
    browser = visitor(world)
    status = page_of(browser, story)
    for _ in range(2):
        done = presses(browser, status, "/code/add", addition="  Passini on työnantajalla.  ")
        assert done.heading == "Saimme lisäyksesi"
    (stored,) = [each for each in story.file.submissions if each.form_key == "own_addition"]
    assert stored.answers["addition"] == "Passini on työnantajalla."
    assert story.events.count("addition_received") == 1
    story.passes(minutes=1)
    mailed = {str(each.recipient["email"]) for each in story.mails if each.kind == "mail_task"}
    assert mailed >= mailboxes(world, "kirjaaja", "kasittelija"), "nobody has registered it yet"
    (arrived,) = [each for each in story.file.arrivals if each.is_open]
    assert arrived.due_on == working_days_later(story.today, 1)
    case = signed_in(world, "kirjaaja").get(f"/cases/{story.reference}")
    assert "Yksi saapunut asiakirja odottaa käsittelyä" in case.text
    assert "Lisäys, jonka asian koodin haltija lähetti verkossa" in case.text
    assert "Sisältö on hävitetty" not in case.text
    again = page_of(browser, story)
    assert "Lisäys" in again.text
    assert "Passini" not in again.text


def test_an_empty_addition_is_explained_beside_its_field(story: Story, world: World) -> None:
    story.applies()
    browser = visitor(world)
    refused = presses(browser, page_of(browser, story), "/code/add", addition=" ")
    assert refused.status == 422
    assert refused.title == "Virhe: Koodi – Vireille"
    assert refused.tree.xpath("//textarea[@aria-invalid='true']")
    assert refused.tree.xpath("//details[@open]//textarea")


def test_leaving_the_page_behind_the_code_closes_it_for_back_and_reload(story: Story, world: World) -> None:
    story.applies()
    browser = visitor(world)
    status = page_of(browser, story)
    again = browser.get(status.response.request.path)
    assert again.heading == status.heading
    (way,) = again.tree.xpath("//header//form[@action='/exit']")

    browser.post("/exit", dict(way.form_values()))

    for page in (status, again):
        back = browser.get(page.response.request.path)
        assert (back.status, back.heading) == (404, "Sivu on suljettu")


def test_the_page_behind_the_code_is_read_in_another_language(story: Story, world: World) -> None:
    story.applies()
    browser = visitor(world)
    status = page_of(browser, story)
    (english,) = status.tree.xpath("//nav//a[@hreflang='en']")

    assert browser.get(english.get("href")).heading == "We have your application"


def test_without_a_safe_number_they_are_asked_to_call(story: Story, world: World) -> None:
    story.applies(safe_channels=["email"], phone=None, email="a@example.invalid")
    browser = visitor(world)
    status = page_of(browser, story)
    assert not has(status, "/code/call")
    assert "Emme tiedä numeroa, johon on turvallista soittaa." in status.text
    assert story.receipt is not None
    assert world.engine.perform(AskCallByCode(story.receipt.code), PUBLIC) is False
    assert "call_asked" not in story.events


def test_stopping_and_withdrawing_show_on_the_page(story: Story, world: World) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    browser = visitor(world)
    presses(browser, page_of(browser, story), "/code/stop", "sure=yes")
    presses(browser, page_of(browser, story), "/code/withdraw", "sure=yes")
    status = page_of(browser, story)
    assert "Viestit on pysäytetty." in status.text
    assert "Saimme pyyntösi peruuttaa hakemus." in status.text
    assert not has(status, "/code/withdraw")
    assert "Pyyntö pysäyttää viestit" in status.text


def test_while_the_decision_is_on_its_way_a_way_can_be_called_unsafe(story: Story, world: World) -> None:
    story.applies(**BY_POST)
    story.until("post_letter")
    browser = visitor(world)
    status = page_of(browser, story)
    assert status.heading == "Päätös on tehty"
    assert has(status, "/code/add")
    assert not has(status, "/code/withdraw"), "a decision is appealed, not withdrawn"
    presses(browser, status, "/code/stop", "sure=yes")
    with pytest.raises(DatesRejected):
        story.does("kasittelija", "post_letter")  # On the same day it may have left before.
    story.passes(days=1)
    with pytest.raises(PostNotSafe):
        story.does("kasittelija", "post_letter")


@pytest.mark.parametrize("path", ["add", "call", "answer"])
def test_an_invented_and_a_referrers_code_open_nothing(world: World, path: str) -> None:
    receipt = Story(world).is_referred()
    browser = visitor(world)
    token = browser.token(browser.get("/fi/code"))
    answers = [
        browser.post(
            f"/fi/code/{path}",
            {"form_token": token, "code": code, "addition": "Jotain", "request": "REQ-1"},
        )
        for code in ("1" * 16, receipt.code)
    ]
    assert [each.status for each in answers] == [404 if path == "answer" else 422] * 2
    assert answers[0].heading == answers[1].heading


def test_a_reply_by_the_code_that_stops_contact_says_so_and_takes_no_new_way(
    asked: Story, world: World
) -> None:
    browser = visitor(world)
    reply = presses(browser, page_of(browser, asked), "/code/answer")
    assert not reply.tree.xpath("//*[@name='contact_change']")
    done = presses(
        browser, reply, "/r/answer", "go=send", can_answer="yes", answer="A", contact_changed="yes"
    )
    assert "Viestit on pysäytetty." in done.text
    for untrue in ("samalla tavalla kuin aiemmin", "Linkki ei enää toimi"):
        assert untrue not in done.text


def test_a_reply_by_the_code_says_nothing_of_a_link(asked: Story, world: World) -> None:
    browser = visitor(world)
    reply = presses(browser, page_of(browser, asked), "/code/answer")
    done = presses(browser, reply, "/r/answer", "go=send", can_answer="yes", answer="A")
    assert "Linkki ei enää toimi" not in done.text
    assert "Näet koodilla, että se on saapunut." in done.text


def test_after_a_stop_no_call_and_no_contact_is_promised_any_more(story: Story, world: World) -> None:
    story.applies(safe_channels=["phone"], phone="+358 00 0000000", email=None)
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    browser = visitor(world)
    presses(browser, page_of(browser, story), "/code/call")
    ask = presses(browser, page_of(browser, story), "/code/stop")
    assert "Jos pyysit puhelun, sitä ei tule." in ask.text
    assert "Jos pyysit puhelun, sitä ei tule." in presses(browser, ask, "/code/stop", "sure=yes").text
    status = page_of(browser, story)
    for untrue in (
        "Otamme sinuun yhteyttä",
        "Numeroon, jonka kerroit turvalliseksi",
        "Emme odota sinulta mitään",
    ):
        assert untrue not in status.text
    sure = presses(browser, status, "/code/withdraw")
    assert "Otamme sinuun yhteyttä" not in sure.text
    gone = presses(browser, sure, "/code/withdraw", "sure=yes")
    for page in (gone, page_of(browser, story)):
        assert "Soita meille, jotta voimme varmistaa" in page.text
        assert "turvallisella tavalla" not in page.text

"""A request to an authority: it says who asks and on which ground; whom it concerns only after the code."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.queries.access_log import SearchAccessLog
from tests.support.answers import request
from tests.support.browsing import Page, Visitor, visitor
from tests.support.story import Story
from tests.support.world import World

DUTY = "Tieto annetaan salassapitosäännösten estämättä"


@pytest.fixture
def asked(story: Story) -> Story:
    story.applies(given_names="Aino", family_name="Keksitty")
    story.until("sufficiency")
    story.does(
        "kasittelija", "sufficiency", enough="ask", reason="Työn ehdot puuttuvat.", missing="Työn ehdot"
    )
    rows = [
        {
            **request("outside_authority", story.today + timedelta(days=14)),
            "legal_basis": "l615_13_1",
            "questions": "Milloin lupa annettiin?",
        }
    ]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Lupa puuttuu.")
    return story


def door(browser: Visitor, story: Story) -> Page:
    (wanted,) = story.file.requests
    return browser.get(f"/fi/r/{story.link_of(wanted)}")


def mails(story: Story, kind: str) -> list[tuple[str, str]]:
    found = [each.template_values for each in story.mails if each.kind == kind]
    return [(str(each["subject"]), " ".join(each["paragraphs"])) for each in found]


def test_the_mail_says_who_asks_by_when_and_on_which_ground_and_names_nobody(asked: Story) -> None:
    asked.passes(minutes=1)
    ((subject, text),) = mails(asked, "mail_request")
    assert subject.startswith(f"Tietopyyntö {asked.reference}/REQ-1, vastaa viimeistään")
    assert "615/2020 13 §" in text
    assert DUTY in text
    assert asked.world.engine.settings.authority.name in text
    for secret in ("Aino", "Keksitty", "Milloin lupa", "jos haluat vastata", "jättää sen huomiotta"):
        assert secret not in text + subject


def test_a_reminder_says_that_it_is_one(asked: Story) -> None:
    asked.passes(days=8)
    ((subject, text),) = mails(asked, "mail_reminder")
    assert subject.startswith("Muistutus: tietopyyntö")
    assert "Tämä on muistutus" in text


def test_the_person_is_named_only_after_the_code(asked: Story, world: World) -> None:
    browser = visitor(world)
    before = door(browser, asked)
    assert before.heading == "Tietopyyntö viranomaiselle"
    assert "615/2020 13 §" in before.text
    assert f"{asked.reference}/REQ-1" in before.text
    for secret in ("Aino", "Keksitty", "Milloin lupa annettiin?"):
        assert secret not in before.text
    log = world.engine.answer(SearchAccessLog(), world.actor("tarkastaja"))
    assert "show_request" in [each.action for each in log.entries], "a read of a case leaves its entry"

    (wanted,) = asked.file.requests
    page = browser.submits(before, factor=asked.code_of(wanted))
    assert "Aino Keksitty" in page.text
    assert "Milloin lupa annettiin?" in page.text
    assert "Älä ota henkilöön yhteyttä" in page.text
    assert not page.tree.xpath("//*[@name='contact_changed']"), "an authority chooses its own ways"
    receipt = browser.submits(
        page, "go=send", can_answer="yes", answer="Toukokuussa.", answered_by="Esko Esimerkki, tarkastaja"
    )
    assert receipt.heading == "Kiitos vastauksesta"
    assert f"{asked.reference}/REQ-1" in receipt.text
    assert "Aino" not in receipt.text
    (reply,) = [each for each in asked.file.submissions if each.form_key == "information_reply"]
    assert reply.answers["answered_by"] == "Esko Esimerkki, tarkastaja"


def test_who_answers_alone_is_no_answer(asked: Story, world: World) -> None:
    browser = visitor(world)
    (wanted,) = asked.file.requests
    page = browser.submits(door(browser, asked), factor=asked.code_of(wanted))
    refused = browser.submits(page, "go=send", answered_by="Esko Esimerkki")
    assert refused.status == 422

"""A form that calls contact unsafe, and names a way all the same: nothing of it is safe before staff have verified it."""

from __future__ import annotations

from typing import Any

import pytest

from engine.domain.safe_contact import safe_ways
from tests.support.browsing import signed_in, visitor
from tests.support.party_changes import changes, person
from tests.support.story import Story
from tests.webapp.test_public_paths import CONSENTED, REFERRER, SEND, newest, to_the_end

PHONE: dict[str, Any] = {"safe_channels": ["phone"], "phone": "+358401231234"}
FATHER: dict[str, Any] = {
    "safe_channels": ["via_person"],
    "contact_person_name": "Isä Esimerkki",
    "contact_person_phone": "+358401231234",
}
ANSWERED = "Ohjaaja vastasi ma 2.11.2026, ettei henkilöön ole turvallista ottaa yhteyttä."
ASKED = "Kerroit aikuisesta, joka ei ole turvallinen."


def card_of(story: Story, who: str = "kasittelija") -> str:
    return signed_in(story.world, who).get(f"/cases/{story.reference}").text


@pytest.mark.parametrize(("begins", "words"), [("is_referred", ANSWERED), ("calls", "Puhelussa vastattiin")])
def test_a_way_of_a_form_that_calls_contact_unsafe_is_no_safe_way(
    story: Story, begins: str, words: str
) -> None:
    receipt = getattr(story, begins)(**PHONE, safe_to_contact="no")
    assert receipt.is_unreached
    assert all(not safe_ways(each.contact) for each in story.file.parties if each.kind == "applicant")
    if begins == "is_referred":
        story.until("verify_consent")
    card = card_of(story, "paivystaja" if begins == "calls" else "kasittelija")
    assert words in card
    assert "Soita +358401231234" not in card


def test_once_staff_have_verified_a_way_the_card_shows_it(story: Story) -> None:
    story.is_referred(**PHONE, safe_to_contact="no")
    story.until("verify_consent")
    changes(story, person(story), {"safe_channels": ["phone"], "unsafe_channels": []})
    card = card_of(story)
    assert "Ohjaaja vastasi" not in card
    assert "Soita +358401231234" in card


def test_the_referrer_reads_before_and_after_sending_that_nobody_contacts_the_person(story: Story) -> None:
    browser = visitor(story.world)
    answers = {**CONSENTED, **REFERRER, **PHONE, "safe_to_contact": "no"}
    check = to_the_end(browser, browser.get("/fi/other/questions"), **answers)
    assert "Emme ota häneen yhteyttä, ennen kuin tiedämme turvallisen tavan." in check.text
    assert "hyväksymällään tavalla" not in check.text
    receipt = browser.submits(check, SEND)
    assert "hyväksymällään tavalla" not in receipt.text
    assert "Emme tiedä, miten saamme häneen turvallisesti yhteyden." in receipt.text


@pytest.mark.parametrize(
    ("door", "answers"),
    [
        ("own", {"is_under_18": "yes", "guardian_name": "Isä", "guardian_safe": "no"}),
        ("own", {"is_under_18": "yes", "child_with": "unsafe_adult"}),
        ("child", {"relationship": "parent", "other_guardian_unsafe": "yes"}),
    ],
)
def test_a_go_between_beside_an_unsafe_adult_is_asked_about_and_is_no_safe_way(
    story: Story, door: str, answers: dict[str, str]
) -> None:
    browser = visitor(story.world)
    check = to_the_end(browser, browser.get(f"/fi/{door}/questions"), **answers, **FATHER)
    assert ASKED in check.text
    receipt = browser.submits(check, SEND)
    assert "Emme tiedä, miten saamme sinuun turvallisesti yhteyden." in receipt.text
    sent = Story(story.world, newest(story.world))
    assert all("via_person" not in safe_ways(each.contact) for each in sent.file.parties)
    sent.until("sufficiency")
    assert "Varmista, että yhteyshenkilö on joku muu" in card_of(sent)


def test_a_go_between_beside_no_unsafe_adult_stays_a_safe_way(story: Story) -> None:
    assert not story.applies(
        is_under_18="yes", guardian_safe="yes", child_with="safe_adult", **FATHER
    ).is_unreached

"""The card beside every task: what it says of the person's language and ways is true, also when a way has been withdrawn."""

from __future__ import annotations

from typing import Any

import pytest

from engine.casework.messages import language_of
from engine.commands.applications import SubmitApplication
from engine.commands.parties import StopContactByCode
from engine.domain.cases import Channel
from engine.domain.people import PUBLIC
from tests.support import answers as plain
from tests.support.browsing import signed_in
from tests.support.party_changes import changes, person
from tests.support.story import Story

DARI: dict[str, Any] = {
    "contact_language": "other",
    "contact_language_other": "dari",
    "mother_tongue": None,
    "interpreter_needed": "yes",
}


def card(story: Story, who: str = "kasittelija") -> str:
    page = signed_in(story.world, who).get(f"/cases/{story.reference}")
    [found] = page.tree.xpath("//*[@class='safe-contact']")
    return " ".join(found.text_content().split())


@pytest.mark.parametrize("begins", [Story.applies, Story.is_referred, Story.calls])
def test_a_language_that_no_list_has_is_named_in_the_words_typed(story: Story, begins: Any) -> None:
    begins(story, **DARI)
    assert "Kieli: dari, tulkki" in card(story)
    story.does("kirjaaja", "register", contact_language="other", interpreter_needed="yes")
    assert "Kieli: dari, tulkki" in card(story)
    page = signed_in(story.world, "kasittelija").get(f"/cases/{story.reference}")
    assert "dari" in page.tree.xpath("//*[@id='people-title']/..")[0].text_content()


def test_the_registrar_sees_and_mends_the_words(story: Story) -> None:
    story.applies(**DARI)
    browser = signed_in(story.world, "kirjaaja")
    page = browser.get(f"/tasks/{story.task('register').id}")
    assert page.tree.xpath("//input[@name='contact_language_other']/@value") == ["dari"]
    story.does("kirjaaja", "register", contact_language="other", contact_language_other="hazaragi")
    assert "Kieli: hazaragi" in card(story)


def test_nobody_knows_the_language_of_one_who_needs_an_interpreter(story: Story) -> None:
    story.applies(contact_language=None, mother_tongue=None, interpreter_needed="yes")
    assert "Kieli: kieltä ei tiedetä, tulkki" in card(story)


def test_a_withdrawn_way_is_called_withdrawn(story: Story) -> None:
    story.applies(safe_channels=["phone", "email"], phone="040 000 1111")
    story.passes(minutes=29)
    assert story.world.engine.perform(StopContactByCode(story.receipt.code), PUBLIC)
    words = card(story)
    assert "Ilmoitettiin ma 2.11.2026 klo 9.29, ettei tapa ole enää turvallinen" in words
    assert "ei ole kerrottu" not in words
    assert "040 000 1111" not in words


def test_one_whose_every_way_has_become_unsafe_had_named_some(story: Story) -> None:
    story.applies(safe_channels=["email"])
    changes(story, person(story), {"safe_channels": [], "unsafe_channels": ["email"]})
    words = card(story)
    assert "Turvallista tapaa ei ole enää" in words
    assert "Ei sähköpostia" in words


def test_one_who_named_no_way_has_named_none(story: Story) -> None:
    story.applies(safe_channels=None, phone=None, email=None)
    assert "Turvallista tapaa ei ole kerrottu" in card(story)


@pytest.mark.parametrize("form", [plain.application, plain.child_application])
@pytest.mark.parametrize(
    ("filled_in", "spoken", "written", "words"),
    [
        ("ar", None, "ar", "kirjoitti lomakkeen kielellä arabia"),
        ("selko", None, "selko", "kirjoitti lomakkeen kielellä selkosuomi"),
        ("ar", "ru", "ru", "venäjä"),
    ],
)
def test_who_leaves_their_language_is_written_to_in_that_of_the_form(
    story: Story, form: Any, filled_in: str, spoken: str | None, written: str, words: str
) -> None:
    known = {"contact_language": spoken, "mother_tongue": None, "safe_channels": ["email"]}
    data = plain.merged(form(story.today), {**known, "email": "person@example.invalid"})
    key = "child_application" if form is plain.child_application else ""
    sent = SubmitApplication(Channel.SELF, "k" * 43, data=data, language=filled_in, form_key=key)
    story.reference = story.world.engine.perform(sent, PUBLIC).reference
    story.passes(minutes=1)

    speakers = [each for each in story.file.parties if each.kind in ("applicant", "guardian")]
    assert {language_of(each, story.case) for each in speakers} == {written}
    assert [each.language for each in story.mails if each.kind == "mail_receipt"] == [written]
    assert f"Kieli: {words}" in card(story)
    changes(story, person(story), {"phone": "000 000 0000"})
    assert f"Kieli: {words}" in card(story), "it outlives a change of the person's details"


def test_the_language_of_a_referrers_form_is_not_the_persons(story: Story) -> None:
    data = plain.referral(story.today)
    sent = SubmitApplication(Channel.REFERRAL, "k" * 43, data=data, language="sv")
    story.reference = story.world.engine.perform(sent, PUBLIC).reference
    story.passes(minutes=1)

    assert [each.language for each in story.mails if each.kind == "mail_receipt"] == ["sv"]
    assert "lomakkeen" not in card(story)

"""A professional who referred the person is asked as professionals are; a private person gets the mail that names nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.casework.official_requests import REFERS_AT_WORK
from engine.feel import parse
from forms.catalogue import read_form
from tests.stories.test_asking_referrers import asks_the_referrer, until_requests
from tests.stories.test_consents_to_ask import TALK
from tests.support.browsing import signed_in, visitor
from tests.support.party_changes import changes, person
from tests.support.story import Story
from tests.support.world import World
from tests.webapp.test_official_requests import DUTY, WHO, door, mails, opened
from tests.webapp.test_parties import saves
from webapp.rendering.words.party_words import REFERRER_KINDS

MAILBOX = "ohjaaja@example.invalid"
WRITTEN = ("Aino", "Keksitty", "Mitkä työn ehdot")
BY_LAW = {"legal_basis": "l615_13_1"}


def asks(story: Story, kind: str, **basis: str) -> None:
    until_requests(
        story,
        given_names="Aino",
        family_name="Keksitty",
        referrer_kind=kind,
        referrer_email=MAILBOX,
        referrer_reference="OMA-7",
    )
    basis = basis or {**TALK, "consent_on": story.today.isoformat()}
    asks_the_referrer(story, request_channel="link", recipient_contact=MAILBOX, **basis)
    story.passes(minutes=1)


@pytest.mark.parametrize("kind", ["ngo", "social_services", "legal_counsel"])
def test_the_mail_to_a_professional_says_who_asks_what_on_which_ground_and_by_when(
    story: Story, kind: str
) -> None:
    asks(story, kind, **BY_LAW)
    ((subject, text),) = mails(story, "mail_request")
    assert subject.startswith(f"Lisätietopyyntö {story.reference}/REQ-1, vastaa viimeistään")
    for words in ("lisätietoja ohjauksesta", "615/2020 13 §", DUTY, "Soita meille ja sano viite"):
        assert words in text
    assert story.world.engine.settings.authority.name in text
    for secret in (*WRITTEN, "OMA-7", "jos haluat vastata", "jättää sen huomiotta"):
        assert secret not in text + subject


@pytest.mark.parametrize("kind", ["private_person", "other", "company"])
def test_anybody_whose_mailbox_may_not_be_their_own_at_work_reads_a_mail_that_names_nothing(
    story: Story, world: World, kind: str
) -> None:
    asks(story, kind)
    ((subject, text),) = mails(story, "mail_request")
    assert subject == "Sinulle on viesti"
    for words in (story.reference, world.engine.settings.authority.name, "ohjau", "suostumus"):
        assert words not in text + subject
    page = door(visitor(world), story)
    assert page.heading == "Kirjoita ensin koodi"
    assert story.reference not in page.text


def test_staff_correct_where_a_referrer_acts_and_the_mail_follows(story: Story, world: World) -> None:
    """It is the referrer who says so, and an exploiter may say that they work at an authority."""
    asks(story, "police", **BY_LAW)
    assert story.reference in door(visitor(world), story).text
    (referrer,) = (each for each in story.file.parties if each.kind == "referrer")
    worker = signed_in(world, "kasittelija")
    address = f"/cases/{story.reference}/parties/{referrer.id}"
    page = worker.get(address)
    ground = {"source": "call", "reason": "Poliisilla ei ole tämän nimistä."}
    assert saves(worker, page, referrer_kind="private_person", **ground).status == 303
    after = door(visitor(world), story)
    assert after.heading == "Kirjoita ensin koodi"
    assert story.reference not in after.text
    history = worker.get(address).text
    for words in ("Missä ohjaaja toimii", "Poliisi", "Yksityishenkilö", ground["reason"]):
        assert words in history


def test_the_page_offers_what_the_forms_offer() -> None:
    for key in ("referral", "phone_intake"):
        field = read_form(key, parse=parse).by_key["referrer_kind"]
        assert {each.value: each.label for each in field.options} == dict(REFERRER_KINDS)
    assert set(REFERRER_KINDS) > REFERS_AT_WORK


def test_reminders_new_days_and_the_end_are_worded_for_a_professional_too(story: Story) -> None:
    asks(story, "ngo")
    story.passes(days=8)
    ((subject, text),) = mails(story, "mail_reminder")
    assert subject.startswith("Muistutus: tietopyyntö")
    assert "Tämä on muistutus" in text
    story.passes(days=7)
    story.does(
        "kasittelija",
        "request_follow_up",
        "REQ-1",
        choice="extend",
        new_due_on=(story.today + timedelta(days=10)).isoformat(),
        reason="Vastaaja pyysi lisäaikaa.",
    )
    assert story.hears("proceed_without_rest")
    story.passes(minutes=1)
    ((later, _),), ((ended, _),) = mails(story, "mail_new_date"), mails(story, "mail_message_closed")
    assert later.startswith(f"Lisää aikaa: tietopyyntö {story.reference}/REQ-1")
    assert ended == f"Tietopyyntö {story.reference}/REQ-1: vastausta ei enää tarvita"


def test_a_colleague_answers_in_parts_and_files_the_receipt(story: Story, world: World) -> None:
    asks(story, "ngo", **BY_LAW)
    browser = visitor(world)
    before = door(browser, story)
    assert before.heading == "Lisätietopyyntö ohjauksesta"
    assert f"{story.reference}/REQ-1" in before.text
    for secret in (*WRITTEN, "OMA-7"):
        assert secret not in before.text
    page = opened(browser, story)
    for words in ("Aino Keksitty", "OMA-7", "Älä ota henkilöön yhteyttä"):
        assert words in page.text
    assert "En halua vastata" not in page.text, "a law makes them answer"
    refused = browser.submits(page, "go=send", can_answer="partly", answer="Ensimmäinen.")
    assert refused.tree.xpath("//*[contains(@class, 'field-error')]//input/@name") == ["answered_by"]
    part = browser.submits(refused, "go=send", answered_by=WHO)
    assert "Koodi on samat kuusi numeroa kuin nyt." in part.text
    assert "Liitä tämä kuitti asiakirjoihinne" in part.text
    for shown in (before, page, part):
        assert not shown.tree.xpath("//a[starts-with(@href, 'tel:')]")


def test_one_who_is_asked_with_the_persons_consent_may_decline(story: Story, world: World) -> None:
    asks(story, "parish")
    assert "En halua vastata" in opened(visitor(world), story).text


def test_a_referrer_reads_the_name_they_gave_and_not_what_the_case_has_learned(
    story: Story, world: World
) -> None:
    asks(story, "ngo")
    known = person(story)
    changes(story, known, identity={**known.identity, "given_names": "Tosi", "family_name": "Nimi"})
    page = opened(visitor(world), story)
    assert "Aino Keksitty" in page.text
    assert "Tosi" not in page.text

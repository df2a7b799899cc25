"""The organiser of help and another authority get the ways that are safe on the day of sending, or none."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from engine.bootstrap import shipped_files
from engine.casework.recordings.contact import NotAsDecided
from engine.casework.recordings.notice import NamesOldWays, NamesOldWaysBefore, WaysAreRight
from engine.commands.moves import MoveAtOnce
from engine.commands.parties import StopContactByCode
from engine.domain.people import OPERATOR, PUBLIC
from engine.queries.moves import PreviewMove
from tests.stories.test_contact import admitted
from tests.stories.test_notices import NOT_SENT, papers
from tests.support.browsing import signed_in
from tests.support.party_changes import changes, code_of, person
from tests.support.publishing import published
from tests.support.story import Story

PHONE = "+358 00 0000000"
REWRITE = {**NOT_SENT, "notice_state": "rewrite", "not_sent_reason": None}
COUNTY = {
    "service_organiser": "county",
    "organiser_name": "Esimerkin hyvinvointialue, sosiaalipalvelut",
    "organiser_changed_reasons": "Kotikunta vahvistui tänään: henkilö näytti otteen.",
}
HANDOVER, TRANSFER = "notice_service_handover", "notice_transfer"


def handed_over(story: Story) -> None:
    admitted(story)
    changes(story, person(story), {"safe_channels": ["phone", "email"], "phone": PHONE})
    story.passes(minutes=1)
    story.does("kasittelija", "contact_client", **COUNTY)


def transferred(story: Story) -> None:
    story.applies(safe_channels=["phone", "email"], phone=PHONE)
    elsewhere = {"competence": "transfer", "transfer_to": "migri", "transfer_reason": "Asia kuuluu sinne."}
    story.does("kirjaaja", "register", **elsewhere)


@pytest.mark.parametrize("kind", [HANDOVER, TRANSFER])
def test_a_phone_that_became_unsafe_leaves_in_no_letter(story: Story, kind: str) -> None:
    (handed_over if kind == HANDOVER else transferred)(story)
    assert PHONE in papers(story, kind)[-1]
    with pytest.raises(WaysAreRight):
        story.does("kasittelija", "send_notice", **REWRITE)
    story.passes(hours=3)
    changes(story, person(story), {"safe_channels": ["email"], "unsafe_channels": ["phone"]})

    with pytest.raises(NamesOldWays) as refused:
        story.does("kasittelija", "send_notice")

    assert refused.value.field == "notice_state"
    page = signed_in(story.world, "kasittelija").get(f"/tasks/{story.task('send_notice').id}").text
    assert "yhteystavat ovat muuttuneet" in page
    assert "Laaditaan uudelleen" in page
    story.does("kasittelija", "send_notice", **REWRITE)
    assert PHONE not in papers(story, kind)[-1]
    story.does("kasittelija", "send_notice")
    newest = [each for each in story.file.documents if each.kind == kind][-1]
    sent = [each.facts["document"] for each in story.file.timeline if each.kind == "notice_sent"]
    assert sent == [str(newest.id)]


def before_writing_anew(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The shipped models without the answer that has the letter written anew."""
    path = "forms/send_notice.form"
    form = json.loads(files[path])
    state = next(each for each in form["components"] if each.get("key") == "notice_state")
    state["values"] = [each for each in state["values"] if each["value"] != "rewrite"]
    return {**files, path: json.dumps(form).encode()}


def test_in_a_version_without_a_way_to_write_it_anew_the_letter_waits_until_the_case_is_moved(
    story: Story,
) -> None:
    engine = story.world.engine
    published(engine, before_writing_anew(shipped_files()))
    handed_over(story)
    story.passes(hours=3)
    changes(story, person(story), {"safe_channels": ["email"], "unsafe_channels": ["phone"]})
    for answers in ({}, NOT_SENT):
        with pytest.raises(NamesOldWaysBefore) as refused:
            story.does("kasittelija", "send_notice", **answers)
        assert refused.value.field == "notice_state"
    page = signed_in(story.world, "kasittelija").get(f"/tasks/{story.task('send_notice').id}").text
    assert "siirtämään asia uuteen versioon" in page
    assert "valitse, että se laaditaan uudelleen" not in page

    newest = published(engine, shipped_files())
    (group,) = engine.answer(PreviewMove(newest), OPERATOR).groups
    assert group.may_move
    engine.perform(MoveAtOnce(newest, group.references), OPERATOR)
    story.passes(minutes=1)
    story.does("kasittelija", "send_notice", **REWRITE)
    story.does("kasittelija", "send_notice")
    assert PHONE not in papers(story, HANDOVER)[-1]
    assert "service_needs_handed_over" in story.milestones


def test_while_contact_is_stopped_the_letter_names_no_way(story: Story) -> None:
    admitted(story)
    changes(story, person(story), {"safe_channels": ["phone", "email"], "phone": PHONE})
    assert story.world.engine.perform(StopContactByCode(code_of(story)), PUBLIC)
    story.does("kasittelija", "contact_client", **COUNTY, contact_channel="in_person")
    (letter,) = papers(story, HANDOVER)
    assert PHONE not in letter
    assert "Älkää ottako yhteyttä suoraan" in letter


def test_a_letter_from_before_contact_was_stopped_does_not_leave(story: Story) -> None:
    handed_over(story)
    story.passes(minutes=1)
    assert story.world.engine.perform(StopContactByCode(code_of(story)), PUBLIC)
    with pytest.raises(NamesOldWays):
        story.does("kasittelija", "send_notice")
    story.does("kasittelija", "send_notice", **REWRITE)
    assert PHONE not in papers(story, HANDOVER)[-1]
    story.does("kasittelija", "send_notice")
    assert "service_needs_handed_over" in story.milestones


CAREFUL = {
    "safe_channels": ["phone", "sms"],
    "phone": PHONE,
    "sms_phone": "+358 00 0000005",
    "safe_times": ["weekday_morning", "weekend"],
    "if_other_answers": "wrong_number",
    "may_leave_message": "no",
    "interpreter_needed": "yes",
    "interpreter_preferences": ["woman"],
    "interpreter_wishes": "Ei ketään kotikylästä.",
}


@pytest.mark.parametrize(
    ("language", "asked"),
    [
        (
            "fi",
            (
                "Soittaa saa: arkisin klo 8–12, viikonloppuna",
                "Älkää jättäkö viestiä.",
                "sanokaa soittaneenne väärään numeroon",
                "arabia, mieluiten nainen. Ei ketään kotikylästä.",
                "Mukana olevien lasten tarpeet: Päivähoito.",
            ),
        ),
        (
            "sv",
            (
                "Man får ringa: vardagar kl. 8–12, på veckoslutet",
                "Lämna inget meddelande.",
                "säg att ni har ringt fel nummer",
                "arabiska, helst en kvinna. Ei ketään kotikylästä.",
                "Behoven hos de barn som är med: Päivähoito.",
            ),
        ),
    ],
)
def test_the_organiser_reads_how_the_person_asked_to_be_contacted(
    story: Story, language: str, asked: tuple[str, ...]
) -> None:
    story.applies(**CAREFUL)
    story.does("kirjaaja", "register", language=language)
    known = person(story)
    spoken = {**known.identity, "contact_language": "ar", "interpreter_needed": "yes"}
    changes(story, known, identity=spoken)
    story.until("prepare_resolution")
    explained = {"explanation_unneeded_reasons": "Tulkki lukee päätöksen hänelle tavatessa."}
    story.does("kasittelija", "prepare_resolution", resolution_language=language, **explained)
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "record_delivery")
    address = {"postal_address": "Keksitynkatu 3\n00000 Esimerkkilä"}
    changes(story, person(story), {"safe_channels": ["phone", "sms", "post"], **address})
    with pytest.raises(NotAsDecided) as refused:
        story.does("kasittelija", "contact_client", **{**COUNTY, "organiser_changed_reasons": None})
    assert refused.value.field == "service_organiser"
    story.does("kasittelija", "contact_client", **COUNTY, children_needs="Päivähoito.")
    (letter,) = papers(story, HANDOVER)
    for words in (
        *asked,
        PHONE,
        "+358 00 0000005",
        "Keksitynkatu 3, 00000 Esimerkkilä",
        str(COUNTY["organiser_name"]),
    ):
        assert words in letter


def test_a_hand_over_that_did_not_leave_is_made_again(story: Story) -> None:
    admitted(story)
    assert ("person_reached", None) not in story.file.awaited
    story.does("kasittelija", "contact_client", **COUNTY)
    story.does("kasittelija", "send_notice", **NOT_SENT)
    assert story.hears("person_reached")
    assert "contact_client" in story.forms
    assert ("person_reached", None) not in story.file.awaited
    story.does("kasittelija", "contact_client", **COUNTY)
    assert ("person_reached", None) not in story.file.awaited, "it is being sent"
    story.does("kasittelija", "send_notice")
    assert "service_needs_handed_over" in story.milestones
    assert ("person_reached", None) not in story.file.awaited

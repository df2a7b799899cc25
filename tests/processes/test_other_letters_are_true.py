"""Letters beside a resolution, judged as they are read: requests, hearings, notices, covers, the reflection period."""

from __future__ import annotations

import re

import pytest

from engine.casework.resolution_letter import values_of
from engine.letters import Letter, require_printable
from engine.simulation.environment_images import AUTHORITY
from tests.processes.test_letters_are_true import (
    KINDS_TO_PEOPLE,
    LETTERS,
    OTHERS,
    RECIPIENTS,
    TEXTS,
    YOU_FI,
    YOU_SV,
    alone,
    faults_of,
    lines,
    wordings,
)


@pytest.mark.parametrize("recipient", RECIPIENTS)
@pytest.mark.parametrize("channel", KINDS_TO_PEOPLE)
@pytest.mark.parametrize("language", ("fi", "sv", "en"))
def test_what_goes_beside_a_resolution_speaks_to_its_recipient(
    channel: str, recipient: str, language: str
) -> None:
    for key in KINDS_TO_PEOPLE[channel]:
        if language not in TEXTS[key]:
            continue
        letter = alone(key, language, recipient_kind=recipient)
        assert faults_of(letter.wording, language) == []
        if key == "delivery_cover":
            written = " ".join(letter.wording.paragraphs)
            names_the_person = "Maija Esimerkki" in written
            assert names_the_person == (recipient in {"guardian", "representative", "agent"})


@pytest.mark.parametrize("key", sorted(OTHERS))
def test_no_other_letter_has_a_doubled_heading_an_empty_value_a_key_or_another_language(key: str) -> None:
    for language in ("fi", "sv", "en"):
        if language in TEXTS[key]:
            letter = alone(key, language)
            require_printable(letter)
            assert [fault for each in wordings(letter) for fault in faults_of(each, language)] == []


def test_an_applicant_is_not_shown_why_the_office_asks() -> None:
    assert "necessity" not in TEXTS["request_applicant"]["values"]
    assert "purpose" not in TEXTS["request_applicant"]["values"]


@pytest.mark.parametrize("language", ("fi", "sv", "en"))
def test_a_hearing_and_a_request_say_where_to_answer_and_name_their_reader(language: str) -> None:
    street = values_of(AUTHORITY, language)["office_address"]
    own = {"fi": "omalla kielelläsi", "sv": "ditt eget språk", "en": "your own language"}[language]
    for key in ("hearing", "request_applicant", "request_authority"):
        letter = alone(key, language)
        answered = next(each for each in letter.sections if each.key == "due")
        assert street in " ".join(answered.paragraphs)
        assert (own in " ".join(letter.wording.paragraphs)) == (key != "request_authority")
    assert alone("hearing", language, recipient_name="Eino Edustaja").sections[1].paragraphs == (
        "Eino Edustaja",
    )


def test_a_receipt_in_swedish_is_no_proof_of_service() -> None:
    """*Mottagningsbevis* is the proof that a document was served (434/2003 60 §)."""
    receipts = [key for key in OTHERS if key.startswith("receipt_")]
    assert receipts
    for key in receipts:
        wording = alone(key, "sv").wording
        assert "mottagningsbevis" not in " ".join(lines(wording)).lower()


DECISIONS = sorted(
    key for key in OTHERS if TEXTS[key]["kind"] == "resolution" and key != "reissued_instructions"
)


@pytest.mark.parametrize("key", DECISIONS)
def test_a_decision_names_the_provisions_it_rests_on(key: str) -> None:
    """434/2003 45 §. New instructions for an appeal decide nothing."""
    for language, heading in (("fi", "Sovelletut säännökset"), ("sv", "Tillämpade bestämmelser")):
        (rests_on,) = [each for each in alone(key, language).sections if each.heading == heading]
        assert any(re.search(r"434/2003\) \d.*§", each) for each in rests_on.items)


@pytest.mark.parametrize("language", ("fi", "sv", "en"))
def test_a_letter_tells_who_helps_or_guards_several_which_matter_it_is_about(language: str) -> None:
    """A referrer reads the day on which they sent it, and a guardian the child's name."""
    received = {"fi": "24.11.2026", "sv": "24.11.2026", "en": "24"}[language]
    assert received in " ".join(alone("referrer_notice", language).wording.paragraphs)
    hearing = alone("hearing", language, about_name="Eeli Esimerkki")
    assert "Eeli Esimerkki" in " ".join(hearing.wording.paragraphs)
    own = [each.key for each in alone("hearing", language, about_name="").sections]
    assert "about" not in own


REFLECTIONS = {
    "reflection_period": {"fi": ("antaa", "alkaa"), "sv": ("ger", "börjar")},
    "reflection_refused": {"fi": ("ei anna",), "sv": ("ger inte", "ger dig ingen")},
    "reflection_extended": {"fi": ("jatkaa",), "sv": ("förlänger",)},
    "reflection_not_extended": {"fi": ("ei jatka",), "sv": ("förlänger inte",)},
    "reflection_interrupted": {"fi": ("keskeyttää", "ei enää kulu"), "sv": ("avbryter",)},
}
"""Outcome of a decision on the reflection period to words of its operative part."""


def reflection(key: str, language: str, outcome: str) -> Letter:
    runs = outcome in ("reflection_period", "reflection_extended")
    return alone(
        key,
        language,
        outcome=outcome,
        reflection_until="25.12.2026" if runs else "",
        interrupted_from="2.12.2026" if outcome == "reflection_interrupted" else "",
        interruption_ground="contact_renewed" if outcome == "reflection_interrupted" else "",
    )


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("outcome", REFLECTIONS)
@pytest.mark.parametrize("key", ("reflection_notice", "reflection_notice_guardian"))
def test_a_letter_about_the_reflection_period_says_what_was_decided(
    key: str, outcome: str, language: str
) -> None:
    letter = reflection(key, language, outcome)
    assert faults_of(letter.wording, language) == []
    operative = [" ".join(each.paragraphs) for each in letter.sections if each.key.startswith("operative")]
    assert len(operative) == 1
    assert any(words in operative[0] for words in REFLECTIONS[outcome][language])
    written = " ".join(letter.wording.paragraphs)
    no_appeal = {"fi": "ei saa hakea muutosta valittamalla", "sv": "får inte överklagas genom besvär"}[
        language
    ]
    assert re.search(rf"{no_appeal} \([^)]*301/2004 191 §[^)]*1218/2013\)", written), written
    assert "Kerttu Käsittelijä" in written, "a person to ask (434/2003 44 §)"
    assert not re.search(r"\b[Ll]iit|\bbilag", written), "no annex comes with it"
    duty = {"fi": "päätettävä", "sv": "ska besluta"}[language]
    assert (duty in written) == (outcome in ("reflection_period", "reflection_extended"))
    owed = {"fi": "ilmoitettava poliisille", "sv": "underrätta polisen"}[language]
    assert (owed in written) == (
        outcome in ("reflection_period", "reflection_extended", "reflection_interrupted")
    )
    if key.endswith("_guardian"):
        assert not re.search({"fi": YOU_FI, "sv": YOU_SV}[language], " ".join(operative))


@pytest.mark.parametrize("language", LETTERS)
def test_the_police_read_an_interruption_as_one(language: str) -> None:
    written = " ".join(
        reflection("notice_police_reflection", language, "reflection_interrupted").wording.paragraphs
    )
    assert {"fi": "keskeytetty", "sv": "avbrutits"}[language] in written
    assert {"fi": "päättyy", "sv": "slutar"}[language] not in written


TO_AUTHORITIES = tuple(
    key
    for key in OTHERS
    if key.startswith("notice_") or key in ("request_authority", "correction_notice", "appeal_opinion")
)


@pytest.mark.parametrize("key", TO_AUTHORITIES)
def test_a_letter_to_an_authority_is_formal_and_says_its_day_once(key: str) -> None:
    for language in LETTERS:
        letter = alone(key, language)
        assert "Kysy meiltä" not in letter.wording.headings
        assert "Fråga oss" not in letter.wording.headings
        # The day and the reference stand at the head of the page.
        recipient = next(each for each in letter.sections if each.key == "recipient")
        assert not re.search(r"\d{1,2}\.\d{1,2}\.\d{4}|2026-000123", " ".join(recipient.paragraphs))

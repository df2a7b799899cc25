"""Letters beside a resolution, judged as they are read: requests, hearings, notices, covers, the reflection period."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from engine.casework.resolution_letter import values_of
from engine.letters import Letter, require_printable
from tests.processes.made_letters import (
    AUTHORITY,
    CORRECTING,
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
            assert names_the_person == (recipient in {"guardian", "representative", "trustee", "agent"})


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


@pytest.mark.parametrize("language", ("fi", "sv", "en"))
def test_a_referrer_reads_of_a_consent_or_of_the_law(language: str) -> None:
    words = {"fi": "suostumuksellaan", "sv": "samtycke", "en": "consent"}[language]
    for is_consented in ("yes", ""):
        wording = alone("request_referrer", language, is_consented=is_consented).wording
        assert (words in " ".join(wording.paragraphs)) is bool(is_consented)
        assert any(each.key == "basis" for each in wording.sections) is not bool(is_consented)
        assert faults_of(wording, language) == []


@pytest.mark.parametrize("language", LETTERS)
def test_a_transfer_names_whom_its_reader_may_ask_here(language: str) -> None:
    written = alone("notice_transfer", language).wording.paragraphs
    assert [line for line in written if "Kerttu Käsittelijä, 000 000 0003" in line]


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


@pytest.mark.parametrize("key", [*DECISIONS, "reissued_instructions"])
def test_what_is_marked_secret_and_signed_says_by_which_provision(key: str) -> None:
    for language in LETTERS:
        (secrecy,) = [each for each in alone(key, language).sections if each.key == "secrecy"]
        assert "621/1999 24 §" in " ".join(secrecy.paragraphs)


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


ROOT = Path(__file__).parents[2]
REFLECTIONS = {
    "reflection_period": {"fi": ("antaa", "alkaa"), "sv": ("ger", "börjar")},
    "reflection_refused": {"fi": ("ei anna",), "sv": ("ger inte", "ger dig ingen")},
    "reflection_extended": {"fi": ("jatkaa",), "sv": ("förlänger",)},
    "reflection_not_extended": {"fi": ("ei jatka",), "sv": ("förlänger inte",)},
    "reflection_interrupted": {"fi": ("keskeyttää", "ei enää kulu"), "sv": ("avbryter",)},
}
"""Outcome of a decision on the reflection period to words of its operative part."""


def reflection(
    key: str, language: str, outcome: str, ground: str = "contact_renewed", **given: str
) -> Letter:
    runs = outcome in ("reflection_period", "reflection_extended")
    decided = {
        "outcome": outcome,
        "reflection_until": "25.12.2026" if runs else "",
        "interrupted_from": "2.12.2026" if outcome == "reflection_interrupted" else "",
        "interruption_ground": ground if outcome == "reflection_interrupted" else "",
    }
    return alone(key, language, **(decided | given))


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


NOTICE = {
    "fi": ("yhteistyötä viranomaisten kanssa", "voidaan keskeyttää"),
    "sv": ("med myndigheterna", "kan avbrytas"),
}


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize(
    ("outcome", "last"),
    [
        ("reflection_period", "25.12.2026"),
        ("reflection_extended", "25.12.2026"),
        ("reflection_interrupted", "24.12.2026"),
    ],
)
@pytest.mark.parametrize("key", ("reflection_notice", "reflection_notice_guardian"))
def test_a_notice_of_a_period_says_its_purpose_start_length_and_when_it_may_be_interrupted(
    key: str, outcome: str, last: str, language: str
) -> None:
    """301/2004 52 c § 3 mom., of a period that is given, extended or interrupted."""
    letter = reflection(key, language, outcome, "section_36")
    written = " ".join(letter.wording.paragraphs)
    assert all(words in written for words in (*NOTICE[language], "25.11.2026", last))
    grounds = [each.items for each in letter.sections if each.key.startswith("interruption")]
    assert [len(each) for each in grounds] == [2]


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("key", ("reflection_notice", "reflection_notice_guardian"))
def test_an_interruption_rests_on_the_section_that_it_names(key: str, language: str) -> None:
    for ground, rests in (("contact_renewed", False), ("section_36", True)):
        letter = reflection(key, language, "reflection_interrupted", ground)
        cited = [item for each in letter.sections if each.key.startswith("provisions") for item in each.items]
        assert any("(301/2004) 36 § 1" in item for item in cited) is rests


REMOVED_FOR = ("no_need", "left_country", "wish", "disappeared", "security")
HEARD = ("hearing_opinion", "is_silent", "is_declined", "oral_held", "oral_refused")


def removal(key: str, language: str, **given: str) -> Letter:
    unset = dict.fromkeys(
        ("removal_ground", "takes_effect", "help_until", "unheard_because", "is_copy", "is_new_decision"), ""
    )
    return alone(
        key, language, **{**unset, "heard_on": "", "outcome": "removed", **dict.fromkeys(HEARD, ""), **given}
    )


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("key", ("removal_notice", "removal_notice_guardian"))
def test_a_removal_says_its_ground_and_how_the_person_was_heard(key: str, language: str) -> None:
    assert faults_of(removal(key, language, unheard_because="x", unheard_reasons="y").wording, language) == []
    for ground, heard in product(REMOVED_FOR, HEARD):
        letter = removal(
            key,
            language,
            removal_ground=ground,
            takes_effect="at_once",
            heard_on="24.11.2026",
            **{heard: "ja"},
        )
        keys = {each.key for each in letter.sections}
        assert {each for each in keys if each.startswith("ground_")} == {f"ground_{ground}"}
        assert (
            faults_of(
                replace(
                    letter.wording,
                    sections=tuple(
                        each for each in letter.sections if not each.key.startswith(("heard", "oral"))
                    ),
                ),
                language,
            )
            == []
        )


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("key", ("removal_notice", "removal_notice_guardian"))
def test_who_is_kept_reads_of_no_end(key: str, language: str) -> None:
    wording = removal(key, language, outcome="kept", **CORRECTING["is_new_decision"]).wording
    written = "\n".join((wording.title, *wording.headings))
    assert not re.search(r"poist|päättyy|myöhemmin|avför|upphör|senare", written)
    assert re.search(r"edelleen asiakas|fortfarande klient", "\n".join(wording.paragraphs))


def test_no_letter_promises_that_the_police_hear_nothing_else() -> None:
    """The law may require another notice: 301/2004 52 c §, 417/2007 25 §, 39/1889 15:10, 746/2011 37 §."""
    absolute = re.compile(
        r"poliisille (muuta|ei kerrota)|annat för polisen|olisen får inte veta|police are told nothing"
    )
    assert [key for key, text in TEXTS.items() if absolute.search(str(text))] == []


def test_what_is_promised_of_the_police_names_what_the_law_requires_and_what_it_allows() -> None:
    """746/2011 37 § gives the director a right, not a duty."""
    places = ("forms/definitions/*.form", "forms/parts/*.form", "processes/*/texts/*.toml")
    pages = ("webapp/templates/**/*.html", "webapp/rendering/**/*.py")
    written = [path.read_text(encoding="utf-8") for each in (*places, *pages) for path in ROOT.glob(each)]
    promised = [found for each in written for found in re.findall(r"poliisille, ellei laki[^.\"]*", each)]
    assert len(promised) >= 9
    assert [each for each in promised if "vaadi" not in each or "salli" not in each] == []


@pytest.mark.parametrize("language", LETTERS)
def test_the_police_read_an_interruption_as_one(language: str) -> None:
    written = " ".join(
        reflection("notice_police_reflection", language, "reflection_interrupted").wording.paragraphs
    )
    assert {"fi": "keskeytetty", "sv": "avbrutits"}[language] in written
    assert {"fi": "päättyy", "sv": "slutar"}[language] not in written


PERIOD = {"fi": "harkinta-ajan ensimmäinen ja viimeinen päivä", "sv": "betänketidens första och sista dag"}
INTERRUPTED = {
    "fi": "päivä, josta harkinta-aika on keskeytetty",
    "sv": "från och med vilken betänketiden har avbrutits",
}


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("key", ("reflection_notice", "reflection_notice_guardian"))
def test_a_letter_names_the_days_that_the_notice_gives_the_police(key: str, language: str) -> None:
    for outcome in ("reflection_period", "reflection_extended", "reflection_interrupted"):
        sections = reflection(key, language, outcome).sections
        (promised,) = (each.paragraphs[0] for each in sections if each.key.startswith("police"))
        notice = " ".join(reflection("notice_police_reflection", language, outcome).wording.paragraphs)
        assert (PERIOD[language] in promised) is ("25.11.2026" in notice and "25.12.2026" in notice)
        assert (INTERRUPTED[language] in promised) is (" 2.12.2026" in notice)


@pytest.mark.parametrize(("language", "code"), [("fi", "koodilla"), ("sv", "koden"), ("en", "the code")])
def test_the_letter_with_questions_names_the_way_with_the_code(language: str, code: str) -> None:
    assert code in " ".join(alone("request_applicant", language).wording.paragraphs)


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


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("key", ("notice_service_handover", "notice_transfer"))
def test_each_safe_way_has_a_line_of_its_own_and_the_language_stands_with_the_person(
    key: str, language: str
) -> None:
    sections = alone(key, language, safe_contact="puhelu: 1\nposti: 2").sections
    assert [each.items for each in sections if each.key == "safe_contact"] == [("puhelu: 1", "posti: 2")]
    keys = [each.key for each in sections]
    person = keys.index("person")
    assert keys[person:][:4] == ["person", "person_born", "mother_tongue", "interpreter"]


NEWS = {
    "is_copy": {"fi": "kirjoitusvirhe, joka on korjattu", "sv": "skrivfel som har rättats"},
    "is_new_decision": {"fi": "päätös ole enää voimassa", "sv": "beslutet inte längre gäller"},
}


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("key", ("reflection_notice", "reflection_notice_guardian"))
@pytest.mark.parametrize("corrects", ("", *NEWS))
def test_a_corrected_letter_names_what_the_police_read_of_the_correction(
    key: str, language: str, corrects: str
) -> None:
    """The police get the notice of a correction only in the place of one that they have (`police_notices.py`)."""
    given = CORRECTING[corrects]
    for outcome in REFLECTIONS:
        letter = reflection(key, language, outcome, **given)
        assert len(letter.wording.headings) == len(set(letter.wording.headings))
        of_police = [" ".join(each.paragraphs) for each in letter.sections if each.key.startswith("notice_")]
        is_negative = outcome in ("reflection_refused", "reflection_not_extended")
        assert len(of_police) == (
            corrects == "is_new_decision" or (corrects == "is_copy" and not is_negative)
        )
        for written in of_police:
            assert NEWS[corrects][language] in written
            if key.endswith("_guardian"):
                assert not re.search({"fi": YOU_FI, "sv": YOU_SV}[language], written)

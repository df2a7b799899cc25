"""Heads, contacts and readers that every letter has alike: the secrecy mark, the e-mail, the representative beside a guardian."""

from __future__ import annotations

import re

import pytest

from engine.casework.letter_readers import Reader
from tests.processes.made_letters import EVERY, LETTERS, OTHERS, TEXTS, alone, wordings

LANGUAGES = ("fi", "sv", "en")
SECRET = {"fi": "Salassa pidettävä", "sv": "Sekretessbelagd", "en": "Confidential"}
DECISIONS = sorted(key for key in OTHERS if TEXTS[key]["kind"] == "resolution")


def lines_of(language: str, key: str) -> list[str]:
    sections = TEXTS[key].get(language, {}).get("sections", ())
    return [
        line for each in sections for name in ("paragraphs", "items", "after") for line in each.get(name, ())
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_with_our_name_at_its_head_is_marked_secret_and_says_what_it_is(language: str) -> None:
    headed = [
        key
        for key in ("resolution", *OTHERS)
        if any(each["key"] == "head" for each in TEXTS[key].get(language, {}).get("sections", ()))
    ]
    assert len(headed) > 5
    marked = {
        key: (TEXTS[key][language].get("secrecy"), TEXTS[key][language].get("document")) for key in headed
    }
    assert [key for key, (secrecy, _) in marked.items() if secrecy != SECRET[language]] == []
    assert [key for key, (_, document) in marked.items() if not document] == []


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("key", DECISIONS)
def test_whom_to_ask_about_a_decision_has_a_telephone_and_an_e_mail(key: str, language: str) -> None:
    """434/2003 44 §."""
    letter = alone(key, language)
    of_contact = [
        line for each in letter.sections if each.key.startswith("contact") for line in each.paragraphs
    ]
    assert len(of_contact) == 3
    assert "kerttu.kasittelija@example.invalid" in of_contact[2]


@pytest.mark.parametrize("language", LETTERS)
def test_a_correction_to_the_police_names_the_earlier_papers_by_a_word_for_both(language: str) -> None:
    """The earlier papers were notifications (notice_police) or notices of a decision (notice_police_reflection)."""
    words = " ".join(alone("notice_corrected", language).wording.paragraphs).lower()
    earlier = {TEXTS[key]["sv"]["document"].lower() for key in ("notice_police", "notice_police_reflection")}
    assert earlier == {"anmälan", "underrättelse"}
    assert not re.search(r"anmäl|underrätt", words)
    assert TEXTS["notice_corrected"]["sv"]["document"].lower() not in earlier


GUARDIAN = {"fi": re.compile(r"(?i)huoltaj"), "sv": re.compile(r"(?i)vårdnadshavar")}
REPRESENTATIVE = {"fi": re.compile(r"(?i)edustaj"), "sv": re.compile(r"(?i)företrädar")}
TRACED = re.compile(r"löytämiseen|hjälp att spåra")
"""A parent or guardian who is looked for is another person than who represents the child."""


@pytest.mark.parametrize("language", LETTERS)
def test_a_letter_that_a_representative_may_read_names_no_guardian_alone(language: str) -> None:
    for made in EVERY:
        if made.reader is Reader.GUARDIAN and made.language == language:
            alone_named = [
                line
                for page in wordings(made.letter)
                for line in page.paragraphs
                if GUARDIAN[language].search(line)
                and not REPRESENTATIVE[language].search(line)
                and not TRACED.search(line)
            ]
            assert alone_named == [], made


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("key", sorted(key for key in TEXTS if key.endswith("_guardian")))
def test_no_text_for_who_represents_a_child_names_a_guardian_alone(key: str, language: str) -> None:
    named = [line for line in lines_of(language, key) if GUARDIAN[language].search(line)]
    named = [line for line in named if not TRACED.search(line)]
    assert [line for line in named if not REPRESENTATIVE[language].search(line)] == []

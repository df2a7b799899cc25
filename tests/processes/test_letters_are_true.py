"""Every sentence of a letter is true of its reader: all combinations of outcome, ground, channel, age, language and addressee.

Letters are assembled as the engine does it, from the shipped table and texts. `ONLY_FOR` says which sentences may appear for
which reader; the rest is what no letter may hold: a doubled heading, an empty value, a key, a square, Finnish in Swedish.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import pytest

from engine.casework.letter_readers import Reader, explained
from engine.letters import require_printable
from engine.texts import catalogue
from tests.processes.made_letters import (
    AHEAD,
    EVERY,
    LAPSES,
    LETTERS,
    OUTCOMES,
    TABLE,
    TEXTS,
    YOU_FI,
    YOU_SV,
    alone,
    decided,
    faults_of,
)

EXPLAINS = {"explanation_text", "explanation_ahead"}
"""Sections in the reader's own language."""


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize(("outcome", "reason"), OUTCOMES)
def test_no_resolution_has_a_doubled_heading_an_empty_value_a_key_a_square_or_another_language(
    outcome: str, reason: str | None, language: str
) -> None:
    for made in EVERY:
        if (made.outcome, made.lapse_reason, made.language) == (outcome, reason, language):
            letter = made.letter
            require_printable(letter)
            every = [
                replace(page, sections=tuple(each for each in page.sections if each.key not in EXPLAINS))
                for page in (replace(letter.wording, annexes=()), *letter.annexes)
            ]
            assert [fault for each in every for fault in faults_of(each, language)] == [], made


ADMITTED = frozenset({"admitted_35_1", "admitted_35_2", "admitted_35_3"})


@dataclass(frozen=True)
class OnlyFor:
    """A sentence, and the letters in which it is true."""

    says: str
    when: Any
    languages: tuple[str, ...] = LETTERS


ONLY_FOR = (
    OnlyFor(YOU_FI, lambda made: made.reader in (Reader.PERSON, Reader.MINOR), ("fi",)),
    OnlyFor(YOU_SV, lambda made: made.reader in (Reader.PERSON, Reader.MINOR), ("sv",)),
    OnlyFor(
        r"\b[Ll]apsi, jota|\b[Ll]apsi (on|otetaan|voi)|[Ll]asta ei|[Bb]arnet som beslutet gäller|Barnet (är|upptas)",
        lambda made: made.reader is Reader.GUARDIAN,
    ),
    OnlyFor(r"Jokaisen lapsen|Varje barns", lambda made: made.reader is Reader.PERSON and made.children),
    OnlyFor(
        r"Uusi hakemus|hakea uudelleen|En ny ansökan|ansöka på nytt",
        lambda made: made.outcome not in ADMITTED and made.reader != "relatives",
    ),
    OnlyFor(r"kuollut|avlidit", lambda made: made.lapse_reason == "death"),
    OnlyFor(
        r"peruuttanut suostumu|Suostumus on peruutettu|återkallat ditt samtycke|Samtycket har återkallats",
        lambda made: made.lapse_reason == "no_consent" and made.withdrawn,
    ),
    OnlyFor(
        r"Et ole antanut suostumu|Suostumusta ei ole annettu|inte gett ditt samtycke|Samtycke har inte getts",
        lambda made: made.lapse_reason == "no_consent" and not made.withdrawn,
    ),
    OnlyFor(
        r"[Ss]inetöi|förseglar uppgifterna",
        lambda made: made.lapse_reason in ("no_consent", "not_reached", "unconfirmed"),
    ),
    OnlyFor(
        r"[Ee]mme ole tavoittaneet|har inte nått",
        lambda made: made.lapse_reason == "not_reached",
    ),
    OnlyFor(
        r"[Oo]lemme puhuneet|[Aa]siasta on puhuttu|har talat med",
        lambda made: made.lapse_reason == "unconfirmed",
    ),
    OnlyFor(r"tunnistaa |identifierar ", lambda made: made.outcome == "admitted_35_1"),
    OnlyFor(r"poliisille|polisen", lambda made: made.outcome == "admitted_35_1"),
    OnlyFor(
        r"[Vv]anhempa?si täyttää|vanhempi täyttää|förälder uppfyller",
        lambda made: made.outcome == "admitted_35_3",
    ),
    # A parent's admission may have ended, or the parent died before one: the letter says that the conditions are met.
    OnlyFor(
        r"[Vv]anhempa?(si|nsa)? (otettiin|on otettu|on asiakas)|förälder (upptogs|har upptagits|är klient)",
        lambda _made: False,
    ),
    OnlyFor(r"auttamistoimiin|hjälpinsatser \(746", lambda made: made.outcome in ADMITTED),
    OnlyFor(
        r"kerrottiin suullisesti|muntligt|[Ss]uullinen päätös|[Mm]untligt beslut",
        lambda made: made.oral == "admitted" and made.outcome in ADMITTED,
    ),
    OnlyFor(
        r"asiaa? suullisesti|asiansa suullisesti|sak(en)? muntligen", lambda made: bool(made.asked_orally)
    ),
    OnlyFor(
        r"edellytykset eivät täyty",
        lambda made: made.outcome == "not_admitted" and not made.by_discretion,
    ),
    OnlyFor(
        r"uppfylls inte",
        lambda made: (made.outcome == "not_admitted" and not made.by_discretion) or made.unidentified,
    ),
    OnlyFor(r"ei velvoita|förpliktar inte", lambda made: made.by_discretion),
    OnlyFor(r"38 a § 2 mom", lambda made: made.outcome == "lapsed" and made.lapse_reason != "death"),
    OnlyFor(r"35 § 1, ", lambda made: made.unidentified),
    OnlyFor(
        r"Korjattu päätös|Rättat beslut",
        lambda made: made.is_copy,
    ),
    OnlyFor(r"aiemman kappaleen|tidigare exemplaret", lambda made: made.corrects == "is_copy"),
    OnlyFor(
        r"uuden valitusosoituksen|nya besvärsanvisningen", lambda made: made.corrects == "is_instructed_anew"
    ),
    OnlyFor(
        r"Aiempi päätös on korvattu|tidigare beslutet har ersatts",
        lambda made: made.corrects == "is_new_decision",
    ),
    OnlyFor(r"ei tunnisteta|identifieras inte", lambda made: made.unidentified),
    OnlyFor(
        r"Hakemuksen perusteena oli|Grunden i ansökan var|35 § 2, 3 ",
        lambda made: made.partial and bool(made.sought),
    ),
    OnlyFor(r"tutkimatta|avvisar", lambda made: made.outcome == "not_examined"),
    OnlyFor(r"raukea|förfaller", lambda made: made.outcome == "lapsed"),
    OnlyFor(r"jälkeen on omalla sivullaan|Efter beslutet finns", lambda made: bool(made.explained_in)),
    OnlyFor(r"ei kuultu|hördes inte", lambda made: bool(made.unheard)),
    # Another person may have made the application (746/2011 34 §).
    OnlyFor(r"(?i)\bhakemu(stasi|ksesi|ksenne)\b|\bdin ansökan", lambda made: False),
    OnlyFor(r"[Hh]en\b|[Bb]esväret\b|tas upp|tar upp", lambda made: False, ("sv",)),
    OnlyFor(r"[Vv]oi ottaa sinua|kan inte uppta", lambda made: False),
    OnlyFor(r"annettu tapa|olet ilmoittanut turvalliseksi|uppgett som tryggt", lambda made: False),
)


@pytest.mark.parametrize("rule", ONLY_FOR, ids=lambda rule: rule.says[:40])
def test_a_sentence_stands_only_in_letters_to_readers_of_whom_it_is_true(rule: OnlyFor) -> None:
    pattern = re.compile(rule.says)
    wrong = [
        (made, found[0])
        for made in EVERY
        if made.language in rule.languages
        and not rule.when(made)
        and (found := pattern.search(decided(made)))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("says", "when"),
    [
        (r"\b112\b", lambda made: made.outcome not in ADMITTED),
        (r"000 000 0000", lambda made: made.outcome not in ADMITTED),
        (r"(Päätös koskee|Beslutet gäller): Maija Esimerkki", lambda made: True),
        (r"Lisätietoa antaa|Mer information ger", lambda made: True),
        (r"Valitusosoitus|Besvärsanvisning", lambda made: True),
        (r"poliisille|polisen", lambda made: made.outcome == "admitted_35_1"),
        (r"746/2011.37.§", lambda made: made.outcome == "admitted_35_1"),
        (r"ei tunnisteta|identifieras inte", lambda made: made.unidentified),
        (
            r"suullisesti|muntligt",
            lambda made: made.oral == "admitted" and made.outcome in ADMITTED,
        ),
        (
            r"edellytykset eivät täyty|uppfylls inte|ei velvoita|förpliktar inte",
            lambda made: made.outcome == "not_admitted",
        ),
        (
            r"Hakemuksen perusteena oli|Grunden i ansökan var",
            lambda made: made.partial and made.sought,
        ),
        (r"35 § 2, 3 ", lambda made: made.partial and made.sought),
        (r"35 § 1, [23]", lambda made: made.unidentified),
        (r"\(434/2003\) 31, 34, ", lambda made: bool(made.unheard)),
        (r"ja häntä kuultiin: K|och hördes: V", lambda made: made.asked_orally == "held"),
        (r"ei hyväksytty: K|godkändes inte: V", lambda made: made.asked_orally == "refused"),
        (r"on jo annettu tiedoksi|redan har delgetts", lambda made: made.corrects == "is_copy"),
        (
            r"uuden valitusosoituksen|nya besvärsanvisningen",
            lambda made: made.corrects == "is_instructed_anew",
        ),
    ],
)
def test_a_sentence_that_is_owed_stands_in_every_letter(says: str, when: Any) -> None:
    assert [made for made in EVERY if when(made) and not re.search(says, decided(made))] == []


@pytest.mark.parametrize("language", LETTERS)
def test_the_appeal_instructions_say_how_the_period_is_counted(language: str) -> None:
    annex = next(each for each in EVERY if each.language == language).letter.annexes[0]
    instructions = " ".join(annex.paragraphs)
    owed = {
        "fi": (
            "ei lasketa mukaan",
            "aukioloaika",
            "oma määräaika",
            "asiamiehelle, huoltajalle tai edustajalle",
            "prosessiosoite",
        ),
        "sv": (
            "räknas inte med",
            "öppettid",
            "egen tidsfrist",
            "ombud, en vårdnadshavare eller en företrädare",
            "processadress",
        ),
    }[language]
    assert [words for words in owed if words not in instructions] == []


def test_the_explanation_is_a_page_of_its_own_after_the_decision_and_says_that_nobody_reviewed_it() -> None:
    for made in EVERY:
        assert "explanation_text" not in {each.key for each in made.letter.sections}, (
            "no part of what is signed"
        )
        last = made.letter.annexes[-1]
        sections = {each.key: each for each in last.sections}
        assert ("explanation_text" in sections) == bool(made.explained_in)
        if made.explained_in:
            assert ("beside_unreviewed" in sections) == (made.explained_in not in ("sv", "en"))
            explanation = sections["explanation_text"]
            assert len(explanation.paragraphs) == 5 + (
                made.outcome not in ADMITTED and made.reader != "relatives"
            ) + (made.explained_in not in ("sv", "en")) + made.partial + (made.outcome == "admitted_35_1")


def test_a_letter_in_another_language_opens_with_a_line_in_the_readers_own() -> None:
    """It says that an explanation in that language is at the end."""
    own = {"sv": "En förklaring på detta språk", "en": "An explanation in this language"}
    for made in EVERY:
        lines = [
            line
            for each in made.letter.sections
            if each.key == "explanation_ahead"
            for line in each.paragraphs
        ]
        if made.explained_in in ("", made.language):
            assert lines == [], made
            continue
        (line,) = lines
        assert line == catalogue(made.explained_in).get(AHEAD, line)
        assert line.startswith(own.get(made.explained_in, ""))
        assert line != AHEAD, made
        assert [each.key for each in made.letter.sections][:2] == ["head", "explanation_ahead"]


@pytest.mark.parametrize("key", ["reflection_notice", "reflection_notice_guardian", "reissued_instructions"])
@pytest.mark.parametrize("language", LETTERS)
def test_every_letter_that_may_be_explained_has_a_place_for_that_line(key: str, language: str) -> None:
    letter = alone(key, language, explanation_ahead="Пояснение")
    assert [each.key for each in letter.sections][:2] == ["head", "explanation_ahead"]
    assert "explanation_ahead" not in {
        each.key for each in alone(key, language, explanation_ahead="").sections
    }


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("corrects", ("is_copy", "is_instructed_anew", "is_new_decision"))
def test_a_corrected_decision_names_whom_it_concerns_before_what_it_corrects(
    corrects: str, language: str
) -> None:
    for made in EVERY:
        if (made.corrects, made.language) == (corrects, language):
            keys = [each.key for each in made.letter.sections]
            assert keys.index("concerns") < keys.index(
                "new_decision" if corrects == "is_new_decision" else "corrected_copy"
            )


def test_a_letter_about_a_death_names_no_children() -> None:
    given = {"outcome_proposed": "lapsed", "oral_state": "none", "is_child": False, "direction": None}
    chosen = {
        reason: TABLE.evaluate("resolution_texts", {**given, "lapse_reason": reason}, functions={}).result
        for reason in LAPSES
    }
    assert {reason for reason, texts in chosen.items() if "child_separately" not in texts} == {"death"}


def test_the_explanation_of_a_corrected_copy_begins_no_new_period() -> None:
    for made in EVERY:
        if made.explained_in == "en":
            (explanation,) = [
                each for each in made.letter.annexes[-1].sections if each.key == "explanation_text"
            ]
            says = {
                words
                for words in ("of receiving it", "if the earlier one", "of receiving the new instructions")
                if words in " ".join(explanation.paragraphs)
            }
            counted = {
                "is_copy": "if the earlier one",
                "is_instructed_anew": "of receiving the new instructions",
            }
            assert says == {counted.get(made.corrects, "of receiving it")}


def test_a_language_without_sentences_is_explained_by_an_interpreter_and_not_in_english() -> None:
    known = {"contact_name": "x", "contact_phone": "y"}
    assert explained(TEXTS, "bn", "admitted_35_1", known, letter_language="fi") == {}

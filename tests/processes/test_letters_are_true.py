"""Every sentence of a letter is true of its reader: all combinations of outcome, ground, channel, age, language and addressee.

Letters are assembled as the engine does it, from the shipped table and texts. `ONLY_FOR` says which sentences may appear for
which reader; the rest is what no letter may hold: a doubled heading, an empty value, a key, a square, Finnish in Swedish.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import product
from pathlib import PurePosixPath
from typing import Any

import pytest
from babel import Locale

from engine.bootstrap import shipped_files
from engine.casework.assessed_before import UNHEARD
from engine.casework.letter_readers import Reader, beside, explained, spoken_to
from engine.casework.resolution_letter import ORGANISERS, values_of
from engine.dmn import parse_tables
from engine.domain.wording import Wording
from engine.letters import Letter, assemble, require_printable
from engine.letters.files import read_text
from engine.letters.samples import invented
from engine.simulation.environment_images import AUTHORITY
from engine.texts import text
from processes import catalogue

TEXTS = {
    PurePosixPath(path).stem: read_text(data)
    for path, data in shipped_files().items()
    if path.endswith(".toml")
}
TABLE = parse_tables(catalogue.files()["resolution/resolution_texts.dmn"])
LAPSES = ("withdrawn", "death", "no_consent", "not_reached")
OUTCOMES = (
    *((outcome, None) for outcome in ("admitted_35_1", "admitted_35_2", "admitted_35_3")),
    *((outcome, None) for outcome in ("not_admitted", "not_examined")),
    *(("lapsed", reason) for reason in LAPSES),
)
EXPLAINED_IN = ("", "sv", "en", "ar", "es", "fa", "fr", "ru", "so", "uk", "vi")
LETTERS = ("fi", "sv")


@dataclass(frozen=True)
class Made:
    """A resolution, with what it was made for."""

    outcome: str
    lapse_reason: str | None
    reader: Reader
    language: str
    oral: str
    organiser: str
    withdrawn: bool
    children: bool
    explained_in: str
    partial: bool = False
    """Admitted on another ground than asked: not identified as a victim."""
    by_discretion: bool = False
    """Refused though the tests of 35 § 2 or 3 mom. are met."""
    corrects: str = ""
    """Name of the value that says how this letter corrects an earlier one."""
    unheard: str = ""
    """The exception by which nobody was heard (434/2003 34 § 2 mom.)."""

    @cached_property
    def letter(self) -> Letter:
        texts = TABLE.evaluate(
            "resolution_texts",
            {
                "outcome_proposed": self.outcome,
                "lapse_reason": self.lapse_reason,
                "oral_state": self.oral,
                "is_child": self.reader in (Reader.MINOR, Reader.GUARDIAN),
                "direction": "partial" if self.partial else None,
            },
            functions={},
        ).result
        parts = [spoken_to(TEXTS, key, self.reader) for key in texts]
        values = {
            name: value
            for key in ("resolution", *parts)
            for name, value in invented(TEXTS[key], self.language, {}).items()
        } | {
            **values_of(AUTHORITY, self.language),
            "organiser": self.organiser,
            "organiser_name": text(self.language, ORGANISERS[self.organiser]),
            "reader": self.reader.value,
            "consent_withdrawn": "yes" if self.withdrawn else "",
            "explanation": "",
            "explanation_title": "",
            "explanation_language": spoken_in_words(self.explained_in, self.language),
            "is_partial": "yes" if self.partial else "",
            "is_discretionary": "yes" if self.by_discretion else "",
            **({self.corrects: "yes"} if self.corrects else {}),
            "unheard_because": text(self.language, UNHEARD[self.unheard]) if self.unheard else "",
        }
        if not self.children:
            values["children"] = ""
        values |= explained(TEXTS, self.explained_in, self.outcome, values)
        parts += beside(TEXTS, "resolution", values)
        return assemble(TEXTS, "resolution", self.language, values, parts)


def spoken_in_words(code: str, language: str) -> str:
    return str(Locale(language).languages[code]) if code else ""


def resolutions() -> Iterator[Made]:
    for (outcome, reason), reader, language in product(OUTCOMES, Reader, LETTERS):
        if (reader is Reader.RELATIVES) != (reason == "death"):
            continue
        orals = ("none", "admitted") if outcome.startswith("admitted") else ("none",)
        organisers = ("nas", "county") if outcome.startswith("admitted") else ("nas",)
        withdrawals = (False, True) if reason == "no_consent" else (False,)
        for oral, organiser, withdrawn, children in product(orals, organisers, withdrawals, (False, True)):
            if children and reader is not Reader.PERSON:
                continue
            yield Made(outcome, reason, reader, language, oral, organiser, withdrawn, children, "")
        plain = Made(outcome, reason, reader, language, "none", "nas", False, False, "")
        yield from variants(plain)
        if outcome == "admitted_35_1":
            yield from (replace(plain, organiser=each) for each in ORGANISERS if each not in organisers)


def variants(plain: Made) -> Iterator[Made]:
    """Yield the letter explained in each language, correcting another, decided in part, and with nobody heard."""
    yield from (replace(plain, explained_in=spoken) for spoken in EXPLAINED_IN[1:])
    yield from (replace(plain, corrects=name) for name in ("is_copy", "is_new_decision"))
    yield replace(plain, corrects="is_copy", explained_in="en")
    if plain.outcome in ("admitted_35_2", "admitted_35_3"):
        yield from (replace(plain, partial=True, explained_in=spoken) for spoken in ("", "ru"))
        yield replace(plain, partial=True, unheard="needless")
    if plain.outcome == "not_admitted":
        yield replace(plain, by_discretion=True)
        yield from (replace(plain, unheard=exception) for exception in UNHEARD)


EVERY = tuple(resolutions())

KINDS_TO_PEOPLE: Mapping[str, tuple[str, ...]] = {
    "electronic": ("mail_delivery",),
    "letter": ("delivery_cover",),
    "agent": ("delivery_cover",),
    "in_person": ("service_certificate",),
}
RECIPIENTS = ("person", "minor", "guardian", "representative", "agent")
OTHERS = tuple(
    key
    for key, text in TEXTS.items()
    if text["kind"] not in {"part", "frame", "annex", "explanation"} and key not in {"delivery_cover"}
)


def alone(key: str, language: str, **values: str) -> Letter:
    """A letter that is no resolution, with every value that it names."""
    given = {**values_of(AUTHORITY, language), **values}
    return assemble(TEXTS, key, language, {**invented(TEXTS[key], language, given), **values})


def wordings(letter: Letter) -> tuple[Wording, ...]:
    return (letter.wording, *letter.wording.annexes)


def lines(wording: Wording) -> list[str]:
    return [wording.title, wording.document, wording.secrecy, *wording.headings, *wording.paragraphs]


@cache
def decided(made: Made) -> str:
    """Return the text of the resolution itself, without the explanation in another language and the preparer's own words."""
    own = {"explanation_text", "reasons", "clarifications", "entitlement_notes"}
    kept = [each for each in made.letter.wording.sections if each.key not in own]
    written = [
        line for each in kept for line in (each.heading or "", *each.paragraphs, *each.items, *each.after)
    ]
    return "\n".join([made.letter.wording.title, *written])


FINNISH = re.compile(
    r"\b(ja|on|ei|joka|jonka|sen|sinun|tämä|päätös\w*|päätöksen|laki|lain|momentti|hallintolaki|vastaanottokesk\w+"
    r"|johtaja|hyvinvointialue|kotikun\w+|asia|asian|Esimerkin|Esimerkkitie|Esimerkkikatu|Esimerkkilä|puh|syntymäaika|auttamisjärjestelmä\w*)\b"
)
SHAPE: Mapping[str, re.Pattern[str]] = {
    "a key": re.compile(r"[{}«»]"),
    "a square": re.compile("■"),
    "an empty value": re.compile(r"…|^\s*$|^[–-]$|\(\s*\)|: *$| ,|\s\.(?:\s|$)|  ", re.MULTILINE),
}


def faults_of(wording: Wording, language: str) -> list[str]:
    found = [f"heading twice: {name}" for name, count in Counter(wording.headings).items() if count > 1]
    for section in wording.sections:
        written = [*section.paragraphs, *section.items, *section.after]
        for name, pattern in SHAPE.items():
            for line in written:
                introduces = line.endswith(":") and bool(section.items) and name == "an empty value"
                if line != wording.secrecy and pattern.search(line) and not introduces:
                    found.append(f"{name}: {line}")
    if language == "sv":
        found += [f"Finnish: {line}" for line in lines(wording) if FINNISH.search(line)]
    return found


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
                replace(
                    page, sections=tuple(each for each in page.sections if each.key != "explanation_text")
                )
                for page in (replace(letter.wording, annexes=()), *letter.annexes)
            ]
            assert [fault for each in every for fault in faults_of(each, language)] == [], made


ADMITTED = frozenset({"admitted_35_1", "admitted_35_2", "admitted_35_3"})
YOU_FI = r"(?i)\b(sin(ä|ut|un|ua|ulle|ulla|usta)|olet|tarvitset|voit|saat|haluat|haet)\b|\w+(asi|esi|osi|ösi|äsi)\b"
YOU_SV = r"\b([Dd]u|[Dd]ig|[Dd]in|[Dd]itt|[Dd]ina)\b"


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
        r"[Ss]inetöi|stänger uppgifterna",
        lambda made: made.lapse_reason in ("no_consent", "not_reached"),
    ),
    OnlyFor(r"tunnistaa |identifierar ", lambda made: made.outcome == "admitted_35_1"),
    OnlyFor(r"poliisille|polisen", lambda made: made.outcome == "admitted_35_1"),
    OnlyFor(
        r"[Vv]anhempa?si täyttää|vanhempi täyttää|förälder uppfyller",
        lambda made: made.outcome == "admitted_35_3",
    ),
    OnlyFor(r"auttamistoimiin|hjälpinsatser \(746", lambda made: made.outcome in ADMITTED),
    OnlyFor(r"suullisesti|muntligt", lambda made: made.oral == "admitted"),
    OnlyFor(
        r"edellytykset eivät täyty",
        lambda made: made.outcome == "not_admitted" and not made.by_discretion,
    ),
    OnlyFor(
        r"uppfylls inte",
        lambda made: (made.outcome == "not_admitted" and not made.by_discretion) or made.partial,
    ),
    OnlyFor(r"ei velvoita|förpliktar inte", lambda made: made.by_discretion),
    OnlyFor(r"38 a § 2 mom", lambda made: made.outcome == "lapsed" and made.lapse_reason != "death"),
    OnlyFor(r"35 § 1, ", lambda made: made.partial),
    OnlyFor(
        r"Korjattu päätös|Rättat beslut|aiemman kappaleen|tidigare exemplaret",
        lambda made: made.corrects == "is_copy",
    ),
    OnlyFor(r"Päätös on korjattu|Beslutet har rättats", lambda made: made.corrects == "is_new_decision"),
    OnlyFor(r"ei tunnisteta|identifieras inte", lambda made: made.partial),
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
        (r"ei tunnisteta|identifieras inte", lambda made: made.partial),
        (
            r"edellytykset eivät täyty|uppfylls inte|ei velvoita|förpliktar inte",
            lambda made: made.outcome == "not_admitted",
        ),
        (r"35 § 1, [23]", lambda made: made.partial),
        (r"\(434/2003\) 31, 34, ", lambda made: bool(made.unheard)),
        (r"on jo annettu tiedoksi|redan har delgetts", lambda made: made.corrects == "is_copy"),
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
            "asiamiehelle tai huoltajalle",
            "prosessiosoite",
        ),
        "sv": (
            "räknas inte med",
            "öppettid",
            "egen tidsfrist",
            "ombud eller en vårdnadshavare",
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


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("corrects", ("is_copy", "is_new_decision"))
def test_a_corrected_decision_names_whom_it_concerns_before_what_it_corrects(
    corrects: str, language: str
) -> None:
    for made in EVERY:
        if (made.corrects, made.language) == (corrects, language):
            keys = [each.key for each in made.letter.sections]
            assert keys.index("concerns") < keys.index(
                {"is_copy": "corrected_copy", "is_new_decision": "new_decision"}[corrects]
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
            (told,) = [each for each in made.letter.annexes[-1].sections if each.key == "explanation_text"]
            says = {
                words for words in ("of receiving it", "corrected copy") if words in " ".join(told.paragraphs)
            }
            assert says == {"corrected copy" if made.corrects == "is_copy" else "of receiving it"}


def test_a_language_without_sentences_is_explained_by_an_interpreter_and_not_in_english() -> None:
    assert explained(TEXTS, "bn", "admitted_35_1", {"contact_name": "x", "contact_phone": "y"}) == {}

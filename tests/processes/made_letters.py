"""Letters of every kind, made of invented values as the engine makes them, and what no letter may hold."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources
from itertools import product
from pathlib import PurePosixPath

from babel import Locale

from engine.bootstrap import shipped_files
from engine.casework.assessed_before import UNHEARD
from engine.casework.letter_readers import Reader, beside, explained, spoken_to
from engine.casework.oral_hearings import OralAnswer, oral_line
from engine.casework.resolution_letter import ORGANISERS, values_of
from engine.dmn import parse_tables
from engine.domain.wording import Wording
from engine.letters import Letter, assemble
from engine.letters.files import read_text
from engine.letters.samples import invented
from engine.simulation.environment_images import AUTHORITY as DEMONSTRATION
from engine.texts import text
from processes import catalogue

TEXTS = {
    PurePosixPath(path).stem: read_text(data)
    for path, data in shipped_files().items()
    if path.endswith(".toml")
}
TABLE = parse_tables(catalogue.files()["resolution/resolution_texts.dmn"])
AUTHORITY = replace(
    DEMONSTRATION,
    deadline_note="Tämä huomautus määräajan viimeisestä päivästä on keksitty. Se on kahden rivin pituinen, "
    "niin kuin sellaisen viranomaisen huomautus voi olla, joka on täyttänyt asetuksen.",
    words={
        **DEMONSTRATION.words,
        "sv": {
            **DEMONSTRATION.words["sv"],
            "deadline_note": "Denna anmärkning om tidsfristens sista dag är påhittad. Den är två rader lång, "
            "så som anmärkningen kan vara hos en myndighet som har fyllt i inställningen.",
        },
    },
)
"""An authority with every setting that a letter shows; the demonstration leaves out what a jurist has to word."""
LAPSES = ("withdrawn", "death", "no_consent", "not_reached", "unconfirmed")
OUTCOMES = (
    *((outcome, None) for outcome in ("admitted_35_1", "admitted_35_2", "admitted_35_3")),
    *((outcome, None) for outcome in ("not_admitted", "not_examined")),
    *(("lapsed", reason) for reason in LAPSES),
)
EXPLAINED_IN = ("", "sv", "en", "ar", "es", "fa", "fr", "ru", "so", "uk", "vi")
LETTERS = ("fi", "sv")
AHEAD = "Selitys tällä kielellä on tämän kirjeen lopussa."
"""Opens a letter that is explained in another language, in that language."""
OFFERED = json.loads(resources.files("forms").joinpath("parts/hearing_exception.form").read_text("utf-8"))
UNHEARD_IN_ADMISSION = tuple(each["value"] for each in OFFERED["components"][0]["values"])
"""The exceptions that the assessment offers; a removal knows others (`removal_assessment`)."""
REFERENCE = "2026-000123"
BORN_ON = {
    Reader.PERSON: "1.2.1990",
    Reader.MINOR: "1.2.2010",
    Reader.GUARDIAN: "3.4.2018",
    Reader.RELATIVES: "1.2.1990",
}
CORRECTING: Mapping[str, Mapping[str, str]] = {
    "": {},
    "is_copy": {"is_copy": "yes"},
    "is_instructed_anew": {"is_copy": "yes", "is_instructed_anew": "yes"},
    "is_new_decision": {
        "is_new_decision": "yes",
        "replaces_number": "P-2026-000122",
        "replaces_decided_on": "25.11.2026",
    },
}
"""How a letter corrects an earlier one, with the values that say so."""
ORALLY = {"fi": "Keskustelimme asiasta 24.11.2026.", "sv": "Vi talade om saken 24.11.2026."}
ORALS = ("none", "admitted")
"""An oral admission may end otherwise: its person dies before the written decision."""


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
    """Admitted on another ground than asked: not identified as a victim, unless `sought` names another."""
    sought: str | None = None
    """The ground that was sought alone, of 35 § 2 or 3 mom."""
    by_discretion: bool = False
    """Refused though the tests of 35 § 2 or 3 mom. are met."""
    corrects: str = ""
    """How this letter corrects an earlier one: a key of CORRECTING."""
    unheard: str = ""
    """The exception by which nobody was heard (434/2003 34 § 2 mom.)."""
    asked_orally: str = ""
    """The answer to the wish to be heard orally (434/2003 37 §): held, refused."""

    def _oral_answers(self) -> str:
        answer = OralAnswer("Aino Keksitty", self.asked_orally == "held", ORALLY[self.language])
        return oral_line(answer, self.language) if self.asked_orally else ""

    @property
    def is_copy(self) -> bool:
        return "is_copy" in CORRECTING[self.corrects]

    @property
    def unidentified(self) -> bool:
        return self.partial and self.sought is None

    @property
    def is_child(self) -> bool:
        return self.reader in (Reader.MINOR, Reader.GUARDIAN)

    @cached_property
    def letter(self) -> Letter:
        texts = TABLE.evaluate(
            "resolution_texts",
            {
                "outcome_proposed": self.outcome,
                "lapse_reason": self.lapse_reason,
                "oral_state": self.oral,
                "is_child": self.is_child,
                "direction": "partial" if self.partial else None,
                "ground_sought": self.sought,
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
            "explanation_ahead": "",
            "explanation_language": spoken_in_words(self.explained_in, self.language),
            "explanation_code": self.explained_in,
            "reference": REFERENCE,
            "number": f"{REFERENCE}-KJ1" if self.is_copy else REFERENCE,
            "person_born_on": BORN_ON[self.reader],
            "representative_name": "Eino Edustaja" if self.is_child else "",
            "is_partial": "yes" if self.unidentified else "",
            "is_other_ground": "yes" if self.partial and self.sought else "",
            "is_discretionary": "yes" if self.by_discretion else "",
            **CORRECTING[self.corrects],
            "unheard_because": text(self.language, UNHEARD[self.unheard]) if self.unheard else "",
            "oral_answers": self._oral_answers(),
        }
        if not self.children:
            values["children"] = ""
        values |= explained(TEXTS, self.explained_in, self.outcome, values, letter_language=self.language)
        parts += beside(TEXTS, "resolution", values)
        return assemble(TEXTS, "resolution", self.language, values, parts)


def spoken_in_words(code: str, language: str) -> str:
    return str(Locale(language).languages[code]) if code else ""


def resolutions() -> Iterator[Made]:
    for (outcome, reason), reader, language in product(OUTCOMES, Reader, LETTERS):
        if (reader is Reader.RELATIVES) != (reason == "death"):
            continue
        organisers = ("nas", "county") if outcome.startswith("admitted") else ("nas",)
        withdrawals = (False, True) if reason == "no_consent" else (False,)
        for oral, organiser, withdrawn, children in product(ORALS, organisers, withdrawals, (False, True)):
            if children and reader is not Reader.PERSON:
                continue
            yield Made(outcome, reason, reader, language, oral, organiser, withdrawn, children, "")
        plain = Made(outcome, reason, reader, language, "none", "nas", False, False, "")
        yield from variants(plain)
        if outcome == "admitted_35_1":
            yield from (replace(plain, organiser=each) for each in ORGANISERS if each not in organisers)


def variants(plain: Made) -> Iterator[Made]:
    """Yield the letter explained in each language, correcting another, decided in part, with nobody heard, and with the wish
    to be heard orally answered."""
    yield from (replace(plain, explained_in=spoken) for spoken in EXPLAINED_IN[1:])
    yield from (replace(plain, corrects=name) for name in CORRECTING if name)
    yield from (
        replace(plain, corrects=name, explained_in="en") for name in ("is_copy", "is_instructed_anew")
    )
    if plain.outcome in ("admitted_35_2", "admitted_35_3"):
        yield from (replace(plain, partial=True, explained_in=spoken) for spoken in ("", "ru"))
        yield replace(plain, partial=True, unheard="needless")
        sought = "35_3" if plain.outcome == "admitted_35_2" else "35_2"
        yield from (replace(plain, partial=True, sought=sought, explained_in=spoken) for spoken in ("", "ru"))
        yield replace(plain, partial=True, asked_orally="held")
    if plain.outcome == "not_admitted":
        yield replace(plain, by_discretion=True)
        yield from (replace(plain, unheard=exception) for exception in UNHEARD_IN_ADMISSION)
        yield from (replace(plain, unheard=each, asked_orally="refused") for each in ("", "needless"))
        yield replace(plain, asked_orally="held")


EVERY = tuple(resolutions())

KINDS_TO_PEOPLE: Mapping[str, tuple[str, ...]] = {
    "electronic": ("mail_delivery",),
    "letter": ("delivery_cover",),
    "agent": ("delivery_cover",),
    "in_person": ("service_certificate",),
}
RECIPIENTS = ("person", "minor", "guardian", "representative", "trustee", "agent")
OTHERS = tuple(
    key
    for key, text in TEXTS.items()
    if text["kind"] not in {"part", "frame", "annex", "explanation"} and key not in {"delivery_cover"}
)


def alone(key: str, language: str, *parts: str, **values: str) -> Letter:
    """A letter that is no resolution, with its annexes and every value that they name."""
    given = {**values_of(AUTHORITY, language), **values}
    filled = {
        name: value
        for each in (key, *parts)
        for name, value in invented(TEXTS[each], language, given).items()
    }
    return assemble(TEXTS, key, language, {**filled, **values}, parts)


def wordings(letter: Letter) -> tuple[Wording, ...]:
    return (letter.wording, *letter.wording.annexes)


def lines(wording: Wording) -> list[str]:
    return [wording.title, wording.document, wording.secrecy, *wording.headings, *wording.paragraphs]


@cache
def decided(made: Made) -> str:
    """Return the text of the resolution itself, without the explanation in another language and the preparer's own words."""
    own = {"explanation_text", "explanation_ahead", "reasons", "clarifications", "entitlement_notes"}
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


YOU_FI = r"(?i)\b(sin(ä|ut|un|ua|ulle|ulla|usta)|olet|tarvitset|voit|saat|haluat|haet)\b|\w+(asi|esi|osi|ösi|äsi)\b"
YOU_SV = r"\b([Dd]u|[Dd]ig|[Dd]in|[Dd]itt|[Dd]ina)\b"
"""Words that speak to the reader."""

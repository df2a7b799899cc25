"""Readers of a resolution, and the explanation of it in their own language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Final

from engine.domain.ages import age_of
from engine.domain.cases import Outcome
from engine.domain.law import OWN_SAY_AGE
from engine.domain.reflection import OUTCOMES
from engine.domain.wording import Text, Values, Wording, compose
from engine.letters.translating import in_language, lines_of
from engine.storage.parties import Party
from engine.texts import unreviewed
from forms.translations import locale_of

EXPLANATION: Final = "explanation"
"""The text that explains a resolution in a language it is not made in."""
ADMISSIONS: Final = frozenset(each.value for each in Outcome if each.is_admission)
OF_REFLECTION: Final = "reflection_explanation"
"""The same of a decision on the reflection period."""
COVER, COVER_EXPLAINED = "delivery_cover", "cover_explained"
BESIDE: Final = "explanation_beside"
"""The page after the decision on which the explanation stands."""
AHEAD: Final = "ahead"
"""Section of an explanation that stands at the head of the letter, not on that page."""


class Reader(StrEnum):
    PERSON = "person"
    MINOR = "minor"
    """A child who has a say of their own (434/2003 14 §); the guardian is served the same letter separately."""
    GUARDIAN = "guardian"
    """Of a younger child, who is served nothing."""
    RELATIVES = "relatives"
    """The person has died."""


def reader_of(parties: Iterable[Party], today: date, lapse_reason: object) -> Reader:
    """Return who reads the resolution, as its recipients will be listed (434/2003 56 §)."""
    if lapse_reason == "death":
        return Reader.RELATIVES
    safe = [party for party in parties if not party.is_unsafe]
    person = next((party for party in safe if party.kind == "applicant"), None)
    age = age_of(person.identity, today) if person else None
    if person is None or not person.is_minor_on(today):
        return Reader.PERSON
    if age is None or age >= OWN_SAY_AGE:
        return Reader.MINOR
    others = ("guardian", "representative", "trustee", "agent")
    has_guardian = any(party.kind in others and party.is_recipient for party in safe)
    return Reader.GUARDIAN if has_guardian else Reader.MINOR


def spoken_to(texts: Mapping[str, Text], key: str, reader: Reader) -> str:
    """Return the text that speaks to this reader: `key_guardian` where the version has one, else the text itself."""
    own = f"{key}_{reader}"
    return own if own in texts else key


def explanation_of(outcome: str) -> str:
    """Return the key of the text that explains a resolution with this outcome."""
    return OF_REFLECTION if outcome in OUTCOMES.values() else EXPLANATION


def is_unreviewed(texts: Mapping[str, Text], language: str, outcome: str) -> bool:
    """Return True if nobody has reviewed some line of the explanation in that language."""
    prepared = texts.get(explanation_of(outcome))
    return prepared is not None and not unreviewed(language).isdisjoint(lines_of(prepared["fi"]))


def explained(
    texts: Mapping[str, Text], language: str, outcome: str, values: Values, *, letter_language: str
) -> Mapping[str, str]:
    """Return the explanation of a resolution in the language, with its title, and the line at the head of a letter in another
    language. Nothing where it is not worded in it.

    It is put together from lines that translators see, never typed: the preparer can't read it. What nobody has reviewed says so.
    """
    prepared = texts.get(explanation_of(outcome))
    if prepared is None or not language or outcome not in {*Outcome, *OUTCOMES.values()}:
        return {}
    text, spoken = in_language(prepared, language)
    if spoken != locale_of(language):
        return {}
    known = {
        **values,
        "outcome": "admitted" if outcome in ADMISSIONS else outcome,
        "is_identified": "yes" if outcome == Outcome.ADMITTED_35_1 else "",
        "unreviewed": "yes" if is_unreviewed(texts, language, outcome) else "",
    }
    wording = compose(text, spoken, known)
    return {
        "explanation_title": wording.title,
        "explanation": "\n\n".join(_lines(wording, ahead=False)),
        "explanation_ahead": "" if spoken == letter_language else " ".join(_lines(wording, ahead=True)),
        "unreviewed": known["unreviewed"],
    }


def _lines(wording: Wording, *, ahead: bool) -> tuple[str, ...]:
    kept = tuple(each for each in wording.sections if (each.key == AHEAD) is ahead)
    return replace(wording, sections=kept).paragraphs


def cover_explained(texts: Mapping[str, Text], language: str, values: Values) -> Mapping[str, str]:
    """Return what a covering note says in its reader's language, where the note itself is in another."""
    prepared, note = texts.get(COVER_EXPLAINED), texts.get(COVER)
    if prepared is None or note is None or language in note:
        return {}
    text, spoken = in_language(prepared, language)
    if spoken != locale_of(language):
        return {}
    nobody = not unreviewed(language).isdisjoint(lines_of(prepared["fi"]))
    wording = compose(text, spoken, {**values, "unreviewed": "yes" if nobody else ""})
    return {
        "explanation_title": wording.title,
        "explanation": "\n\n".join(wording.paragraphs),
        "explanation_code": language,
    }


def beside(texts: Mapping[str, Text], frame: str, values: Values) -> tuple[str, ...]:
    """Return the page that follows the letter with its explanation: it is no part of what is signed. Nothing without an
    explanation, in a version without such a page, and where the letter itself holds it."""
    if not values.get("explanation_title") or BESIDE not in texts:
        return ()
    holds_it = any(each.get("key") == "explanation_text" for each in texts[frame]["fi"]["sections"])
    return () if holds_it else (BESIDE,)

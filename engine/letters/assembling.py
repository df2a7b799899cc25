"""Assemble a letter from prepared texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.domain.wording import Section, Text, Values, Wording, compose
from engine.errors import NotFound


class TextMissing(NotFound):
    sentence = "Kirjeen tekstiä ei ole."


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in words, before it is typeset. A page shows the same value while it is being written."""

    wording: Wording
    reference: str = ""
    date: str = ""
    """As the letter shows it; the day it is drawn up when empty."""
    number: str = ""
    """The document's own number, at the foot of every page."""
    explanation_language: str = ""
    """Code of the language in which the letter is explained to the person, so that it is read aloud in it."""
    is_card: bool = False
    """A slip that is safe to carry: small, no sender, no page number, nothing that tells what it is from."""

    @property
    def language(self) -> str:
        return self.wording.language

    @property
    def title(self) -> str:
        return self.wording.title

    @property
    def document(self) -> str:
        return self.wording.document

    @property
    def secrecy(self) -> str:
        return self.wording.secrecy

    @property
    def sections(self) -> tuple[Section, ...]:
        return self.wording.sections

    @property
    def annexes(self) -> tuple[Wording, ...]:
        return self.wording.annexes


def assemble(
    texts: Mapping[str, Text], key: str, language: str, values: Values, parts: Sequence[str] = ()
) -> Letter:
    """Return the letter with this key: a frame with its parts, or a text of its own. Raise ValuesMissing with every
    missing name."""
    text = _text(texts, key)
    return headed(text, compose(text, language, values, [_text(texts, part) for part in parts]), values)


def headed(text: Text, wording: Wording, values: Values) -> Letter:
    """Return the letter with the number and the day at its head, as the text's kind has them."""
    reference, number = values.get("reference", ""), values.get("number", "")
    if text.get("kind") in ("resolution", "frame") and number.startswith(reference):
        # A case has several decisions: its head names this one.
        reference = number
    return Letter(
        wording=wording,
        reference=reference,
        date=values.get("dated_on") or values.get("decided_on", ""),
        number=number,
        explanation_language=values.get("explanation_code", ""),
        is_card=text.get("kind") == "card",
    )


def _text(texts: Mapping[str, Text], key: str) -> Text:
    try:
        return texts[key]
    except KeyError:
        raise TextMissing(f"Kirjeen tekstiä {key} ei ole.") from None

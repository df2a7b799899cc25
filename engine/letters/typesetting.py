"""Typesets a worded letter as a PDF. The only module that uses Typst."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import typst

from engine.domain.wording import Section, Wording
from engine.errors import Invalid, Refusal
from engine.letters.assembling import Letter
from engine.letters.fonts import FOLDER as FONTS
from engine.letters.fonts import printable, runs_right_to_left, unprintable
from engine.texts import day, text

TEMPLATE: Final = "letter.typ"
_FOLDER: Final = Path(__file__).parent
STANDARDS: Final[list[typst.PDFStandard]] = ["ua-1", "a-2a"]
_HEAD: Final = "head"
_RECIPIENT: Final = "recipient"
_AHEAD: Final = "explanation_ahead"
"""The line above everything else that says where the explanation is."""
_SPOKEN: Final = frozenset({_AHEAD, "explanation_text"})
"""Sections in the person's own language."""
_ISO: Final = re.compile(r"[a-z]{2,3}")
_FORMS: Final = {each: each for each in ("code", "signature", "sign_here", "presenter", "service_note")}
_FACTS: Final = frozenset({"matter", "concerns", "concerns_born", "representative"})
_typesetting = Lock()


class NotTypeset(Refusal):
    sentence = "Kirjettä ei voitu muodostaa."


class Unprintable(Invalid):
    sentence = "Kirjeeseen ei voi painaa näitä merkkejä: {characters}. Kirjoita ne toisin, nimi esimerkiksi latinalaisin kirjaimin."


@dataclass(frozen=True, slots=True)
class PrintableLetter:
    """A letter that its reader typesets, outside the transaction: it takes ten milliseconds."""

    letter: Letter
    drawn_on: date
    is_signed: bool = True

    def pdf(self) -> bytes:
        """Typeset the letter. Raise NotTypeset when it can't be."""
        return render(self.letter, drawn_on=self.drawn_on, signed=self.is_signed)


def render(letter: Letter, *, drawn_on: date, signed: bool = True) -> bytes:
    """Return the PDF. The same letter of the same day has the same bytes, so that its digest can be signed.

    An unsigned one says on every page that it is a draft, and shows a square for a character that no font has.
    Raise Unprintable where one that is to leave the house holds such a character.
    """
    if signed:
        require_printable(letter)
    noon = datetime.combine(drawn_on, time(12), tzinfo=UTC)
    data = json.dumps(_data(letter, drawn_on, signed=signed), ensure_ascii=False)
    return typeset(TEMPLATE, {"letter": data}, noon)


def require_printable(letter: Letter, *, field: str | None = None) -> None:
    """Raise Unprintable with every character of the letter that no shipped font has."""
    wordings = (letter.wording, *letter.wording.annexes)
    printed = (
        letter.reference,
        letter.number,
        *(each.title for each in wordings),
        *(line for each in wordings for line in (*each.headings, *each.paragraphs)),
    )
    if characters := unprintable(" ".join(printed)):
        shown = " ".join(characters)
        sentence = text("fi", Unprintable.sentence, characters=shown)
        raise Unprintable(sentence, field=field, characters=shown)


def pictures(letter: Letter, *, drawn_on: date) -> tuple[bytes, ...]:
    """Return each page of an unsigned letter as a PNG, for a preview."""
    made = _set(letter, drawn_on, signed=False, format="png", ppi=96)
    return (made,) if isinstance(made, bytes) else tuple(page for page in made or () if page)


def typeset(template: str, inputs: dict[str, str], moment: datetime) -> bytes:
    """Return the PDF of one of our templates, filled with data."""
    made = _compiled(template, inputs, format="pdf", pdf_standards=STANDARDS, timestamp=moment)
    if not isinstance(made, bytes):
        raise NotTypeset
    return made


def _set(letter: Letter, drawn_on: date, *, signed: bool, **how: Any) -> Any:
    data = json.dumps(_data(letter, drawn_on, signed=signed), ensure_ascii=False)
    return _compiled(TEMPLATE, {"letter": data}, **how)


def _compiled(template: str, inputs: dict[str, str], **how: Any) -> Any:
    try:
        # A compiler keeps its inputs between calls and is shared, so one letter is set at a time.
        with _typesetting:
            return _compiler(template).compile(sys_inputs=inputs, **how)
    except typst.TypstError:
        # Without Typst's own words: they may repeat the letter's.
        size = sum(map(len, inputs.values()))
        raise NotTypeset(f"Kirjettä ei voitu latoa ({size} merkkiä).") from None


@cache
def _compiler(template: str) -> typst.Compiler:
    """Return Typst's compiler without system fonts, so that a letter looks the same on every machine."""
    return typst.Compiler(_FOLDER / template, root=_FOLDER, font_paths=typst.Fonts(False, False, [FONTS]))


def _data(letter: Letter, drawn_on: date, *, signed: bool) -> dict[str, Any]:
    wording = letter.wording
    sender = [] if letter.is_card else _lines(wording, _HEAD)
    return {
        **_part(wording, letter.explanation_language),
        "author": sender[0] if sender else "",
        "sender": sender,
        "reference": printable(letter.reference),
        "date": printable(letter.date or (day(wording.language, drawn_on) if sender else "")),
        "document": printable(wording.document),
        "number": printable(letter.number),
        "paper": "a6" if letter.is_card else "a4",
        "draft": "" if signed else text(wording.language, "Luonnos, ei allekirjoitettu"),
        "numbered": not letter.is_card,
        "annexes": [_part(annex, letter.explanation_language) for annex in wording.annexes],
    }


def _part(wording: Wording, explained_in: str) -> dict[str, Any]:
    return {
        "language": wording.language,
        "title": printable(wording.title),
        "secrecy": printable(wording.secrecy),
        "recipient": _lines(wording, _RECIPIENT),
        "ahead": [_section(each, explained_in) for each in wording.sections if each.key == _AHEAD],
        "sections": [
            _section(each, explained_in if each.key in _SPOKEN else "")
            for each in _one_list(wording.sections)
            if each.key not in {_HEAD, _RECIPIENT, _AHEAD}
        ],
    }


def _one_list(sections: Iterable[Section]) -> list[Section]:
    """Join a section that is a list alone to the list above it, so that no page and no gap comes between them."""
    joined: list[Section] = []
    for each in sections:
        above = joined[-1] if joined else None
        is_list_alone = bool(each.items) and not each.heading and not each.paragraphs
        if above is not None and above.items and not above.after and is_list_alone:
            joined[-1] = replace(above, items=(*above.items, *each.items), after=each.after)
        else:
            joined.append(each)
    return joined


def _section(section: Section, language: str) -> dict[str, Any]:
    return {
        "language": language if _ISO.fullmatch(language) else "",
        "rtl": runs_right_to_left(" ".join(section.paragraphs)),
        "form": "facts" if section.key in _FACTS else _FORMS.get(section.key, "plain"),
        "heading": printable(section.heading or ""),
        "paragraphs": [printable(each) for each in section.paragraphs],
        "items": [printable(each) for each in section.items],
        "after": [printable(each) for each in section.after],
    }


def _lines(wording: Wording, key: str) -> list[str]:
    return [printable(line) for each in wording.sections if each.key == key for line in each.paragraphs]

"""A worded letter to PDF bytes. The one door to Typst."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import typst

from engine.domain.wording import Section, Wording
from engine.errors import Refusal
from engine.letters.fonts import FOLDER, printable

TEMPLATE: Final = Path(__file__).parent / "letter.typ"
STANDARDS: Final[list[typst.PDFStandard]] = ["ua-1", "a-2a"]
_HEAD: Final = "head"
_RECIPIENT: Final = "recipient"
_FORMS: Final = {"code": "code", "signature": "signature", "service_note": "service_note"}
_FACTS: Final = frozenset({"matter", "concerns", "concerns_born", "representative"})
_typesetting = Lock()


class NotTypeset(Refusal):
    """Kirjettä ei voitu latoa."""


@dataclass(frozen=True, slots=True)
class Letter:
    wording: Wording
    reference: str = ""
    date: str = ""
    """As the letter shows it."""
    number: str = ""
    """The document's own number, at the foot of every page."""
    is_card: bool = False
    """A slip that is safe to carry: small, no sender, no page number, nothing that tells what it is from."""


def typeset(letter: Letter, moment: datetime) -> bytes:
    """The PDF. The same letter of the same moment is the same bytes, so that its digest can be signed."""
    data = json.dumps(_data(letter), ensure_ascii=False)
    try:
        # A compiler keeps its inputs between calls and is shared, so one letter is set at a time.
        with _typesetting:
            made = _compiler().compile(
                format="pdf", sys_inputs={"letter": data}, pdf_standards=STANDARDS, timestamp=moment
            )
    except typst.TypstError:
        # Without Typst's own words: they may repeat the letter's.
        raise NotTypeset(f"Kirjettä ei voitu latoa ({len(data)} merkkiä).") from None
    if not isinstance(made, bytes):
        raise NotTypeset
    return made


@cache
def _compiler() -> typst.Compiler:
    """System fonts are left out, so that a letter looks the same on every machine."""
    return typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=typst.Fonts(False, False, [FOLDER]))


def _data(letter: Letter) -> dict[str, Any]:
    wording = letter.wording
    sender = [] if letter.is_card else _lines(wording, _HEAD)
    return {
        **_part(wording),
        "author": sender[0] if sender else "",
        "sender": sender,
        "reference": printable(letter.reference),
        "date": printable(letter.date),
        "document": printable(wording.document),
        "number": printable(letter.number),
        "paper": "a6" if letter.is_card else "a4",
        "numbered": not letter.is_card,
        "annexes": [_part(annex) for annex in wording.annexes],
    }


def _part(wording: Wording) -> dict[str, Any]:
    return {
        "language": wording.language,
        "title": printable(wording.title),
        "secrecy": printable(wording.secrecy),
        "recipient": _lines(wording, _RECIPIENT),
        "sections": [_section(each) for each in wording.sections if each.key not in {_HEAD, _RECIPIENT}],
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "form": "facts" if section.key in _FACTS else _FORMS.get(section.key, "plain"),
        "heading": printable(section.heading or ""),
        "paragraphs": [printable(each) for each in section.paragraphs],
        "items": [printable(each) for each in section.items],
        "after": [printable(each) for each in section.after],
    }


def _lines(wording: Wording, key: str) -> list[str]:
    return [printable(line) for each in wording.sections if each.key == key for line in each.paragraphs]

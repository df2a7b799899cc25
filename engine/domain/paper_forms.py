"""A form on paper, in words: its questions, and where to write with a pen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaperItem:
    """One item of the page. `shape`: lines (to write on), boxes (to tick), text, heading."""

    shape: str
    label: str
    hint: str = ""
    note: str = ""
    """Condition under which it is answered, in words; empty for always."""
    mark: str = ""
    """A word after the label: that it is needed."""
    lines: int = 1
    choices: tuple[tuple[str, str], ...] = ()
    """Boxes to tick, each with or without a line under it."""
    skips: tuple[str, ...] = ()
    """Ways not to answer, ticked in the same way."""
    level: int = 0
    """Depth of indentation: it belongs to an answer above it."""


@dataclass(frozen=True, slots=True)
class PaperSection:
    title: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[PaperItem, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperForm:
    """All words of a form in one language. The authority's address is added when the form is typeset."""

    language: str
    title: str
    is_rtl: bool
    opening: tuple[str, ...]
    """Introduction under the title."""
    phone_label: str
    phone: str
    send_label: str
    send_text: str
    guide_label: str
    guide: tuple[str, ...]
    sections: tuple[PaperSection, ...]

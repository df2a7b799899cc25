"""The file of a case on paper, in words: chapters of entries and tables, nothing closed or left to be opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class PrintedLine:
    label: str
    """A question, or the name of a fact; empty where the words stand by themselves."""
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrintedPart:
    """A part of an entry, such as one step of a form; without a heading where the entry has one part only."""

    heading: str
    lines: tuple[PrintedLine, ...]


@dataclass(frozen=True, slots=True)
class PrintedEntry:
    heading: str
    source: str
    """By whom and when."""
    parts: tuple[PrintedPart, ...]


@dataclass(frozen=True, slots=True)
class PrintedTable:
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class PrintedChapter:
    title: str
    notes: tuple[str, ...] = ()
    """Before the entries: that there are none, or that they are sealed to the reader."""
    entries: tuple[PrintedEntry, ...] = ()
    tables: tuple[PrintedTable, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedFile:
    language: str
    title: str
    reference: str
    secrecy: str
    """On every page."""
    contents: str
    """The title of the list of chapters."""
    page: str
    """The word before a page's number."""
    sender: tuple[str, ...]
    opening: tuple[PrintedLine, ...]
    chapters: tuple[PrintedChapter, ...]


def reworded(file: PrintedFile, change: Callable[[str], str]) -> PrintedFile:
    """Return the file with every text in it changed."""
    return cast("PrintedFile", _reworded(file, change))


def _reworded(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_reworded(each, change) for each in value)
    return type(value)(*(_reworded(getattr(value, field.name), change) for field in fields(value)))

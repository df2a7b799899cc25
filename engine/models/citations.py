"""Reads citations of law out of a text: `746/2011 35 § 1 mom.`, `hallintolain (434/2003) 34–36 §`, `rikoslaki 15 luku 10 §`.

The grain is a section. A section written without its statute is one of the statute named last before it in the same text,
else one of the procedure's own Act.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

MOST_IN_RANGE: Final = 60
"""Sections that a range may stand for; in a longer one only its ends are read."""


@dataclass(frozen=True, slots=True)
class Section:
    """One section of one statute: 35 or 52 b; 15:10 where each chapter counts anew; `20 luku` for a whole chapter; empty
    for a whole statute."""

    statute: str
    number: str

    @property
    def short(self) -> str:
        """The section without its statute."""
        return f"{self.number} §" if _SIGNED.fullmatch(self.number) else self.number

    @property
    def written(self) -> str:
        return f"{self.statute} {self.short}".strip()

    @property
    def order(self) -> tuple[int, int, tuple[tuple[int, str], ...]]:
        """Its place: by the statute's year and number, then as the statute has it."""
        number, _, year = self.statute.partition("/")
        parts = tuple((int(digits), letter) for digits, letter in _PARTS.findall(self.number))
        return int(year), int(number), parts


@dataclass(frozen=True, slots=True)
class Notation:
    """How statutes are cited."""

    statutes: frozenset[str]
    names: tuple[tuple[str, str], ...]
    """Beginning of a name in any language, and the number of its statute."""
    default: str | None
    """The procedure's own Act."""


@dataclass(frozen=True, slots=True)
class Citations:
    sections: tuple[Section, ...]
    """Each once, in the order of the text."""
    unread: tuple[str, ...]
    """The words around each section sign that no citation took."""


def section_of(written: str) -> Section:
    """Return the section written as `Section.written` writes it. Raise ValueError for anything else."""
    found = _WRITTEN.fullmatch(written)
    section = Section(found["statute"], found["number"] or "") if found else None
    if section is None or section.written != written:
        raise ValueError(written)
    return section


def read_citations(text: str, notation: Notation) -> Citations:
    """Return the sections that a text cites, and where it has a section sign that could not be read."""
    if not _MAY_CITE.search(text):
        # Most texts of a bundle: its register is read in less than half the time.
        return Citations((), ())
    tokens, belonging = _patterns(notation)
    found: dict[Section, None] = {}
    mentioned: list[str] = []
    read: list[tuple[int, int]] = []
    last, named, ended = notation.default, "", 0
    for token in tokens.finditer(text):
        between, ended = text[ended : token.start()], token.end()
        if token["statute"] or token["name"]:
            named = _statute(token, notation)
            if named in notation.statutes:
                last = named
                mentioned += [named] if token["statute"] or token["its"] else []
            continue
        named = named if _NOTHING.fullmatch(between) else ""
        behind = belonging.match(text, token.end())
        statute = named or (_statute(behind, notation) if behind else None if _is_loose(token) else last)
        if statute is None:
            continue
        last = named = statute
        read.append(token.span())
        found |= {Section(statute, each): None for each in _numbers(token)}
    cited = {each.statute for each in found}
    found |= {Section(each, ""): None for each in mentioned if each not in cited}
    return Citations(tuple(found), tuple(_unread(text, read)))


def _statute(found: re.Match[str], notation: Notation) -> str:
    """Return the number of the statute that a match names. A number beside a name decides."""
    beginning = (found["beginning"] or "").casefold()
    return (
        found["statute"]
        or found["its"]
        or next(number for name, number in notation.names if name.casefold() == beginning)
    )


def _unread(text: str, read: list[tuple[int, int]]) -> Iterator[str]:
    for sign in re.finditer("§", text):
        if not any(start <= sign.start() < end for start, end in read):
            yield text[max(0, sign.start() - 40) : sign.end() + 20]


def _is_loose(token: re.Match[str]) -> bool:
    """Return True for what is a citation only beside its statute: an hour looks like one, and so does a book's chapter."""
    return bool(token["colon"] or (token["fi"] and not token["inside"]) or token["en"])


def _numbers(token: re.Match[str]) -> Iterator[str]:
    """Yield the numbers of the sections that a token stands for."""
    if chapter := token["fi"] or token["en"]:
        inside = tuple(_expanded(token["inside"] or token["en_inside"] or ""))
        yield from (f"{int(chapter)}:{each}" for each in inside) if inside else (f"{int(chapter)} luku",)
        return
    if token["colon"]:
        yield from (f"{int(chapter)}:{_plain(number)}" for chapter, number in _COLONS.findall(token["colon"]))
        return
    yield from _expanded(token["list"] or token["words"])


def _expanded(listed: str) -> Iterator[str]:
    """Yield each number of a list such as `14, 34-36` or `52 b–c`."""
    for item in _ITEMS.finditer(listed):
        first, last = int(item["first"]), int(item["last"] or item["first"])
        letter, end = (item["letter"] or "").lower(), (item["end"] or item["alone"] or "").lower()
        if not item["last"] and not item["alone"]:
            yield f"{first} {letter}".strip()
        elif first == last and letter and letter < end:
            yield from (f"{first} {chr(each)}" for each in range(ord(letter), ord(end) + 1))
        else:
            yield f"{first} {letter}".strip()
            if 0 < last - first <= MOST_IN_RANGE:
                yield from map(str, range(first + 1, last))
            yield f"{last} {end}".strip()


def _plain(number: str) -> str:
    return " ".join(part for each in _PARTS.findall(number) for part in each if part).lower()


@lru_cache(maxsize=16)
def _patterns(notation: Notation) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return a pattern of everything that a citation is made of, and one of a statute that stands behind its section."""
    names = "|".join(re.escape(beginning) for beginning, _statute in notation.names) or "(?!)"
    statute = rf"(?:(?P<statute>{_STATUTE})|(?P<name>\b(?P<beginning>{names})[^\W\d_]*)(?:\s*\(?(?P<its>{_STATUTE}))?)"
    tokens = rf"""{statute}
        |(?:(?<![\d.:/])(?P<fi>\d{{1,2}})\s*(?:lu[kv]u\w*|kap\.)(?:\s*(?P<inside>{_LIST})\s*§)?)
        |(?:\bchapter\s+(?P<en>\d{{1,2}})(?:,?\s*sections?\s+(?P<en_inside>{_WORDS}))?)
        |(?P<colon>(?<![\d.:/])\d{{1,2}}:{_NUMBER}(?:{_AND}\d{{1,2}}:{_NUMBER})*)
        |(?:(?<![\d.:/])(?<!§\s)(?P<list>{_LIST})\s*§+)
        |(?:\bsections?\s+(?P<words>{_WORDS}))"""
    behind = rf"(?:{_QUALIFIED})\s+(?:i|av|of)\s+(?:the\s+)?{statute}"
    return re.compile(tokens, re.VERBOSE | re.IGNORECASE), re.compile(behind, re.IGNORECASE)


_MAY_CITE: Final = re.compile(r"[\d§]")
_SIGNED: Final = re.compile(r"\d+(?: [a-z])?")
_WRITTEN: Final = re.compile(
    r"(?P<statute>\d{1,4}/\d{4})(?: (?P<number>\d{1,3}(?: [a-z])?(?= §)|\d{1,2}:\d{1,3}(?: [a-z])?|\d{1,2} luku)(?: §)?)?"
)
_NOTHING: Final = re.compile(r"[\s(),:]*")
"""Between a statute and its section."""
_PARTS: Final = re.compile(r"(\d+)(?:\s?([a-z]))?", re.IGNORECASE)
_COLONS: Final = re.compile(r"(\d+):(\d+(?:\s?[a-z](?![^\W\d_]))?)", re.IGNORECASE)
_STATUTE: Final = r"(?<![\d/.:])(?<!HE\s)(?<!VM\s)(?<!EV\s)\d{1,4}/(?:18|19|20)\d\d(?![\d/])"
_NUMBER: Final = r"\d{1,3}(?!\d)(?:\s?[a-z](?![^\W\d_]))?"
_AND_WORD: Final = r"(?:ja|sekä|tai|och|samt|eller|and|or)"
_AND: Final = rf"(?:\s*,\s*(?:{_AND_WORD}\s+)?|\s+{_AND_WORD}\s+)"
_ITEM: Final = rf"{_NUMBER}(?:\s?[-–]\s?(?:{_NUMBER}|[a-z](?![^\W\d_])))?"
_LIST: Final = rf"{_ITEM}(?:{_AND}{_ITEM})*"
_ITEMS: Final = re.compile(
    r"(?P<first>\d+)(?:\s?(?P<letter>[a-z])(?![^\W\d_]))?"
    r"(?:\s?[-–]\s?(?:(?P<last>\d+)(?:\s?(?P<end>[a-z])(?![^\W\d_]))?|(?P<alone>[a-z])(?![^\W\d_])))?",
    re.IGNORECASE,
)
_WORD: Final = rf"\d{{1,3}}(?!\d)(?:\s?(?-i:[b-z])\b|\s?a(?=\s*[,.;:)–-]|\s+(?:{_AND_WORD}|of)\b|\s*$))?"
_SPAN: Final = rf"{_WORD}(?:\s?[-–]\s?(?:{_WORD}|[a-z](?![^\W\d_])))?"
_WORDS: Final = rf"{_SPAN}(?:{_AND}{_SPAN})*"
"""Sections after an English word, where an article may follow the number."""
_QUALIFIED: Final = r"(?::\w+)?(?:\s+\d+(?:(?:,\s*|\s+(?:ja|tai|och|eller)\s+)\d+)*\s*(?:mom\w*\.?|koh[dt]a\w*|k\.|punkt\w*))*"

"""Regular expressions for `matches`, `replace` and `split`, run by RE2 in time linear in the text.

Back references and class subtraction are refused: RE2 has neither, and matching them takes time without bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import re2

from .budget import Run
from .problems import Unfit
from .regex_syntax import Translation

LONGEST = 1_000
LARGEST = 1 << 18
"""Bytes of a compiled program: five milliseconds of compiling."""
FAILED = 3_000
"""Steps for a pattern that turns out to be none."""
_FLAGS = frozenset("smixq")


Groups = tuple[tuple[int, int] | None, ...]


class Pattern:
    """A compiled pattern. A match is the list of spans of its groups; group 0 is the whole match."""

    def __init__(self, written: str, groups: int) -> None:
        options = re2.Options()
        options.log_errors = False
        options.max_mem = LARGEST
        self._engine: Any = re2.compile(written, options)
        self.groups = groups
        self.cost: int = self._engine.programsize >> 1
        """Steps it took to compile."""

    def found(self, run: Run, text: str) -> bool:
        return next(self._all_matches(run, text), None) is not None

    def _all_matches(self, run: Run, text: str) -> Iterator[Groups]:
        # Mostly a thirtieth of a microsecond for each character; a large program that outgrows RE2's automaton
        # takes two nanoseconds for each of its instructions instead.
        run.spend(1 + (len(text) >> 3) + (len(text) * self._engine.programsize >> 11))
        for found in self._engine.finditer(text):
            run.spend(1 + self.groups)
            spans = map(found.span, range(self.groups + 1))
            yield tuple(None if span == (-1, -1) else span for span in spans)

    def _matches(self, run: Run, text: str) -> Iterator[Groups]:
        """Yield the matches. Raise Unfit for a pattern that matches the empty text, for which XPath defines no result."""
        if self.found(run, ""):
            raise Unfit("bad_pattern", pattern="")
        return (
            groups for groups in self._all_matches(run, text) if groups[0] and groups[0][0] < groups[0][1]
        )

    def replaced(self, run: Run, text: str, parts: tuple[str | int, ...]) -> str:
        """Replace every match by `parts`: texts, and numbers of groups."""
        pieces, at = [], 0
        for groups in self._matches(run, text):
            begin, end = groups[0] or (at, at)
            pieces.append(text[at:begin])
            for part in parts:
                piece = part if isinstance(part, str) else _group(text, groups, part)
                run.spend_text(len(piece))
                pieces.append(piece)
            at = end
        return "".join(pieces) + text[at:]

    def parts(self, run: Run, text: str) -> list[str]:
        pieces, at = [], 0
        for groups in self._matches(run, text):
            begin, end = groups[0] or (at, at)
            run.spend(1)
            pieces.append(text[at:begin])
            at = end
        return [*pieces, text[at:]]


def _group(text: str, groups: Groups, number: int) -> str:
    span = groups[number] if number < len(groups) else None
    return text[slice(*span)] if span else ""


def pattern_of(run: Run, pattern: str, flags: str) -> Pattern:
    """Return the compiled pattern. Raise Unfit if it is not a valid one. A run pays once for compiling it, cached or not."""
    first = (pattern, flags) not in run.patterns
    if first:
        run.patterns.add((pattern, flags))
        run.spend(100 + 8 * len(pattern))
    found = _compiled(pattern, flags)
    if found is None:
        run.spend(FAILED if first else 1)
        raise Unfit("bad_pattern", pattern=pattern[:40])
    if first:
        run.spend(found.cost)
    return found


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> Pattern | None:
    if len(pattern) > LONGEST or not set(flags) <= _FLAGS:
        return None
    modes = ("i" if "i" in flags else "") + ("m" if "m" in flags else "")
    prefix = f"(?{modes})" if modes else ""
    try:
        if "q" in flags:
            return Pattern(prefix + re2.escape(pattern), 0)
        translation = Translation(pattern, ignore_space="x" in flags, dot_all="s" in flags)
        return Pattern(prefix + translation.written(), translation.groups)
    except (re2.error, Unfit):
        return None


@lru_cache(maxsize=512)
def replacement(text: str, groups: int, *, literal: bool) -> tuple[str | int, ...]:
    r"""Parse a replacement into its parts: `$1` is a group, `\$` a dollar, `\\` a backslash."""
    if literal:
        return (text,)
    parts: list[str | int] = []
    at = 0
    while at < len(text):
        char, following = text[at], text[at + 1 : at + 2]
        if char == "\\" and following and following in "\\$":
            parts.append(following)
            at += 2
        elif char == "$" and following.isascii() and following.isdigit():
            end = at + 2
            while text[end : end + 1].isdigit() and int(text[at + 1 : end + 1]) <= groups:
                end += 1
            parts.append(int(text[at + 1 : end]))
            at = end
        elif char in "\\$":
            raise Unfit("bad_pattern", pattern=text[:40])
        else:
            parts.append(char)
            at += 1
    return tuple(parts)

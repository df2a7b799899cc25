"""Regular expressions for `matches`, `replace` and `split`: RE2 wherever it can, in time linear in the text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Protocol

import re2

from .backtracking import Backtracking, Groups, class_text
from .budget import Run
from .problems import Unfit
from .regex_syntax import (
    Anchor,
    Char,
    CharClass,
    Choice,
    Group,
    Node,
    Reference,
    RegexParser,
    Repeat,
    Sequence,
)

LONGEST = 1_000
LARGEST = 1 << 18
"""Bytes of a compiled program: five milliseconds of compiling."""
FAILED = 3_000
"""Steps for a pattern that turns out to be none."""
_FLAGS = frozenset("smixq")


class Engine(Protocol):
    """Finds matches, each as the spans of its groups; group 0 is the match."""

    groups: int
    cost: int
    """Steps it took to compile."""

    def matches(self, run: Run, text: str) -> Iterator[Groups]: ...


class Linear:
    """RE2's own."""

    def __init__(self, pattern: str, groups: int) -> None:
        options = re2.Options()
        options.log_errors = False
        options.max_mem = LARGEST
        self.engine: Any = re2.compile(pattern, options)
        self.groups = groups
        self.cost = self.engine.programsize >> 1

    def matches(self, run: Run, text: str) -> Iterator[Groups]:
        # Mostly a thirtieth of a microsecond for each character; a large program that outgrows RE2's automaton
        # takes two nanoseconds for each of its instructions instead.
        run.spend(1 + (len(text) >> 3) + (len(text) * self.engine.programsize >> 11))
        for found in self.engine.finditer(text):
            run.spend(1 + self.groups)
            spans = map(found.span, range(self.groups + 1))
            yield tuple(None if span == (-1, -1) else span for span in spans)


class Pattern:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def found(self, run: Run, text: str) -> bool:
        return next(self.engine.matches(run, text), None) is not None

    def _matches(self, run: Run, text: str) -> Iterator[Groups]:
        """All matches, none of them empty: XPath has no answer to what an empty one would mean."""
        if self.found(run, ""):
            raise Unfit("bad_pattern", pattern="")
        return (
            groups for groups in self.engine.matches(run, text) if groups[0] and groups[0][0] < groups[0][1]
        )

    def replaced(self, run: Run, text: str, parts: tuple[str | int, ...]) -> str:
        """Every match replaced by texts and (as numbers) what groups found."""
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
    """The pattern, or Unfit when it is none. Compiling is paid for once in a run, whether or not it was cached."""
    first = (pattern, flags) not in run.patterns
    if first:
        run.patterns.add((pattern, flags))
        run.spend(100 + 8 * len(pattern))
    found = _compiled(pattern, flags)
    if found is None:
        run.spend(FAILED if first else 1)
        raise Unfit("bad_pattern", pattern=pattern[:40])
    if first:
        run.spend(found.engine.cost)
    return found


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> Pattern | None:
    if len(pattern) > LONGEST or not set(flags) <= _FLAGS:
        return None
    modes = ("i" if "i" in flags else "") + ("m" if "m" in flags else "")
    prefix = f"(?{modes})" if modes else ""
    try:
        if "q" in flags:
            return Pattern(Linear(prefix + re2.escape(pattern), 0))
        parser = RegexParser(pattern, ignore_space="x" in flags, dot_all="s" in flags)
        node = parser.whole()
        if _needs_backtracking(node):
            tried = Backtracking(node, parser.groups, ignore_case="i" in flags, multiline="m" in flags)
            return Pattern(tried)
        return Pattern(Linear(prefix + _written(node), parser.groups))
    except (re2.error, Unfit):
        return None


@lru_cache(maxsize=512)
def replacement(text: str, groups: int, *, literal: bool) -> tuple[str | int, ...]:
    """A replacement's parts: `$1` is a group, `\\$` a dollar, `\\\\` a backslash."""
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


def _needs_backtracking(node: Node) -> bool:
    match node:
        case Reference():
            return True
        case CharClass():
            return node.subtracts
        case Group(inner) | Repeat(inner):
            return _needs_backtracking(inner)
        case Sequence(parts) | Choice(parts):
            return any(map(_needs_backtracking, parts))
    return False


def _written(node: Node) -> str:
    """The node as RE2 writes it."""
    match node:
        case Group(inner, number):
            return f"({'' if number else '?:'}{_written(inner)})"
        case Sequence(parts):
            return "".join(map(_written, parts))
        case Choice(options):
            return "|".join(map(_written, options))
        case Repeat():
            return _written_repeat(node)
        case CharClass():
            return class_text(node)
    return _written_char(node)


def _written_char(node: Node) -> str:
    return (
        node.char
        if isinstance(node, Anchor)
        else str(re2.escape(node.char))
        if isinstance(node, Char)
        else ""
    )


def _written_repeat(node: Repeat) -> str:
    most = "" if node.most is None else node.most
    lazy = "" if node.greedy else "?"
    return f"(?:{_written(node.node)}){{{node.least},{most}}}{lazy}"

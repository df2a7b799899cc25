"""Matches what RE2 cannot, back references and class subtraction, by trying; every try is paid for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import re2

from .budget import Run
from .regex_syntax import Anchor, Char, CharClass, Choice, Group, Node, Reference, Repeat, Sequence

Groups = tuple[tuple[int, int] | None, ...]
State = tuple[int, Groups]
Matcher = Callable[[Run, str, State], Iterator[State]]
"""All the ways a node can match from a state, best first."""


def class_text(node: CharClass) -> str:
    """An RE2 class, without what it subtracts."""
    return f"[{'^' if node.negated else ''}{node.members}]"


class Backtracking:
    """A compiled pattern."""

    def __init__(self, node: Node, groups: int, *, ignore_case: bool, multiline: bool) -> None:
        self.groups = groups
        self.cost = 500
        self.ignore_case = ignore_case
        self.multiline = multiline
        self.match = self._matcher(node)

    def matches(self, run: Run, text: str) -> Iterator[Groups]:
        """The matches from left to right, none overlapping another."""
        begin = 0
        while begin <= len(text):
            run.spend(1)
            found = next(self.match(run, text, (begin, (None,) * (self.groups + 1))), None)
            if found is None:
                begin += 1
                continue
            end, groups = found
            yield ((begin, end), *groups[1:])
            begin = max(end, begin + 1)

    def _matcher(self, node: Node) -> Matcher:
        match node:
            case Group(inner, number):
                return self._group(self._matcher(inner), number)
            case Sequence(parts):
                return self._sequence([self._matcher(part) for part in parts])
            case Choice(options):
                return self._choice([self._matcher(option) for option in options])
            case Repeat():
                return self._repeat(self._matcher(node.node), node)
        return self._leaf(node)

    def _leaf(self, node: Node) -> Matcher:
        match node:
            case Char(char):
                return self._one(lambda found: self._fold(found) == self._fold(char))
            case CharClass():
                return self._one(self._member(node))
            case Anchor(char):
                return self._anchor(char)
            case Reference(number):
                return self._reference(number)
        raise TypeError(node)

    def _fold(self, text: str) -> str:
        return text.casefold() if self.ignore_case else text

    def _member(self, node: CharClass) -> Callable[[str], bool]:
        engine = re2.compile(("(?i)" if self.ignore_case else "") + class_text(node))
        without = self._member(node.without) if node.without else None
        return lambda char: engine.fullmatch(char) is not None and not (without and without(char))

    def _one(self, fits: Callable[[str], bool]) -> Matcher:
        def match(run: Run, text: str, state: State) -> Iterator[State]:
            at, groups = state
            run.spend(2)
            if at < len(text) and fits(text[at]):
                yield at + 1, groups

        return match

    def _anchor(self, char: str) -> Matcher:
        def match(run: Run, text: str, state: State) -> Iterator[State]:
            at = state[0]
            edge = at == 0 if char == "^" else at == len(text)
            beside = text[at - 1 : at] if char == "^" else text[at : at + 1]
            if edge or (self.multiline and beside == "\n"):
                yield state

        return match

    def _group(self, inner: Matcher, number: int | None) -> Matcher:
        if number is None:
            return inner

        def match(run: Run, text: str, state: State) -> Iterator[State]:
            for end, groups in inner(run, text, state):
                yield end, (*groups[:number], (state[0], end), *groups[number + 1 :])

        return match

    def _sequence(self, parts: list[Matcher]) -> Matcher:
        def match(run: Run, text: str, state: State, index: int = 0) -> Iterator[State]:
            if index == len(parts):
                yield state
                return
            for after in parts[index](run, text, state):
                yield from match(run, text, after, index + 1)

        return match

    def _choice(self, options: list[Matcher]) -> Matcher:
        def match(run: Run, text: str, state: State) -> Iterator[State]:
            for option in options:
                yield from option(run, text, state)

        return match

    def _repeat(self, inner: Matcher, node: Repeat) -> Matcher:
        least, most, greedy = node.least, node.most, node.greedy

        def match(run: Run, text: str, state: State, count: int = 0) -> Iterator[State]:
            run.spend(1)
            enough = count >= least
            if enough and not greedy:
                yield state
            if most is None or count < most:
                for after in inner(run, text, state):
                    # An empty round would go on for ever.
                    if after[0] > state[0] or not enough:
                        yield from match(run, text, after, count + 1)
            if enough and greedy:
                yield state

        return match

    def _reference(self, number: int) -> Matcher:
        def match(run: Run, text: str, state: State) -> Iterator[State]:
            at, groups = state
            span = groups[number]
            wanted = text[slice(*span)] if span else ""
            run.spend_text(len(wanted))
            if self._fold(text[at : at + len(wanted)]) == self._fold(wanted):
                yield at + len(wanted), groups

        return match

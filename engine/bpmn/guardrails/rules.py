"""Declare's templates as small automata over finite traces. The same ones prove, guard a step, and judge a history.

A letter is `a`, `b` or `e` (the excuse): whichever set of the rule a milestone belongs to. No "immediately next":
that depends on the order of parallel branches and on tasks inserted later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

DEAD: Final = "broken"


class Value(StrEnum):
    """What can be said of a promise in the middle of a case."""

    KEPT_FOR_GOOD = "kept_for_good"
    KEPT_SO_FAR = "kept_so_far"
    OWED = "owed"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Template:
    """An automaton. A letter without a move stays where it is; the first state is the start."""

    moves: Mapping[str, Mapping[str, str]]
    accepting: frozenset[str]
    demanding: str
    """The letter that asks for something; where `when` does not hold, it asks for nothing. Empty: the end asks."""
    letters: frozenset[str]

    @property
    def start(self) -> str:
        return next(iter(self.moves))

    def step(self, state: str, letter: str) -> str:
        return self.moves.get(state, {}).get(letter, state)

    def value(self, state: str) -> Value:
        if state == DEAD:
            return Value.BROKEN
        if state not in self.accepting:
            return Value.OWED
        return Value.KEPT_SO_FAR if self._reachable(state) - self.accepting else Value.KEPT_FOR_GOOD

    def _reachable(self, state: str) -> frozenset[str]:
        found, waiting = {state}, [state]
        while waiting:
            for following in self.moves.get(waiting.pop(), {}).values():
                if following not in found:
                    found.add(following)
                    waiting.append(following)
        return frozenset(found)


def _template(demanding: str, accepting: str, letters: str, **moves: dict[str, str]) -> Template:
    return Template(moves, frozenset(accepting.split()), demanding, frozenset(letters))


TEMPLATES: Final[dict[str, Template]] = {
    "existence": _template("", "seen", "a", unseen={"a": "seen"}, seen={}),
    "absence": _template("a", "clear", "a", clear={"a": DEAD}),
    "at_most_once": _template("a", "none once", "a", none={"a": "once"}, once={"a": DEAD}),
    "precedence": _template("b", "before after", "ab", before={"a": "after", "b": DEAD}, after={}),
    "response": _template("a", "idle", "abe", idle={"a": "owed"}, owed={"b": "idle", "e": "idle"}),
    "responded_existence": _template(
        "a",
        "idle met",
        "abe",
        idle={"a": "owed", "b": "met", "e": "met"},
        owed={"b": "met", "e": "met"},
        met={},
    ),
    "alternate_precedence": _template(
        "b", "closed open", "ab", closed={"a": "open", "b": DEAD}, open={"b": "closed"}
    ),
    "not_coexistence": _template(
        "b",
        "neither first second",
        "ab",
        neither={"a": "first", "b": "second"},
        first={"b": DEAD},
        second={"a": DEAD},
    ),
    "not_succession": _template("b", "before after", "ab", before={"a": "after"}, after={"b": DEAD}),
}
STRUCTURES: Final = frozenset({"only_by_role", "different_people", "waits_have_timers", "no_condition_reads"})


@dataclass(frozen=True, slots=True)
class When:
    """Only cases whose fact has one of these values."""

    fact: str
    values: frozenset[str]

    def holds(self, facts: Mapping[str, Any]) -> bool:
        return facts.get(self.fact) in self.values


@dataclass(frozen=True, slots=True)
class Rule:
    """One promise about the order of milestones, proved and watched on the process `scope` with its calls."""

    key: str
    template: str
    scope: str
    a: frozenset[str]
    b: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    when: When | None = None
    law: str = ""
    sentences: Mapping[str, str] = field(default_factory=dict)
    """By language."""

    @property
    def automaton(self) -> Template:
        return TEMPLATES[self.template]

    def letters(self, milestone: str) -> str:
        """The letters a milestone stands for. One that both answers and asks answers first."""
        found = (("b", self.b), ("e", self.unless), ("a", self.a))
        return "".join(letter for letter, names in found if milestone in names)

    def step(self, state: str, milestone: str, facts: Mapping[str, Any]) -> str:
        for letter in self.letters(milestone):
            if letter == self.automaton.demanding and self.when is not None and not self.when.holds(facts):
                continue
            state = self.automaton.step(state, letter)
        return state

    def keeps(self, state: str, facts: Mapping[str, Any]) -> bool:
        """Whether the promise is kept when the case ends here."""
        excused = not self.automaton.demanding and self.when is not None and not self.when.holds(facts)
        return excused or state in self.automaton.accepting


@dataclass(frozen=True, slots=True)
class StructureRule:
    """A promise about the drawing itself; nothing to watch at run time."""

    key: str
    template: str
    scope: str
    settings: Mapping[str, Any]
    law: str = ""
    sentences: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    version: int
    effective_from: date
    facts: Mapping[str, tuple[str, ...]]
    rules: tuple[Rule, ...]
    structures: tuple[StructureRule, ...] = ()

    def of(self, process_id: str) -> tuple[Rule, ...]:
        """The promises watched on a process."""
        return tuple(rule for rule in self.rules if rule.scope == process_id)

"""Guardrails and their templates: what the law and the authority promise, as small automata over milestones.

The templates are Declare's, over finite traces. The same automata prove a model, guard each step of a case and judge a
history. A letter is `a`, `b` or `e` (the excuse), by the set of the guardrail that a milestone belongs to. There is no
"immediately next": that depends on the order of parallel branches and on tasks that are inserted later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

BROKEN: Final = "broken"
"""The state of every automaton from which nothing leads back."""


class Status(StrEnum):
    """The state of a guardrail in a running case."""

    KEPT_FOR_GOOD = "kept_for_good"
    KEPT_SO_FAR = "kept_so_far"
    OWED = "owed"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Template:
    """The automaton of a template. A letter without a move leaves the state as it is; the first state is the start."""

    moves: Mapping[str, Mapping[str, str]]
    accepting: frozenset[str]
    demanding: str
    """The letter that demands something; it is ignored where `when` does not hold. Empty: the end of the case demands it."""
    letters: frozenset[str]

    @property
    def start(self) -> str:
        return next(iter(self.moves))

    def step(self, state: str, letter: str) -> str:
        return self.moves.get(state, {}).get(letter, state)

    def status(self, state: str) -> Status:
        if state == BROKEN:
            return Status.BROKEN
        if state not in self.accepting:
            return Status.OWED
        return Status.KEPT_SO_FAR if self._reachable(state) - self.accepting else Status.KEPT_FOR_GOOD

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
    "absence": _template("a", "clear", "a", clear={"a": BROKEN}),
    "at_most_once": _template("a", "none once", "a", none={"a": "once"}, once={"a": BROKEN}),
    "precedence": _template("b", "before after", "ab", before={"a": "after", "b": BROKEN}, after={}),
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
        "b", "closed open", "ab", closed={"a": "open", "b": BROKEN}, open={"b": "closed"}
    ),
    "not_coexistence": _template(
        "b",
        "neither first second",
        "ab",
        neither={"a": "first", "b": "second"},
        first={"b": BROKEN},
        second={"a": BROKEN},
    ),
    "not_succession": _template("b", "before after", "ab", before={"a": "after"}, after={"b": BROKEN}),
}
DRAWING_TEMPLATES: Final = frozenset(
    {"only_by_role", "different_people", "waits_have_timers", "no_condition_reads"}
)


@dataclass(frozen=True, slots=True)
class When:
    """Restricts a guardrail to cases in which a process variable (`fact`) has one of these values."""

    fact: str
    values: frozenset[str]

    def holds(self, facts: Mapping[str, Any]) -> bool:
        return facts.get(self.fact) in self.values


@dataclass(frozen=True, slots=True)
class Guardrail:
    """A guardrail about the order of milestones, proved and watched on the process `scope` with the processes it calls."""

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

    @property
    def milestones(self) -> frozenset[str]:
        """The milestones that move its automaton: those it listens to."""
        return self.a | self.b | self.unless

    def letters(self, milestone: str) -> str:
        """Return the letters of a milestone. If it has both `b` or `e` and `a`, `a` comes last."""
        found = (("b", self.b), ("e", self.unless), ("a", self.a))
        return "".join(letter for letter, names in found if milestone in names)

    def step(self, state: str, milestone: str, facts: Mapping[str, Any]) -> str:
        return self.moved(state, milestone, applies=self.when is None or self.when.holds(facts))

    def moved(self, state: str, milestone: str, *, applies: bool) -> str:
        """Return the state after a milestone. `applies`: True if `when` holds when it is reached."""
        for letter in self.letters(milestone):
            if applies or letter != self.automaton.demanding:
                state = self.automaton.step(state, letter)
        return state

    def keeps(self, state: str, facts: Mapping[str, Any]) -> bool:
        """Return True if a case that ends in this state, with these variables, has kept the guardrail."""
        excused = not self.automaton.demanding and self.when is not None and not self.when.holds(facts)
        return excused or state in self.automaton.accepting


@dataclass(frozen=True, slots=True)
class DrawingGuardrail:
    """A guardrail about the diagrams themselves: proved, with nothing to watch while a case runs."""

    key: str
    template: str
    scope: str
    settings: Mapping[str, Any]
    law: str = ""
    sentences: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Guardrails:
    """All guardrails of one version. `facts`: the process variables that they and the prover read, with their listed values."""

    version: int
    effective_from: date
    facts: Mapping[str, tuple[str, ...]]
    on_paths: tuple[Guardrail, ...]
    on_drawing: tuple[DrawingGuardrail, ...] = ()

    def of(self, process_id: str) -> tuple[Guardrail, ...]:
        """Return the guardrails that are watched on a process."""
        return self._by_scope.get(process_id, ())

    def listening_to(self, process_id: str, milestone: str) -> tuple[Guardrail, ...]:
        """Return the guardrails of a process that listen to a milestone."""
        return self._by_milestone.get((process_id, milestone), ())

    @cached_property
    def _by_milestone(self) -> Mapping[tuple[str, str], tuple[Guardrail, ...]]:
        found: dict[tuple[str, str], tuple[Guardrail, ...]] = {}
        for each in self.on_paths:
            for name in each.milestones:
                found[each.scope, name] = (*found.get((each.scope, name), ()), each)
        return found

    @cached_property
    def _by_scope(self) -> Mapping[str, tuple[Guardrail, ...]]:
        scopes = dict.fromkeys(each.scope for each in self.on_paths)
        return {scope: tuple(each for each in self.on_paths if each.scope == scope) for scope in scopes}

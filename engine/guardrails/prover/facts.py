"""Reads how mappings and conditions of diagrams write and read facts: the variables with listed values that the
prover follows.

A mapping or condition of a form not understood here counts as "any value": the proof then covers more than can
happen, never less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from engine.bpmn.elements import Element
from engine.feel import syntax
from engine.feel.parser import Parser
from engine.feel.problems import FeelProblem

OTHER: Final = "\0"
"""No value, or one that is not listed: a fact that is not written yet, a question left unanswered."""


@dataclass(frozen=True, slots=True)
class Write:
    """A mapping's entry that sets a fact."""

    fact: str
    values: frozenset[str] = frozenset()
    """The possible values; empty: any value."""
    copies: bool = False
    """True if it copies the value that the fact has in the calling or called process."""


@lru_cache(maxsize=4_000)
def _tree(text: str) -> Any:
    try:
        return Parser(text).whole()
    except FeelProblem:
        return None


def writes(text: str, facts: Mapping[str, tuple[str, ...]]) -> tuple[Write, ...]:
    """Return the writes of a mapping. A text that is no context literal could write any fact."""
    tree = _tree(text) if text else None
    if isinstance(tree, syntax.ContextOf):
        return tuple(_write(key, value) for key, value in tree.entries if key in facts)
    return tuple(Write(fact) for fact in facts) if text.strip() not in {"", "null"} else ()


def entries(text: str) -> frozenset[str]:
    tree = _tree(text) if text else None
    return frozenset(key for key, _ in tree.entries) if isinstance(tree, syntax.ContextOf) else frozenset()


def _write(fact: str, node: Any) -> Write:
    copies = isinstance(node, syntax.Name) and node.name == fact
    return Write(fact, _literals(node), copies)


def _literals(node: Any) -> frozenset[str]:
    match node:
        case syntax.Literal(str(value)):
            return frozenset({value})
        case syntax.If(_, then, otherwise):
            first, second = _literals(then), _literals(otherwise)
            return first | second if first and second else frozenset()
    return frozenset()


def writes_of(
    element: Element, facts: Mapping[str, tuple[str, ...]], payload: frozenset[str]
) -> Iterator[Write]:
    """Yield what an element writes, when it completes, into the process it is drawn in, not into one it calls: its
    message's variables (`payload`), its `output`, its script. A text not understood writes every fact."""
    yield from (Write(fact) for fact in sorted(payload & set(facts)))
    yield from writes(element.properties.get("output", ""), facts)
    if element.kind == "scriptTask":
        yield from writes(element.expression or "", facts)


@dataclass(frozen=True, slots=True)
class Condition:
    """The facts that a condition reads, with the values for which it holds."""

    asked: tuple[tuple[str, frozenset[str]], ...]
    """Name of a fact, and the values it must have."""
    is_whole: bool
    """True if the condition depends on nothing else."""


def condition(text: str | None, facts: Mapping[str, tuple[str, ...]]) -> Condition:
    tree = _tree(text) if text else None
    parts = tree.operands if isinstance(tree, syntax.And) else (tree,)
    found = tuple(part for part in (_asked(each, facts) for each in parts) if part)
    return Condition(found, len(found) == len(parts))


def _asked(node: Any, facts: Mapping[str, tuple[str, ...]]) -> tuple[str, frozenset[str]] | None:
    match node:
        case syntax.Comparison(
            ("=" | "!=") as sign, syntax.Name(fact), syntax.Literal(str(value))
        ) | syntax.Comparison(("=" | "!=") as sign, syntax.Literal(str(value)), syntax.Name(fact)):
            if fact in facts:
                return fact, frozenset({value}) if sign == "=" else frozenset(facts[fact]) - {value}
        case syntax.In(syntax.Name(fact), tests) if fact in facts:
            values = [_literals(test) for test in tests if isinstance(test, syntax.Literal)]
            if len(values) == len(tests) and all(values):
                return fact, frozenset().union(*values)
        case syntax.Or(operands):
            parts = [_asked(each, facts) for each in operands]
            known = [part for part in parts if part]
            if len(known) == len(parts) and len({fact for fact, _ in known}) == 1:
                return known[0][0], frozenset().union(*(values for _, values in known))
    return None


def unlisted(text: str | None, facts: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    """Return fact and value for each value that a condition or mapping uses and `facts` does not list."""
    if not text or not any(fact in text for fact in facts):
        return ()
    named = [(write.fact, write.values) for write in writes(text, facts)]
    if not isinstance(_tree(text), syntax.ContextOf):
        named = list(condition(text, facts).asked)
    return tuple((fact, value) for fact, values in named for value in sorted(values - set(facts[fact])))

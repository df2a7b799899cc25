"""Facts: the few variables with listed values whose choices the prover follows instead of leaving them open.

Who writes a fact is read from the model's own mappings. Where a text says more than these forms, every value is
possible: the proof then covers more than can happen, never less.
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

Narrowing = tuple[str, frozenset[str]]
"""A fact and the values that are left."""
OTHER: Final = "\0"
"""No value, or one that is not listed: what is not written yet, a question left unanswered. Every fact may have it."""
COPY: Final = "copy"
ANY: Final = "any"


@dataclass(frozen=True, slots=True)
class Write:
    """What a mapping entry does to the fact of its name: sets one of these values, copies it, or anything."""

    fact: str
    values: frozenset[str] | str


@lru_cache(maxsize=4_000)
def _tree(text: str) -> Any:
    try:
        return Parser(text).whole()
    except FeelProblem:
        return None


def writes(text: str, facts: Mapping[str, tuple[str, ...]]) -> tuple[Write, ...]:
    """The facts that a context literal writes; what is no literal could write any."""
    tree = _tree(text) if text else None
    if isinstance(tree, syntax.ContextOf):
        return tuple(Write(key, _written(key, value)) for key, value in tree.entries if key in facts)
    return tuple(Write(fact, ANY) for fact in facts) if text.strip() not in {"", "null"} else ()


def entries(text: str) -> frozenset[str]:
    tree = _tree(text) if text else None
    return frozenset(key for key, _ in tree.entries) if isinstance(tree, syntax.ContextOf) else frozenset()


def _written(fact: str, node: Any) -> frozenset[str] | str:
    if isinstance(node, syntax.Name) and node.name == fact:
        return COPY
    return _literals(node) or ANY


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
    """What an element writes into its own process when it is done; `payload`: what its message carries."""
    yield from (Write(fact, ANY) for fact in sorted(payload & set(facts)))
    yield from writes(element.properties.get("output", ""), facts)
    if element.kind == "scriptTask":
        yield from writes(element.expression or "", facts)


def asked(condition: str | None, facts: Mapping[str, tuple[str, ...]]) -> tuple[tuple[Narrowing, ...], bool]:
    """What a condition asks of facts, and whether it asks nothing else."""
    tree = _tree(condition) if condition else None
    parts = tree.operands if isinstance(tree, syntax.And) else (tree,)
    found = tuple(part for part in (_of_one(each, facts) for each in parts) if part)
    return found, len(found) == len(parts)


def _of_one(node: Any, facts: Mapping[str, tuple[str, ...]]) -> Narrowing | None:
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
            parts = [_of_one(each, facts) for each in operands]
            known = [part for part in parts if part]
            if len(known) == len(parts) and len({fact for fact, _ in known}) == 1:
                return known[0][0], frozenset().union(*(values for _, values in known))
    return None


def unlisted(text: str | None, facts: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    """Values that a condition or a mapping names though `facts` does not list them."""
    if not text or not any(fact in text for fact in facts):
        return ()
    named = [
        (write.fact, write.values) for write in writes(text, facts) if isinstance(write.values, frozenset)
    ]
    if not isinstance(_tree(text), syntax.ContextOf):
        named = list(asked(text, facts)[0])
    return tuple((fact, value) for fact, values in named for value in sorted(values - set(facts[fact])))

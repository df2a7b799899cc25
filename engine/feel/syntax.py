"""Syntax nodes: the parser makes them, the compiler turns them into closures.

`at` is the offset in the text that a problem with the node points at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from .value_types import Type


@dataclass(frozen=True, slots=True)
class Literal:
    value: Any
    at: int = 0


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Path:
    source: Node
    name: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A call. `names` are those of the arguments if they were given by name, else None."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None = None
    at: int = 0


@dataclass(frozen=True, slots=True)
class Filter:
    source: Node
    condition: Node
    at: int = 0


@dataclass(frozen=True, slots=True)
class Negation:
    operand: Node
    at: int = 0


@dataclass(frozen=True, slots=True)
class Arithmetic:
    operator: str
    left: Node
    right: Node
    at: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: str
    left: Node
    right: Node
    at: int = 0


@dataclass(frozen=True, slots=True)
class And:
    operands: tuple[Node, ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Or:
    operands: tuple[Node, ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Between:
    value: Node
    low: Node
    high: Node
    at: int = 0


@dataclass(frozen=True, slots=True)
class In:
    value: Node
    tests: tuple[Node, ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class InstanceOf:
    value: Node
    type: Type
    at: int = 0


@dataclass(frozen=True, slots=True)
class If:
    condition: Node
    then: Node
    otherwise: Node
    at: int = 0


@dataclass(frozen=True, slots=True)
class Iterator:
    """The `x in …` of a loop. `until` is the second end of a bare `low..high`, which may run backwards."""

    name: str
    source: Node
    until: Node | None = None
    at: int = 0


@dataclass(frozen=True, slots=True)
class For:
    iterators: tuple[Iterator, ...]
    body: Node
    at: int = 0


@dataclass(frozen=True, slots=True)
class Quantified:
    every: bool
    iterators: tuple[Iterator, ...]
    condition: Node
    at: int = 0


@dataclass(frozen=True, slots=True)
class ListOf:
    items: tuple[Node, ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class ContextOf:
    """A context. `result` occurs only in boxed contexts: it is computed last and is the value instead of the context."""

    entries: tuple[tuple[str, Node], ...]
    at: int = 0
    result: Node | None = None


@dataclass(frozen=True, slots=True)
class RangeOf:
    start_included: bool
    low: Node
    high: Node
    end_included: bool
    at: int = 0


@dataclass(frozen=True, slots=True)
class UnaryTest:
    """A comparison of `?` with an operand, like `< 5`."""

    operator: str
    operand: Node
    at: int = 0


@dataclass(frozen=True, slots=True)
class FunctionOf:
    parameters: tuple[tuple[str, Type | None], ...]
    body: Node
    result: Type | None = None
    at: int = 0


@dataclass(frozen=True, slots=True)
class External:
    """A function with a body in Java or PMML. It is never executed."""

    parameters: tuple[tuple[str, Type | None], ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Typed:
    """A value that must conform to a type; it is null if it does not (DMN 1.5, 10.3.2.9.4)."""

    value: Node
    type: Type
    at: int = 0


@dataclass(frozen=True, slots=True)
class Within:
    """A node with a text of its own, as boxed expressions have. `place` is the id of the element that holds the text."""

    node: Node
    text: str
    place: str | None = None
    at: int = 0


@dataclass(frozen=True, slots=True)
class Tests:
    """The unary tests of a cell. A cell without tests is the dash, which matches anything."""

    tests: tuple[Node, ...]
    negated: bool = False
    at: int = 0


Node: TypeAlias = Any
"""Any of the above, or a node another package has taught the compiler (a decision table)."""

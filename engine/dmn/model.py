"""A DMN model as values, with its expressions parsed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.feel.syntax import FunctionOf, Node, Tests
from engine.feel.value_types import Type

from .problems import DmnProblem

Key = tuple[str, str]
"""Namespace and id: unique through imports."""


@dataclass(frozen=True, slots=True)
class Cell:
    """An input entry."""

    id: str | None
    text: str
    tests: Tests


@dataclass(frozen=True, slots=True)
class OutputCell:
    id: str | None
    text: str
    node: Node


@dataclass(frozen=True, slots=True)
class Input:
    id: str | None
    label: str
    """As a person reads it: the column's heading, else the expression."""
    text: str
    node: Node
    type: Type | None
    allowed: Cell | None


@dataclass(frozen=True, slots=True)
class Output:
    id: str | None
    name: str | None
    label: str
    type: Type | None
    allowed: Cell | None
    """Their order is the order of priority."""
    default: OutputCell | None


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    inputs: tuple[Cell, ...]
    outputs: tuple[OutputCell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table. A node of FEEL's syntax too, compiled by `tables`."""

    id: str | None
    hit_policy: str
    aggregation: str | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Requirement:
    """A value that an element requires. `path` is the name by which it is read; an imported one has two parts."""

    key: Key
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InputData:
    key: Key
    name: str
    type: Type | None


@dataclass(frozen=True, slots=True)
class Decision:
    key: Key
    name: str
    type: Type | None
    requirements: tuple[Requirement, ...]
    logic: Node | None

    @property
    def id(self) -> str:
        return self.key[1]

    @property
    def table(self) -> Table | None:
        """The decision's table; None if its logic is not a table alone."""
        return self.logic if isinstance(self.logic, Table) else None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model: a function."""

    key: Key
    name: str
    type: Type | None
    requirements: tuple[Requirement, ...]
    logic: Node | None

    @property
    def id(self) -> str:
        return self.key[1]

    @property
    def table(self) -> Table | None:
        """The function's table; None if its body is not a table alone."""
        body = self.logic.body if isinstance(self.logic, FunctionOf) else None
        return body if isinstance(body, Table) else None


@dataclass(frozen=True, slots=True)
class Service:
    """A decision service: computed from the values of its inputs alone."""

    key: Key
    name: str
    type: Type | None
    outputs: tuple[Key, ...]
    input_decisions: tuple[Key, ...]
    input_data: tuple[Key, ...]
    requirements: tuple[Requirement, ...] = ()


Element = InputData | Decision | Knowledge | Service


@dataclass(frozen=True, slots=True)
class Definitions:
    """The content of one file, with the files it imports."""

    id: str | None
    name: str
    namespace: str
    elements: Mapping[Key, Element]
    types: Mapping[str, Type] = field(default_factory=dict)
    problems: tuple[DmnProblem, ...] = ()

"""The names an expression reads and writes, from its syntax: free names, members, functions, entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from typing import Any

from engine.feel import syntax
from engine.feel.parser import Parser
from engine.feel.problems import FeelProblem

__all__ = ["FeelProblem", "Reading", "read"]


@dataclass(frozen=True, slots=True)
class Reading:
    """The names that an expression reads and writes."""

    names: frozenset[str]
    """Free root names that are surely variables."""
    touched: frozenset[str]
    """With the names inside filters, which may be members of the filtered items, and every member read."""
    members: frozenset[tuple[str, str]]
    """Root and member, e.g. ``("answers", "choice")``."""
    functions: frozenset[str]
    entries: tuple[str, ...] | None
    """The keys of a context literal; None when the text is something else."""


@lru_cache(maxsize=2_000)
def read(text: str) -> Reading:
    """Return the names that an expression reads and writes. Raise FeelProblem if it does not parse."""
    tree = Parser(text).whole()
    walker = _Walker()
    walker.visit(tree, frozenset(), sure=True)
    entries = tuple(key for key, _ in tree.entries) if isinstance(tree, syntax.ContextOf) else None
    return Reading(
        frozenset(walker.names),
        frozenset(walker.touched | walker.names),
        frozenset(walker.members),
        frozenset(walker.functions),
        entries,
    )


class _Walker:
    def __init__(self) -> None:
        self.names: set[str] = set()
        self.touched: set[str] = set()
        self.members: set[tuple[str, str]] = set()
        self.functions: set[str] = set()

    def visit(self, node: Any, bound: frozenset[str], *, sure: bool) -> None:
        match node:
            case syntax.Name(name):
                self._name(name, bound, sure=sure)
            case syntax.Path(source, name):
                if isinstance(source, syntax.Name) and source.name not in bound:
                    self.members.add((source.name, name))
                self.touched.add(name)
                self.visit(source, bound, sure=sure)
            case syntax.Call(syntax.Name(name), arguments):
                self.functions.add(name)
                self._all(arguments, bound, sure=sure)
            case syntax.Filter(source, condition):
                self.visit(source, bound, sure=sure)
                self.visit(condition, bound | {"item"}, sure=False)
            case _:
                self._binding(node, bound, sure=sure)

    def _binding(self, node: Any, bound: frozenset[str], *, sure: bool) -> None:
        match node:
            case syntax.ContextOf(entries):
                for key, value in entries:
                    self.visit(value, bound, sure=sure)
                    bound |= {key}
            case syntax.For(iterators, body) | syntax.Quantified(_, iterators, body):
                for each in iterators:
                    self._all((each.source, each.until), bound, sure=sure)
                    bound |= {each.name, "partial"}
                self.visit(body, bound, sure=sure)
            case syntax.FunctionOf(parameters, body):
                self.visit(body, bound | {name for name, _ in parameters}, sure=sure)
            case _:
                self._all(_parts(node), bound, sure=sure)

    def _all(self, nodes: Any, bound: frozenset[str], *, sure: bool) -> None:
        for each in nodes:
            self.visit(each, bound, sure=sure)

    def _name(self, name: str, bound: frozenset[str], *, sure: bool) -> None:
        if name not in bound:
            (self.names if sure else self.touched).add(name)


def _parts(node: Any) -> Iterator[Any]:
    if isinstance(node, tuple):
        yield from node
    elif is_dataclass(node):
        yield from (getattr(node, field.name) for field in fields(node))

"""The public interface of FEEL: parsed and compiled texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from . import calls, literals, loops, syntax, unary_tests
from .budget import STEPS, Run
from .builtins import BUILTINS
from .compiler import FIRST_SLOT, Binding, Code, Compiler
from .names import needs_telling, normal
from .parser import Parser
from .problems import FeelProblem
from .value_types import Value, settled

TEACHERS = (literals, calls, loops, unary_tests)
"""Importing them taught the compiler its nodes."""
NOTHING: Mapping[str, Any] = MappingProxyType({})
Functions = Mapping[str, Callable[..., Value]]


class Expression:
    """A compiled text. Thread-safe; may be evaluated any number of times."""

    __slots__ = ("_code", "_frame", "names", "names_in_filters", "node", "text")

    def __init__(self, text: str, node: syntax.Node, *, bindings: tuple[str, ...] = ()) -> None:
        compiler = Compiler(text)
        bound = [Binding(name, compiler.slot()) for name in bindings]
        with compiler.binding(*bound):
            self._code: Code = compiler(node)
        self._frame = [None] * (compiler.slots - FIRST_SLOT)
        self.text, self.node = text, node
        self.names = frozenset(name for name in compiler.free_names if name not in BUILTINS)
        self.names_in_filters = frozenset(compiler.free_names_in_filters) - self.names
        """Free names that may also be members of what is filtered; only the values can tell."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r})"

    def evaluate(
        self,
        scope: Mapping[str, Value] = NOTHING,
        *,
        functions: Functions = NOTHING,
        budget: int = STEPS,
        problems: list[FeelProblem] | None = None,
    ) -> Value:
        """Return the value. Where the standard defines an error, return null and note why in `problems`."""
        return self.run(Run(functions, budget, problems), scope)

    def run(self, run: Run, scope: Mapping[str, Value], *bound: Value) -> Value:
        """Evaluate as part of a larger evaluation and spend its budget. `bound`: values of the bindings, in order."""
        frame = [scope, run, *bound, *self._frame[len(bound) :]]
        try:
            return self._code(frame)
        except RecursionError:
            raise FeelProblem("too_deep") from None


class UnaryTests(Expression):
    """A test of the value named `?`: a decision table's cell, or a form's condition."""

    __slots__ = ()

    def __init__(self, text: str, node: syntax.Node) -> None:
        super().__init__(text, node, bindings=("?",))

    def test(
        self,
        value: Value,
        scope: Mapping[str, Value] = NOTHING,
        *,
        functions: Functions = NOTHING,
        budget: int = STEPS,
        problems: list[FeelProblem] | None = None,
    ) -> bool:
        """Return True if the value passes; False if it fails or the answer is unknown."""
        return self.run(Run(functions, budget, problems), scope, settled(value)) is True

    def passing(self, values: Iterable[Value], budget: int = STEPS) -> Iterator[bool]:
        """Yield for each value whether it passes, without a scope. Each has a budget of its own; beyond it the answer is False."""
        run = Run(NOTHING, budget)
        for value in values:
            run.left = budget
            try:
                yield self.run(run, NOTHING, value) is True
            except FeelProblem:
                yield False


def parse(text: str, names: Iterable[str] = ()) -> Expression:
    """Compile an expression. `names` are variables around it; only names with operators or keywords in them, like
    `a-b`, make a difference."""
    return _parsed(text, _telling(text, names))


def parse_unary(text: str, names: Iterable[str] = ()) -> UnaryTests:
    return _parsed_unary(text, _telling(text, names))


def _telling(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return only names that change how this text is parsed, so that more calls share the cache."""
    found = (normal(name) for name in names if needs_telling(name))
    return tuple(sorted({name for name in found if name.split(" ")[0] in text}))


@lru_cache(maxsize=2048)
def _parsed(text: str, names: tuple[str, ...]) -> Expression:
    return Expression(text, Parser(text, names).whole())


@lru_cache(maxsize=2048)
def _parsed_unary(text: str, names: tuple[str, ...]) -> UnaryTests:
    return UnaryTests(text, Parser(text, names).whole_tests())

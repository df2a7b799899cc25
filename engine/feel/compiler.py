"""Compile syntax to closures.

A closure takes a frame, which is a list: the scope, the run, then one value for each name that the text itself
defines (its slot).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from . import syntax
from .budget import Run, Spot
from .comparison import ORDERED, ORDERS, SIMPLE, compared, equal
from .operators import ARITHMETIC, NUMERIC, negated
from .problems import Unfit, problem_at
from .types import coerced, kind_of, resolved
from .value_types import Value

Frame: TypeAlias = list[Any]
Code: TypeAlias = Callable[[Frame], Value]
MAX_DEPTH = 150
FIRST_SLOT = 2


class Binding(NamedTuple):
    """A name that the text defines, with its slot. Without a name: the item of a filter, whose members count as names."""

    name: str | None
    slot: int


Method: TypeAlias = Callable[["Compiler", Any], Code]
_METHODS: dict[type, Method] = {}


def compiles(kind: type) -> Callable[[Method], Method]:
    """Register the decorated function as the compiler of one class of syntax node."""

    def register(method: Method) -> Method:
        _METHODS[kind] = method
        return method

    return register


class Compiler:
    """Compiles the nodes of one text. Knows the names visible at each node, and collects those that come from outside."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place: str | None = None
        self.depth = 0
        self.nodes = 0
        self.slots = FIRST_SLOT
        self.bindings: list[Binding] = []
        self.free_names: dict[str, int] = {}
        self.free_names_in_filters: dict[str, int] = {}
        self.used: set[int] = set()

    def __call__(self, node: syntax.Node) -> Code:
        self.nodes += 1
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise problem_at(self.text, node.at, "too_deep")
        code = _METHODS[type(node)](self, node)
        self.depth -= 1
        return code

    def body(self, node: syntax.Node) -> tuple[Code, int]:
        """Return the code of a loop's body, and its cost in steps for one round."""
        before = self.nodes
        return self(node), self.nodes - before

    def spot(self, node: syntax.Node) -> Spot:
        return Spot(self.text, node.at, self.place)

    def slot(self) -> int:
        self.slots += 1
        return self.slots - 1

    @contextmanager
    def binding(self, *bindings: Binding) -> Iterator[None]:
        self.bindings.extend(bindings)
        yield
        del self.bindings[len(self.bindings) - len(bindings) :]

    @contextmanager
    def reading(self, node: syntax.Within) -> Iterator[None]:
        """Report problems with offsets in this node's own text while in the context."""
        outer = self.text, self.place
        self.text, self.place = node.text, node.place
        yield
        self.text, self.place = outer

    def find(self, name: str) -> tuple[list[int], int | None]:
        """Return the slots of filter items that may have a member of this name, innermost first, and the name's own
        slot or None."""
        filters = []
        for bound in reversed(self.bindings):
            if bound.name is None:
                filters.append(bound.slot)
            elif bound.name == name:
                self.used.add(bound.slot)
                return filters, bound.slot
        return filters, None


@compiles(syntax.Within)
def within(compiler: Compiler, node: syntax.Within) -> Code:
    with compiler.reading(node):
        return compiler(node.node)


@compiles(syntax.Literal)
def literal(compiler: Compiler, node: syntax.Literal) -> Code:
    value = node.value
    return lambda frame: value


@compiles(syntax.Arithmetic)
def arithmetic(compiler: Compiler, node: syntax.Arithmetic) -> Code:
    left, right, spot = compiler(node.left), compiler(node.right), compiler.spot(node)
    general, numeric = ARITHMETIC[node.operator], NUMERIC.get(node.operator)

    def any_kind(frame: Frame) -> Value:
        return _operate(frame[1], left(frame), right(frame))

    def numbers(frame: Frame) -> Value:
        one, other = left(frame), right(frame)
        if type(one) is Decimal and type(other) is Decimal:
            try:
                return numeric(one, other)  # type: ignore[misc] # this closure is only returned when it is there
            except ArithmeticError:
                pass
        return _operate(frame[1], one, other)

    def _operate(run: Run, one: Value, other: Value) -> Value:
        try:
            return general(run, one, other)
        except Unfit as unfit:
            run.unfit(spot, unfit)
        except ArithmeticError:
            run.note(spot, "out_of_range")
        return None

    return numbers if numeric else any_kind


@compiles(syntax.Negation)
def negation(compiler: Compiler, node: syntax.Negation) -> Code:
    operand, spot = compiler(node.operand), compiler.spot(node)

    def code(frame: Frame) -> Value:
        try:
            return negated(operand(frame))
        except Unfit as unfit:
            frame[1].unfit(spot, unfit)
            return None

    return code


@compiles(syntax.Comparison)
def comparison(compiler: Compiler, node: syntax.Comparison) -> Code:
    left, right, spot = compiler(node.left), compiler(node.right), compiler.spot(node)
    if node.operator in ORDERS:
        return _ordering(node.operator, left, right, spot)
    return _equality(left, right, spot) if node.operator == "=" else _difference(left, right, spot)


def _ordering(sign: str, left: Code, right: Code, spot: Spot) -> Code:
    order = ORDERS[sign]

    def code(frame: Frame) -> bool | None:
        one, other = left(frame), right(frame)
        kind = type(one)
        if kind is type(other) and kind in ORDERED:
            return order(one, other)
        try:
            return compared(sign, one, other)
        except Unfit as unfit:
            frame[1].unfit(spot, unfit)
            return None

    return code


def _equality(left: Code, right: Code, spot: Spot) -> Code:
    def code(frame: Frame) -> bool | None:
        one, other = left(frame), right(frame)
        kind = type(one)
        if kind is type(other) and kind in SIMPLE:
            return bool(one == other)
        same = equal(frame[1], one, other)
        if same is None:
            frame[1].note(spot, "not_comparable", None, left=kind_of(one), right=kind_of(other))
        return same

    return code


def _difference(left: Code, right: Code, spot: Spot) -> Code:
    same = _equality(left, right, spot)

    def code(frame: Frame) -> bool | None:
        answer = same(frame)
        return None if answer is None else not answer

    return code


@compiles(syntax.And)
def conjunction(compiler: Compiler, node: syntax.And) -> Code:
    return _connective(compiler, node, decisive=False)


@compiles(syntax.Or)
def disjunction(compiler: Compiler, node: syntax.Or) -> Code:
    return _connective(compiler, node, decisive=True)


def _connective(compiler: Compiler, node: syntax.And | syntax.Or, *, decisive: bool) -> Code:
    """Compile `and` or `or`. `decisive` is the operand that decides at once; any other mix with an unknown is null."""
    operands = tuple(compiler(operand) for operand in node.operands)
    spots = tuple(compiler.spot(operand) for operand in node.operands)
    opposite = not decisive

    def code(frame: Frame) -> Value:
        answer: bool | None = opposite
        for index, operand in enumerate(operands):
            value = operand(frame)
            if value is decisive:
                return decisive
            if value is not opposite:
                answer = None
                if value is not None:
                    frame[1].note(spots[index], "not_boolean", None, value=kind_of(value))
        return answer

    return code


@compiles(syntax.Between)
def between(compiler: Compiler, node: syntax.Between) -> Code:
    value, low, high = compiler(node.value), compiler(node.low), compiler(node.high)
    spot = compiler.spot(node)

    def code(frame: Frame) -> bool | None:
        one = value(frame)
        try:
            return compared(">=", one, low(frame)) and compared("<=", one, high(frame))
        except Unfit as unfit:
            frame[1].unfit(spot, unfit)
            return None

    return code


@compiles(syntax.If)
def conditional(compiler: Compiler, node: syntax.If) -> Code:
    condition, then, otherwise = compiler(node.condition), compiler(node.then), compiler(node.otherwise)
    spot = compiler.spot(node.condition)

    def code(frame: Frame) -> Value:
        holds = condition(frame)
        if holds is True:
            return then(frame)
        if holds is False or holds is None:
            return otherwise(frame)
        frame[1].note(spot, "not_boolean", None, value=kind_of(holds))
        return None

    return code


@compiles(syntax.InstanceOf)
def instance_of(compiler: Compiler, node: syntax.InstanceOf) -> Code:
    value, type_, spot = compiler(node.value), node.type, compiler.spot(node)

    def code(frame: Frame) -> bool | None:
        run: Run = frame[1]
        if resolved(type_, run) is None:
            run.note(spot, "unknown_type", None, name=getattr(type_, "name", ""))
            return None
        found = value(frame)
        run.by_kind = True
        answer = type_.admits(found, run)
        run.by_kind = False
        return answer

    return code


@compiles(syntax.Typed)
def typed(compiler: Compiler, node: syntax.Typed) -> Code:
    value, type_, spot = compiler(node.value), node.type, compiler.spot(node)

    def code(frame: Frame) -> Value:
        found = value(frame)
        conforms, wanted = coerced(found, type_, frame[1])
        if not conforms:
            frame[1].note(spot, "bad_value", None, value=kind_of(found))
        return wanted

    return code

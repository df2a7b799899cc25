"""Compile names, members, lists, contexts and ranges."""

from __future__ import annotations

from . import syntax
from .budget import Spot
from .builtins import BUILTINS
from .calls import as_function, host_function
from .comparison import compared
from .compiler import Binding, Code, Compiler, Frame, compiles
from .members import member
from .problems import Unfit
from .value_types import PLAIN, Function, Range, Settled, Value, settled


@compiles(syntax.Name)
def name(compiler: Compiler, node: syntax.Name) -> Code:
    filters, slot = compiler.find(node.name)
    if slot is not None:
        code = _from_slot(slot)
    else:
        free_names = compiler.free_names_in_filters if filters else compiler.free_names
        free_names.setdefault(node.name, node.at)
        code = _from_outside(node.name, compiler.spot(node))
    for item in reversed(filters):
        code = _from_item(item, node.name, code)
    return code


def _from_slot(slot: int) -> Code:
    return lambda frame: frame[slot]


def _from_item(slot: int, name: str, otherwise: Code) -> Code:
    def code(frame: Frame) -> Value:
        item = frame[slot]
        return item[name] if type(item) is dict and name in item else otherwise(frame)

    return code


def _from_outside(name: str, spot: Spot) -> Code:
    def code(frame: Frame) -> Value:
        scope = frame[0]
        try:
            value = scope[name]
        except KeyError:
            return _not_in_scope(frame, name, spot)
        return value if type(value) in PLAIN else whole(frame, name, value)

    return code


def whole(frame: Frame, name: str, value: Value) -> Value:
    """Return a variable's value with FEEL's own types, converted once in an evaluation."""
    if type(frame[0]) is Settled:
        return value
    known = frame[1].known
    if name not in known:
        known[name] = settled(value)
    return known[name]


def _not_in_scope(frame: Frame, name: str, spot: Spot) -> Value:
    run = frame[1]
    host = run.functions.get(name)
    if host is not None:
        return host_function(host)
    builtin = BUILTINS.get(name)
    if builtin is not None:
        return as_function(builtin)
    run.note(spot, "unknown_name", run.hint(name, frame[0]), name=name)
    return None


@compiles(syntax.Path)
def path(compiler: Compiler, node: syntax.Path) -> Code:
    source, name, spot = compiler(node.source), node.name, compiler.spot(node)

    def code(frame: Frame) -> Value:
        value = source(frame)
        if type(value) is dict and name in value:
            return value[name]
        try:
            return member(frame[1], value, name)
        except Unfit as unfit:
            hint = frame[1].hint(name, value) if type(value) is dict else None
            frame[1].note(spot, unfit.key, hint, **unfit.values)
            return None

    return code


@compiles(syntax.ListOf)
def list_of(compiler: Compiler, node: syntax.ListOf) -> Code:
    items = [compiler(item) for item in node.items]
    return lambda frame: [item(frame) for item in items]


@compiles(syntax.ContextOf)
def context_of(compiler: Compiler, node: syntax.ContextOf) -> Code:
    """Compile a context. An entry may read those before it, and a function itself, so that it can be recursive."""
    entries: list[tuple[str, int, Code]] = []
    bindings: list[Binding] = []
    for key, value in node.entries:
        slot = compiler.slot()
        bound = Binding(key, slot)
        recurs = _is_function(value)
        with compiler.binding(*bindings, *([bound] if recurs else [])):
            entries.append((key, slot, compiler(value)))
        bindings.append(bound)
    if node.result is None:
        return _context(entries)
    with compiler.binding(*bindings):
        result = compiler(node.result)
    context = _context(entries)

    def code(frame: Frame) -> Value:
        context(frame)
        return result(frame)

    return code


def _is_function(node: syntax.Node) -> bool:
    while isinstance(node, syntax.Within | syntax.Typed):
        node = node.node if isinstance(node, syntax.Within) else node.value
    return isinstance(node, syntax.FunctionOf)


def _context(entries: list[tuple[str, int, Code]]) -> Code:
    def code(frame: Frame) -> dict[str, Value]:
        found = {}
        for key, slot, entry in entries:
            found[key] = frame[slot] = value = entry(frame)
            if type(value) is Function and value.frame is not None:
                value.frame[slot] = value
        return found

    return code


@compiles(syntax.RangeOf)
def range_of(compiler: Compiler, node: syntax.RangeOf) -> Code:
    low, high, spot = compiler(node.low), compiler(node.high), compiler.spot(node)
    start_included, end_included = node.start_included, node.end_included

    def code(frame: Frame) -> Range | None:
        start, end = low(frame), high(frame)
        try:
            if start is not None and end is not None:
                compared("<", start, end)
        except Unfit:
            frame[1].note(spot, "bad_range")
            return None
        return Range(start_included, start, end, end_included)

    return code


@compiles(syntax.UnaryTest)
def range_by_sign(compiler: Compiler, node: syntax.UnaryTest) -> Code:
    """Compile a test like `(> 5)` that stands in place of a value, into a range."""
    operand, sign = compiler(node.operand), node.operator
    included = sign in ("<=", ">=", "=")

    def code(frame: Frame) -> Range | None:
        end = operand(frame)
        if end is None:
            return None
        if sign in ("<", "<="):
            return Range(start_included=False, low=None, high=end, end_included=included, sign=sign)
        high = end if sign in ("=", "!=") else None
        return Range(start_included=included, low=end, high=high, end_included=high is not None, sign=sign)

    return code

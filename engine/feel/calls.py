"""Compiles calls and function definitions."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import lru_cache

from . import syntax
from .budget import Run, Spot
from .builtins import BUILTINS, Builtin
from .compiler import Binding, Code, Compiler, Frame, compiles
from .invocation import invoke, invoke_by_name
from .members import member_or_none
from .problems import Unfit
from .types import coerced
from .value_types import Function, Parameter, Type, Value, settled

Host = Callable[..., Value]


@compiles(syntax.Call)
def call(compiler: Compiler, node: syntax.Call) -> Code:
    if node.function == syntax.Name("is defined", node.function.at) and len(node.arguments) == 1:
        return _is_defined(compiler, node.arguments[0])
    arguments = tuple(compiler(argument) for argument in node.arguments)
    spot = compiler.spot(node)
    if isinstance(node.function, syntax.Name) and compiler.find(node.function.name)[1] is None:
        return _call_by_name(compiler, node, arguments)
    function = compiler(node.function)

    def code(frame: Frame) -> Value:
        return _called(frame, function(frame), [argument(frame) for argument in arguments], node.names, spot)

    return code


def _is_defined(compiler: Compiler, argument: syntax.Node) -> Code:
    """Compile FEEL's `is defined`: true if the name or member exists, even if null. A built-in has no access to the scope."""
    if isinstance(argument, syntax.Path):
        source, name = compiler(argument.source), argument.name

        def has_member(frame: Frame) -> bool:
            value = source(frame)
            return name in value if type(value) is dict else member_or_none(frame[1], value, name) is not None

        return has_member
    code = compiler(argument)
    if not isinstance(argument, syntax.Name) or compiler.find(argument.name)[1] is not None:
        return lambda frame: True
    return lambda frame: argument.name in frame[0] or code(frame) is not None


def _call_by_name(compiler: Compiler, node: syntax.Call, arguments: tuple[Code, ...]) -> Code:
    """Compile a call by name. The function is looked up in the scope, then the host's functions, then the built-ins."""
    name, names, spot = node.function.name, node.names, compiler.spot(node.function)
    builtin = BUILTINS.get(name)
    if builtin is None:
        compiler.free_names.setdefault(name, node.function.at)
    standard = builtin.prepared(arguments, names) if builtin else None
    outside = compiler(node.function)

    def defined(frame: Frame) -> Value:
        """Call the function of a variable, or of an entry of a filtered item."""
        function = outside(frame)
        if type(function) is not Function and name not in frame[0]:
            return _unknown(frame[1], name, spot)
        return _called(frame, function, [argument(frame) for argument in arguments], names, spot)

    def code(frame: Frame) -> Value:
        if name in frame[0] and (standard is None or type(outside(frame)) is Function):
            return defined(frame)
        run: Run = frame[1]
        try:
            if name in run.functions:
                return _host_called(run.functions[name], [argument(frame) for argument in arguments], names)
            return standard(frame) if standard else defined(frame)
        except Unfit as unfit:
            run.unfit(spot, unfit)
            return None

    return code


def _unknown(run: Run, name: str, spot: Spot) -> None:
    hint = run.hint(name, (*BUILTINS, *run.functions)) if run.hints else None
    run.note(spot, "unknown_function", hint, name=name)


def _called(
    frame: Frame, function: Value, arguments: list[Value], names: tuple[str, ...] | None, spot: Spot
) -> Value:
    run: Run = frame[1]
    if type(function) is not Function:
        run.note(spot, "not_a_function")
        return None
    try:
        if names is None:
            return invoke(run, function, tuple(arguments))
        return invoke_by_name(run, function, dict(zip(names, arguments, strict=True)))
    except Unfit as unfit:
        run.unfit(spot, unfit)
        return None


@compiles(syntax.FunctionOf)
def function_of(compiler: Compiler, node: syntax.FunctionOf) -> Code:
    parameters = tuple(Parameter(name, type_) for name, type_ in node.parameters)
    bindings = [Binding(parameter.name, compiler.slot()) for parameter in parameters]
    with compiler.binding(*bindings):
        body, cost = compiler.body(node.body)
    slots, result = [binding.slot for binding in bindings], node.result

    def code(frame: Frame) -> Function:
        captured = frame[:]

        def call(run: Run, arguments: tuple[Value, ...]) -> Value:
            if len(arguments) != len(slots):
                raise Unfit("wrong_arguments", name="")
            run.spend(cost)
            inner = captured[:]
            inner[1] = run
            for slot, parameter, argument in zip(slots, parameters, arguments, strict=True):
                inner[slot] = _conforming(argument, parameter.type, run)
            return _conforming(body(inner), result, run)

        return Function(parameters, call, result, None, captured)

    return code


def _conforming(value: Value, type_: Type | None, run: Run) -> Value:
    conforms, wanted = coerced(value, type_, run)
    if not conforms:
        raise Unfit("bad_value", value="")
    return wanted


@compiles(syntax.External)
def external(compiler: Compiler, node: syntax.External) -> Code:
    parameters = tuple(Parameter(name, type_) for name, type_ in node.parameters)

    def call(run: Run, arguments: tuple[Value, ...]) -> Value:
        raise Unfit("external")

    return lambda frame: Function(parameters, call)


@lru_cache(maxsize=512)
def _shape(host: Host) -> inspect.Signature | None:
    """Return the signature; None for functions in C that do not reveal it."""
    try:
        return inspect.signature(host)
    except ValueError:
        return None


def _host_called(host: Host, arguments: list[Value], names: tuple[str, ...] | None) -> Value:
    """Call a host's function. Its parameters have underscores where FEEL's names have spaces."""
    keywords = dict(zip((name.replace(" ", "_") for name in names), arguments, strict=True)) if names else {}
    positional = () if names else tuple(arguments)
    shape = _shape(host)
    try:
        if shape is not None:
            shape.bind(*positional, **keywords)
    except TypeError:
        raise Unfit("wrong_arguments", name=getattr(host, "__name__", "")) from None
    return settled(host(*positional, **keywords))


def host_function(host: Host) -> Function:
    """Return a host's function as a FEEL value."""
    shape = _shape(host)
    parameters = tuple(Parameter(name) for name in (shape.parameters if shape else ()))
    return Function(parameters, lambda run, arguments: _host_called(host, list(arguments), None))


@lru_cache(maxsize=512)
def as_function(builtin: Builtin) -> Function:
    """Return a built-in as a FEEL value, to be handed to other functions."""
    parameters = tuple(Parameter(one.name, one.type) for one in builtin.signatures[0].parameters)
    return Function(parameters, builtin.call, None, builtin.call_by_name)

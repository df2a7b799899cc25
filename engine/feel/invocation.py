"""Call function values."""

from __future__ import annotations

from collections.abc import Mapping

from .budget import MAX_CALLS, Run
from .problems import FeelProblem, Unfit
from .value_types import Function, Value


def invoke(run: Run, function: Function, arguments: tuple[Value, ...]) -> Value:
    """Call a function value. Raise Unfit when arguments do not conform to its parameters."""
    run.calls += 1
    if run.calls > MAX_CALLS:
        raise FeelProblem("too_deep")
    run.spend(1)
    try:
        return function.call(run, arguments)
    finally:
        run.calls -= 1


def invoke_by_name(run: Run, function: Function, arguments: Mapping[str, Value]) -> Value:
    if function.named is not None:
        return function.named(run, arguments)
    wanted = [parameter.name for parameter in function.parameters]
    if set(wanted) != set(arguments):
        raise Unfit("wrong_arguments", name="")
    return invoke(run, function, tuple(arguments[name] for name in wanted))

"""Declare standard functions and bind arguments to their parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from ..budget import Run
from ..extended_dates import FarDate, FarMoment
from ..problems import Unfit
from ..types import KINDS, named
from ..value_types import Type, Value

_KINDS = KINDS | {"far date": FarDate, "far date and time": FarMoment}
Code = Callable[[list[Any]], Value]
Body = TypeVar("Body", bound=Callable[..., Value])
BUILTINS: dict[str, Builtin] = {}


@dataclass(frozen=True, slots=True)
class BuiltinParameter:
    """A parameter. `kinds` is None if any type is accepted; a variadic one takes a list or all remaining arguments."""

    name: str
    kinds: frozenset[type] | None
    optional: bool
    variadic: bool

    @property
    def type(self) -> Type | None:
        """The parameter's type; None if it accepts several, for FEEL has no unions."""
        if self.kinds is None or len(self.kinds) != 1:
            return None
        return next(named(name) for name, kind in KINDS.items() if kind in self.kinds)

    def takes(self, value: Value) -> tuple[bool, Value]:
        """Return (True, value converted for this parameter) or (False, None). A list of one counts as its item and
        back; null fits an optional one."""
        if self.kinds is None or type(value) in self.kinds or (value is None and self.optional):
            return True, value
        if type(value) is list and len(value) == 1 and type(value[0]) in self.kinds:
            return True, value[0]
        if list in self.kinds and value is not None:
            return True, [value]
        return False, None


@dataclass(frozen=True, slots=True)
class Signature:
    parameters: tuple[BuiltinParameter, ...]
    body: Callable[..., Value]

    def order(self, count: int, names: tuple[str, ...] | None) -> list[int] | None:
        """Return, for each parameter, the index of its argument (-1: left out); None if the arguments do not fit."""
        parameters = self.parameters
        if names is None:
            if count > len(parameters) and not (parameters and parameters[-1].variadic):
                return None
            order = [index if index < count else -1 for index in range(len(parameters))]
        else:
            if not set(names) <= {parameter.name for parameter in parameters}:
                return None
            order = [names.index(one.name) if one.name in names else -1 for one in parameters]
        missing = (one for one, index in zip(parameters, order, strict=True) if index < 0)
        return order if all(one.optional for one in missing) else None

    def fitted(self, arguments: list[Value], order: list[int], *, named: bool) -> list[Value] | None:
        """Return the values to call the body with; None if one has the wrong type."""
        values = []
        for parameter, index in zip(self.parameters, order, strict=True):
            value = arguments[index] if index >= 0 else None
            if parameter.variadic and (parameter.kinds is None or len(arguments) > len(self.parameters)):
                value = arguments[index : index + 1] if named else arguments[index:]
            fits, value = parameter.takes(value)
            if not fits:
                return None
            values.append(value)
        return values


@dataclass(eq=False, slots=True)
class Builtin:
    """A name with one or more signatures, tried in order."""

    name: str
    signatures: list[Signature]

    def prepared(self, arguments: tuple[Code, ...], names: tuple[str, ...] | None) -> Code:
        """Compile a call. Signatures that the number or names of arguments exclude are not tried at each call."""
        possible, named = self._possible(len(arguments), names), names is not None

        def code(frame: list[Any]) -> Value:
            return self._apply(frame[1], possible, [argument(frame) for argument in arguments], named=named)

        return code

    def call(self, run: Run, arguments: tuple[Value, ...]) -> Value:
        return self._apply(run, self._possible(len(arguments), None), list(arguments), named=False)

    def call_by_name(self, run: Run, arguments: Mapping[str, Value]) -> Value:
        possible = self._possible(len(arguments), tuple(arguments))
        return self._apply(run, possible, list(arguments.values()), named=True)

    def _possible(self, count: int, names: tuple[str, ...] | None) -> list[tuple[Signature, list[int]]]:
        pairs = ((signature, signature.order(count, names)) for signature in self.signatures)
        return [(signature, order) for signature, order in pairs if order is not None]

    def _apply(
        self, run: Run, possible: list[tuple[Signature, list[int]]], arguments: list[Value], *, named: bool
    ) -> Value:
        for signature, order in possible:
            values = signature.fitted(arguments, order, named=named)
            if values is not None:
                return _worked_out(run, signature, values)
        raise Unfit("wrong_arguments", name=self.name)


def _worked_out(run: Run, signature: Signature, values: list[Value]) -> Value:
    try:
        return signature.body(run, *values)
    except ArithmeticError:
        raise Unfit("out_of_range") from None


def builtin(name: str, parameters: str = "") -> Callable[[Body], Body]:
    """Declare `name(parameters)`, e.g. `"string: string, start position: number, length?: number"`.

    `?` marks an optional parameter, `...` a variadic one, `|` alternatives; without a type anything goes. A variadic
    parameter of type list takes one list or several items; one without a type takes whatever arguments there are."""
    signature = tuple(_parameter(part.strip()) for part in parameters.split(",") if part.strip())

    def register(body: Body) -> Body:
        BUILTINS.setdefault(name, Builtin(name, [])).signatures.append(Signature(signature, body))
        return body

    return register


def _parameter(text: str) -> BuiltinParameter:
    name, _, kinds = text.partition(":")
    found = frozenset(_KINDS[kind.strip()] for kind in kinds.split("|")) if kinds else None
    return BuiltinParameter(name.rstrip("?."), found, name.endswith("?"), name.endswith("..."))

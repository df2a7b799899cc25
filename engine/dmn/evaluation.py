"""Evaluate decisions: each requirement once, then the decision's own logic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from engine.feel import FeelProblem, Function, Value
from engine.feel.budget import STEPS
from engine.feel.expression import Expression
from engine.feel.problems import Unfit
from engine.feel.types import coerced, resolved
from engine.feel.value_types import Type
from engine.feel.values import Parameter, Settled, settled

from . import tables
from .model import Decision, Definitions, Element, InputData, Key, Knowledge, Service
from .problems import DmnProblem, DmnRefused
from .reading import namespace_of, read

NOTHING: Mapping[str, Any] = MappingProxyType({})
MOST_REQUIREMENTS = 60
"""How long a chain of requirements may be."""


@dataclass(frozen=True, slots=True)
class DecisionEvaluation:
    """The record of an evaluation: inputs, outputs, rules and problems. Stored with the case."""

    decision: str
    result: Value
    rules: tuple[str, ...]
    inputs: Mapping[str, Value]
    problems: tuple[FeelProblem, ...] = ()


class DecisionModel:
    """A DMN file ready to be evaluated. Thread-safe."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.compiled: dict[Key, Expression] = {}
        problems = [
            problem for element in definitions.elements.values() for problem in self._compile(element)
        ]
        circles = _circles(definitions.elements)
        if circles:
            raise DmnRefused(tuple(circles))
        self.problems = (*definitions.problems, *problems)

    def _compile(self, element: Element) -> list[DmnProblem]:
        logic = element.logic if isinstance(element, Decision | Knowledge) else None
        if logic is None:
            return []
        try:
            self.compiled[element.key] = Expression("", logic)
        except FeelProblem as problem:
            return [DmnProblem.of_cell(problem, element.key[1])]
        return []

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The decisions of the file itself, without imported ones, in its order."""
        own = self.definitions.namespace
        elements = self.definitions.elements.values()
        return tuple(one for one in elements if isinstance(one, Decision) and one.key[0] == own)

    def named(self, name: str, *kinds: type) -> Element | None:
        """Return an element of the file by id, else by name; None if there is none of these kinds."""
        own = self.definitions.namespace
        elements = [one for one in self.definitions.elements.values() if not kinds or isinstance(one, kinds)]
        return next(
            (one for one in elements if one.key == (own, name)),
            next((one for one in elements if one.name == name), None),
        )

    def evaluate(
        self,
        decision: str,
        inputs: Mapping[str, Value],
        *,
        functions: Mapping[str, Callable[..., Value]] = NOTHING,
        steps: int = STEPS,
    ) -> DecisionEvaluation:
        """Evaluate the decision or decision service with this id or name. `inputs` have the names that the model gives them."""
        element = self.named(decision, Decision) or self.named(decision, Service)
        if element is None:
            raise DmnRefused((DmnProblem("no_decision", name=decision),))
        problems: list[FeelProblem] = []
        run = tables.TableRun(functions, steps, problems, self.definitions.types)
        given = Settled({str(name): settled(value) for name, value in inputs.items()})
        result = _Evaluation(self, run, given).value_of(element)
        return DecisionEvaluation(element.key[1], result, tuple(run.fired), given, tuple(problems))


@dataclass(slots=True)
class _Evaluation:
    """One evaluation of a model; `known` holds the values computed so far."""

    model: DecisionModel
    run: tables.TableRun
    inputs: Mapping[str, Value]
    known: dict[Key, Value] = field(default_factory=dict)
    imported: dict[str, _Evaluation] = field(default_factory=dict)

    def value_of(self, element: Element) -> Value:
        if isinstance(element, Service):
            return self._service_with(element, self)
        return self.value(element.key)

    def value(self, key: Key) -> Value:
        if key not in self.known:
            element = self.model.definitions.elements[key]
            if isinstance(element, InputData):
                found = self.typed(self.inputs.get(element.name), element.type)
            elif isinstance(element, Decision):
                found = self._decided(element)
            else:
                found = self._function(element)
            self.known[key] = found
        return self.known[key]

    def typed(self, value: Value, type_: Type | None) -> Value:
        return coerced(value, type_, self.run)[1]

    def _decided(self, decision: Decision) -> Value:
        expression = self.model.compiled.get(decision.key)
        if expression is None:
            return None
        return self.typed(expression.run(self.run, self._scope(decision)), decision.type)

    def _scope(self, element: Decision | Knowledge) -> Settled:
        """Return the values that the element requires, and inputs whose names the model does not define."""
        names = {one.name for one in self.model.definitions.elements.values()}
        names |= {requirement.path[0] for requirement in element.requirements}
        scope = Settled({name: value for name, value in self.inputs.items() if name not in names})
        for requirement in element.requirements:
            if requirement.key not in self.model.definitions.elements:
                continue  # a lenient reading let it pass
            *outer, name = requirement.path
            evaluation = self
            target: dict[str, Value] = scope
            for alias in outer:
                evaluation, target = evaluation._within(alias), target.setdefault(alias, {})
            target[name] = evaluation.value(requirement.key)
        return scope

    def _within(self, alias: str) -> _Evaluation:
        """Return the evaluation of an imported file, with the inputs given under its name."""
        given = self.inputs.get(alias)
        if not isinstance(given, dict):
            return self
        if alias not in self.imported:
            self.imported[alias] = _Evaluation(self.model, self.run, given)
        return self.imported[alias]

    def _function(self, element: Knowledge | Service) -> Value:
        if isinstance(element, Service):
            return self._service_function(element)
        expression = self.model.compiled.get(element.key)
        if expression is None:
            return None
        scope = self._scope(element)
        function = expression.run(self.run, scope)
        scope[element.name] = function  # so that it may call itself
        return function

    # --- decision services -----------------------------------------------------------------------

    def _service_function(self, service: Service) -> Function:
        elements = self.model.definitions.elements
        inputs = [elements[key] for key in (*service.input_data, *service.input_decisions) if key in elements]
        parameters = tuple(Parameter(one.name, one.type) for one in inputs)

        def call(run: Any, arguments: tuple[Value, ...]) -> Value:
            if len(arguments) != len(inputs):
                raise Unfit("wrong_arguments", name=service.name)
            known = {
                one.key: self.typed(value, one.type) for one, value in zip(inputs, arguments, strict=True)
            }
            given = Settled({one.name: known[one.key] for one in inputs})
            return self._service_with(service, _Evaluation(self.model, self.run, given, known))

        result = resolved(service.type, self.run) if service.type else None
        return Function(parameters, call, getattr(result, "result", service.type))

    def _service_with(self, service: Service, inner: _Evaluation) -> Value:
        """Return the service's output decisions, computed from nothing but its inputs."""
        elements = self.model.definitions.elements
        for key in service.input_decisions:
            if key in elements and key not in inner.known:
                inner.known[key] = inner.inputs.get(elements[key].name)
        values = {elements[key].name: inner.value(key) for key in service.outputs if key in elements}
        value = next(iter(values.values())) if len(values) == 1 else values
        type_ = resolved(service.type, self.run) if service.type else None
        return self.typed(value, getattr(type_, "result", type_))


def _circles(elements: Mapping[Key, Element]) -> list[DmnProblem]:
    """Return a problem for each decision that requires itself, directly or indirectly; functions may be recursive."""
    found = []
    done: set[Key] = set()
    for start in elements:
        path: list[tuple[Key, list[Key]]] = [(start, _needs(elements, start))]
        while path:
            key, needs = path[-1]
            if not needs or key in done:
                done.add(key)
                path.pop()
                continue
            following = needs.pop()
            if following in {one for one, _ in path} or len(path) > MOST_REQUIREMENTS:
                found.append(DmnProblem("circle", following[1], name=elements[following].name))
                return found
            path.append((following, _needs(elements, following)))
    return found


def _needs(elements: Mapping[Key, Element], key: Key) -> list[Key]:
    element = elements.get(key)
    if not isinstance(element, Decision | Knowledge):
        return []
    recurs = isinstance(element, Knowledge)
    needed = (one.key for one in element.requirements if one.key in elements)
    return [one for one in needed if not (recurs and one == key)]


def parse_tables(xml: bytes, imports: Iterable[bytes] = (), *, lenient: bool = False) -> DecisionModel:
    """Read a DMN file; `imports` are the files it may import. Raise DmnRefused with all problems at once.

    If `lenient`, keep them in `problems` instead; an expression that cannot be read is then null.
    """
    model = _parsed(xml, tuple(imports))
    if model.problems and not lenient:
        raise DmnRefused(model.problems)
    return model


@lru_cache(maxsize=128)
def _parsed(xml: bytes, imports: tuple[bytes, ...]) -> DecisionModel:
    return DecisionModel(read(xml, {namespace_of(data): data for data in imports}))

"""Explores every way ahead of a case in the new version, with its guardrails in their present states.

The prover follows the ways. Of the copies of a multi-instance it follows one at a time, and two for guardrails that
two copies together can break.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations_with_replacement, product
from typing import Final, TypeAlias

from engine.bpmn.elements import Element
from engine.bpmn.parsed_models import ParsedModels
from engine.bpmn.snapshots import TaskState
from engine.guardrails import Guardrail, Guardrails
from engine.guardrails.definitions import BROKEN
from engine.guardrails.prover import Limit, Surroundings
from engine.guardrails.prover.continuation import (
    Ahead,
    Continuations,
    NoPlace,
    Token,
    UnderWay,
    continuations,
)
from engine.migration.drawings import called
from engine.migration.position import Open, Standing
from engine.migration.reasons import Reason, reason

LIMIT: Final = Limit(situations=50_000, milliseconds=5_000)
WHOLE: Final = Limit(situations=200_000, milliseconds=20_000)
"""For all situations of the new version, looked at once."""
MOST_CHOICES: Final = 64
"""Ways to choose which copies of multi-instances are followed; beyond it nothing is called safe."""
MOST_STEPS: Final = 10

Carried: TypeAlias = Mapping[str, str]
"""Guardrail to the state in which the case would bring it along."""


@dataclass
class Futures:
    """Explores the ways ahead in one bundle, and keeps what it has explored."""

    parsed: ParsedModels
    guardrails: Guardrails
    around: Surroundings
    _continuations: dict[str, tuple[Continuations, ...]] = field(default_factory=dict)

    def reasons(self, standing: Standing, carried: Carried) -> Iterator[Reason]:
        """Yield everything that could go wrong from here. `carried`: states of the guardrails watched on this instance."""
        try:
            for each in self._of(standing.scope):
                yield from self._reasons(each, standing, carried)
        except NoPlace as nowhere:
            element = self._element(standing.scope, nowhere.token.path)
            yield reason("no_continuation", element.process_id, element.element_id, name=called(element))

    def _reasons(self, continuing: Continuations, standing: Standing, carried: Carried) -> Iterator[Reason]:
        choices = list(_choices(standing, continuing.copies))
        if len(choices) > MOST_CHOICES:
            yield reason("not_explored")
            return
        found: set[str] = set()
        for chosen in choices:
            ahead = continuing.ahead(_under_way(chosen), carried, LIMIT)
            for each in _of_what_lies_ahead(ahead, continuing.guardrails, carried):
                if each.code not in found:
                    found.add(each.code)
                    yield each

    def _of(self, process_id: str) -> tuple[Continuations, ...]:
        if process_id not in self._continuations:
            self._continuations[process_id] = continuations(
                self.parsed, self.guardrails, self.around, process_id, WHOLE
            )
        return self._continuations[process_id]

    def _element(self, process_id: str, path: str) -> Element:
        for step in path.split("/"):
            element = self.parsed.elements[process_id, step.partition("[")[0]]
            process_id = element.calls or process_id
        return element


def named(guardrail: Guardrail) -> dict[str, str]:
    own = {f"sentence_{language}": sentence.rstrip(".") for language, sentence in guardrail.sentences.items()}
    return {"sentence": own.get("sentence_fi", guardrail.key), **own}


def _of_what_lies_ahead(ahead: Ahead, guardrails: Sequence[Guardrail], carried: Carried) -> Iterator[Reason]:
    for guardrail in guardrails:
        if carried.get(guardrail.key) == BROKEN:
            yield reason("guardrail_broken", **named(guardrail))
        elif guardrail.key in ahead.breaks:
            yield reason("guardrail_ahead", steps=_steps(ahead.breaks[guardrail.key]), **named(guardrail))
    if not ahead.is_complete:
        yield reason("not_explored")
    elif not ahead.can_always_end:
        yield reason("cannot_end")


def _steps(elements: Sequence[Element]) -> str:
    named = [called(each) for each in elements]
    shown = named if len(named) <= MOST_STEPS else [*named[:3], "…", *named[-(MOST_STEPS - 4) :]]
    return " → ".join(shown)


def _choices(standing: Standing, copies: int) -> Iterator[Standing]:
    """Yield the standing with at most `copies` copies of each multi-instance, in all combinations."""
    children: dict[str, list[Open]] = {}
    rest: list[list[Open]] = []
    for each in standing.open:
        if each.is_child:
            children.setdefault(each.element_id, []).append(each)
        else:
            rest.append([each])
    options: list[list[tuple[Open, ...]]] = [
        [(each,) for each in _inside(alone[0], copies)] for alone in rest
    ]
    options += [list(_picked(each, copies)) for each in children.values()]
    for chosen in product(*options):
        flat = [(place, each) for group in chosen for place, each in enumerate(group)]
        yield replace(standing, open=frozenset(replace(each, times=place) for place, each in flat))


def _picked(children: list[Open], copies: int) -> Iterator[tuple[Open, ...]]:
    """Yield selections of at most `copies` copies. How many copies are alike is known only up to two."""
    total = sum(each.times for each in children)
    for group in combinations_with_replacement(children, min(copies, total)):
        if all(group.count(each) <= each.times for each in group):
            yield from product(*(list(_inside(each, copies)) for each in group))


def _inside(found: Open, copies: int) -> Iterator[Open]:
    if found.inside is None:
        yield found
        return
    for inner in _choices(found.inside, copies):
        yield replace(found, inside=inner)


def _under_way(standing: Standing) -> UnderWay:
    """Return the standing for the prover. `times` of a chosen copy is its number."""
    tokens: set[Token] = set()
    variables: dict[str, Mapping[str, str]] = {}
    waiting = [("", standing)]
    while waiting:
        around, each = waiting.pop()
        variables[around] = dict(each.facts)
        for found in each.open:
            path = f"{around}{found.element_id}" + (f"[{found.times}]" if found.is_child else "")
            tokens.add(Token(path, found.arrived if found.state == TaskState.WAITING else None))
            if found.inside is not None:
                waiting.append((f"{path}/", found.inside))
    return UnderWay(frozenset(tokens), variables)

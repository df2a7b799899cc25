"""Chooses the guardrails, facts and calls that one proof looks at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

from engine.bpmn.elements import Element
from engine.guardrails.definitions import Guardrail
from engine.guardrails.prover import facts as fact_texts
from engine.guardrails.prover.facts import Write
from engine.guardrails.prover.model_index import ModelIndex

OneStep: TypeAlias = Mapping[str, Literal["waits", "passes"]]
"""Called processes that are one step: proved by themselves, and silent for the guardrails at hand."""
WAITED_FOR = frozenset({"userTask", "manualTask", "intermediateCatchEvent"})


@dataclass(frozen=True)
class Focus:
    """A process with all that it calls, restricted to what the proof of some of its guardrails needs."""

    index: ModelIndex
    process_id: str
    guardrails: tuple[Guardrail, ...]
    one_step: OneStep = field(default_factory=dict)
    copies: int = 1
    """Copies of a multi-instance that are followed."""
    only: frozenset[str] | None = None
    """The facts that may be followed; None: all. A choice that reads another fact can go either way."""

    @cached_property
    def milestones(self) -> frozenset[str]:
        """The milestones that one of these guardrails listens to."""
        return frozenset().union(*(each.milestones for each in self.guardrails))

    @cached_property
    def facts(self) -> Mapping[str, tuple[str, ...]]:
        """The facts that are followed, with their values: those that something reads and whose value the process can know."""
        read = self.index.facts_of_conditions | {each.when.fact for each in self.guardrails if each.when}
        return {
            fact: values
            for fact, values in self.index.facts.items()
            if fact in read
            and (self.only is None or fact in self.only)
            and self.index.knows(self.process_id, fact)
        }

    @cached_property
    def facts_of_ends(self) -> frozenset[str]:
        """The facts that a guardrail reads when the case has ended."""
        asked = [each.when.fact for each in self.guardrails if each.when and not each.automaton.demanding]
        return frozenset(asked) & self.facts.keys()

    def inner(self, element: Element) -> str | None:
        """Return the id of the scope inside an element; None for a task, and for a call that is taken as one step."""
        if element.kind == "subProcess":
            return element.element_id
        return None if element.calls is None or element.calls in self.one_step else element.calls

    def waits(self, element: Element) -> bool:
        """Return True if a token stays on the element until somebody or something outside the process acts."""
        if element.kind == "callActivity":
            return self.one_step.get(element.calls or "") == "waits"
        return _waits(self.index, element)

    def is_behind_event_gateway(self, element: Element) -> bool:
        sources = [self.index.source(element, flow) for flow in element.incoming]
        return element.kind == "intermediateCatchEvent" and any(
            each.kind == "eventBasedGateway" for each in sources
        )

    def writes(self, element: Element) -> list[Write]:
        """Return an element's writes to the facts that are followed."""
        writes = self.index.writes[element.process_id, element.element_id]
        return [each for each in writes if each.fact in self.facts]

    def is_silent(self, event: Element) -> bool:
        """Return True if a handler, however often it runs, reaches no milestone, writes no fact and waits for nothing."""
        element = event
        for _ in self.index.by_scope[event.scope]:
            if self.milestones & set(element.milestones) or self.writes(element):
                return False
            if element.kind == "endEvent":
                return not element.events
            runs_by_itself = element is event or element.kind in {
                "serviceTask",
                "scriptTask",
                "businessRuleTask",
            }
            if len(element.outgoing) != 1 or not runs_by_itself:
                return False
            flow = self.index.diagrams.flows[element.process_id, element.outgoing[0]]
            element = self.index.diagrams.elements[element.process_id, flow.target]
            if self.waits(element) or self.inner(element) or len(element.incoming) > 1:
                return False
        return False


def taken_as_one_step(
    index: ModelIndex,
    process_id: str,
    guardrails: Iterable[Guardrail],
    only: frozenset[str] | None,
    can_end: Mapping[str, bool],
) -> OneStep:
    """Return the called processes that are one step, and whether that step waits.

    Every case of such a process can always end, it reaches no milestone that a guardrail at hand listens to, and it hands
    back no fact that is followed. `can_end`: by process, True if that was proved.
    """
    listened = frozenset[str]().union(*(each.milestones for each in guardrails))
    facts = {fact: values for fact, values in index.listed.items() if only is None or fact in only}
    found: dict[str, Literal["waits", "passes"]] = {}
    for called in index.called_from(process_id)[1:]:
        inside = index.called_from(called)
        silent = all(listened.isdisjoint(index.milestones[each]) for each in inside)
        if silent and all(can_end.get(each) for each in inside) and not _hands_back(index, called, facts):
            if any(_waits(index, each) for process in inside for each in index.by_process[process]):
                found[called] = "waits"
            elif not any(each.multiple for each in index.callers[called]):
                # Copies are counted one by one, so each would be waited for: more could come between than does.
                found[called] = "passes"
    return found


def _waits(index: ModelIndex, element: Element) -> bool:
    if element.kind == "serviceTask":
        return element.properties.get("operation") in index.surroundings.waiting
    return element.kind in WAITED_FOR


def _hands_back(index: ModelIndex, called: str, facts: Mapping[str, tuple[str, ...]]) -> bool:
    calls = index.callers.get(called, ())
    return any(fact_texts.writes(each.properties.get("output", ""), facts) for each in calls)

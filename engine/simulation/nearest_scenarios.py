"""Orders the scenarios of a bundle by how near they come to a counterexample, by what they share that few others have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from engine.bpmn.findings import Finding
from engine.domain.scenarios import Scenario
from engine.guardrails import Guardrails
from engine.models.bundle import Bundle
from engine.simulation.leading_answers import wanted_after
from engine.simulation.steps import start_of


def nearest_scenarios(
    found: Finding, bundle: Bundle, messages: Sequence[str], scenarios: Sequence[Scenario]
) -> list[Scenario]:
    """Return the scenarios that have something in common with a counterexample, the nearest first: a step, a message, a
    milestone of the guardrails that it breaks, a value that it assumes.

    `messages`: those that begin or lead on its way.
    """
    sought = {each.element_id for each in found.path} | set(messages) | set(_values(found))
    if bundle.guardrails is not None:
        sought |= set(_milestones(found, bundle.guardrails))
    has = [set(_all_of(each)) & sought for each in scenarios]
    common = Counter(name for names in has for name in names)
    near = [
        (sum(1 / common[name] for name in names), each) for names, each in zip(has, scenarios, strict=True)
    ]
    near.sort(key=lambda each: (-each[0], len(each[1].steps)))
    return [scenario for weight, scenario in near if weight]


def _milestones(found: Finding, guardrails: Guardrails) -> Iterator[str]:
    for each in guardrails.on_paths:
        if each.key in found.guardrails:
            yield from each.milestones


def _values(found: Finding) -> Iterator[str]:
    for step in found.path:
        for fact, values in wanted_after(step).items():
            yield from (f"{fact} = {value}" for value in values)


def _all_of(scenario: Scenario) -> Iterator[str]:
    yield from scenario.expect.milestones
    yield f"outcome = {scenario.expect.outcome}"
    for step in scenario.steps:
        yield step.element
        if step.kind == "message":
            yield step.subject
        elif step.kind == "start":
            yield start_of(step.subject)[0].message
        yield from (f"{key} = {value}" for key, value in (step.answers or {}).items())

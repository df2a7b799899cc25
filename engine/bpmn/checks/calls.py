"""Stage four: a called process exists, does not call itself, and gets a copy of each variable it sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.checks.model import Model, cycles, reachable
from engine.bpmn.checks.naming import entries_of, reading_of, written_in
from engine.bpmn.elements import Element
from engine.bpmn.findings import Finding, at, finding


def check(model: Model) -> Iterator[Finding]:
    yield from _recursion(model)
    yield from (
        finding("never_called", process_id=process, name=model.drawn.processes[process])
        for process in never_called(model)
    )
    for element in model.elements:
        if element.kind != "callActivity":
            continue
        if not element.calls or element.calls not in model.drawn.processes:
            yield at(element, "call_unknown", called=element.calls or "–")
        else:
            yield from _mapping(model, element, element.calls)
        yield from _same_element(model, element)


def never_called(model: Model) -> list[str]:
    """Return the processes that no call and no message begins, in a bundle of which other processes are begun by one."""
    begun = {each.process_id for each in model.elements if each.kind == "startEvent" and each.message}
    return [
        process for process in model.drawn.processes if process not in begun and process not in model.callers
    ] * bool(begun)


def never_run(model: Model) -> set[str]:
    """Return the processes that are never called, and those that only they call."""
    after = called_by(model)
    alone = never_called(model)
    others = [each for each in model.drawn.processes if each not in model.callers and each not in alone]
    return reachable(set(alone), after) - reachable(set(others), after)


def called_by(model: Model) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {process: set() for process in model.drawn.processes}
    for element in model.elements:
        if element.calls in found:
            found[element.process_id].add(element.calls)
    return found


def _recursion(model: Model) -> Iterator[Finding]:
    for ring in cycles(dict(called_by(model))):
        first = next(each for each in model.elements if each.process_id in ring and each.calls in ring)
        yield at(first, "call_recursive", ring=", ".join(sorted(ring)))


def _mapping(model: Model, call: Element, called: str) -> Iterator[Finding]:
    """Require that `input` holds each variable that a called process writes and returns: else it reads the last round's value."""
    given = set(entries_of(call.properties.get("input", "")) or ())
    handed = _reads(call.properties.get("output", ""))
    for name in sorted((handed & written_in(model, called)) - given):
        yield at(call, "call_input_missing", variable=name)


def _reads(text: str) -> frozenset[str]:
    found = reading_of(text)
    return found.names if found else frozenset()


def _same_element(model: Model, call: Element) -> Iterator[Finding]:
    """Refuse one item name for nested multi-instances: the inner would hide the outer."""
    name = call.properties.get("element")
    if not name or not call.calls or call.calls not in model.drawn.processes:
        return
    inside = {call.calls}
    waiting = [call.calls]
    after = called_by(model)
    while waiting:
        for each in after[waiting.pop()] - inside:
            inside.add(each)
            waiting.append(each)
    for other in model.elements:
        if other.process_id in inside and other.properties.get("element") == name:
            yield at(other, "element_twice", variable=name)

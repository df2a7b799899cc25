"""Names that each process can read: its variables, its callers', the items of multi-instances around it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.model import Model, reachable
from engine.bpmn.checks.reading import FeelProblem, Reading, read
from engine.bpmn.elements import Element
from engine.bpmn.findings import Finding, at

RESERVED = frozenset({"answers", "actor", "result", "now", "today", "item", "partial"})


def check(model: Model) -> Iterator[Finding]:
    for element in model.elements:
        for name in sorted(set(writes(model, element)) & RESERVED):
            yield at(element, "reserved_name", variable=name)


def reading_of(text: str) -> Reading | None:
    """Return the names that an expression reads and writes. None for an empty text, and for one that does not parse,
    which another stage reports."""
    if not text:
        return None
    try:
        return read(text)
    except FeelProblem:
        return None


def entries_of(text: str) -> tuple[str, ...] | None:
    found = reading_of(text)
    return found.entries if found else None


def writes(model: Model, element: Element) -> Iterator[str]:
    """Return the variables an element writes into its own process."""
    yield from entries_of(element.properties.get("output", "")) or ()
    if element.kind == "scriptTask":
        yield from entries_of(element.expression or "") or ()
    if element.message:
        yield from model.references.messages.get(element.message, ())


def written_in(model: Model, process_id: str) -> set[str]:
    return {name for element in model.by_process[process_id] for name in writes(model, element)}


def readable(model: Model) -> dict[str, frozenset[str]]:
    """Return for each process every name an expression can read: its own and those of all its callers."""
    calling = {process: {call.process_id for call in calls} for process, calls in model.callers.items()}
    own = {process: _known_by_itself(model, process) for process in model.drawn.processes}
    return {
        process: frozenset().union(*(own[each] for each in reachable({process}, calling))) for process in own
    }


def _known_by_itself(model: Model, process: str) -> set[str]:
    found = written_in(model, process)
    for call in model.callers.get(process, ()):
        found |= set(entries_of(call.properties.get("input", "")) or ()) | items_around(model, call)
    begun = any(each.message for each in model.by_process[process] if each.kind == "startEvent")
    if begun or process not in model.callers:
        found |= model.references.variables
    return found


def items_around(model: Model, element: Element) -> set[str]:
    """Return the names of multi-instance items around an element, its own first."""
    around = (element, *model.around(element))
    return {each.properties["element"] for each in around if each.properties.get("element")}

"""The flows of each scope in one version's diagrams, and what two versions draw alike."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from engine.bpmn.elements import Element
from engine.bpmn.parsed_models import ParsedModels
from engine.migration.reasons import Reason, reason


@dataclass(frozen=True)
class Drawing:
    """The flows of each scope in one version's models."""

    parsed: ParsedModels
    leads: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    comes: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for flow in self.parsed.flows.values():
            self.leads.setdefault(flow.scope, {}).setdefault(flow.source, set()).add(flow.target)
            self.comes.setdefault(flow.scope, {}).setdefault(flow.target, set()).add(flow.source)
        for element in self.parsed.elements.values():
            if element.attached_to:
                own = self.leads.setdefault(element.scope, {})
                own.setdefault(element.attached_to, set()).add(element.element_id)

    def find(self, scope: str, element_id: str) -> Element | None:
        """Return the element in this scope; None if it is not there. In another scope it is another element."""
        if scope not in self.parsed.specs:
            return None
        try:
            found = self.parsed.element(scope, element_id)
        except KeyError:
            return None
        return found if found.scope == scope else None

    def after(self, scope: str, element_id: str) -> set[str]:
        return self.leads.get(scope, {}).get(element_id, set())

    def edges(self, element: Element) -> frozenset[tuple[object, ...]]:
        """Return the boundary events of an activity, by what triggers them."""
        return frozenset(
            (each.element_id, each.interrupting, *heard(each))
            for each in self.parsed.elements.values()
            if each.attached_to == element.element_id and each.process_id == element.process_id
        )

    def moved_into(self, scope: str, element: Element) -> Element | None:
        """Return the call in this scope whose process draws an element that the scope itself does not; None without one."""
        for host in self.parsed.elements.values():
            if host.scope == scope and host.calls and host.multiple is None:
                found = self.find(host.calls, element.element_id)
                if found is not None and found.kind == element.kind:
                    return host
        return None

    def starts_with(self, scope: str, element_id: str) -> bool:
        """Return True if nothing comes between the start of the scope and the element."""
        return any(
            element_id in self.after(scope, each.element_id)
            for each in self.parsed.elements.values()
            if each.scope == scope and each.kind == "startEvent"
        )

    def ends_with(self, scope: str, element_id: str) -> bool:
        """Return True if the scope ends with the element, or nothing comes between the element and an end."""
        near = {element_id} | self.after(scope, element_id)
        return any(self.parsed.element(scope, each).kind == "endEvent" for each in near)

    def between(self, scope: str, first: str, last: str) -> list[str] | None:
        """Return the elements on the shortest way from one element to another; None if there is none."""
        came: dict[str, str] = {first: ""}
        waiting = deque([first])
        while waiting:
            at = waiting.popleft()
            for each in sorted(self.after(scope, at)):
                if each == last:
                    return _way(came, at)
                if each not in came:
                    came[each] = at
                    waiting.append(each)
        return None


def hears_on(before: frozenset[tuple[object, ...]], now: frozenset[tuple[object, ...]]) -> bool:
    """Return True if an activity in progress still hears what it heard, and at most messages more, which it hears from the move
    on. A timer would count from a moment that nobody knows."""
    return before <= now and all(each[2] == ("message",) for each in now - before)


def _way(came: dict[str, str], at: str) -> list[str]:
    found: list[str] = []
    while came[at]:
        found.append(at)
        at = came[at]
    return found[::-1]


def is_drawn_in_place(old: Element, new: Element) -> bool:
    """Return True if the old version calls a process there and the new one draws its steps in an embedded sub-process."""
    return (
        old.calls is not None and new.kind == "subProcess" and old.multiple is None and new.multiple is None
    )


def called(element: Element) -> str:
    return element.name or element.element_id


def at(code: str, element: Element, **values: str) -> Reason:
    return reason(code, element.process_id, element.element_id, name=called(element), **values)


def heard(element: Element) -> tuple[object, ...]:
    return element.events, element.message, element.timer, element.error

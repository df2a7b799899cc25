"""Compares both versions' diagrams around a position: what is waited for still exists, and the way that was taken is still one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from engine.bpmn.elements import Element
from engine.bpmn.parsed_models import ParsedModels
from engine.bpmn.snapshots import TaskState
from engine.migration.position import Open, Standing
from engine.migration.reasons import Reason, reason

SPLITS: Final = frozenset({"parallelGateway", "inclusiveGateway"})
JOINS: Final = SPLITS


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
            (each.element_id, each.interrupting, *_heard(each))
            for each in self.parsed.elements.values()
            if each.attached_to == element.element_id and each.process_id == element.process_id
        )

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


def _way(came: dict[str, str], at: str) -> list[str]:
    found: list[str] = []
    while came[at]:
        found.append(at)
        at = came[at]
    return found[::-1]


def _heard(element: Element) -> tuple[object, ...]:
    return element.events, element.message, element.timer, element.error


def called(element: Element) -> str:
    return element.name or element.element_id


Loses = Callable[[str | None, str | None], bool]
"""Function that tells whether a draft of one form could lose an answer in the other; by form keys."""


@dataclass(frozen=True)
class Comparison:
    """Compares the old diagrams with the new."""

    old: Drawing
    new: Drawing
    loses: Loses

    def reasons(self, standing: Standing, role: str | None = None) -> Iterator[Reason]:
        """Yield everything that speaks against moving this standing, and what is open inside it."""
        if standing.scope not in self.new.parsed.specs:
            name = self.old.parsed.processes.get(standing.scope, standing.scope)
            yield reason("process_gone", standing.scope, None, process=name)
            return
        yield from self._behind(standing)
        for each in sorted(standing.open, key=lambda found: (found.element_id, found.state)):
            yield from self._waiting(standing.scope, each, role)

    # what is waited for

    def _waiting(self, scope: str, found: Open, role: str | None) -> Iterator[Reason]:
        old = self.old.parsed.element(scope, found.element_id)
        new = self.new.find(scope, found.element_id)
        if new is None:
            yield _at("element_gone", old)
            return
        if new.kind != old.kind:
            yield _at("kind_changed", new)
            return
        yield from self._same(scope, found, old, new)
        yield from self._held(found, old, new, role)
        if found.inside is not None and old.calls == new.calls:
            yield from self.reasons(found.inside, new.role or role)

    def _same(self, scope: str, found: Open, old: Element, new: Element) -> Iterator[Reason]:
        if _heard(old) != _heard(new) or (
            old.kind == "eventBasedGateway" and self._choices(scope, old) != self._choices(scope, new)
        ):
            yield _at("event_changed", new)
        if old.calls != new.calls:
            yield _at("call_changed", new)
        if _many(old) != _many(new):
            yield _at("multiple_changed", new)
        if old.properties.get("business_key") != new.properties.get("business_key"):
            yield _at("key_changed", new)
        if self.old.edges(old) != self.new.edges(new):
            yield _at("edge_changed", new)
        joins = old.kind in JOINS and found.state == TaskState.WAITING
        if joins and self.old.comes[scope][old.element_id] != self.new.comes[scope].get(old.element_id):
            yield _at("join_changed", new)

    def _choices(self, scope: str, gateway: Element) -> tuple[tuple[object, ...], ...]:
        """Return the events behind a gateway, in order: the library identifies them by their place."""
        drawing = self.old if self.old.parsed.elements.get(_key(gateway)) is gateway else self.new
        flows = [drawing.parsed.flows[gateway.process_id, flow].target for flow in gateway.outgoing]
        return tuple((each, *_heard(drawing.parsed.element(scope, each))) for each in flows)

    def _held(self, found: Open, old: Element, new: Element, role: str | None) -> Iterator[Reason]:
        held = found.held.drafted or found.held.is_outside
        if held and self.loses(old.properties.get("form_key"), new.properties.get("form_key")):
            yield _at("draft_lost" if found.held.drafted else "reply_lost", new)
        now = new.role or role
        if found.held.roles is not None and old.role != new.role and now not in found.held.roles:
            yield _at("worker_lost", new)

    # the way behind

    def _behind(self, standing: Standing) -> Iterator[Reason]:
        scope = standing.scope
        waiting = {each.element_id for each in standing.open}
        entered = {after for _, after in standing.passed} - waiting
        for element_id in sorted(entered):
            old = self.old.parsed.element(scope, element_id)
            new = self.new.find(scope, element_id)
            if new is None:
                yield _at("passed_gone", old)
            elif new.kind != old.kind:
                yield _at("passed_changed", new)
            elif new.kind in SPLITS and self.old.after(scope, element_id) != self.new.after(
                scope, element_id
            ):
                yield _at("branch_changed", new)
        for before, after in sorted(standing.passed):
            known = self.new.find(scope, before) and self.new.find(scope, after)
            if before and known and after not in self.new.after(scope, before):
                yield self._parted(scope, before, after)

    def _parted(self, scope: str, before: str, after: str) -> Reason:
        first, last = self.new.parsed.element(scope, before), self.new.parsed.element(scope, after)
        between = self.new.between(scope, before, after)
        named = [each for each in between or () if self.old.find(scope, each) is None]
        if not named:
            return _at("passed_redrawn", last, before=called(first))
        added = ", ".join(called(self.new.parsed.element(scope, each)) for each in named)
        return _at("passed_inserted", last, before=called(first), added=added)


def _key(element: Element) -> tuple[str, str]:
    return element.process_id, element.element_id


def _many(element: Element) -> tuple[object, ...]:
    if element.multiple is None:
        return (None,)
    return (
        element.multiple,
        element.properties.get("collection"),
        element.properties.get("element"),
        element.expression,
    )


def _at(code: str, element: Element, **values: str) -> Reason:
    return reason(code, element.process_id, element.element_id, name=called(element), **values)

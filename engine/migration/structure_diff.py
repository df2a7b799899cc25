"""Compares both versions' diagrams around a position: what is waited for still exists, and the way that was taken is still one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from engine.bpmn.elements import Element
from engine.bpmn.snapshots import TaskState
from engine.migration.drawings import Drawing, at, heard, hears_on, is_drawn_in_place
from engine.migration.position import SPLITS_AND_JOINS, Open, Standing
from engine.migration.reasons import Reason, reason
from engine.migration.way_behind import WayBehind

Loses = Callable[[str | None, str | None], bool]
"""Function that tells whether a draft of one form could lose an answer in the other; by form keys."""


@dataclass(frozen=True)
class Comparison:
    """Compares the old diagrams with the new."""

    old: Drawing
    new: Drawing
    loses: Loses

    def redrawn(self, standing: Standing, drawn_in: str = "") -> Standing:
        """Return the standing in the new version's words. A called process whose steps are drawn in place from now on
        shares the variables of the process around it."""
        scope = drawn_in or standing.scope
        names, facts = set(standing.names), dict(standing.facts)
        found: list[Open] = []
        for each in standing.open:
            new = self.new.find(scope, each.element_id)
            inside = each.inside
            if inside is not None and new is not None:
                in_place = is_drawn_in_place(self.old.parsed.element(standing.scope, each.element_id), new)
                inside = self.redrawn(inside, each.element_id if in_place else "")
                if in_place:
                    names |= inside.names
                    facts |= dict(inside.facts)
                    inside = replace(inside, names=frozenset(), facts=frozenset(), guardrails=frozenset())
            found.append(replace(each, inside=inside))
        return replace(
            standing,
            scope=scope,
            before=standing.scope,
            open=frozenset(found),
            names=frozenset(names),
            facts=frozenset(facts.items()),
        )

    def reasons(self, standing: Standing, role: str | None = None) -> Iterator[Reason]:
        """Yield everything that speaks against moving this redrawn standing, and what is open inside it."""
        if standing.scope not in self.new.parsed.specs:
            name = self.old.parsed.processes.get(standing.scope, standing.scope)
            yield reason("process_gone", standing.scope, None, process=name)
            return
        yield from WayBehind(self.old, self.new, standing).reasons()
        for each in sorted(standing.open, key=lambda found: (found.element_id, found.state)):
            yield from self._waiting(standing, each, role)

    def _waiting(self, standing: Standing, found: Open, role: str | None) -> Iterator[Reason]:
        old = self.old.parsed.element(standing.before, found.element_id)
        new = self.new.find(standing.scope, found.element_id)
        if new is None:
            yield self._gone(standing.scope, old)
            return
        in_place = is_drawn_in_place(old, new)
        if new.kind != old.kind and not in_place:
            yield at("kind_changed", new)
            return
        yield from self._same(standing, found, old, new)
        yield from self._held(found, old, new, role)
        if found.inside is not None and (in_place or old.calls == new.calls):
            yield from self.reasons(found.inside, new.role or role)

    def _gone(self, scope: str, old: Element) -> Reason:
        host = self.new.moved_into(scope, old)
        if host is None:
            return at("element_gone", old)
        return at("element_elsewhere", old, process=self.new.parsed.processes[host.calls or ""])

    def _same(self, standing: Standing, found: Open, old: Element, new: Element) -> Iterator[Reason]:
        if heard(old) != heard(new) or (
            old.kind == "eventBasedGateway"
            and self._choices(standing.before, old) != self._choices(standing.scope, new)
        ):
            yield at("event_changed", new)
        if old.calls != new.calls and not is_drawn_in_place(old, new):
            yield at("call_changed", new)
        if _many(old) != _many(new):
            yield at("multiple_changed", new)
        if old.properties.get("business_key") != new.properties.get("business_key"):
            yield at("key_changed", new)
        if not hears_on(self.old.edges(old), self.new.edges(new)):
            yield at("edge_changed", new)
        if old.kind in SPLITS_AND_JOINS and found.state == TaskState.WAITING:
            comes = self.new.comes[standing.scope].get(old.element_id)
            if self.old.comes[standing.before][old.element_id] != comes:
                yield at("join_changed", new)

    def _choices(self, scope: str, gateway: Element) -> tuple[tuple[object, ...], ...]:
        """Return the events behind a gateway, in order: the library identifies them by their place."""
        drawing = self.old if self.old.parsed.elements.get(_key(gateway)) is gateway else self.new
        flows = [drawing.parsed.flows[gateway.process_id, flow].target for flow in gateway.outgoing]
        return tuple((each, *heard(drawing.parsed.element(scope, each))) for each in flows)

    def _held(self, found: Open, old: Element, new: Element, role: str | None) -> Iterator[Reason]:
        held = found.held.drafted or found.held.is_outside
        if held and self.loses(old.properties.get("form_key"), new.properties.get("form_key")):
            yield at("draft_lost" if found.held.drafted else "reply_lost", new)
        now = new.role or role
        if found.held.roles is not None and old.role != new.role and now not in found.held.roles:
            yield at("worker_lost", new)


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

"""The places of a net: a bit for each place of each scope, and for each value of each fact that is followed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.bpmn.elements import Element
from engine.bpmn.guardrails import facts as reading
from engine.bpmn.guardrails.ground import Ground
from engine.bpmn.guardrails.net import (
    FRESH,
    MOVE,
    NARROW,
    SHARE,
    Cuts,
    Letter,
    Net,
    Op,
    Outcomes,
    Passed,
)
from engine.bpmn.guardrails.rules import Rule

EVENTS_WAITED_FOR = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})


class Unfoldable(Exception):
    """A loop runs by itself: no net can be made."""

    def __init__(self, element: Element) -> None:
        super().__init__(element.element_id)
        self.element = element


@dataclass(eq=False)
class Scope:
    """One process, embedded sub-process or copy of one, as it is entered from its host."""

    path: str
    scope_id: str
    process_id: str
    around: Scope | None
    host: Element | None
    role: str | None
    nodes: dict[str, Element] = field(default_factory=dict)
    place: dict[str, int] = field(default_factory=dict)
    armed: dict[str, int] = field(default_factory=dict)
    inputs: dict[str, int] = field(default_factory=dict)
    inner: dict[str, list[Scope]] = field(default_factory=dict)
    frame: dict[str, int] = field(default_factory=dict)
    """Fact to its first bit, where this process has its own."""
    shells: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Multi-instance to its own check and stop."""
    check: int = 0
    """Marked for a moment when something in it has ended."""
    stop: int = 0
    """Marked for a moment when all in it is to end."""
    pending: int = 0

    @property
    def joins(self) -> frozenset[str]:
        """The joins with a place for each way in."""
        inputs = self.inputs.keys()
        return frozenset(key for key, each in self.nodes.items() if not inputs.isdisjoint(each.incoming))


class Places:
    """Allocates, and knows where a fact of a scope lives."""

    def __init__(
        self,
        ground: Ground,
        process_id: str,
        rules: tuple[Rule, ...],
        *,
        cuts: Cuts,
        copies: int,
    ) -> None:
        self._ground = ground
        self._drawn = ground.drawn
        self._rules = rules
        self._cuts = cuts
        self._copies = copies
        self._net = Net(process_id)
        self._bits = 0
        self._letters: dict[Letter, int] = {}
        self._steps: dict[tuple[str, str, bool], int] = {}
        self._folding: set[tuple[int, str]] = set()
        self._folded: dict[tuple[int, str], Outcomes] = {}
        self._groups: list[int] = []
        self._over: list[tuple[Scope, Outcomes]] = []
        self._tasks: list[tuple[Scope, Scope, Element, Outcomes]] = []
        self._events: list[tuple[Scope, Element, Element, Outcomes]] = []
        self._alone: list[tuple[Scope, Element, Outcomes]] = []
        self._milestones = frozenset().union(*(rule.a | rule.b | rule.unless for rule in rules))
        read = ground.chosen_by | {rule.when.fact for rule in rules if rule.when}
        # Only facts whose value the outermost process can know.
        self._facts = {
            fact: values
            for fact, values in ground.facts.items()
            if fact in read and ground.knows(process_id, fact)
        }

    # bits

    def _bit(self, width: int = 1) -> int:
        first = self._bits
        self._bits += width
        return first

    def _place(self, scope: Scope, element: Element) -> int:
        bit = 1 << self._bit()
        self._net.names[bit] = self._step(scope, element)
        self._net.counted |= bit
        return bit

    def _allocate(
        self,
        scope_id: str,
        process_id: str,
        path: str,
        around: Scope | None,
        host: Element | None,
        role: str | None,
    ) -> Scope:
        scope = Scope(path, scope_id, process_id, around, host, role)
        scope.check, scope.stop = 1 << self._bit(), 1 << self._bit()
        if scope_id == process_id:
            for fact in self._frame(process_id, host):
                scope.frame[fact] = self._bit(len(self._facts[fact]))
                self._groups.append(self._all(fact) << scope.frame[fact])
        for element in self._ground.by_scope.get(scope_id, ()):
            scope.nodes[element.element_id] = element
        for element in scope.nodes.values():
            self._allocate_node(scope, element)
        return scope

    def _allocate_node(self, scope: Scope, element: Element) -> None:
        key = element.element_id
        match element.kind:
            case "parallelGateway" if len(element.incoming) > 1:
                for flow in element.incoming:
                    scope.inputs[flow] = self._place(scope, element)
            case "inclusiveGateway" if len(element.incoming) > 1:
                scope.place[key] = 1 << self._bit()
                self._net.names[scope.place[key]] = self._step(scope, element)
            case "endEvent" if element.events and element.events[0] == "error":
                scope.place[key] = 1 << self._bit()
            case "boundaryEvent":
                if not element.interrupting and not self._is_silent(scope, element):
                    scope.armed[key] = self._place(scope, element)
                    self._net.plain |= scope.armed[key]
            case _ if self._rests(element):
                self._allocate_rest(scope, element)

    def _allocate_rest(self, scope: Scope, element: Element) -> None:
        key = element.element_id
        count = self._copies if element.multiple else 1
        inner = self._inner(element)
        if inner is None and not element.multiple:
            scope.place[key] = self._place(scope, element)
            self._net.plain |= scope.place[key]
            return
        if element.multiple:
            # A shell: entered once, over when every copy is.
            scope.place[key] = self._place(scope, element)
            scope.shells[key] = 1 << self._bit(), 1 << self._bit()
        begins: list[int] = []
        for copy in range(count):
            begins.append(self._bits)
            path = f"{scope.path}{key}" + (f"[{copy}]" if element.multiple else "")
            process = element.calls or element.process_id
            role = element.role or scope.role
            held = self._allocate(inner or "", process, path + "/", scope, element, role)
            held.place[""] = self._place(scope, element)
            scope.inner.setdefault(key, []).append(held)
        if not element.multiple:
            scope.place[key] = scope.inner[key][0].place[""]
        elif count > 1:
            self._net.twins.append((tuple(begins), (1 << self._bits - begins[-1]) - 1))

    def _inner(self, element: Element) -> str | None:
        """What is entered: nothing for a task, and for a call that is taken as one step."""
        if element.kind == "subProcess":
            return element.element_id
        return None if element.calls is None or element.calls in self._cuts else element.calls

    def _rests(self, element: Element) -> bool:
        if element.kind == "serviceTask":
            return element.properties.get("operation") in self._ground.around.waiting
        if element.kind == "callActivity":
            return bool(element.multiple) or self._cuts.get(element.calls or "") != "passes"
        if element.kind == "intermediateCatchEvent":
            return not self._behind_gateway(element)
        return element.kind in {"userTask", "manualTask", "eventBasedGateway", "subProcess"}

    def _behind_gateway(self, element: Element) -> bool:
        sources = [self._drawn.flows[element.process_id, flow].source for flow in element.incoming]
        return any(
            self._drawn.elements[element.process_id, source].kind == "eventBasedGateway" for source in sources
        )

    def _is_silent(self, scope: Scope, event: Element) -> bool:
        """A handler that says and writes nothing and waits for nothing: as often as it likes, nothing is seen of it."""
        element = event
        for _ in range(len(scope.nodes)):
            if self._shows(element):
                return False
            if element.kind == "endEvent":
                return not element.events
            if len(element.outgoing) != 1 or (
                element is not event and element.kind not in {"serviceTask", "scriptTask", "businessRuleTask"}
            ):
                return False
            flow = self._drawn.flows[element.process_id, element.outgoing[0]]
            element = scope.nodes[flow.target]
            if self._rests(element) or len(element.incoming) > 1:
                return False
        return False

    def _shows(self, element: Element) -> bool:
        return bool(self._milestones & set(element.milestones) or self._writes(element))

    def _step(self, scope: Scope, element: Element, *, over: bool = False) -> int:
        key = scope.path, element.element_id, over
        if key not in self._steps:
            self._steps[key] = len(self._net.steps)
            role = element.role or scope.role
            waits = not over and self._is_waited_for(element)
            self._net.steps.append(Passed(element, scope.path + element.element_id, role, waits, over))
        return self._steps[key]

    def _is_waited_for(self, element: Element) -> bool:
        if element.events == ("error",):
            return False
        return element.kind in EVENTS_WAITED_FOR or (
            self._rests(element) and element.kind != "eventBasedGateway" and not self._inner(element)
        )

    # facts

    def _writes(self, element: Element) -> list[reading.Write]:
        writes = self._ground.writes[element.process_id, element.element_id]
        return [each for each in writes if each.fact in self._facts]

    def _frame(self, process_id: str, host: Element | None) -> Iterable[str]:
        if host is None:
            return self._facts
        given = reading.entries(host.properties.get("input", ""))
        return [f for f in self._facts if f in given or f in self._ground.written[process_id]]

    def _home(self, scope: Scope, fact: str) -> int:
        at: Scope | None = scope
        while at is not None:
            if fact in at.frame:
                return at.frame[fact]
            at = at.around
        raise KeyError(fact)

    def _all(self, fact: str) -> int:
        return (1 << len(self._facts[fact])) - 1

    def _mask(self, fact: str, values: Iterable[str]) -> int:
        known = self._facts[fact]
        return sum(1 << known.index(value) for value in set(values) if value in known)

    def _narrowing(self, scope: Scope, fact: str, values: Iterable[str]) -> Op:
        first = self._home(scope, fact)
        group, left = self._all(fact) << first, self._mask(fact, values) << first
        return NARROW, group & ~left, group, 0

    def _writing(
        self, source: Scope, target: Scope, writes: Iterable[reading.Write], kind: int
    ) -> tuple[Op, ...]:
        found: list[Op] = []
        for write in writes:
            to, everything = self._home(target, write.fact), self._all(write.fact)
            if write.values == reading.COPY:
                origin = self._home(source, write.fact)
                if origin != to:
                    # Filled, a called process and its caller know one thing; handing back, the called one is over.
                    found.append((SHARE if kind == FRESH else MOVE, origin, to, everything))
            else:
                values = everything
                if write.values != reading.ANY:
                    values = self._mask(write.fact, write.values) or everything
                found.append((kind, everything << to, values << to, 0))
        return tuple(found)

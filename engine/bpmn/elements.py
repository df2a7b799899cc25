"""Elements and flows as plain values, stored beside a published version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TASKS = frozenset(
    {
        "userTask",
        "serviceTask",
        "businessRuleTask",
        "scriptTask",
        "manualTask",
        "task",
        "sendTask",
        "receiveTask",
    }
)
GATEWAYS = frozenset(
    {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"}
)
EVENTS = frozenset(
    {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
)
CONTAINERS = frozenset({"subProcess", "callActivity", "transaction", "adHocSubProcess"})
FLOW_NODES = TASKS | GATEWAYS | EVENTS | CONTAINERS


@dataclass(frozen=True, slots=True)
class Element:
    """One node of a diagram."""

    process_id: str
    element_id: str
    kind: str
    """The BPMN tag, e.g. ``userTask``."""
    name: str
    scope: str
    """The process or embedded sub-process around it."""
    lane: str | None = None
    role: str | None = None
    """The lane's stable key."""
    properties: Mapping[str, str] = field(default_factory=dict)
    incoming: tuple[str, ...] = ()
    """Ids of flows."""
    outgoing: tuple[str, ...] = ()
    default: str | None = None
    events: tuple[str, ...] = ()
    """``message``, ``timer``, ``terminate`` …; empty for a none event."""
    message: str | None = None
    timer: str | None = None
    """``date``, ``duration`` or ``cycle``."""
    expression: str | None = None
    """Of a timer, a script or a completion condition."""
    error: str | None = None
    """The code an error event throws or catches."""
    attached_to: str | None = None
    interrupting: bool = True
    calls: str | None = None
    multiple: str | None = None
    """``parallel``, ``sequential`` or ``loop``."""
    documentation: str = ""

    @property
    def milestones(self) -> tuple[str, ...]:
        return tuple(self.properties.get("milestone", "").split())


@dataclass(frozen=True, slots=True)
class Flow:
    """One arrow."""

    process_id: str
    flow_id: str
    scope: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None

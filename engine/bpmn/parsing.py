"""Subclass SpiffWorkflow's plain parser, whose tasks run no Python scripts before and after them.

The variant for SpiffWorkflow's own editor would also throw an error event at every level at once, instead of at the
nearest that catches it. Properties we read ourselves (`catalogue`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml.etree import _Element
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import BoundaryEventParser, IntermediateCatchEventParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import CallActivityParser, SubWorkflowParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.event_definition import TimerConditionalEventDefinitionConverter
from SpiffWorkflow.bpmn.serializer.default.task_spec import (
    BpmnTaskSpecConverter,
    MultiInstanceTaskConverter,
    SubWorkflowConverter,
)
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, IntermediateCatchEvent, UserTask

from engine.bpmn.activities import Call, Decision, Embedded, Operation, Parallel
from engine.bpmn.timers import DateTimer, DurationTimer

_CONVERTERS = {
    Call: SubWorkflowConverter,
    Embedded: SubWorkflowConverter,
    Parallel: MultiInstanceTaskConverter,
    Operation: BpmnTaskSpecConverter,
    Decision: BpmnTaskSpecConverter,
    DateTimer: TimerConditionalEventDefinitionConverter,
    DurationTimer: TimerConditionalEventDefinitionConverter,
}


class ParserRefused(Exception):
    """SpiffWorkflow cannot read the diagram."""

    def __init__(self, refused: Any) -> None:
        super().__init__(str(refused))
        self.element_id: str = refused.id
        self.path: str = refused.file_name


def specs_of(roots: Mapping[str, _Element]) -> dict[str, Any]:
    """Return every process and embedded sub-process as a plain dict, to be stored with a version.

    Specs straight from the parser are never run: state saved inside a multi-instance hangs when loaded against them.
    """
    parser = _Parser()
    try:
        for path, root in roots.items():
            parser.add_bpmn_xml(root, path)
        specs = parser.find_all_specs()
    except ValidationException as refused:
        raise ParserRefused(refused) from refused
    registry = _registry()
    return {name: registry.convert(spec) for name, spec in specs.items()}


def restored(specs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the specs that instances run on. Threads may share them."""
    registry = _registry()
    return {name: registry.restore(spec) for name, spec in specs.items()}


def _registry() -> Any:
    return BpmnWorkflowSerializer.configure(DEFAULT_CONFIG | _CONVERTERS)


class _OwnMultiInstance:
    # Read from the parser of the activity that carries the marker, so every one of them needs it.
    PARALLEL_MI_CLASS = Parallel


class _Task(_OwnMultiInstance, TaskParser):  # type: ignore[misc]  # SpiffWorkflow ships no types
    pass


class _Called(_OwnMultiInstance, CallActivityParser):  # type: ignore[misc]  # SpiffWorkflow ships no types
    pass


class _Embedded(_OwnMultiInstance, SubWorkflowParser):  # type: ignore[misc]  # SpiffWorkflow ships no types
    pass


class _OwnTimers:
    def parse_timer_event(self: Any, event: Any) -> Any:
        name = self.node.get("id")
        date = next(iter(self.xpath(".//bpmn:timeDate")), None)
        if date is not None:
            return DateTimer(name, (date.text or "").strip())
        duration = next(iter(self.xpath(".//bpmn:timeDuration")), None)
        if duration is not None:
            return DurationTimer(name, (duration.text or "").strip())
        raise ValidationException(
            "A timer needs a date or a duration", node=self.node, file_name=self.filename
        )


class _Catch(_OwnTimers, IntermediateCatchEventParser):  # type: ignore[misc]  # SpiffWorkflow ships no types
    pass


class _Boundary(_OwnTimers, BoundaryEventParser):  # type: ignore[misc]  # SpiffWorkflow ships no types
    pass


class _Process(ProcessParser):  # type: ignore[misc]  # SpiffWorkflow ships no types
    def get_position(self, node_id: str) -> dict[str, float]:
        """Return one position for all nodes: the library would try the highest flow first, and moving a shape would
        change decisions."""
        return {"x": 0.0, "y": 0.0}


class _Parser(BpmnParser):  # type: ignore[misc]  # SpiffWorkflow ships no types
    PROCESS_PARSER_CLASS = _Process
    OVERRIDE_PARSER_CLASSES = {
        full_tag("userTask"): (_Task, UserTask),
        full_tag("serviceTask"): (_Task, Operation),
        full_tag("businessRuleTask"): (_Task, Decision),
        full_tag("callActivity"): (_Called, Call),
        full_tag("subProcess"): (_Embedded, Embedded),
        full_tag("intermediateCatchEvent"): (_Catch, IntermediateCatchEvent),
        full_tag("boundaryEvent"): (_Boundary, BoundaryEvent),
    }

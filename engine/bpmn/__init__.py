"""Run and draw BPMN. The only package that imports SpiffWorkflow."""

from __future__ import annotations

import logging

from engine.bpmn.activities import OperationCall
from engine.bpmn.checks import OperationShape, References, check_bundle
from engine.bpmn.diagram import Line, Mark, Stage, as_list, draw, draw_breach
from engine.bpmn.elements import Element, Flow
from engine.bpmn.errors import StepRefused
from engine.bpmn.execution import Environment, Execution
from engine.bpmn.findings import Finding, in_language
from engine.bpmn.parsed_models import ParsedModels, parse_models

for _name in ("spiff", "spiff.task", "spiff.workflow", "spiff.data"):
    # Below WARNING every record carries the data of the task, and building it costs half a step.
    logging.getLogger(_name).setLevel(logging.WARNING)

__all__ = [
    "Element",
    "Environment",
    "Execution",
    "Finding",
    "Flow",
    "Line",
    "Mark",
    "OperationCall",
    "OperationShape",
    "ParsedModels",
    "References",
    "Stage",
    "StepRefused",
    "as_list",
    "check_bundle",
    "draw",
    "draw_breach",
    "in_language",
    "parse_models",
]

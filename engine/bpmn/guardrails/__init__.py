"""What the law and the authority promise, whatever a diagram looks like: rules over milestones, watched at every step."""

from __future__ import annotations

from engine.bpmn.guardrails.loading import GuardrailsRefused, load_rules
from engine.bpmn.guardrails.monitor import GuardrailBroken, Monitor, States
from engine.bpmn.guardrails.rules import Rule, Rules, StructureRule, Value

__all__ = [
    "GuardrailBroken",
    "GuardrailsRefused",
    "Monitor",
    "Rule",
    "Rules",
    "States",
    "StructureRule",
    "Value",
    "load_rules",
]

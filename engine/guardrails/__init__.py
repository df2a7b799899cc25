"""Guardrails: what the law and the authority promise, whatever a diagram looks like, proved and watched over milestones."""

from __future__ import annotations

from engine.guardrails.definitions import DrawingGuardrail, Guardrail, Guardrails, Status
from engine.guardrails.loading import GuardrailsRefused, load_guardrails
from engine.guardrails.monitor import GuardrailBroken, Monitor, States

__all__ = [
    "DrawingGuardrail",
    "Guardrail",
    "GuardrailBroken",
    "Guardrails",
    "GuardrailsRefused",
    "Monitor",
    "States",
    "Status",
    "load_guardrails",
]

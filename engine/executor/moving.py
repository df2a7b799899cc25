"""Who moves cases to another version, told what stands around the diagrams."""

from __future__ import annotations

from engine.bpmn.guardrails.ground import Surroundings
from engine.executor.gate import MESSAGES
from engine.executor.performing import Work
from engine.instances import Moving


def mover(work: Work) -> Moving:
    return work.moving(Surroundings(messages=MESSAGES))

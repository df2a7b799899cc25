"""Draws a process without a browser, for pages without scripts, print and mail; and lists it in words."""

from __future__ import annotations

from engine.bpmn.diagram.breach import Stage, draw_breach
from engine.bpmn.diagram.drawing import draw
from engine.bpmn.diagram.listing import Line, as_list
from engine.bpmn.diagram.marks import Mark

__all__ = ["Line", "Mark", "Stage", "as_list", "draw", "draw_breach"]

"""Import diagrams from other tools: read within limits, kept whole, laid out if they have no coordinates."""

from engine.models.imports.diagrams import Brought, NotADiagram, bring_in

__all__ = ["Brought", "NotADiagram", "bring_in"]

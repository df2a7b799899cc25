"""Proves guardrails over every way through the diagrams.

Read in this order: `model` (places and transitions), `states` (situations, and the moves from one to the next),
`properties` (what has to be true), `counterexample` (the shortest way to where it is not). `docs/prover.md` tells it
without code.

Words: a *fact* is a process variable that guardrails.json lists with its values; the prover follows its value and no
other variable. A *way* is one run through the diagrams, element after element. A guardrail *listens* to the
milestones that move its automaton. *Known* is, for each fact, the set of values it can still have.
"""

from __future__ import annotations

from engine.guardrails.prover.exploration import Limit
from engine.guardrails.prover.judgement import Verdict
from engine.guardrails.prover.legible import legible
from engine.guardrails.prover.model_index import Surroundings
from engine.guardrails.prover.proof import Report, prove, read_diagrams

__all__ = ["Limit", "Report", "Surroundings", "Verdict", "legible", "prove", "read_diagrams"]

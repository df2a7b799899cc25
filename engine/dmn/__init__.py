"""DMN decisions: read, checked, evaluated, each evaluation with the rules that fired."""

from .evaluation import DecisionEvaluation, DecisionModel, parse_tables
from .problems import DmnProblem, DmnRefused

__all__ = ["DecisionEvaluation", "DecisionModel", "DmnProblem", "DmnRefused", "parse_tables"]

"""DMN decisions: read, check and evaluate them, and report the rules that fired."""

from .checks import TableFinding, check
from .evaluation import DecisionEvaluation, DecisionModel, parse_tables
from .problems import DmnProblem, DmnRefused

__all__ = [
    "DecisionEvaluation",
    "DecisionModel",
    "DmnProblem",
    "DmnRefused",
    "TableFinding",
    "check",
    "parse_tables",
]

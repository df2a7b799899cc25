"""FEEL, the expression language of DMN: parsed once, compiled to closures, evaluated within a budget.

>>> from engine.feel import parse
>>> parse("if amount > 1000 then \\"board\\" else \\"officer\\"").evaluate({"amount": 1500})
'board'
"""

from . import values
from .expression import Expression, UnaryTests, parse, parse_unary
from .problems import FeelProblem
from .values import Function, Range, Value, YearsMonths

__all__ = [
    "Expression",
    "FeelProblem",
    "Function",
    "Range",
    "UnaryTests",
    "Value",
    "YearsMonths",
    "parse",
    "parse_unary",
    "values",
]

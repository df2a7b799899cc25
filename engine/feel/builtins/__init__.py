"""FEEL's standard functions (DMN 1.5, 10.3.4), each declared with the signature the standard gives it."""

from . import contexts, conversion, lists, math, ranges, strings, temporal
from .registry import BUILTINS, Builtin

__all__ = ["BUILTINS", "Builtin", "contexts", "conversion", "lists", "math", "ranges", "strings", "temporal"]

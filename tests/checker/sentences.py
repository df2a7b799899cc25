"""Sentences that name a rule, its law and the entries that contradict each other."""

from collections.abc import Mapping
from typing import Any

WARNING = "warning: "


def fault(rule: str, law: str, text: str) -> str:
    """Build the sentence of a fault."""
    return f"{rule} ({law}): {text}"


def warning(rule: str, law: str, text: str) -> str:
    """Build the sentence of a warning."""
    return f"{WARNING}{rule} ({law}): {text}"


def label(kind: str, row: Mapping[str, Any], *keys: str) -> str:
    """Name an entry by its kind, id and the given fields."""
    name = row.get("id") or row.get("reference") or row.get("name") or ""
    details = ", ".join(f"{key} {row.get(key)}" for key in keys if key in row)
    return f"{kind} {name}" + (f" ({details})" if details else "")

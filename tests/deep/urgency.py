"""The product of all values of the answers that speak of urgency, through the shipped table: what the promise makes of each."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from engine.dmn import parse_tables
from tests.processes.test_tables import CLOCK, TABLES
from tests.processes.test_urgency import expected_class, whole_product

SLICES: Final = 20
WHOLE: Final = 1_612_800
"""Combinations: 2 × 5 × 7 × 4 × 4 × 4 × 4 × 5 × 6 × 3."""
SHOWN: Final = 5


def urgency(seed: int, _place: str) -> tuple[list[str], str]:
    """Evaluate a slice of the product. Return the combinations whose class is another, and how many had which."""
    table = parse_tables(TABLES["triage"])
    seen: Counter[str] = Counter()
    problems = []
    for facts in whole_product((seed - 1) % SLICES, SLICES):
        found: Any = table.evaluate("triage", facts, functions=CLOCK).result
        expected = expected_class(facts)
        seen[expected] += 1
        if found["case_class"] != expected and len(problems) < SHOWN:
            problems.append(f"{found['case_class']} and not {expected}: {facts}")
    if sum(seen.values()) != WHOLE // SLICES:
        problems.append("the product is of another size than the answers had")
    counts = ", ".join(f"{seen[each]} {each}" for each in sorted(seen))
    return problems, f"slice {seed}: {counts}"

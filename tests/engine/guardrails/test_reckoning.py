"""What is reckoned once for all values comes to the same as one operation after another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.bpmn.guardrails.net import FRESH, MOVE, NARROW, PUT, SWAP, Op
from engine.bpmn.guardrails.reckoning import applied, formula_of

WIDTH, GROUPS = 3, 4
ALL = (1 << WIDTH) - 1
PLACES = [number * WIDTH for number in range(GROUPS)]


@st.composite
def operations(draw: st.DrawFn) -> Op:
    """As the compiler makes them: of whole facts."""
    kind = draw(st.sampled_from([NARROW, PUT, MOVE, FRESH, SWAP]))
    first, second = draw(st.permutations(PLACES))[:2]
    values = draw(st.integers(0, ALL))
    if kind == NARROW:
        return kind, (ALL ^ values) << first, ALL << first, 0
    if kind in {PUT, FRESH}:
        return kind, ALL << first, values << first, 0
    return kind, first, second, ALL


@given(
    st.lists(operations(), max_size=8),
    st.sets(st.sampled_from(PLACES)),
    st.lists(st.integers(0, (1 << WIDTH * GROUPS) - 1), min_size=1, max_size=20),
)
def test_a_formula_says_what_its_operations_do(ops: list[Op], forgotten: set[int], values: list[int]) -> None:
    unread = sum(ALL << place for place in forgotten)
    formula = formula_of(ops, unread)
    for value in values:
        after = applied(value, ops)
        expected = after if after < 0 else after | unread
        assert (-1 if formula is None else formula.of(value)) == expected

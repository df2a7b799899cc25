"""Expressions by the thousand, asked of bpmn.io's FEEL too. Where the two differ on purpose is listed in
engine/feel/README.md; the strategies keep to what both must answer alike."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import parse, parse_unary
from tests.support.feel_expressions import SCOPE, cells, expressions
from tests.support.feelin import Feelin, feelin


@pytest.fixture(scope="module")
def reference() -> Feelin:
    return feelin()


def as_javascript(value: Any) -> Any:
    """Our value as feelin would print it: numbers as floats, to the digits a float keeps."""
    if isinstance(value, Decimal):
        return pytest.approx(float(value), rel=1e-9, abs=1e-9)
    if isinstance(value, list):
        return [as_javascript(item) for item in value]
    if isinstance(value, dict):
        return {key: as_javascript(item) for key, item in value.items()}
    return value


@settings(max_examples=1000)
@given(expression=expressions)
def test_an_expression_is_worth_the_same(reference: Feelin, expression: str) -> None:
    theirs = reference.evaluate(expression, SCOPE)

    assert theirs.get("value") == as_javascript(parse(expression).evaluate(SCOPE)), expression


@settings(max_examples=500)
@given(cell=cells, value=st.integers(-10, 10))
def test_a_cell_takes_the_same_values(reference: Feelin, cell: str, value: int) -> None:
    theirs = reference.evaluate(cell, {**SCOPE, "?": value}, "unary")

    assert (theirs.get("value") is True) == parse_unary(cell).test(value, SCOPE), cell

"""Properties that hold for every expression, by any writer."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import FeelProblem, YearsMonths, parse, parse_unary
from engine.feel.values import from_json, to_json
from tests.support.feel_expressions import SCOPE, conditions, expressions, numbers

leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9),
    st.text(st.characters(codec="utf-8")),
    st.dates(),
    st.timedeltas(min_value=timedelta(days=-9999), max_value=timedelta(days=9999)),
    st.integers(-9999, 9999).map(YearsMonths),
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1), inner, max_size=4)
    ),
)


TOKENS = [
    *"()[]{}.,:;+-*/=<>|@\"'\\",
    *["**", "..", "!=", "<=", ">=", "->", "//", "/*"],
    *[
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "between",
        "and",
        "or",
        "not",
        "null",
        "true",
        "false",
        "function",
        "external",
    ],
    *["instance", "of", "list", "range", "context", "date", "time", "duration", "number", "string"],
    *["0", "1", "-1", "1e9", ".5", "12.5", "99999999999999999999", "x", "y", "a.b"],
    *[
        '""',
        '"a"',
        '@"2026-01-01"',
        '@"P1D"',
        '@"PT1H"',
        'date("x")',
        "count(x)",
        "x[1]",
        "x[item>1]",
        "sum([1])",
    ],
]
texts = st.one_of(
    st.text(),
    expressions.map(lambda text: text.replace(")", "")),
    st.lists(st.sampled_from(TOKENS), max_size=30).map(" ".join),
    st.tuples(st.sampled_from(TOKENS), st.integers(1, 300)).map(lambda pair: pair[0] * pair[1]),
)


@settings(max_examples=int(os.environ.get("VIREILLE_TEXTS") or settings.default.max_examples))
@given(texts)
def test_any_text_is_a_value_or_our_own_refusal(text: str) -> None:
    for read in (lambda: parse(text).evaluate(SCOPE), lambda: parse_unary(text).test(1, SCOPE)):
        with suppress(FeelProblem):
            read()


@given(values)
def test_a_value_survives_json(value: Any) -> None:
    assert from_json(to_json(value)) == value


@given(values)
def test_a_value_equals_itself_and_is_found_in_a_list_of_it(value: Any) -> None:
    assert parse("x = x").evaluate({"x": value}) is True
    assert parse("list contains([x], x)").evaluate({"x": value}) is True


@given(leaves.filter(lambda value: not isinstance(value, str) and value is not None))
def test_the_output_of_string_can_be_read_again(value: Any) -> None:
    text = parse("string(x)").evaluate({"x": value})
    again = text if isinstance(value, bool | Decimal) else f'@"{text}"'

    assert parse(f"{again} = x").evaluate({"x": value}) is True


@given(conditions, conditions)
def test_de_morgan_holds_in_three_values(one: str, other: str) -> None:
    left = parse(f"not({one} and {other})").evaluate(SCOPE)
    right = parse(f"(not({one}) or not({other}))").evaluate(SCOPE)

    assert left is right


@given(numbers, st.integers(-20, 20), st.integers(0, 20))
def test_a_range_is_two_comparisons(number: str, low: int, width: int) -> None:
    within = parse(f"{number} in [{low}..{low + width})").evaluate(SCOPE)

    assert within is parse(f"{number} >= {low} and {number} < {low + width}").evaluate(SCOPE)


@given(expressions)
def test_space_and_parentheses_change_nothing(text: str) -> None:
    assert parse(f" ( \n{text} ) // the end").evaluate(SCOPE) == parse(text).evaluate(SCOPE)

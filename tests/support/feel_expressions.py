"""Hypothesis writes FEEL: expressions of each type over a known scope, as a person might."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

SCOPE: dict[str, Any] = {
    "amount": 3,
    "rate": 2.5,
    "debt": -4,
    "kind": "fire",
    "full name": "Aino Esimerkki",
    "agreed": True,
    "closed": False,
    "nothing": None,
    "numbers": [1, 2, 3, 5, 8],
    "words": ["fire", "water", "air"],
    "items": [{"price": 5, "what": "a"}, {"price": 20, "what": "b"}, {"price": 12, "what": "fire"}],
    "person": {"age": 41, "name": "Aino", "address": {"city": "Oulu"}},
    "äiti": 7,
}
Text = SearchStrategy[str]

_number_leaves = st.one_of(
    st.integers(-20, 20).map(str),
    st.sampled_from(["0.5", "1.25", "10", "amount", "rate", "debt", "äiti", "person.age", "items[1].price"]),
)
_text_leaves = st.sampled_from(
    ['"fire"', '"water"', '""', '"a b"', "kind", "full name", "person.name", "items[2].what"]
)
_boolean_leaves = st.sampled_from(["true", "false", "agreed", "closed", "null", "nothing"])
_list_leaves = st.one_of(
    st.lists(st.integers(-5, 9).map(str), min_size=1, max_size=5).map(lambda parts: f"[{', '.join(parts)}]"),
    st.sampled_from(["numbers", "items.price", "[1, 2, 3, 4]"]),
)
# Ends in order: feelin turns a reversed range round, in the standard it holds nothing.
_ranges = st.tuples(
    st.sampled_from("[]("), st.integers(-9, 9), st.integers(1, 9), st.sampled_from("[])")
).map(lambda parts: f"{parts[0]}{parts[1]}..{parts[1] + parts[2]}{parts[3]}")
_days = st.dates(min_value=date(2024, 1, 1), max_value=date(2026, 12, 28)).map(lambda day: f'date("{day}")')
_dates = st.one_of(
    _days,
    st.tuples(_days, st.sampled_from(["+", "-"]), st.integers(0, 400)).map(
        lambda parts: '{} {} duration("P{}D")'.format(*parts)
    ),
    st.tuples(_days, st.integers(1, 30)).map(lambda parts: '{} + duration("P{}M")'.format(*parts)),
)
_CALLS = ["abs({})", "floor({})", "ceiling({})", "even({})", "odd({})"]


def _binary(operands: Text, operators: list[str]) -> Text:
    return st.tuples(operands, st.sampled_from(operators), operands).map(lambda parts: f"({' '.join(parts)})")


def _number(inner: Text, lists: Text) -> Text:
    return st.one_of(
        _binary(inner, ["+", "-", "*"]),
        inner.map(lambda one: f"-({one})"),
        st.tuples(st.sampled_from(_CALLS[:3]), inner).map(lambda parts: parts[0].format(parts[1])),
        st.tuples(st.sampled_from(["sum", "count", "min", "max"]), lists).map(
            lambda parts: f"{parts[0]}({parts[1]})"
        ),
        # Within the list: what lies beyond is null, and feelin takes a null not to be in a range.
        st.integers(1, 3).map(lambda place: f"numbers[{place}]"),
        st.tuples(_boolean_leaves, inner, inner).map(lambda parts: "(if {} then {} else {})".format(*parts)),
    )


def _lists(numbers: Text) -> Text:
    return st.one_of(
        _list_leaves,
        st.tuples(_list_leaves, numbers).map(lambda parts: f"{parts[0]}[item > {parts[1]}]"),
        st.tuples(_list_leaves, st.sampled_from(["+", "*", "-"]), numbers).map(
            lambda parts: f"(for x in {parts[0]} return x {parts[1]} {parts[2]})"
        ),
        st.tuples(_list_leaves, _list_leaves).map(lambda parts: f"concatenate({parts[0]}, {parts[1]})"),
        _list_leaves.map(lambda one: f"reverse({one})"),
        _list_leaves.map(lambda one: f"distinct values({one})"),
        numbers.map(lambda one: f"items[price > {one}].what"),
    )


def _texts(inner: Text) -> Text:
    return st.one_of(
        _binary(inner, ["+"]),
        inner.map(lambda one: f"upper case({one})"),
        inner.map(lambda one: f"lower case({one})"),
        st.tuples(inner, inner).map(lambda parts: f"substring before({parts[0]}, {parts[1]})"),
        st.tuples(inner, st.integers(1, 3)).map(lambda parts: f"substring({parts[0]}, {parts[1]})"),
    )


numbers = st.deferred(
    lambda: st.recursive(_number_leaves, lambda inner: _number(inner, _list_leaves), max_leaves=6)
)
texts = st.recursive(_text_leaves, _texts, max_leaves=4)
lists = _lists(_number_leaves)


def _conditions() -> Text:
    return st.one_of(
        _boolean_leaves,
        _binary(numbers, ["<", "<=", ">", ">=", "=", "!="]),
        _binary(texts, ["=", "!=", "<", ">="]),
        st.tuples(numbers, _ranges).map(lambda parts: "({} in {})".format(*parts)),
        _binary(_dates, ["<", "<=", ">", ">=", "=", "!="]),
        st.tuples(numbers, st.integers(-9, 9), st.integers(0, 9)).map(
            lambda parts: f"({parts[0]} between {parts[1]} and {parts[1] + parts[2]})"
        ),
        st.tuples(texts, texts).map(lambda parts: f"contains({parts[0]}, {parts[1]})"),
        st.tuples(texts, _text_leaves, _text_leaves).map(lambda parts: "({} in ({}, {}))".format(*parts)),
        st.tuples(lists, _number_leaves).map(lambda parts: f"list contains({parts[0]}, {parts[1]})"),
        st.tuples(st.sampled_from(["some", "every"]), _list_leaves, _number_leaves).map(
            lambda parts: "({} x in {} satisfies x > {})".format(*parts)
        ),
        st.tuples(st.sampled_from(_CALLS[3:]), st.integers(-5, 5)).map(
            lambda parts: parts[0].format(parts[1])
        ),
    )


conditions = st.recursive(
    _conditions(),
    lambda inner: st.one_of(_binary(inner, ["and", "or"]), inner.map(lambda one: f"not({one})")),
    max_leaves=5,
)
expressions = st.one_of(numbers, texts, lists, conditions)
cells = st.one_of(
    st.lists(_number_leaves, min_size=1, max_size=3).map(", ".join),
    st.tuples(st.sampled_from(["<", "<=", ">", ">="]), _number_leaves).map(" ".join),
    _ranges,
    st.lists(_number_leaves, min_size=1, max_size=3).map(lambda parts: f"not({', '.join(parts)})"),
    st.just("-"),
    st.tuples(st.just("? >"), _number_leaves).map(" ".join),
)

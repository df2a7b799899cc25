"""No expression runs long or grows large. Asserted as steps and sizes; times are the benchmark's."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest

from engine.feel import FeelProblem, parse
from engine.feel.budget import STEPS, Run
from engine.feel.lexer import MAX_LENGTH

SCOPE: dict[str, Any] = {"text": "a" * 50_000, "many": list(range(3000)), "nested": [[[1]]]}
TOO_MUCH = [
    "for i in 1..1000, j in 1..1000 return i * j",
    "for i in 1..100000 return i",
    "for i in 1..1000000000000 return partial",
    "every i in 1..100000 satisfies true",
    "{f: function(n) [f(n + 1), f(n + 1)]}.f(1)",
    "for i in 1..9000 return text + text",
    'string join(for i in 1..9000 return text, "")',
    'for i in 1..100 return replace(text, "a", text)',
    "for i in 1..100 return upper case(text)",
    "distinct values(for i in many return [i])",
    'for i in 1..9000 return matches("a", "[\\\\p{L}\\\\p{N}]{50}" + string(i))',
    "for i in many return concatenate(many, many)",
    "count([1..20000]) + count(for i in 1..20000 return [1..i])",
    "{x: for i in 1..60 return [partial, partial], y: x = x}.y",
    "string(for i in 1..60 return [partial, partial])",
    "flatten(for i in 1..60 return [partial, partial])",
    "(for i in 1..60 return [partial, partial]) instance of list<list<list<list<list<list<Any>>>>>>",
    "sort(many, function(x, y) sum(many) > 0)",
    "many[sum(many) > item]",
    "for i in 1..9000 return exp(1.234567890123456789) ** 1.23456789",
]


@pytest.mark.parametrize("text", TOO_MUCH)
def test_too_much_work_is_refused(text: str) -> None:
    with pytest.raises(FeelProblem) as refused:
        parse(text).evaluate(SCOPE)

    assert refused.value.key in ("over_budget", "too_deep")


@pytest.mark.parametrize("text", TOO_MUCH)
def test_and_never_more_than_sixteen_megabytes_were_taken(text: str) -> None:
    expression = parse(text)
    tracemalloc.start()
    try:
        with pytest.raises(FeelProblem):
            expression.evaluate(SCOPE)
        assert tracemalloc.get_traced_memory()[1] < 16 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "text",
    ["[" * 1_000_000, "[" * 10_000 + "]" * 10_000, "(" * 500 + "1" + ")" * 500, "-" * 1000 + "1", "1" + "+1" * 1000,
     "x" + ".x" * 1000, "x" + "[1]" * 1000, "f" + "()" * 1000, "if a then " * 200 + "1", "{a:" * 300, "not(" * 300 + "true",
     "x instance of " + "list<" * 300, "function(a) " * 200 + "a", '"a"' + ' + "a"' * 6000],
)  # fmt: skip
def test_a_text_too_deep_or_long_is_refused(text: str) -> None:
    with pytest.raises(FeelProblem) as refused:
        parse(text)

    assert refused.value.key in ("too_deep", "too_long", "unexpected_end", "expected", "unexpected")


def test_many_conditions_side_by_side_are_fine() -> None:
    text = " or ".join(f"kind = {number}" for number in range(500))

    assert len(text) < MAX_LENGTH
    assert parse(text).evaluate({"kind": 499}) is True


def test_a_step_is_paid_before_the_work_is_done() -> None:
    run = Run({}, steps=10)
    run.spend(10)

    with pytest.raises(FeelProblem):
        run.spend(1)


def test_ordinary_work_is_far_from_the_limit() -> None:
    items = [{"price": number} for number in range(300)]

    assert parse("sum(items[price > 100].price)").evaluate({"items": items}, budget=STEPS // 10) == 39800


def test_a_scope_deeper_than_anything_sensible_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(10_000):
        deep = [deep]

    with pytest.raises(FeelProblem):
        parse("x").evaluate({"x": deep})

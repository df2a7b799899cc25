"""Decision tables: which rules fire, and what each hit policy makes of them."""

from __future__ import annotations

from typing import Any

import pytest

from engine.dmn import DecisionEvaluation, parse_tables
from tests.engine.dmn.drawn import column, decision, definitions, result, table

AGE = [column("age")]
LEVELS = [("> 10", '"low"'), ("> 20", '"high"'), ("> 20", '"high"'), ("> 30", '"middle"')]
PRIORITY = '"high", "middle", "low"'


def evaluated(drawn: str, **inputs: Any) -> DecisionEvaluation:
    return parse_tables(definitions(decision(drawn))).evaluate("d", inputs)


def one(policy: str, age: int, *, allowed: str = PRIORITY, default: str = "") -> DecisionEvaluation:
    return evaluated(table(AGE, [result("level", allowed=allowed, default=default)], LEVELS, policy), age=age)


@pytest.mark.parametrize(
    ("policy", "age", "expected", "rules"),
    [
        ("UNIQUE", 15, "low", ("r1",)),
        ("UNIQUE", 5, None, ()),
        ("UNIQUE", 25, None, ("r1", "r2", "r3")),
        ("FIRST", 35, "low", ("r1",)),
        ("ANY", 15, "low", ("r1",)),
        ("ANY", 25, None, ("r1", "r2", "r3")),
        ("PRIORITY", 35, "high", ("r1", "r2", "r3", "r4")),
        ("RULE ORDER", 35, ["low", "high", "high", "middle"], ("r1", "r2", "r3", "r4")),
        ("OUTPUT ORDER", 35, ["high", "high", "middle", "low"], ("r1", "r2", "r3", "r4")),
        ("COLLECT", 25, ["low", "high", "high"], ("r1", "r2", "r3")),
        ("COLLECT COUNT", 25, 3, ("r1", "r2", "r3")),
        ("COLLECT MIN", 25, "high", ("r1", "r2", "r3")),
        ("COLLECT MAX", 25, "low", ("r1", "r2", "r3")),
        ("COLLECT COUNT", 5, 0, ()),
        ("COLLECT", 5, [], ()),
    ],
)
def test_a_hit_policy(policy: str, age: int, expected: Any, rules: tuple[str, ...]) -> None:
    found = one(policy, age)

    assert found.result == expected
    assert found.rules == rules


def test_rules_that_agree_may_both_fire_under_any() -> None:
    drawn = table(AGE, [result("x")], [("> 10", "1"), ("> 20", "0 + 1")], "ANY")

    assert evaluated(drawn, age=25).result == 1


@pytest.mark.parametrize(("policy", "expected"), [("COLLECT SUM", 6), ("COLLECT MIN", 1), ("COLLECT MAX", 3)])
def test_numbers_are_collected(policy: str, expected: int) -> None:
    drawn = table(AGE, [result("x")], [("-", "1"), ("-", "2"), ("> 5", "3")], policy)

    assert evaluated(drawn, age=6).result == expected


def test_a_sum_of_other_than_numbers_is_null() -> None:
    found = evaluated(table(AGE, [result("x")], [("-", "1"), ("-", "true")], "COLLECT SUM"), age=6)

    assert found.result is None
    assert [problem.key for problem in found.problems] == ["not_computable"]


@pytest.mark.parametrize(("policy", "key"), [("UNIQUE", "several_rules"), ("ANY", "rules_disagree")])
def test_rules_that_may_not_meet_say_so(policy: str, key: str) -> None:
    (problem,) = one(policy, 25).problems

    assert (problem.key, problem.place) == (key, "t")


def test_the_default_stands_in_when_nothing_fits() -> None:
    assert one("UNIQUE", 5, default='"none"').result == "none"
    assert one("UNIQUE", 15, default='"none"').result == "low"


def test_several_outputs_make_a_context() -> None:
    drawn = table(AGE, [result("a"), result("b")], [("> 1", "age + 1", '"x"')])

    assert evaluated(drawn, age=2).result == {"a": 3, "b": "x"}


def test_priority_looks_at_all_outputs_in_order() -> None:
    outputs = [result("a", allowed='"x", "y"'), result("b", allowed="1, 2, 3")]
    rules = [("-", '"y"', "1"), ("-", '"x"', "3"), ("-", '"x"', "2")]

    assert evaluated(table(AGE, outputs, rules, "PRIORITY"), age=1).result == {"a": "x", "b": 2}
    assert [one["b"] for one in evaluated(table(AGE, outputs, rules, "OUTPUT ORDER"), age=1).result] == [
        2,
        3,
        1,
    ]


def test_a_value_outside_the_allowed_ones_is_null_with_a_problem() -> None:
    drawn = table([column("kind", allowed='"a", "b"')], [result("x")], [("-", "1")])

    assert evaluated(drawn, kind="a").result == 1
    assert evaluated(drawn, kind=None).result == 1
    found = evaluated(drawn, kind="c")
    assert (found.result, [problem.key for problem in found.problems]) == (None, ["not_allowed"])


def test_a_cell_may_ask_about_other_inputs() -> None:
    drawn = table([column("a"), column("b")], [result("x")], [("> b", "-", "1"), ("<= b", "not(0)", "2")])

    assert evaluated(drawn, a=3, b=2).result == 1
    assert evaluated(drawn, a=1, b=2).result == 2
    assert evaluated(drawn, a=0, b=0).result is None


def test_an_evaluation_keeps_what_it_was_given() -> None:
    found = one("UNIQUE", 15)

    assert (found.decision, found.inputs) == ("d", {"age": 15})


def test_a_cell_that_fails_says_which() -> None:
    xml = definitions(decision(table(AGE, [result("x")], [("> 5", "1")]))).replace(
        b"<inputEntry>", b'<inputEntry id="c">'
    )

    (problem,) = parse_tables(xml).evaluate("d", {"age": "old"}).problems
    assert (problem.key, problem.place) == ("not_comparable", "c")


def test_the_hosts_functions_reach_the_cells() -> None:
    model = parse_tables(definitions(decision(table(AGE, [result("x")], [("> limit()", "1")]))))

    assert model.evaluate("d", {"age": 6}, functions={"limit": lambda: 5}).result == 1


def test_a_table_of_two_thousand_rules_is_within_budget() -> None:
    rules = [(f"[{number}..{number}]", str(number)) for number in range(1500)]

    assert evaluated(table(AGE, [result("x")], rules), age=1400).result == 1400

"""The cells of decision tables, as dmn-js writes them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.feel import FeelProblem, parse_unary


@pytest.mark.parametrize(
    ("cell", "fits", "fails"),
    [
        ('"fire","water"', "water", "air"),
        ("5, 6, 7", 6, 8),
        ("not(5)", 4, 5),
        ('not("fire")', "air", "fire"),
        ('not("fire", "water")', "air", "water"),
        ("[1..10]", 10, 11),
        ("]1..10[", 2, 10),
        ("< 5, > 10", 11, 7),
        ("null", None, 1),
        ("= 5", 5, 6),
        ('contains(?, "x")', "axe", "oak"),
        ("? != null", 0, None),
        ("> 10", 11, 10),
        ('"fire"', "fire", None),
        ("? > 5", 6, 5),
        ("true", True, False),
        ("false", False, True),
        ("limit", 7, 8),
        (">= limit * 2", 14, 13),
        ("[limit..limit + 2]", 9, 10),
        ('["a", "b"]', "b", "c"),
        ('date("2026-01-01")', date(2026, 1, 1), None),
        ("not(null)", 1, None),
        ("some x in ? satisfies x > 3", [1, 5], [1, 2]),
        ('not(contains(?, "x"))', "oak", "axe"),
    ],
)
def test_a_cell(cell: str, fits: Any, fails: Any) -> None:
    tests = parse_unary(cell)

    assert tests.test(fits, {"limit": 7})
    assert not tests.test(fails, {"limit": 7})


@pytest.mark.parametrize("anything", [None, 1, "x", [], {}])
def test_the_dash_takes_anything(anything: Any) -> None:
    assert parse_unary("-").test(anything)


def test_a_negative_number_is_no_dash() -> None:
    assert parse_unary("-1").test(-1)


def test_an_unknown_name_does_not_fit_and_says_why() -> None:
    problems: list[FeelProblem] = []

    assert not parse_unary("> 10").test("text", problems=problems)
    assert [problem.key for problem in problems] == ["not_comparable"]


def test_a_condition_without_the_value_may_be_a_cell_too() -> None:
    assert parse_unary("limit > 5").test("anything", {"limit": 7})
    assert not parse_unary("limit > 5").test("anything", {"limit": 3})

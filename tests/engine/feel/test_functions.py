"""The standard's functions: what they give, by position and by name, and null where they don't fit."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.feel import YearsMonths, parse
from engine.feel.builtins import BUILTINS


def value(text: str) -> Any:
    return parse(text).evaluate()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('substring("foobar", 3)', "obar"),
        ('substring("foobar", 3, 3)', "oba"),
        ('substring("foobar", -2, 1)', "a"),
        ('substring("foobar", 0)', None),
        ('substring(string: "ab", start position: 2)', "b"),
        ('string length("🐎ä")', 2),
        ('upper case("ä")', "Ä"),
        ('lower case("Ä")', "ä"),
        ('substring before("foobar", "bar")', "foo"),
        ('substring before("foobar", "x")', ""),
        ('substring after("foobar", "ob")', "ar"),
        ('substring after("foobar", "")', "foobar"),
        ('contains("foobar", "ob")', True),
        ('starts with("foobar", "fo")', True),
        ('ends with("foobar", "r")', True),
        ('split("a;b;;", ";")', ["a", "b", "", ""]),
        ('string join(["a", null, "b"], "-")', "a-b"),
        ('string join(["a", 1])', None),
        ("contains(1, 2)", None),
        ('contains(match: "o", string: "foo")', True),
        ('contains(wrong: "o", string: "foo")', None),
        ('contains("foo")', None),
    ],
)
def test_text(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("list contains([1, null], null)", True),
        ("count([])", 0),
        ("min(3, 1, 2) + max([4, 5])", 6),
        ('min("b", "a")', "a"),
        ('max(@"2026-01-01", @"2025-01-01").year', 2026),
        ("min([])", None),
        ('max(1, "a")', None),
        ("sum(1, 2, 3)", 6),
        ("sum([])", None),
        ('sum([@"PT1H", @"PT2H"])', timedelta(hours=3)),
        ('sum([1, "a"])', None),
        ("mean([1, 2, 6])", 3),
        ("product([2, 3])", 6),
        ("median([8, 2, 5, 3])", 4),
        ("stddev(2, 4, 7, 5)", Decimal("2.081665999466132735282297706979931")),
        ("mode([6, 1, 9, 6, 1])", [1, 6]),
        ("all([true, null])", None),
        ("all([false, null])", False),
        ("any(true, null)", True),
        ("sublist([1, 2, 3], 2)", [2, 3]),
        ("sublist([1, 2, 3], -2, 1)", [2]),
        ("sublist([1, 2, 3], 4)", None),
        ("append([1], 2, 3)", [1, 2, 3]),
        ("concatenate([1], [2], 3)", [1, 2, 3]),
        ("concatenate([[1], [2]])", [[1], [2]]),
        ("concatenate(list: [1, 2])", [1, 2]),
        ("append([1], [2, 3])", [1, [2, 3]]),
        ("append(list: [1], item: 2)", [1, 2]),
        ("insert before([1, 3], 2, 2)", [1, 2, 3]),
        ("remove([1, 2], 1)", [2]),
        ("list replace([1, 2], 2, 5)", [1, 5]),
        ("list replace([1, 9], function(item, newItem) item > newItem, 5)", [1, 5]),
        ("list replace(list: [1, 2], match: function(item, newItem) item = 2, newItem: 0)", [1, 0]),
        ("list replace([1, 2], 3, 0)", None),
        ("reverse([1, 2])", [2, 1]),
        ("index of([1, 2, 1], 1)", [1, 3]),
        ("union([1, 2], [2, 3])", [1, 2, 3]),
        ("distinct values([1, 2, 1, null, null])", [1, 2, None]),
        ("duplicate values([1, 2, 1, 1])", [1]),
        ("flatten([[1, [2]], 3])", [1, 2, 3]),
        ("sort([3, 1, 2])", [1, 2, 3]),
        ('sort(list: ["b", "a"], precedes: function(x, y) x < y)', ["a", "b"]),
        ("reverse(null)", None),
    ],
)
def test_lists(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("decimal(2.5, 0)", 2),
        ("decimal(1/3, 2)", Decimal("0.33")),
        ("decimal(123, -2)", 100),
        ("round up(5.1, 0)", 6),
        ("round down(-5.9, 0)", -5),
        ("round half up(-5.5, 0)", -6),
        ("round half down(5.5, 0)", 5),
        ("round up(1, 7000)", None),
        ("floor(-1.5)", -2),
        ("ceiling(1.25, 1)", Decimal("1.3")),
        ("abs(-5)", 5),
        ('abs(@"-P1Y")', YearsMonths(12)),
        ("modulo(-12, 5)", 3),
        ("modulo(12, -5)", -3),
        ("modulo(1, 0)", None),
        ("sqrt(16)", 4),
        ("sqrt(-1)", None),
        ("log(0)", None),
        ("exp(100000)", None),
        ("odd(5)", True),
        ("even(-2)", True),
        ("even(1e6000)", True),
        ("odd(1.5)", False),
        ('number("1 000,5", " ", ",")', Decimal("1000.5")),
        ('number("1.5e3")', 1500),
        ('number("12x")', None),
        ('number("1.0", ".", ".")', None),
        ("0 <= random number() and random number() < 1", True),
    ],
)
def test_numbers(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('get value({a: 1}, "a")', 1),
        ('get value({a: 1}, "b")', None),
        ("get entries({a: 1})", [{"key": "a", "value": 1}]),
        ('context([{key: "a", value: 1}])', {"a": 1}),
        ('context([{key: "a", value: 1}, {key: "a", value: 2}])', None),
        ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
        ('context put({a: {b: 1}}, ["a", "b"], 2)', {"a": {"b": 2}}),
        ("context merge([{a: 1, b: 1}, {b: 2}])", {"a": 1, "b": 2}),
        ('string({a: "x", b: [1, null, true]})', '{a: "x", b: [1, null, true]}'),
        ("string([1..2])", "[1..2]"),
        ('string({"a-b": 1, "c d": 2, ":": 3})', '{"a-b": 1, c d: 2, ":": 3}'),
        ("string(null)", None),
        ('string("x")', "x"),
        ('range("[1..5)") = [1..5)', True),
        ('range("[5..1]")', None),
        ('range("[1+1..5]")', None),
        ("is(1, 1.0)", True),
        ("is(value2: 1, value1: 1)", True),
        ('is(value1: @"2026-01-01", value2: @"2026-01-01T00:00:00")', False),
        ('is(@"10:00:00Z", @"10:00:00@Etc/UTC")', False),
        ('date and time(@"2026-01-01", @"10:00:00Z") = @"2026-01-01T10:00:00Z"', True),
        ('time(10, 30, 0, @"PT2H") = @"10:30:00+02:00"', True),
        ("time(25, 0, 0)", None),
        ('string(time(@"2026-01-01T10:00:00Z"))', "10:00:00Z"),
    ],
)
def test_contexts_and_conversions(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("before(1, 2)", True),
        ("before([1..5), [5..9])", True),
        ("before([1..5], [5..9])", False),
        ("after(6, [1..5])", True),
        ("meets([1..5], [5..9])", True),
        ("met by([5..9], [1..5])", True),
        ("overlaps([1..5], [3..8])", True),
        ("overlaps([1..5), [5..8])", False),
        ("overlaps before([1..5], [3..8])", True),
        ("overlaps after([3..8], [1..5])", True),
        ("finishes(5, [1..5])", True),
        ("finishes([3..5], [1..5])", True),
        ("finished by([1..5], 5)", True),
        ("includes([1..5], 3)", True),
        ("includes([1..5], [1..5])", True),
        ("during(3, [1..5])", True),
        ("starts([1..3], [1..5])", True),
        ("started by([1..5], 1)", True),
        ("started by((1..5], 1)", False),
        ("coincides([1..5], [1..5])", True),
        ("coincides(3, 3)", True),
        ('before(1, "a")', None),
    ],
)
def test_ranges(text: str, expected: Any) -> None:
    assert value(text) == expected


def test_the_hosts_functions_come_before_the_standard_ones() -> None:
    functions = {"latest": max, "today": lambda: date(2026, 1, 2)}

    assert parse("latest(1, 3, 2)").evaluate(functions=functions) == 3
    assert parse("today().day").evaluate(functions=functions) == 2
    assert parse("{f: latest, x: f(1, 2)}.x").evaluate(functions={"latest": lambda a, b: max(a, b)}) == 2


def test_a_host_function_called_wrongly_is_null() -> None:
    assert parse("later(1)").evaluate(functions={"later": lambda moment, length: moment}) is None
    assert (
        parse("later(moment: 1, length: 2)").evaluate(functions={"later": lambda moment, length: moment}) == 1
    )


def test_all_functions_of_the_standard_are_there() -> None:
    standard = (
        "date;time;date and time;number;string;duration;years and months duration;not;substring;string length;"
        "upper case;lower case;substring before;substring after;replace;contains;starts with;ends with;matches;split;"
        "string join;list contains;list replace;count;min;max;sum;mean;all;any;sublist;append;concatenate;"
        "insert before;remove;reverse;index of;union;distinct values;duplicate values;flatten;product;median;stddev;"
        "mode;decimal;floor;ceiling;round up;round down;round half up;round half down;abs;modulo;sqrt;log;exp;odd;"
        "even;is;before;after;meets;met by;overlaps;overlaps before;overlaps after;finishes;finished by;includes;"
        "during;starts;started by;coincides;day of year;day of week;month of year;week of year;sort;get value;"
        "get entries;context;context put;context merge;now;today;range;random number"
    )

    assert set(standard.split(";")) - set(BUILTINS) == set()

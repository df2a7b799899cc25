"""Every standard function and operator, called with the most extreme values there are."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel import FeelProblem, Range, YearsMonths, parse
from engine.feel.builtins import BUILTINS
from engine.feel.extended_dates import FURTHEST_YEAR, FarDate
from engine.feel.numbers import number
from engine.feel.temporal import read_date_and_time

DIGITS = Decimal("1.234567890123456789012345678901234")
NUMBERS = [
    *map(number, ("0", "-0", "1", "-1", "2.5", "34", "1e30", "1e33", "1e34", "-1e34", "6144", "-6111")),
    *map(
        number, ("9.999999999999999999999999999999999e6144", "-1e6144", "1e-6143", "1e-6176", "0.1", "1e300")
    ),
    DIGITS,
    DIGITS.copy_negate(),
]
TEXTS = [
    "",
    "a",
    "-1",
    "1e99999",
    "[1..2]",
    "(a+)+$",
    "$1",
    "\\",
    "smixq",
    "2026-02-30",
    "P1Y",
    "\x00",
    "😀" * 50,
    "Europe",
]
TIMES = [
    date.min,
    date.max,
    time.max,
    time(0, 0, tzinfo=timezone(timedelta(hours=14))),
    datetime.min,  # noqa: DTZ901 - a local moment on purpose
    datetime.max,  # noqa: DTZ901 - as above
    datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
    datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-14))),
    datetime(2026, 3, 29, 3, 30, tzinfo=ZoneInfo("Europe/Helsinki")),
    datetime(2026, 1, 1, tzinfo=UTC),
    FarDate(FURTHEST_YEAR // 400 - 5, date(2000, 2, 29)),
    read_date_and_time("-999999998-12-31T23:59:59@Europe/Helsinki"),
    timedelta.min,
    timedelta.max,
    timedelta(hours=19),
    YearsMonths(0),
    YearsMonths(10**12),
    YearsMonths(-(10**12)),
]
extremes = st.sampled_from([None, True, False, *NUMBERS, *TEXTS, *TIMES])
values = st.one_of(
    extremes,
    st.lists(extremes, max_size=4),
    st.dictionaries(st.sampled_from(TEXTS), extremes, max_size=3),
    st.builds(Range, st.booleans(), extremes, extremes, st.booleans()),
    st.sampled_from(["f", "g"]).map(lambda name: parse(f"function(a, b) {name}(a, b)").evaluate({})),
)
SHORT = frozenset({"random number", "now", "today"})


@settings(max_examples=500)
@given(name=st.sampled_from(sorted(set(BUILTINS) - SHORT)), given_values=st.lists(values, max_size=8))
def test_a_function_gives_a_value_or_our_own_refusal(name: str, given_values: list[Any]) -> None:
    scope = {f"v{at}": value for at, value in enumerate(given_values)}
    with suppress(FeelProblem):
        parse(f"{name}({', '.join(scope)})").evaluate(scope)


@settings(max_examples=500)
@given(
    form=st.sampled_from(
        [
            *(f"a {sign} b" for sign in ("+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "in")),
            *(
                "-a",
                "a[b]",
                "[a..b]",
                "a between b and c",
                "a in (b, c)",
                "a in [b..c)",
                "string(a)",
                "{x: a}.x",
            ),
            *(
                "for i in a..b return i",
                "some i in a satisfies i = b",
                "if a then b else c",
                "a instance of date",
            ),
        ]
    ),
    a=values,
    b=values,
    c=values,
)
def test_an_operator_gives_a_value_or_our_own_refusal(form: str, a: Any, b: Any, c: Any) -> None:
    with suppress(FeelProblem):
        parse(form).evaluate({"a": a, "b": b, "c": c})


@given(st.sampled_from(NUMBERS))
def test_a_sign_costs_no_digits(value: Decimal) -> None:
    scope = {"x": value}

    assert parse("abs(x)").evaluate(scope) == value.copy_abs()
    assert parse("--x").evaluate(scope) == value
    assert parse("x in [x..x]").evaluate(scope) is True


def test_counting_goes_on_where_python_would_round() -> None:
    start = number("1e33")

    assert parse("for i in x..x + 2 return i - x").evaluate({"x": start}) == [0, 1, 2]


def test_counting_where_one_more_is_the_same_number_ends() -> None:
    huge = number("1e34")

    assert parse("for i in (x..x + 1e20] return i").evaluate({"x": huge}) is None

"""Values survive JSON."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.feel import FeelProblem, YearsMonths, parse
from engine.feel.values import from_json, to_json


@pytest.mark.parametrize(
    "value",
    [
        None, True, "text", Decimal("1.50"), date(2026, 1, 1), time(10, 30), datetime(2026, 1, 1, 10, tzinfo=UTC),
        datetime(2026, 1, 1, 10, tzinfo=ZoneInfo("Europe/Helsinki")), parse('@"2026-01-01T10:00:00"').evaluate(), timedelta(days=1, seconds=5),
        YearsMonths(14), [1, [2]], {"a": {"b": Decimal(1)}}, {"$": "decimal", "v": "not ours"},
    ],
)  # fmt: skip
def test_a_value_comes_back(value: Any) -> None:
    assert from_json(json.loads(json.dumps(to_json(value)))) == value


def test_a_range_comes_back() -> None:
    value = parse("[1..5)").evaluate()

    assert from_json(to_json(value)) == value


def test_ints_become_decimals() -> None:
    assert to_json(3) == {"$": "decimal", "v": "3"}


def test_a_function_has_no_json() -> None:
    with pytest.raises(FeelProblem):
        to_json(parse("function(a) a").evaluate())


@pytest.mark.parametrize(
    "data",
    [
        {"$": "date", "v": "x"}, {"$": "nonsense", "v": 1}, {"$": "date", "v": 5}, {"$": "date"}, {"$": ["date"], "v": "x"},
        {"$": "decimal", "v": "x"}, {"$": "decimal", "v": "NaN"}, {"$": "decimal", "v": "1e99999"}, {"$": "context", "v": 1},
        {"$": "range", "v": {}}, {"$": "range", "v": 1}, float("nan"), float("inf"),
    ],
)  # fmt: skip
def test_a_tag_that_means_nothing_is_refused(data: Any) -> None:
    with pytest.raises(FeelProblem):
        from_json(data)


def test_a_number_past_all_digits_is_refused() -> None:
    with pytest.raises(FeelProblem):
        from_json(10**7000)

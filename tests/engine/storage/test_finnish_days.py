"""The end of a day in Finland, compared within a statement: the same answer as in the program, and found by an index."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Date, literal, select

from engine.clock import HELSINKI
from engine.domain.calendar import end_of
from engine.storage.finnish_days import EndOfDay
from engine.storage.tables.notes import NOTES
from tests.support.world import World

DAYS = date(2026, 3, 28), date(2026, 3, 29), date(2026, 7, 1), date(2026, 10, 25), date(2026, 12, 31)
"""With those on which the clocks change, and the last of a year."""
ORDERS = [operator.lt, operator.le, operator.gt, operator.ge]


def near(day: date, apart: int, seconds: int) -> datetime:
    """A moment about midnight in Finland, of that day or one beside it."""
    midnight = datetime.combine(day + timedelta(days=apart), time(), tzinfo=HELSINKI).astimezone(UTC)
    return midnight + timedelta(seconds=seconds)


@pytest.mark.databases
@pytest.mark.parametrize("order", ORDERS)
def test_a_statement_compares_as_the_program_does(world: World, order: Callable[[Any, Any], Any]) -> None:
    with world.engine.database.view() as connection:
        for day, apart, seconds in product(DAYS, range(-1, 3), range(-2, 3)):
            moment = near(day, apart, seconds)
            found = connection.execute(select(order(EndOfDay(literal(day, Date())), moment))).scalar_one()
            assert bool(found) is order(end_of(day), moment), (day, moment)


@pytest.mark.parametrize("order", ORDERS)
def test_a_column_of_days_is_compared_without_a_computation(
    order: Callable[[Any, Any], Any],
) -> None:
    asked = str(order(EndOfDay(NOTES.c.follow_up_on), datetime(2026, 11, 2, 7, tzinfo=UTC)))
    assert asked.startswith("notes.follow_up_on "), "a computed value is found by no index"

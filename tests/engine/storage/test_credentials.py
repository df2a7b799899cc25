"""The cost of a guess: the tests hash passwords with next to no work, the program does not."""

from __future__ import annotations

from engine.storage.credentials import hash_password, password_matches
from tests.support.passwords import SHIPPED


def test_a_guess_costs_as_much_as_is_shipped() -> None:
    assert (SHIPPED.type.name, SHIPPED.time_cost, SHIPPED.memory_cost, SHIPPED.parallelism) == (
        "ID",
        3,
        64 * 1024,
        4,
    )


def test_a_password_fits_its_own_hash_whatever_it_cost() -> None:
    for stored in (SHIPPED.hash("oikea hevonen"), hash_password("oikea hevonen")):
        assert password_matches(stored, "oikea hevonen")
        assert not password_matches(stored, "väärä hevonen")
    assert not password_matches(None, "no one has this password")

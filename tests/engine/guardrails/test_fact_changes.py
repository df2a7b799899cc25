"""A change acts on known sets of values as its operations act on each single value, one after another."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from engine.guardrails.prover.fact_changes import Assign, Copy, FactChanges, Known, Operation, Require

FACTS, VALUES = 4, "abc"
some = st.frozensets(st.sampled_from(VALUES), min_size=1)
facts = st.integers(0, FACTS - 1)
operations = st.one_of(
    st.builds(Require, facts, some), st.builds(Assign, facts, some), st.builds(Copy, facts, facts)
)
Single = tuple[str, ...]


def worked_out(values: Single, doing: list[Operation]) -> set[Single]:
    found = {values}
    for each in doing:
        match each:
            case Require(fact, allowed):
                found = {before for before in found if before[fact] in allowed}
            case Assign(fact, given_one_of):
                found = {put(before, fact, value) for before in found for value in given_one_of}
            case Copy(fact, source):
                found = {put(before, fact, before[source]) for before in found}
    return found


def put(values: Single, fact: int, value: str) -> Single:
    return (*values[:fact], value, *values[fact + 1 :])


def singles(known: Known) -> set[Single]:
    return set(product(*(sorted(values or ()) for values in known)))


@given(
    st.lists(operations, max_size=8),
    st.lists(st.tuples(*[some] * FACTS), min_size=1, max_size=10),
)
def test_a_change_does_what_its_operations_do(doing: list[Operation], begun: list[Known]) -> None:
    changes = FactChanges(FACTS)
    change = changes.then(changes.nothing, doing)
    for known in begun:
        expected = set().union(*(worked_out(each, doing) for each in singles(known)))
        after = set() if change is None else {each for found in change.of(known) for each in singles(found)}
        assert change is None or change.is_possible(known) is bool(change.of(known))
        assert after == expected


@given(st.lists(operations, max_size=5), st.lists(operations, max_size=5))
def test_operations_that_come_to_the_same_make_one_change(
    first: list[Operation], second: list[Operation]
) -> None:
    changes = FactChanges(FACTS)
    begun = changes.then(changes.nothing, first)
    by_parts = None if begun is None else changes.then(begun, second)
    assert by_parts is changes.then(changes.nothing, [*first, *second])


@given(st.lists(operations, max_size=8), st.frozensets(facts), st.tuples(*[some] * FACTS))
def test_a_forgotten_fact_is_gone_and_the_rest_is_as_it_was(
    doing: list[Operation], forgotten: frozenset[int], known: Known
) -> None:
    changes = FactChanges(FACTS)
    change = changes.then(changes.nothing, doing)
    if change is None:
        return
    kept = [fact for fact in range(FACTS) if fact not in forgotten]
    after = changes.forgetting(change, forgotten).of(known)
    assert all(found[fact] is None for found in after for fact in forgotten)
    assert {tuple(one[fact] for fact in kept) for found in change.of(known) for one in singles(found)} == {
        one for found in after for one in product(*(sorted(found[fact] or ()) for fact in kept))
    }

"""The prover against enumeration (`naive`): the same words, verdicts and dead ends, and possible counterexamples.

`python -m tests.engine.guardrails.comparing` does the same over two thousand models.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings

from engine.guardrails.prover.steps import Step, Steps
from tests.engine.guardrails.comparing import GUARDRAILS, MOST, compare, explored, words_of
from tests.engine.guardrails.little_models import Term, drawn, numbered, terms
from tests.engine.guardrails.naive import TooMany, Whole

WAITS = 4
MOST_COMPARED = 60
relaxed = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    deadline=None,
    max_examples=max(60, settings.default.max_examples if settings.default else 0),
)


@relaxed
@given(terms())
def test_the_exploration_says_the_words_that_stepping_through_says(term: Term) -> None:
    term = numbered(term)
    try:
        expected = Whole(term, most=2, limit=MOST).words(WAITS)
        found = words_of(explored(drawn(term), GUARDRAILS, copies=2), WAITS)
    except TooMany:
        assume(False)
    assert found == expected


@relaxed
@given(terms())
def test_a_step_that_is_worked_out_once_is_the_same_wherever_it_is_used(term: Term) -> None:
    """A step is reused where all that it looked at is the same; here each is also computed anew."""
    data = drawn(numbered(term))
    try:
        exploration = explored(data, GUARDRAILS, copies=2)
    except TooMany:
        assume(False)
    net, steps = exploration.net, exploration.moves.steps
    for marking in sorted(exploration.taken, key=int.bit_count)[:MOST_COMPARED]:
        for firing in steps.tokens.firings:
            if firing.transition.waits and firing.is_open(marking):
                known = {as_values(step) for step in steps.after(marking, firing)}
                anew = Steps(net)
                assert known == {as_values(step) for step in anew.after(marking, firing)}
                assert {step.from_marking(marking) for step in steps.after(marking, firing)} == {
                    step.from_marking(marking) for step in anew.after(marking, firing)
                }


def as_values(step: Step) -> tuple[object, ...]:
    change = step.change
    return step.come, step.milestones, change.required, change.assigned, change.sources


@relaxed
@given(terms())
def test_verdicts_and_counterexamples_are_those_of_enumeration(term: Term) -> None:
    try:
        compare(term)
    except TooMany:
        assume(False)


TASK = ("task", "")
FOUND_ONCE: dict[str, Term] = {
    "a called process that waits for nothing, many times over": (
        "and",
        ("task", "a"),
        ("multi", ("call", ("maybe_stop",), "f", False, "b"), False),
    ),
    "one copy asks for something and is cut off by another that is done": (
        "multi",
        ("call", ("seq", ("task", "a"), ("seq", ("task", "b"), TASK)), "f", False, ""),
        True,
    ),
    "what is asked for is written beside it before the way is gone": (
        "and",
        ("set", ("a",), "a"),
        ("ask", ("a",), ("set", ("a",), "b"), TASK),
    ),
    "a called process learns what its caller then knows as well": (
        "call",
        ("ask", ("a",), ("set", ("a",), ""), TASK),
        "f",
        False,
        "",
    ),
    "an inclusive block passed at once goes on before what happens beside it": (
        "and",
        ("and", ("task", "a"), ("and", ("set", ("a",), ""), ("maybe_stop",))),
        ("seq", ("or", TASK, TASK), ("set", ("b",), "b")),
    ),
    "no copy at all does nothing": ("multi", ("task", "a"), False),
    "no way out but by a fact that nobody writes": ("until", ("a",), TASK),
    "a choice led into a join of both": ("mismatch", TASK, ("task", "a")),
    "all copies are over and one of them was the last that is waited for": (
        "multi",
        ("call", ("set", ("a",), ""), "f", False, ""),
        True,
    ),
    "an inclusive join that waits goes on once when the last branch comes": (
        "seq",
        ("or", ("seq", ("auto", ""), TASK), ("seq", ("auto", ""), TASK)),
        ("task", "c"),
    ),
    "a question left unanswered goes by the default though every value is asked for": (
        "seq",
        ("set", (), ""),
        ("ask", ("a", "b", "c"), ("task", "b"), ("task", "a")),
    ),
    "a step on a way that no value opens": ("seq", ("set", ("a",), ""), ("ask", ("b", "c"), TASK, TASK)),
}
"""The models on which the two once differed, and the simplest of each dead end."""


@pytest.mark.parametrize("name", FOUND_ONCE)
def test_models_on_which_they_once_differed_give_the_same_words(name: str) -> None:
    term = numbered(FOUND_ONCE[name])
    expected = Whole(term, most=2, limit=MOST).words(WAITS)
    assert words_of(explored(drawn(term), GUARDRAILS, copies=2), WAITS) == expected


@pytest.mark.parametrize("name", FOUND_ONCE)
def test_models_on_which_they_once_differed_agree(name: str) -> None:
    assert compare(FOUND_ONCE[name])

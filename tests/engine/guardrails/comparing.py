"""Prove and enumerate one small model. `python -m tests.engine.guardrails.comparing [models] [seed]` does many."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import permutations
from time import perf_counter

from hypothesis import HealthCheck, Phase, given, seed, settings

from engine import xml
from engine.bpmn import catalogue
from engine.guardrails.definitions import BROKEN, TEMPLATES, Guardrail, Guardrails, When
from engine.guardrails.prover.counterexample import shortest
from engine.guardrails.prover.exploration import Exploration, Limit, explore
from engine.guardrails.prover.focus import Focus
from engine.guardrails.prover.judgement import OF_ENDS, Verdict
from engine.guardrails.prover.model_index import ModelIndex
from engine.guardrails.prover.proof import copies_needed, prove
from engine.guardrails.prover.properties import ENDED, OneGuardrail
from engine.guardrails.prover.states import Moves, Situation
from engine.guardrails.prover.translation import Translation
from tests.engine.guardrails.little_models import KINDS, NUMBERED, VALUES, Term, drawn, numbered, terms
from tests.engine.guardrails.naive import TooMany, Whole

LIMIT = Limit(20_000, 60_000)
INSTANCES = 3
"""The prover follows one or two instances of a multi-instance and reports them enough; enumeration follows three."""
MOST = 2_500


def guardrails() -> Iterator[Guardrail]:
    for template in TEMPLATES:
        letters = TEMPLATES[template].letters
        for names in permutations("abc"):
            if names[1:] == ("c", "b") and "e" not in letters and "b" not in letters:
                continue
            sets = {
                "a": frozenset(names[0]),
                "b": frozenset(names[1]) if "b" in letters else frozenset(),
                "unless": frozenset(names[2]) if "e" in letters else frozenset(),
            }
            yield Guardrail(f"{template}_{''.join(names)}", template, "p", **sets)
            if names == ("a", "b", "c"):
                when = When("f", frozenset({"a"}))
                yield Guardrail(f"{template}_when", template, "p", **sets, when=when)


GUARDRAILS = tuple(guardrails())
FACTS = {"f": VALUES}


def explored(data: bytes, guardrails: tuple[Guardrail, ...], *, copies: int) -> Exploration:
    found = catalogue.read({"p.bpmn": xml.parse(data)})
    focus = Focus(ModelIndex(found, FACTS), "p", guardrails, copies=copies)
    return explore(Moves(Translation(focus).net()), LIMIT)


def words_of(exploration: Exploration, waits: int) -> set[tuple[tuple[str, ...], bool]]:
    at = {(Situation(marking, each), ()) for marking, known in exploration.begin.items() for each in known}
    found: set[tuple[tuple[str, ...], bool]] = set()
    for _ in range(waits + 1):
        at = {
            (after, word + tuple(milestone.name for milestone in move.milestones))
            for situation, word in at
            for move, after in exploration.following(situation)
        }
        found |= {(word, situation.marking == ENDED) for situation, word in at}
        if len(at) > MOST * 4:
            raise TooMany
    return found


def compare(term: Term) -> Counter[str]:
    """Fail when the two differ; return how often each verdict was met."""
    term = numbered(term)
    whole = Whole(term, most=INSTANCES, limit=MOST)
    data = drawn(term)
    report = prove({"p.bpmn": data}, Guardrails(1, date(2026, 12, 1), FACTS, GUARDRAILS), limit=LIMIT)
    found = {(each.code, each.element_id) for each in report.findings}
    assert not {code for code, _ in found} & {"many", "many_at_join", "not_explored", "error_uncaught"}, found

    # A called process is also explored by itself, for any input.
    alone = [Whole(body, most=INSTANCES, limit=MOST) for body in called(term)]
    ends = all(each.can_always_end() for each in (whole, *alone))
    assert ends is not any(code.startswith("stuck") for code, _ in found), found
    leaves = {f"{kind}{number}" for kind, number in leaves_of(term)}
    done = whole.done().union(*(each.done() for each in alone))
    dead = {element for code, element in found if code == "dead"}
    # Only the first of several in a row is a finding.
    assert dead & leaves <= leaves - done, (dead, leaves - done)
    assert bool(dead) or not leaves - done, leaves - done
    met: Counter[str] = Counter()
    explorations: dict[int, Exploration] = {}
    elements = catalogue.read({"p.bpmn": xml.parse(data)}).elements.values()
    for guardrail in GUARDRAILS:
        fewest = whole.shortest_break(guardrail, BROKEN)
        verdict = report.verdicts[guardrail.key]
        met[verdict] += 1
        assert (verdict is Verdict.BROKEN) is (fewest is not None), guardrail
        is_open = fewest is None and not ends and guardrail.template in OF_ENDS
        assert (verdict is Verdict.NOT_PROVEN) is is_open, guardrail
        if fewest is not None:
            copies = copies_needed(guardrail, elements)
            if copies not in explorations:
                several = tuple(each for each in GUARDRAILS if copies_needed(each, elements) == copies)
                explorations[copies] = explored(data, several, copies=copies)
            check_counterexample(whole, explorations[copies], guardrail, fewest)
    return met


def check_counterexample(whole: Whole, exploration: Exploration, guardrail: Guardrail, fewest: int) -> None:
    """Check that the model can take the way of the counterexample and that none is shorter."""
    watched = OneGuardrail(exploration, guardrail)
    way = shortest(watched.begin, watched.moves, watched.breaking)
    assert way is not None
    waits = len(way.steps) - 1
    assert waits == fewest, (guardrail.key, waits, fewest, [each.path for each in way.passed])
    leaves = [each.element_id for each in way.passed if not each.all_over]
    leaves = [each for each in leaves if each.startswith(("task", "auto", "set"))]
    assert whole.replays(leaves, waits), (guardrail, leaves)


def constructs(term: Term) -> set[str]:
    """Return the constructs of a model, in a reader's words."""
    found: set[str] = set()
    for each in inside(term):
        match each:
            case ("guarded", _, _, interrupts, trigger, _) | ("sub", _, _, interrupts, _, trigger):
                found.add(f"{trigger} on an edge, {'interrupting' if interrupts else 'beside it'}")
            case ("multi", _, early):
                found.add("multi-instance, ended early" if early else "multi-instance")
            case (kind, *_) if kind in _WORDS:
                found.add(_WORDS[kind])
    return found


_WORDS = {
    "call": "call", "catch": "error on an edge", "or": "inclusive", "and": "parallel", "loop": "loop", "until": "loop",
    "ask": "choice by a fact", "set": "fact written", "race": "event gateway", "maybe_stop": "terminate",
    "mismatch": "join that waits for ever",
}  # fmt: skip


def inside(term: Term) -> Iterator[Term]:
    yield term
    for each in term[1:]:
        if isinstance(each, tuple) and each and each[0] in KINDS and len(each) > 1:
            yield from inside(each)


def leaves_of(term: Term) -> Iterator[tuple[str, int]]:
    for each in inside(term):
        if each[0] in NUMBERED:
            yield ("task" if each[0] == "guarded" else each[0]), each[-1]


def called(term: Term) -> Iterator[Term]:
    return (each[1] for each in inside(term) if each[0] == "call")


def compare_several(models: int, number: int) -> Counter[str]:
    """Return the counts; fail at the first difference with the smallest model that shows it."""
    met: Counter[str] = Counter()
    while met["models"] < models:

        @seed(number + met["models"])
        @settings(
            max_examples=min(200, models - met["models"]),
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        )
        @given(terms())
        def several(term: Term) -> None:
            try:
                met.update(compare(term))
                met.update(f"with {each}" for each in constructs(numbered(term)))
            except TooMany:
                met["too large"] += 1
            else:
                met["models"] += 1

        several()
    return met


def main(models: int, number: int) -> None:
    """Print the counts."""
    began = perf_counter()
    met = compare_several(models, number)
    for name, times in sorted(met.items(), key=lambda each: (each[0].startswith("with"), -each[1])):
        sys.stdout.write(f"{times:8} {name}\n")
    sys.stdout.write(f"in {perf_counter() - began:.0f} s\n")


if __name__ == "__main__":
    given_numbers = [int(each) for each in sys.argv[1:]]
    main(*given_numbers, *(2_000, 1)[len(given_numbers) :])

"""One little model proved and enumerated. `python -m tests.engine.bpmn.guardrails.comparing [models] [seed]` does many."""

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
from engine.bpmn.guardrails.automata import witness
from engine.bpmn.guardrails.compiling import Compiler
from engine.bpmn.guardrails.explore import Graph, Limit, explore, single_bits
from engine.bpmn.guardrails.ground import Ground
from engine.bpmn.guardrails.prove import ENDING, Verdict, copies_needed, prove_bundle
from engine.bpmn.guardrails.rules import DEAD, TEMPLATES, Rule, Rules, When
from tests.engine.bpmn.guardrails.little_models import KINDS, NUMBERED, VALUES, Term, drawn, numbered, terms
from tests.engine.bpmn.guardrails.naive import TooMany, Whole

LIMIT = Limit(20_000, 60_000)
INSTANCES = 3
"""The prover follows one or two of a multi-instance and says that it is enough; enumeration follows three."""
MOST = 2_500


def rules() -> Iterator[Rule]:
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
            yield Rule(f"{template}_{''.join(names)}", template, "p", **sets)
            if names == ("a", "b", "c"):
                when = When("f", frozenset({"a"}))
                yield Rule(f"{template}_when", template, "p", **sets, when=when)


RULES = tuple(rules())
FACTS = {"f": VALUES}


def graph_of(xml_of: bytes, rules: tuple[Rule, ...], *, copies: int) -> Graph:
    found = catalogue.read({"p.bpmn": xml.parse(xml_of)})
    net = Compiler(Ground(found, FACTS), "p", rules, cuts={}, copies=copies).net()
    return explore(net, LIMIT, every_order=True)


def words_of(graph: Graph, waits: int) -> set[tuple[tuple[str, ...], bool]]:
    at = {(0, bit, ()) for bit in single_bits(graph.reached[0])}
    found: set[tuple[tuple[str, ...], bool]] = set()
    finished = set(graph.finished)
    for _ in range(waits + 1):
        at = {
            (target, after, word + tuple(graph.net.letters[letter].milestone for letter in label))
            for place, bit, word in at
            for target, after, label, _ in graph.following(place, bit)
        }
        found |= {(word, place in finished) for place, _, word in at}
        if len(at) > MOST * 4:
            raise TooMany
    return found


def compare(term: Term) -> Counter[str]:
    """Fails where the two differ; how often each verdict was met."""
    term = numbered(term)
    whole = Whole(term, most=INSTANCES, limit=MOST)
    data = drawn(term)
    report = prove_bundle({"p.bpmn": data}, Rules(1, date(2026, 12, 1), FACTS, RULES), limit=LIMIT)
    found = {(each.code, each.element_id) for each in report.findings}
    assert not {code for code, _ in found} & {"many", "many_at_join", "not_explored", "error_uncaught"}, found

    # A called process is looked at by itself too, whatever it may be given.
    alone = [Whole(body, most=INSTANCES, limit=MOST) for body in called(term)]
    ends = all(each.can_always_end() for each in (whole, *alone))
    assert ends is not any(code.startswith("stuck") for code, _ in found), found
    leaves = {f"{kind}{number}" for kind, number in leaves_of(term)}
    done = whole.done().union(*(each.done() for each in alone))
    dead = {element for code, element in found if code == "dead"}
    assert dead & leaves == leaves - done, (dead, leaves - done)
    met: Counter[str] = Counter()
    graphs: dict[int, Graph] = {}
    elements = catalogue.read({"p.bpmn": xml.parse(data)}).elements.values()
    for rule in RULES:
        fewest = whole.shortest_break(rule, DEAD)
        verdict = report.verdicts[rule.key]
        met[verdict] += 1
        assert (verdict is Verdict.BROKEN) is (fewest is not None), rule
        assert (verdict is Verdict.NOT_PROVEN) is (fewest is None and not ends and rule.template in ENDING), (
            rule
        )
        if fewest is not None:
            copies = copies_needed(rule, elements)
            if copies not in graphs:
                several = tuple(each for each in RULES if copies_needed(each, elements) == copies)
                graphs[copies] = graph_of(data, several, copies=copies)
            check_witness(whole, graphs[copies], rule, fewest)
    return met


def check_witness(whole: Whole, graph: Graph, rule: Rule, fewest: int) -> None:
    """The way that is told is one that can be gone, and none is shorter."""
    trail = witness(graph, rule)
    assert trail is not None
    passed = [graph.net.steps[number] for number in trail]
    waits = sum(each.waits and each.element.kind != "startEvent" for each in passed)
    assert waits == fewest, (rule.key, waits, fewest, [each.path for each in passed])
    leaves = [each.element.element_id for each in passed if not each.over]
    leaves = [each for each in leaves if each.startswith(("task", "auto", "set"))]
    assert whole.replays(leaves, waits), (rule, leaves)


def constructs(term: Term) -> set[str]:
    """What a model is made of, in a reader's words."""
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


def main(models: int, number: int) -> None:
    """Prints what was met; stops at the first difference with the smallest model that shows it."""
    met: Counter[str] = Counter()
    began = perf_counter()

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
    for name, times in sorted(met.items(), key=lambda each: (each[0].startswith("with"), -each[1])):
        sys.stdout.write(f"{times:8} {name}\n")
    sys.stdout.write(f"in {perf_counter() - began:.0f} s\n")


if __name__ == "__main__":
    given_numbers = [int(each) for each in sys.argv[1:]]
    main(*given_numbers, *(2_000, 1)[len(given_numbers) :])

"""The prover against enumeration: the same words of milestones, the same verdict for every template."""

from __future__ import annotations

from collections import deque
from datetime import date
from itertools import permutations

from hypothesis import HealthCheck, assume, given, settings

from engine import xml
from engine.bpmn import catalogue
from engine.bpmn.guardrails.compiling import Compiler
from engine.bpmn.guardrails.explore import Graph, Limit, explore, single_bits
from engine.bpmn.guardrails.ground import Ground
from engine.bpmn.guardrails.prove import Verdict, prove_bundle
from engine.bpmn.guardrails.rules import DEAD, TEMPLATES, Rule, Rules
from tests.engine.bpmn.guardrails.little_models import Term, drawn, scope_steps, settled, terms

LIMIT = Limit(20_000, 60_000)
WAITS = 4
MOST = 3_000
RULES = tuple(
    Rule(
        f"{template}_{''.join(names)}",
        template,
        "p",
        frozenset(names[0]),
        frozenset(names[1]) if "b" in TEMPLATES[template].letters else frozenset(),
        frozenset(names[2]) if "e" in TEMPLATES[template].letters else frozenset(),
    )
    for template in TEMPLATES
    for names in permutations("abc")
)


def graph_of(term: Term, *, every_order: bool) -> Graph:
    found = catalogue.read({"p.bpmn": xml.parse(drawn(term))})
    net = Compiler(Ground(found, {}), "p", RULES, cuts={}, copies=1).net()
    return explore(net, LIMIT, every_order=every_order)


def words_of_graph(graph: Graph) -> set[tuple[tuple[str, ...], bool]]:
    at = {(0, bit, ()) for bit in single_bits(graph.reached[0])}
    found: set[tuple[tuple[str, ...], bool]] = set()
    finished = set(graph.finished)
    for _ in range(WAITS + 1):
        at = {
            (target, after, word + tuple(graph.net.letters[letter].milestone for letter in label))
            for place, bit, word in at
            for target, after, label, _ in graph.following(place, bit)
        }
        found |= {(word, place in finished) for place, _, word in at}
    return found


def words_of_term(term: Term) -> set[tuple[tuple[str, ...], bool]]:
    at = settled((term,), ())
    found = {(word, not threads) for threads, word in at}
    for _ in range(WAITS):
        at = {
            each
            for threads, word in at
            for waits, letter, after in scope_steps(threads)
            if waits
            for each in settled(after, word + ((letter,) if letter else ()))
        }
        assume(len(at) < MOST)
        found |= {(word, not threads) for threads, word in at}
    return found


def is_broken(term: Term, rule: Rule) -> bool:
    """By walking every situation of the term together with the automaton."""
    start = ((term,), rule.automaton.start)
    seen, waiting = {start}, deque([start])
    while waiting:
        threads, state = waiting.popleft()
        if state == DEAD or (not threads and state not in rule.automaton.accepting):
            return True
        options = list(scope_steps(threads))
        if any(not waits for waits, _, _ in options):
            options = [each for each in options if not each[0]]
        for _, letter, after in options:
            following = after, rule.step(state, letter, {}) if letter else state
            if following not in seen:
                seen.add(following)
                waiting.append(following)
        assume(len(seen) < MOST)
    return False


relaxed = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    deadline=None,
    max_examples=max(200, settings.default.max_examples if settings.default else 0),
)


@relaxed
@given(terms())
def test_the_graph_says_the_words_that_stepping_through_says(term: Term) -> None:
    assert words_of_graph(graph_of(term, every_order=True)) == words_of_term(term)


@relaxed
@given(terms())
def test_the_verdict_is_that_of_enumeration(term: Term) -> None:
    rules = Rules(1, date(2026, 12, 1), {}, RULES)
    expected = {rule.key: is_broken(term, rule) for rule in RULES}
    report = prove_bundle({"p.bpmn": drawn(term)}, rules, limit=LIMIT)
    assert {key: verdict is Verdict.BROKEN for key, verdict in report.verdicts.items()} == expected
    assert not any(verdict is Verdict.NOT_PROVEN for verdict in report.verdicts.values())

"""How fast FEEL and DMN are, beside bpmn.io's feelin in the same run: `python -m tests.benchmarks.bench_feel`.

`--fuzz N` instead throws N random texts at parser and evaluator: anything but a refusal of our own, and any text
over the budget's 50 ms, is printed and counted."""

from __future__ import annotations

import argparse
import gc
import random
import statistics
import sys
import time
from collections.abc import Callable

from engine.dmn import parse_tables
from engine.feel import FeelProblem, parse, parse_unary
from engine.feel.builtins import BUILTINS
from engine.feel.expression import Expression
from engine.feel.parser import Parser
from tests.support.feelin import Feelin

CONDITION = 'amount >= 100 and kind = "fire"'
SCOPE = {
    "amount": 120,
    "kind": "fire",
    "items": [{"price": number} for number in range(20)],
    "due": "2026-03-01",
}
OTHERS = [
    "amount in [1..1000]",
    "some i in items satisfies i.price > 15",
    "sum(items[price > 5].price)",
    'date(due) + duration("P5D") > date("2026-03-03")',
]
BUDGET_MS = 50.0


def microseconds(work: Callable[[], object], rounds: int) -> float:
    """The median of seven runs, a round."""
    runs = []
    for _ in range(7):
        started = time.perf_counter()
        for _ in range(rounds):
            work()
        runs.append((time.perf_counter() - started) / rounds * 1e6)
    return statistics.median(runs)


def table(rules: int, inputs: int) -> bytes:
    """A UNIQUE table where only the last cell of a rule tells whether it fits."""
    columns = "".join(
        f"<input><inputExpression><text>v{at}</text></inputExpression></input>" for at in range(inputs)
    )
    cells = ["[{}..{}]", "&gt;= {}", 'not("x", "y")', '"r{}"']
    rows = "".join(
        "<rule>"
        + "".join(
            f"<inputEntry><text>{cells[at % 4].format(row, row + 1000)}</text></inputEntry>"
            for at in range(inputs)
        )
        + f"<outputEntry><text>{row}</text></outputEntry></rule>"
        for row in range(rules)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" namespace="bench" name="b">'
        f'<decision id="d" name="d"><decisionTable>{columns}<output/>{rows}</decisionTable></decision></definitions>'
    ).encode()


def figures() -> None:
    """Print each figure with its goal."""
    reference = Feelin()
    expression = parse(CONDITION)
    theirs = microseconds(lambda: reference.evaluate(CONDITION, SCOPE), 50)
    show("condition, parsed before", microseconds(lambda: expression.evaluate(SCOPE), 5000), "< 10", theirs)
    show(
        "condition, parse alone",
        microseconds(lambda: Expression(CONDITION, Parser(CONDITION).whole()), 300),
        "< 1000",
    )
    for text in OTHERS:
        other = parse(text)
        theirs = microseconds(lambda text=text: reference.evaluate(text, SCOPE), 30)  # type: ignore[misc] # bound now
        show(text, microseconds(lambda other=other: other.evaluate(SCOPE), 500), "", theirs)  # type: ignore[misc] # as above
    model = parse_tables(table(50, 4))
    values = {"v0": 500, "v1": 1040, "v2": "z", "v3": "r49"}
    show("table, 50 rules, 4 inputs", microseconds(lambda: model.evaluate("d", values), 200), "< 300")
    started = time.perf_counter()
    parse_tables(table(500, 4))
    show("parse a table of 500 rules", (time.perf_counter() - started) * 1e6, "")


def show(what: str, own: float, goal: str, theirs: float | None = None) -> None:
    beside = f"   feelin {theirs:8.1f} us, {theirs / own:5.0f} times ours" if theirs else ""
    sys.stdout.write(f"{what:55} {own:9.1f} us {goal:7}{beside}\n")


# --- fuzz ------------------------------------------------------------------------------------------

WORDS = (
    *BUILTINS, "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "not", "between",
    "instance of", "function", "null", "true", "false", "a", "b c", "items", "partial", "item", "external", "list<number>",
    "+", "-", "*", "/", "**", "(", ")", "[", "]", "{", "}", ",", ":", ".", "..", "<", ">=", "=", "!=", "->", "?", "@", "//", "/*",
    "0", "1", "9999999999", "1e6000", "0.1", '"a"', '"(a+)+$"', '"P1D"', '"2026-01-01"', '@"2026-01-01"', '@"P400Y"', '@"-2021-01-01"', '@"99999-12-31T10:00:00Z"', '@"10:00:00@Europe/Helsinki"', "ä", "🐎", "\\",
    "1..100000", "[1..9]", "'", '"', "\n", "\u00a0",
)  # fmt: skip
HARD = (
    "for i in 1..{n}, j in 1..{n} return i * j", "for i in 1..{n} return partial", "{n} ** {n} ** {n}", "exp({n})",
    'matches("{a}", "(a*)*b")', 'replace("{a}", "a", "{a}")', 'matches("{a}", "(a*)*\\\\1c")',
    "{f: function(n) f(n + 1)}.f(1)", "{f: function(n) [f(n - 1), f(n - 1)]}.f({n})", "sort([{n}..1], function(x, y) x < y)",
    "count(for i in 1..{n} return string join(for j in 1..{n} return \"{a}\"))", "flatten(for i in 1..{n} return [partial])",
    "distinct values(for i in 1..{n} return i)", "every i in 1..{n} satisfies some j in 1..{n} satisfies i + j < 0",
    "{open}1{close}", "{minus}1", "string(for i in 1..{n} return [partial, partial])", 'string length("{a}" + "{a}")',
    "decimal({n} / 3, 6000)", "list replace([1], 1, {n})", "{x: [1], y: for i in 1..60 return [partial, partial]}.y = 1",
)  # fmt: skip


def random_text(chance: random.Random) -> str:
    """Now words of the language in any order, now any characters, now a trap with random sizes."""
    kind = chance.random()
    if kind < 0.02:
        size = chance.choice([10, 1000, 100_000])
        text = chance.choice(HARD)
        many = min(size, 5000)
        for mark, value in {
            "{n}": str(size), "{a}": "a" * many, "{open}": "[" * many, "{close}": "]" * many, "{minus}": "-" * many,
        }.items():  # fmt: skip
            text = text.replace(mark, value)
        return text
    if kind < 0.15:
        return "".join(
            chr(chance.choice([chance.randrange(32, 127), chance.randrange(0xD7FF)]))
            for _ in range(chance.randrange(30))
        )
    return chance.choice(["", " "]).join(chance.choices(WORDS, k=chance.randrange(1, 16)))


def fuzz(count: int, seed: int) -> int:
    """How many texts broke a promise."""
    chance = random.Random(seed)
    scope = {"a": 3, "b c": "x", "items": [{"a": 1}, {"a": 2}]}
    slow = broken = parsed = 0
    longest = 0.0
    # A collection of the million texts' remains is not the expression's time.
    gc.disable()
    for number in range(count):
        text = random_text(chance)
        started = time.process_time()
        try:
            if number % 4 == 0:
                parse_unary(text).test(5, scope, problems=[])
            else:
                parse(text).evaluate(scope, problems=[])
            parsed += 1
        except FeelProblem:
            pass
        except Exception as problem:  # noqa: BLE001 - counting what should not happen is the point
            broken += 1
            sys.stdout.write(f"{type(problem).__name__}: {problem} in {text[:200]!r}\n")
        took = (time.process_time() - started) * 1e3
        longest = max(longest, took)
        if took > BUDGET_MS:
            slow += 1
            sys.stdout.write(f"{took:.0f} ms: {text[:200]!r}\n")
        if number % 1000 == 0:
            gc.collect()
    sys.stdout.write(
        f"{count} texts, {parsed} valid, {broken} broke, {slow} over {BUDGET_MS:.0f} ms, longest {longest:.1f} ms\n"
    )
    return broken + slow


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--fuzz", type=int, default=0, metavar="N")
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    if chosen.fuzz:
        return 1 if fuzz(chosen.fuzz, chosen.seed) else 0
    figures()
    return 0


if __name__ == "__main__":
    sys.exit(main())

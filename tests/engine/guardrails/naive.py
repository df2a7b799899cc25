"""Behaviour of a term, one step at a time and in every order: slow, plain, and without the prover's code."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.engine.guardrails.little_models import VALUES, Term

SKIP: Term = ("skip",)
MISSING = ""
"""The fact has not been written, or has a value that nobody lists."""
ANY = (*VALUES, MISSING)


class Step(NamedTuple):
    waits: bool
    after: Term
    value: str
    """The fact's value in the process where the step stands."""
    letter: str = ""
    heard: str = ""
    """The fact's value as the milestone sees it."""
    element: str = ""
    """The numbered leaf that was done."""
    beside: tuple[Term, ...] = ()
    ends: str = ""
    """`stop` calls off the scope, `throw` looks for a catcher."""


class State(NamedTuple):
    threads: tuple[Term, ...]
    value: str


def steps(term: Term, value: str, most: int) -> Iterator[Step]:
    """`most`: the most instances a multi-instance may have."""
    yield from STEPPING[term[0]](term, value, most)


def _task(term: Term, value: str, most: int) -> Iterator[Step]:
    _, letter, number = term
    yield Step(True, SKIP, value, letter, value, f"task{number}")


def _auto(term: Term, value: str, most: int) -> Iterator[Step]:
    _, letter, number = term
    yield Step(False, SKIP, value, letter, value, f"auto{number}")


def _set(term: Term, value: str, most: int) -> Iterator[Step]:
    _, values, letter, number = term
    for new in values or ANY:
        yield Step(False, SKIP, new, letter, new, f"set{number}")


def _seq(term: Term, value: str, most: int) -> Iterator[Step]:
    _, first, second = term
    if first == SKIP:
        yield Step(False, second, value)
    for step in steps(first, value, most):
        yield step._replace(after=("seq", step.after, second))


def _xor(term: Term, value: str, most: int) -> Iterator[Step]:
    for way in term[1:]:
        yield Step(False, way, value)


def _ask(term: Term, value: str, most: int) -> Iterator[Step]:
    _, values, otherwise, asked = term
    yield Step(False, asked if value in values else otherwise, value)


def _race(term: Term, value: str, most: int) -> Iterator[Step]:
    for way in term[1:]:
        yield Step(True, way, value)


def _loop(term: Term, value: str, most: int) -> Iterator[Step]:
    _, body = term
    yield Step(False, ("seq", ("wait",), ("seq", body, ("xor", SKIP, term))), value)


def _until(term: Term, value: str, most: int) -> Iterator[Step]:
    _, values, body = term
    yield Step(False, ("seq", ("wait",), ("seq", body, ("ask", values, term, SKIP))), value)


def _wait(term: Term, value: str, most: int) -> Iterator[Step]:
    yield Step(True, SKIP, value)


def _maybe_stop(term: Term, value: str, most: int) -> Iterator[Step]:
    yield Step(False, SKIP, value)
    yield Step(False, ("ending", "stop"), value)


def _throw(term: Term, value: str, most: int) -> Iterator[Step]:
    yield Step(False, SKIP, value)
    yield Step(False, ("ending", "throw"), value)


def _ending(term: Term, value: str, most: int) -> Iterator[Step]:
    yield Step(False, SKIP, value, ends=term[1])


def _and(term: Term, value: str, most: int) -> Iterator[Step]:
    parts = term[1:]
    if all(part == SKIP for part in parts):
        yield Step(False, SKIP, value)
    for place, part in enumerate(parts):
        for step in steps(part, value, most):
            yield step._replace(after=("and", *parts[:place], step.after, *parts[place + 1 :]))


def _or(term: Term, value: str, most: int) -> Iterator[Step]:
    _, first, second = term
    for chosen in ((first,), (second,), (first, second), ()):
        yield Step(False, ("and", *chosen) if chosen else SKIP, value)


def _mismatch(term: Term, value: str, most: int) -> Iterator[Step]:
    """One of two ways is taken; the join behind them waits for both."""
    for way in term[1:]:
        yield Step(False, ("seq", way, ("never",)), value)


def _never(term: Term, value: str, most: int) -> Iterator[Step]:
    yield from ()


def _guarded(term: Term, value: str, most: int) -> Iterator[Step]:
    _, letter, handler, interrupting, _, number = term
    yield Step(
        False,
        ("running", (("task", letter, number),), handler, "cuts" if interrupting else "armed", ""),
        value,
    )


def _sub(term: Term, value: str, most: int) -> Iterator[Step]:
    _, body, handler, interrupting, letter, _ = term
    yield Step(False, ("running", (body,), handler, "cuts" if interrupting else "armed", letter), value)


def _catch(term: Term, value: str, most: int) -> Iterator[Step]:
    _, body, handler = term
    yield Step(False, ("running", (body,), handler, "catches", ""), value)


def _running(term: Term, value: str, most: int) -> Iterator[Step]:
    _, threads, handler, kind, letter = term
    if not threads:
        yield Step(False, SKIP, value, letter, value)
        return
    if kind == "cuts":
        yield Step(True, handler, value)
    elif kind == "armed":
        yield Step(True, ("running", threads, handler, "fired", letter), value, beside=(handler,))
    for step, left in inside(State(threads, value), most):
        if step.ends == "throw" and kind == "catches":
            yield step._replace(after=handler, ends="")
        else:
            yield step._replace(
                after=("running", left.threads, handler, kind, letter), beside=(), value=left.value
            )


def _call(term: Term, value: str, most: int) -> Iterator[Step]:
    _, body, given, taken, letter = term
    yield Step(
        False, ("calling", State((body,), value if given == "f" else given.strip('"')), taken, letter), value
    )


def _calling(term: Term, value: str, most: int) -> Iterator[Step]:
    _, state, taken, letter = term
    if not state.threads:
        new = state.value if taken else value
        yield Step(False, SKIP, new, letter, new)
    for step, left in inside(state, most):
        yield step._replace(after=("calling", left, taken, letter), beside=(), value=value)


def _multi(term: Term, value: str, most: int) -> Iterator[Step]:
    _, inner, early = term
    for number in range(most + 1):
        yield Step(False, ("copies", early, *(inner,) * number), value)


def _copies(term: Term, value: str, most: int) -> Iterator[Step]:
    _, early, *copies = term
    if not copies:
        yield Step(False, SKIP, value)
    for place, copy in enumerate(copies):
        rest = (*copies[:place], *copies[place + 1 :])
        if copy == SKIP:
            yield Step(False, ("copies", early, *rest), value)
            if early:
                yield Step(False, ("copies", early), value)
        for step in steps(copy, value, most):
            yield step._replace(after=("copies", early, *sorted((*rest, step.after), key=repr)))


def _skip(term: Term, value: str, most: int) -> Iterator[Step]:
    yield from ()


STEPPING: dict[str, Any] = {
    name.removeprefix("_"): function
    for name, function in list(globals().items())
    if name.startswith("_") and callable(function) and not name.startswith("__")
}


def inside(state: State, most: int) -> Iterator[tuple[Step, State]]:
    """Each step of a scope, and the scope after it; it is over when all its threads are."""
    for place, thread in enumerate(state.threads):
        rest = (*state.threads[:place], *state.threads[place + 1 :])
        if thread == SKIP:
            yield Step(False, SKIP, state.value), State(rest, state.value)
        for step in steps(thread, state.value, most):
            threads = () if step.ends else (*rest[:place], step.after, *rest[place:], *step.beside)
            yield step._replace(ends="" if step.ends == "stop" else step.ends), State(threads, step.value)


def following(state: State, most: int) -> list[tuple[Step, State]]:
    """Return the automatic steps, or all if none is automatic."""
    found = list(inside(state, most))
    automatic = [each for each in found if not each[0].waits]
    return automatic or found


def begun(term: Term) -> list[State]:
    """A case may begin with any value of the fact."""
    return [State((term,), value) for value in ANY]


class TooMany(Exception):
    """More situations than a test has time for."""


class Whole:
    """Every situation of a term."""

    def __init__(self, term: Term, *, most: int, limit: int) -> None:
        self.starts = begun(term)
        self.after: dict[State, list[tuple[Step, State]]] = {}
        waiting = deque(self.starts)
        while waiting:
            state = waiting.popleft()
            if state in self.after:
                continue
            self.after[state] = following(state, most)
            waiting.extend(left for _, left in self.after[state])
            if len(self.after) > limit:
                raise TooMany

    def done(self) -> set[str]:
        """The leaves that are done on at least one way."""
        return {step.element for ways in self.after.values() for step, _ in ways if step.element}

    def can_always_end(self) -> bool:
        before: dict[State, list[State]] = {}
        for state, ways in self.after.items():
            for _, left in ways:
                before.setdefault(left, []).append(state)
        able = {state for state in self.after if not state.threads}
        waiting = list(able)
        while waiting:
            for state in before.get(waiting.pop(), ()):
                if state not in able:
                    able.add(state)
                    waiting.append(state)
        return len(able) == len(self.after)

    def shortest_break(self, guardrail: Any, broken: str) -> int | None:
        """The fewest waits after which the guardrail is broken; None when it never is."""
        layer = [(state, guardrail.automaton.start) for state in self.starts]
        seen: set[tuple[State, str]] = set()
        waits = 0
        while layer:
            now, later = deque(layer), []
            while now:
                at = state, kept = now.popleft()
                if at in seen:
                    continue
                seen.add(at)
                if kept == broken or (not state.threads and not guardrail.keeps(kept, {"f": state.value})):
                    return waits
                for step, left in self.after[state]:
                    moved = guardrail.step(kept, step.letter, {"f": step.heard}) if step.letter else kept
                    (later if step.waits else now).append((left, moved))
            layer, waits = later, waits + 1
        return None

    def replays(self, leaves: list[str], waits: int) -> bool:
        """Return True if these leaves, in this order and no others, can be done in so many waits."""
        at = {(state, 0, 0) for state in self.starts}
        seen = set(at)
        stack = list(at)
        while stack:
            state, place, waited = stack.pop()
            if place == len(leaves) and waited == waits:
                return True
            for step, left in self.after[state]:
                if step.element and (place == len(leaves) or step.element != leaves[place]):
                    continue
                new = (left, place + bool(step.element), waited + step.waits)
                if new[2] <= waits and new not in seen:
                    seen.add(new)
                    stack.append(new)
        return False

    def words(self, waits: int) -> set[tuple[tuple[str, ...], bool]]:
        """The words possible within so many waits, each with True if the case is over then."""
        found: set[tuple[tuple[str, ...], bool]] = set()
        layer = {(state, ()) for state in self.starts}
        for _ in range(waits + 1):
            now, later, seen = list(layer), set(), set(layer)
            for state, word in now:
                ways = self.after[state]
                if not ways or ways[0][0].waits:
                    found.add((word, not state.threads))
                for step, left in ways:
                    new = left, (*word, step.letter) if step.letter else word
                    if step.waits:
                        later.add(new)
                    elif new not in seen:
                        seen.add(new)
                        now.append(new)
                if len(seen) > 20_000:
                    raise TooMany
            layer = later
        return found

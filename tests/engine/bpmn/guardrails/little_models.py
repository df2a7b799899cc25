"""Small random processes, each both as a diagram and as a term whose steps are plain to see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from hypothesis import strategies as st

from tests.engine.bpmn.drawn import chain, file, node, process

Term = tuple[Any, ...]
Step = tuple[bool, str, Term, tuple[Term, ...], bool]
"""Whether somebody is waited for, what is said, the term after, threads that begin beside, whether the scope stops."""
SKIP: Term = ("skip",)
LETTERS = ("", "", "a", "b", "c")


def terms(*, looped: bool = False, depth: int = 3) -> st.SearchStrategy[Term]:
    leaf = st.tuples(st.sampled_from(["task", "task", "auto"]), st.sampled_from(LETTERS))
    if depth == 0:
        return leaf
    inner = terms(looped=looped, depth=depth - 1)
    inside_loop = terms(looped=True, depth=depth - 1)
    options = [
        leaf,
        st.tuples(st.just("seq"), inner, inner),
        st.tuples(st.just("seq"), inner, inner),
        st.tuples(st.just("xor"), inner, inner),
        st.tuples(st.just("sub"), inner, leaf, st.just(True), st.sampled_from(LETTERS)),
        st.tuples(st.just("maybe_stop")),
        st.tuples(st.just("race"), inner, inner),
    ]
    if not looped:
        # In a loop the engine's join forgets, and a handler could run twice: the gate and a warning speak of those.
        options += [
            st.tuples(st.just("and"), inner, inner),
            st.tuples(st.just("sub"), inner, leaf, st.just(False), st.sampled_from(LETTERS)),
        ]
    options.append(st.tuples(st.just("loop"), inside_loop))
    return st.one_of(options)


# As a term


def steps(term: Term) -> Iterator[Step]:  # noqa: C901, PLR0912 - one case for each construct
    match term:
        case ("task", letter):
            yield True, letter, SKIP, (), False
        case ("auto", letter):
            yield False, letter, SKIP, (), False
        case ("seq", first, second):
            if first == SKIP:
                yield False, "", second, (), False
            for waits, letter, after, beside, stop in steps(first):
                yield waits, letter, ("seq", after, second), beside, stop
        case ("xor", *ways):
            yield from ((False, "", way, (), False) for way in ways)
        case ("race", first, second):
            yield from ((True, "", way, (), False) for way in (first, second))
        case ("loop", body):
            again = ("xor", SKIP, term)
            yield False, "", ("seq", ("task", ""), ("seq", body, again)), (), False
        case ("maybe_stop",):
            yield False, "", SKIP, (), False
            yield False, "", SKIP, (), True
        case ("and", *parts):
            if all(part == SKIP for part in parts):
                yield False, "", SKIP, (), False
            for place, part in enumerate(parts):
                for waits, letter, after, beside, stop in steps(part):
                    yield waits, letter, ("and", *parts[:place], after, *parts[place + 1 :]), beside, stop
        case ("sub", body, handler, interrupting, letter):
            yield False, "", ("running", (body,), handler, interrupting, True, letter), (), False
        case ("running", threads, handler, interrupting, armed, letter):
            yield from _running(threads, handler, interrupting, armed, letter)


def _running(threads: Term, handler: Term, interrupting: bool, armed: bool, letter: str) -> Iterator[Step]:
    if not threads:
        yield False, letter, SKIP, (), False
        return
    if interrupting:
        yield True, "", handler, (), False
    elif armed:
        yield True, "", ("running", threads, handler, interrupting, False, letter), (handler,), False
    for waits, said, after in scope_steps(threads):
        yield waits, said, ("running", after, handler, interrupting, armed, letter), (), False


def scope_steps(threads: Term) -> Iterator[tuple[bool, str, Term]]:
    """A scope is over when all its threads are."""
    for place, thread in enumerate(threads):
        rest = (*threads[:place], *threads[place + 1 :])
        if thread == SKIP:
            yield False, "", rest
        for waits, letter, after, beside, stop in steps(thread):
            yield waits, letter, () if stop else (*threads[:place], after, *threads[place + 1 :], *beside)


def settled(threads: Term, word: tuple[str, ...]) -> set[tuple[Term, tuple[str, ...]]]:
    """Every way of running what runs by itself, in every order."""
    found: set[tuple[Term, tuple[str, ...]]] = set()
    seen = {(threads, word)}
    waiting = [(threads, word)]
    while waiting:
        at, said = waiting.pop()
        automatic = [each for each in scope_steps(at) if not each[0]]
        if not automatic:
            found.add((at, said))
        for _, letter, after in automatic:
            following = after, said + ((letter,) if letter else ())
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return found


# As a diagram


@dataclass
class Drawing:
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def name(self, kind: str) -> str:
        return f"{kind}{next(self.numbers)}"

    def draw(self, term: Term) -> tuple[str, str, str]:
        """XML, the first node and the last."""
        match term:
            case ("task" | "auto" as kind, letter):
                name = self.name(kind)
                said = {"milestone": letter} if letter else {}
                if kind == "task":
                    return node("userTask", name, form="f", **said), name, name
                return node("serviceTask", name, operation="send", **said), name, name
            case ("seq", first, second):
                one, begin, middle = self.draw(first)
                two, again, end = self.draw(second)
                return one + two + chain(f"{middle} {again}"), begin, end
            case ("xor" | "and" | "race" as kind, *ways):
                return self._block(kind, ways)
            case ("loop", body):
                return self._loop(body)
            case ("maybe_stop",):
                return self._stop()
        return self._sub(*term[1:])

    def _split(self, name: str, default: str) -> str:
        return f'<exclusiveGateway id="{name}" name="{name}" default="{name}__{default}"/>'

    def _block(self, kind: str, ways: list[Term]) -> tuple[str, str, str]:
        split, join = self.name("split"), self.name("join")
        drawn = [self.draw(way) for way in ways]
        xml = default = ""
        for place, (inside, first, last) in enumerate(drawn):
            entry = first
            if kind == "race":
                entry = self.name("catch")
                xml += self._timer("intermediateCatchEvent", entry) + chain(f"{entry} {first}")
            asked = "x = 1" if kind == "xor" and place else ""
            xml += inside + chain(f"{split} {entry}", asked) + chain(f"{last} {join}")
            default = default or entry
        if kind == "xor":
            return xml + self._split(split, default) + node("exclusiveGateway", join), split, join
        if kind == "race":
            return xml + node("eventBasedGateway", split) + node("exclusiveGateway", join), split, join
        return xml + node("parallelGateway", split) + node("parallelGateway", join), split, join

    def _timer(self, kind: str, name: str, attributes: str = "") -> str:
        inside = (
            f'<timerEventDefinition id="{name}_d"><timeDuration>P1D</timeDuration></timerEventDefinition>'
        )
        return node(kind, name, inside, attributes=attributes)

    def _loop(self, body: Term) -> tuple[str, str, str]:
        merge, split, out, wait = (self.name(each) for each in ("merge", "split", "out", "wait"))
        inside, first, last = self.draw(body)
        xml = node("exclusiveGateway", merge) + node("userTask", wait, form="f") + self._split(split, out)
        xml += inside + node("exclusiveGateway", out) + chain(f"{merge} {wait} {first}")
        return xml + chain(f"{last} {split} {out}") + chain(f"{split} {merge}", "x = 1"), merge, out

    def _stop(self) -> tuple[str, str, str]:
        split, out, end = (self.name(each) for each in ("split", "out", "stop"))
        terminate = node("endEvent", end, f'<terminateEventDefinition id="{end}_d"/>')
        xml = self._split(split, out) + node("exclusiveGateway", out) + terminate
        return xml + chain(f"{split} {out}") + chain(f"{split} {end}", "x = 1"), split, out

    def _sub(self, body: Term, handler: Term, interrupting: bool, letter: str) -> tuple[str, str, str]:
        sub, out, event = (self.name(each) for each in ("sub", "out", "event"))
        start, end = self.name("start"), self.name("end")
        inside, first, last = self.draw(body)
        handled, handle, handle_end = self.draw(handler)
        whole = node("startEvent", start) + inside + node("endEvent", end) + chain(f"{start} {first}")
        said = {"milestone": letter} if letter else {}
        xml = node("subProcess", sub, whole + chain(f"{last} {end}"), **said) + node("exclusiveGateway", out)
        cancel = "true" if interrupting else "false"
        xml += self._timer("boundaryEvent", event, f'attachedToRef="{sub}" cancelActivity="{cancel}"')
        xml += handled + chain(f"{sub} {out}") + chain(f"{event} {handle}")
        if interrupting:
            return xml + chain(f"{handle_end} {out}"), sub, out
        aside = self.name("aside")
        return xml + node("endEvent", aside) + chain(f"{handle_end} {aside}"), sub, out


def drawn(term: Term) -> bytes:
    inside, first, last = Drawing().draw(term)
    body = node("startEvent", "begin") + inside + node("endEvent", "finish")
    return file(process(body + chain(f"begin {first}") + chain(f"{last} finish")))

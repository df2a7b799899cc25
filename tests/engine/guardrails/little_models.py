"""Small random processes: as terms, and as diagrams drawn from them. `naive` steps through the same terms.

One fact, `f`, is a, b or c. Leaves are numbered, so that a path in one can be found in the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from hypothesis import strategies as st

from tests.engine.bpmn.drawn import chain, file, node, process

Term = tuple[Any, ...]
LETTERS = ("", "", "a", "b", "c")
VALUES = ("a", "b", "c")


def terms(
    *, depth: int = 3, looped: bool = False, closed: bool = False, caught: bool = False
) -> st.SearchStrategy[Term]:
    """`looped`: nothing that the gate refuses on a cycle, or that could run twice at once. `closed`: nothing that leaves
    a block aside. `caught`: inside something that catches an error."""
    letters = st.sampled_from(LETTERS)
    some = st.sampled_from([("a",), ("b",), ("a", "b"), ("b", "c")])
    leaves = [
        st.tuples(st.sampled_from(["task", "task", "auto"]), letters),
        st.tuples(st.just("set"), st.sampled_from([("a",), ("b",), ("c",), ("a", "b"), ()]), letters),
    ]
    if caught and not closed:
        leaves.append(st.just(("throw",)))
    if not closed:
        leaves.append(st.just(("maybe_stop",)))
    if depth == 0:
        return st.one_of(leaves)
    inner = terms(depth=depth - 1, looped=looped, closed=closed, caught=caught)
    apart = terms(depth=depth - 1, looped=looped)
    in_loop = terms(depth=depth - 1, looped=True, closed=closed, caught=caught)
    in_block = terms(depth=depth - 1, looped=looped, closed=True)
    handler = st.tuples(st.sampled_from(["task", "auto"]), letters)
    trigger = st.sampled_from(["timer", "message"])
    interrupts = st.just(True) if looped or closed else st.booleans()
    options = [
        *leaves,
        st.tuples(st.just("seq"), inner, inner),
        st.tuples(st.just("seq"), inner, inner),
        st.tuples(st.just("xor"), inner, inner),
        st.tuples(st.just("ask"), some, inner, inner),
        st.tuples(st.just("race"), inner, inner),
        st.tuples(st.just("loop"), in_loop),
        st.tuples(st.just("until"), some, in_loop),
        st.tuples(st.just("sub"), apart, handler, interrupts, letters, trigger),
        st.tuples(st.just("guarded"), letters, handler, interrupts, trigger),
        st.tuples(st.just("catch"), terms(depth=depth - 1, looped=looped, caught=True), handler),
        st.tuples(
            st.just("call"), terms(depth=depth - 1), st.sampled_from(["f", '"a"']), st.booleans(), letters
        ),
        st.tuples(
            st.just("multi"),
            st.one_of(
                handler.filter(lambda each: each[0] == "task"),
                st.tuples(
                    st.just("call"), terms(depth=max(depth - 2, 0)), st.just("f"), st.just(False), letters
                ),
            ),
            st.booleans(),
        ),
    ]
    if not looped:
        options += [
            st.tuples(st.just("and"), inner, inner),
            st.tuples(st.just("or"), in_block, in_block),
            st.tuples(st.just("mismatch"), inner, inner),
        ]
    return st.one_of(options)


NUMBERED = frozenset({"task", "auto", "set", "guarded"})


def numbered(term: Term, numbers: Iterator[int] | None = None) -> Term:
    """Each leaf with a number at its end."""
    numbers = numbers or count(1)
    parts = tuple(
        numbered(each, numbers) if isinstance(each, tuple) and each and each[0] in KINDS else each
        for each in term[1:]
    )
    return (term[0], *parts, next(numbers)) if term[0] in NUMBERED else (term[0], *parts)


KINDS = NUMBERED | {
    "throw", "maybe_stop", "seq", "xor", "ask", "race", "loop", "until", "sub", "catch", "call", "multi", "and", "or",
    "mismatch",
}  # fmt: skip


@dataclass
class Drawing:
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    called: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    """Messages and errors of the file."""
    codes: list[str] = field(default_factory=list)

    def name(self, kind: str) -> str:
        return f"{kind}_{next(self.numbers)}"

    def draw(self, term: Term) -> tuple[str, str, str]:  # noqa: C901, PLR0912 - one case for each construct
        """XML, the first node and the last."""
        match term:
            case ("task", letter, number):
                name = f"task{number}"
                return node("userTask", name, form_key="f", **carrying(letter)), name, name
            case ("auto", letter, number):
                name = f"auto{number}"
                return node("serviceTask", name, operation="send", **carrying(letter)), name, name
            case ("set", values, letter, number):
                name = f"set{number}"
                return (
                    node(
                        "scriptTask", name, f"<script>{{f: {written(values)}}}</script>", **carrying(letter)
                    ),
                    name,
                    name,
                )
            case ("seq", first, second):
                one, begin, middle = self.draw(first)
                two, again, end = self.draw(second)
                return one + two + chain(f"{middle} {again}"), begin, end
            case ("ask", values, first, second):
                return self._block("ask", [first, second], f"f in ({listed(values)})")
            case ("xor" | "and" | "race" | "or" | "mismatch" as kind, *ways):
                return self._block(kind, ways)
            case ("loop", body):
                return self._loop(body, "x = 1", back=True)
            case ("until", values, body):
                return self._loop(body, f"f in ({listed(values)})", back=False)
            case ("maybe_stop",):
                return self._aside("terminateEventDefinition", "")
            case ("throw",):
                return self._aside("errorEventDefinition", f'errorRef="{self.codes[-1]}"')
            case ("guarded", letter, handler, interrupting, trigger, number):
                name = f"task{number}"
                return self._watched(
                    name,
                    node("userTask", name, form_key="f", **carrying(letter)),
                    handler,
                    interrupting,
                    trigger,
                )
            case ("sub", body, handler, interrupting, letter, trigger):
                name = self.name("sub")
                inside = self._scope(body)
                return self._watched(
                    name, node("subProcess", name, inside, **carrying(letter)), handler, interrupting, trigger
                )
            case ("catch", body, handler):
                return self._catch(body, handler)
            case ("call", *_):
                name = self.name("call")
                return self._call(name, term), name, name
            case ("multi", inner, early):
                return self._multi(inner, early)
        raise AssertionError(term)

    def _split(self, name: str, default: str, tag: str = "exclusiveGateway") -> str:
        return f'<{tag} id="{name}" name="{name}" default="{name}__{default}"/>'

    def _block(self, kind: str, ways: list[Term], condition: str = "x = 1") -> tuple[str, str, str]:
        split, join = self.name("split"), self.name("join")
        xml = default = ""
        for place, way in enumerate(ways):
            inside, first, last = self.draw(way)
            entry = first
            if kind == "race":
                entry = self.name("catch")
                xml += self._event("intermediateCatchEvent", entry, "timer") + chain(f"{entry} {first}")
            asked = condition if kind == "or" or (kind in {"xor", "ask", "mismatch"} and place) else ""
            xml += inside + chain(f"{split} {entry}", asked) + chain(f"{last} {join}")
            default = default or entry
        match kind:
            case "or":
                straight = chain(f"{split} {join}")
                gates = self._split(split, join, "inclusiveGateway") + node("inclusiveGateway", join)
                return xml + straight + gates, split, join
            case "race":
                return xml + node("eventBasedGateway", split) + node("exclusiveGateway", join), split, join
            case "and":
                return xml + node("parallelGateway", split) + node("parallelGateway", join), split, join
        last = "parallelGateway" if kind == "mismatch" else "exclusiveGateway"
        return xml + self._split(split, default) + node(last, join), split, join

    def _event(self, kind: str, name: str, trigger: str, attributes: str = "") -> str:
        if trigger == "message":
            self.beside.append(f'<message id="m_{name}" name="m_{name}"/>')
            inside = f'<messageEventDefinition id="{name}_d" messageRef="m_{name}"/>'
        else:
            inside = (
                f'<timerEventDefinition id="{name}_d"><timeDuration>P1D</timeDuration></timerEventDefinition>'
            )
        return node(kind, name, inside, attributes=attributes)

    def _loop(self, body: Term, condition: str, *, back: bool) -> tuple[str, str, str]:
        """Round and round: `condition` leads back, or out."""
        merge, split, out, wait = (self.name(each) for each in ("merge", "split", "out", "wait"))
        inside, first, last = self.draw(body)
        default, other = (out, merge) if back else (merge, out)
        xml = (
            node("exclusiveGateway", merge)
            + node("userTask", wait, form_key="f")
            + self._split(split, default)
        )
        xml += (
            inside
            + node("exclusiveGateway", out)
            + chain(f"{merge} {wait} {first}")
            + chain(f"{last} {split}")
        )
        return xml + chain(f"{split} {default}") + chain(f"{split} {other}", condition), merge, out

    def _aside(self, definition: str, attributes: str) -> tuple[str, str, str]:
        split, out, end = (self.name(each) for each in ("split", "out", "end"))
        ended = node("endEvent", end, f'<{definition} id="{end}_d" {attributes}/>')
        xml = self._split(split, out) + node("exclusiveGateway", out) + ended
        return xml + chain(f"{split} {out}") + chain(f"{split} {end}", "x = 1"), split, out

    def _scope(self, body: Term) -> str:
        start, end = self.name("start"), self.name("end")
        inside, first, last = self.draw(body)
        return (
            node("startEvent", start)
            + inside
            + node("endEvent", end)
            + chain(f"{start} {first}")
            + chain(f"{last} {end}")
        )

    def _watched(
        self, host: str, drawn: str, handler: Term, interrupting: bool, trigger: str
    ) -> tuple[str, str, str]:
        event = self.name("event")
        cancel = "true" if interrupting else "false"
        attached = f'attachedToRef="{host}" cancelActivity="{cancel}"'
        return self._handled(
            host, drawn + self._event("boundaryEvent", event, trigger, attached), event, handler, interrupting
        )

    def _handled(self, host: str, xml: str, event: str, handler: Term, joins: bool) -> tuple[str, str, str]:
        out = self.name("out")
        handled, first, last = self.draw(handler)
        xml += handled + node("exclusiveGateway", out) + chain(f"{host} {out}") + chain(f"{event} {first}")
        if joins:
            return xml + chain(f"{last} {out}"), host, out
        aside = self.name("end")
        return xml + node("endEvent", aside) + chain(f"{last} {aside}"), host, out

    def _catch(self, body: Term, handler: Term) -> tuple[str, str, str]:
        host, event, code = self.name("sub"), self.name("caught"), self.name("code")
        self.beside.append(f'<error id="{code}" name="{code}" errorCode="{code}"/>')
        self.codes.append(code)
        drawn = node("subProcess", host, self._scope(body))
        self.codes.pop()
        definition = f'<errorEventDefinition id="{event}_d" errorRef="{code}"/>'
        drawn += node("boundaryEvent", event, definition, attributes=f'attachedToRef="{host}"')
        return self._handled(host, drawn, event, handler, joins=True)

    def _call(self, name: str, term: Term, inside: str = "") -> str:
        _, body, given, taken, letter = term
        called = self.name("process")
        outer, self.codes = self.codes, []
        self.called.append(process(self._scope(body), called))
        self.codes = outer
        mappings = {"input": f"{{f: {given}}}"} | ({"output": "{f: f}"} if taken else {})
        return node(
            "callActivity",
            name,
            inside,
            attributes=f'calledElement="{called}"',
            **mappings,
            **carrying(letter),
        )

    def _multi(self, inner: Term, early: bool) -> tuple[str, str, str]:
        host, start, end = (self.name(each) for each in ("sub", "start", "end"))
        condition = "<completionCondition>x = 1</completionCondition>" if early else ""
        many = f"<multiInstanceLoopCharacteristics><loopCardinality>1</loopCardinality>{condition}</multiInstanceLoopCharacteristics>"
        if inner[0] == "task":
            name = f"task{inner[2]}"
            drawn = node("userTask", name, many, form_key="f", **carrying(inner[1]))
        else:
            name = self.name("call")
            drawn = self._call(name, inner, many)
        whole = node("startEvent", start) + drawn + node("endEvent", end) + chain(f"{start} {name} {end}")
        return node("subProcess", host, whole), host, host


def carrying(letter: str) -> dict[str, str]:
    return {"milestone": letter} if letter else {}


def listed(values: tuple[str, ...]) -> str:
    return ", ".join(f'"{value}"' for value in values)


def written(values: tuple[str, ...]) -> str:
    """FEEL for one of the values; none listed: nobody knows which."""
    match values:
        case ():
            return "x"
        case (one,):
            return f'"{one}"'
    return f'if x = 1 then "{values[0]}" else "{values[1]}"'


def drawn(term: Term) -> bytes:
    """Of a numbered term."""
    drawing = Drawing()
    inside, first, last = drawing.draw(term)
    body = node("startEvent", "begin") + inside + node("endEvent", "finish")
    whole = process(body + chain(f"begin {first}") + chain(f"{last} finish"))
    return file(whole, *drawing.called, *drawing.beside)

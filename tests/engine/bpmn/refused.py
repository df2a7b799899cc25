"""One small diagram for each thing the gate refuses: the code it must be refused with, and the files."""

from __future__ import annotations

from typing import Final

from engine.bpmn.checks import OperationShape, References
from tests.engine.bpmn.drawn import chain, file, lanes, node, process, props

REFERENCES: Final = References(
    forms={"f": frozenset({"choice"})},
    roles=frozenset({"caseworker"}),
    operations={"send": OperationShape(frozenset({"sent_at"})), "later": OperationShape(waits=True)},
    tables={"table": frozenset({"age"}), "bad_table": frozenset({"gender"})},
    variables=frozenset({"channel", "things"}),
    messages={"came": frozenset({"word"})},
)
START, END = node("startEvent", "a"), node("endEvent", "e")
TASK = node("userTask", "t", form_key="f", output="{choice: answers.choice}")
MESSAGE = '<message id="m" name="came"/>'
CATCH = '<messageEventDefinition id="md" messageRef="m"/>'


def one(*body: str, role: str = "t", extra: str = "") -> dict[str, bytes]:
    return {"p.bpmn": file(extra, process("".join(body) + (lanes(role) if role else "")))}


def straight(middle: str, names: str, *more: str, role: str = "", extra: str = "") -> dict[str, bytes]:
    """Start, what is in question, end."""
    return one(START, middle, END, chain(f"a {names} e"), *more, role=role, extra=extra)


def timer(inside: str, kind: str = "due") -> str:
    return node(
        "intermediateCatchEvent",
        "w",
        f'<timerEventDefinition id="td">{inside}</timerEventDefinition>',
        timer=kind,
    )


def boundary(inside: str, to: str, **more: str) -> str:
    return node("boundaryEvent", "b", inside, attributes=f'attachedToRef="{to}"', **more)


def xor(ways: str, default: str = "x__e", name: str = "x") -> str:
    return f'<exclusiveGateway id="x" name="{name}" default="{default}"/>' + ways


def inner(body: str = "", names: str = "ia ie") -> str:
    return node("startEvent", "ia") + body + node("endEvent", "ie") + chain(names)


MULTIPLE = '<multiInstanceLoopCharacteristics id="mi"><loopCardinality>count(things)</loopCardinality></multiInstanceLoopCharacteristics>'


def multiple(marker: str = MULTIPLE, **properties: str) -> str:
    given = {"collection": "things", "element": "thing", "input": "{}"} | properties
    return node(
        "callActivity", "c", marker, attributes='calledElement="q"', **{k: v for k, v in given.items() if v}
    )


def calling(call: str, called: str, *, wrapped: bool = False) -> dict[str, bytes]:
    sub = node("subProcess", "s", inner(call, "ia c ie")) if wrapped else call
    body = START + sub + END + chain(f"a {'s' if wrapped else 'c'} e")
    return {"p.bpmn": file(process(body)), "q.bpmn": file(process(called, "q"))}


Q = node("startEvent", "qa") + node("endEvent", "qe") + chain("qa qe")
CALL = 'calledElement="q"'
SET = node("scriptTask", "set", "<script>{found: 1}</script>")
Q_SETS = node("startEvent", "qa") + SET + node("endEvent", "qe") + chain("qa set qe")
ERRORS = '<error id="err" name="x" errorCode="x"/>'
ERROR = '<errorEventDefinition id="ed{}" errorRef="err"/>'
TWO_SUBS = node("subProcess", "s1", inner()) + node(
    "subProcess", "s2", inner().replace('"i', '"j').replace("ia__ie", "ja__je")
)

DRAWINGS: Final[list[tuple[str, dict[str, bytes]]]] = [
    ("unreadable", {"p.bpmn": b"<!DOCTYPE x><x/>"}),
    ("no_process", {"p.bpmn": file('<message id="m" name="came"/>')}),
    ("many_findings", one(START, *(node("task", f"t{n}") for n in range(210)), END, role="")),
    ("lane_empty", straight('<laneSet id="ls"><lane id="l1" name="Tyhjä"/></laneSet>', "")),
    ("unknown_element", straight('<complexGateway id="g"/>', "g")),
    ("unknown_element", straight("", "", '<dataObject id="d"/>')),
    ("unknown_element", straight('<transaction id="g"/>', "g")),
    (
        "unknown_element",
        straight(node("intermediateThrowEvent", "g", '<signalEventDefinition id="x"/>'), "g"),
    ),
    ("plain_task", straight(node("task", "g"), "g")),
    ("plain_task", straight(node("manualTask", "g"), "g")),
    ("message_task", straight(node("receiveTask", "g"), "g")),
    (
        "event_subprocess",
        straight(node("subProcess", "g", inner(), attributes='triggeredByEvent="true"'), "g"),
    ),
    ("lanes_in_subprocess", straight(node("subProcess", "s", lanes("ia", name="inside") + inner()), "s")),
    (
        "unknown_extension",
        straight(
            '<serviceTask id="g"><extensionElements><s:preScript>x</s:preScript></extensionElements></serviceTask>',
            "g",
        ),
    ),
    ("unknown_property", straight(node("userTask", "t", form_key="f", colour="red"), "t", role="t")),
    ("milestone_here", straight(node("parallelGateway", "g", milestone="m"), "g")),
    (
        "milestone_here",
        one(
            START,
            END,
            f'<sequenceFlow id="x" sourceRef="a" targetRef="e">{props(milestone="m")}</sequenceFlow>',
            role="",
        ),
    ),
    ("missing_id", straight('<userTask name="nameless"/>', "")),
    (
        "duplicate_id",
        {
            "p.bpmn": file(process(START + END + chain("a e"))),
            "q.bpmn": file(process(START + END + chain("a e"), "q")),
        },
    ),
    ("duplicate_id", straight(node("userTask", "p", form_key="f"), "p", role="p")),
    (
        "not_executable",
        {
            "p.bpmn": file(
                process(START + END + chain("a e")).replace('isExecutable="true"', 'isExecutable="false"')
            )
        },
    ),
    (
        "too_many_nodes",
        one(
            START,
            END,
            "".join(node("scriptTask", f"n{n}", "<script>{}</script>") for n in range(300)),
            chain(" ".join(["a", *(f"n{n}" for n in range(300)), "e"])),
            role="",
        ),
    ),
    (
        "several_events",
        one(
            node("startEvent", "a", CATCH + CATCH.replace('"md"', '"md2"')),
            END,
            chain("a e"),
            role="",
            extra=MESSAGE,
        ),
    ),
    ("event_kind", straight(node("intermediateThrowEvent", "g", CATCH), "g", extra=MESSAGE)),
    ("event_kind", straight(node("intermediateCatchEvent", "g"), "g")),
    (
        "event_kind",
        one(
            node(
                "startEvent",
                "a",
                '<timerEventDefinition id="td"><timeDuration>P1D</timeDuration></timerEventDefinition>',
            ),
            END,
            chain("a e"),
            role="",
        ),
    ),
    (
        "message_unnamed",
        one(node("startEvent", "a", '<messageEventDefinition id="md"/>'), END, chain("a e"), role=""),
    ),
    (
        "error_unnamed",
        straight(
            node("subProcess", "s", inner()),
            "s",
            boundary('<errorEventDefinition id="x"/>', "s"),
            chain("b e"),
        ),
    ),
    ("timer_kind", straight(timer("<timeDuration>P1D</timeDuration>", "whenever"), "w")),
    ("dangling_flow", straight("", "", '<sequenceFlow id="x" sourceRef="a" targetRef="nowhere"/>')),
    (
        "crossing_flow",
        straight(
            node("subProcess", "s", inner(node("userTask", "t", form_key="f"), "ia t ie")),
            "s",
            '<sequenceFlow id="x" sourceRef="a" targetRef="t"/>',
            role="s",
        ),
    ),
    ("condition_ignored", one(START, TASK, END, chain("a t"), chain("t e", "true"))),
    ("no_start", one(TASK, END, chain("t e"))),
    ("no_end", one(START, TASK, chain("a t"))),
    (
        "several_starts",
        one(START, node("startEvent", "a2", CATCH), END, chain("a e"), chain("a2 e"), role="", extra=MESSAGE),
    ),
    (
        "start_never",
        {
            "p.bpmn": file(
                MESSAGE,
                process(START + node("callActivity", "c", attributes=CALL) + END + chain("a c e")),
                process(node("startEvent", "qa", CATCH) + node("endEvent", "qe") + chain("qa qe"), "q"),
            )
        },
    ),
    ("unreachable", straight("", "", TASK, chain("t e"), role="t")),
    ("after_end", straight("", "", chain("e a"))),
    ("no_way_on", one(START, node("parallelGateway", "g"), TASK, END, chain("a g t"), chain("g e"))),
    (
        "cannot_end",
        one(
            START, node("parallelGateway", "g"), xor("", "x__t"), TASK, END, chain("a g x t x"), chain("g e")
        ),
    ),
    (
        "join_on_cycle",
        one(
            START,
            node("parallelGateway", "g"),
            node("parallelGateway", "j"),
            TASK,
            node("userTask", "u", form_key="f"),
            xor("", "x__e"),
            END,
            chain("a g t j x e"),
            chain("g u j"),
            chain("x g", "channel = 1"),
            role="t u",
        ),
    ),
    (
        "engine_loop",
        one(
            START,
            node("serviceTask", "g", operation="send"),
            xor(""),
            END,
            chain("a g x e"),
            chain("x g", "channel = 1"),
            role="",
        ),
    ),
    ("many_flows_out", one(START, TASK, END, node("endEvent", "e2"), chain("a t e"), chain("t e2"))),
    (
        "no_default",
        one(
            START,
            xor("", "none"),
            END,
            node("endEvent", "e2"),
            chain("a x"),
            chain("x e", "channel = 1"),
            chain("x e2", "channel = 2"),
            role="",
        ),
    ),
    (
        "condition_on_default",
        one(
            START,
            xor(""),
            END,
            node("endEvent", "e2"),
            chain("a x"),
            chain("x e", "channel = 1"),
            chain("x e2", "channel = 2"),
            role="",
        ),
    ),
    (
        "no_condition",
        one(START, xor(""), END, node("endEvent", "e2"), chain("a x e"), chain("x e2"), role=""),
    ),
    (
        "question_missing",
        one(
            START,
            xor("", name=""),
            END,
            node("endEvent", "e2"),
            chain("a x e"),
            chain("x e2", "channel = 2"),
            role="",
        ),
    ),
    (
        "boundary_unattached",
        straight(TASK, "t", boundary(CATCH, "nothing"), chain("b e"), role="t", extra=MESSAGE),
    ),
    ("boundary_on_multiple", {**calling(multiple() + boundary(CATCH, "c") + chain("b ie"), Q, wrapped=True)}),
    (
        "boundary_useless",
        straight(
            node("serviceTask", "g", operation="send"), "g", boundary(CATCH, "g"), chain("b e"), extra=MESSAGE
        ),
    ),
    (
        "boundary_useless",
        straight(TASK, "t", boundary(ERROR.format(1), "t"), chain("b e"), role="t", extra=ERRORS),
    ),
    (
        "boundary_incoming",
        straight(TASK, "t", boundary(CATCH, "t"), chain("b e"), chain("a b"), role="t", extra=MESSAGE),
    ),
    ("event_gateway_target", one(START, node("eventBasedGateway", "g"), TASK, END, chain("a g t e"))),
    (
        "event_gateway_timers",
        one(
            START,
            node("eventBasedGateway", "g"),
            timer("<timeDuration>P1D</timeDuration>"),
            timer("<timeDuration>P2D</timeDuration>").replace('"w"', '"w2"').replace('"td"', '"td2"'),
            END,
            chain("a g w e"),
            chain("g w2 e"),
            role="",
        ),
    ),
    (
        "error_twice",
        one(
            START,
            TWO_SUBS,
            boundary(ERROR.format(1), "s1"),
            boundary(ERROR.format(2), "s2").replace('id="b" name="b"', 'id="b2" name="b2"'),
            END,
            chain("a s1 s2 e"),
            chain("b e"),
            chain("b2 e"),
            role="",
            extra=ERRORS,
        ),
    ),
    (
        "inclusive_alone",
        one(
            START,
            node("parallelGateway", "g"),
            TASK,
            '<inclusiveGateway id="j" name="j"/>',
            END,
            chain("a g t j e"),
            chain("g j"),
        ),
    ),
    (
        "start_twice",
        one(
            node("startEvent", "a", CATCH),
            node("startEvent", "a2", CATCH.replace('"md"', '"md2"')),
            END,
            chain("a e"),
            chain("a2 e"),
            role="",
            extra=MESSAGE,
        ),
    ),
]

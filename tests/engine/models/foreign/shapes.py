"""The same shapes, drawn in the style of each tool."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from tests.engine.models.foreign.styles import MODEL, STYLES, XSI, Style


@dataclass
class Writer:
    """Writes one file in a style."""

    style: Style
    drawn: bool = False
    parts: list[str] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)
    number: int = 0

    def step(self, kind: str, key: str, inside: str = "", attributes: str = "") -> None:
        self.number += 1
        self.parts.append(self.node(kind, key, inside, attributes))
        self.shapes.append(key)

    def node(self, kind: str, key: str, inside: str = "", attributes: str = "") -> str:
        is_task = kind.endswith(("Task", "task", "Activity"))
        settings = self.style.inside_task.replace("{n}", str(self.number)) if is_task else ""
        held = f"<B:extensionElements>{settings}</B:extensionElements>" if settings else ""
        noted = (
            f"<B:documentation><![CDATA[Ohje {self.number}: a < b & c]]></B:documentation>" if is_task else ""
        )
        extra = self.style.on_task.replace("{n}", str(self.number)) if is_task else ""
        return f'<B:{kind} id="{self.key(key)}" name="Vaihe {key} &amp; muuta" {extra} {attributes}>{noted}{held}{inside}</B:{kind}>'

    def flow(self, source: str, target: str, condition: str = "") -> None:
        self.parts.append(self.arrow(source, target, condition))

    def arrow(self, source: str, target: str, condition: str = "") -> str:
        attribute = f' language="{self.style.language}"' if self.style.language else ""
        condition_xml = (
            f'<B:conditionExpression xsi:type="B:tFormalExpression"{attribute}><![CDATA[{condition}]]></B:conditionExpression>'
            if condition
            else ""
        )
        key = f"f_{source}_{target}"
        return (
            f'<B:sequenceFlow id="{self.key(key)}" sourceRef="{self.key(source)}" targetRef="{self.key(target)}" '
            f"{self.style.on_flow}>{condition_xml}</B:sequenceFlow>"
        )

    def key(self, key: str) -> str:
        return self.style.ids.format(kind="Node", n=key)

    def file(self, around: str = "", processes: str | None = None) -> bytes:
        style = self.style
        spaces = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in style.spaces.items())
        body = (
            processes
            or f'<B:process id="{self.key("p")}" isExecutable="true">{"".join(self.parts)}</B:process>'
        )
        own = f'xmlns:{style.prefix}="{MODEL}"' if style.prefix else f'xmlns="{MODEL}"'
        exporter = f' exporter="{style.exporter}" exporterVersion="1.0"' if style.exporter else ""
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<B:definitions {own} xmlns:xsi="{XSI}"{spaces} id="defs" targetNamespace="http://example.invalid/x"'
            f"{exporter} {style.on_definitions}>{style.extra}{around}{body}{self._drawing()}</B:definitions>"
        )
        return self._prefixed(text).encode()

    def _prefixed(self, text: str) -> str:
        prefix = f"{self.style.prefix}:" if self.style.prefix else ""
        return text.replace("<B:", f"<{prefix}").replace("</B:", f"</{prefix}").replace('"B:', f'"{prefix}')

    def _drawing(self) -> str:
        if not self.drawn:
            return ""
        shapes = "".join(
            f'<bpmndi:BPMNShape id="{self.key(key)}_s" bpmnElement="{self.key(key)}">'
            f'<dc:Bounds x="{160 * place}" y="80" width="100" height="80"/></bpmndi:BPMNShape>'
            for place, key in enumerate(self.shapes)
        )
        return (
            '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
            'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="d"><bpmndi:BPMNPlane id="pl" '
            f'bpmnElement="{self.key("p")}">{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
        )


def straight(w: Writer) -> bytes:
    w.step("startEvent", "s")
    w.step("userTask", "t")
    w.step("endEvent", "e")
    w.flow("s", "t")
    w.flow("t", "e")
    return w.file()


def choice(w: Writer) -> bytes:
    w.step("startEvent", "s")
    w.step("exclusiveGateway", "x", attributes=f'default="{w.key("f_x_t2")}"')
    w.step("userTask", "t1")
    w.step("serviceTask", "t2")
    w.step("exclusiveGateway", "m")
    w.step("endEvent", "e")
    for source, target in (("s", "x"), ("x", "t2"), ("t1", "m"), ("t2", "m"), ("m", "e")):
        w.flow(source, target)
    w.flow("x", "t1", w.style.condition)
    return w.file()


def side_by_side(w: Writer) -> bytes:
    w.step("startEvent", "s")
    w.step("parallelGateway", "a")
    for number in range(3):
        w.step("userTask", f"t{number}")
        w.flow("a", f"t{number}")
        w.flow(f"t{number}", "j")
    w.step("parallelGateway", "j")
    w.step("endEvent", "e", "<B:terminateEventDefinition/>")
    w.flow("s", "a")
    w.flow("j", "e")
    return w.file()


def with_a_clock(w: Writer) -> bytes:
    w.step("startEvent", "s", "<B:messageEventDefinition/>")
    w.step("userTask", "t")
    clock = '<B:timerEventDefinition><B:timeDuration xsi:type="B:tFormalExpression">P1M</B:timeDuration></B:timerEventDefinition>'
    w.step("boundaryEvent", "b", clock, f'attachedToRef="{w.key("t")}" cancelActivity="false"')
    w.step("sendTask", "r")
    w.step("endEvent", "e")
    w.step("endEvent", "e2", '<B:errorEventDefinition errorRef="none"/>')
    for source, target in (("s", "t"), ("t", "e"), ("b", "r"), ("r", "e2")):
        w.flow(source, target)
    return w.file()


def nested(w: Writer) -> bytes:
    w.step("startEvent", "s")
    inner = "".join(
        (
            w.node("startEvent", "is"),
            w.node(
                "scriptTask",
                "it",
                f"<B:script><![CDATA[{w.style.script}]]></B:script>",
                f'scriptFormat="{w.style.script_format}"',
            ),
            w.node("endEvent", "ie"),
            w.arrow("is", "it"),
            w.arrow("it", "ie"),
        )
    )
    w.step("subProcess", "sub", inner)
    w.step("callActivity", "c", attributes='calledElement="elsewhere"')
    w.step("endEvent", "e")
    for source, target in (("s", "sub"), ("sub", "c"), ("c", "e")):
        w.flow(source, target)
    return w.file()


def pools(w: Writer) -> bytes:
    straight(w)
    w.parts.insert(
        0,
        f'<B:laneSet id="{w.key("ls")}"><B:lane id="{w.key("l1")}" name="Toimisto"><B:flowNodeRef>{w.key("s")}</B:flowNodeRef>'
        f'<B:flowNodeRef>{w.key("t")}</B:flowNodeRef></B:lane><B:lane id="{w.key("l2")}" name="Ei kukaan"/></B:laneSet>',
    )
    around = (
        f'<B:collaboration id="{w.key("col")}"><B:participant id="{w.key("pool")}" name="Me" processRef="{w.key("p")}"/>'
        f'<B:participant id="{w.key("you")}" name="Te"/><B:messageFlow id="{w.key("mf")}" sourceRef="{w.key("t")}" '
        f'targetRef="{w.key("you")}"/></B:collaboration>'
    )
    return w.file(around)


def with_papers(w: Writer) -> bytes:
    tied = (
        f'<B:dataInputAssociation id="{w.key("dia")}"><B:sourceRef>{w.key("dr")}</B:sourceRef>'
        f"<B:targetRef>{w.key('t')}</B:targetRef></B:dataInputAssociation>"
    )
    w.step("startEvent", "s")
    w.step("manualTask", "t", tied)
    w.step("endEvent", "e")
    w.parts += [
        f'<B:dataObject id="{w.key("do")}"/><B:dataObjectReference id="{w.key("dr")}" name="Asiakirja" dataObjectRef="{w.key("do")}"/>',
        f'<B:textAnnotation id="{w.key("ta")}"><B:text><![CDATA[Muista <kaikki>\n& muut]]></B:text></B:textAnnotation>',
        f'<B:association id="{w.key("as")}" sourceRef="{w.key("t")}" targetRef="{w.key("ta")}"/>',
    ]
    w.flow("s", "t")
    w.flow("t", "e")
    return w.file()


def again_and_again(w: Writer) -> bytes:
    many = '<B:multiInstanceLoopCharacteristics isSequential="true"><B:loopDataInputRef>things</B:loopDataInputRef></B:multiInstanceLoopCharacteristics>'
    w.step("startEvent", "s")
    w.step("userTask", "t", many)
    w.step("inclusiveGateway", "x")
    w.step("userTask", "u", "<B:standardLoopCharacteristics/>")
    w.step("endEvent", "e")
    for source, target in (("s", "t"), ("t", "x"), ("u", "t"), ("x", "e")):
        w.flow(source, target)
    w.flow("x", "u", w.style.condition or "again")
    return w.file()


def rare(w: Writer) -> bytes:
    w.step("startEvent", "s")
    w.step("adHocSubProcess", "ad", w.node("task", "free"))
    w.step(
        "transaction",
        "tr",
        w.node("startEvent", "trs") + w.node("endEvent", "tre", "<B:cancelEventDefinition/>"),
    )
    w.step("eventBasedGateway", "g")
    w.step("intermediateCatchEvent", "c1", "<B:signalEventDefinition/>")
    w.step("intermediateThrowEvent", "c2", '<B:linkEventDefinition name="sinne"/>')
    w.step("complexGateway", "cg")
    w.step("endEvent", "e", "<B:compensateEventDefinition/>")
    for source, target in (
        ("s", "ad"),
        ("ad", "tr"),
        ("tr", "g"),
        ("g", "c1"),
        ("c1", "c2"),
        ("c2", "cg"),
        ("cg", "e"),
    ):
        w.flow(source, target)
    return w.file()


SHAPES: Final[tuple[Callable[[Writer], bytes], ...]] = (
    straight,
    choice,
    side_by_side,
    with_a_clock,
    nested,
    pools,
    with_papers,
    again_and_again,
    rare,
)


def files() -> Iterator[tuple[str, Style, bytes]]:
    """Yield every shape in every style, every third one with its own drawing."""
    for row, style in enumerate(STYLES):
        for column, shape in enumerate(SHAPES):
            drawn = (row + column) % 3 == 0
            yield (
                f"{style.name}-{shape.__name__}{'-drawn' if drawn else ''}",
                style,
                shape(Writer(style, drawn)),
            )

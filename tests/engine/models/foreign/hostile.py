"""Files that are no diagrams, that lie about what they are, or that are made to cost."""

from __future__ import annotations

import json
from typing import Final

from tests.engine.models.foreign.styles import MODEL, XSI

OPEN: Final = f'<definitions xmlns="{MODEL}" xmlns:xsi="{XSI}" xmlns:x="urn:x" targetNamespace="http://example.invalid">'
SMALL: Final = (
    '<process id="pieni" isExecutable="true"><startEvent id="s"/><userTask id="t" name="Käsittele ääkköset"/>'
    '<endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="t"/><sequenceFlow id="f2" sourceRef="t" targetRef="e"/></process>'
)


def model(body: str = SMALL, before: str = "", encoding: str = "UTF-8") -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>{before}{OPEN}{body}</definitions>'


def chained(count: int, *, both_ways: bool = False) -> str:
    steps = "".join(f'<userTask id="t{n}"/>' for n in range(count))
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="t{n}" targetRef="t{n + 1}"/>' for n in range(count - 1)
    )
    ways = "".join(f"<incoming>f{n}</incoming>" for n in range(count)) if both_ways else ""
    return f'<process id="p">{steps}{flows}{ways}</process>'


def woven(count: int) -> str:
    """Everything leads to everything."""
    steps = "".join(f'<exclusiveGateway id="g{n}"/>' for n in range(count))
    flows = "".join(
        f'<sequenceFlow id="f{a}_{b}" sourceRef="g{a}" targetRef="g{b}"/>'
        for a in range(count)
        for b in range(count)
    )
    return f'<process id="p">{steps}{flows}</process>'


def nested(depth: int) -> str:
    opened = "".join(f'<subProcess id="u{n}">' for n in range(depth))
    return f'<process id="p">{opened}{"</subProcess>" * depth}</process>'


def calls(count: int) -> str:
    return "".join(
        f'<process id="c{n}"><startEvent id="s{n}"/><callActivity id="k{n}" calledElement="c{(n + 1) % count}"/>'
        f'<endEvent id="e{n}"/><sequenceFlow id="a{n}" sourceRef="s{n}" targetRef="k{n}"/>'
        f'<sequenceFlow id="b{n}" sourceRef="k{n}" targetRef="e{n}"/></process>'
        for n in range(count)
    )


def declared(body: str) -> str:
    return f"<!DOCTYPE definitions [{body}]>"


LAUGHS: Final = declared(
    '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
)
DEEP_EXPRESSION: Final = "(" * 3000 + "1" + ")" * 3000


def asking(expression: str) -> str:
    return (
        '<process id="p" isExecutable="true"><startEvent id="s"/><exclusiveGateway id="x" default="d"/><endEvent id="e"/>'
        '<sequenceFlow id="i" sourceRef="s" targetRef="x"/><sequenceFlow id="d" sourceRef="x" targetRef="e"/>'
        f'<sequenceFlow id="c" sourceRef="x" targetRef="e"><conditionExpression>{expression}</conditionExpression></sequenceFlow></process>'
    )


def crossing(rules: int, inputs: int) -> bytes:
    """A decision table whose rules overlap in very many ways."""
    given = "".join(
        f'<input id="i{n}"><inputExpression id="x{n}" typeRef="number"><text>a{n}</text></inputExpression></input>'
        for n in range(inputs)
    )
    rows = "".join(
        f'<rule id="r{rule}">'
        + "".join(
            f'<inputEntry id="c{rule}_{n}"><text>[{rule * n % 9}..{rule * n % 9 + 4}]</text></inputEntry>'
            for n in range(inputs)
        )
        + f'<outputEntry id="o{rule}"><text>{rule}</text></outputEntry></rule>'
        for rule in range(rules)
    )
    table = f'<decisionTable id="t">{given}<output id="o" name="o" typeRef="number"/>{rows}</decisionTable>'
    head = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">'
    return f'{head}<decision id="x" name="x">{table}</decision></definitions>'.encode()


REFUSED: Final[dict[str, bytes]] = {
    "empty.bpmn": b"",
    "blank.bpmn": b" \n\t ",
    "words.bpmn": "Prosessi: käsittele hakemus".encode(),
    "zip.bpmn": b"PK\x03\x04" + bytes(200),
    "zeros.bpmn": bytes(5000),
    "cut-off.bpmn": model().encode()[:-30],
    "doctype.bpmn": model(before="<!DOCTYPE definitions>").encode(),
    "doctype-utf16.bpmn": model(before="<!DOCTYPE definitions>", encoding="UTF-16").encode("utf-16"),
    "laughs.bpmn": model('<process id="p" name="&a9;"/>', LAUGHS).encode(),
    "external.bpmn": model(
        '<process id="p"><documentation>&e;</documentation></process>',
        declared('<!ENTITY e SYSTEM "file:///etc/passwd">'),
    ).encode(),
    "parameter.bpmn": model(before=declared('<!ENTITY % e SYSTEM "http://127.0.0.1:9/x"> %e;')).encode(),
    "included.bpmn": model(
        '<process id="p"/><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
    ).encode(),
    "instructed.bpmn": model(before='<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>').encode(),
    "html.bpmn": b"<html xmlns='http://www.w3.org/1999/xhtml'><body/></html>",
    "svg.bpmn": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "xpdl.bpmn": b'<Package xmlns="http://www.wfmc.org/2009/XPDL2.2" Id="x"/>',
    "visio.xml": b'<VisioDocument xmlns="http://schemas.microsoft.com/visio/2003/core"/>',
    "beta.bpmn": b'<definitions xmlns="http://schema.omg.org/spec/BPMN/2.0"><process id="p"/></definitions>',
    "table.bpmn": b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>',
    "no-namespace.bpmn": b"<definitions><process id='p'/></definitions>",
    "undeclared.bpmn": f'<bpmn:definitions xmlns:bpmn="{MODEL}"><bpmn:process id="p" camunda:x="1"/></bpmn:definitions>'.encode(),
    "no-process.bpmn": model('<collaboration id="c"/>').encode(),
    "koi8.bpmn": model(encoding="KOI8-R").encode("utf-8"),
    "utf7.bpmn": model(encoding="UTF-7").encode("utf-7"),
    "ebcdic.bpmn": model(encoding="IBM037").encode("cp037"),
    "not-utf8.bpmn": model().encode("latin-1"),
    "half-utf16.bpmn": model(encoding="UTF-16").encode("utf-16")[:-1],
    "null-letter.bpmn": model(SMALL.replace("Käsittele", "Käsit\0tele")).encode(),
    "huge.bpmn": model(
        f'<process id="p"><documentation>{"a" * 1_100_000}</documentation></process>'
    ).encode(),
    "ten-thousand-both-ways.bpmn": model(chained(10_000, both_ways=True)).encode(),
    "many-elements.bpmn": model("<group/>" * 21_000).encode(),
    "deep.bpmn": model("<x:a>" * 200 + "</x:a>" * 200).encode(),
    "deeper.bpmn": model("<x:a>" * 50_000 + "</x:a>" * 50_000).encode(),
    "nested.bpmn": model(nested(100)).encode(),
    "same-attribute-twice.bpmn": model('<process id="p" id="q"/>').encode(),
    "picture.png": b"\x89PNG\r\n\x1a\n",
    "no-ending": model().encode(),
    # tables
    "words.dmn": b"taulu",
    "diagram.dmn": model().encode(),
    "doctype.dmn": b'<!DOCTYPE d><definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>',
    # forms
    "words.form": b"lomake",
    "list.form": b"[]",
    "number.form": b"1",
    "no-fields.form": b'{"schemaVersion": 19}',
    "deep.form": b"[" * 100_000,
    "deep-object.form": b'{"components":' * 100_000,
}
"""File name to content: each is refused with a sentence."""


def letters(encoding: str, both_ways: str | None = None) -> bytes:
    return model(encoding=both_ways or encoding).encode(encoding)


OPENED: Final[dict[str, bytes]] = {
    "utf16.bpmn": letters("utf-16"),
    "utf16le-unmarked.bpmn": letters("utf-16-le", "UTF-16"),
    "utf16be-unmarked.bpmn": letters("utf-16-be", "UTF-16"),
    "utf32.bpmn": letters("utf-32"),
    "mark.bpmn": letters("utf-8-sig", "UTF-8"),
    "latin1.bpmn": letters("iso-8859-1"),
    "windows.bpmn": letters("windows-1252"),
    "says-utf16-is-utf8.bpmn": letters("utf-8", "UTF-16"),
    "says-utf8-is-utf16.bpmn": letters("utf-16", "UTF-8"),
    "other-ending.xml": model().encode(),
    "ten-thousand.bpmn": model(chained(9_900).replace("userTask", "task")).encode(),
    "five-hundred.bpmn": model(chained(500)).encode(),
    "woven.bpmn": model(woven(60)).encode(),
    "calls-in-a-ring.bpmn": model(calls(200)).encode(),
    "calls-itself.bpmn": model(calls(1)).encode(),
    "nested-a-little.bpmn": model(nested(30)).encode(),
    "huge-attribute.bpmn": model(SMALL.replace("Käsittele ääkköset", "ä" * 400_000)).encode(),
    "many-attributes.bpmn": model(
        f'<process id="p" {" ".join(f"x:a{n}=" + chr(34) + chr(34) for n in range(20_000))}/>'
    ).encode(),
    "same-id-everywhere.bpmn": model(
        '<process id="p">' + '<userTask id="t"/>' * 9_000 + "</process>"
    ).encode(),
    "no-ids.bpmn": model("<process>" + "<userTask/>" * 5_000 + "</process>").encode(),
    "no-id-process.bpmn": model("<process/>").encode(),
    "same-process-twice.bpmn": model(SMALL + SMALL).encode(),
    "arrows-to-nowhere.bpmn": model(
        '<process id="p"><sequenceFlow id="f" sourceRef="a" targetRef="b"/><sequenceFlow/></process>'
    ).encode(),
    "arrow-to-itself.bpmn": model(
        '<process id="p"><task id="t"/><sequenceFlow id="f" sourceRef="t" targetRef="t"/></process>'
    ).encode(),
    "hangs-on-nothing.bpmn": model(
        '<process id="p"><boundaryEvent id="b" attachedToRef="none"/><boundaryEvent id="c"/></process>'
    ).encode(),
    "hangs-on-itself.bpmn": model(
        '<process id="p"><boundaryEvent id="b" attachedToRef="b"/><task id="t"/><sequenceFlow id="f" sourceRef="b" targetRef="b"/></process>'
    ).encode(),
    "lanes-in-lanes.bpmn": model(
        '<process id="p"><laneSet id="l">'
        + "<lane><childLaneSet>" * 20
        + "</childLaneSet></lane>" * 20
        + "</laneSet></process>"
    ).encode(),
    "lane-of-nobody.bpmn": model(
        SMALL.replace("<startEvent", '<laneSet id="l"><lane id="l1" name="Tyhjä"/></laneSet><startEvent', 1)
    ).encode(),
    "pool-of-nothing.bpmn": model(
        '<collaboration id="c"><participant id="a" processRef="none"/><participant/><messageFlow/></collaboration>'
        + SMALL
    ).encode(),
    "pool-twice.bpmn": model(
        '<collaboration id="c"><participant id="a" processRef="pieni"/><participant id="b" processRef="pieni"/></collaboration>'
        + SMALL
    ).encode(),
    "deep-expression.bpmn": model(asking(DEEP_EXPRESSION)).encode(),
    "long-expression.bpmn": model(asking("1 + " * 100_000 + "1")).encode(),
    "python.bpmn": model(asking("__import__('os').system('x')")).encode(),
    "strange-numbers.bpmn": model(
        SMALL
        + '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC">'
        '<bpmndi:BPMNPlane><bpmndi:BPMNShape bpmnElement="t"><dc:Bounds x="NaN" y="1e400" width="-5" height="x"/></bpmndi:BPMNShape>'
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    ).encode(),
    "empty-drawing.bpmn": model(
        SMALL
        + '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"><bpmndi:BPMNPlane/></bpmndi:BPMNDiagram>'
    ).encode(),
    "spaces.bpmn": (
        "\n\n" + model(encoding="UTF-8").partition("?>")[2] + "\n<!-- loppu </definitions> -->"
    ).encode(),
    # tables
    "empty.dmn": b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>',
    "utf16.dmn": '<?xml version="1.0" encoding="UTF-16"?><definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="ä"/>'.encode(
        "utf-16"
    ),
    "crossing.dmn": crossing(40, 20),
    "old.dmn": b'<definitions xmlns="http://www.omg.org/spec/DMN/20151101/dmn.xsd" id="d" name="d"><decision id="x"/></definitions>',
    # forms
    "empty.form": b'{"components": []}',
    "other-tool.form": json.dumps(
        {
            "components": [{"type": "iframe", "key": "a"}, {"type": "expression", "expression": "=1"}],
            "schemaVersion": 7,
            "executionPlatform": "Camunda Cloud",
            "exporter": {"name": "Camunda Modeler", "version": "5"},
            "type": "default",
        }
    ).encode(),
    "utf16.form": '{"components": [], "id": "ä"}'.encode("utf-16"),
    "strange.form": b'{"components": [1, null, {"type": []}, {"components": {}}], "schemaVersion": "x"}',
    "deep-fields.form": (
        '{"components": [' + '{"type":"group","components":[' * 300 + "]}" * 300 + "]}"
    ).encode(),
}
"""File name to content: each comes in, and the gate says what is wrong with it."""

"""The shipped bundle as a process owner would change it: a second reminder, a hearing of the child, and what goes with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import PurePosixPath

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
Tree = etree._Element


def second_version(files: Mapping[str, bytes]) -> dict[str, bytes]:
    changed = dict(files)
    edits: dict[str, Callable[[Tree], None]] = {
        "verify_consent": _second_reminder,
        "assess_and_resolve": hear_the_child,
        "delivery": _say_that_a_way_was_chosen,
    }
    for process, edit in edits.items():
        tree = etree.fromstring(files[f"{process}/process.bpmn"])
        edit(tree)
        changed[f"{process}/process.bpmn"] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
    guardrails = next(path for path in files if path.endswith("guardrails.json"))
    changed[guardrails] = _one_guardrail_more(files[guardrails])
    form = next(path for path in files if PurePosixPath(path).name == "sufficiency.form")
    changed[form] = _one_question_less(files[form])
    return changed


def only_named_otherwise(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The smallest change there is: a task has another name."""
    path = "gather_information/process.bpmn"
    return {
        **files,
        path: files[path].replace("Riittävätkö tiedot?".encode(), "Tiedetäänkö tarpeeksi?".encode()),
    }


def hears_more(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The second version, in which a message is heard while the case is registered, and registering goes on."""
    changed, path = second_version(files), "intake_to_decision/process.bpmn"
    more = b"""<bpmn:boundaryEvent id="heard" name="Kuultu" attachedToRef="register" cancelActivity="false">
      <bpmn:outgoing>heard__heard_end</bpmn:outgoing>
      <bpmn:messageEventDefinition id="heard_message" messageRef="message_decision_restored" /></bpmn:boundaryEvent>
    <bpmn:endEvent id="heard_end" name="Kuultu"><bpmn:incoming>heard__heard_end</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="heard__heard_end" sourceRef="heard" targetRef="heard_end" />
    """
    task, lane = b'<bpmn:userTask id="register"', b"<bpmn:flowNodeRef>register</bpmn:flowNodeRef>"
    refs = b"<bpmn:flowNodeRef>heard</bpmn:flowNodeRef><bpmn:flowNodeRef>heard_end</bpmn:flowNodeRef>"
    changed[path] = changed[path].replace(task, more + task).replace(lane, lane + refs)
    return changed


def examined_in_a_call(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The examination in a called process, as it was drawn before the top picture showed its steps."""
    tree = etree.fromstring(files["intake_to_decision/process.bpmn"])
    drawn = find(tree, "examine")
    inside = [each for each in drawn if each.get("id")]
    ways = [each for each in drawn if each.tag in (f"{BPMN}incoming", f"{BPMN}outgoing")]
    called = etree.Element(
        f"{BPMN}definitions", targetNamespace=tree.get("targetNamespace"), nsmap=tree.nsmap
    )
    process = etree.SubElement(called, f"{BPMN}process", id="examination", name="Asian tutkinta")
    process.set("isExecutable", "true")
    lanes = etree.SubElement(process, f"{BPMN}laneSet", id="examination_lanes")
    lane = etree.SubElement(lanes, f"{BPMN}lane", id="examination_lane", name="Käsittelijä")
    with_property(lane, "role", "caseworker")
    for each in inside:
        if each.tag != f"{BPMN}sequenceFlow":
            etree.SubElement(lane, f"{BPMN}flowNodeRef").text = each.get("id")
    process.extend(inside)
    called.append(find(tree, "message_application_withdrawn"))
    called.append(deepcopy(find(tree, "message_withdrawal_taken_back")))
    call = etree.Element(f"{BPMN}callActivity", id="examine", name="Tutki asia", calledElement="examination")
    call.extend(ways)
    with_property(
        call, "input", "{" + ", ".join(f"{name}: {value}" for name, value in _OF_ITS_OWN.items()) + "}"
    )
    with_property(call, "output", "{" + ", ".join(f"{name}: {name}" for name in _OF_ITS_OWN) + "}")
    parent = drawn.getparent()
    assert parent is not None
    parent.replace(drawn, call)
    changed = {
        path: _scoped(data) if path.endswith("guardrails.json") else data for path, data in files.items()
    }
    for name, each in (("intake_to_decision", tree), ("examination", called)):
        changed[f"{name}/process.bpmn"] = etree.tostring(each, xml_declaration=True, encoding="UTF-8")
    return changed


def _scoped(data: bytes) -> bytes:
    read = json.loads(data)
    for each in read["guardrails"]:
        if each["key"] in ("admitted_aloud_does_not_lapse", "unconfirmed_withdrawal_ends_nothing"):
            each["scope"] = "examination"
    return json.dumps(read, ensure_ascii=False).encode()


_OF_ITS_OWN = {
    **{
        name: name
        for name in [
            "consent_state",
            "oral_state",
            "contact_state",
            "case_class",
            "account_known",
            "help_need_known",
            "in_finland",
            "stay_status",
            "representative_state",
            "investigation_known",
            "language",
            "priority",
            "triage_reason",
        ]
    },
    **dict.fromkeys(("outcome", "lapse_reason", "hold_until", "target_on", "service_organiser"), "null"),
    **dict.fromkeys(("resolution_state", "direction"), '"none"'),
    "resolution_language": "language",
    "wants_crime_report_help": '"no"',
}
"""The variables that the called process gets and hands back."""


def find(tree: Tree, element_id: str) -> Tree:
    (found,) = [each for each in tree.iter(etree.Element) if each.get("id") == element_id]
    return found


def _process(tree: Tree) -> Tree:
    return next(tree.iter(f"{BPMN}process"))


def _flow(tree: Tree, source: str, target: str) -> None:
    flow = etree.SubElement(_process(tree), f"{BPMN}sequenceFlow", id=f"{source}__{target}")
    flow.set("sourceRef", source)
    flow.set("targetRef", target)


def with_property(element: Tree, name: str, value: str) -> None:
    extension = element.find(f"{BPMN}extensionElements")
    if extension is None:
        extension = etree.SubElement(element, f"{BPMN}extensionElements")
        element.insert(0, extension)
    properties = extension.find(f"{SPIFF}properties")
    if properties is None:
        properties = etree.SubElement(extension, f"{SPIFF}properties")
    etree.SubElement(properties, f"{SPIFF}property", name=name, value=value)


def _in_lane_of(tree: Tree, element_id: str, neighbour: str) -> None:
    lane = next(
        each.getparent() for each in tree.iter(f"{BPMN}flowNodeRef") if (each.text or "").strip() == neighbour
    )
    etree.SubElement(lane, f"{BPMN}flowNodeRef").text = element_id


def _second_reminder(tree: Tree) -> None:
    """On the task itself; and the manager's task is another one from now on."""
    event = etree.SubElement(
        _process(tree), f"{BPMN}boundaryEvent", id="consent_remind_again", name="Toinen muistutus"
    )
    event.set("attachedToRef", "verify_consent_with_person")
    event.set("cancelActivity", "false")
    with_property(event, "timer", "reminder")
    timer = etree.SubElement(event, f"{BPMN}timerEventDefinition")
    duration = etree.SubElement(timer, f"{BPMN}timeDuration")
    duration.set("{http://www.w3.org/2001/XMLSchema-instance}type", "tFormalExpression")
    duration.text = "P5D"
    _in_lane_of(tree, "consent_remind_again", "verify_consent_with_person")
    _flow(tree, "consent_remind_again", "remind_of_consent")
    for each in tree.iter(etree.Element):
        for name, value in each.attrib.items():
            if value == "decide_on_reaching":
                each.set(name, "decide_on_reaching_the_person")
        if (each.text or "").strip() == "decide_on_reaching":
            each.text = "decide_on_reaching_the_person"


def hear_the_child(tree: Tree) -> None:
    """Between the start and the assessment."""
    task = etree.SubElement(_process(tree), f"{BPMN}userTask", id="hear_child", name="Kuule lasta")
    with_property(task, "form_key", "crime_report_support")
    _in_lane_of(tree, "hear_child", "assess")
    (first,) = [
        each
        for each in tree.iter(f"{BPMN}sequenceFlow")
        if each.get("sourceRef") == "assessment_start" and each.get("targetRef") == "assess"
    ]
    first.set("targetRef", "hear_child")
    for incoming in find(tree, "assess").findall(f"{BPMN}incoming"):
        if (incoming.text or "").strip() == first.get("id"):
            incoming.text = "hear_child__assess"
    _flow(tree, "hear_child", "assess")


def _say_that_a_way_was_chosen(tree: Tree) -> None:
    with_property(find(tree, "choose_channel"), "milestone", "delivery_way_chosen")


def _one_guardrail_more(data: bytes) -> bytes:
    read = json.loads(data)
    read["guardrails"].append(
        {
            "key": "way_before_service",
            "template": "precedence",
            "scope": "delivery",
            "a": ["delivery_way_chosen"],
            "b": ["delivery_recorded"],
            "fi": "Tiedoksiannon tapa valitaan ennen tiedoksiantoa.",
            "sv": "Sättet för delgivning väljs före delgivningen.",
            "en": "The way of service is chosen before the service.",
        }
    )
    return json.dumps(read, ensure_ascii=False).encode()


def _one_question_less(data: bytes) -> bytes:
    """A question that the process does not read goes."""
    read = json.loads(data)
    read["components"] = [each for each in read["components"] if each.get("key") != "still_missing"]
    return json.dumps(read, ensure_ascii=False).encode()

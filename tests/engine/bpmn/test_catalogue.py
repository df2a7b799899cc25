"""Model files read from XML by our own code: lanes, properties, messages, flows."""

from __future__ import annotations

import pytest

from engine.bpmn import Execution, parse_models
from engine.errors import ModelRejected
from tests.engine.bpmn.drawn import Around, chain, drawn_models, file, lanes, model, node, process, props


def test_of_nested_lanes_the_innermost_counts() -> None:
    inner = f'<childLaneSet id="cls"><lane id="in" name="Sisempi">{props(role="manager")}<flowNodeRef>t</flowNodeRef></lane></childLaneSet>'
    nested = (
        f'<laneSet id="ls"><lane id="out" name="Ulompi">{props(role="caseworker")}<flowNodeRef>t</flowNodeRef>'
        f"<flowNodeRef>u</flowNodeRef>{inner}</lane></laneSet>"
    )
    body = node("startEvent", "a") + node("userTask", "t") + node("userTask", "u") + node("endEvent", "e")
    drawn = drawn_models(process(body + nested + chain("a t u e")))
    assert (drawn.elements["p", "t"].role, drawn.elements["p", "t"].lane) == ("manager", "Sisempi")
    assert drawn.elements["p", "u"].role == "caseworker"


def test_elements_of_an_embedded_part_stand_in_the_lane_of_the_part() -> None:
    drawn = model("asking")
    call = drawn.elements["asking", "requests_out"]
    assert (call.scope, call.role, call.multiple) == ("ask_all", "caseworker", "parallel")
    assert call.properties["element"] == "request"


def test_starts_are_found_by_their_message() -> None:
    assert model("asking").starts == {"application_received": "asking"}


def test_an_element_knows_its_flows_and_a_flow_its_condition() -> None:
    drawn = model("asking")
    gateway = drawn.elements["asking", "is_enough"]
    assert (gateway.incoming, gateway.outgoing, gateway.default) == (("f7",), ("enough", "more"), "enough")
    assert drawn.flows["asking", "more"].condition == 'enough = "no"'


def test_properties_of_inner_elements_are_not_the_outers() -> None:
    drawn = model("asking")
    assert drawn.elements["asking", "ask_all"].properties == {}


def test_a_file_that_is_no_diagram_is_refused_with_its_name() -> None:
    with pytest.raises(ModelRejected) as refused:
        parse_models({"p.bpmn": b"<open"})
    assert "p.bpmn" in refused.value.findings[0].sentence


def test_a_diagram_the_library_cannot_read_is_refused_with_its_element() -> None:
    body = node("startEvent", "a") + node("callActivity", "c", attributes='calledElement=""') + chain("a c")
    with pytest.raises(ModelRejected) as refused:
        parse_models({"p.bpmn": file(process(body))})
    assert refused.value.findings[0].element_id == "c"


def test_inside_comes_before_outside() -> None:
    """Automatic steps run in a fixed order: innermost first, then in the order of the tree."""
    inner = (
        node("startEvent", "qa")
        + node("serviceTask", "i", operation="inner")
        + node("endEvent", "qe")
        + chain("qa i qe")
    )
    body = (
        node("startEvent", "a")
        + node("parallelGateway", "x")
        + node("serviceTask", "o", operation="outer")
        + node("callActivity", "c", attributes='calledElement="q"')
        + node("parallelGateway", "j")
        + node("endEvent", "e")
        + lanes("o")
        + chain("a x o j e")
        + chain("x c j")
    )
    around = Around()
    assert Execution.start(drawn_models(process(body), process(inner, "q")), "p", {}, around).ended
    assert [name for name, _ in around.calls] == ["inner", "outer"]

"""The picture and the list say the same; the picture needs no script, no style attribute and no editor."""

from __future__ import annotations

import pytest
from lxml import etree

from engine.bpmn import ParsedModels, parse_models
from engine.bpmn.diagram import Mark, as_list, draw, draw_breach
from engine.bpmn.findings import PathStep
from tests.engine.bpmn.shipped import processes

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def shipped() -> ParsedModels:
    return parse_models(processes())


def picture(parsed: ParsedModels, process_id: str, **marks: Mark) -> etree._Element:
    return etree.fromstring(draw(parsed, process_id, marks=marks).encode())


def test_every_process_is_drawn_whole(shipped: ParsedModels) -> None:
    for process_id in shipped.processes:
        drawn = {node.get("data-element") for node in picture(shipped, process_id).iter(SVG + "g")}
        elements = {key for process, key in shipped.elements if process == process_id}
        flows = {key for process, key in shipped.flows if process == process_id}
        assert elements | flows <= drawn, process_id


def test_nothing_in_it_needs_a_relaxed_policy(shipped: ParsedModels) -> None:
    for process_id in shipped.processes:
        for node in picture(shipped, process_id).iter():
            names = {str(name).lower() for name in node.attrib}
            assert "style" not in names
            assert not any(name.startswith("on") or "href" in name for name in names)
            assert node.tag != SVG + "script"


def test_a_mark_is_class_title_and_badge(shipped: ParsedModels) -> None:
    marks = {"follow_up": Mark("current", heat=2, badge="! 2", title="kaksi myöhässä")}
    root = picture(shipped, "wait_for_reply", **marks)
    (group,) = [g for g in root.iter(SVG + "g") if g.get("data-element") == "follow_up"]
    assert {"is-current", "heat-2"} <= set(group.get("class", "").split())
    assert "kaksi myöhässä" in (group.findtext(SVG + "title") or "")
    assert "! 2" in [text.text for text in root.iter(SVG + "text")]
    assert "Asia on kohdassa" in root.get("aria-label", "")


def test_a_broken_way_is_marked_on_its_flows(shipped: ParsedModels) -> None:
    flow = next(key for process, key in shipped.flows if process == "wait_for_reply")
    root = picture(shipped, "wait_for_reply", **{flow: Mark("broken")})
    (group,) = [g for g in root.iter(SVG + "g") if g.get("data-element") == flow]
    assert "is-broken" in group.get("class", "")


def test_names_that_people_wrote_are_text_in_the_picture() -> None:
    data = processes()
    path = next(path for path in data if "wait_for_reply" in path)
    data[path] = data[path].replace(
        "Päätä, miten pyyntö jatkuu".encode(), b'&lt;script&gt;x&lt;/script&gt;" onload="'
    )
    drawn = draw(
        parse_models(data), "wait_for_reply", marks={"follow_up": Mark("current", title='"><script>')}
    )
    assert "<script>" not in drawn
    etree.fromstring(drawn.encode())


def test_the_list_names_every_named_element_and_where_it_leads(shipped: ParsedModels) -> None:
    lines = as_list(shipped, "wait_for_reply", {"follow_up": Mark("current", title="myöhässä")})
    by_id = {line.element_id: line for line in lines}
    named = {e.element_id for e in shipped.elements.values() if e.process_id == "wait_for_reply" and e.name}
    assert named <= set(by_id)
    assert by_id["follow_up"].mark == "asia on tässä · myöhässä"
    assert lines[0].kind == "alku"
    assert ("", "Vastattu") in by_id["answer_request"].leads_to


def test_a_boundary_event_is_read_with_its_host(shipped: ParsedModels) -> None:
    (line,) = [line for line in as_list(shipped, "wait_for_reply") if line.element_id == "follow_up"]
    stalled = shipped.elements["wait_for_reply", "stalled"].name
    assert ("", stalled) in line.leads_to


def broken_parts(svg: str) -> set[str | None]:
    tree = etree.fromstring(svg.encode())
    return {each.get("data-element") for each in tree.iter() if "is-broken" in (each.get("class") or "")}


def test_a_breach_is_drawn_on_each_diagram_it_leads_through(shipped: ParsedModels) -> None:
    way = [
        PathStep(element_id, process_id, element_id)
        for process_id, element_id in (
            ("intake_to_decision", "register"),
            ("gather_information", "requests_out"),
            ("information_request", "review_reply"),
            ("gather_information", "resume_target"),
            ("intake_to_decision", "case_closed"),
        )
    ]
    stages = draw_breach(shipped, way)
    assert [each.process_id for each in stages] == [
        "intake_to_decision",
        "gather_information",
        "information_request",
    ]
    outer, called, innermost = stages
    assert {"register", "gather", "case_closed"} <= broken_parts(outer.svg)
    arrows = {"start_child_cases__examine", "is_referral__gather", "gather__assess_and_decide"}
    assert arrows | {"examine__is_resolved"} <= broken_parts(outer.svg), "into the sub-process and out of it"
    assert ">2–4<" in outer.svg, "what happens in the called process happens at its call"
    assert ">2–3<" in called.svg
    assert ">4<" in called.svg
    assert ">3<" in innermost.svg


def marked(stage_svg: str, parsed: ParsedModels, process_id: str) -> set[str | None]:
    """The arrows of a way."""
    return broken_parts(stage_svg) & {key for process, key in parsed.flows if process == process_id}


def test_a_breach_goes_over_the_edge_of_an_activity_and_comes_back(shipped: ParsedModels) -> None:
    stalled = shipped.elements["wait_for_reply", "stalled"]
    (flow,) = stalled.outgoing
    target = shipped.flows["wait_for_reply", flow].target
    host = stalled.attached_to or ""
    places = (host, "nothing_here", target, host)
    way = [PathStep(place, "wait_for_reply", place) for place in places]

    (stage,) = draw_breach(shipped, [*way, PathStep("x", "no_such_process", "x")])

    assert {host, target, flow} <= broken_parts(stage.svg)
    assert ">1, 4<" in stage.svg
    assert ">3<" in stage.svg
    assert "nothing_here" not in stage.svg


def test_a_breach_that_stays_in_a_called_process_goes_round_no_loop_of_the_caller(
    shipped: ParsedModels,
) -> None:
    process = "intake_to_decision"
    call = "what_follows"
    inner = [PathStep(key, "after_decision", key) for key in ("hold", "notify_linked_cases")]

    outer, _ = draw_breach(shipped, [PathStep("register", process, "register"), *inner])

    leading_in = {key for (_, key), flow in shipped.flows.items() if flow.target == call}
    assert len(leading_in) > 1
    assert len(marked(outer.svg, shipped, process) & leading_in) == 1

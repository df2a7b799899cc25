"""Models too wide to search: stopped at the bound, reported, never called proven; the nearest breach is still found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.bootstrap import shipped_files
from engine.bpmn.checks import References
from engine.bpmn.findings import in_language
from engine.guardrails import Guardrail, Guardrails
from engine.guardrails.prover import Limit, Report, Verdict, prove
from engine.models.diagram_gate import LIVE, PUBLISHING, THOROUGH, check_in_child, checked_and_proved
from engine.models.gate import references_of
from tests.engine.bpmn.drawn import chain, file, node, process
from tests.engine.guardrails.test_gate_proves import FILE, REFERENCES
from tests.engine.guardrails.test_legible import SHAPES

ENDS = Guardrail("ends", "existence", "p", a=frozenset({"m"}))
NEVER = Guardrail("never", "absence", "p", a=frozenset({"m"}))
ONCE = Guardrail("once", "at_most_once", "p", a=frozenset({"m0"}))


pytestmark = pytest.mark.usefixtures("nothing_proved")
"""A proof kept from a wider bound counts all its situations at once, past a narrower bound."""


def wide(branches: int) -> bytes:
    """Two tasks in each of so many parallel branches, all seen by a guardrail: 3 ** branches situations."""
    tasks = "".join(
        node("userTask", f"t{branch}_{step}", form_key="f", milestone=f"m m{branch}")
        for branch in range(branches)
        for step in range(2)
    )
    ways = "".join(chain(f"x t{branch}_0 t{branch}_1 j") for branch in range(branches))
    gateways = node("parallelGateway", "x") + node("parallelGateway", "j")
    return file(
        process(
            node("startEvent", "a")
            + gateways
            + node("endEvent", "e")
            + tasks
            + chain("a x")
            + ways
            + chain("j e")
        )
    )


def proved(branches: int, limit: Limit, *guardrails: Guardrail) -> Report:
    return prove({"p.bpmn": wide(branches)}, Guardrails(1, date(2026, 12, 1), {}, guardrails), limit=limit)


def test_the_bounds_are_those_that_are_promised() -> None:
    assert (LIVE.situations, LIVE.milliseconds, LIVE.is_last) == (80_000, 8_000, False)
    assert (PUBLISHING.situations, PUBLISHING.milliseconds, PUBLISHING.is_last) == (120_000, 20_000, True)
    assert (THOROUGH.situations, THOROUGH.is_last) == (300_000, True)


@pytest.mark.parametrize(
    "branches, limit",
    [
        (10, replace(LIVE, situations=8_000)),
        (10, replace(PUBLISHING, situations=12_000)),
        (10, replace(THOROUGH, situations=15_000)),
        (10, replace(LIVE, situations=10**9, milliseconds=20)),
        (10, replace(PUBLISHING, situations=10**9, milliseconds=20)),
    ],
    ids=["live", "publishing", "command line", "live, by the clock", "publishing, by the clock"],
)
def test_it_stops_says_how_far_it_came_and_calls_nothing_proven(branches: int, limit: Limit) -> None:
    report = proved(branches, limit, ENDS)
    assert not report.is_complete
    assert report.situations <= limit.situations + 2_000
    assert report.verdicts == {"ends": Verdict.NOT_PROVEN}
    findings = {each.code.removesuffix("_yet"): each for each in report.findings}
    assert set(findings) == {"not_explored", "guardrail_not_proven"}
    assert findings["not_explored"].values["states"] == str(report.situations)
    assert {each.severity for each in findings.values()} == {"error" if limit.is_last else "warning"}
    assert all(
        in_language(each, language)[0] for each in findings.values() for language in ("fi", "sv", "en")
    )


def test_what_the_gate_was_too_late_for_is_asked_again() -> None:
    """On an idle machine the same files may be proved."""
    files = {"p.bpmn": laned(wide(8), 8)}
    reports: list[Report] = []
    for _ in range(2):
        checked_and_proved(
            files,
            replace(REFERENCES, forms={"f": frozenset()}),
            FILE,
            replace(PUBLISHING, milliseconds=-1),
            measure=reports.append,
        )
    first, second = reports
    assert not first.is_complete
    assert first is not second


def test_a_model_within_the_bound_is_proved() -> None:
    report = proved(6, LIVE, ENDS, ONCE)
    assert report.is_complete
    assert report.verdicts["ends"] is Verdict.PROVEN


def test_a_near_breach_is_found_before_the_bound_stops_the_search() -> None:
    report = proved(10, replace(LIVE, situations=8_000), ENDS, NEVER)
    assert report.verdicts == {"ends": Verdict.NOT_PROVEN, "never": Verdict.BROKEN}
    assert [
        step.element_id for each in report.findings if each.code == "guardrail_never" for step in each.path
    ][:1] == ["a"]


def test_the_child_keeps_to_the_bound_it_is_given() -> None:
    guardrails = FILE.replace(b'"x"', b'"unheard_of"').replace(b"absence", b"existence")
    files = {"p.bpmn": laned(wide(10))}
    references: References = replace(REFERENCES, forms={"f": frozenset()})
    found = {
        each.code
        for each in check_in_child(files, references, guardrails, replace(LIVE, situations=500), seconds=60)
    }
    assert "not_explored_yet" in found
    found = {
        each.code
        for each in check_in_child(
            files, references, guardrails, replace(PUBLISHING, situations=500), seconds=60
        )
    }
    assert "not_explored" in found


@pytest.mark.slow
def test_the_child_has_memory_for_all_that_publishing_looks_through() -> None:
    """The guardrail is broken at the very end; the search for the shortest way there needs the most memory."""
    guardrails = FILE.replace(b'["x"]', b'["m0"], "b": ["m1"]').replace(b"absence", b"response")
    files = {"p.bpmn": laned(wide(10))}
    references: References = replace(REFERENCES, forms={"f": frozenset()})
    found = check_in_child(files, references, guardrails, PUBLISHING, seconds=60)
    (findings,) = (each for each in found if each.code == "guardrail_owed")
    assert len(findings.path) == len(("a", *range(10 * 2)))


def test_a_step_that_hangs_loose_from_the_procedure_is_judged_while_it_is_drawn() -> None:
    """It goes on beside the way of the task it is drawn from, so that tokens crowd: where they could is asked of steps cut
    short, which are hundreds of thousands."""
    files = dict(shipped_files())
    loose = """<bpmn:userTask id="loose" name="Kuule"><bpmn:incoming>to_loose</bpmn:incoming></bpmn:userTask>
      <bpmn:sequenceFlow id="to_loose" sourceRef="verify_consent_with_person" targetRef="loose"/></bpmn:process>"""
    path = "verify_consent/process.bpmn"
    files[path] = files[path].replace(b"</bpmn:process>", loose.encode())
    found = check_in_child(files, references_of(SHAPES, files), files["guardrails.json"], LIVE)
    assert {each.code for each in found} & {"many", "too_costly"} == {"many"}


def laned(data: bytes, branches: int = 10) -> bytes:
    """The tasks of all branches in one lane, as the gate requires."""
    names = "".join(
        f"<flowNodeRef>t{branch}_{step}</flowNodeRef>" for branch in range(branches) for step in range(2)
    )
    role = '<extensionElements><s:properties><s:property name="role" value="caseworker"/></s:properties></extensionElements>'
    lane = f'<laneSet id="ls"><lane id="l" name="Käsittelijä">{role}{names}</lane></laneSet>'
    return data.replace(b'isExecutable="true">', b'isExecutable="true">' + lane.encode(), 1)

"""The publish gate: what it refuses, each with element, sentence and a way out; and that it lets good diagrams pass."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn.checks import References, check_bundle
from engine.bpmn.findings import Finding, in_language
from engine.bpmn.sentences import SENTENCES
from engine.models.diagram_gate import check_in_child
from tests.engine.bpmn.drawn import MODELS, chain, file, lanes, node, process
from tests.engine.bpmn.refused import REFERENCES
from tests.engine.bpmn.refused_meanings import REFUSED
from tests.engine.models.foreign.hostile import calls, model

ASKING = References(
    forms={
        "write": frozenset({"requests"}),
        "judge": frozenset({"enough"}),
        "confirm": frozenset({"sure"}),
        "answer": frozenset(),
        "follow_up": frozenset({"due_at", "state"}),
    },
    roles=frozenset({"caseworker"}),
    operations={},
    tables={},
    variables=frozenset({"prepared_by"}),
)
ELSEWHERE = {"format", "too_costly", "unparsed"}
"""Findings of other checks than the stages: stored text, the child process, the library."""


WHOLE = {
    "unreadable",
    "no_process",
    "many_findings",
    "no_start",
    "no_end",
    "too_many_nodes",
    "not_executable",
    "missing_id",
}
"""Findings on a file or a process, not on one element."""


def codes(found: list[Finding]) -> set[str]:
    return {each.code for each in found}


@pytest.mark.parametrize("code,files", REFUSED, ids=[f"{code}-{n}" for n, (code, _) in enumerate(REFUSED)])
def test_it_is_refused_with_its_own_sentence(code: str, files: dict[str, bytes]) -> None:
    found = check_bundle(files, REFERENCES)
    assert code in codes(found), found
    mine = next(each for each in found if each.code == code)
    assert mine.sentence.strip()
    assert mine.way_out.strip()
    assert "{" not in mine.sentence.replace("{choice", "").replace("${channel", "")
    if code not in WHOLE:
        assert mine.element_id is not None


def test_a_finding_says_the_same_again_in_words_of_a_language() -> None:
    for _, files in REFUSED[:20]:
        for found in check_bundle(files, REFERENCES):
            assert in_language(found, "fi") == (found.sentence, found.way_out)
            assert "{" not in "".join(in_language(found, "sv"))


def test_a_misspelt_name_is_answered_with_the_right_one() -> None:
    files = next(files for code, files in REFUSED if code == "unknown_name")
    assert any("channel" in found.sentence for found in check_bundle(files, REFERENCES))


def test_every_sentence_of_the_gate_has_a_diagram_that_earns_it() -> None:
    assert {code for code, _ in REFUSED} | ELSEWHERE == set(SENTENCES)


def test_a_good_diagram_passes_without_a_word() -> None:
    assert check_bundle({"asking.bpmn": (MODELS / "asking.bpmn").read_bytes()}, ASKING) == []


def test_a_wrapped_multi_instance_with_an_interruption_around_it_passes() -> None:
    text = (MODELS / "asking.bpmn").read_text()
    on_the_call = text.replace('attachedToRef="ask_all"', 'attachedToRef="requests_out"')
    assert "boundary_unattached" in codes(check_bundle({"a.bpmn": on_the_call.encode()}, ASKING))


def test_a_loop_through_an_operation_that_is_done_later_may_wait_there() -> None:
    def loop(operation: str) -> bytes:
        body = (
            node("startEvent", "a")
            + node("serviceTask", "g", operation=operation)
            + '<exclusiveGateway id="x" name="Again?" default="x__e"/>'
            + node("endEvent", "e")
            + chain("a g x e")
            + chain("x g", "channel = 1")
        )
        return file(process(body))

    assert "engine_loop" in codes(check_bundle({"p": b"", "p.bpmn": loop("send")}, REFERENCES))
    assert "engine_loop" not in codes(check_bundle({"p.bpmn": loop("later")}, REFERENCES))


def test_a_called_task_stands_in_the_lane_of_its_call() -> None:
    inner = (
        node("startEvent", "qa")
        + node("userTask", "t", form_key="f")
        + node("endEvent", "qe")
        + chain("qa t qe")
    )
    outer = (
        node("startEvent", "a")
        + node("callActivity", "c", attributes='calledElement="q"')
        + node("endEvent", "e")
    )
    flows = chain("a c e")
    files = {"p.bpmn": file(process(outer + flows + lanes("c"))), "q.bpmn": file(process(inner, "q"))}
    assert check_bundle(files, REFERENCES) == []
    files["p.bpmn"] = file(process(outer + flows))
    assert codes(check_bundle(files, REFERENCES)) == {"role_missing"}


def test_an_inclusive_join_passes_beside_its_split() -> None:
    def pair(*more: str) -> dict[str, bytes]:
        body = (
            node("startEvent", "a")
            + '<inclusiveGateway id="s" name="Which?" default="s__t"/>'
            + node("userTask", "t", form_key="f")
            + node("userTask", "u", form_key="f")
            + '<inclusiveGateway id="j"/>'
            + node("endEvent", "e")
            + lanes("t u")
            + chain("a s t j e")
            + chain("s u", "channel = 1")
        )
        return {"p.bpmn": file(process(body + "".join(more)))}

    assert check_bundle(pair(chain("u j")), REFERENCES) == []
    aside = node("endEvent", "e2") + node("parallelGateway", "p2") + chain("u p2 j") + chain("p2 e2")
    assert codes(check_bundle(pair(aside), REFERENCES)) == {"inclusive_alone"}


def reminded(*middle: str, boundary: str = "") -> dict[str, bytes]:
    """A task with a due day, and what is drawn around it; `middle` is a chain of ids with their elements before it."""
    ids, elements = middle
    body = (
        node("startEvent", "a")
        + node("userTask", "t", form_key="f")
        + elements
        + boundary
        + node("endEvent", "e")
        + chain(f"a {ids} t e".replace("  ", " "))
        + lanes("t")
    )
    return {"p.bpmn": file(process(body))}


def catch(element_id: str, kind: str, when: str) -> str:
    inside = f'<timerEventDefinition id="{element_id}_d"><timeDate>{when}</timeDate></timerEventDefinition>'
    return node("intermediateCatchEvent", element_id, inside, timer=kind)


def beside_t(element_id: str, kind: str, length: str) -> str:
    inside = f'<timerEventDefinition id="{element_id}_d"><timeDuration>{length}</timeDuration></timerEventDefinition>'
    attributes = 'attachedToRef="t" cancelActivity="false"'
    event = node("boundaryEvent", element_id, inside, attributes=attributes, timer=kind)
    return event + node("endEvent", f"{element_id}_e") + chain(f"{element_id} {element_id}_e")


SEND = [node("serviceTask", f"s{n}", operation="send") for n in range(2)]


@pytest.mark.parametrize(
    "files, expected",
    [
        (
            reminded("r s0 d", catch("r", "reminder", "channel") + SEND[0] + catch("d", "due", "channel")),
            set(),
        ),
        (
            reminded("d s0 r", catch("r", "reminder", "channel") + SEND[0] + catch("d", "due", "channel")),
            {"reminder_late"},
        ),
        (reminded("r s0 s1", catch("r", "reminder", "channel") + SEND[0] + SEND[1]), {"reminder_twice"}),
        (
            reminded(
                "r s0 q s1",
                catch("r", "reminder", "channel") + SEND[0] + catch("q", "reminder", "things") + SEND[1],
            ),
            set(),
        ),
        (
            reminded(
                "r s0 q s1",
                catch("r", "reminder", "channel") + SEND[0] + catch("q", "reminder", "channel") + SEND[1],
            ),
            {"reminder_twice"},
        ),
        (reminded("", "", boundary=beside_t("r", "reminder", "P5D") + beside_t("d", "due", "P7D")), set()),
        (
            reminded("", "", boundary=beside_t("r", "reminder", "P7D") + beside_t("d", "due", "P7D")),
            {"reminder_late"},
        ),
    ],
    ids=[
        "before",
        "after the due day",
        "sent twice",
        "two days",
        "the same day",
        "beside",
        "beside, too late",
    ],
)
def test_a_reminder_comes_once_and_before_the_day_it_reminds_of(
    files: dict[str, bytes], expected: set[str]
) -> None:
    found = codes(check_bundle(files, REFERENCES))
    assert {code for code in found if code.startswith("reminder")} == expected


def test_the_child_process_says_what_the_gate_says() -> None:
    files = {
        "asking.bpmn": (MODELS / "asking.bpmn").read_bytes().replace(b'value="caseworker"', b'value="boss"')
    }
    assert check_in_child(files, ASKING) == check_bundle(files, ASKING) != []


def test_many_ways_to_a_process_are_not_walked_one_by_one() -> None:
    """Each calls the next twice: two to the power of thirty ways."""

    def step(n: int) -> bytes:
        called = f'calledElement="p{n + 1}"' if n < 30 else ""
        tag = "callActivity" if called else "scriptTask"
        inside = "" if called else "<script>{}</script>"
        calls = node(tag, f"b{n}", inside, attributes=called) + node(tag, f"c{n}", inside, attributes=called)
        ends = node("startEvent", f"a{n}") + node("endEvent", f"e{n}")
        return file(process(ends + calls + chain(f"a{n} b{n} c{n} e{n}"), f"p{n}"))

    assert check_in_child({f"{n}.bpmn": step(n) for n in range(31)}, REFERENCES, seconds=20) == []


def test_a_diagram_that_costs_too_much_is_stopped() -> None:
    # A second of a processor: an idle child would have answered a small one before anybody looks at the time.
    costly = {"p.bpmn": model(calls(1_500)).encode()}
    assert codes(check_in_child(costly, ASKING, seconds=0.01)) == {"too_costly"}


def test_the_callers_folder_does_not_decide_the_code_of_the_child(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONSTARTUP", "x")
    (tmp_path / "engine.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    files = {"asking.bpmn": (MODELS / "asking.bpmn").read_bytes()}
    assert check_in_child(files, ASKING) == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_mangled_diagram_never_brings_the_gate_down(data: st.DataObject) -> None:
    text = (MODELS / "asking.bpmn").read_bytes()
    at = data.draw(st.integers(200, len(text) - 40))
    cut = data.draw(st.integers(0, 30))
    put = data.draw(st.sampled_from([b"", b"x", b'"', b"<a/>", b"split", b"&amp;", b"{", b"\xff"]))
    check_bundle({"a.bpmn": text[:at] + put + text[at + cut :]}, ASKING)

"""Stored snapshots: small, without specs, the same after any way there and back."""

from __future__ import annotations

import json
import logging
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn import Execution
from tests.engine.bpmn.asking import Asking, asking_bundle
from tests.engine.bpmn.drawn import ACTOR, NOON, Around, chain, drawn_models, lanes, node, process

GOLDEN = Path(__file__).parent / "golden"
WAITING = drawn_models(
    process(
        node("startEvent", "a")
        + node("userTask", "t", form_key="f", output="{value: answers.value}")
        + node("endEvent", "e")
        + lanes("t")
        + chain("a t e")
    )
)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "text",
        Decimal("1.50"),
        date(2026, 12, 24),
        time(9, 30),
        NOON,
        timedelta(days=1, microseconds=7),
        [Decimal(1), [date(2026, 1, 1)]],
        {"a": {"b": Decimal(2)}},
        {"typename": "Task", "children": []},
        {"__builtins__": "x", "len": Decimal(1)},
    ],
    ids=repr,
)
def test_every_value_comes_back_as_it_was(value: Any) -> None:
    """In the library an object with the key `typename` bricks the case, and dates and decimals can't be saved."""
    snapshot = Execution.start(WAITING, "p", {"value": value}, Around()).snapshot()
    assert Execution.restore(WAITING, snapshot, Around()).variables == {"value": value}


def test_a_snapshot_holds_no_specs_no_future_and_no_finished_parts() -> None:
    case = Asking()
    case.asks(*"ABCDE")
    busy = len(case.snapshot)
    for _ in range(5):
        case.does("answer")
    assert busy < 4_000
    assert len(case.snapshot) < 1_500
    assert b"answer" not in case.snapshot.replace(b"answered", b"")


STEP = st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from(["yes", "no", "without", "more"]))


def _step(case: Asking, step: tuple[int, int, str]) -> None:
    what, which, word = step
    if what < 6 and case.state.tasks:
        task = case.state.tasks[which % len(case.state.tasks)]
        requests = [
            {"id": f"R{n}", "recipient": "applicant", "due_at": case.in_days(which + 1)}
            for n in range(which % 4)
        ]
        answers = {
            "requests": requests,
            "enough": word,
            "sure": word,
            "state": word,
            "due_at": case.in_days(9),
        }
        case.does(task.element_id, number=case.tasks(task.element_id).index(task), **answers)
    elif what < 8 and case.state.messages:
        case.hears(case.state.messages[which % len(case.state.messages)].name)
    else:
        case.passes(days=which)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEP, max_size=25))
def test_there_and_back_is_the_same_after_any_way(steps: list[tuple[int, int, str]]) -> None:
    case = Asking()
    for step in steps:
        if case.ended:
            break
        before = case.snapshot
        assert case.execution.snapshot() == before
        assert case.execution.wait_state() == case.state
        _step(case, step)
        assert case.ended or case.state.tasks or case.state.timers
    if case.ended:
        assert (case.state.tasks, case.state.timers, case.state.messages) == ((), (), ())


@settings(max_examples=30, deadline=None)
@given(st.lists(STEP, max_size=15))
def test_a_case_that_stays_in_memory_goes_the_same_way(steps: list[tuple[int, int, str]]) -> None:
    """Leaving out predicted tasks must change nothing that happens."""
    stored = Asking()
    around = Around()
    kept = Execution.start(asking_bundle(), "application_received", {}, around)
    for step in steps:
        if stored.ended:
            break
        tasks_before, now = stored.state.tasks, stored.around.now
        what, which, word = step
        if what >= 6 or not tasks_before:
            continue
        task = tasks_before[which % len(tasks_before)]
        _step(stored, step)
        assert stored.around.now == now
        twin = next(each for each in kept.wait_state().tasks if each.path == task.path)
        requests = [
            {"id": f"R{n}", "recipient": "applicant", "due_at": now + timedelta(days=which + 1)}
            for n in range(which % 4)
        ]
        answers = {
            "requests": requests,
            "enough": word,
            "sure": word,
            "state": word,
            "due_at": now + timedelta(days=9),
        }
        kept.complete(twin.task_key, answers, ACTOR)
        assert [each.path for each in kept.wait_state().tasks] == [each.path for each in stored.state.tasks]
        assert kept.variables == stored.variables


def golden(name: str) -> tuple[bytes, dict[str, Any]]:
    return (GOLDEN / f"{name}.json").read_bytes(), json.loads((GOLDEN / f"{name}.expected.json").read_text())


@pytest.mark.parametrize("name", ["asked", "following_up"])
def test_a_blob_stored_by_the_first_version_is_still_understood(name: str) -> None:
    """A change that breaks this needs a new format number and a way from the old one."""
    blob, expected = golden(name)
    around = Around(now=datetime.fromisoformat(expected["now"]))
    execution = Execution.restore(asking_bundle(), blob, around)
    state = execution.wait_state()
    assert [task.path for task in state.tasks] == expected["tasks"]
    assert [timer.due_at.isoformat() for timer in state.timers] == expected["timers"]
    assert [message.name for message in state.messages] == expected["messages"]
    assert execution.snapshot() == blob.strip()
    execution.complete(state.tasks[0].task_key, {}, ACTOR)
    assert execution.wait_state().tasks


def test_the_library_logs_nothing_of_a_case_however_loudly_it_is_asked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """At its finest level SpiffWorkflow would put the data of a task into the log."""
    with caplog.at_level(logging.DEBUG, logger="spiff"), caplog.at_level(logging.DEBUG, logger="spiff.task"):
        execution = Execution.start(WAITING, "p", {"name": "kanarialintu"}, Around())
        restored = Execution.restore(WAITING, execution.snapshot(), Around())
        (task,) = restored.wait_state().tasks
        restored.complete(task.task_key, {"value": "kanarialintu"}, ACTOR)

    assert restored.ended
    assert [record for record in caplog.records if record.name == "spiff.task"] == []
    assert "kanarialintu" not in "".join(str(vars(record)) for record in caplog.records)

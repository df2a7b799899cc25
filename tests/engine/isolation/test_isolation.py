"""A child is kept and asked again; a task beyond its limits ends it, and no other caller is refused for that."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from engine import isolation

MODULE = "tests.engine.bpmn.bearing"


@pytest.fixture(autouse=True)
def _no_child_is_left() -> Iterator[None]:
    isolation.end_all()
    yield
    isolation.end_all()


def test_the_same_child_answers_again() -> None:
    assert isolation.ask(MODULE, {"do": "who"}, 30) == isolation.ask(MODULE, {"do": "who"}, 30)


def test_two_at_once_are_answered_by_two(tmp_path: Path) -> None:
    found: list[int] = []
    meeting = {"do": "wait for a friend", "at": str(tmp_path)}
    askers = [Thread(target=lambda: found.append(isolation.ask(MODULE, meeting, 30))) for _ in range(2)]
    for each in askers:
        each.start()
    for each in askers:
        each.join()
    assert len(set(found)) == 2


@pytest.mark.parametrize("much", ["memory", "depth"])
def test_a_task_past_the_limits_ends_the_child_and_the_next_is_answered(much: str) -> None:
    first = isolation.ask(MODULE, {"do": "who"}, 30)
    with pytest.raises(isolation.TookTooMuch):
        isolation.ask(MODULE, {"do": much}, 30)
    assert isolation.ask(MODULE, {"do": "who"}, 30) != first


def test_one_that_does_not_answer_in_time_is_ended() -> None:
    child = isolation.ask(MODULE, {"do": "who"}, 30)
    with pytest.raises(isolation.TookTooMuch):
        isolation.ask(MODULE, {"do": "sleep"}, 0.05)
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_one_that_was_killed_while_it_waited_is_replaced() -> None:
    child = isolation.ask(MODULE, {"do": "who"}, 30)
    os.kill(child, signal.SIGTERM)
    while Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
        os.sched_yield()
    assert isolation.ask(MODULE, {"do": "who"}, 30) != child


def test_one_that_has_grown_is_not_asked_again() -> None:
    child = isolation.ask(MODULE, {"do": "grow"}, 30)
    assert isolation.ask(MODULE, {"do": "who"}, 30) != child

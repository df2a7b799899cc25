"""A child is kept and asked again; a task beyond its limits ends it, and no other caller is refused for that."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from engine import isolation
from engine.isolation import children
from engine.isolation.children import Child, Pool

MODULE = "tests.engine.bpmn.bearing"


@pytest.fixture(autouse=True)
def _no_child_is_left() -> Iterator[None]:
    isolation.end_all()
    yield
    isolation.end_all()


def test_the_same_child_answers_again() -> None:
    assert isolation.ask(MODULE, {"do": "who"}, 30) == isolation.ask(MODULE, {"do": "who"}, 30)


def test_a_child_gets_no_variable_of_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIREILLE_MASTER_KEY", "a key")
    assert isolation.ask(MODULE, {"do": "environment"}, 30) == 0


def test_two_at_once_are_answered_by_two() -> None:
    pool = Pool()
    one, other = pool.taken(MODULE), pool.taken(MODULE)
    assert one.pid != other.pid
    assert json.loads(other.ask(b'{"do": "who"}', 30)) == other.pid
    pool.end(one)
    pool.end(other)


def test_who_comes_when_the_memory_is_used_up_waits_for_another_to_end() -> None:
    assert children.TOGETHER == 8 * isolation.MEMORY, "of all children of a process"
    pool = Pool(2 * isolation.MEMORY)
    first, second = pool.taken(MODULE), pool.taken(MODULE)
    found: list[Child] = []
    waiting = Thread(target=lambda: found.append(pool.taken(MODULE)))
    waiting.start()
    pool.put_back(first)
    waiting.join()
    assert found == [first]
    pool.end(first)
    pool.end(second)


def test_an_idle_child_makes_room_for_a_file() -> None:
    pool = Pool(2 * isolation.MEMORY)
    idle = pool.taken(MODULE)
    pool.put_back(idle)
    with pool.reserved(2 * isolation.MEMORY):
        assert not idle.lives()


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

"""Tasks see only the next ones. Where a join looks further ahead, it must still see what is to come."""

from __future__ import annotations

from engine.bpmn import Execution
from tests.engine.bpmn.drawn import ACTOR, Around, chain, drawn_models, lanes, node, process

ALL_WAYS = (
    node("startEvent", "a")
    + node("inclusiveGateway", "some", attributes='default="some__together"')
    + node(
        "subProcess",
        "inner",
        node("startEvent", "ia")
        + node("userTask", "t", form_key="f")
        + node("endEvent", "ie")
        + chain("ia t ie"),
    )
    + node("userTask", "x", form_key="f")
    + node("userTask", "y", form_key="f")
    + node("inclusiveGateway", "together")
    + node("userTask", "after", form_key="f")
    + node("endEvent", "e")
    + lanes("inner x y after")
    + chain("a some")
    + chain("some inner", "true")
    + chain("inner x together")
    + chain("some y", "true")
    + chain("some together")
    + chain("y together after e")
)

AGAIN = (
    node("startEvent", "a")
    + node("parallelGateway", "fork")
    + node("userTask", "x", form_key="f")
    + node("userTask", "y", form_key="f", output="{again: answers.again}")
    + node("parallelGateway", "join")
    + node("exclusiveGateway", "enough", attributes='default="enough__e"')
    + node("endEvent", "e")
    + lanes("x y")
    + chain("a fork x join enough e")
    + chain("fork y join")
    + chain("enough fork", "again")
)


class Walk:
    """Every step through a snapshot, as between two commands."""

    def __init__(self, drawn: str) -> None:
        self._bundle = drawn_models(process(drawn))
        self._around = Around()
        self._snapshot = Execution.start(self._bundle, "p", {}, self._around).snapshot()

    @property
    def _execution(self) -> Execution:
        return Execution.restore(self._bundle, self._snapshot, self._around)

    @property
    def waiting(self) -> set[str]:
        return {task.element_id for task in self._execution.wait_state().tasks}

    @property
    def ended(self) -> bool:
        return self._execution.ended

    def does(self, element_id: str, **answers: object) -> None:
        execution = self._execution
        task = next(each for each in execution.wait_state().tasks if each.element_id == element_id)
        execution.complete(task.task_key, answers, ACTOR)
        self._snapshot = execution.snapshot()


def test_an_inclusive_join_waits_for_a_token_two_steps_and_a_sub_process_away() -> None:
    walk = Walk(ALL_WAYS)
    assert walk.waiting == {"t", "y"}
    walk.does("y")
    assert walk.waiting == {"t"}, "nobody went on alone"
    walk.does("t")
    assert walk.waiting == {"x"}
    walk.does("x")
    assert walk.waiting == {"after"}
    walk.does("after")
    assert walk.ended


def test_a_fork_and_its_join_go_round_as_often_as_it_takes() -> None:
    walk = Walk(AGAIN)
    for again in (True, True, False):
        assert walk.waiting == {"x", "y"}
        walk.does("y", again=again)
        assert walk.waiting == {"x"}
        walk.does("x")
    assert walk.ended

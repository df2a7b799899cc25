"""Refused steps: endless loops, expressions and operations that fail; loops that may go on for years."""

from __future__ import annotations

from functools import reduce

import pytest

from engine.bpmn import Execution, StepRefused
from engine.bpmn.errors import ExpressionFailed, NoSuchStart, TooManySteps
from tests.engine.bpmn.drawn import ACTOR, Around, chain, drawn_models, lanes, node, process


def test_a_loop_without_a_wait_stops_at_the_budget() -> None:
    body = (
        node("startEvent", "a")
        + node("exclusiveGateway", "x", attributes='default="x__op"')
        + node("serviceTask", "op", operation="o")
        + node("endEvent", "e")
        + chain("a x op")
        + chain("op x")
        + chain("x e", "false")
    )
    with pytest.raises(TooManySteps):
        Execution.start(drawn_models(process(body)), "p", {}, Around())


def test_a_loop_goes_on_for_years_and_stays_small() -> None:
    """In the stock library the task is READY from the 500th round on, but never listed again."""
    body = (
        node("startEvent", "a")
        + node("parallelGateway", "s")
        + node("userTask", "t", form_key="f", output="{more: answers.more}")
        + node("exclusiveGateway", "x", attributes='default="x__t"')
        + node("userTask", "beside", form_key="g")
        + node("parallelGateway", "j")
        + node("endEvent", "e")
        + lanes("t beside")
        + chain("a s t x t")
        + chain("s beside j e")
        + chain("x j", "more = false")
    )
    drawn = drawn_models(process(body))

    def round_of(form: str, before: bytes, **answers: object) -> bytes:
        execution = Execution.restore(drawn, before, Around())
        (task,) = (each for each in execution.wait_state().tasks if each.form_key == form)
        execution.complete(task.task_key, answers, ACTOR)
        return execution.snapshot()

    snapshot = Execution.start(drawn, "p", {}, Around()).snapshot()
    second = reduce(lambda before, _: round_of("f", before, more=True), range(2), snapshot)
    last = reduce(lambda before, _: round_of("f", before, more=True), range(600), second)
    assert len(last) == len(second)
    both = round_of("g", round_of("f", last, more=False))
    assert Execution.restore(drawn, both, Around()).ended


def test_an_expression_that_maps_nothing_is_refused() -> None:
    body = (
        node("startEvent", "a")
        + node("scriptTask", "s", "<script>1</script>")
        + node("endEvent", "e")
        + chain("a s e")
    )
    with pytest.raises(ExpressionFailed, match="s:"):
        Execution.start(drawn_models(process(body)), "p", {}, Around())


def test_an_unknown_start_is_refused() -> None:
    with pytest.raises(NoSuchStart):
        Execution.start(
            drawn_models(process(node("startEvent", "a") + node("endEvent", "e") + chain("a e"))),
            "x",
            {},
            Around(),
        )


def test_an_error_of_an_operation_passes_through_unchanged() -> None:
    def fails(_call: object) -> dict[str, object]:
        raise KeyError(5)

    body = (
        node("startEvent", "a")
        + node("serviceTask", "s", operation="o")
        + node("endEvent", "e")
        + chain("a s e")
    )
    with pytest.raises(KeyError, match="5"):
        Execution.start(drawn_models(process(body)), "p", {}, Around(results={"o": fails}))
    assert not issubclass(KeyError, StepRefused)


def test_an_interruption_straight_on_a_multi_instance_ends_what_it_called() -> None:
    """The gate refuses the drawing; if one gets here, nothing is left. The stock library crashes at the next step."""
    marker = '<multiInstanceLoopCharacteristics id="mi"><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>'
    inner = (
        node("startEvent", "qa")
        + node("userTask", "t", form_key="f")
        + node("endEvent", "qe")
        + chain("qa t qe")
    )
    caught = '<messageEventDefinition id="md" messageRef="m"/>'
    body = (
        node("startEvent", "a")
        + node(
            "callActivity", "c", marker, attributes='calledElement="q"', collection="[1, 2]", element="thing"
        )
        + node("boundaryEvent", "b", caught, attributes='attachedToRef="c"')
        + node("userTask", "after", form_key="f")
        + node("endEvent", "e")
        + lanes("c after")
        + chain("a c after e")
        + chain("b after")
    )
    drawn = drawn_models('<message id="m" name="stop"/>', process(body), process(inner, "q"))
    execution = Execution.start(drawn, "p", {}, Around())
    assert [task.path for task in execution.wait_state().tasks] == ["c[0]/t", "c[1]/t"]
    execution.deliver(execution.wait_state().messages[0].key, {})
    assert [task.path for task in execution.wait_state().tasks] == ["after"]
    again = Execution.restore(drawn, execution.snapshot(), Around())
    again.complete(again.wait_state().tasks[0].task_key, {}, ACTOR)
    assert again.ended

"""Steps of a case, each through JSON. What the notes found broken in the library stands here as a claim."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from engine.bpmn import Execution
from engine.errors import AlreadyCompleted, NotWaiting
from tests.engine.bpmn.asking import Asking
from tests.engine.bpmn.drawn import ACTOR, NOON, Around, chain, drawn_models, lanes, node, process


def test_a_case_waits_for_its_first_task_with_role_form_and_milestones() -> None:
    case = Asking({"prepared_by": "u-9"})
    (task,) = case.state.tasks
    assert (task.path, task.candidate_group, task.form_key, task.milestones) == (
        "write",
        "caseworker",
        "write",
        ("requests_written",),
    )
    assert [message.name for message in case.state.messages] == ["withdrawn"]


def test_each_request_carries_its_own_key_path_lane_and_due_date() -> None:
    case = Asking()
    case.asks("A", "B")
    assert case.where() == ["ask_all/requests_out[0]/answer", "ask_all/requests_out[1]/answer"]
    assert [task.business_key for task in case.state.tasks] == ["A", "B"]
    assert {task.candidate_group for task in case.state.tasks} == {"applicant"}
    assert {task.due_at for task in case.state.tasks} == {NOON + timedelta(days=10)}
    assert [(timer.kind, timer.business_key) for timer in case.state.timers] == [("due", "A"), ("due", "B")]


def test_answers_of_all_requests_come_together_in_the_callers_list() -> None:
    case = Asking()
    case.asks("A", "B")
    case.does("answer", number=1)
    case.does("answer")
    assert case.where() == ["judge"]
    assert case.variables["marks"] == [{"id": "B", "state": "answered"}, {"id": "A", "state": "answered"}]


def test_a_second_round_of_the_same_requests_starts_clean() -> None:
    case = Asking()
    for _ in range(3):
        case.asks("A", "B")
        case.does("answer")
        case.does("answer")
        case.does("judge", enough="no")
    case.asks("C")
    assert case.variables["marks"] == []
    assert [task.business_key for task in case.state.tasks] == ["C"]


def test_no_requests_at_all_goes_straight_on() -> None:
    case = Asking()
    case.asks()
    assert case.where() == ["judge"]


def test_one_more_request_can_be_asked_while_others_are_open() -> None:
    case = Asking()
    case.asks("A")
    case.adds("B")
    assert [(task.business_key, task.candidate_group) for task in case.state.tasks] == [
        ("A", "applicant"),
        ("B", "referrer"),
    ]
    case.does("answer")
    case.does("answer")
    assert case.where() == ["judge"]


def test_going_on_without_the_rest_ends_all_that_hangs_on_it() -> None:
    case = Asking()
    case.asks("A", "B", "C", days=1)
    case.passes(days=2)
    assert len(case.tasks("follow_up")) == 3
    case.hears("go_on")
    assert case.where() == ["judge"]
    assert case.state.timers == ()
    assert [message.name for message in case.state.messages] == ["withdrawn"]
    gone = [run for run in case.runs.values() if run.state == "cancelled"]
    assert sorted(run.element_id for run in gone).count("answer") == 3
    case.does("judge", enough="yes")
    assert case.ended


def test_a_withdrawal_can_be_taken_back_and_come_again() -> None:
    case = Asking()
    case.asks("A")
    case.hears("withdrawn")
    case.does("confirm", sure="no")
    case.hears("withdrawn")
    assert case.where() == ["ask_all/requests_out[0]/answer", "confirm"]


def test_a_confirmed_withdrawal_leaves_nothing_open() -> None:
    case = Asking()
    case.asks("A", "B")
    case.hears("withdrawn")
    case.does("confirm", sure="yes")
    assert (case.ended, case.outcome) == (True, "lapsed")
    assert (case.state.tasks, case.state.timers, case.state.messages) == ((), (), ())


def test_after_the_end_the_confirmation_that_was_open_is_gone() -> None:
    case = Asking()
    case.hears("withdrawn")
    case.asks()
    case.does("judge", enough="yes")
    assert (case.ended, case.outcome) == (True, "decided")
    assert case.state.tasks == ()


def test_excluded_people_are_read_when_the_task_waits() -> None:
    case = Asking({"prepared_by": "u-9"})
    case.hears("withdrawn")
    assert case.tasks("confirm")[0].not_by == frozenset({"u-9"})


def test_a_task_is_completed_once() -> None:
    case = Asking()
    key = case.tasks("write")[0].task_key
    execution = case.execution
    execution.complete(key, {"requests": []}, ACTOR)
    with pytest.raises(AlreadyCompleted):
        execution.complete(key, {"requests": []}, ACTOR)


def test_a_message_nobody_waits_for_is_refused() -> None:
    with pytest.raises(NotWaiting):
        Asking().execution.deliver("no-such-key", {})


def test_values_of_a_message_become_variables_where_it_is_caught() -> None:
    case = Asking()
    execution = case.execution
    execution.deliver(case.state.messages[0].key, {"reason": "moved"})
    assert execution.variables["reason"] == "moved"


def test_milestones_come_in_the_order_of_the_engine() -> None:
    case = Asking()
    case.asks("A")
    case.does("answer")
    execution = case.execution
    execution.complete(case.tasks("judge")[0].task_key, {"enough": "yes"}, ACTOR)
    reached = [each.milestone.name for each in case.happened if hasattr(each, "milestone")]
    assert reached == ["requests_written", "answered", "request_over"]
    assert [each.name for each in execution.milestones()] == ["decided"]


def test_element_runs_know_when_a_task_became_ready_and_when_it_ended() -> None:
    case = Asking()
    case.around.now += timedelta(days=3)
    case.asks()
    run = next(run for run in case.runs.values() if run.element_id == "write")
    assert (run.state, run.ready_at, run.ended_at) == ("completed", NOON, NOON + timedelta(days=3))


def test_the_first_true_condition_in_the_file_is_taken_wherever_it_is_drawn() -> None:
    body = (
        node("startEvent", "a")
        + node("exclusiveGateway", "x", attributes='default="x__e1"')
        + "".join(node("endEvent", f"e{n}", outcome=f"e{n}") for n in (1, 2, 3))
        + chain("a x e1")
        + chain("x e2", "true")
        + chain("x e3", "true")
    )
    shapes = "".join(
        f'<d:BPMNShape id="d{n}" bpmnElement="e{n}"><c:Bounds x="0" y="{y}" width="36" height="36"/></d:BPMNShape>'
        for n, y in ((1, 300), (2, 200), (3, 100))
    )
    spaces = (
        'xmlns:d="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:c="http://www.omg.org/spec/DD/20100524/DC"'
    )
    drawn = drawn_models(
        process(body), f'<d:BPMNDiagram {spaces}><d:BPMNPlane id="pl">{shapes}</d:BPMNPlane></d:BPMNDiagram>'
    )
    assert Execution.start(drawn, "p", {}, Around()).outcome == "e2"


def test_a_condition_that_is_not_true_is_not_taken() -> None:
    body = (
        node("startEvent", "a")
        + node("exclusiveGateway", "x", attributes='default="x__e1"')
        + node("endEvent", "e1", outcome="default")
        + node("endEvent", "e2", outcome="taken")
        + chain("a x e1")
        + chain("x e2", "reason")
    )
    drawn = drawn_models(process(body))
    assert Execution.start(drawn, "p", {"reason": "text"}, Around()).outcome == "default"
    assert Execution.start(drawn, "p", {"reason": True}, Around()).outcome == "taken"


def test_a_task_cancelled_by_a_terminate_end_in_the_same_step_does_not_run() -> None:
    body = (
        node("startEvent", "a")
        + node("parallelGateway", "x")
        + node("endEvent", "stop", '<terminateEventDefinition id="t"/>')
        + node("serviceTask", "send", operation="send")
        + node("endEvent", "e")
        + chain("a x stop")
        + chain("x send e")
    )
    around = Around()
    execution = Execution.start(drawn_models(process(body)), "p", {}, around)
    assert execution.ended
    assert around.calls == []


def test_operations_and_tables_see_the_scope_and_hand_back_by_output_only() -> None:
    body = (
        node("startEvent", "a")
        + node(
            "serviceTask", "op", operation="measure", input='{topic: "consent"}', output="{size: result.size}"
        )
        + node("businessRuleTask", "rule", decision="table", output="{found: result}")
        + node("userTask", "t", form_key="f")
        + node("endEvent", "e")
        + lanes("t")
        + chain("a op rule t e")
    )
    around = Around(results={"measure": {"size": Decimal(3), "secret": "x"}, "table": ["a", "b"]})
    execution = Execution.start(drawn_models(process(body)), "p", {"who": "A"}, around)
    assert execution.variables == {"who": "A", "size": Decimal(3), "found": ["a", "b"]}
    (_, call), (_, inputs) = around.calls
    assert (call.variables["topic"], call.variables["who"], call.element_id) == ("consent", "A", "op")
    assert inputs["size"] == 3


def test_a_called_process_sees_its_own_copy_and_the_callers_rest() -> None:
    inner = (
        node("startEvent", "ia")
        + node("scriptTask", "set", "<script>{mine: mine + 1, read: theirs}</script>")
        + node("endEvent", "ie")
        + chain("ia set ie")
    )
    outer = (
        node("startEvent", "a")
        + node(
            "callActivity",
            "c",
            attributes='calledElement="q"',
            input="{mine: 1}",
            output="{got: [mine, read]}",
        )
        + node("userTask", "t", form_key="f")
        + node("endEvent", "e")
        + lanes("t")
        + chain("a c t e")
    )
    execution = Execution.start(
        drawn_models(process(outer) + process(inner, "q")), "p", {"mine": 7, "theirs": "x"}, Around()
    )
    assert execution.variables == {"mine": 7, "theirs": "x", "got": [Decimal(2), "x"]}


def test_an_interrupted_part_keeps_what_was_learnt_in_it() -> None:
    """In the library it is lost with the token."""
    inner = (
        node("startEvent", "ia")
        + node("userTask", "inside", form_key="f", output="{learnt: answers.word}")
        + node("userTask", "more", form_key="f")
        + node("endEvent", "ie")
        + chain("ia inside more ie")
    )
    body = (
        node("startEvent", "a")
        + node("subProcess", "s", inner)
        + node(
            "boundaryEvent",
            "b",
            '<messageEventDefinition id="m1" messageRef="m"/>',
            attributes='attachedToRef="s"',
        )
        + node("userTask", "after", form_key="f")
        + node("endEvent", "e")
        + lanes("s after")
        + chain("a s after e")
        + chain("b after")
    )
    execution = Execution.start(
        drawn_models('<message id="m" name="stop"/>', process(body)), "p", {}, Around()
    )
    execution.complete(execution.wait_state().tasks[0].task_key, {"word": "x"}, ACTOR)
    execution.deliver(execution.wait_state().messages[0].key, {})
    (task,) = execution.wait_state().tasks
    assert (task.element_id, task.candidate_group) == ("after", "caseworker")
    assert execution.scope_of(task.task_key)["learnt"] == "x"


def test_an_error_end_is_caught_by_the_call_and_only_there() -> None:
    inner = (
        node("startEvent", "ia")
        + node("endEvent", "bad", '<errorEventDefinition id="x" errorRef="err"/>')
        + chain("ia bad")
    )
    body = (
        node("startEvent", "a")
        + node("callActivity", "c", attributes='calledElement="q"')
        + node(
            "boundaryEvent",
            "b",
            '<errorEventDefinition id="y" errorRef="err"/>',
            attributes='attachedToRef="c"',
        )
        + node("endEvent", "good", outcome="good")
        + node("endEvent", "caught", outcome="caught")
        + chain("a c good")
        + chain("b caught")
    )
    error = '<error id="err" name="no" errorCode="no"/>'
    assert (
        Execution.start(drawn_models(error, process(body), process(inner, "q")), "p", {}, Around()).outcome
        == "caught"
    )


def test_an_error_is_caught_after_a_restore_too() -> None:
    inner = (
        node("startEvent", "ia")
        + node("userTask", "t", form_key="f")
        + node("endEvent", "bad", '<errorEventDefinition id="x" errorRef="err"/>')
        + chain("ia t bad")
    )
    body = (
        node("startEvent", "a")
        + node("callActivity", "c", attributes='calledElement="q"')
        + node(
            "boundaryEvent",
            "b",
            '<errorEventDefinition id="y" errorRef="err"/>',
            attributes='attachedToRef="c"',
        )
        + node("endEvent", "good", outcome="good")
        + node("endEvent", "caught", outcome="caught")
        + lanes("c")
        + chain("a c good")
        + chain("b caught")
    )
    drawn = drawn_models('<error id="err" name="no" errorCode="no"/>', process(body), process(inner, "q"))
    snapshot = Execution.start(drawn, "p", {}, Around()).snapshot()
    execution = Execution.restore(drawn, snapshot, Around())
    execution.complete(execution.wait_state().tasks[0].task_key, {}, ACTOR)
    assert execution.outcome == "caught"


def test_a_task_for_each_of_several_is_open_once_for_each() -> None:
    """Stock: the parser gives it its own kind, which finds nothing to do and passes on at once."""
    marker = '<multiInstanceLoopCharacteristics id="mi"><loopCardinality>count(things)</loopCardinality></multiInstanceLoopCharacteristics>'
    body = (
        node("startEvent", "a")
        + node(
            "userTask", "t", marker, form_key="f", collection="things", element="thing", business_key="thing"
        )
        + node("endEvent", "e")
        + lanes("t")
        + chain("a t e")
    )
    drawn = drawn_models(process(body))
    execution = Execution.start(drawn, "p", {"things": ["x", "y"]}, Around())
    for key in ("x", "y"):
        execution = Execution.restore(drawn, execution.snapshot(), Around())
        found = {each.business_key: each for each in execution.wait_state().tasks}
        assert found[key].path == f"t[{'xy'.index(key)}]"
        execution.complete(found[key].task_key, {}, ACTOR)
    assert execution.ended

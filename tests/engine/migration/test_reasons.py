"""Each reason for which a case stays: the smallest change of a drawing that earns it, and its sentence in three languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import Execution
from engine.domain.waiting import WaitState
from engine.guardrails import Guardrail, Guardrails
from engine.guardrails.definitions import When
from engine.guardrails.prover import Limit, Surroundings
from engine.migration import Held, Judge, Version, reachability, sentence_of
from engine.migration.position import Open, Standing
from engine.migration.reasons import SENTENCES, Reason
from tests.engine.bpmn.drawn import ACTOR, Around, chain, drawn_models, lanes, node, process, props

ELSEWHERE = {
    "differs": "instances/test_moving",
    "not_restored": "instances/test_moving",
    "closed": "instances/test_moving",
    "already": "instances/test_moving",
    "failed": "stories/test_moving",
    "moved_on": "stories/test_moving",
}
"""Reasons against a case, not against a diagram."""
MESSAGE = '<message id="m" name="came"/>'


def task(key: str, form: str = "f", inside: str = "", **properties: str) -> str:
    return node("userTask", key, inside, form_key=form, **properties)


def drawn(body: str, flows: str, *others: str, role: str = "caseworker", key: str = "p") -> tuple[str, ...]:
    """A start and an end around it; everything in one lane."""
    ends = node("startEvent", "a") + node("endEvent", "e")
    names = " ".join(part.split('"')[1] for part in body.split("<userTask id=")[1:])
    return (MESSAGE, process(ends + body + lanes(names, role) + flows, key), *others)


def row(
    *keys: str, more: str = "", role: str = "caseworker", key: str = "p", **bodies: str
) -> tuple[str, ...]:
    """Tasks one after the other."""
    body = "".join(bodies.get(each, task(each)) for each in keys)
    return drawn(body + more, chain(f"a {' '.join(keys)} e"), role=role, key=key)


def called(flows: str = "qa q1 qe", calls: str = "q", **properties: str) -> tuple[str, ...]:
    """A call in which a task waits."""
    call = node("callActivity", "c", attributes=f'calledElement="{calls}"', **properties)
    inner = (
        node("startEvent", "qa") + task("q1") + node("endEvent", "qe") + lanes("q1", name="ql") + chain(flows)
    )
    other = inner.replace('"q', '"r')
    return (
        process(node("startEvent", "a") + call + node("endEvent", "e") + chain("a c e")),
        process(inner, "q"),
        process(other.replace("r1__re", "r1__re"), "r"),
    )


def side_by_side(*keys: str) -> tuple[str, ...]:
    gateways = node("parallelGateway", "x") + node("parallelGateway", "j")
    ways = "".join(chain(f"x {key} j") for key in keys)
    return drawn("".join(task(key) for key in keys) + gateways, chain("a x") + ways + chain("j e"))


def asking(condition: str, first: str) -> tuple[str, ...]:
    """After the second task a choice."""
    gateway = '<exclusiveGateway id="x" name="x" default="x__e"/>' + node("endEvent", "e2")
    return drawn(first + task("t2") + gateway, chain("a t1 t2 x e") + chain("x e2", condition))


def one_guardrail(template: str, a: str, b: str = "", when: When | None = None) -> Guardrails:
    sets = [frozenset({each}) if each else frozenset() for each in (a, b)]
    words = {language: f"Lupaus {language}" for language in ("fi", "sv", "en")}
    guardrail = Guardrail("r", template, "p", sets[0], sets[1], when=when, sentences=words)
    return Guardrails(1, date(2026, 12, 1), {"f": ("yes", "no")}, (guardrail,))


@dataclass(frozen=True)
class Change:
    code: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    done: tuple[str, ...] = ()
    held: Mapping[str, Held] = field(default_factory=dict)
    guardrails: Guardrails | None = None
    reached: tuple[str, ...] = ()
    before: Guardrails | None = None


TWO = row("t1", "t2")
TIMER = "<timerEventDefinition id='td'><{0}>{1}</{0}></timerEventDefinition>"
DATED, LASTING = (
    row("t1", "w", w=node("intermediateCatchEvent", "w", TIMER.format(*each)))
    for each in (("timeDate", "@&quot;2027-01-01&quot;"), ("timeDuration", "P7D"))
)
EDGE = node(
    "boundaryEvent", "b", TIMER.format("timeDuration", "P7D"), attributes='attachedToRef="t2"'
) + node("endEvent", "e2")
COPIES = '<multiInstanceLoopCharacteristics id="mi"><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>'


def copies(collection: str) -> tuple[str, ...]:
    return row("t1", t1=task("t1", inside=COPIES, collection=collection, element="thing"))


def in_place(flows: str = "qa q1 qe", more: str = "") -> tuple[str, ...]:
    """The steps of `called` in a sub-process instead."""
    steps = node("startEvent", "qa") + task("q1") + node("endEvent", "qe") + more + chain(flows)
    inner = node("subProcess", "c", steps)
    return (
        process(
            node("startEvent", "a") + inner + node("endEvent", "e") + lanes("c", name="ql") + chain("a c e")
        ),
    )


def moved_away(flows: str = "qa t1 qe", more: str = "") -> tuple[str, ...]:
    """The first of two tasks in a process of its own."""
    inner = node("startEvent", "qa") + task("t1") + node("endEvent", "qe") + lanes("t1", name="ql")
    call = node("callActivity", "c", attributes='calledElement="q"')
    ends = node("startEvent", "a") + node("endEvent", "e")
    outer = ends + call + task("t2") + lanes("t2") + chain("a c t2 e")
    return (process(outer), process(inner + more + chain(flows), "q"))


CHANGES = (
    Change("process_gone", TWO, row("t1", "t2", key="elsewhere")),
    Change("element_gone", TWO, row("t1", "t9"), ("t1",)),
    Change(
        "kind_changed", TWO, row("t1", "t2", t2=node("scriptTask", "t2", "<script>{x: 1}</script>")), ("t1",)
    ),
    Change("event_changed", LASTING, DATED, ("t1",)),
    Change("draft_lost", TWO, row("t1", "t2", t1=task("t1", "g")), held={"t1": Held(drafted=True)}),
    Change("reply_lost", TWO, row("t1", "t2", t1=task("t1", "g")), held={"t1": Held(is_outside=True)}),
    Change(
        "worker_lost",
        TWO,
        row("t1", "t2", role="director"),
        held={"t1": Held(roles=frozenset({"caseworker"}))},
    ),
    Change("edge_changed", TWO, row("t1", "t2", more=EDGE + chain("b e2")), ("t1",)),
    Change("call_changed", called(), called(calls="r")),
    Change("multiple_changed", copies("[1, 2]"), copies("[1, 2, 3]")),
    Change("key_changed", TWO, row("t1", "t2", t1=task("t1", business_key='"k"'))),
    Change("join_changed", side_by_side("t1", "t2"), side_by_side("t1", "t2", "t3"), ("t1",)),
    Change("element_elsewhere", TWO, moved_away()),
    Change("passed_gone", TWO, row("t0", "t2"), ("t1",)),
    Change(
        "passed_changed",
        TWO,
        row("t1", "t2", t1=node("scriptTask", "t1", "<script>{x: 1}</script>")),
        ("t1",),
    ),
    Change("passed_inserted", TWO, row("t1", "n", "t2"), ("t1",)),
    Change(
        "passed_redrawn",
        TWO,
        drawn(
            task("t1") + task("t2") + '<exclusiveGateway id="x" name="x" default="x__t1"/>',
            chain("a x t1 e") + chain("x t2", "1 = 2") + chain("t2 e"),
        ),
        ("t1",),
    ),
    Change("branch_changed", side_by_side("t1", "t2"), side_by_side("t1", "t2", "t3"), ("t1",)),
    Change(
        "variable_missing",
        asking("1 = 2", task("t1")),
        asking("v = 1", task("t1", output="{v: answers.v}")),
        ("t1",),
    ),
    Change(
        "guardrail_broken",
        TWO,
        row("t1", "t2"),
        ("t1",),
        guardrails=one_guardrail("absence", "m"),
        reached=("m",),
    ),
    Change(
        "guardrail_ahead",
        TWO,
        row("t1", "t2", t1=task("t1", milestone="m"), t2=task("t2", milestone="n")),
        ("t1",),
        guardrails=one_guardrail("precedence", "m", "n"),
    ),
    Change(
        "guardrail_unclear",
        TWO,
        row("t1", "t2", t2=task("t2", milestone="n")),
        ("t1",),
        guardrails=one_guardrail("response", "m", "n", When("f", frozenset({"yes"}))),
        reached=("m",),
    ),
    Change(
        "cannot_end",
        TWO,
        drawn(
            task("t1")
            + task("t2")
            + task("t3")
            + node("parallelGateway", "j")
            + '<exclusiveGateway id="x" name="x" default="x__e"/>',
            chain("a t1 t2 x e") + chain("x j e", "1 = 2") + chain("t3 j"),
        ),
        ("t1",),
    ),
)


def judged(change: Change) -> tuple[Reason, ...]:
    before, after = drawn_models(*change.old), drawn_models(*change.new)
    execution = Execution.start(before, "p", {}, Around())
    for key in change.done:
        (found,) = (each for each in execution.wait_state().tasks if each.element_id == key)
        execution.complete(found.task_key, {}, ACTOR)
    held = {
        each.task_key: change.held[each.element_id]
        for each in execution.wait_state().tasks
        if each.element_id in change.held
    }
    judge = Judge(
        Version(before, change.before),
        Version(after, change.guardrails),
        Surroundings(),
        lambda old, new: old != new,
    )
    return judge.reasons(judge.position(execution.snapshot(), {}, held, change.reached))


@pytest.mark.parametrize("change", CHANGES, ids=[each.code for each in CHANGES])
def test_the_case_stays_with_the_reason(change: Change) -> None:
    found = judged(change)
    assert change.code in {each.code for each in found}, found
    for each in found:
        assert len({sentence_of(each, language) for language in ("fi", "sv", "en")}) == 3
        assert "{" not in "".join(sentence_of(each, language) for language in ("fi", "sv", "en"))
        assert Reason.from_json(each.to_json()) == each


@pytest.mark.parametrize("change", CHANGES, ids=[each.code for each in CHANGES])
def test_in_a_drawing_like_its_own_it_goes_on(change: Change) -> None:
    same = Change("", change.old, change.old, change.done, change.held)
    assert judged(same) == ()


@pytest.mark.parametrize("codes", [(), ("passed_inserted",)], ids=["alike", "a_step_before_the_join"])
def test_every_branch_that_waits_at_a_join_is_seen(codes: tuple[str, ...]) -> None:
    old = side_by_side("t1", "t2", "t3")
    new = old
    if codes:
        gateways = node("parallelGateway", "x") + node("parallelGateway", "j")
        ways = chain("x t1 n j") + chain("x t2 j") + chain("x t3 j")
        new = drawn(
            "".join(task(key) for key in ("t1", "n", "t2", "t3")) + gateways,
            chain("a x") + ways + chain("j e"),
        )
    found = judged(Change("", old, new, ("t1", "t2")))
    assert {*codes} <= {each.code for each in found}
    assert bool(found) == bool(codes)


def test_a_step_moved_into_a_called_process_is_behind_a_case_that_took_it() -> None:
    assert judged(Change("", TWO, moved_away(), ("t1",))) == ()


@pytest.mark.parametrize("flows", ["qa n t1 qe", "qa t1 n qe"])
def test_a_step_more_beside_the_moved_one_keeps_the_case(flows: str) -> None:
    new = moved_away(flows, task("n") + lanes("n", name="nl"))
    assert {each.code for each in judged(Change("", TWO, new, ("t1",)))} == {"passed_redrawn"}


def test_a_case_in_a_called_process_goes_on_where_its_steps_are_drawn_in_place() -> None:
    assert judged(Change("", called(), in_place())) == ()
    assert [each.code for each in judged(Change("", called(), in_place("qa n q1 qe", task("n"))))] == [
        "passed_inserted"
    ]


@pytest.mark.parametrize(("outside", "codes"), [(False, set()), (True, {"guardrail_unclear"})])
def test_an_absence_kept_on_each_call_is_kept_in_the_whole(outside: bool, codes: set[str]) -> None:
    """`when` can't be read of a milestone long past. One reached outside the call was not watched."""
    whole = one_guardrail("absence", "m", when=When("f", frozenset({"yes"})))
    on_call = replace(whole, on_paths=tuple(replace(each, scope="q") for each in whole.on_paths))
    old = tuple(
        each.replace('form_key" value="f"', 'form_key" value="f"/><s:property name="milestone" value="m"')
        for each in called()[:2]
    )
    if outside:
        old = (old[0].replace("</endEvent>", props(milestone="m") + "</endEvent>"), *old[1:])
    change = Change("", old, called()[:2], guardrails=whole, reached=("m",), before=on_call)
    assert {each.code for each in judged(change)} == codes


def test_too_many_ways_ahead_are_not_called_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachability, "LIMIT", Limit(situations=2, milliseconds=5_000))
    monkeypatch.setattr(reachability, "WHOLE", Limit(situations=2, milliseconds=5_000))
    wide = drawn(
        task("t1")
        + task("t2")
        + "".join(task(f"w{n}") for n in range(7))
        + node("parallelGateway", "x")
        + node("parallelGateway", "j"),
        chain("a t1 t2 x") + "".join(chain(f"x w{n} j") for n in range(7)) + chain("j e"),
    )
    seen = one_guardrail("existence", "m")
    milestones = tuple(
        part.replace('form_key" value="f"', 'form_key" value="f"/><s:property name="milestone" value="m"')
        for part in wide
    )
    assert "not_explored" in {
        each.code for each in judged(Change("", TWO, milestones, ("t1",), guardrails=seen))
    }


def test_a_wait_that_the_new_version_lacks_has_no_continuation() -> None:
    new = drawn_models(*asking("1 = 2", task("t1")))
    nowhere = Standing("p", frozenset(), frozenset({Open("x", TaskState.READY)}))
    found = tuple(
        reachability.Futures(new, Guardrails(1, date.min, {}, ()), Surroundings()).reasons(nowhere, {})
    )
    assert [each.code for each in found] == ["no_continuation"]


def heard(key: str) -> str:
    """A message on the second task, and the end to which it leads."""
    event = f'<messageEventDefinition id="md_{key}" messageRef="m"/>'
    edge = node("boundaryEvent", key, event, attributes='attachedToRef="t2"')
    return edge + node("endEvent", f"end_{key}") + chain(f"{key} end_{key}")


@pytest.mark.parametrize("first", ["", heard("b1")], ids=["the_first", "one_more"])
@pytest.mark.parametrize("comes", [True, False], ids=["came", "done"])
def test_a_message_that_is_added_is_heard_from_the_move_on(first: str, comes: bool) -> None:
    old, new = row("t1", "t2", more=first), row("t1", "t2", more=first + heard("b2"))
    assert judged(Change("", old, new, ("t1",))) == ()
    before, after = drawn_models(*old), drawn_models(*new)
    execution = Execution.start(before, "p", {}, Around())
    execution.complete(execution.wait_state().tasks[0].task_key, {}, ACTOR)
    judge = Judge(
        Version(before, None), Version(after, None), Surroundings(), lambda one, other: one != other
    )
    moved = Execution.restore(after, judge.snapshot(execution.snapshot()), Around())
    waits = moved.wait_state()
    assert waits.tasks == execution.wait_state().tasks
    assert {each.element_id for each in waits.messages} == {"b2"} | ({"b1"} if first else set())
    if comes:
        (added,) = (each for each in waits.messages if each.element_id == "b2")
        moved.deliver(added.key, {})
    else:
        moved.complete(waits.tasks[0].task_key, {}, ACTOR)
    ended = {each.element_id: each.state for each in moved.element_runs()}
    assert moved.wait_state() == WaitState()
    assert ("end_b2" if comes else "e") in ended
    assert ended["t2" if comes else "b2"] == "cancelled"


def test_no_reason_is_without_its_test() -> None:
    here = {each.code for each in CHANGES} | {"not_explored", "no_continuation"}
    assert here | set(ELSEWHERE) == set(SENTENCES)

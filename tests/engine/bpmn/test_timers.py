"""Timers receive the time as an argument. No test waits or reads the machine's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo

import pytest

from engine.bpmn import Execution, dates
from engine.bpmn.errors import TimerWithoutDate
from engine.clock import HELSINKI
from tests.engine.bpmn.asking import Asking
from tests.engine.bpmn.drawn import ACTOR, NOON, Around, chain, drawn_models, lanes, node, process


def timed(kind: str, text: str) -> str:
    return f'<timerEventDefinition id="x{abs(hash((kind, text)))}"><{kind}>{text}</{kind}></timerEventDefinition>'


def on_host(element_id: str, kind: str, text: str, *, cancels: bool) -> str:
    attributes = f'attachedToRef="t" cancelActivity="{str(cancels).lower()}"'
    return node("boundaryEvent", element_id, timed(kind, text), attributes=attributes, timer="reminder")


REMINDED = (
    node("startEvent", "a")
    + node("userTask", "t", form_key="f", output="{until: answers.until}")
    + on_host("remind", "timeDuration", "P3D", cancels=False)
    + on_host("give_up", "timeDuration", 'duration("P7D")', cancels=True)
    + node("serviceTask", "send", operation="send")
    + node("endEvent", "sent")
    + node("userTask", "boss", form_key="f")
    + node("endEvent", "e")
    + lanes("t boss")
    + chain("a t e")
    + chain("remind send sent")
    + chain("give_up boss e")
)


def test_a_timer_goes_off_at_its_second_and_not_before() -> None:
    case = Asking()
    case.asks("A", days=10)
    assert case.passes(days=9, hours=23, minutes=59, seconds=59) == 0
    assert case.passes(seconds=1) == 1
    assert case.where() == ["ask_all/requests_out[0]/answer", "ask_all/requests_out[0]/follow_up"]
    assert case.passes(days=30) == 1, "stalled"


def test_timers_missed_in_a_downtime_fire_once_and_interrupting_ones_first() -> None:
    around = Around()
    drawn = drawn_models(process(REMINDED))
    execution = Execution.start(drawn, "p", {}, around)
    snapshot = execution.snapshot()
    around.now += timedelta(days=40)
    execution = Execution.restore(drawn, snapshot, around)
    assert execution.wake() == 1
    assert around.calls == [], "the reminder was spared"
    assert [task.element_id for task in execution.wait_state().tasks] == ["boss"]
    assert execution.wait_state().timers == ()


def test_periods_in_series_begin_when_the_one_before_really_ended() -> None:
    case = Asking()
    case.asks("A", "B", "C", days=10)
    case.passes(days=40)
    assert len(case.tasks("follow_up")) == 3
    assert {timer.due_at for timer in case.state.timers if timer.kind == "stalled"} == {case.in_days(7)}


def test_a_reminder_leaves_the_task_open_and_the_other_timer_running() -> None:
    around = Around()
    execution = Execution.start(drawn_models(process(REMINDED)), "p", {}, around)
    around.now += timedelta(days=3)
    assert execution.wake() == 1
    assert [name for name, _ in around.calls] == ["send"]
    assert [timer.element_id for timer in execution.wait_state().timers] == ["give_up"]
    execution.complete(execution.wait_state().tasks[0].task_key, {}, ACTOR)
    assert execution.ended


def test_one_timer_can_be_fired_alone_and_only_when_due() -> None:
    around = Around()
    execution = Execution.start(drawn_models(process(REMINDED)), "p", {}, around)
    keys = {timer.element_id: timer.key for timer in execution.wait_state().timers}
    assert not execution.fire(keys["remind"])
    around.now += timedelta(days=3)
    assert execution.fire(keys["remind"])
    assert not execution.fire(keys["remind"]), "it has gone off"
    assert not execution.fire(keys["give_up"])


def test_a_due_timer_does_not_go_off_in_passing_when_somebody_does_something_else() -> None:
    body = (
        node("startEvent", "a")
        + node("parallelGateway", "x")
        + node("intermediateCatchEvent", "wait", timed("timeDuration", "P1D"))
        + node("userTask", "u", form_key="f")
        + node("endEvent", "e1")
        + node("userTask", "t", form_key="f")
        + node("endEvent", "e2")
        + lanes("t u")
        + chain("a x wait u e1")
        + chain("x t e2")
    )
    around = Around()
    execution = Execution.start(drawn_models(process(body)), "p", {}, around)
    around.now += timedelta(days=5)
    execution.complete(execution.wait_state().tasks[0].task_key, {}, ACTOR)
    assert execution.wait_state().tasks == ()
    assert execution.wake() == 1
    assert [task.element_id for task in execution.wait_state().tasks] == ["u"]


def test_a_date_timer_follows_its_variable_and_keeps_the_task() -> None:
    case = Asking()
    case.asks("A", days=10)
    case.passes(days=10)
    answer = case.tasks("answer")[0].task_key
    case.does("follow_up", due_at=case.in_days(20), state="more")
    (timer,) = case.state.timers
    assert timer.due_at == case.in_days(20)
    assert case.tasks("answer")[0].task_key == answer
    assert case.passes(days=19) == 0
    assert case.passes(days=1) == 1


def test_a_waiting_date_timer_moves_when_its_variable_is_set_from_outside() -> None:
    body = (
        node("startEvent", "a")
        + node("intermediateCatchEvent", "wait", timed("timeDate", "until"))
        + node("endEvent", "e")
        + chain("a wait e")
    )
    execution = Execution.start(
        drawn_models(process(body)), "p", {"until": NOON + timedelta(days=9)}, Around()
    )
    key = execution.wait_state().timers[0].key
    execution.assign({"until": NOON + timedelta(days=2)})
    (timer,) = execution.wait_state().timers
    assert (timer.key, timer.due_at) == (key, NOON + timedelta(days=2))


def test_a_duration_does_not_move_with_its_variable() -> None:
    body = (
        node("startEvent", "a")
        + node("intermediateCatchEvent", "wait", timed("timeDuration", "length"))
        + node("endEvent", "e")
        + chain("a wait e")
    )
    execution = Execution.start(drawn_models(process(body)), "p", {"length": timedelta(days=9)}, Around())
    execution.assign({"length": timedelta(days=1)})
    assert execution.wait_state().timers[0].due_at == NOON + timedelta(days=9)


def test_a_timer_without_a_date_refuses_the_step() -> None:
    body = (
        node("startEvent", "a")
        + node("intermediateCatchEvent", "wait", timed("timeDate", "until"))
        + node("endEvent", "e")
        + chain("a wait e")
    )
    with pytest.raises(TimerWithoutDate, match="wait"):
        Execution.start(drawn_models(process(body)), "p", {"until": None}, Around())


def gateway() -> str:
    return (
        node("startEvent", "a")
        + node("eventBasedGateway", "g")
        + node("intermediateCatchEvent", "clock", timed("timeDate", "until"), timer="appeal_period")
        + node(
            "intermediateCatchEvent",
            "letter",
            '<messageEventDefinition id="m1" messageRef="m"/>',
            milestone="heard",
        )
        + node("endEvent", "late", outcome="late")
        + node("endEvent", "came", outcome="came")
        + chain("a g clock late")
        + chain("g letter came")
    )


@pytest.mark.parametrize("way", ["clock", "letter"])
def test_an_event_gateway_takes_what_comes_first_also_after_a_restore(way: str) -> None:
    around = Around()
    drawn = drawn_models('<message id="m" name="appeal"/>', process(gateway()))
    snapshot = Execution.start(drawn, "p", {"until": NOON + timedelta(days=30)}, around).snapshot()
    execution = Execution.restore(drawn, snapshot, around)
    (timer,), (message,) = execution.wait_state().timers, execution.wait_state().messages
    assert (timer.element_id, timer.kind, message.element_id) == ("clock", "appeal_period", "letter")
    if way == "letter":
        execution.deliver(message.key, {})
    else:
        around.now += timedelta(days=30)
        execution.wake()
    assert execution.outcome == {"clock": "late", "letter": "came"}[way]
    assert [each.name for each in execution.milestones()] == (["heard"] if way == "letter" else [])


@pytest.mark.parametrize(
    "text,length",
    [
        ("P7D", timedelta(days=7)),
        ("PT4H", timedelta(hours=4)),
        ("P1DT12H30M", timedelta(days=1, hours=12, minutes=30)),
        ("P", None),
        ("", None),
        ("PT", None),
        ("P1M", None),
        ("P1Y", None),
        ("P1000000D", None),
        ("-P1D", None),
        ("R3/P7D", None),
        ("P1W", None),
    ],
)
def test_only_periods_of_days_hours_and_minutes_are_read(text: str, length: timedelta | None) -> None:
    assert dates.period(text) == length


@pytest.mark.parametrize("zone", [HELSINKI, UTC], ids=["Helsinki", "UTC"])
def test_a_day_later_is_the_same_hour_when_the_clocks_change(zone: tzinfo) -> None:
    before = datetime(2027, 3, 27, 9, 0, tzinfo=HELSINKI).astimezone(zone)
    after = dates.later(before, timedelta(days=1))
    assert isinstance(after, datetime)
    assert (after.astimezone(HELSINKI).hour, after.astimezone(UTC) - before.astimezone(UTC)) == (
        9,
        timedelta(hours=23),
    )


def test_hours_are_counted_by_the_clock() -> None:
    before = datetime(2027, 3, 28, 0, 0, tzinfo=HELSINKI)
    after = dates.later(before, timedelta(hours=23))
    assert isinstance(after, datetime)
    assert after.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=23)


def test_a_bare_date_begins_at_midnight_in_finland() -> None:
    assert dates.start_of(date(2026, 12, 24)).astimezone(UTC) == datetime(2026, 12, 23, 22, 0, tzinfo=UTC)


def test_earlier_undoes_later() -> None:
    for length in (timedelta(days=3), timedelta(days=1, hours=5), timedelta(minutes=90)):
        assert dates.earlier(dates.later(NOON, length), length) == NOON


def test_the_latest_of_the_known_moments() -> None:
    assert dates.latest(None, date(2026, 12, 2), NOON) == date(2026, 12, 2)
    assert dates.latest(None, None) is None

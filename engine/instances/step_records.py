"""The trigger of a step, read from the wait state before it: where in the diagram it was, not who did it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.domain.steps import Trigger
from engine.domain.waiting import WaitState
from engine.feel.values import to_json
from engine.storage.wait_state_rows import Subscription


def done_task(before: WaitState, task_key: str, answers: Mapping[str, Any]) -> Trigger:
    return _of_task("task", before, task_key, answers)


def assigned(before: WaitState, task_key: str, variables: Mapping[str, Any]) -> Trigger:
    return _of_task("assigned", before, task_key, variables)


def _of_task(kind: str, before: WaitState, task_key: str, values: Mapping[str, Any]) -> Trigger:
    task = next(each for each in before.tasks if each.task_key == task_key)
    return Trigger(
        kind,
        task.form_key or "",
        task.process_id,
        task.element_id,
        task.path,
        task.business_key,
        values=to_json(dict(values)),
    )


def gone_off(before: WaitState, key: str) -> Trigger:
    timer = next((each for each in before.timers if each.key == key), None)
    if timer is None:
        return Trigger("timer", "gone")
    return Trigger(
        "timer",
        timer.kind,
        timer.process_id,
        timer.element_id,
        timer.path,
        timer.business_key,
        timer.due_at,
    )


def delivered(before: WaitState, subscription: Subscription, payload: Mapping[str, Any]) -> Trigger:
    message = next(each for each in before.messages if each.key == subscription.key)
    return Trigger(
        "message",
        message.name,
        message.process_id,
        message.element_id,
        message.path,
        message.business_key,
        values=to_json(dict(payload)),
    )


def timers_set(before: WaitState, after: WaitState) -> tuple[tuple[str, datetime], ...]:
    """Return path and moment of the timers that began to wait or whose moment has moved."""
    known = {timer.key: timer.due_at for timer in before.timers}
    return tuple((timer.path, timer.due_at) for timer in after.timers if known.get(timer.key) != timer.due_at)

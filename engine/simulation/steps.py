"""Resolves steps: the form, open task or moment that each one names, independent of ids in a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from engine.bpmn.dates import later, period
from engine.commands.applications import FORMS, form_for
from engine.domain.cases import Channel
from engine.domain.scenarios import Step
from engine.domain.tasks import UserTask
from engine.errors import Conflict, Invalid
from engine.simulation.environment import FURTHEST


class NotOpen(Conflict):
    sentence = "Tällaista tehtävää ei ole auki."


class BadMoment(Invalid):
    sentence = "Anna hetki, joka on kokeilun kellon jälkeen ja enintään kymmenen vuoden päässä."


STARTS: Final = {**FORMS, Channel.ENQUIRY: ("enquiry",)}
"""Forms with which a try-out begins, by channel: those that open a case, and the enquiry that gives reason for a notice."""


def start_of(subject: str) -> tuple[Channel, str]:
    """Return channel and form of a start, written as `self` or `self:child_application`."""
    named, _, form_key = subject.partition(":")
    if named == Channel.ENQUIRY:
        return Channel.ENQUIRY, STARTS[Channel.ENQUIRY][0]
    if named not in list(Channel):
        raise Invalid("Tällaista aloitusta ei ole.")
    return Channel(named), form_for(Channel(named), form_key)


def task_of(open_tasks: Sequence[UserTask], step: Step) -> UserTask:
    """Return the open task of a step, by element and form; by the form alone if the element is gone. Raise NotOpen."""
    with_form = [each for each in open_tasks if (each.form_key or "") == step.subject]
    at_element = [each for each in with_form if each.element_id == step.element]
    for found in (at_element, with_form):
        if found:
            return found[min(step.place, len(found) - 1)]
    raise NotOpen


def place_of(open_tasks: Sequence[UserTask], task: UserTask) -> int:
    """Return the task's index among the open tasks with its form at its element."""
    alike = [
        each.id for each in open_tasks if (each.form_key, each.element_id) == (task.form_key, task.element_id)
    ]
    return alike.index(task.id)


def moment_of(subject: str, now: datetime) -> datetime:
    """Return the moment until which a step waits, written as a moment or as a duration from now. Raise BadMoment."""
    length = period(subject)
    if length is not None:
        until = later(now, length)
    else:
        try:
            until = datetime.fromisoformat(subject)
        except ValueError:
            raise BadMoment from None
    if not isinstance(until, datetime) or until.tzinfo is None or not now < until <= now + FURTHEST:
        raise BadMoment
    return until

"""Default answers of people in stories: the demonstration's plain, valid sets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from engine.simulation.sample_answers import Answers, merged, plain_answers
from engine.simulation.sample_answers import request_row as request

if TYPE_CHECKING:
    from tests.support.world import World

__all__ = ["Answers", "merged", "request"]


def application(today: date) -> Answers:
    return plain_answers("application", today)


def child_application(today: date) -> Answers:
    return plain_answers("child_application", today)


def referral(today: date) -> Answers:
    return plain_answers("referral", today)


def phone_intake(today: date) -> Answers:
    return plain_answers("phone_intake", today)


def enquiry(today: date) -> Answers:
    return plain_answers("enquiry", today)


def register(today: date) -> Answers:
    return plain_answers("register", today)


def of(form: str, today: date, world: World, scope: Mapping[str, Any] | None = None) -> Answers:
    """The plain answers to a staff form; `scope`: the variables that its task sees, where the answers depend on them."""
    return plain_answers(form, today, caseworker=str(world.people["kasittelija"].id), given=scope)

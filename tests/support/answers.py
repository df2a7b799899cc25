"""What people answer in stories unless the story says otherwise: the demonstration's plain, valid sets."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from engine.simulation import sample_answers as plain
from engine.simulation.sample_answers import (
    CONSENT_EXPLAINED,
    Answers,
    application,
    child_application,
    enquiry,
    later,
    merged,
    phone_intake,
    referral,
    register,
    request,
)

if TYPE_CHECKING:
    from tests.support.world import World

__all__ = [
    "CONSENT_EXPLAINED",
    "Answers",
    "application",
    "child_application",
    "enquiry",
    "later",
    "merged",
    "of",
    "phone_intake",
    "referral",
    "register",
    "request",
]


def of(form: str, today: date, world: World) -> Answers:
    """The plain answers to a staff form."""
    return plain.of(form, today, str(world.people["kasittelija"].id))

"""Decisions that are kept because they can be served by no way, and for whom service still waits."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from engine.storage.resolutions import Delivery

DEAD: Final = "dead"
"""Why a decision is kept: the person whom it concerns has died."""
RECIPIENT_DIED: Final = "recipient_died"
"""Why a decision is kept: a guardian, or another who was to receive it, has died."""
DEPUTY_NEEDED: Final = "deputy_needed"
"""Why a decision is kept: of a small child the speaker is unsafe, and a deputy is to have it (442/1999 32 §)."""


def is_dead(delivery: Delivery) -> bool:
    """True if the person whom the decision concerns has died."""
    return delivery.state == "kept" and delivery.proof == DEAD


def has_died(delivery: Delivery) -> bool:
    """True if the recipient has died, or the person whom the decision concerns."""
    return delivery.state == "kept" and delivery.proof in (DEAD, RECIPIENT_DIED)


def ends_with_person(delivery: Delivery) -> bool:
    """True of a letter that is kept because the person has died, or for a reason that matters only while they live."""
    return delivery.state == "kept" and delivery.proof in (DEAD, RECIPIENT_DIED, DEPUTY_NEEDED)


def is_waited_for(delivery: Delivery, attempts: Collection[Delivery], person_id: UUID | None) -> bool:
    """False of who has the decision, and of who has died. A guardian who died is waited for until another has it; a deputy
    until somebody who is not the child (`person_id`) has it: a child of fifteen has it in their own right (434/2003 56 §).
    Neither is waited for once the person has died."""
    if delivery.state == "served" or is_dead(delivery):
        return False
    if ends_with_person(delivery) and any(is_dead(each) for each in attempts):
        return False
    have_it = {each.party_id for each in attempts if each.state == "served"}
    if delivery.state == "kept" and delivery.proof == RECIPIENT_DIED:
        return not have_it
    return not (delivery.state == "kept" and delivery.proof == DEPUTY_NEEDED and have_it - {person_id})

"""Permission to read one's own case online. A trafficker may hold the person's phone, bank codes and receipt code.

So a case is closed to reading unless the person has confirmed that it is safe, and closing needs no reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from engine.domain.cases import Case

AGREEMENT = "electronic_delivery"
"""The question of the public forms whether the decision may be given online."""
IDENTITY_CODE = "identity_code"
"""In the person's register of parties: written there by staff, who have seen a document."""


class OwnReading(StrEnum):
    OPEN_BY_PERSON = "open_by_person"
    """They agreed to get the decision online."""
    OPEN_BY_STAFF = "open_by_staff"
    """The person has confirmed to a caseworker that it is safe."""
    CLOSED_BY_PERSON = "closed_by_person"
    CLOSED_BY_STAFF = "closed_by_staff"
    NOT_AGREED = "not_agreed"
    """The person refused, or was never asked."""
    OF_A_CHILD = "of_a_child"
    """A child: a caseworker finds out first who holds the child's means of identification."""
    NO_CODE = "no_code"
    """No identity code is recorded."""
    SEALED = "sealed"

    @property
    def is_open(self) -> bool:
        return self in {OwnReading.OPEN_BY_PERSON, OwnReading.OPEN_BY_STAFF}


@dataclass(frozen=True, slots=True)
class ReadingChoice:
    """The last choice to open or close reading, by a caseworker or the person."""

    is_open: bool
    by_person: bool
    chosen_at: datetime


def own_reading(
    case: Case,
    identity: Mapping[str, Any],
    contact: Mapping[str, Any],
    choice: ReadingChoice | None,
    *,
    is_minor: bool,
) -> OwnReading:
    if case.content_sealed_at is not None:
        return OwnReading.SEALED
    if choice is not None and not choice.is_open:
        return OwnReading.CLOSED_BY_PERSON if choice.by_person else OwnReading.CLOSED_BY_STAFF
    if choice is None and is_minor:
        return OwnReading.OF_A_CHILD
    if choice is None and contact.get(AGREEMENT) != "yes":
        return OwnReading.NOT_AGREED
    if not identity.get(IDENTITY_CODE):
        return OwnReading.NO_CODE
    return OwnReading.OPEN_BY_STAFF if choice is not None else OwnReading.OPEN_BY_PERSON

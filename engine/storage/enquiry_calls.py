"""Calls and answers to enquirers as the access log has them: who, when, and if the person was reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Text, cast, select

from engine.storage.tables.access import ACCESS_ENTRIES
from engine.storage.unit_of_work import UnitOfWork

RINGING, REACHED, NOT_REACHED = "ring_enquiry", "enquiry_reached", "enquiry_not_reached"
ANSWERED, CORRECTED = "answer_enquiry", "correct_enquiry"
"""Words of the log."""
RINGING_FOR: Final = timedelta(minutes=30)
"""So long somebody who says that they ring counts as ringing."""


@dataclass(frozen=True, slots=True)
class EnquiryCall:
    enquiry_id: UUID
    action: str
    person_id: UUID | None
    by: str
    at: datetime

    @property
    def is_ringing(self) -> bool:
        return self.action == RINGING

    @property
    def is_attempt(self) -> bool:
        return self.action in (REACHED, NOT_REACHED)


class EnquiryCalls:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def since(self, moment: datetime, enquiry_id: UUID | None = None) -> tuple[EnquiryCall, ...]:
        """Return the calls and answers since then, perhaps of one enquiry, the newest first."""
        entry = ACCESS_ENTRIES.c
        found = select(entry.subjects, entry.action, entry.person_id, entry.actor_name, entry.at).where(
            entry.at >= moment, entry.action.in_((RINGING, REACHED, NOT_REACHED, ANSWERED, CORRECTED))
        )
        if enquiry_id is not None:
            found = found.where(cast(entry.subjects, Text).contains(str(enquiry_id)))
        rows = self._unit.rows(found.order_by(entry.at.desc(), entry.id.desc()))
        return tuple(
            EnquiryCall(UUID(subject), row["action"], row["person_id"], row["actor_name"], row["at"])
            for row in rows
            for subject in row["subjects"]
        )

"""A case (asia): one person's matter, its state and its outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from engine.domain.people import Actor
from engine.domain.policy import Relation, Standing, reads_sealed


class Channel(StrEnum):
    """Channel by which the case arrived."""

    SELF = "self"
    REFERRAL = "referral"
    URGENT = "urgent"
    ENQUIRY = "enquiry"
    """A notice to an authority begun from an enquiry. It is no application: it has no applicant and no outcome."""

    @property
    def message(self) -> str:
        """The message that starts the procedure."""
        return {
            "self": "application_received",
            "referral": "referral_received",
            "urgent": "urgent_call_received",
            "enquiry": "enquiry_notice_needed",
        }[self]


class CaseState(StrEnum):
    SUBMITTED = "submitted"
    """Received, not yet registered as pending."""
    PENDING = "pending"
    """Vireillä (434/2003 20 §)."""
    CLOSED = "closed"


class Outcome(StrEnum):
    ADMITTED_35_1 = "admitted_35_1"
    ADMITTED_35_2 = "admitted_35_2"
    ADMITTED_35_3 = "admitted_35_3"
    NOT_ADMITTED = "not_admitted"
    NOT_EXAMINED = "not_examined"
    LAPSED = "lapsed"
    TRANSFERRED = "transferred"

    @property
    def is_admission(self) -> bool:
        return self.value.startswith("admitted")


class CaseClass(StrEnum):
    URGENT = "urgent"
    CHILD = "child"
    NORMAL = "normal"

    @property
    def priority(self) -> int:
        """The priority of the case's tasks."""
        return {CaseClass.URGENT: 2, CaseClass.CHILD: 1}.get(self, 0)


def pauses_target(case_class: CaseClass | None) -> bool:
    """Return True if the target may stand still: never that of an urgent or a child's case (746/2011 5 §)."""
    return case_class in (None, CaseClass.NORMAL)


@dataclass(frozen=True, slots=True)
class Case:
    id: UUID
    reference: str
    channel: Channel
    state: CaseState
    case_class: CaseClass | None
    outcome: Outcome | None
    team: str | None
    language: str
    received_at: datetime
    pending_at: datetime | None
    """Vireillä: the day it was registered."""
    closed_at: datetime | None
    deployment_id: UUID
    parent_id: UUID | None
    """Of a child's own case: the case it was opened from."""
    caseworker_id: UUID | None
    is_restricted: bool
    is_stalled: bool
    content_sealed_at: datetime | None
    """Since when only the director reads what was written before."""
    version: int

    @property
    def tag(self) -> str:
        """Names what a program has read of the case."""
        return str(self.version)

    @property
    def is_application(self) -> bool:
        return self.channel is not Channel.ENQUIRY

    @property
    def standing(self) -> Standing:
        if self.content_sealed_at is None:
            return Standing.RESTRICTED if self.is_restricted else Standing.USUAL
        return Standing.RESTRICTED_SEALED if self.is_restricted else Standing.SEALED

    def relation_to(
        self, actor: Actor, *, assigned: bool, disqualified: bool, in_emergency: bool = False
    ) -> Relation:
        """Return how the actor stands to the case. A program is no person: a case without a caseworker is not its own."""
        if disqualified:
            return Relation.DISQUALIFIED
        if in_emergency:
            return Relation.EMERGENCY
        if actor.person_id is not None and (assigned or self.caseworker_id == actor.person_id):
            return Relation.OWN
        if self.team is None or actor.team is None or self.team == actor.team:
            return Relation.TEAM
        return Relation.OTHER

    def is_sealed_to(self, actor: Actor) -> bool:
        """Return True if there is sealed content that the actor may not read."""
        return self.content_sealed_at is not None and not reads_sealed(actor.roles, self.standing)

    def is_shut_to(self, actor: Actor, written_at: datetime) -> bool:
        """Return True if content is sealed to the actor.

        Content written after the seal (the lapse's own resolution) is still prepared, signed and handed over by those
        who work with the case; it is shut too when the case closes.
        """
        if self.content_sealed_at is None or not self.is_sealed_to(actor):
            return False
        return self.state is CaseState.CLOSED or written_at <= self.content_sealed_at

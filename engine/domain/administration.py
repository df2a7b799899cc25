"""Administration: acts that its log names, and powers that one person proposes and another confirms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from engine.domain.appointments import DECISIONS_OF, NO_LIMITS, Appointment, Limits
from engine.domain.people import Actor, Power, Role

DECIDERS: Final = (Role.ADMINISTRATOR, Role.DIRECTOR)
"""Those who propose and confirm powers. None of them audits the log, which has their own acts."""
LONGEST_REASON: Final = 200
WHOLE_COUNTRY: Final = "all"
"""Says of somebody in the log that they work with the cases of every team."""


def audits_own_acts(roles: frozenset[Role]) -> bool:
    """Return True if the roles give powers and audit the log of it. Rights follow what the task needs (906/2019 16 §), and a
    log of use (17 §) proves little to somebody who made its entries."""
    return Role.AUDITOR in roles and not roles.isdisjoint(DECIDERS)


class Act(StrEnum):
    """An act that an entry of the administration log names."""

    PERSON_ADDED = "person_added"
    PERSON_CLOSED = "person_closed"
    PERSON_REOPENED = "person_reopened"
    ROLES_GIVEN = "roles_given"
    ROLES_TAKEN = "roles_taken"
    TEAM_CHANGED = "team_changed"
    APPOINTED = "appointed"
    APPOINTMENT_ENDED = "appointment_ended"
    PROGRAM_ADDED = "program_added"
    PROGRAM_REVOKED = "program_revoked"
    RECEIVER_ADDED = "receiver_added"
    RECEIVER_ENDED = "receiver_ended"
    RECEIVER_KEY_CHANGED = "receiver_key_changed"
    PROPOSED = "proposed"
    REFUSED = "refused"
    REPLACED = "replaced"
    INVITED = "invited"
    INVITATION_TAKEN_BACK = "invitation_taken_back"
    INVITATION_USED = "invitation_used"
    SESSIONS_ENDED = "sessions_ended"
    WAYS_ENDED = "ways_ended"
    """Every way in, with the sessions: a telephone was lost, or somebody may have known the password."""
    ABSENCE_RECORDED = "absence_recorded"
    ABSENCE_ENDED = "absence_ended"
    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    PROOF_REFUSED = "proof_refused"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    PASSWORD_CHANGED = "password_changed"
    CODES_TAKEN_UP = "codes_taken_up"
    RECOVERY_CODES_RENEWED = "recovery_codes_renewed"
    PAGE_REFUSED = "page_refused"
    MASTER_KEY_CHANGED = "master_key_changed"
    DATA_DESTROYED = "data_destroyed"
    DISQUALIFIED = "disqualified"
    """Somebody was kept away from a case, which the entry does not name."""
    DISQUALIFICATION_LIFTED = "disqualification_lifted"
    EMERGENCY_REFUSED = "emergency_refused"
    """Somebody wanted to open a case in an emergency, and there was none that they may open."""
    DRAFT_TAKEN_OVER = "draft_taken_over"
    """Somebody goes on with an application that a colleague left half written down, and reads what was typed."""
    CALL_TAKEN_OVER = "call_taken_over"
    """Somebody goes on with a call that a colleague left half written, and reads what was typed."""


class ProposalKind(StrEnum):
    ROLES = "roles"
    TEAM = "team"
    APPOINTMENT = "appointment"
    REOPENING = "reopening"
    PROGRAM = "program"
    RECEIVER = "receiver"
    """An address to which a program's events go."""
    INVITATION = "invitation"
    """Of somebody who has come in before: its link opens the powers they have."""


@dataclass(frozen=True, slots=True)
class PowerProposal:
    """A power that one person wants to give. Nothing holds before another person confirms it."""

    id: UUID
    kind: ProposalKind
    about: str
    """The person's username, or the program's name: neither is ever given to another."""
    roles: frozenset[Role]
    scopes: frozenset[str]
    team: str | None
    power: Power | None
    valid_from: date | None
    valid_until: date | None
    reason: str
    proposed_by: UUID | None
    proposed_at: datetime
    address: str | None = None
    """Of a receiver; its events are the scopes."""
    limits: Limits = NO_LIMITS
    """Of an appointment."""
    replaces: UUID | None = None
    """The appointment that ends when this one begins."""

    @property
    def is_of_person(self) -> bool:
        return self.kind not in (ProposalKind.PROGRAM, ProposalKind.RECEIVER)

    @property
    def facts(self) -> tuple[str, ...]:
        """Return it as the log says it: words for a kind, each with a value."""
        return (
            *(["account reopening"] if self.kind is ProposalKind.REOPENING else ()),
            *(["account invitation"] if self.kind is ProposalKind.INVITATION else ()),
            *(f"role {each.value}" for each in sorted(self.roles)),
            *([f"address {self.address}"] if self.address else ()),
            *(f"{'event' if self.address else 'scope'} {each}" for each in sorted(self.scopes)),
            *([f"team {self.team or WHOLE_COUNTRY}"] if self.team or self.kind is ProposalKind.TEAM else ()),
            *([f"power {self.power.value}"] if self.power else ()),
            *(self.limits.facts if self.power in DECISIONS_OF else ()),
            *([f"replaces {self.replaces}"] if self.replaces else ()),
            *([f"from {self.valid_from.isoformat()}"] if self.valid_from else ()),
            *([f"until {self.valid_until.isoformat()}"] if self.valid_until else ()),
        )

    def takes_place_of(self, earlier: PowerProposal) -> bool:
        """Return True if an earlier one, still waiting, says something else of the same. Appointments to one power stand beside
        each other, unless both replace the same one, or neither replaces any and their limits are the same."""
        of_the_same = (self.kind, self.power, self.replaces) == (
            earlier.kind,
            earlier.power,
            earlier.replaces,
        )
        return of_the_same and (self.replaces is not None or self.limits == earlier.limits)

    def facts_beside(self, replaced: Appointment | None) -> tuple[str, ...]:
        """Return it with the appointment whose place it takes: only beside it does one see what becomes wider."""
        return (*self.facts, *(f"replaced_{each}" for each in (replaced.facts if replaced else ())))

    def may_be_confirmed_by(self, actor: Actor, username: str) -> bool:
        """Return False for the person who proposed it and the person who would get it."""
        if not actor.has(*DECIDERS):
            return False
        is_own = actor.person_id == self.proposed_by or (self.is_of_person and self.about == username)
        return actor.person_id is None or not is_own

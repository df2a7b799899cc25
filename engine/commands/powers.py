"""Confirming and refusing powers that somebody else proposed, and ending an appointment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from engine.casework import powers
from engine.domain.administration import DECIDERS, Act, ProposalKind
from engine.errors import Conflict, Forbidden, Invalid
from engine.executor import Command, Work
from engine.executor.permissions import require_proof, require_role


class AlreadyDecided(Conflict):
    sentence = "Joku on jo ratkaissut tämän."


class OwnProposal(Forbidden):
    sentence = "Toinen ihminen vahvistaa sen, mitä itse ehdotit tai mikä koskee sinua."


@dataclass(frozen=True, slots=True)
class Confirmed:
    kind: ProposalKind
    about: str
    secret: str
    """Of a program or an invitation, shown this once; else empty."""


@dataclass(frozen=True)
class ConfirmPower(Command[Confirmed]):
    """Give a power that another person proposed. Nobody confirms their own proposal, or one for themselves."""

    proposal_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, *DECIDERS)
        require_proof(work)

    def execute(self, work: Work) -> Confirmed:
        found = work.stores.power_proposals.get(self.proposal_id)
        by = work.actor.person_id
        username = work.stores.people.get(by).username if by is not None else ""
        if not found.may_be_confirmed_by(work.actor, username):
            raise OwnProposal
        if not work.stores.power_proposals.decide(found.id, by, work.now, confirmed=True):
            raise AlreadyDecided
        return Confirmed(found.kind, found.about, powers.carry_out(work, found))


@dataclass(frozen=True)
class RefusePower(Command[None]):
    """Refuse a proposal, or take one's own back."""

    proposal_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, *DECIDERS)

    def execute(self, work: Work) -> None:
        if not powers.decide(work, work.stores.power_proposals.get(self.proposal_id), Act.REFUSED):
            raise AlreadyDecided


@dataclass(frozen=True)
class EndAppointment(Command[str]):
    """End an official's power at once: yesterday is its last day. The entry stays in the register. Return the official's
    username."""

    appointment_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, *DECIDERS)
        require_proof(work)

    def execute(self, work: Work) -> str:
        found = work.stores.people.appointment(self.appointment_id)
        last_day = work.today - timedelta(days=1)
        if found.valid_until is not None and found.valid_until <= last_day:
            raise Invalid("Määräys on jo päättynyt.", field="appointment")
        return powers.end_appointment(work, found, last_day).username

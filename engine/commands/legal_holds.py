"""Legal hold: nothing of a held case is destroyed, whatever the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine.domain.policy import Action
from engine.domain.retention import LONGEST_HOLD
from engine.errors import Conflict, Invalid
from engine.executor import Command, Work
from engine.executor.permissions import permit_case, require_person
from engine.storage.sealing import SealingClass

SHORTEST_REASON = 10
LONGEST_REASON = 500


class AlreadyHeld(Conflict):
    sentence = "Hävittäminen on jo estetty. Poista ensin voimassa oleva esto."


class NotHeld(Conflict):
    sentence = "Hävittämistä ei ole estetty."


class NothingLeft(Conflict):
    sentence = "Asian tiedot on jo hävitetty. Estettävää ei ole."


@dataclass(frozen=True)
class PlaceHold(Command[None]):
    """Let nothing of a case be destroyed until a day, with a reason. Who is destroying it at this moment ends first: the
    case's page shows what was gone by then."""

    reference: str
    reason: str
    held_until: date

    def permit(self, work: Work) -> None:
        require_person(work)
        permit_case(work, self.reference, Action.PLACE_HOLD)

    def execute(self, work: Work) -> None:
        reason = _checked(self.reason)
        if not work.today <= self.held_until <= work.today + LONGEST_HOLD:
            raise Invalid("Anna päivä tästä päivästä kahden vuoden päähän.", field="held_until")
        case = work.stores.cases.by_reference(self.reference)
        work.stores.retention.lock(case.id)
        if work.stores.legal_holds.in_force(case.id, work.today) is not None:
            raise AlreadyHeld
        if not any(work.stores.vault.has_key(case.id, each) for each in SealingClass):
            raise NothingLeft
        work.stores.legal_holds.place(case.id, reason, self.held_until, require_person(work), work.now)
        work.record(case.id, "hold_placed", until=self.held_until.isoformat())


@dataclass(frozen=True)
class LiftHold(Command[None]):
    """Let the case's data be destroyed on their days again, with a reason. What is overdue goes with the next round, so
    another person than the one who placed the hold lifts it."""

    reference: str
    reason: str

    def permit(self, work: Work) -> None:
        require_person(work)
        permit_case(work, self.reference, Action.LIFT_HOLD)

    def execute(self, work: Work) -> None:
        reason, person = _checked(self.reason), require_person(work)
        case = work.stores.cases.by_reference(self.reference)
        hold = work.stores.legal_holds.in_force(case.id, work.today)
        if hold is None:
            raise NotHeld
        if hold.placed_by == person:
            raise Conflict("Eston poistaa toinen henkilö kuin se, joka sen teki.")
        work.stores.legal_holds.lift(hold, reason, person, work.now)
        work.record(case.id, "hold_lifted")


def _checked(reason: str) -> str:
    reason = " ".join(reason.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise Invalid("Kirjoita syy, 10–500 merkkiä.", field="reason")
    return reason

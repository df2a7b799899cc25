"""Reading online, in the hands of those whose work the case is: whose matter it is, and whether reading is safe for them."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.identity_code import normal_form
from engine.domain.own_reading import IDENTITY_CODE
from engine.domain.people import Role
from engine.errors import Conflict, Invalid
from engine.executor import Command, Work
from engine.executor.permissions import require_role


class NobodyKnown(Conflict):
    """Asiassa ei ole henkilöä, jonka tunnus voitaisiin kirjata."""


class NotAnIdentityCode(Invalid):
    """Tarkista henkilötunnus: se ei ole oikean muotoinen."""


@dataclass(frozen=True)
class RecordIdentityCode(Command[None]):
    """By whoever has seen it in a document. Without it nobody can be recognised; reading that is open ends."""

    reference: str
    identity_code: str

    def permit(self, work: Work) -> None:
        _permit(work, self.reference)

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        code = normal_form(self.identity_code)
        if code is None:
            raise NotAnIdentityCode(field=IDENTITY_CODE)
        person = work.stores.parties.applicant_of(case.id)
        if person is None:
            raise NobodyKnown
        work.stores.parties.rewrite(person, {**person.identity, IDENTITY_CODE: code}, person.contact)
        work.stores.readings.end_all_of(case.id)
        work.record(case.id, "identity_code_recorded")


@dataclass(frozen=True)
class ChooseReading(Command[None]):
    """Closed at the least doubt; opened when the person has said, alone and by a safe way, that only they can identify as themselves."""

    reference: str
    is_open: bool

    def permit(self, work: Work) -> None:
        _permit(work, self.reference)

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        work.stores.readings.choose(case.id, work.actor.person_id, work.now, is_open=self.is_open)
        work.record(case.id, "own_reading_allowed" if self.is_open else "own_reading_closed", "staff")


def _permit(work: Work, reference: str) -> None:
    require_role(work, Role.CASEWORKER, Role.MANAGER, Role.DIRECTOR)
    work.open_case(work.stores.cases.by_reference(reference), "manage_reading")

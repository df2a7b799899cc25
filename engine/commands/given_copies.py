"""A copy of the case file for its person, a party or somebody else: begun, redacted, made, and given or not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from engine.casework.case_records import open_content
from engine.casework.given_copies import KIND, copy_letter, digest_of, pieces_of, state_of, title_of
from engine.clock import day_of
from engine.domain.cases import Case
from engine.domain.consents import GIVEN
from engine.domain.given_copies import (
    CopyChanged,
    CopyDetails,
    CopyEnded,
    CopyGround,
    CopyMade,
    CopyRejected,
    GivenBy,
    GivenCopy,
    RecordsGone,
    Withholding,
    problems_of,
    problems_of_withholding,
)
from engine.domain.policy import Action
from engine.errors import Invalid, Outdated
from engine.executor import Command, Work
from engine.executor.permissions import permit_case, require_person
from engine.letters import render
from engine.storage.database import new_id
from engine.storage.sealing import SealingClass


@dataclass(frozen=True)
class BeginCopy(Command[None]):
    """Record who asked for the file, on which ground it may be given, and how it is known who they are (615/2020 18 §).

    Begun twice under one id, it is there once.
    """

    reference: str
    copy_id: UUID
    details: CopyDetails

    def permit(self, work: Work) -> None:
        _permit(work, self.reference)

    def execute(self, work: Work) -> None:
        case = open_content(work, self.reference)
        if not work.stores.vault.takes(case.id, SealingClass.NARRATIVE):
            raise RecordsGone
        problems = problems_of(self.details, work.today)
        if self.details.ground == CopyGround.CONSENT and not _is_consented(work, case):
            problems["ground"] = Invalid("Kirjaa ensin asian sivulle suostumus, jonka saaja on muu taho.")
        if problems:
            raise CopyRejected(problems)
        work.stores.given_copies.add(
            GivenCopy(
                id=self.copy_id,
                case_id=case.id,
                prepared_by=work.actor.person_id,
                prepared_by_name=work.actor.name,
                prepared_at=work.now,
                made_at=None,
                document_id=None,
                ended_at=None,
                given_on=None,
                version=1,
                details=self.details,
                withheld=(),
                given_by="",
                not_given_why="",
            )
        )


@dataclass(frozen=True)
class WithholdFromCopy(Command[None]):
    """Take words, or a whole piece, out of the copy on a provision and for a reason. The record stays as it is."""

    reference: str
    copy_id: UUID
    passage: str
    piece: str
    provision: str
    reason: str

    def permit(self, work: Work) -> None:
        _permit(work, self.reference)

    def execute(self, work: Work) -> None:
        case, copy = _open_copy(work, self.reference, self.copy_id)
        passage = "" if self.piece else self.passage.strip()
        wanted = Withholding(str(new_id()), passage, self.piece, self.provision, self.reason.strip())
        problems = problems_of_withholding(wanted, pieces_of(work, case))
        if problems:
            raise CopyRejected(problems)
        if replace(wanted, id="") in {replace(each, id="") for each in copy.withheld}:
            return
        work.stores.given_copies.change(replace(copy, withheld=(*copy.withheld, wanted)))


@dataclass(frozen=True)
class ShowInCopy(Command[None]):
    """Show again what was withheld by mistake, before the copy is made."""

    reference: str
    copy_id: UUID
    withholding: str

    def permit(self, work: Work) -> None:
        _permit(work, self.reference)

    def execute(self, work: Work) -> None:
        _, copy = _open_copy(work, self.reference, self.copy_id)
        kept = tuple(each for each in copy.withheld if each.id != self.withholding)
        work.stores.given_copies.change(replace(copy, withheld=kept))


@dataclass(frozen=True)
class MakeCopy(Command[None]):
    """Typeset the copy as its maker saw it and keep it among the documents. Raise CopyChanged if the file is another now."""

    reference: str
    copy_id: UUID
    seen: str
    made: bytes = field(default=b"", repr=False)
    """By `prepare`: the PDF, and the state of the records it was made of."""
    made_of: tuple[object, ...] = field(default=(), repr=False)

    is_heavy = True

    def permit(self, work: Work) -> None:
        _permit(work, self.reference)

    def prepare(self, view: Work) -> MakeCopy:
        case, copy = _open_copy(view, self.reference, self.copy_id)
        letter = copy_letter(view, case, copy)
        if digest_of(letter) != self.seen:
            raise CopyChanged
        made_of = state_of(view, case, copy)
        return replace(self, made=render(letter, drawn_on=view.today), made_of=made_of)

    def execute(self, work: Work) -> None:
        case, copy = _open_copy(work, self.reference, self.copy_id)
        if state_of(work, case, copy) != self.made_of:
            raise Outdated
        document_id = work.stores.documents.add(
            case.id,
            kind=KIND,
            title=title_of(case),
            content=self.made,
            moment=work.now,
            sealing_class=SealingClass.NARRATIVE,
            author_id=work.actor.person_id,
        )
        work.stores.given_copies.change(replace(copy, made_at=work.now, document_id=document_id))
        work.record(case.id, "copy_made")


@dataclass(frozen=True)
class EndCopy(Command[None]):
    """Record the day on which the copy was given and by which way, or why it was not."""

    reference: str
    copy_id: UUID
    given_on: date | None
    given_by: str = ""
    not_given_why: str = ""

    def permit(self, work: Work) -> None:
        _permit(work, self.reference)

    def execute(self, work: Work) -> None:
        case = open_content(work, self.reference)
        copy = work.stores.given_copies.get(case.id, self.copy_id)
        if copy.ended_at is not None:
            raise CopyEnded
        problems = self._problems(work, copy)
        if problems:
            raise CopyRejected(problems)
        why = "" if self.given_on else self.not_given_why.strip()
        by = self.given_by if self.given_on else ""
        ended = replace(copy, ended_at=work.now, given_on=self.given_on, given_by=by, not_given_why=why)
        work.stores.given_copies.change(ended)
        if self.given_on:
            work.record(case.id, "copy_given", on=self.given_on.isoformat())
        elif copy.made_at is not None:
            work.record(case.id, "copy_not_given")

    def _problems(self, work: Work, copy: GivenCopy) -> dict[str, Invalid]:
        if self.given_on is None:
            missing = Invalid("Kirjoita, miksi jäljennöstä ei anneta.")
            return {} if self.not_given_why.strip() else {"not_given_why": missing}
        if copy.made_at is None:
            return {"given_on": Invalid("Tee jäljennös ensin.")}
        problems: dict[str, Invalid] = {}
        if self.given_on > work.today:
            problems["given_on"] = Invalid("Päivä ei voi olla tulevaisuudessa.")
        elif self.given_on < day_of(copy.made_at):
            problems["given_on"] = Invalid("Päivä on ennen kuin jäljennös tehtiin. Tarkista päivä.")
        if self.given_by not in set(GivenBy):
            problems["given_by"] = Invalid("Valitse, miten jäljennös annettiin.")
        return problems


def _permit(work: Work, reference: str) -> None:
    require_person(work)
    permit_case(work, reference, Action.GIVE_COPY)


def _open_copy(work: Work, reference: str, copy_id: UUID) -> tuple[Case, GivenCopy]:
    """Return a copy that is still being prepared. Raise CopyMade for one that is made or was ended."""
    case = open_content(work, reference)
    copy = work.stores.given_copies.get(case.id, copy_id)
    if not copy.is_open:
        raise CopyMade
    return case, copy


def _is_consented(work: Work, case: Case) -> bool:
    """Return True if the ledger holds a consent in force for another recipient than those of the procedure."""
    newest = {(each.purpose, each.recipient): each for each in work.stores.consents.of_case(case.id)}
    return any(each.state == GIVEN and each.recipient == "other" for each in newest.values())

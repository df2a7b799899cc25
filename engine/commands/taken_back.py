"""A withdrawal that somebody brings to us, and one that the person takes back: each with its way and its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.casework.awaited_messages import WITHDRAWN
from engine.casework.code_holder import case_of
from engine.casework.taken_back import (
    BroughtWithdrawal,
    has_speaker,
    keep_words,
    may_take_back,
    take_back,
    withdrawn_on,
)
from engine.commands.cases import CorrelateMessage
from engine.commands.consents import LONGEST, RECORDERS
from engine.domain.consents import HOW
from engine.domain.interpreters import chosen
from engine.domain.people import Role
from engine.domain.policy import Action
from engine.errors import Invalid, NotWaiting
from engine.executor import Command, Work
from engine.executor.permissions import permit_case, require_person
from engine.operations.notices import notify_caseworker

_BY_CODE: Final = "writing"
LONGEST_NAME: Final = 200
SPEAKERS: Final = ("person", "speaker")


@dataclass(frozen=True)
class RecordWithdrawal(Command[None]):
    """Record that the person withdraws: from whom we know it, how and on which day. A caseworker confirms it with them."""

    reference: str
    how: str
    withdrawn_on: date | None
    brought_by: str
    source: str = ""
    """Name of somebody else than the person, and their authority to speak for them (434/2003 12 §)."""
    words: str = ""
    """Those of the person or of the source, verbatim."""
    interpreted: str = ""

    def permit(self, work: Work) -> None:
        require_person(work)
        permit_case(work, self.reference, Action.CORRELATE_MESSAGE)

    def execute(self, work: Work) -> None:
        brought = BroughtWithdrawal(self.how, self.withdrawn_on, self.brought_by, self.interpreted)
        brought.facts(work.today)
        source, words = self.source.strip(), self.words.strip()
        if self.brought_by != "applicant" and not source:
            raise Invalid(
                "Kirjoita, kuka siitä kertoi ja millä valtuudella hän puhuu henkilön puolesta, tai ettei valtuutta ole.",
                field="source",
            )
        if len(source) > LONGEST_NAME or len(words) > LONGEST:
            raise Invalid(
                "Lyhennä tätä: nimi ja valtuus enintään 200 merkkiä, sanat enintään 2 000 merkkiä.",
                field="source" if len(source) > LONGEST_NAME else "words",
            )
        CorrelateMessage(self.reference, WITHDRAWN, withdrawal=brought).execute(work)
        if (source or words) and self.withdrawn_on is not None:
            case = work.stores.cases.by_reference(self.reference)
            keep_words(work, case, words or source, self.how, self.withdrawn_on, source, self.interpreted)


class TakenBackTooEarly(Invalid):
    sentence = "Peruuttaminen tehtiin %(day)s. Sitä ei voi ottaa takaisin ennen sitä."


@dataclass(frozen=True)
class TakeBackByCode(Command[bool]):
    """Go on with the application whose withdrawal is not signed yet. Return False where nothing can be taken back: a
    wrong code and a decided matter look the same."""

    code: str

    def permit(self, work: Work) -> None:
        """Permit anyone: only the applicant's code has an effect."""

    def execute(self, work: Work) -> bool:
        case = case_of(work, self.code)
        if case is None or not may_take_back(work, case):
            return False
        take_back(work, case, _BY_CODE, work.today, Role.APPLICANT)
        notify_caseworker(work, case, work.instances.models(case.deployment_id))
        return True


@dataclass(frozen=True)
class RecordTakingBack(Command[None]):
    """Record that the person took their withdrawal back, how and on which day. The examination goes on."""

    reference: str
    how: str
    taken_back_on: date | None
    by: str = ""
    """One of SPEAKERS: nobody else takes it back."""
    words: str = ""
    """The person's own words."""
    interpreted: str = ""

    def permit(self, work: Work) -> None:
        require_person(work)
        permit_case(work, self.reference, Action.CORRELATE_MESSAGE)

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        if not may_take_back(work, case):
            raise NotWaiting
        if self.how not in HOW:
            raise Invalid("Valitse, miten hän kertoi sen.", field="how")
        chosen(self.interpreted)
        if self.taken_back_on is None or self.taken_back_on > work.today:
            raise Invalid(
                "Kirjoita päivä, jona hän kertoi sen. Se ei voi olla tulevaisuudessa.", field="taken_back_on"
            )
        asked_on = withdrawn_on(work, case)
        if asked_on is not None and self.taken_back_on < asked_on:
            raise TakenBackTooEarly(
                field="taken_back_on", day=f"{asked_on.day}.{asked_on.month}.{asked_on.year}"
            )
        if self.by not in SPEAKERS or (self.by == "speaker" and not has_speaker(work, case)):
            raise Invalid(
                "Peruuttamisen ottaa takaisin henkilö itse. Alle 15-vuotiaan puolesta sen voi tehdä huoltaja tai edustaja, jota "
                "ei ole merkitty vaaralliseksi. Puhu henkilön kanssa.",
                field="by",
            )
        words = self.words.strip()
        if not words or len(words) > LONGEST:
            raise Invalid(
                "Kirjoita, mitä hän sanoi, hänen omin sanoin. Enintään 2 000 merkkiä.", field="words"
            )
        role = next((each for each in RECORDERS if work.actor.has(each)), Role.CASEWORKER)
        keep_words(work, case, words, self.how, self.taken_back_on, interpreter=self.interpreted)
        take_back(work, case, self.how, self.taken_back_on, role, by=self.by, interpreter=self.interpreted)

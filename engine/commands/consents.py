"""The consent ledger: record a consent or its refusal, and withdraw one. Entries are added, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from engine.casework.appeals import is_sent_back
from engine.casework.awaited_messages import WITHDRAWN as WITHDRAWAL
from engine.casework.awaited_messages import is_early
from engine.casework.case_records import open_content
from engine.casework.clienthood import begin_removal, removal_begins
from engine.casework.consents_given_anew import ConsentEnded, ended_on
from engine.casework.recordings.consent import CONSENT_TEXT, text_version
from engine.casework.withdrawals import stop_disclosure
from engine.domain.acts import Act
from engine.domain.cases import Case
from engine.domain.chronology import Dated, explained
from engine.domain.consents import (
    ASK_WITH_CONSENT,
    DISCLOSURES,
    GIVEN,
    HOW,
    POLICE,
    RECIPIENTS,
    REFERRAL,
    REFUSED,
    SEVERAL,
    WITHDRAWN,
    in_force,
)
from engine.domain.interpreters import chosen
from engine.domain.people import Role
from engine.domain.policy import Action
from engine.errors import Conflict, Invalid
from engine.executor import Command, Work
from engine.executor.permissions import permit_case

RECORDERS = (Role.CASEWORKER, Role.MANAGER, Role.DIRECTOR)
"""Of somebody with several roles, the first stands in the ledger."""
LONGEST: Final = 2000


@dataclass(frozen=True, slots=True)
class ConsentDetails:
    """Purpose that the person was asked about, the recipient of the information, and their answer."""

    purpose: str
    recipient: str
    language: str
    given_how: str
    given_on: date | None
    text_version: str = CONSENT_TEXT
    note: str = ""
    interpreted: str = ""
    """One of `interpreters.CHOICES`; empty where it is not known."""


class SaysNotWhy(Invalid):
    sentence = (
        "Samana päivänä henkilö perui suostumuksensa tai kielsi tämän. Jos hän suostui vasta sen jälkeen, kirjoita tähän, mistä "
        "sen tiedät. Saajan nimi yksin ei riitä."
    )


class DecidedAloud(Conflict):
    sentence = (
        "Henkilö on jo otettu auttamisjärjestelmään. Toive lähteä käsitellään poistamisena (746/2011 38 f §)."
    )


@dataclass(frozen=True)
class RecordConsent(Command[UUID]):
    """Record that the person agreed, or did not, to something that tells others of them. The referral's is recorded by its task."""

    reference: str
    details: ConsentDetails
    is_given: bool

    def permit(self, work: Work) -> None:
        permit_consents(work, self.reference)

    def execute(self, work: Work) -> UUID:
        case = open_content(work, self.reference)
        details = self.details
        if details.purpose not in DISCLOSURES:
            raise Invalid("Valitse, mihin henkilö suostuu.", field="purpose")
        if details.recipient not in RECIPIENTS:
            raise Invalid("Valitse, kuka tiedon saa.", field="recipient")
        if details.given_how not in HOW:
            raise Invalid("Valitse, miten suostumus kysyttiin.", field="given_how")
        _check_day(work, details.given_on, "given_on")
        _check_note(details.note)
        if _is_nameless(details):
            raise Invalid(
                "Kirjoita tähän, miltä viranomaiselta tai muulta taholta saa kysyä: suostumus ei koske muita.",
                field="note",
            )
        if self.is_given:
            _require_given_anew(work, case, details)
        work.save_case(case)
        work.record(case.id, "consent_given" if self.is_given else "consent_refused", details.purpose)
        entry = _add(work, case, details, GIVEN if self.is_given else REFUSED)
        if not self.is_given:
            stop_disclosure(work, case, entry)
        return entry


@dataclass(frozen=True)
class WithdrawConsent(Command[int]):
    """The person takes a consent back. Return how much of what it allowed was under way and stopped.

    One disclosure's: that disclosure stops. The referral's: requests pause, and a caseworker asks the person if the case
    lapses or they apply themselves (746/2011 38 a §); after an admission its removal is assessed (38 f §).
    """

    reference: str
    consent_id: UUID
    withdrawn_on: date | None
    how: str
    note: str = ""
    interpreted: str = ""

    def permit(self, work: Work) -> None:
        permit_consents(work, self.reference)

    def execute(self, work: Work) -> int:
        case = open_content(work, self.reference)
        consent = in_force(work.stores.consents.of_case(case.id), self.consent_id)
        if self.how not in HOW:
            raise Invalid("Valitse, miten peruuttaminen kerrottiin.", field="how")
        if self.withdrawn_on is None or self.withdrawn_on > work.today:
            raise Invalid(
                "Kirjoita päivä, jona henkilö peruutti. Se ei voi olla tulevaisuudessa.", field="withdrawn_on"
            )
        withdrawn = {"withdrawn_on": Dated(Act.CONSENT_WITHDRAWAL, self.withdrawn_on)}
        explained(withdrawn, {Act.CONSENT: consent.given_on} if consent.given_on else {}, work.today, {})
        _check_note(self.note)
        is_decided_aloud = work.stores.oral_decisions.standing(case.id) and not is_sent_back(work, case)
        if consent.purpose == REFERRAL and is_decided_aloud and not removal_begins(work, case):
            # Only versions before: they have no removal to begin.
            raise DecidedAloud
        details = ConsentDetails(
            consent.purpose,
            consent.recipient,
            consent.language or "",
            self.how,
            self.withdrawn_on,
            consent.text_version,
            self.note,
            self.interpreted,
        )
        entry = _add(work, case, details, WITHDRAWN, withdraws=consent.id)
        work.record(case.id, "consent_withdrawn", consent.purpose)
        if consent.purpose == REFERRAL:
            return _ask_before_lapse(work, case)
        stopped = stop_disclosure(work, case, entry)
        work.save_case(case)
        return stopped


def permit_consents(work: Work, reference: str) -> None:
    permit_case(work, reference, Action.KEEP_CONSENTS)


def _ask_before_lapse(work: Work, case: Case) -> int:
    """The case lapses only after the person was asked; its requests stand still meanwhile, which is the diagram's.

    After an admission nothing lapses: who takes the consent back wants to leave, as who withdraws does (38 f §). Of
    another outcome that was signed the ledger alone says it.
    """
    is_awaited = work.stores.subscriptions.find(case.id, WITHDRAWAL) is not None
    if not is_awaited and removal_begins(work, case):
        begin_removal(work, case, wished=True)
        return 0
    waiting = [
        each for each in work.stores.requests.of_case(case.id) if each.is_open and each.answered_at is None
    ]
    if not is_awaited and not is_early(work, case):
        work.save_case(case)
        return 0
    work.instances.correlate(case, WITHDRAWAL, None, {})
    return len(waiting)


def _add(work: Work, case: Case, details: ConsentDetails, state: str, withdraws: UUID | None = None) -> UUID:
    return work.stores.consents.record(
        case.id,
        purpose=details.purpose,
        recipient=details.recipient,
        state=state,
        text_version=text_version(details.text_version),
        recorded_by_role=next(each for each in RECORDERS if work.actor.has(each)).value,
        moment=work.now,
        language=details.language or None,
        given_how=details.given_how or None,
        interpreter=chosen(details.interpreted),
        given_on=details.given_on,
        recorded_by=work.actor.person_id,
        note=details.note,
        withdraws=withdraws,
    )


def _check_day(work: Work, day: date | None, field: str) -> None:
    if day is None or day > work.today:
        raise Invalid(
            "Kirjoita päivä, jona suostumus kysyttiin. Se ei voi olla tulevaisuudessa.", field=field
        )


def _require_given_anew(work: Work, case: Case, details: ConsentDetails) -> None:
    """Raise ConsentEnded for a consent that the person took back or refused after its day; SaysNotWhy for one of that very day
    whose note says no more than the names that the ledger has."""
    ended = ended_on(work, case, details.purpose, details.recipient, details.note)
    if ended is None or details.given_on is None or details.given_on > ended:
        return
    if details.given_on < ended:
        raise ConsentEnded(field="given_on")
    known = {" ".join(each.casefold().split()) for each in work.stores.consents.notes_of(case.id).values()}
    if " ".join(details.note.casefold().split()) in known | {""}:
        raise SaysNotWhy(field="note")


def _is_nameless(details: ConsentDetails) -> bool:
    """True of a consent to ask that leaves open whom: the police alone are named by the ledger's word."""
    is_open = details.purpose == ASK_WITH_CONSENT and details.recipient in SEVERAL
    return is_open and details.recipient != POLICE and not details.note.strip()


def _check_note(note: str) -> None:
    if len(note) > LONGEST:
        raise Invalid("Lyhennä syytä: enintään 2 000 merkkiä.", field="note")

"""Arrivals: each is registered to its case, also a closed one, and makes the task that it calls for (906/2019 25-26 §)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import UUID

from engine.casework.arrivals import setting_of
from engine.casework.document_versions import require_newest
from engine.casework.incoming_files import ExaminedFile
from engine.casework.misfiled_arrivals import leave_mark, misfiled_in, move_file
from engine.casework.standing_in import notify_who_is_there
from engine.casework.taken_back import BROUGHT_BY
from engine.casework.target_pauses import end_pause
from engine.commands.cases import CorrelateMessage
from engine.domain.arrivals import (
    MESSAGES,
    OTHER_LETTER,
    Arrival,
    ArrivalDetails,
    ArrivalGone,
    ArrivalKind,
    ArrivalRejected,
    ArrivalSetting,
    CallsFor,
    Misfiled,
    RegisteredAlready,
    calls_for,
    letter_of,
    problems_of,
    problems_of_reason,
)
from engine.domain.cases import Case
from engine.domain.policy import Action
from engine.domain.staff_notices import NoticeKind
from engine.errors import Invalid, NotFound
from engine.executor import Command, Work
from engine.executor.permissions import permit_case, require_person
from engine.storage.sealing import SealingClass

REGISTERED, SETTLED, RETURNED = "arrival_registered", "arrival_settled", "arrival_returned"
ORIGIN = "arrival"


@dataclass(frozen=True)
class RegisterArrival(Command[Arrival]):
    """Register a document that arrived, with its file if there is one, and do what it calls for. Registered twice under
    one id, it is there once. Return it.

    `again`: the person has seen that this arrival has the same document, sender and day; the document is kept once.
    `misfiled`: it was registered to another case by mistake, and moves from there with its file.
    """

    reference: str
    arrival_id: UUID
    details: ArrivalDetails
    file: ExaminedFile | None = None
    again: UUID | None = None
    misfiled: Misfiled | None = None
    replaces: UUID | None = None
    """The file of the case of which this is a newer version."""

    def permit(self, work: Work) -> None:
        require_person(work)
        permit_case(work, self.reference, Action.REGISTER_ARRIVAL)
        if self.misfiled is not None:
            permit_case(work, self.misfiled.reference, Action.REGISTER_ARRIVAL)

    def execute(self, work: Work) -> Arrival:
        case = work.stores.cases.by_reference(self.reference)
        stored = work.stores.arrivals.get(case.id, self.arrival_id)
        if stored is not None:
            return stored
        if not work.stores.vault.takes(case.id, SealingClass.NARRATIVE):
            raise ArrivalGone
        if case.is_shut_to(work.actor, work.now):
            raise Invalid(
                "Asian sisältö on sinetöity. Vie asiakirja johtajalle, joka kirjaa sen.", field="kind"
            )
        wrong = misfiled_in(work, self.misfiled) if self.misfiled else None
        if wrong is not None and wrong[1].hidden_at:
            return replace(self, details=self.details.with_words_of(wrong[1]))._register(work, case, wrong)
        return self._register(work, case, wrong)

    def _register(self, work: Work, case: Case, wrong: tuple[Case, Arrival] | None) -> Arrival:
        setting = setting_of(work, case)
        self._require_registrable(work, case, setting, wrong)
        arrival = self._registered(work, case, setting, wrong[1] if wrong else None)
        if self.misfiled is not None and wrong is not None:
            leave_mark(work, *wrong, self.misfiled, arrival)
        if arrival.calls_for is CallsFor.MESSAGE:
            message = MESSAGES[arrival.kind]
            command = CorrelateMessage(self.reference, message, arrival.business_key or None)
            if arrival.kind is ArrivalKind.WITHDRAWAL:
                on = arrival.arrived_on.isoformat()
                facts = {"channel": arrival.way, "on": on, "by": self._brought_by(work, case)}
                command = replace(command, facts=facts)
            command.execute(work)
        else:
            # A person acts on it: who registers or reads at the same moment meets this version.
            work.save_case(case)
            end_pause(work, case)
            notify_who_is_there(work, NoticeKind.ARRIVAL, case, arrival.id)
        return arrival

    def _require_registrable(
        self, work: Work, case: Case, setting: ArrivalSetting, wrong: tuple[Case, Arrival] | None
    ) -> None:
        if wrong is not None and wrong[0].id == case.id:
            raise Invalid("Asiakirja on jo tässä asiassa. Valitse asia, johon se kuuluu.", field="kind")
        parties = {each.id for each in work.stores.parties.of_case(case.id)}
        problems = problems_of(self.details, work.today, setting, parties)
        problems |= problems_of_reason(self.misfiled) if self.misfiled else {}
        if self.replaces is not None:
            try:
                self._require_version(work, case)
            except Invalid as refused:
                problems["replaces"] = refused
        if problems:
            raise ArrivalRejected(problems)

    def _require_version(self, work: Work, case: Case) -> None:
        if self.file is None or self.replaces is None:
            raise Invalid("Valitse myös uusi tiedosto: vain tiedosto korvaa tiedoston.", field="replaces")
        require_newest(work, case, self.replaces)

    def _registered(self, work: Work, case: Case, setting: ArrivalSetting, moving: Arrival | None) -> Arrival:
        digest = moving.digest if moving and moving.attachment_id else _digest(self.file)
        earlier = self._earlier(work, case, digest)
        arrival = self._arrival(work, case, setting, earlier, moving)
        work.stores.arrivals.add(arrival)
        work.record(case.id, REGISTERED, arrival.kind.value, business_key=arrival.business_key)
        return arrival

    def _brought_by(self, work: Work, case: Case) -> str:
        """Return who brought a withdrawal: a party of the case by its kind, else somebody other."""
        parties = work.stores.parties.of_case(case.id)
        kind = next((each.kind for each in parties if each.id == self.details.sender_id), "other")
        return kind if kind in BROUGHT_BY else "other"

    def _earlier(self, work: Work, case: Case, digest: str) -> Arrival | None:
        """Return the arrival whose document this one shares. Raise RegisteredAlready for a likeness nobody has seen."""
        known = work.stores.arrivals.of_case(case.id)
        if self.again is not None:
            found = next((each for each in known if each.id == self.again), None)
            if found is None:
                raise NotFound
            return found if not digest or found.digest == digest else None
        like = [each for each in known if each.is_like(self.details, digest)]
        if like:
            raise RegisteredAlready(like[-1].id)
        return None

    def _arrival(
        self,
        work: Work,
        case: Case,
        setting: ArrivalSetting,
        earlier: Arrival | None,
        moving: Arrival | None,
    ) -> Arrival:
        details = self.details
        key = letter_of(details, setting) or details.business_key
        call = calls_for(details.kind, setting, key)
        is_left = call is not CallsFor.MESSAGE
        digest = _digest(self.file)
        if moving is not None and moving.attachment_id is not None:
            attachment_id, digest = move_file(work, moving, case), moving.digest
        elif earlier is not None:
            attachment_id, digest = earlier.attachment_id, earlier.digest
        else:
            attachment_id = self._attached(work, case)
        if details.arrived_on is None:
            raise NotFound
        return Arrival(
            id=self.arrival_id,
            case_id=case.id,
            kind=details.kind,
            way=details.way,
            arrived_on=details.arrived_on,
            calls_for=call,
            business_key=key if key != OTHER_LETTER else None,
            due_on=details.due_on if is_left else None,
            registered_by=work.actor.person_id,
            registered_by_name=work.actor.name,
            registered_at=work.now,
            settled_at=None if is_left else work.now,
            settled_by=None if is_left else work.actor.person_id,
            attachment_id=attachment_id,
            about=details.about.strip(),
            sender_id=details.sender_id,
            sender=details.sender.strip(),
            digest=digest,
            envelope=details.envelope if details.kind is ArrivalKind.RETURNED else "",
        )

    def _attached(self, work: Work, case: Case) -> UUID | None:
        if self.file is None:
            return None
        return work.stores.attachments.add_to_case(
            case.id,
            work.now,
            origin=ORIGIN,
            state=self.file.state,
            media_type=self.file.media_type,
            name=self.file.name,
            description=self.details.about.strip()[:500],
            content=self.file.content,
            author_id=work.actor.person_id,
            replaces=self.replaces,
        )


def _arrival(work: Work, reference: str, arrival_id: UUID) -> tuple[Case, Arrival]:
    """Return the arrival with its case. Raise NotFound where its content is sealed to the actor."""
    case = work.stores.cases.by_reference(reference)
    arrival = work.stores.arrivals.get(case.id, arrival_id)
    if arrival is None or arrival.hidden_at or case.is_shut_to(work.actor, arrival.registered_at):
        raise NotFound
    return case, arrival


@dataclass(frozen=True)
class SettleArrival(Command[None]):
    """Note that what an arrival called for is done. Harmless if it is settled already."""

    reference: str
    arrival_id: UUID

    def permit(self, work: Work) -> None:
        require_person(work)
        permit_case(work, self.reference, Action.SETTLE_ARRIVAL)

    def execute(self, work: Work) -> None:
        case, arrival = _arrival(work, self.reference, self.arrival_id)
        if arrival.is_open:
            work.save_case(case)
            work.stores.arrivals.settle(arrival, work.actor.person_id, work.now)
            work.record(case.id, SETTLED, arrival.kind.value)


@dataclass(frozen=True)
class ReturnArrival(Command[None]):
    """Return an arrival that was settled by mistake to those that wait. Raise Invalid after the time for it."""

    reference: str
    arrival_id: UUID

    def permit(self, work: Work) -> None:
        require_person(work)
        permit_case(work, self.reference, Action.RETURN_ARRIVAL)

    def execute(self, work: Work) -> None:
        case, arrival = _arrival(work, self.reference, self.arrival_id)
        if arrival.is_open:
            return
        if not arrival.may_return(work.now):
            raise Invalid(
                "Palauttaminen onnistui vain vuorokauden ajan. Kirjaa asiakirja tarvittaessa uudelleen."
            )
        work.save_case(case)
        work.stores.arrivals.reopen(arrival)
        work.record(case.id, RETURNED, arrival.kind.value)


def _digest(file: ExaminedFile | None) -> str:
    return "" if file is None else sha256(file.content).hexdigest()

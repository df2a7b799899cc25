"""A person reads their own case online: they identify themselves, a reading session opens, they open letters in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from engine.casework.answers import judge, sealed_by_class
from engine.casework.own_access import (
    PERSON,
    LivingReading,
    OwnLetter,
    living_reading,
    own_letters,
    reading_of,
)
from engine.casework.party_changes import store_change
from engine.commands.tasks import finish
from engine.domain.cases import Case
from engine.domain.identity_code import is_same, normal_form
from engine.domain.own_reading import IDENTITY_CODE, OwnReading
from engine.domain.parties import Ground
from engine.domain.people import Role
from engine.domain.policy import Action
from engine.domain.tasks import OPENED_BY_PERSON
from engine.errors import AnswersRejected, Conflict, Invalid, NotFound
from engine.executor import Command, Work
from engine.executor.permissions import permit_case, require_proof_to_let_in
from engine.storage.own_access_sessions import Identification
from forms.views import variables

ON_THE_WAY = timedelta(minutes=15)
"""Finding one's key numbers takes time."""
READING_LASTS = timedelta(minutes=20)
SHORTEST_KEY = 32


@dataclass(frozen=True)
class BeginIdentification(Command[bool]):
    """Begin identification with the applicant's code. Return False for any other code; never reveal whether reading is open."""

    code: str
    state: str
    browser: str
    nonce: str
    verifier: str
    language: str

    def permit(self, work: Work) -> None:
        """Permit anyone: only the applicant's code has an effect; a referrer's has none."""

    def execute(self, work: Work) -> bool:
        case_id = _case_of(work, self.code)
        if case_id is None:
            return False
        held = Identification(case_id, self.nonce, self.verifier, self.language)
        work.stores.own_access_sessions.begin(self.state, self.browser, held, work.now, work.now + ON_THE_WAY)
        return True


@dataclass(frozen=True)
class TakeIdentification(Command[Identification | None]):
    """Return the identification that comes back from the identity provider. None a second time, too late, or in
    another browser."""

    state: str
    browser: str

    def permit(self, work: Work) -> None:
        """Permit anyone: both the state and the browser's secret are needed to find it."""

    def execute(self, work: Work) -> Identification | None:
        return work.stores.own_access_sessions.take(self.state, self.browser, work.now)


@dataclass(frozen=True)
class OpenReading(Command[bool]):
    """Open a reading session for the person with this identity code. Return False if the case is not theirs or
    reading is closed, without saying which.

    An attempt by another person notifies the case's staff, without naming that person.
    """

    state: str
    browser: str
    identity_code: str
    key: str

    def permit(self, work: Work) -> None:
        """Permit only a browser that has just come back from identification. Raise NotFound otherwise."""
        if not work.stores.own_access_sessions.is_taken(self.state, self.browser, work.now):
            raise NotFound

    def execute(self, work: Work) -> bool:
        held = work.stores.own_access_sessions.finish(self.state, self.browser, work.now)
        if held is None or len(self.key) < SHORTEST_KEY:
            raise NotFound
        refused = self._why_not(work, held.case_id)
        if refused:
            work.record(held.case_id, "own_reading_refused", refused)
            return False
        work.stores.own_access_sessions.open(self.key, held.case_id, work.now, work.now + READING_LASTS)
        work.record(held.case_id, "own_reading_opened")
        return True

    def _why_not(self, work: Work, case_id: UUID) -> str:
        case = work.stores.cases.get(case_id)
        person = work.stores.parties.applicant_of(case_id)
        known = str(person.identity.get(IDENTITY_CODE) or "") if person else ""
        reading = reading_of(work, case)
        if known and not is_same(known, normal_form(self.identity_code) or ""):
            return "another_person"
        return "" if known and reading.is_open else str(OwnReading.NO_CODE if not known else reading)


@dataclass(frozen=True)
class EndReading(Command[None]):
    """End the reading session: its key opens nothing any more."""

    key: str

    def permit(self, work: Work) -> None:
        """Permit anyone: only the session's key has an effect."""

    def execute(self, work: Work) -> None:
        work.stores.own_access_sessions.end(self.key)


@dataclass(frozen=True)
class CloseReadingByCode(Command[bool]):
    """Close the case to reading, with the applicant's code: closing harms nobody, and only a caseworker can open it
    again.

    Return False for any other code.
    """

    code: str

    def permit(self, work: Work) -> None:
        """Permit anyone: only the applicant's code has an effect."""

    def execute(self, work: Work) -> bool:
        case_id = _case_of(work, self.code)
        if case_id is None:
            return False
        work.stores.own_access_sessions.choose(case_id, None, work.now, is_open=False)
        work.record(case_id, "own_reading_closed", "applicant")
        return True


def _case_of(work: Work, code: str) -> UUID | None:
    plain = "".join(character for character in code if character.isdigit())
    application = work.stores.applications.by_code(plain)
    return None if application is None or application.is_referrers_code else application.case_id


class NobodyKnown(Conflict):
    sentence = "Asiassa ei ole henkilöä, jonka tunnus voitaisiin kirjata."


class NotAnIdentityCode(Invalid):
    sentence = "Tarkista henkilötunnus: se ei ole oikean muotoinen."


@dataclass(frozen=True)
class RecordIdentityCode(Command[None]):
    """Record the identity code that a caseworker has seen in a document. Reading requires it; open reading sessions end."""

    reference: str
    identity_code: str

    def permit(self, work: Work) -> None:
        require_proof_to_let_in(work, _permit(work, self.reference))

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        code = normal_form(self.identity_code)
        if code is None:
            raise NotAnIdentityCode(field=IDENTITY_CODE)
        person = work.stores.parties.applicant_of(case.id)
        if person is None:
            raise NobodyKnown
        known = replace(person, identity={**person.identity, IDENTITY_CODE: code})
        store_change(work, case, person, known, Ground("document", work.today, ""))
        work.stores.own_access_sessions.end_all_of(case.id)
        work.record(case.id, "identity_code_recorded")


@dataclass(frozen=True)
class ChooseReading(Command[None]):
    """Open or close the case to reading. Open it only if the person has confirmed, alone and by a safe way, that
    nobody else can identify as them."""

    reference: str
    is_open: bool

    def permit(self, work: Work) -> None:
        case = _permit(work, self.reference)
        if self.is_open:
            require_proof_to_let_in(work, case)

    def execute(self, work: Work) -> None:
        case = work.stores.cases.by_reference(self.reference)
        work.stores.own_access_sessions.choose(case.id, work.actor.person_id, work.now, is_open=self.is_open)
        work.record(case.id, "own_reading_allowed" if self.is_open else "own_reading_closed", "staff")


def _permit(work: Work, reference: str) -> Case:
    return permit_case(work, reference, Action.MANAGE_READING)


@dataclass(frozen=True)
class OpenOwnLetter(Command[bytes]):
    """Return a signed letter. If it was sent electronically with the person's consent, opening it serves it (13/2003 18 §)."""

    key: str
    document_id: UUID

    def permit(self, work: Work) -> None:
        """Permit only the identified person, while their reading session lasts, and only a letter sent to them."""
        _letter(work, living_reading(work, self.key), self.document_id)

    def execute(self, work: Work) -> bytes:
        reading = living_reading(work, self.key)
        letter = _letter(work, reading, self.document_id)
        case = reading.case
        work.stores.access.log_case(case.id, PERSON, "own_letter", work.now, subjects=[self.document_id])
        _, content = work.stores.documents.read(self.document_id)
        work.record(case.id, "own_letter_opened", letter.resolution.kind)
        if letter.delivery.channel == "electronic":
            _serve(work, reading, letter)
        return content


def _letter(work: Work, reading: LivingReading, document_id: UUID) -> OwnLetter:
    for each in own_letters(work, reading):
        if each.resolution.document_id == document_id:
            return each
    raise NotFound


def _serve(work: Work, reading: LivingReading, letter: OwnLetter) -> None:
    """Complete the task that waits for the letter to be opened. If the form now asks more than that, leave the task
    to a caseworker."""
    case, key = reading.case, letter.delivery.business_key
    waiting = [
        each
        for each in work.stores.tasks.open_in(case.id)
        if each.form_key == OPENED_BY_PERSON and each.business_key == key
    ]
    if not waiting:
        return
    task = waiting[0]
    definition = work.instances.models(case.deployment_id).form(OPENED_BY_PERSON)
    try:
        answers = judge(work, definition, None, {"opened": True})
    except AnswersRejected:
        return
    work.stores.submissions.add(
        case_id=case.id,
        form_key=OPENED_BY_PERSON,
        deployment_id=case.deployment_id,
        by_class=sealed_by_class(definition, answers),
        sent_at=work.now,
        task_id=task.id,
        business_key=key,
        sent_by_role=Role.APPLICANT,
    )
    finish(work, case, task, variables(definition, answers))

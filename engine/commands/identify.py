"""A person is identified and reads their own matter: the way to the identification service, back, and out again.

Whoever identified whom is the web's to prove. What is believed here: someone who came with the matter's code went there
in this browser, came back once, and is the person with this identity code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from engine.domain.identity_code import is_same, normal_form
from engine.domain.own_reading import IDENTITY_CODE, OwnReading
from engine.errors import NotFound
from engine.executor import Command, Work
from engine.executor.own_reading import reading_of
from engine.storage.readings import Identification

ON_THE_WAY = timedelta(minutes=15)
"""Finding one's key numbers takes time."""
READING_LASTS = timedelta(minutes=20)
SHORTEST_KEY = 32


@dataclass(frozen=True)
class BeginIdentification(Command[bool]):
    """Whoever has the applicant's code sets out. False for every other code alike; whether reading is open is not told."""

    code: str
    state: str
    browser: str
    nonce: str
    verifier: str
    language: str

    def permit(self, work: Work) -> None:
        """Whoever knows the applicant's code; a referrer's opens nothing."""

    def execute(self, work: Work) -> bool:
        case_id = _case_of(work, self.code)
        if case_id is None:
            return False
        held = Identification(case_id, self.nonce, self.verifier, self.language)
        work.stores.readings.begin(self.state, self.browser, held, work.now, work.now + ON_THE_WAY)
        return True


@dataclass(frozen=True)
class TakeIdentification(Command[Identification | None]):
    """Somebody came back. Once: what comes a second time, too late or in another browser finds nothing."""

    state: str
    browser: str

    def permit(self, work: Work) -> None:
        """Whoever has both the state and what was left in the browser."""

    def execute(self, work: Work) -> Identification | None:
        return work.stores.readings.take(self.state, self.browser, work.now)


@dataclass(frozen=True)
class OpenReading(Command[bool]):
    """The person with this identity code wants to read. False says nothing of why: not theirs, or closed.

    Someone else with the code in their hands is told to whoever minds the case, without who it was.
    """

    state: str
    browser: str
    identity_code: str
    key: str

    def permit(self, work: Work) -> None:
        """Only right after coming back, in the same browser."""
        if not work.stores.readings.is_taken(self.state, self.browser, work.now):
            raise NotFound

    def execute(self, work: Work) -> bool:
        held = work.stores.readings.finish(self.state, self.browser, work.now)
        if held is None or len(self.key) < SHORTEST_KEY:
            raise NotFound
        refused = self._why_not(work, held.case_id)
        if refused:
            work.record(held.case_id, "own_reading_refused", refused)
            return False
        work.stores.readings.open(self.key, held.case_id, work.now, work.now + READING_LASTS)
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
    """They leave, or log out: the page's key opens nothing any more."""

    key: str

    def permit(self, work: Work) -> None:
        """Whoever holds the key."""

    def execute(self, work: Work) -> None:
        work.stores.readings.end(self.key)


@dataclass(frozen=True)
class CloseReadingByCode(Command[bool]):
    """The person, or anyone with their code, shuts it: that harms nobody, and only a caseworker opens it again.

    False for every other code alike.
    """

    code: str

    def permit(self, work: Work) -> None:
        """Whoever knows the applicant's code."""

    def execute(self, work: Work) -> bool:
        case_id = _case_of(work, self.code)
        if case_id is None:
            return False
        work.stores.readings.choose(case_id, None, work.now, is_open=False)
        work.record(case_id, "own_reading_closed", "applicant")
        return True


def _case_of(work: Work, code: str) -> UUID | None:
    plain = "".join(character for character in code if character.isdigit())
    application = work.stores.applications.by_code(plain)
    return None if application is None or application.is_referrers_code else application.case_id

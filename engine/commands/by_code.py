"""A person tells by the receipt's code: something more, that they want a call, an answer to our question.

Nothing of ours that is written freely is shown by the code alone, and no new way to reach them is taken from it: others may hold it too.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from engine.casework.answers import judge, sealed_by_class
from engine.casework.arrivals import leave_to_read
from engine.casework.code_holder import ADDITION, asked_of_person, case_of
from engine.casework.contact_channels import may_be_called
from engine.casework.links import LINK_OUTLIVES_DUE
from engine.casework.own_access import living_reading
from engine.commands.requests import SHORTEST_KEY, RequestAsShown, shown
from engine.domain.arrivals import ArrivalKind
from engine.domain.calendar import end_of, working_days_later
from engine.domain.cases import Case, CaseState
from engine.domain.people import Role
from engine.domain.policy import Action
from engine.errors import Invalid, NotFound
from engine.executor import Command, Work
from engine.executor.permissions import permit_case, require_person
from engine.operations.notices import notify_caseworker
from engine.storage.links import BY_CODE, IDENTIFIED

FIELD: Final = "addition"
MOST_A_DAY: Final = 20
MOST_CHARACTERS: Final = 20_000
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class AddByCode(Command[bool]):
    """Store what the person adds and notify the caseworker. Return False where the code adds nothing.

    The same words sent twice by one page are stored once.
    """

    code: str
    text: str

    def permit(self, work: Work) -> None:
        """Permit anyone who knows the applicant's code."""

    def execute(self, work: Work) -> bool:
        case = case_of(work, self.code)
        if case is None:
            return False
        if not self.text.strip():
            raise Invalid("Kirjoita, mitä haluat kertoa.", field=FIELD)
        if len(self.text) > MOST_CHARACTERS:
            raise Invalid("Teksti on liian pitkä tallennettavaksi.", field=FIELD)
        known = work.stores.submissions.of_case(case.id, ADDITION)
        recent = [each for each in known if each.sent_at > work.now - _DAY]
        if any(each.answers.get(FIELD) == self.text.strip() for each in recent):
            return True
        if len(recent) >= MOST_A_DAY:
            raise Invalid("Olet lisännyt tänään jo paljon. Soita meille.", field=FIELD)
        version = work.stores.deployments.current().id
        definition = work.instances.models(version).form(ADDITION)
        data: dict[str, Any] = {FIELD: self.text.strip()}
        answers = judge(work, definition, None, data)
        work.save_case(case)
        work.stores.submissions.add(
            case_id=case.id,
            form_key=ADDITION,
            deployment_id=version,
            by_class=sealed_by_class(definition, answers),
            sent_at=work.now,
            sent_by_role=Role.APPLICANT,
        )
        work.record(case.id, "addition_received", "code")
        leave_to_read(work, case, ArrivalKind.OTHER)
        notify_caseworker(work, case, work.instances.models(case.deployment_id))
        return True


@dataclass(frozen=True)
class AskCallByCode(Command[bool | None]):
    """Record that the person wants a call, to the number and at the times that they called safe before. The caseworker
    owes it on the next working day.

    Return False where no such number is known, or no safe time is in office hours: then they call. None where the code
    asks nothing.
    """

    code: str

    def permit(self, work: Work) -> None:
        """Permit anyone who knows the applicant's code."""

    def execute(self, work: Work) -> bool | None:
        case = case_of(work, self.code)
        if case is None:
            return None
        if not may_be_called(work.stores.parties.of_case(case.id), work.today):
            return False
        is_owed = work.stores.call_wishes.open_of(case.id) is not None
        if not (is_owed and _asked_since(work, case, work.now - _DAY)):
            work.save_case(case)
            if not is_owed:
                work.stores.call_wishes.add(case.id, work.now, _call_by(work))
            work.record(case.id, "call_asked", "code")
            notify_caseworker(work, case, work.instances.models(case.deployment_id))
        return True


@dataclass(frozen=True)
class RecordCall(Command[bool]):
    """Record that the person was called as they asked, or that nobody answered: then the call is owed a working day
    later. Return True if it is still owed. Of two colleagues who rang at once both are recorded. Raise NotFound if the
    person never asked for a call."""

    reference: str
    is_reached: bool

    def permit(self, work: Work) -> None:
        require_person(work)
        permit_case(work, self.reference, Action.CORRELATE_MESSAGE)

    def execute(self, work: Work) -> bool:
        case = work.stores.cases.by_reference(self.reference)
        is_owed = work.stores.call_wishes.open_of(case.id) is not None
        if not is_owed and not work.stores.timeline.of_case(case.id, "call_asked"):
            raise NotFound
        work.save_case(case)
        if is_owed and self.is_reached:
            work.stores.call_wishes.close(case.id, work.now)
        elif is_owed:
            work.stores.call_wishes.postpone(case.id, _call_by(work))
        work.record(case.id, "call_made" if self.is_reached else "call_not_answered")
        return is_owed and not self.is_reached


def _call_by(work: Work) -> datetime:
    """Return the end of the next working day. Times that are safe in office hours are so on each working day."""
    return end_of(working_days_later(work.today, 1))


def _asked_since(work: Work, case: Case, moment: datetime) -> bool:
    return any(each.at > moment for each in work.stores.timeline.of_case(case.id, "call_asked"))


@dataclass(frozen=True)
class OpenQuestionByCode(Command[RequestAsShown]):
    """Open the form that answers an open question of the person. No words that a caseworker wrote are shown.

    Each opening has a link of its own, which the page's key opens: the address in their mail goes on working, and a
    page that was left loses nothing for good. Raise NotFound where the code opens no question.
    """

    code: str
    request: str
    """Its reference within the case."""
    key: str

    def permit(self, work: Work) -> None:
        """Permit anyone who knows the applicant's code."""

    def execute(self, work: Work) -> RequestAsShown:
        case = case_of(work, self.code)
        if case is None:
            raise NotFound
        return _opened(work, case, self.request, self.key, BY_CODE)


@dataclass(frozen=True)
class OpenQuestionIdentified(Command[RequestAsShown]):
    """Open the form that answers an open question of the person who reads their own case, with all its words. Raise NotFound
    where the reading has ended or no such question is open."""

    reading: str
    """The key of the reading session."""
    request: str
    """Its reference within the case."""
    key: str

    def permit(self, work: Work) -> None:
        """Permit only the identified person, while their reading session lasts."""
        living_reading(work, self.reading)

    def execute(self, work: Work) -> RequestAsShown:
        case = living_reading(work, self.reading).case
        if case.state is CaseState.CLOSED:
            raise NotFound
        return _opened(work, case, self.request, self.key, IDENTIFIED)


def _opened(work: Work, case: Case, reference: str, key: str, purpose: str) -> RequestAsShown:
    """Open a question by a link of its own, which nobody is sent."""
    asked = next((each for each in asked_of_person(work, case) if each.reference == reference), None)
    if asked is None or asked.due_on is None or len(key) < SHORTEST_KEY:
        raise NotFound
    token = secrets.token_urlsafe(32)
    expires_at = max(end_of(asked.due_on), work.now) + LINK_OUTLIVES_DUE
    work.stores.links.add(
        case.id, purpose, token, request_id=asked.id, moment=work.now, expires_at=expires_at
    )
    link = work.stores.links.find(token, work.now, key)
    if link is None or not work.stores.links.open(link, key, work.now):
        raise NotFound
    return shown(work, case, asked, link)

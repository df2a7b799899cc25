"""The environment of all simulations: the real engine, a clock that can be set forward, invented people who act.

Everything goes through the commands and queries that real people and the worker use.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from engine.casework.answers import Sent
from engine.casework.awaited_messages import WITHDRAWN
from engine.casework.decision_corrections import prepared_last
from engine.casework.own_access import living_reading, own_letters, reading_of
from engine.casework.signers import SIGNATURES
from engine.casework.taken_back import TAKEN_BACK, BroughtWithdrawal
from engine.clock import day_of
from engine.commands.applications import Receipt, SubmitApplication
from engine.commands.assignments import AssignTask
from engine.commands.cases import FROM_STAFF, CorrelateMessage, DueStarts, StartDue
from engine.commands.deadlines import PassedDeadlines, RecordBreaches
from engine.commands.enquiries import SubmitEnquiry
from engine.commands.notices import BeginEnquiryNotice
from engine.commands.own_access import READING_LASTS, OpenOwnLetter, RecordIdentityCode
from engine.commands.requests import AnswerRequest, OpenRequest
from engine.commands.taken_back import RecordTakingBack
from engine.commands.tasks import ClaimTask, CompleteTask
from engine.commands.timers import DueTimers, FireTimer
from engine.domain.cases import Case, Channel
from engine.domain.chronology import DatesRejected
from engine.domain.own_reading import AGREEMENT
from engine.domain.people import PUBLIC, STAFF, SYSTEM, Actor, Role
from engine.domain.tasks import OPENED_BY_PERSON, UserTask
from engine.errors import Conflict, NotFound, Refusal
from engine.executor import Command, Engine, Query, Work
from engine.executor.permissions import require_system
from engine.queries.case_file import CaseFile, OpenCaseFile
from engine.queries.case_state import CaseStatus, ReadCaseStatus
from engine.queries.due_timers import NextTimer
from engine.simulation.open_form import OpenForm, ReadForm
from engine.storage.requests import answer_code

INVENTED_CODE: Final = "131052-902Y"
"""Nobody's: a temporary code."""
FURTHEST: Final = timedelta(days=3660)
"""No clock is pushed further at once."""


class NobodyMay(Conflict):
    sentence = "Kukaan ei voi tehdä tehtävää: sen roolissa ei ole ketään, joka saisi tehdä sen."


REPORTED: Final = (*FROM_STAFF, TAKEN_BACK)
"""Messages from outside that a caseworker reports."""
TAKEN_BACK_WORDS: Final = "Haluan sittenkin hakea."


@dataclass(slots=True)
class Clock:
    moment: datetime

    def __call__(self) -> datetime:
        return self.moment


@dataclass(frozen=True, slots=True)
class Environment:
    engine: Engine
    clock: Clock
    """The engine's own."""
    people: Mapping[str, Actor]
    """Those who work, by username."""
    watcher: Actor
    """Sees every case and works on none."""

    @property
    def today(self) -> date:
        return day_of(self.clock.moment)

    def with_role(self, role: Role) -> list[Actor]:
        return [actor for actor in self.people.values() if role in actor.roles]

    def next_timer(self) -> datetime | None:
        return self.engine.answer(NextTimer(), SYSTEM)

    def is_due(self) -> bool:
        """True if something is to begin in a case at this moment, by the worker's next round."""
        return bool(self.engine.answer(DueStarts(), SYSTEM))

    def pass_until(self, until: datetime) -> None:
        """Set the clock forward to a moment. Everything due on the way is done at its own moment, as a worker does it."""
        self._do_due()
        while (due := self.next_timer()) is not None and due < until:
            self.clock.moment = max(due + timedelta(seconds=1), self.clock.moment)
            self._do_due()
        self.clock.moment = max(until, self.clock.moment)
        self._do_due()

    def _do_due(self) -> None:
        for start_id in self.engine.answer(DueStarts(), SYSTEM):
            self.engine.perform(StartDue(start_id), SYSTEM)
        for timer_id in self.engine.answer(DueTimers(), SYSTEM):
            self.engine.perform(FireTimer(timer_id), SYSTEM)
        for case_id in self.engine.answer(PassedDeadlines(), SYSTEM):
            self.engine.perform(RecordBreaches(case_id), SYSTEM)

    def status(self, reference: str) -> CaseStatus:
        return self.engine.answer(ReadCaseStatus(reference), self.watcher)

    def case_and_tasks(self, reference: str) -> tuple[Case, tuple[UserTask, ...]]:
        """Return the case and its own open tasks. No reading is logged, and what else stands in the case is not gathered."""
        return self.engine.answer(_ReadCaseAndTasks(reference), SYSTEM)

    def case_files(self, reference: str) -> tuple[CaseFile, ...]:
        """Return the case's file and those of its children, with everything in them."""
        file = self.engine.answer(OpenCaseFile(reference), self.watcher)
        children = (each for child in file.children for each in self.case_files(child.reference))
        return (file, *children)

    def open_tasks(self, reference: str) -> tuple[UserTask, ...]:
        """Return the open tasks of the case and its children, in an order that is the same each time the same steps are
        taken."""
        return self.engine.answer(_ReadOpenTasks(reference), SYSTEM)

    def first_form(self, form_key: str, language: str = "fi") -> OpenForm:
        """Return the form with which a case begins."""
        return self.engine.answer(ReadForm(form_key, None, language), SYSTEM)

    def form_of(self, task: UserTask, language: str = "fi") -> OpenForm | None:
        """Return the form of an open task; None for a task without one."""
        if task.form_key is None:
            return None
        return self.engine.answer(ReadForm(task.form_key, task, language), SYSTEM)

    def apply(
        self, channel: Channel, form_key: str = "", *, sent: Sent | None = None, data: Any = None
    ) -> Receipt:
        """Open a case. The first person on call records an urgent call, and begins the notice that an enquiry gives
        reason for."""
        if channel is Channel.ENQUIRY:
            return self._notify(sent, data)
        actor = self.with_role(Role.ON_CALL)[0] if channel is Channel.URGENT else PUBLIC
        command = SubmitApplication(
            channel, secrets.token_urlsafe(32), sent=sent, data=data, form_key=form_key
        )
        receipt = self.engine.perform(command, actor)
        if self.engine.answer(_ReadAgreement(receipt.reference), SYSTEM):
            # Invented people who agree to get the decision online have shown who they are.
            known = RecordIdentityCode(receipt.reference, INVENTED_CODE)
            self.engine.perform(known, self.with_role(Role.CASEWORKER)[0])
        return receipt

    def _notify(self, sent: Sent | None, data: Any) -> Receipt:
        """Ask without a name, and begin a notice to an authority."""
        asked = self.engine.perform(SubmitEnquiry(secrets.token_urlsafe(32), sent=sent, data=data), PUBLIC)
        on_call = self.with_role(Role.ON_CALL)[0]
        begun = self.engine.perform(BeginEnquiryNotice(asked.reference), on_call)
        return replace(asked, reference=self.engine.answer(_ReadReference(begun), SYSTEM))

    def worker_of(self, task: UserTask, rng: Random | None = None) -> Actor:
        """Claim the task for a person with its role who may do it, and return them: the first, or a random one with
        `rng`.

        A caseworker does the tasks of people outside. Raise NobodyMay if there is nobody.
        """
        role = task.candidate_group if task.candidate_group in STAFF else Role.CASEWORKER
        qualified = [actor for actor in self.with_role(role) if str(actor.person_id) not in task.not_by]
        if rng is not None:
            rng.shuffle(qualified)
        candidates = [actor for actor in qualified if task.assignee_id in (None, actor.person_id)]
        for actor in candidates:
            try:
                self.engine.perform(ClaimTask(task.id), actor)
            except NotFound:
                continue
            return actor
        return self._assigned(task, candidates or qualified)

    def _assigned(self, task: UserTask, candidates: list[Actor]) -> Actor:
        """Let a manager assign the task, then claim it: only assigned people see a restricted case, and the one who has
        the task may be nobody of this environment. Raise NobodyMay."""
        for manager in self.with_role(Role.MANAGER):
            for actor in candidates:
                try:
                    self.engine.perform(AssignTask(task.id, actor.person_id or task.id), manager)
                    self.engine.perform(ClaimTask(task.id), actor)
                except Refusal:
                    continue
                return actor
        raise NobodyMay

    def hand_in(self, task: UserTask, actor: Actor, *, sent: Sent | None = None, data: Any = None) -> None:
        """Complete the task. A task that signs a letter is handed in with the hash of the letter as last prepared."""
        kind = SIGNATURES.get(task.form_key or "")
        seen = None if kind is None else self.engine.answer(_ReadLetterHash(task, kind), SYSTEM)
        command = CompleteTask(task.id, sent=sent, data=data, seen=seen)
        try:
            self.engine.perform(command, actor)
        except DatesRejected as rejected:
            if not rejected.need_reasons:
                raise
            # Invented people always have a reason for their days.
            reasons = dict.fromkeys(rejected.problems, "keksitty syy")
            self.engine.perform(replace(command, reasons=reasons), actor)

    def answer_by_link(self, task: UserTask, *, sent: Sent | None = None, data: Any = None) -> bool:
        """Answer an information request through its link, as the person outside does. Return False if no link was sent."""
        link = self.engine.answer(_ReadLink(task), SYSTEM)
        if link is None:
            return False
        key = secrets.token_urlsafe(32)
        self.engine.perform(OpenRequest(*link, key), PUBLIC)
        self.engine.perform(AnswerRequest(key, sent=sent, data=data), PUBLIC)
        return True

    def open_letter(self, task: UserTask) -> bool:
        """Open a letter sent electronically, as the identified person does. Return False of another task, or where reading is
        closed to them."""
        if task.form_key != OPENED_BY_PERSON:
            return False
        key = secrets.token_urlsafe(32)
        document_id = self.engine.perform(_Identify(task, key), SYSTEM)
        if document_id is None:
            return False
        self.engine.perform(OpenOwnLetter(key, document_id), PUBLIC)
        return True

    def correlate(self, reference: str, name: str, business_key: str | None = None) -> bool:
        """Report a message from outside the case, as the first caseworker. Return True if something waited for it."""
        caseworker = self.with_role(Role.CASEWORKER)[0]
        if name == TAKEN_BACK:
            taken_back = RecordTakingBack(reference, "phone", self.today, "person", TAKEN_BACK_WORDS)
            self.engine.perform(taken_back, caseworker)
            return True
        brought = BroughtWithdrawal("phone", self.today, "applicant") if name == WITHDRAWN else None
        command = CorrelateMessage(reference, name, business_key, withdrawal=brought)
        return self.engine.perform(command, caseworker)

    def close(self) -> None:
        """Close the engine. A database in memory is gone then."""
        self.engine.close()


@dataclass(frozen=True)
class _ReadOpenTasks(Query[tuple[UserTask, ...]]):
    """A step of a try-out needs the tasks alone: gathering the whole case file takes ten times as long."""

    reference: str

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[UserTask, ...]:
        found = list(self._in_case(work, work.stores.cases.by_reference(self.reference)))
        found.sort(key=lambda each: (each[0], each[1].created_at, each[1].path, each[1].task_key))
        return tuple(task for _, task in found)

    def _in_case(self, work: Work, case: Case) -> Iterator[tuple[str, UserTask]]:
        yield from ((case.reference, task) for task in work.stores.tasks.open_in(case.id))
        for child in work.stores.cases.children_of(case.id):
            yield from self._in_case(work, child)


@dataclass(frozen=True)
class _ReadCaseAndTasks(Query[tuple[Case, tuple[UserTask, ...]]]):
    reference: str

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[Case, tuple[UserTask, ...]]:
        case = work.stores.cases.by_reference(self.reference)
        return case, work.stores.tasks.open_in(case.id)


@dataclass(frozen=True)
class _ReadAgreement(Query[bool]):
    reference: str

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> bool:
        person = work.stores.parties.applicant_of(work.stores.cases.by_reference(self.reference).id)
        return person is not None and person.contact.get(AGREEMENT) == "yes"


@dataclass(frozen=True)
class _Identify(Command[UUID | None]):
    """Open a reading session, as coming back from identification does. Return the letter that waits to be opened; None if
    reading is closed."""

    task: UserTask
    key: str

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> UUID | None:
        case = work.stores.cases.get(self.task.case_id)
        if not reading_of(work, case).is_open:
            return None
        work.stores.own_access_sessions.open(self.key, case.id, work.now, work.now + READING_LASTS)
        letters = own_letters(work, living_reading(work, self.key))
        waiting = (each for each in letters if each.delivery.business_key == self.task.business_key)
        return next((each.resolution.document_id for each in waiting), None)


@dataclass(frozen=True)
class _ReadReference(Query[str]):
    task_id: UUID

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> str:
        return work.task(self.task_id)[0].reference


@dataclass(frozen=True)
class _ReadLetterHash(Query[str | None]):
    task: UserTask
    kind: str

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> str | None:
        case = work.stores.cases.get(self.task.case_id)
        letter = prepared_last(work, case, self.kind, self.task.instance_id)
        return letter.content_sha256 if letter is not None and letter.state == "prepared" else None


@dataclass(frozen=True)
class _ReadLink(Query[tuple[str, str] | None]):
    """Return the link's token and the code with which the recipient opens it; None if no link was sent."""

    task: UserTask

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[str, str] | None:
        requests = work.stores.requests
        request = requests.find(self.task.case_id, self.task.business_key or "")
        if request is None or not request.is_open or self.task.form_key != "information_reply":
            return None
        token = requests.link_of(request)
        return None if token is None else (token, answer_code(work.stores.root, request.id))

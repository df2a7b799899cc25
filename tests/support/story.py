"""The vocabulary of stories. It uses only commands and queries, as the web does."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import func, select

from engine.casework.awaited_messages import WITHDRAWN
from engine.casework.taken_back import BroughtWithdrawal
from engine.clock import day_of
from engine.commands.applications import Receipt, SubmitApplication
from engine.commands.cases import CorrelateMessage, WithdrawByCode
from engine.commands.requests import AnswerRequest, OpenRequest
from engine.commands.tasks import ClaimTask, CompleteTask, ReleaseTask
from engine.domain.cases import Case, CaseState, Channel, Outcome
from engine.domain.inbox import View
from engine.domain.people import PUBLIC, SYSTEM, Actor, Role
from engine.domain.tasks import UserTask
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_system
from engine.queries.case_file import CaseFile, OpenCaseFile
from engine.queries.case_state import CaseStatus, ReadCaseStatus
from engine.queries.inbox import OpenInbox
from engine.queries.resolution_page import ReadLetter
from engine.queries.status import StatusByCode
from engine.queries.task_page import OpenTaskPage
from engine.storage.outbox import OutboxMessage
from engine.storage.requests import InformationRequest, answer_code
from engine.storage.tables.processes import TIMERS
from engine.storage.unit_of_work import UnitOfWork
from engine.worker import Worker
from tests.support import answers as plain
from tests.support.world import World

T = TypeVar("T")
USUAL: Mapping[Role, str] = {
    Role.INTAKE: "kirjaaja",
    Role.ON_CALL: "paivystaja",
    Role.CASEWORKER: "kasittelija",
    Role.DECISION_MAKER: "paattaja",
    Role.MANAGER: "esihenkilo",
    Role.DIRECTOR: "johtaja",
    Role.APPLICANT: "kasittelija",
}
"""The person who does a group's work if the story names nobody; staff write down the applicant's words."""


@dataclass(frozen=True)
class Scope(Query[Mapping[str, Any]]):
    """The variables that an open task sees."""

    shows_cases = False

    task_id: UUID

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> Mapping[str, Any]:
        case, task = work.task(self.task_id)
        return work.instances.scope_of(case, task.instance_id, task.task_key)


OPENED: set[tuple[str, ...]] = set()
"""The pages that this process has opened: task, class and channel of its case."""


@dataclass
class Story:
    """One case and the people around it."""

    world: World
    reference: str = ""
    receipt: Receipt | None = None
    mails: list[OutboxMessage] = field(default_factory=list)

    # ---------------------------------------------------------------- beginnings

    def applies(self, **changes: Any) -> Receipt:
        """Somebody applies for themselves."""
        return self._begins(Channel.SELF, plain.application, "", changes)

    def applies_for_children(self, **changes: Any) -> Receipt:
        """A parent applies for their children and not for themselves."""
        return self._begins(Channel.SELF, plain.child_application, "", changes, form_key="child_application")

    def is_referred(self, **changes: Any) -> Receipt:
        return self._begins(Channel.REFERRAL, plain.referral, "", changes)

    def calls(self, by: str = "paivystaja", **changes: Any) -> Receipt:
        """An urgent call, written down by the person on call."""
        return self._begins(Channel.URGENT, plain.phone_intake, by, changes)

    def _begins(
        self, channel: Channel, form: Any, by: str, changes: Mapping[str, Any], form_key: str = ""
    ) -> Receipt:
        data = plain.merged(form(self.today), changes)

        def submitted() -> Receipt:
            command = SubmitApplication(channel, secrets.token_urlsafe(32), data=data, form_key=form_key)
            return self.world.engine.perform(command, self.world.actor(by) if by else PUBLIC)

        answers = json.dumps(data, default=repr)
        self.receipt = self.world.begins((channel, form_key, by, answers), submitted)
        self.reference = self.receipt.reference
        return self.receipt

    # ---------------------------------------------------------------- work

    def does(
        self,
        who: str,
        form: str,
        key: str | None = None,
        because: Mapping[str, str] | None = None,
        **changes: Any,
    ) -> None:
        """Someone takes the open task with that form and hands it in, with these answers changed; dates are texts, as programs send them.

        `because`: the reasons for days that stand before their neighbours, by question.
        """
        step = (self.reference, who, form, key, json.dumps([because, changes], default=repr))
        self.world.begins(step, lambda: self._does(who, form, key, because, changes))

    def _does(
        self,
        who: str,
        form: str,
        key: str | None,
        because: Mapping[str, str] | None,
        changes: Mapping[str, Any],
    ) -> None:
        actor = self.world.actor(who)
        status = self.case_status
        task = _only(status.tasks, form, key)
        self._let_go(task, actor)
        self.world.engine.perform(ClaimTask(task.id), actor)
        scope, seen = self._read(task, status.case, actor)
        data = plain.merged(plain.of(form, self.today, self.world, scope), changes)
        if form == "correct_decision":
            data.setdefault("which_decision", self._decided())
        command = CompleteTask(task.id, data=data, seen=seen, reasons=because or {})
        self.world.engine.perform(command, actor)

    def _let_go(self, task: UserTask, actor: Actor) -> None:
        """A caseworker who has a task from its birth leaves it to the colleague whom the story wants."""
        holder = task.assignee_id
        if task.candidate_group is Role.CASEWORKER and holder not in (None, actor.person_id):
            everyone = map(self.world.actor, self.world.people)
            self.world.engine.perform(
                ReleaseTask(task.id), next(each for each in everyone if each.person_id == holder)
            )

    def _decided(self) -> str | None:
        """The number of the decision on the case, or of its newest corrected copy."""
        numbers = [
            each.number
            for each in self.file.resolutions
            if each.state == "signed"
            and (each.kind == "admission" or each.outcome == "corrected_copy")
            and (each.content.get("correction") or {}).get("kind", "admission") == "admission"
        ]
        return numbers[-1] if numbers else None

    def _read(self, task: UserTask, case: Case, actor: Actor) -> tuple[Mapping[str, Any], str | None]:
        """Return what somebody must know to hand a task in: its variables, and the content that they sign.

        Gathering the whole page takes a third of a story's time: each is opened before a signature, and else once in
        cases of a class and channel.
        """
        signs = (task.form_key or "").startswith("sign_")
        kind = (task.element_id, str(case.case_class), str(case.channel))
        if not signs and kind in OPENED:
            return self.world.engine.answer(Scope(task.id), SYSTEM), None
        OPENED.add(kind)
        page = self.world.engine.answer(OpenTaskPage(task.id), actor)
        resolutions = [each for each in page.file.resolutions if each.state == "prepared"]
        if len(resolutions) > 1 and (letter := self.world.engine.answer(ReadLetter(task.id), actor)):
            resolutions = [letter.resolution] if letter.resolution else []
        if not signs or page.to_sign:
            return page.scope, page.to_sign or None
        return page.scope, resolutions[-1].content_sha256 if resolutions else None

    def performs(self, command: Command[T], who: str) -> T:
        """Somebody does what stands in no task."""
        step = (who, type(command).__name__, json.dumps(asdict(command), default=repr))
        return self.world.begins(step, lambda: self.world.engine.perform(command, self.world.actor(who)))

    def until(self, form: str) -> None:
        """The usual people do all that is open, in the usual way, until a task with that form opens."""
        self._goes(("until", form), lambda: self._until(form))

    def _until(self, form: str) -> None:
        for _ in range(40):
            tasks = self.case_status.tasks
            if any(task.form_key == form for task in tasks):
                return
            assert tasks, f"nothing is open before {form}"
            self.does(USUAL[tasks[0].candidate_group], tasks[0].form_key or "", tasks[0].business_key)
        raise AssertionError(f"{form} never opens; open: {self.forms}")

    def ends(self) -> Outcome:
        """The usual people do the rest, days pass, and the case closes."""
        return self._goes("ends", self._ends)

    def _ends(self) -> Outcome:
        for _ in range(60):
            now = self.case_status
            if now.case.state is CaseState.CLOSED:
                assert now.case.outcome is not None
                return now.case.outcome
            if now.tasks:
                task = now.tasks[0]
                self.does(USUAL[task.candidate_group], task.form_key or "", task.business_key)
            else:
                self.passes(days=8)
        raise AssertionError(f"the case never closes; open: {self.forms}")

    def task(self, form: str, key: str | None = None) -> UserTask:
        return _only(self.case_status.tasks, form, key)

    def answers(self, key: str, **changes: Any) -> None:
        """The recipient of a request answers from the link, with the code they got another way."""
        file = self.file
        request = next(each for each in file.requests if each.reference == key)
        data = plain.merged(plain.of("information_reply", self.today, self.world), changes)
        step = (self.reference, "answers", key, json.dumps(data, default=repr))
        self.world.begins(
            step, lambda: self.world.engine.perform(AnswerRequest(self.opens(request), data=data), PUBLIC)
        )

    def opens(self, request: InformationRequest) -> str:
        """The recipient opens the address with the code. Return the key of the page."""
        link = self.link_of(request)
        # The key is the same for the same link, as on a page that is sent twice.
        key = sha256(f"page of {link}".encode()).hexdigest()
        command = OpenRequest(link, self.code_of(request), key)
        found = self.world.begins(command, lambda: self.world.engine.perform(command, PUBLIC))
        assert found is not None
        return key

    def link_of(self, request: InformationRequest) -> str:
        with self.world.engine.database.view() as connection:
            stores = self.world.engine.stores(UnitOfWork(connection))
            token = stores.requests.link_of(stores.requests.by_id(request.id))
        assert token is not None
        return token

    def code_of(self, request: InformationRequest) -> str:
        """The code that the recipient gets another way than the link."""
        with self.world.engine.database.view() as connection:
            return answer_code(self.world.engine.stores(UnitOfWork(connection)).root, request.id)

    def withdraws(self) -> bool:
        assert self.receipt is not None
        command = WithdrawByCode(self.receipt.code)
        return self.world.begins(
            (self.reference, "withdraws"), lambda: self.world.engine.perform(command, PUBLIC)
        )

    def hears(self, message: str, who: str = "kasittelija", key: str | None = None, **payload: Any) -> bool:
        """Staff tell the case what happened outside it."""
        command = CorrelateMessage(self.reference, message, key, payload)
        if message == WITHDRAWN:
            command = replace(command, withdrawal=BroughtWithdrawal("phone", self.today, "applicant"))
        step = (self.reference, who, message, key, json.dumps(payload, default=repr))
        return self.world.begins(step, lambda: self.world.engine.perform(command, self.world.actor(who)))

    # ---------------------------------------------------------------- time

    def passes(self, **length: float) -> None:
        """Let time pass and the worker run: every timer is fired at its own moment, and mails leave then. What the law
        requires now and then, and the verification of the log, come at the end, in a whole round."""
        self._goes(("passes", tuple(length.items())), lambda: self._passes(timedelta(**length)))

    def _passes(self, length: timedelta) -> None:
        until = self.world.clock.moment + length
        worker = Worker(self.world.engine, send_mail=lambda _, mail: self.mails.append(mail))
        _do_due(worker)
        while (due := self._next_timer()) is not None and due < until:
            self.world.clock.moment = max(due + timedelta(seconds=1), self.world.clock.moment)
            _do_due(worker)
        self.world.clock.moment = until
        worker.round()

    def _goes(self, step: Hashable, run: Callable[[], T]) -> T:
        """Take a step in which time may pass and mails may leave."""
        before = len(self.mails)

        def gone() -> tuple[T, datetime, tuple[OutboxMessage, ...]]:
            return run(), self.world.clock.moment, tuple(self.mails[before:])

        result, self.world.clock.moment, mails = self.world.begins((self.reference, step), gone)
        self.mails[before:] = mails
        return result

    def _next_timer(self) -> datetime | None:
        with self.world.engine.database.view() as connection:
            found: datetime | None = connection.execute(
                select(func.min(TIMERS.c.next_attempt_at)).where(TIMERS.c.is_suspended.is_(False))
            ).scalar_one_or_none()
        return found

    @property
    def today(self) -> Any:
        return day_of(self.world.clock.moment)

    # ---------------------------------------------------------------- what is seen

    def child(self, place: int = 0) -> Story:
        """The case of a child of this case's person."""
        return Story(self.world, self.file.children[place].reference, mails=self.mails)

    def asks(self, query: Query[T], who: str = "kasittelija") -> T:
        """Somebody reads what stands there now."""
        return self.world.reads((query, who), lambda: self.world.engine.answer(query, self.world.actor(who)))

    def read_by(self, who: str) -> CaseFile:
        """The case file as somebody else sees it."""
        return self.asks(OpenCaseFile(self.reference), who)

    @property
    def file(self) -> CaseFile:
        return self.read_by("johtaja")

    @property
    def case_status(self) -> CaseStatus:
        """The case and its open tasks, as programs read them. Gathering the whole file takes several times as long."""
        return self.asks(ReadCaseStatus(self.reference), "johtaja")

    @property
    def case(self) -> Case:
        return self.case_status.case

    @property
    def forms(self) -> list[str]:
        """Forms of the open tasks, in alphabetical order."""
        return sorted(task.form_key or "" for task in self.case_status.tasks)

    @property
    def triage_reason(self) -> str | None:
        """Reason that the open tasks show for the urgency that was proposed."""
        task = self.case_status.tasks[0]
        actor = self.world.actor(USUAL[task.candidate_group])
        page = self.world.engine.answer(OpenTaskPage(task.id), actor)
        reason: str | None = page.scope.get("triage_reason")
        return reason

    @property
    def milestones(self) -> list[str]:
        return [event.subject or "" for event in self.file.timeline if event.kind == "milestone_reached"]

    @property
    def events(self) -> list[str]:
        return [event.kind for event in self.file.timeline]

    def inbox_of(self, who: str, view: View = View.TEAM) -> list[str]:
        return [item.name for item in self.asks(OpenInbox(view), who).items]

    def work_of(self, who: str, view: View = View.TEAM) -> list[str]:
        """Forms in somebody's inbox."""
        return [item.form_key or "" for item in self.asks(OpenInbox(view), who).items]

    def status(self) -> str | None:
        """The stage that the sender sees by the code."""
        assert self.receipt is not None
        found = self.world.engine.answer(StatusByCode(self.receipt.code), PUBLIC)
        return found.stage if found else None


def _do_due(worker: Worker) -> None:
    worker.work_on_cases()
    worker.send_mail()


def _only(tasks: Sequence[UserTask], form: str, key: str | None) -> UserTask:
    found = [each for each in tasks if each.form_key == form and key in (None, each.business_key)]
    assert len(found) == 1, f"{form}: {[(each.form_key, each.business_key) for each in tasks]}"
    return found[0]

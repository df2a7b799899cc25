"""User tasks: claim, release, keep a draft of the form, complete."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, cast
from uuid import UUID

from engine.bpmn.errors import OperationFailed
from engine.casework.answers import Sent, judge, sealed_by_class
from engine.casework.case_dates import check_days, check_hour, days_behind, keep_explanations
from engine.casework.consents_given_anew import check_consent_days
from engine.casework.dated_questions import written_days
from engine.casework.lost_ways import lost_ways_behind
from engine.casework.recordings import RECORDINGS, Recording
from engine.casework.recordings.next_attempt import NAMES_NEXT, give_next_attempt
from engine.casework.recordings.oral_decision import give_to_its_giver
from engine.casework.recordings.registration import REGISTRATION
from engine.casework.recordings.resolution import typeset_for_signature
from engine.casework.resolution_letter import TypesetLetter
from engine.casework.staff_notices import notify_of_next
from engine.casework.taken_back import pause_behind_request
from engine.casework.task_holders import as_free, claim, follow_up, release, require_follow_up_day
from engine.casework.unread_answers import REPLY, unread_answer
from engine.casework.withdrawals import withdrawal_behind_notice
from engine.commands.assignments import give_tasks
from engine.domain.cases import Case
from engine.domain.chronology import Explanation
from engine.domain.people import Role
from engine.domain.policy import HEADS, Action
from engine.domain.tasks import UserTask
from engine.domain.wording import ValuesMissing
from engine.errors import ClaimedByAnother, Conflict, Invalid
from engine.executor import Command, Work
from engine.executor.permissions import permit_task, require_proof, require_scope, require_seen
from engine.feel.values import from_json
from engine.operations.signed_papers import is_signature, require_as_read, require_person
from forms.views import variables

MAKES_URGENT: Final = (REGISTRATION, "triage_override")
"""Forms behind which an urgent case comes to its oral decision."""
POSTING: Final = "post_paper"


@dataclass(frozen=True)
class ClaimTask(Command[None]):
    """Claim a task for the actor, a candidate for it. Claiming one's own task changes nothing.

    A deputy may take a task of the person for whom they stand in; the timeline says in whose place they took it. Any
    colleague may take what its holder has from its birth and has not begun, if it is urgent or late, or if the holder is
    not there; and a claimed task of which the on-call workers are notified because it is late, but not in the minutes
    between two notices after somebody took it late. They are asked for the same roles, appointments and four eyes as for
    any other.
    """

    task_id: UUID
    tags: frozenset[str] | None = None
    """Of which one must still be the task's, where a program says what it has read."""

    def permit(self, work: Work) -> None:
        require_scope(work, "tasks:complete")
        permit_task(work, self.task_id, Action.CLAIM_TASK)
        case, task = work.task(self.task_id)
        task.require_open()
        as_free(work, case, task).require_worker(work.actor)

    def execute(self, work: Work) -> None:
        case, task = work.task(self.task_id)
        require_seen(task.tag_in(case), self.tags)
        if task.assignee_id == work.actor.person_id:
            return
        claim(work, case, task)


@dataclass(frozen=True)
class ReleaseTask(Command[None]):
    """Give a claimed task back to its group; the draft stays."""

    task_id: UUID

    def permit(self, work: Work) -> None:
        permit_task(work, self.task_id, Action.RELEASE_TASK)
        _, task = work.task(self.task_id)
        task.require_open()
        if task.assignee_id != work.actor.person_id and not work.actor.has(Role.MANAGER):
            raise ClaimedByAnother

    def execute(self, work: Work) -> None:
        case, task = work.task(self.task_id)
        release(work, case, task)


@dataclass(frozen=True)
class SetFollowUp(Command[None]):
    """Set the day on which a task without a due day is looked at, within 30 days."""

    task_id: UUID
    on: date | None

    def permit(self, work: Work) -> None:
        permit_task(work, self.task_id, Action.SET_FOLLOW_UP)
        _, task = work.task(self.task_id)
        task.require_open()
        if not work.actor.has(*HEADS):
            task.require_worker(work.actor)

    def execute(self, work: Work) -> None:
        case, task = work.task(self.task_id)
        if task.due_at is not None:
            raise Invalid("Tehtävällä on määräpäivä. Se määrää, milloin tehtävä palaa.", field="on")
        follow_up(work, case, task, require_follow_up_day(work, self.on))


@dataclass(frozen=True)
class CompleteTask(Command[None]):
    """Check the answers, record their meaning in the registers, complete the task, store the process's new state."""

    task_id: UUID
    sent: Sent | None = None
    """Sent by a page."""
    data: Any = None
    """Sent by a program instead."""
    seen: str | None = None
    """Hash of the letter or digest of the paper that the signer saw, where the task is a signature."""
    reasons: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Why a day stands before its neighbour, by the path of its question."""
    tags: frozenset[str] | None = None
    """As for `ClaimTask`."""
    draft_seen: str | None = None
    """As `SaveDraft.seen`: raise DraftElsewhere before a draft of another tab, which nobody here has read, is discarded."""
    letter: TypesetLetter | None = field(default=None, repr=False)
    """Made by `prepare`, where the task is a signature."""

    @property
    def is_heavy(self) -> bool:
        return bool(self.seen)

    def permit(self, work: Work) -> None:
        require_scope(work, "tasks:complete")
        permit_task(work, self.task_id, Action.COMPLETE_TASK)
        _, task = work.task(self.task_id)
        task.require_open()
        task.require_worker(work.actor)
        require_person(work, task)
        if is_signature(task.form_key):
            require_proof(work)

    def prepare(self, view: Work) -> CompleteTask:
        case, task = view.task(self.task_id)
        try:
            return replace(self, letter=typeset_for_signature(view, case, task))
        except (LookupError, TypeError, ValueError, ValuesMissing):
            # A redrawn diagram, or the case as it stands now, lacks what the letter needs. `execute` refuses a signature;
            # sending back needs no letter.
            return self

    def execute(self, work: Work) -> None:
        case, task = work.task(self.task_id)
        require_seen(task.tag_in(case), self.tags)
        if work.has_draft(task.id):
            _require_draft_seen(work, task, self.draft_seen, self.sent or {})
        models = work.instances.models(case.deployment_id)
        answers: Mapping[str, Any] = {}
        if task.form_key is not None:
            definition = models.form(task.form_key)
            scope = (
                work.instances.scope_of(case, task.instance_id, task.task_key)
                if definition.reads_variables
                else {}
            )
            answers = judge(work, definition, self.sent, self.data, scope, case)
            require_as_read(work, case, task, answers, self.seen)
            explanations = self._explained(work, case, task, answers)
            submission_id = work.stores.submissions.add(
                case_id=case.id,
                form_key=task.form_key,
                deployment_id=case.deployment_id,
                by_class=sealed_by_class(definition, answers),
                sent_at=work.now,
                task_id=task.id,
                business_key=task.business_key,
                sent_by=work.actor.person_id,
                sent_by_role=task.candidate_group.value,
            )
            keep_explanations(work, case, submission_id, explanations)
            recording = RECORDINGS.get(task.form_key)
            if recording is not None:
                given = Recording(case, task, models, answers, submission_id, self.seen, self.letter)
                _record(work, recording, given)
            answered = variables(definition, answers)
        else:
            answered = {}
        finish(work, case, task, answered)
        if task.form_key == POSTING:
            _take_earlier_answer(work, case, task)
        if task.form_key in MAKES_URGENT:
            give_to_its_giver(work, case)
        if task.form_key in NAMES_NEXT:
            give_next_attempt(work, case, answers)
        if task.form_key == REGISTRATION and answers.get("caseworker"):
            _begin_with(work, case, UUID(str(answers["caseworker"])))

    def _explained(
        self, work: Work, case: Case, task: UserTask, answers: Mapping[str, Any]
    ) -> tuple[Explanation, ...]:
        """Return the days that stand before their neighbours, with the reasons. Raise DatesRejected for others."""
        written = written_days(task.form_key or "", answers)
        beside = {
            **withdrawal_behind_notice(work, case, task),
            **pause_behind_request(work, case, task),
            **days_behind(work, case, task),
            **lost_ways_behind(work, case, task, answers),
        }
        days = check_days(work, case, written, self.reasons, business_key=task.business_key, beside=beside)
        consents = check_consent_days(work, case, task.form_key or "", answers, self.reasons)
        return (*days, *consents, *check_hour(case, task.form_key or "", answers, self.reasons))


def _take_earlier_answer(work: Work, case: Case, task: UserTask) -> None:
    """Run the case on to the review of an answer that came by the link while the letter, which had left, waited to be recorded."""
    request = work.stores.requests.find(case.id, task.business_key or "")
    if request is None or request.state != "answered":
        return
    answer = unread_answer(work, request)
    waiting = (
        each for each in work.stores.tasks.of_request(case.id, request.reference) if each.form_key == REPLY
    )
    replying = next(waiting, None)
    if answer is None or replying is None:
        return
    now = work.stores.cases.get(case.id)
    given = cast("Mapping[str, object]", from_json(answer.answers))
    finish(work, now, replying, variables(work.instances.models(now.deployment_id).form(REPLY), given))


def _begin_with(work: Work, case: Case, person_id: UUID) -> None:
    """Give the first tasks to the caseworker named at registration. Those of one who is away stay free for the team."""
    person = work.stores.people.get(person_id)
    if person.is_active and not person.is_away(work.today):
        give_tasks(work, case.id, person)


def _record(work: Work, recording: Callable[[Work, Recording], None], given: Recording) -> None:
    """Record the answers. Refuse a redrawn form or diagram that lacks what the registers need; it is no fault of the program."""
    try:
        recording(work, given)
    except (LookupError, TypeError, ValueError) as broken:
        raise OperationFailed(form_key=given.task.form_key, element=given.task.element_id) from broken


def finish(work: Work, case: Case, task: UserTask, answered: Mapping[str, Any]) -> None:
    """Complete the task and run its instance on."""
    work.stores.tasks.save(task, task.completed(work.actor, work.now))
    work.record(
        case.id, "task_completed", task.element_id, form_key=task.form_key, business_key=task.business_key
    )
    if work.actor.person_id is not None and work.has_draft(task.id):
        work.stores.task_drafts.discard(task.id, work.actor.person_id)
    work.instances.complete(case, task.instance_id, task.task_key, answered)
    notify_of_next(work, case, task)


MOST_CHARACTERS = 300_000


class DraftElsewhere(Conflict):
    sentence = "Tähän tehtävään on kirjoitettu toisessa välilehdessä tai toisella laitteella."


@dataclass(frozen=True)
class SaveDraft(Command[datetime]):
    """Save the actor's own draft of a task's form, even with errors in it or if another person has claimed the task.
    Return when.

    Raise DraftElsewhere if they have saved another text since this page was made, in another tab.
    """

    task_id: UUID
    sent: Sent
    seen: str | None = None
    """The moment (ISO 8601) of the draft that the page holds; empty of none. None: whatever stands is replaced."""
    page: str = ""
    """The mark of the page, which the draft is kept with."""
    over: str = ""
    """A page that goes away gives its mark: a draft of its own is replaced although its answer never came."""

    def permit(self, work: Work) -> None:
        permit_task(work, self.task_id, Action.SAVE_DRAFT)

    def execute(self, work: Work) -> datetime:
        _, task = work.task(self.task_id)
        if sum(len(text) for texts in self.sent.values() for text in texts) > MOST_CHARACTERS:
            raise Invalid("Luonnos on liian pitkä tallennettavaksi.")
        if work.actor.person_id is not None:
            _require_draft_seen(work, task, self.seen, self.sent, self.over)
            typed: dict[str, Sequence[str]] = {name: list(texts) for name, texts in self.sent.items()}
            work.stores.task_drafts.save(task, work.actor.person_id, typed, work.now, self.page)
        return work.now


def _require_draft_seen(work: Work, task: UserTask, seen: str | None, sent: Sent, over: str = "") -> None:
    """Raise DraftElsewhere if another draft stands than the one seen, or one of the page `over`. The same words, sent twice,
    are no other draft."""
    if seen is None or work.actor.person_id is None:
        return
    known = work.stores.task_drafts.find_marked(task, work.actor.person_id)
    if known is None or known[1].isoformat() == seen or (over and known[2] == over):
        return
    if _written(known[0]) != _written(sent):
        raise DraftElsewhere


def _written(sent: Sent) -> dict[str, list[str]]:
    return {name: list(texts) for name, texts in sent.items() if any(texts)}

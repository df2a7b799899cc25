"""A task as its page shows it: the form, the draft, and all that is known of the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from engine.casework.answers import choices_of
from engine.casework.appeals import REMOVAL
from engine.casework.clienthood import PROCESS as REMOVAL_PROCESS
from engine.casework.clienthood import is_handed_over_no_more
from engine.casework.contact_channels import SPEAKERS
from engine.casework.contact_disclosed import is_written_anew, names_old_ways, notice_of, withheld_of_ways
from engine.casework.contact_reports import kept_back
from engine.casework.correction_course import NamedDecision, corrected_in, offered_in
from engine.casework.links import wants_reminders
from engine.casework.lost_ways import withheld_ways
from engine.casework.notices import BEGINS, begun_notices
from engine.casework.opinions import appealable_in, court_beside, withheld_beside
from engine.casework.oral_hearings import OralWish, oral_wishes
from engine.casework.police_notices import announced_in, owes_none, withheld_of_notice
from engine.casework.postal_addresses import withheld_without_address
from engine.casework.reaching import awaits_collection
from engine.casework.recordings.oral_decision import withheld_of_spoken
from engine.casework.reflection_hearings import withheld_of_hearing
from engine.casework.talks import CALLING, withheld_without_contact
from engine.casework.task_holders import may_be_taken
from engine.casework.withdrawals import withheld_of_letter
from engine.casework.words_in_letters import HEARING_REPLY, is_of_removal, letter_languages
from engine.domain.cases import Case
from engine.domain.decision_corrections import Decision
from engine.domain.policy import Action
from engine.domain.tasks import OPEN, UserTask
from engine.errors import Forbidden, Refusal
from engine.executor import Query, Work
from engine.executor.permissions import permit_task, require_scope
from engine.operations.delivery import party_of, recipients_of
from engine.operations.posting import post_within
from engine.operations.signed_papers import is_signature, require_person, words_to_sign
from engine.queries.case_file import CaseFile, read_case_file
from engine.queries.colleague_drafts import reads_drafts
from engine.queries.prefilling import Facts, Known, prefilled
from engine.queries.proposals import Proposal, proposal_for
from engine.storage.tasks import Seen, Writing
from engine.storage.withheld_messages import Withheld
from forms.definition import FormDefinition

JUST_NOW = timedelta(minutes=15)
"""So long somebody who has opened a task or typed in it counts as being at it."""

_ASKING: Final = "new_information_request"
_ANSWERS_WISHES: Final = {"prepare_resolution": Decision.ADMISSION, "prepare_removal": REMOVAL}
"""Tasks that prepare a decision to the kind of decision before which people were heard."""


@dataclass(frozen=True, slots=True)
class TaskPage:
    task: UserTask
    file: CaseFile
    scope: Mapping[str, Any]
    """Variables of the process at this task."""
    draft: Mapping[str, Any] | None
    draft_saved_at: datetime | None
    may_work: bool
    may_take: bool
    """Nobody has it, or the reader may take it from the one who has."""
    held_until: datetime | None
    """Before then nobody takes it from who has just taken it late."""
    why_not: str | None
    choices: Mapping[str, Any]
    known: Mapping[str, Known]
    """Answers known earlier, with their sources."""
    proposal: Proposal | None
    """By a decision table, for the judgement that the form asks for."""
    withheld: Mapping[str, frozenset[str]]
    """Options that are not safe for the person and are not offered, by question."""
    kept_back: tuple[Withheld, ...]
    """Messages that did not leave, in the tasks that tell the person of them."""
    writing: tuple[Writing, ...]
    """Colleagues who have typed in the same task lately."""
    opened: tuple[Seen, ...]
    """Other colleagues who have opened the task lately, while it is open."""
    left_drafts: tuple[Writing, ...]
    """Colleagues who have a draft from before in it, while it is open."""
    reads_drafts: bool
    """Their drafts may be read: the task is the reader's, or they are a head."""
    corrects: NamedDecision | None
    """The decision that a correction in this task is about."""
    corrigible: tuple[NamedDecision, ...]
    """The decisions among which a correction chooses in this task."""
    appealable: tuple[NamedDecision, ...]
    """The same of an appeal against a decision beside the admission and the removal."""
    named_court: str
    """The court that the appeal instructions named, beside an opinion that is written; else empty."""
    not_for_parties: str
    """Data that no other party may be given, where an opinion and its papers leave for the court; else empty."""
    owes_no_notice: bool
    """True in the tasks of telling a decision in whose place a negative one stands, of which the police were not notified."""
    is_handed_over_no_more: bool
    """True in the task of sending the hand-over of somebody who is a client no more."""
    names_old_ways: bool
    """True in the task of sending a notice that names ways of contact from before their newest change."""
    is_written_anew: bool
    """False where the version of the case has no way to write it anew."""
    ask_by: date | None
    """The day until which what is asked in this task leaves by a person's hands, or is asked aloud; None in other tasks."""
    wants_reminders: bool
    """False in the task of asking where the application says that its person is not to be reminded."""
    starting_notices: tuple[str, ...]
    """Beside a task that is done: kinds of notices that have begun, whose tasks a worker opens in a moment."""
    letter_languages: Mapping[str, str]
    """Language of the letter that an answer enters as it is typed, by question."""
    opinion_read_by: tuple[str, ...]
    """Others than the one who is heard who get a decision on a child that repeats the answer; empty in other tasks."""
    to_sign: str
    """Digest that the signature of a paper beside a decision must carry back; empty in other tasks."""
    oral_wishes: tuple[OralWish, ...]
    """Wishes to be heard orally that the decision prepared in this task answers; empty in other tasks."""
    has_kept_document: bool
    """True while a document waits to be collected because no way was safe."""

    @property
    def signs(self) -> bool:
        """True of a signature, which takes a fresh proof of the person."""
        return is_signature(self.task.form_key)

    @property
    def asks_to_take(self) -> bool:
        """True where somebody is called, nobody has taken the task, and a colleague is at it too."""
        is_anothers_too = bool(self.opened or self.writing)
        return self.task.form_key in CALLING and self.may_work and self.may_take and is_anothers_too

    @property
    def prefilled(self) -> Mapping[str, Any]:
        """Facts known earlier, shown in the form until someone writes in it."""
        return {name: each.value for name, each in self.known.items()}


@dataclass(frozen=True)
class OpenTaskPage(Query[TaskPage]):
    """Return a task with its form, the actor's draft, and what is known of the case."""

    task_id: UUID
    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_scope(work, "tasks:read")
        permit_task(work, self.task_id, Action.TASK_PAGE)

    def execute(self, work: Work) -> TaskPage:
        case, task = work.task(self.task_id)
        file = read_case_file(work, case).named(work.instances.names(self.language))
        scope: Mapping[str, Any] = {}
        why_not: str | None = None
        try:
            task.require_open()
            task.require_worker(work.actor)
            _require_program(work, task)
            scope = work.instances.scope_of(case, task.instance_id, task.task_key)
        except Refusal as refused:
            why_not = refused.message
        may_take = why_not is None and task.assignee_id is None
        if why_not is not None and task.state in OPEN:
            may_take = may_be_taken(work, case, task)
        draft = work.stores.task_drafts.find(task, work.actor.person_id) if work.actor.person_id else None
        drafts = work.stores.task_drafts.of_others(task, work.actor.person_id) if task.state in OPEN else ()
        writing = tuple(each for each in drafts if each.at >= work.now - JUST_NOW)
        definition = file.models.form(task.form_key) if task.form_key else None
        known = _known(task, definition, file, scope) if definition else {}
        typed = draft[0] if draft else {name: each.value for name, each in known.items()}
        owes_no_notice = task.state in OPEN and owes_none(work, case, announced_in(work, case, task))
        return TaskPage(
            task=replace(task, name=file.names.of(task.name)),
            file=file,
            scope=scope,
            draft=draft[0] if draft else None,
            draft_saved_at=draft[1] if draft else None,
            may_work=why_not is None,
            may_take=may_take,
            held_until=work.stores.rings.held_until(task.id, work.now) if task.rings_late(work.now) else None,
            why_not=why_not,
            choices=choices_of(work, definition, scope, case) if definition else {},
            known=known,
            proposal=_proposal(work, case, file, task),
            withheld=_withheld(work, case, task, owes_no_notice=owes_no_notice),
            kept_back=kept_back(work, case, task, scope),
            writing=writing,
            opened=_opened(work, task, writing),
            left_drafts=tuple(each for each in drafts if each.at < work.now - JUST_NOW),
            reads_drafts=reads_drafts(task, work.actor),
            corrects=corrected_in(work, case, task),
            corrigible=offered_in(work, case, task),
            appealable=appealable_in(work, case, task),
            named_court=court_beside(work, case, file.models, task),
            not_for_parties=withheld_beside(work, case, task),
            owes_no_notice=owes_no_notice,
            is_handed_over_no_more=task.state in OPEN and is_handed_over_no_more(work, case, task),
            names_old_ways=task.state in OPEN and names_old_ways(work, case, notice_of(work, case, task)),
            is_written_anew=is_written_anew(file.models),
            ask_by=post_within(work, case, file.models) if task.form_key == _ASKING else None,
            wants_reminders=task.form_key != _ASKING or wants_reminders(work, case),
            starting_notices=() if task.state in OPEN else _starting_notices(work, case, file),
            letter_languages=letter_languages(work, case, task, typed),
            opinion_read_by=_opinion_read_by(work, case, task),
            to_sign=words_to_sign(work, case, task) if why_not is None else "",
            oral_wishes=_oral_wishes(work, case, task),
            has_kept_document=awaits_collection(work, case),
        )


def _opened(work: Work, task: UserTask, writing: tuple[Writing, ...]) -> tuple[Seen, ...]:
    """Return who has opened the task lately, without those who write in it and are named as such."""
    if task.state not in OPEN:
        return ()
    since = work.now - JUST_NOW
    found = work.stores.tasks.opened_by_others(task, work.actor.person_id, Action.TASK_PAGE, since)
    return tuple(each for each in found if each.person_id not in {one.person_id for one in writing})


def _starting_notices(work: Work, case: Case, file: CaseFile) -> tuple[str, ...]:
    if not work.stores.starts.is_due(case.id, BEGINS):
        return ()
    known = {each.business_key for each in work.stores.tasks.of_case(case.id)}
    return tuple(kind for key, kind in begun_notices(file.timeline).items() if key not in known)


def _proposal(work: Work, case: Case, file: CaseFile, task: UserTask) -> Proposal | None:
    """The tables propose what an application needs; a client who is heard before a removal is asked about something else."""
    if work.stores.instances.process_of(task.instance_id) == REMOVAL_PROCESS:
        return None
    return proposal_for(work, case, file.models, task.form_key)


def _oral_wishes(work: Work, case: Case, task: UserTask) -> tuple[OralWish, ...]:
    kind = _ANSWERS_WISHES.get(task.form_key or "")
    return oral_wishes(work, case, kind, task.instance_id) if kind and task.state in OPEN else ()


def _opinion_read_by(work: Work, case: Case, task: UserTask) -> tuple[str, ...]:
    person = work.stores.parties.applicant_of(case.id)
    is_childs = person is not None and person.is_minor_on(work.today)
    if (
        task.state not in OPEN
        or not is_childs
        or task.form_key != HEARING_REPLY
        or not is_of_removal(work, task)
    ):
        return ()
    hearing = work.stores.requests.find(case.id, task.business_key or "")
    served = (party_of(work, case, each["id"]) for each in recipients_of(work, case, REMOVAL))
    return tuple(
        each.name or each.kind
        for each in served
        if each is not None and (hearing is None or each.id != hearing.party_id)
    )


def _withheld(
    work: Work, case: Case, task: UserTask, *, owes_no_notice: bool
) -> Mapping[str, frozenset[str]]:
    """Nothing is asked in a task that is done, and its diagram has gone on from it."""
    if task.state not in OPEN:
        return {}
    of_notice = withheld_of_notice(
        work.instances.models(case.deployment_id), task, is_owed=not owes_no_notice
    )
    of_ways = withheld_of_ways(work, case, task)
    both = {
        name: of_notice.get(name, frozenset()) | of_ways.get(name, frozenset())
        for name in (*of_notice, *of_ways)
    }
    return {
        **withheld_ways(work, case, task),
        **withheld_of_letter(work, case, task),
        **withheld_without_address(work, case, task),
        **withheld_of_spoken(work, case, task),
        **withheld_of_hearing(work, case, task),
        **withheld_without_contact(work, case, task),
        **both,
    }


def _require_program(work: Work, task: UserTask) -> None:
    """Raise Forbidden if it is a program that can't complete the task: without the scope, or where a person signs or decides."""
    require_person(work, task)
    if work.actor.scopes and "tasks:complete" not in work.actor.scopes:
        raise Forbidden


def _known(
    task: UserTask, definition: FormDefinition, file: CaseFile, scope: Mapping[str, Any]
) -> Mapping[str, Known]:
    speakers = (each for each in file.parties if each.kind in SPEAKERS and not each.is_silent)
    is_of_parent = file.parent is not None and not file.is_of_siblings
    facts = Facts(
        file.case,
        scope,
        file.applicant,
        next(speakers, None),
        file.parent.reference if file.parent is not None and is_of_parent else "",
    )
    return prefilled(task, definition, file.submissions, file.requests, facts, file.arrivals, file.deliveries)

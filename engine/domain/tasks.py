"""The life of a user task: created, claimed, completed or cancelled (WS-HumanTask). A created task may have an assignee
from its birth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from engine.clock import day_of
from engine.domain.calendar import end_of, working_days_later
from engine.domain.cases import Case, CaseClass
from engine.domain.people import OUTSIDE, Actor, Role
from engine.errors import AlreadyCompleted, ClaimedByAnother, Forbidden


class TaskState(StrEnum):
    CREATED = "created"
    CLAIMED = "claimed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


OPEN = (TaskState.CREATED, TaskState.CLAIMED)
RINGING_FORM: Final = "urgent_measures"
"""The form of the on-call worker's task. They are notified of it at once, and again until one takes it."""


OPENED_BY_PERSON: Final = "open_resolution"
"""The form by which a process waits for the person to open what was sent to them electronically: identification is what
proves the service (13/2003 18 §), so nobody else does it."""


LOOK_WITHIN: Final = {CaseClass.URGENT: 1, CaseClass.CHILD: 2, CaseClass.NORMAL: 3}
"""Working days after which a task without a due day is looked at. A task of a case that nobody has classified yet is as
urgent as any: its class is what the task is about."""


class OutsideGroup(Forbidden):
    """The task is for another group."""


class FourEyes(Forbidden):
    sentence = "Päätöksen valmistelija ei voi allekirjoittaa sitä. Toisen päätöksentekijän on tehtävä tämä."


@dataclass(frozen=True, slots=True)
class UserTask:
    id: UUID
    case_id: UUID
    instance_id: UUID
    task_key: str
    """The engine's id of it."""
    process_id: str
    element_id: str
    path: str
    name: str
    form_key: str | None
    candidate_group: Role
    team: str | None
    business_key: str | None
    """The request or the recipient that it concerns."""
    state: TaskState
    assignee_id: UUID | None
    not_by: frozenset[str]
    """Ids of people who may not do it, because they did what it must be independent of."""
    created_at: datetime
    due_at: datetime | None
    due_reason: str | None
    follow_up_at: datetime | None
    """The day on which it is looked at at the latest: the due day, or a day by the class of the case. Unknown only for
    tasks of a program before this one."""
    priority: int
    completed_at: datetime | None
    completed_by: UUID | None

    @property
    def is_only_given(self) -> bool:
        """True if it has an assignee from its birth, and neither they nor a manager have chosen so since."""
        return self.state is TaskState.CREATED and self.assignee_id is not None

    def is_pressing(self, moment: datetime) -> bool:
        """Return True if it is of an urgent case, or late. Danger counts through the class: what is known of it beside that is
        sealed, and no list can ask it."""
        is_late = self.due_at is not None and self.due_at < moment
        return is_late or self.priority >= CaseClass.URGENT.priority

    def rings_late(self, moment: datetime) -> bool:
        """Return True if somebody has claimed it, and the on-call workers are notified all the same: it is late."""
        is_late = self.due_at is not None and self.due_at <= moment
        return self.form_key == RINGING_FORM and self.state is TaskState.CLAIMED and is_late

    @property
    def is_outside(self) -> bool:
        """True if it waits for someone outside the authority."""
        return self.candidate_group in OUTSIDE

    def tag_in(self, case: Case) -> str:
        """Name what a program has read of the task and its case."""
        return f"{case.tag}-{self.state.value}"

    def require_open(self) -> None:
        if self.state not in OPEN:
            raise AlreadyCompleted

    def require_worker(self, actor: Actor) -> None:
        """Raise unless the actor may do the task: FourEyes for one who did the step to be checked, OutsideGroup outside
        its group, ClaimedByAnother."""
        if actor.person_id is not None and str(actor.person_id) in self.not_by:
            raise FourEyes
        if not self.is_for(actor):
            raise OutsideGroup
        if self.assignee_id is not None and self.assignee_id != actor.person_id:
            raise ClaimedByAnother

    def is_for(self, actor: Actor) -> bool:
        """Return True if the actor is in the task's group or may stand in for it."""
        return actor.has(self.candidate_group) or self._stands_in(actor)

    def _stands_in(self, actor: Actor) -> bool:
        """Return True if the actor may do the work of the task's group: the director decides, on-call workers do
        intake.

        Caseworkers record what people outside answer by phone or in person, but open no letter for them.
        """
        if self.candidate_group in OUTSIDE:
            return actor.has(Role.CASEWORKER) and self.form_key != OPENED_BY_PERSON
        if self.candidate_group is Role.DECISION_MAKER:
            return actor.has(Role.DIRECTOR)
        return self.candidate_group is Role.INTAKE and actor.has(Role.ON_CALL)

    def claimed_by(self, actor: Actor) -> UserTask:
        self.require_open()
        self.require_worker(actor)
        return replace(self, state=TaskState.CLAIMED, assignee_id=actor.person_id)

    def given_to(self, person_id: UUID) -> UserTask:
        """Return the task as its assignee has it from its birth, with no press of theirs: it is not claimed yet."""
        return replace(self, state=TaskState.CREATED, assignee_id=person_id)

    def released(self) -> UserTask:
        self.require_open()
        return replace(self, state=TaskState.CREATED, assignee_id=None)

    def completed(self, actor: Actor, moment: datetime) -> UserTask:
        self.require_open()
        return replace(self, state=TaskState.COMPLETED, completed_by=actor.person_id, completed_at=moment)


def look_after(moment: datetime, case_class: CaseClass | None) -> datetime:
    """Return until when a task that begins at this moment without a due day is looked at."""
    days = LOOK_WITHIN[case_class or CaseClass.URGENT]
    return end_of(working_days_later(day_of(moment), days))


def groups_of(actor: Actor) -> frozenset[Role]:
    """Return the candidate groups whose tasks the actor may take."""
    groups = set(actor.roles)
    if Role.DIRECTOR in groups:
        groups.add(Role.DECISION_MAKER)
    if Role.ON_CALL in groups:
        groups.add(Role.INTAKE)
    return frozenset(groups)

"""The access matrix: every action of the policy table, asked by every role in every relation to a case of every
standing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from engine.bootstrap import Simulation
from engine.commands.emergencies import OpenInEmergency
from engine.domain.emergencies import LASTS, Ground
from engine.domain.inbox import View
from engine.domain.people import STAFF, Actor, Role
from engine.domain.policy import Action, Decision, Relation, Standing, decision
from engine.errors import Forbidden, NotFound, Refusal, SignInRequired
from engine.executor import Engine, Work
from engine.executor import engine as executor
from engine.queries.emergencies import OpenEmergencyFile
from engine.queries.inbox import OpenInbox
from engine.queries.next_task import OfferNext
from engine.queries.search import FindCases
from engine.storage.database import new_id
from engine.storage.tables.cases import CASES, DISQUALIFICATIONS, EMERGENCIES
from engine.storage.tables.processes import USER_TASKS
from engine.storage.unit_of_work import UnitOfWork
from tests.support.samples_of_emergencies import REASON
from tests.support.samples_of_models import UseCase
from tests.support.use_cases import samples
from tests.support.world import World

NORTH, SOUTH = "north", "south"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""When content was sealed: before anything here was written, so that only who sees the case is asked."""
ASKED_BY: dict[Action, str] = {
    Action.CASE_FILE: "OpenCaseFile",
    Action.PRINT_CASE: "OpenWholeCase",
    Action.CASE_STATUS: "ReadCaseStatus",
    Action.DEADLINES: "ReadDeadlines",
    Action.TASK_PAGE: "OpenTaskPage",
    Action.NOTES_PAGE: "OpenNotes",
    Action.WRITE_NOTE: "WriteNote",
    Action.KEEP_NOTE_DRAFT: "KeepNoteDraft",
    Action.KEEP_PAGE_DRAFT: "KeepPageDraft",
    Action.ARRIVALS_PAGE: "OpenArrivals",
    Action.REGISTER_ARRIVAL: "RegisterArrival",
    Action.SETTLE_ARRIVAL: "SettleArrival",
    Action.RETURN_ARRIVAL: "ReturnArrival",
    Action.HIDE_DOCUMENT: "HideDocument",
    Action.SHOW_DOCUMENT: "ShowDocument",
    Action.MEETINGS_PAGE: "OpenMeetings",
    Action.BOOK_MEETING: "BookMeeting",
    Action.END_MEETING: "EndMeeting",
    Action.READ_ANSWERS: "ReadAnswers",
    Action.LIST_DOCUMENTS: "ListDocuments",
    Action.READ_DOCUMENT: "ReadDocument",
    Action.READ_ATTACHMENT: "ReadAttachment",
    Action.READ_LETTER: "ReadLetter",
    Action.DRAW_LETTER: "DrawLetter",
    Action.READ_RESOLUTION: "ReadResolution",
    Action.READ_DELIVERY_PAPERS: "ReadDeliveryPapers",
    Action.CLAIM_TASK: "ClaimTask (to register)",
    Action.RELEASE_TASK: "ReleaseTask",
    Action.SET_FOLLOW_UP: "SetFollowUp",
    Action.COMPLETE_TASK: "CompleteTask (to register)",
    Action.SAVE_DRAFT: "SaveDraft",
    Action.READ_DRAFT: "ReadColleagueDraft",
    Action.ATTACH_FILE: "AttachToCase",
    Action.NAME_VERSION: "NameEarlierVersion",
    Action.BEGIN_NOTICE: "BeginNotice",
    Action.CORRELATE_MESSAGE: "CorrelateMessage (news)",
    Action.PARTY_PAGE: "OpenParty",
    Action.CHANGE_PARTY: "ChangeParty",
    Action.RECORD_PAGE: "OpenRecord",
    Action.CORRECT_RECORD: "CorrectRecord",
    Action.KEEP_CONSENTS: "RecordConsent",
    Action.MANAGE_LINK: "RevokeLink",
    Action.READ_OUT_CODE: "OpenCodeCalls",
    Action.MANAGE_READING: "ChooseReading",
    Action.GIVE_CODE: "GiveCode",
    Action.DELIVER_REPLY: "DeliverReply",
    Action.ASSIGN_TASK: "AssignTask",
    Action.ASSIGN_CASE: "AssignCase",
    Action.REASSIGNMENT: "OpenReassignment",
    Action.RETRY_INCIDENT: "RetryIncident",
    Action.EXTEND_DEADLINE: "ExtendDeadline",
    Action.WHO_LOOKED: "WhoLooked",
    Action.TAKE_LOG_EXTRACT: "TakeLogExtract",
    Action.EXPORT_CASE: "ExportCase",
    Action.GIVE_COPY: "OpenCopies",
    Action.REVIEW_EMERGENCY: "ReviewEmergency",
    Action.VISIBILITY_PAGE: "OpenVisibility",
    Action.RESTRICT_CASE: "RestrictCase",
    Action.LIFT_RESTRICTION: "LiftRestriction",
    Action.DECLARE_DISQUALIFICATION: "DeclareDisqualification",
    Action.RECORD_DISQUALIFICATION: "RecordDisqualification",
    Action.LIFT_DISQUALIFICATION: "LiftDisqualification",
    Action.RETENTION_PAGE: "OpenRetention",
    Action.PLACE_HOLD: "PlaceHold",
    Action.LIFT_HOLD: "LiftHold",
    Action.LIKELY_DUPLICATES: "LikelyDuplicates",
    Action.LINK_CASES: "LinkCases",
    Action.HANDLE_TOGETHER: "HandleTogether",
}
"""The use case whose permission is asked for an action; the others are asked in ways of their own."""


NAME_A_CASE = frozenset(
    {"reference", "references", "case_id", "task_id", "document_id", "attachment_id", "resolution_id"}
)
"""Fields of a use case by which it finds one case."""
OPEN_NONE: dict[str, str] = {
    "SearchAccessLog": "the auditor's, over the log alone",
    "FindCaseOfArrival": "finds among those that one sees",
    "RetryIncidents": "each case is asked for when its turn comes",
    "BeginEnquiryNotice": "a story holds who begins a notice of an enquiry",
    "OpenEmergencyFile": "asked in a way of its own",
    "CloseEmergency": "one's own emergency",
    "RequestMove": "its cases are asked for with the preview",
    "MoveAtOnce": "its cases are asked for with the preview",
    "ReturnCases": "its cases are those of the move",
    "NoteKeptOut": "of a case that stayed shut",
    "RecordBreaches": "the worker's",
    "TakeQuarantined": "the worker's",
    "MarkScanned": "the worker's",
    "DescribeDraftFile": "the token of a draft opens it",
    "RemoveDraftFile": "the token of a draft opens it",
    "OpenOwnLetter": "the key of its person opens it",
}
"""Use cases that name a case and whose permission opens none, and why."""


@dataclass(frozen=True, slots=True)
class Cell:
    role: Role
    relation: Relation
    standing: Standing


CELLS = tuple(
    Cell(role, relation, standing) for role in sorted(STAFF) for relation in Relation for standing in Standing
)


class Matrix:
    def __init__(self, world: World) -> None:
        self._world = world
        self.engine: Engine[Simulation] = world.engine
        self._asked: dict[str, UseCase] = {each.name: each.use_case for each in samples(world)}
        self._person = world.people["toinen"].id
        with self.engine.database.view() as connection:
            self._cases = tuple(connection.execute(CASES.select().with_only_columns(CASES.c.id)).scalars())
            self.reference = str(
                connection.execute(
                    CASES.select().with_only_columns(CASES.c.reference).where(CASES.c.id == self._cases[0])
                ).scalar_one()
            )

    def arranged(self, cell: Cell) -> Actor:
        """Make every case stand so to the actor, who is returned."""
        relation, standing = cell.relation, cell.standing
        values = {
            "is_restricted": standing in (Standing.RESTRICTED, Standing.RESTRICTED_SEALED),
            "content_sealed_at": LONG_AGO
            if standing in (Standing.SEALED, Standing.RESTRICTED_SEALED)
            else None,
            "caseworker_id": self._person if relation is Relation.OWN else None,
            "team": NORTH if relation is Relation.TEAM else SOUTH,
        }
        of_person = {"person_id": self._person}
        now = self._world.clock()
        with self.engine.database.transaction() as connection:
            connection.execute(update(CASES).values(**values))
            # Every task is older than the team of its case.
            connection.execute(update(USER_TASKS).values(team=None))
            for table in (DISQUALIFICATIONS, EMERGENCIES):
                connection.execute(delete(table).where(table.c.person_id == self._person))
            if relation is Relation.DISQUALIFIED:
                barred = {**of_person, "reason": "", "recorded_at": now}
                connection.execute(
                    insert(DISQUALIFICATIONS), [{**barred, "case_id": each} for each in self._cases]
                )
            # A person disqualified after they opened it sees nothing of it either.
            if relation in (Relation.EMERGENCY, Relation.DISQUALIFIED):
                opened = {
                    **of_person,
                    "ground": Ground.DANGER.value,
                    "reason": b"",
                    "opened_at": now,
                    "ends_at": now + LASTS,
                    "review_due_on": now.date(),
                }
                rows = [{**opened, "id": new_id(), "case_id": each} for each in self._cases]
                connection.execute(insert(EMERGENCIES), rows)
        return Actor("toinen", frozenset({cell.role}), self._person, team=NORTH)

    def allows(self, action: Action, actor: Actor) -> bool:
        try:
            return self._asks(action, actor)
        except Refusal as refused:
            # Other refusals come after the permission to the case: the task is somebody else's, and the like.
            return type(refused) not in (NotFound, Forbidden, SignInRequired)

    def lists(self, actor: Actor) -> bool:
        """Return True if a list of tasks, or the offer of the next, names a case to the actor."""
        with suppress(Forbidden):
            listed = any(self.engine.answer(OpenInbox(view), actor).items for view in View)
            return listed or self.engine.answer(OfferNext(), actor).offer is not None
        return False

    def _asks(self, action: Action, actor: Actor) -> bool:
        if action is Action.SEE:
            return bool(self.engine.answer(FindCases(self.reference), actor).hits)
        if action is Action.OPEN_IN_EMERGENCY:
            command = OpenInEmergency(self.reference, "", Ground.DANGER, REASON)
            found = self.engine.perform(command, actor)
            with self.engine.database.transaction() as connection:
                own = EMERGENCIES.c.person_id == self._person, EMERGENCIES.c.reason != b""
                connection.execute(delete(EMERGENCIES).where(*own))
            return found is not None and found.in_emergency
        if action is Action.EMERGENCY_FILE:
            self.engine.answer(OpenEmergencyFile(self.reference), actor)
            return True
        with self.engine.database.view() as connection:
            stores = self.engine.stores(UnitOfWork(connection))
            work = Work(self.engine, stores, actor, self._world.clock())
            if action is Action.PREVIEW_MOVE:
                return bool(stores.cases.open_elsewhere(new_id(), actor))
            self._use_case(action).permit(work)
        return True

    @cached_property
    def openers(self) -> Mapping[str, frozenset[Action]]:
        """The actions for which each use case here asks the policy table when its permission is asked."""
        asked: dict[str, set[Action]] = {name: set() for name in self._asked}
        for role in sorted(STAFF):
            actor = self.arranged(Cell(role, Relation.OWN, Standing.USUAL))
            for name in self._asked:
                with pytest.MonkeyPatch.context() as spied:
                    spied.setattr(executor, "decision", partial(_noting, asked[name]))
                    self.lets(name, actor)
        return {name: frozenset(actions) for name, actions in asked.items()}

    def unopened(self) -> set[str]:
        """Return the kinds of use cases that name a case and ask the policy table for nothing."""
        return {
            type(use_case).__name__
            for name, use_case in self._asked.items()
            if not self.openers[name] and not NAME_A_CASE.isdisjoint(each.name for each in fields(use_case))
        }

    def lets(self, name: str, actor: Actor) -> bool:
        """Return True if the permission of this use case lets the actor on."""
        with self.engine.database.view() as connection:
            stores = self.engine.stores(UnitOfWork(connection))
            try:
                self._asked[name].permit(Work(self.engine, stores, actor, self._world.clock()))
            except (NotFound, Forbidden, SignInRequired):
                return False
            except Refusal:
                return True
        return True

    def _use_case(self, action: Action) -> UseCase:
        return self._asked[ASKED_BY[action]]


def _noting(asked: set[Action], action: Action, *rest: Any) -> Decision:
    asked.add(action)
    return decision(action, *rest)


def reachable(action: Action) -> bool:
    """Notices of an enquiry are asked for by the enquiry: a story of theirs holds that rule."""
    return action is not Action.ENQUIRY_NOTICES


def actions() -> Iterator[Action]:
    return (each for each in Action if reachable(each))

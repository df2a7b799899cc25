"""All stores of one transaction, opened when first asked for."""

from __future__ import annotations

from functools import cached_property

from sqlalchemy import Connection

from engine.storage.access import AccessLog
from engine.storage.attachments import Attachments
from engine.storage.cases import Cases
from engine.storage.deadlines import Deadlines
from engine.storage.deployments import Deployments, ModelDrafts
from engine.storage.documents import Documents
from engine.storage.enquiries import Enquiries
from engine.storage.instances import InstanceRows
from engine.storage.links import Links
from engine.storage.moves import Moves
from engine.storage.outbox import Incidents, Outbox, Starts
from engine.storage.parties import BlindIndexes, Consents, Parties
from engine.storage.people import People, ServiceAccounts, Sessions
from engine.storage.rate_limits import RateLimits
from engine.storage.requests import InformationRequests
from engine.storage.resolutions import Deliveries, OralDecisions, Resolutions
from engine.storage.retention import RetentionPlans
from engine.storage.sealing import MasterKey, Vault
from engine.storage.step_records import StepRecords
from engine.storage.submissions import Applications, PublicDrafts, Submissions
from engine.storage.tasks import TaskDrafts, UserTasks
from engine.storage.timeline import Timeline
from engine.storage.try_outs import TryOuts
from engine.storage.waiting import ElementRuns, InboxMessages, Subscriptions, Timers


class Stores:
    def __init__(self, connection: Connection, master: MasterKey) -> None:
        self.connection = connection
        self.master = master

    def flush(self) -> None:
        """Write what was gathered to be written in one statement each."""
        self.timeline.flush()
        self.step_records.flush()
        self.outbox.flush()

    @cached_property
    def vault(self) -> Vault:
        return Vault(self.connection, self.master)

    @cached_property
    def access(self) -> AccessLog:
        return AccessLog(self.connection, self.master)

    @cached_property
    def cases(self) -> Cases:
        return Cases(self.connection)

    @cached_property
    def tasks(self) -> UserTasks:
        return UserTasks(self.connection)

    @cached_property
    def task_drafts(self) -> TaskDrafts:
        return TaskDrafts(self.connection, self.vault)

    @cached_property
    def timers(self) -> Timers:
        return Timers(self.connection)

    @cached_property
    def subscriptions(self) -> Subscriptions:
        return Subscriptions(self.connection)

    @cached_property
    def element_runs(self) -> ElementRuns:
        return ElementRuns(self.connection)

    @cached_property
    def inbox_messages(self) -> InboxMessages:
        return InboxMessages(self.connection, self.vault)

    @cached_property
    def instances(self) -> InstanceRows:
        return InstanceRows(self.connection, self.vault)

    @cached_property
    def step_records(self) -> StepRecords:
        return StepRecords(self.connection, self.vault)

    @cached_property
    def submissions(self) -> Submissions:
        return Submissions(self.connection, self.vault)

    @cached_property
    def applications(self) -> Applications:
        return Applications(self.connection, self.vault)

    @cached_property
    def public_drafts(self) -> PublicDrafts:
        return PublicDrafts(self.connection, self.vault)

    @cached_property
    def enquiries(self) -> Enquiries:
        return Enquiries(self.connection, self.vault)

    @cached_property
    def parties(self) -> Parties:
        return Parties(self.connection, self.vault)

    @cached_property
    def consents(self) -> Consents:
        return Consents(self.connection, self.vault)

    @cached_property
    def blind_indexes(self) -> BlindIndexes:
        return BlindIndexes(self.connection, self.vault)

    @cached_property
    def documents(self) -> Documents:
        return Documents(self.connection, self.vault)

    @cached_property
    def attachments(self) -> Attachments:
        return Attachments(self.connection, self.vault)

    @cached_property
    def requests(self) -> InformationRequests:
        return InformationRequests(self.connection, self.vault)

    @cached_property
    def links(self) -> Links:
        return Links(self.connection, self.vault)

    @cached_property
    def resolutions(self) -> Resolutions:
        return Resolutions(self.connection, self.vault)

    @cached_property
    def oral_decisions(self) -> OralDecisions:
        return OralDecisions(self.connection, self.vault)

    @cached_property
    def deliveries(self) -> Deliveries:
        return Deliveries(self.connection)

    @cached_property
    def deadlines(self) -> Deadlines:
        return Deadlines(self.connection)

    @cached_property
    def retention(self) -> RetentionPlans:
        return RetentionPlans(self.connection)

    @cached_property
    def timeline(self) -> Timeline:
        return Timeline(self.connection)

    @cached_property
    def deployments(self) -> Deployments:
        return Deployments(self.connection)

    @cached_property
    def model_drafts(self) -> ModelDrafts:
        return ModelDrafts(self.connection)

    @cached_property
    def moves(self) -> Moves:
        return Moves(self.connection, self.vault)

    @cached_property
    def try_outs(self) -> TryOuts:
        return TryOuts(self.connection, self.vault)

    @cached_property
    def people(self) -> People:
        return People(self.connection)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self.connection, self.master)

    @cached_property
    def service_accounts(self) -> ServiceAccounts:
        return ServiceAccounts(self.connection, self.master)

    @cached_property
    def rate_limits(self) -> RateLimits:
        return RateLimits(self.connection, self.master)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.connection, self.vault)

    @cached_property
    def incidents(self) -> Incidents:
        return Incidents(self.connection)

    @cached_property
    def starts(self) -> Starts:
        return Starts(self.connection, self.vault)

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
from engine.storage.gathering import Gathered
from engine.storage.instances import InstanceRows
from engine.storage.links import Links
from engine.storage.moves import Moves
from engine.storage.operation_runs import OperationRuns
from engine.storage.outbox import Incidents, Outbox, Starts
from engine.storage.parties import BlindIndexes, Consents, Parties
from engine.storage.people import People, ServiceAccounts, Sessions
from engine.storage.rate_limits import RateLimits
from engine.storage.readings import Readings
from engine.storage.requests import InformationRequests
from engine.storage.resolutions import Deliveries, OralDecisions, Resolutions
from engine.storage.retention import RetentionPlans
from engine.storage.saved_views import SavedViews
from engine.storage.sealing import MasterKey, Vault
from engine.storage.step_records import StepRecords
from engine.storage.submissions import Applications, PublicDrafts, Submissions
from engine.storage.tasks import TaskDrafts, UserTasks
from engine.storage.timeline import Timeline
from engine.storage.try_outs import TryOuts
from engine.storage.waiting import ElementRuns, InboxMessages, Subscriptions, Timers


class Stores:
    def __init__(self, connection: Connection, master: MasterKey) -> None:
        self._connection = connection
        self._gathered = Gathered(connection)
        self.master = master

    @property
    def connection(self) -> Connection:
        """For reading across tables: what was gathered so far is in them."""
        self._gathered.flush()
        return self._connection

    def flush(self) -> None:
        """Write what was gathered."""
        self._gathered.flush()

    @cached_property
    def vault(self) -> Vault:
        return Vault(self._connection, self.master)

    @cached_property
    def access(self) -> AccessLog:
        return AccessLog(self._gathered, self.master)

    @cached_property
    def cases(self) -> Cases:
        return Cases(self._gathered)

    @cached_property
    def saved_views(self) -> SavedViews:
        return SavedViews(self.connection)

    @cached_property
    def tasks(self) -> UserTasks:
        return UserTasks(self._gathered, self.instances, self.access)

    @cached_property
    def task_drafts(self) -> TaskDrafts:
        return TaskDrafts(self._connection, self.vault)

    @cached_property
    def timers(self) -> Timers:
        return Timers(self._gathered, self.instances)

    @cached_property
    def subscriptions(self) -> Subscriptions:
        return Subscriptions(self._gathered)

    @cached_property
    def element_runs(self) -> ElementRuns:
        return ElementRuns(self._gathered)

    @cached_property
    def inbox_messages(self) -> InboxMessages:
        return InboxMessages(self._connection, self.vault)

    @cached_property
    def instances(self) -> InstanceRows:
        return InstanceRows(self._gathered, self.vault)

    @cached_property
    def step_records(self) -> StepRecords:
        return StepRecords(self._gathered, self.vault)

    @cached_property
    def operation_runs(self) -> OperationRuns:
        return OperationRuns(self._gathered, self.vault)

    @cached_property
    def submissions(self) -> Submissions:
        return Submissions(self._gathered, self.vault)

    @cached_property
    def applications(self) -> Applications:
        return Applications(self._gathered, self.vault)

    @cached_property
    def public_drafts(self) -> PublicDrafts:
        return PublicDrafts(self._connection, self.vault)

    @cached_property
    def enquiries(self) -> Enquiries:
        return Enquiries(self._connection, self.vault)

    @cached_property
    def parties(self) -> Parties:
        return Parties(self._connection, self.vault)

    @cached_property
    def consents(self) -> Consents:
        return Consents(self._connection, self.vault)

    @cached_property
    def blind_indexes(self) -> BlindIndexes:
        return BlindIndexes(self._gathered, self.vault)

    @cached_property
    def documents(self) -> Documents:
        return Documents(self._connection, self.vault)

    @cached_property
    def attachments(self) -> Attachments:
        return Attachments(self._connection, self.vault)

    @cached_property
    def requests(self) -> InformationRequests:
        return InformationRequests(self._connection, self.vault)

    @cached_property
    def links(self) -> Links:
        return Links(self._connection, self.vault)

    @cached_property
    def readings(self) -> Readings:
        return Readings(self._connection, self.vault)

    @cached_property
    def resolutions(self) -> Resolutions:
        return Resolutions(self._connection, self.vault)

    @cached_property
    def oral_decisions(self) -> OralDecisions:
        return OralDecisions(self._connection, self.vault)

    @cached_property
    def deliveries(self) -> Deliveries:
        return Deliveries(self._connection)

    @cached_property
    def deadlines(self) -> Deadlines:
        return Deadlines(self._gathered)

    @cached_property
    def retention(self) -> RetentionPlans:
        return RetentionPlans(self._connection)

    @cached_property
    def timeline(self) -> Timeline:
        return Timeline(self._gathered)

    @cached_property
    def deployments(self) -> Deployments:
        return Deployments(self._connection)

    @cached_property
    def model_drafts(self) -> ModelDrafts:
        return ModelDrafts(self._connection)

    @cached_property
    def moves(self) -> Moves:
        return Moves(self._connection, self.vault)

    @cached_property
    def try_outs(self) -> TryOuts:
        return TryOuts(self._connection, self.vault)

    @cached_property
    def people(self) -> People:
        return People(self._connection)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self._connection, self.master)

    @cached_property
    def service_accounts(self) -> ServiceAccounts:
        return ServiceAccounts(self._connection, self.master)

    @cached_property
    def rate_limits(self) -> RateLimits:
        return RateLimits(self._connection, self.master)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self._gathered, self.vault)

    @cached_property
    def incidents(self) -> Incidents:
        return Incidents(self._connection)

    @cached_property
    def starts(self) -> Starts:
        return Starts(self._connection, self.vault)

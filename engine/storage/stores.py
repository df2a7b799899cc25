"""All stores of one transaction, each created at first use."""

from __future__ import annotations

from functools import cached_property

from engine.storage.access import AccessLog
from engine.storage.arrivals import Arrivals
from engine.storage.attachments import Attachments
from engine.storage.bulk_acts import BulkActs
from engine.storage.call_wishes import CallWishes
from engine.storage.case_links import CaseLinks
from engine.storage.cases import Cases
from engine.storage.checkpoints import Checkpoints
from engine.storage.code_calls import CodeCalls
from engine.storage.consents import Consents
from engine.storage.corrections import Corrections
from engine.storage.deadlines import Deadlines
from engine.storage.deployments import Deployments, ModelDrafts
from engine.storage.destructions import Destructions
from engine.storage.documents import Documents
from engine.storage.emergencies import Emergencies
from engine.storage.enquiries import Enquiries
from engine.storage.enquiry_calls import EnquiryCalls
from engine.storage.evaluations import DecisionEvaluations
from engine.storage.given_copies import GivenCopies
from engine.storage.health import HealthRecords
from engine.storage.incidents import Incidents
from engine.storage.instances import InstanceRows
from engine.storage.invitations import Invitations
from engine.storage.joint_handlings import JointHandlings
from engine.storage.key_store import KeyStore
from engine.storage.keys import MasterKey, RootKey
from engine.storage.legal_holds import LegalHolds
from engine.storage.links import Links
from engine.storage.log_verifications import LogVerifications
from engine.storage.meetings import Meetings
from engine.storage.moves import Moves
from engine.storage.next_tasks import NextTasks
from engine.storage.notes import NoteDrafts, Notes
from engine.storage.one_time_codes import OneTimeCodes, RecoveryCodes
from engine.storage.operation_runs import OperationRuns
from engine.storage.outbox import Outbox, Starts
from engine.storage.own_access_sessions import OwnAccessSessions
from engine.storage.page_addresses import PageAddresses
from engine.storage.parties import Parties
from engine.storage.passkeys import Passkeys
from engine.storage.people import People, ServiceAccounts
from engine.storage.power_proposals import PowerProposals
from engine.storage.program_acts import ProgramActs
from engine.storage.provider_trips import ProviderTrips
from engine.storage.rate_limits import RateLimits
from engine.storage.reassignments import Reassignments
from engine.storage.requests import InformationRequests
from engine.storage.resolutions import Deliveries, OralDecisions, Resolutions
from engine.storage.restrictions import Restrictions
from engine.storage.retention import RetentionPlans
from engine.storage.rings import Rings
from engine.storage.saved_views import SavedViews
from engine.storage.sealing import Vault
from engine.storage.search_keys import SearchKeys
from engine.storage.sessions import KnownDevices, Sessions
from engine.storage.staff_notices import StaffNotices
from engine.storage.step_records import StepRecords
from engine.storage.submissions import Applications, PublicDrafts, Submissions
from engine.storage.tasks import TaskDrafts, UserTasks
from engine.storage.text_reviews import TextReviews
from engine.storage.timeline import Timeline
from engine.storage.try_outs import TryOuts
from engine.storage.unit_of_work import UnitOfWork
from engine.storage.urgent_calls import UrgentCalls
from engine.storage.wait_state_rows import ElementRuns, InboxMessages, Subscriptions, Timers
from engine.storage.webhooks import Webhooks
from engine.storage.withheld_messages import WithheldMessages


class Stores:
    def __init__(self, unit: UnitOfWork, root: RootKey, master: MasterKey, key_store: KeyStore) -> None:
        self.unit = unit
        """For reading across tables."""
        self.root = root
        self._master = master
        self.key_store = key_store

    @cached_property
    def vault(self) -> Vault:
        return Vault(self.root, self._master, self.key_store)

    @cached_property
    def access(self) -> AccessLog:
        return AccessLog(self.unit, self.root)

    @cached_property
    def checkpoints(self) -> Checkpoints:
        return Checkpoints(self.unit)

    @cached_property
    def log_verifications(self) -> LogVerifications:
        return LogVerifications(self.unit, self.access)

    @cached_property
    def health(self) -> HealthRecords:
        return HealthRecords(self.unit, self.log_verifications)

    @cached_property
    def cases(self) -> Cases:
        return Cases(self.unit)

    @cached_property
    def saved_views(self) -> SavedViews:
        return SavedViews(self.unit, self.vault)

    @cached_property
    def bulk_acts(self) -> BulkActs:
        return BulkActs(self.unit)

    @cached_property
    def next_tasks(self) -> NextTasks:
        return NextTasks(self.unit)

    @cached_property
    def tasks(self) -> UserTasks:
        return UserTasks(self.unit)

    @cached_property
    def task_drafts(self) -> TaskDrafts:
        return TaskDrafts(self.unit, self.vault)

    @cached_property
    def timers(self) -> Timers:
        return Timers(self.unit)

    @cached_property
    def subscriptions(self) -> Subscriptions:
        return Subscriptions(self.unit)

    @cached_property
    def element_runs(self) -> ElementRuns:
        return ElementRuns(self.unit)

    @cached_property
    def inbox_messages(self) -> InboxMessages:
        return InboxMessages(self.unit, self.vault)

    @cached_property
    def instances(self) -> InstanceRows:
        return InstanceRows(self.unit, self.vault)

    @cached_property
    def step_records(self) -> StepRecords:
        return StepRecords(self.unit, self.vault)

    @cached_property
    def operation_runs(self) -> OperationRuns:
        return OperationRuns(self.unit, self.vault)

    @cached_property
    def webhooks(self) -> Webhooks:
        return Webhooks(self.unit, self.vault)

    @cached_property
    def program_acts(self) -> ProgramActs:
        return ProgramActs(self.unit, self.root)

    @cached_property
    def submissions(self) -> Submissions:
        return Submissions(self.unit, self.vault)

    @cached_property
    def applications(self) -> Applications:
        return Applications(self.unit, self.vault)

    @cached_property
    def public_drafts(self) -> PublicDrafts:
        return PublicDrafts(self.unit, self.vault)

    @cached_property
    def urgent_calls(self) -> UrgentCalls:
        return UrgentCalls(self.unit, self.vault)

    @cached_property
    def call_wishes(self) -> CallWishes:
        return CallWishes(self.unit)

    @cached_property
    def page_addresses(self) -> PageAddresses:
        return PageAddresses(self.unit, self.vault)

    @cached_property
    def enquiries(self) -> Enquiries:
        return Enquiries(self.unit, self.vault)

    @cached_property
    def enquiry_calls(self) -> EnquiryCalls:
        return EnquiryCalls(self.unit)

    @cached_property
    def parties(self) -> Parties:
        return Parties(self.unit, self.vault)

    @cached_property
    def consents(self) -> Consents:
        return Consents(self.unit, self.vault)

    @cached_property
    def corrections(self) -> Corrections:
        return Corrections(self.unit, self.vault)

    @cached_property
    def notes(self) -> Notes:
        return Notes(self.unit, self.vault)

    @cached_property
    def note_drafts(self) -> NoteDrafts:
        return NoteDrafts(self.unit, self.vault)

    @cached_property
    def staff_notices(self) -> StaffNotices:
        return StaffNotices(self.unit)

    @cached_property
    def emergencies(self) -> Emergencies:
        return Emergencies(self.unit, self.vault)

    @cached_property
    def restrictions(self) -> Restrictions:
        return Restrictions(self.unit, self.vault)

    @cached_property
    def search_keys(self) -> SearchKeys:
        return SearchKeys(self.unit, self.root)

    @cached_property
    def case_links(self) -> CaseLinks:
        return CaseLinks(self.unit, self.vault)

    @cached_property
    def reassignments(self) -> Reassignments:
        return Reassignments(self.unit)

    @cached_property
    def joint_handlings(self) -> JointHandlings:
        return JointHandlings(self.unit, self.vault)

    @cached_property
    def documents(self) -> Documents:
        return Documents(self.unit, self.vault)

    @cached_property
    def arrivals(self) -> Arrivals:
        return Arrivals(self.unit, self.vault)

    @cached_property
    def meetings(self) -> Meetings:
        return Meetings(self.unit, self.vault)

    @cached_property
    def attachments(self) -> Attachments:
        return Attachments(self.unit, self.vault)

    @cached_property
    def requests(self) -> InformationRequests:
        return InformationRequests(self.unit, self.vault)

    @cached_property
    def links(self) -> Links:
        return Links(self.unit, self.vault)

    @cached_property
    def given_copies(self) -> GivenCopies:
        return GivenCopies(self.unit, self.vault)

    @cached_property
    def code_calls(self) -> CodeCalls:
        return CodeCalls(self.unit, self.vault)

    @cached_property
    def own_access_sessions(self) -> OwnAccessSessions:
        return OwnAccessSessions(self.unit, self.vault)

    @cached_property
    def resolutions(self) -> Resolutions:
        return Resolutions(self.unit, self.vault)

    @cached_property
    def oral_decisions(self) -> OralDecisions:
        return OralDecisions(self.unit, self.vault)

    @cached_property
    def deliveries(self) -> Deliveries:
        return Deliveries(self.unit)

    @cached_property
    def deadlines(self) -> Deadlines:
        return Deadlines(self.unit)

    @cached_property
    def retention(self) -> RetentionPlans:
        return RetentionPlans(self.unit)

    @cached_property
    def legal_holds(self) -> LegalHolds:
        return LegalHolds(self.unit, self.vault)

    @cached_property
    def destructions(self) -> Destructions:
        return Destructions(self.unit)

    @cached_property
    def evaluations(self) -> DecisionEvaluations:
        return DecisionEvaluations(self.unit, self.vault)

    @cached_property
    def timeline(self) -> Timeline:
        return Timeline(self.unit, self.webhooks)

    @cached_property
    def deployments(self) -> Deployments:
        return Deployments(self.unit)

    @cached_property
    def text_reviews(self) -> TextReviews:
        return TextReviews(self.unit)

    @cached_property
    def model_drafts(self) -> ModelDrafts:
        return ModelDrafts(self.unit)

    @cached_property
    def moves(self) -> Moves:
        return Moves(self.unit, self.vault)

    @cached_property
    def try_outs(self) -> TryOuts:
        return TryOuts(self.unit, self.vault)

    @cached_property
    def people(self) -> People:
        return People(self.unit)

    @cached_property
    def power_proposals(self) -> PowerProposals:
        return PowerProposals(self.unit)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self.unit, self.root)

    @cached_property
    def known_devices(self) -> KnownDevices:
        return KnownDevices(self.unit, self.root)

    @cached_property
    def invitations(self) -> Invitations:
        return Invitations(self.unit, self.root)

    @cached_property
    def passkeys(self) -> Passkeys:
        return Passkeys(self.unit, self.root)

    @cached_property
    def provider_trips(self) -> ProviderTrips:
        return ProviderTrips(self.unit, self.vault)

    @cached_property
    def one_time_codes(self) -> OneTimeCodes:
        return OneTimeCodes(self.unit, self.vault)

    @cached_property
    def recovery_codes(self) -> RecoveryCodes:
        return RecoveryCodes(self.unit, self.vault)

    @cached_property
    def service_accounts(self) -> ServiceAccounts:
        return ServiceAccounts(self.unit, self.root)

    @cached_property
    def rate_limits(self) -> RateLimits:
        return RateLimits(self.unit, self.root)

    @cached_property
    def withheld_messages(self) -> WithheldMessages:
        return WithheldMessages(self.unit)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.unit, self.vault)

    @cached_property
    def incidents(self) -> Incidents:
        return Incidents(self.unit)

    @cached_property
    def rings(self) -> Rings:
        return Rings(self.unit)

    @cached_property
    def starts(self) -> Starts:
        return Starts(self.unit, self.vault)

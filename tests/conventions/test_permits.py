"""Permissions: a table of every command and query by role. Anything new fails here until it has a row.

The last test takes every `permit` away in turn and checks that the table notices.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.commands.requests import AnswerRequest
from engine.domain.people import Actor
from engine.errors import Refusal
from engine.executor import Command, Work
from engine.queries.case_file import ReadDocument
from engine.storage.unit_of_work import UnitOfWork
from tests.support.samples_of_models import UseCase
from tests.support.use_cases import Sample, actors, all_of_them, samples
from tests.support.world import Template, World, world_on

INTAKE = "intake on_call"
OFFICE = "intake on_call caseworker"
CASE_STAFF = "intake on_call caseworker decision_maker director manager"
STAFF = f"{CASE_STAFF} process_owner auditor administrator"
HEADS = "director manager"
SIGNERS = "decision_maker director"
MODELS = "manager process_owner auditor administrator"
OUTSIDE = "applicant referrer outside_authority anyone"
EVERYONE = f"{STAFF} {OUTSIDE} system barred program"

# `barred` is a caseworker disqualified from every case here; `program` has a caseworker's role and the scope to read
# definitions only. Where a list shows no case of theirs, both may ask for it.
MAY: dict[str, str] = {
    # cases
    "ClaimTask (to register)": INTAKE,
    "ClaimTask (what the applicant answers)": "caseworker",
    "ClaimTask (to sign)": SIGNERS,
    "ReleaseTask": "manager program",  # nobody has claimed it
    "KeepView": f"{CASE_STAFF} barred",  # one's own, of no case
    "ForgetView": f"{CASE_STAFF} barred",
    "AssignTask": HEADS,
    "AssignCase": HEADS,
    "CompleteTask (to register)": INTAKE,
    "CompleteTask (to sign)": SIGNERS,
    "SaveDraft": f"{CASE_STAFF} program",
    "ExtendDeadline": HEADS,
    "DeliverReply": "caseworker",
    "RevokeLink": f"caseworker {HEADS} program",
    "RenewLink": f"caseworker {HEADS} program",
    "GiveCode": f"caseworker {HEADS}",
    "DrawGivenCode": f"caseworker {HEADS}",
    "RecordIdentityCode": f"caseworker {HEADS} program",
    "ChooseReading": f"caseworker {HEADS} program",
    "CorrectRecord": f"{OFFICE} {HEADS} program",
    "ClarifyRecord": f"{OFFICE} {HEADS} program",
    "OpenRecord": f"{OFFICE} {HEADS} program",
    "RecordConsent": f"caseworker {HEADS} program",
    "WithdrawConsent": f"caseworker {HEADS} program",
    "ChangeParty": f"{OFFICE} {HEADS} program",
    "AddParty": f"{OFFICE} {HEADS} program",
    "RemoveParty": f"{OFFICE} {HEADS} program",
    "OpenParty": f"{OFFICE} {HEADS} program",
    "OpenNewParty": f"{OFFICE} {HEADS} program",
    "CorrelateMessage (news)": CASE_STAFF,
    "BeginNotice": CASE_STAFF,
    "BeginEnquiryNotice": f"{OFFICE} barred",  # its case is known only once it is found
    "NoticesOfEnquiry": f"{OFFICE} barred program",
    "CorrelateMessage (of the engine's own)": "",
    "OpenCaseFile": CASE_STAFF,
    "OpenTaskPage": CASE_STAFF,
    "ReadDocument": f"{CASE_STAFF} program",
    "AttachToCase": f"{CASE_STAFF} program",
    "ReadAttachment": f"{CASE_STAFF} program",
    "FindCases": f"{CASE_STAFF} barred program",
    "WhoLooked": f"{HEADS} auditor",
    "TakeLogExtract": f"{HEADS} auditor",
    "ReadCaseStatus": CASE_STAFF,
    "ReadDeadlines": CASE_STAFF,
    "ExportCase": "director system",
    "ExportFiles": "director system",
    "OpenInbox": f"{CASE_STAFF} barred",
    "MyCases": f"{CASE_STAFF} barred program",
    "SearchAccessLog": "auditor",
    "WhoMayLook": "auditor",
    "WatchOver": HEADS,
    "WhereTimeGoes": HEADS,
    "DrawWaits": HEADS,
    "WhatIsCarried": HEADS,
    "OpenReassignment": HEADS,
    "ReadDeliveryPapers": CASE_STAFF,
    "ReadLetter": f"{CASE_STAFF} program",
    "DrawLetter": f"{CASE_STAFF} program",
    "ReadResolution": f"{CASE_STAFF} program",
    "OpenVisibility": f"{CASE_STAFF} program",
    "RestrictCase": HEADS,  # and the case's own caseworker: see the stories
    "LiftRestriction": HEADS,
    "DeclareDisqualification": CASE_STAFF,
    "RecordDisqualification": HEADS,
    "OpenInEmergency": f"{OFFICE} decision_maker barred",  # its case is known only once it is found
    "CloseEmergency": f"{OFFICE} decision_maker barred program",
    "OpenEmergencyFile": f"{OFFICE} decision_maker barred program",
    "ListEmergencies": f"{CASE_STAFF} auditor barred program",
    "ReviewEmergency": HEADS,
    "EscalateReviews": "system",
    "AnswerEnquiry": f"{OFFICE} barred program",
    "UnansweredEnquiries": f"{OFFICE} barred program",
    "ReadEnquiry": f"{OFFICE} barred program",
    "SubmitApplication (an urgent call)": f"{OFFICE} barred",
    # people
    "AddPerson": "administrator",
    "Appoint": "director administrator",
    "AddServiceAccount": "administrator",
    "ClosePerson": "administrator",
    "ReopenPerson": "administrator",
    "Invite": "administrator",
    "SetRoles": "administrator",
    "SetTeam": "administrator",
    "RevokeServiceAccount": "administrator",
    "NoteProgramUse": "",  # no program here has an account
    "RecordAbsence": "director administrator",
    "EndAbsence": "director administrator",
    "ConfirmPower": "director administrator",  # not their own: see the stories
    "RefusePower": "director administrator",
    "EndAppointment": "director administrator",
    "TakeBackInvitation": "administrator",
    "EndSessionsOf": "administrator",
    "NoteRefusal": f"{STAFF} barred program",
    "FindPeople": "director administrator",
    "OpenPerson": "director administrator",
    "OpenSessions": "administrator",
    "OpenPrograms": "director administrator",
    "ReadAdministrationLog": "director auditor administrator",
    "ListPeople": f"{STAFF} barred program",
    # models
    "DeployProcesses": "system",
    "CreateModelDraft": "process_owner",
    "AddModelFile": "process_owner",
    "SaveModelDraft": "process_owner",
    "TranslateNames": "process_owner",
    "OpenNames": "process_owner",
    "RequestPublication": "process_owner",
    "ApprovePublication": "process_owner",
    "ReturnToEditing": "process_owner",
    "DiscardModelDraft": "process_owner",
    "RecoverModelDraft": "process_owner",
    "ImportBundle": "process_owner",
    "ImportFile": "process_owner",
    "PutBackModelDraft": "process_owner",
    "RollBack": "process_owner",
    "PutGuardrail": "process_owner",
    "RemoveGuardrail": "process_owner",
    "BindGuardrailsFrom": "process_owner",
    "RecordSectionCheck": "process_owner",
    "RemoveSectionCheck": "process_owner",
    "ListModels": MODELS,
    "OpenDeployment": MODELS,
    "OpenModel": MODELS,
    "OpenModelDraft": MODELS,
    "CheckModelDraft": MODELS,
    "CheckFiles": MODELS,
    "CheckStaffing": MODELS,
    "ReadForeignFile": "process_owner",
    "ReadModelFile": MODELS,
    "ReadModelFiles": MODELS,
    "CompareModels": MODELS,
    "OpenDocumentation": MODELS,
    "OpenGuardrails": MODELS,
    "OpenSections": MODELS,
    "DrawBreaches": MODELS,
    "PreviewLetter": MODELS,
    "PrintLetter": MODELS,
    "CompareFiles": MODELS,
    # running cases and versions
    "RequestMove": "process_owner",
    "ApproveMove": "process_owner",
    "WithdrawMove": "process_owner",
    "ReturnCases": "process_owner system",
    "MoveAtOnce": "system",
    "PreviewMove": "process_owner system",
    "GatherFacts": "process_owner system",
    "CountReplayable": "process_owner system",
    "OpenMove": "process_owner system",
    "BeginTryOut": "process_owner",
    "KeepSteps": "process_owner",
    "EndTryOut": "process_owner",
    "SaveScenario": "process_owner",
    "RemoveScenario": "process_owner",
    "OpenSource": "process_owner",
    "OpenTryOut": "process_owner",
    # the worker
    "EraseAgain": "system",
    "EraseDue": "system",
    "ComingTimers": "system",
    "ForgetTryOuts": "system",
    "DueRings": "system",
    "RingOnCall": "system",
    "PostponeRing": "system",
    "DueTimers": "system",
    "FireTimer": "system",
    "PostponeTimer": "system",
    "RetryIncident": f"{HEADS} administrator",
    "DestroyExpired": "system",
    "DueMoves": "system",
    "MoveCase": "system",
    "PostponeMove": "system",
    "PassedDeadlines": "system",
    "RecordBreaches": "system",
    "ReadHealth": "system",
    "Beat": "system",
    "QuarantinedFiles": "system",
    "TakeQuarantined": "system",
    "MarkScanned": "system",
    "DueMessages": "system",
    "TakeMessage": "system",
    "MarkSent": "system",
    "PostponeMessage": "system",
    "GiveUpMessage": "system",
    "SettleKeys": "system",
    "NoteMasterKey": "system",
    "SignCheckpoint": "system",
    "AskVerification": "auditor",
    "ReadLogState": "auditor",
    "IsVerificationDue": "system",
    "VerifyAccessLog": "system",
    "DueStarts": "system",
    "StartDue": "system",
    "PostponeStart": "system",
    "NextTimer": "system",
    # anyone who holds a token or a code, or wants to begin
    "SubmitApplication (one's own)": f"{STAFF} {OUTSIDE} system barred",
    "SubmitEnquiry": EVERYONE,
    "AddByCode": EVERYONE,
    "AskCallByCode": EVERYONE,
    "OpenQuestionByCode": EVERYONE,
    "AreUrgent": EVERYONE,
    "FindLink": EVERYONE,
    "OpenRequest": EVERYONE,
    "ReadRequest (with the key)": EVERYONE,
    "ReadRequest (without)": "",
    "KeepReply (with the key)": EVERYONE,
    "KeepReply (without)": "",
    "AnswerRequest (with the key)": EVERYONE,
    "AnswerRequest (without)": "",
    "WithdrawByCode": EVERYONE,
    "StopContactByCode": EVERYONE,
    "BeginIdentification": EVERYONE,
    "TakeIdentification": EVERYONE,
    "CloseReadingByCode": EVERYONE,
    "EndReading": EVERYONE,
    "OpenReading (by who came back)": EVERYONE,
    "OpenReading (in another browser)": "",
    "ReadOwnCase (with the key)": EVERYONE,
    "ReadOwnCase (without)": "",
    "OpenOwnLetter (with the key)": EVERYONE,
    "OpenOwnLetter (without)": "",
    "OpenOwnLetter (of something else)": "",
    "KeepPublicDraft": EVERYONE,
    "ReadPublicDraft": EVERYONE,
    "FindPublicDraft": EVERYONE,
    "TakeUpPublicDraft": EVERYONE,
    "AttachToDraft (of a draft that is there)": EVERYONE,
    "AttachToDraft (of none)": "",
    "DraftFiles": EVERYONE,
    "DescribeDraftFile": EVERYONE,
    "RemoveDraftFile": EVERYONE,
    "DestroyPublicDraft": EVERYONE,
    "LeavePublicDraft": EVERYONE,
    "CountSignIn": EVERYONE,
    "GiveBackAttempt": EVERYONE,
    "SpendAttempt": EVERYONE,
    "SignIn": EVERYONE,
    "AskForPasskey": EVERYONE,
    "SignInWithPasskey": EVERYONE,
    "ReadInvitation": EVERYONE,
    "AskInvitedForPasskey": EVERYONE,
    "AcceptWithPasskey": EVERYONE,
    "AcceptWithPassword": EVERYONE,
    "SetOut (to sign in)": EVERYONE,
    "SetOut (to prove)": f"{STAFF} barred",
    "ComeBack": EVERYONE,
    "SignInAtProvider": EVERYONE,
    "ProveAtProvider": EVERYONE,
    "CountProof": f"{STAFF} barred",
    "AskForProof": f"{STAFF} barred",
    "ProveWithPasskey": f"{STAFF} barred",
    "ProveWithPassword": f"{STAFF} barred",
    "OwnMeans": f"{STAFF} barred",
    "AskForOwnPasskey": f"{STAFF} barred",
    "AddOwnPasskey": f"{STAFF} barred",
    "RemoveOwnPasskey": f"{STAFF} barred",
    "ChangeOwnPassword": f"{STAFF} barred",
    "OfferOneTimeCodes": f"{STAFF} barred",
    "TakeUpOneTimeCodes": f"{STAFF} barred",
    "RenewRecoveryCodes": f"{STAFF} barred",
    "CurrentSession": EVERYONE,
    "OwnForm": EVERYONE,
    "UseSession": f"{STAFF} barred",
    "OwnSessions": f"{STAFF} barred",
    "EndOwnSession": f"{STAFF} barred",
    "EndOtherSessions": f"{STAFF} barred",
    "SignOut": EVERYONE,
    "ChooseLanguage": f"{STAFF} barred program",
    "PublicForm (a public one)": EVERYONE,
    "PublicForm (any)": f"{STAFF} barred program",
    "FindServiceAccount": EVERYONE,
    "ReadAhead": "system",
    "FindFaults": "system",
    "StatusByCode": EVERYONE,
    "RecordApplication": f"{OFFICE} barred program",
    "DrawPaperForm": EVERYONE,
    "FieldCatalogue": EVERYONE,
    "DrawReceipt": EVERYONE,
}


class Office:
    """A world, one sample of everything that can be asked, and one of everyone who might ask."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.samples = samples(world)
        self.actors = actors()

    def admits(self, use_case: UseCase, actor: Actor) -> bool:
        """Return the answer of `permit`, on a view that leaves nothing behind."""
        with self.world.engine.database.view() as connection:
            stores = self.world.engine.stores(UnitOfWork(connection))
            try:
                use_case.permit(Work(self.world.engine, stores, actor, self.world.clock()))
            except Refusal:
                return False
        return True

    def row(self, sample: Sample) -> frozenset[str]:
        return frozenset(name for name, actor in self.actors.items() if self.admits(sample.use_case, actor))


@pytest.fixture(scope="module")
def office(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder: Path = tmp_path_factory.mktemp("office")
    template.copy(folder / "vireille.db")
    with world_on(f"sqlite:///{folder / 'vireille.db'}", folder) as world:
        yield Office(world)


def expected(sample: Sample) -> frozenset[str]:
    return frozenset(MAY[sample.name].split())


def test_everything_that_can_be_asked_has_a_row(office: Office) -> None:
    assert set(all_of_them()) - {sample.kind for sample in office.samples} == set(), "needs a sample"
    assert {sample.name for sample in office.samples} == set(MAY)
    assert len(office.samples) == len(MAY)


def test_each_use_case_permits_only_its_roles(office: Office) -> None:
    wrong = {
        sample.name: sorted(found ^ expected(sample))
        for sample in office.samples
        if (found := office.row(sample)) != expected(sample)
    }

    assert wrong == {}


def test_the_engine_asks_before_it_does_anything(office: Office) -> None:
    """The engine, the door that everyone uses, refuses every actor whom the table refuses."""
    engine = office.world.engine
    admitted = []
    for sample in office.samples:
        for name in office.actors.keys() - expected(sample):
            try:
                if isinstance(sample.use_case, Command):
                    engine.perform(sample.use_case, office.actors[name])
                else:
                    engine.answer(sample.use_case, office.actors[name])
            except Refusal:
                continue
            admitted.append((sample.name, name))

    assert admitted == []


def test_a_document_is_not_shown_to_the_disqualified(office: Office) -> None:
    (sample,) = (each for each in office.samples if each.kind is ReadDocument)
    assert isinstance(sample.use_case, ReadDocument)
    with pytest.raises(Refusal):
        office.world.engine.answer(sample.use_case, office.actors["barred"])


def test_the_table_notices_when_a_permission_goes(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each `permit` in turn admits everybody. A kind left unseen must be open to everybody by its own words."""
    unseen = set()
    for kind in {sample.kind for sample in office.samples}:
        own = [sample for sample in office.samples if sample.kind is kind]
        with monkeypatch.context() as patch:
            patch.setattr(kind, "permit", lambda self, work: None)
            if all(office.row(sample) == expected(sample) for sample in own):
                unseen.add(kind)

    assert {kind for kind in unseen if not is_open(kind)} == set()
    assert AnswerRequest not in unseen


def is_open(kind: type[UseCase]) -> bool:
    """Return whether `permit` is only a sentence that names who may: holding the token is all that is asked."""
    (permit,) = ast.parse(textwrap.dedent(inspect.getsource(kind.permit))).body
    assert isinstance(permit, ast.FunctionDef)
    return len(permit.body) == 1 and ast.get_docstring(permit) is not None

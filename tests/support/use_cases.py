"""Every command and query there is, and one of each to be asked for: with real cases, tasks, links and drafts in it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from pkgutil import walk_packages
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

import engine.commands
import engine.queries
from engine.commands import (
    add_model_files,
    answer_request,
    attach,
    change_drafts,
    change_people,
    change_promises,
    claim_task,
    complete_task,
    deploy_processes,
    erase_due,
    extend_deadline,
    fire_timer,
    keep_public_draft,
    keep_views,
    manage_links,
    manage_people,
    move_cases,
    move_due,
    open_request,
    record_application,
    record_breaches,
    save_draft,
    scan_quarantined,
    send_outbox,
    sign_checkpoint,
    sign_in,
    start_due,
    submit_application,
    submit_enquiry,
    try_out,
    withdraw,
)
from engine.comparing import Words
from engine.domain.cases import Channel
from engine.domain.inbox import TaskFilter, View
from engine.domain.paper_forms import PaperForm
from engine.domain.people import PUBLIC, STAFF, Actor, Power, Role
from engine.domain.scenarios import Scenario
from engine.executor import Command, Query
from engine.executor.files import ExaminedFile
from engine.queries import (
    access_log,
    attachment,
    case_file,
    case_state,
    comparing,
    foreign_file,
    inbox,
    insight,
    letter_preview,
    models,
    moves,
    my_cases,
    oversight,
    paper_form,
    privacy,
    promises,
    public_form,
    reading_ahead,
    reassignment,
    receipt,
    replay,
    resolution_page,
    service_account,
    staffing,
    status,
    try_outs,
    waiting,
)
from engine.storage.sealing import MasterKey
from engine.storage.stores import Stores
from engine.storage.tables.cases import DISQUALIFICATIONS
from tests.support import answers as plain
from tests.support.samples_of_readers import of_readers
from tests.support.story import Story
from tests.support.world import MASTER_KEY, World

UseCase = Command[Any] | Query[Any]
BLANK = PaperForm("fi", "Lomake", False, (), "", "", "", "", "", (), ())
BARRED = UUID(int=77)
"""A caseworker who is disqualified from every case here."""


def all_of_them() -> Iterator[type[UseCase]]:
    """Found where they are written, so that a new one can't be forgotten."""
    for package in (engine.commands, engine.queries):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            for _, found in inspect.getmembers(import_module(module.name), inspect.isclass):
                if issubclass(found, Command | Query) and found.__module__ == module.name:
                    yield found


def actors() -> dict[str, Actor]:
    """One of each role, and four who are special."""
    told = {
        role.value: Actor(role.value, frozenset({role}), uuid4() if role in STAFF else None) for role in Role
    }
    caseworker = frozenset({Role.CASEWORKER})
    return {
        **told,
        "anyone": PUBLIC,
        "barred": Actor("barred", caseworker, BARRED),
        "program": Actor("program", caseworker, scopes=frozenset({"definitions:read"})),
    }


@dataclass(frozen=True)
class Sample:
    """One of a kind, and what is special about it where there are several."""

    use_case: UseCase
    note: str = ""

    @property
    def kind(self) -> type[UseCase]:
        return type(self.use_case)

    @property
    def name(self) -> str:
        return f"{self.kind.__name__} {self.note}".strip()


def samples(world: World) -> tuple[Sample, ...]:
    """Four cases: to be registered, waiting for an answer, for the signature, and for the letter to be delivered."""
    new, asked, written, signed = stories = tuple(Story(world) for _ in range(4))
    new.applies()
    asked.applies()
    asked.until("sufficiency")
    asked.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    request = plain.request("applicant", asked.today + timedelta(days=14))
    asked.does("kasittelija", "new_information_request", requests=[request], round_reason="Ehdot puuttuvat.")
    written.applies()
    written.until("sign_resolution")
    signed.applies()
    signed.until("record_delivery")
    cases = [each.case.id for each in stories]
    barred = {"person_id": BARRED, "reason": "", "recorded_at": world.clock()}
    with world.engine.database.transaction() as connection:
        connection.execute(insert(DISQUALIFICATIONS), [{**barred, "case_id": each} for each in cases])
    return tuple(
        each if isinstance(each, Sample) else Sample(each)
        for each in _samples(world, new, asked, written, signed)
    )


def _samples(
    world: World, new: Story, asked: Story, written: Story, signed: Story
) -> Iterator[UseCase | Sample]:
    yield from _of_cases(world, new, asked, written, signed)
    yield from _of_ones_own()
    yield from _of_models(world)
    yield from _of_the_worker()
    yield from _of_anyone(asked)
    yield from (Sample(use_case, note) for use_case, note in of_readers(signed))


def _of_cases(
    world: World, new: Story, asked: Story, written: Story, signed: Story
) -> Iterator[UseCase | Sample]:
    register, review = new.task("register").id, asked.task("information_reply").id
    sign = written.task("sign_resolution").id
    person, today = world.people["kasittelija"].id, new.today
    yield Sample(claim_task.ClaimTask(register), "(to register)")
    yield Sample(claim_task.ClaimTask(review), "(what the applicant answers)")
    yield Sample(claim_task.ClaimTask(sign), "(to sign)")
    yield claim_task.ReleaseTask(register)
    yield claim_task.AssignTask(register, person)
    yield claim_task.AssignCase(new.reference, person)
    yield Sample(complete_task.CompleteTask(register), "(to register)")
    yield Sample(complete_task.CompleteTask(sign), "(to sign)")
    yield save_draft.SaveDraft(register, {})
    yield extend_deadline.ExtendDeadline(new.reference, "target", today, "")
    yield answer_request.DeliverReply(asked.reference, "REQ-1")
    yield manage_links.RevokeLink(asked.reference, "REQ-1")
    yield manage_links.RenewLink(asked.reference, "REQ-1")
    yield Sample(withdraw.CorrelateMessage(new.reference, "new_fact"), "(news)")
    yield Sample(withdraw.CorrelateMessage(new.reference, "parent_decided"), "(of the engine's own)")
    yield case_file.OpenCaseFile(new.reference)
    yield case_file.OpenTaskPage(register)
    yield case_file.ReadDocument(signed.file.documents[0].id)
    file = ExaminedFile("a.pdf", "application/pdf", b"x", "clean")
    yield attach.AttachToCase(new.reference, file)
    world.engine.perform(attach.AttachToCase(new.reference, file), world.actor("johtaja"))
    yield attachment.ReadAttachment(new.file.attachments[0].id)
    yield case_file.FindCases(new.reference)
    yield case_file.WhoLooked(new.reference)
    yield case_state.ReadCaseStatus(new.reference)
    yield case_state.ReadDeadlines(new.reference)
    yield inbox.OpenInbox()
    yield my_cases.MyCases()
    yield access_log.SearchAccessLog()
    yield access_log.WhoMayLook()
    yield oversight.WatchOver()
    yield insight.WhereTimeGoes()
    yield insight.DrawWaits("intake_to_decision", ())
    yield reassignment.WhatIsCarried(person)
    yield reassignment.OpenReassignment(register)
    yield resolution_page.ReadLetter(sign)
    yield resolution_page.DrawLetter(sign)
    yield resolution_page.ReadResolution(written.reference, written.file.resolutions[0].id)
    yield submit_enquiry.AnswerEnquiry(uuid4(), "")
    yield submit_enquiry.UnansweredEnquiries()
    yield submit_enquiry.ReadEnquiry(uuid4())
    yield from _of_people(person)
    yield Sample(submit_application.SubmitApplication(Channel.URGENT, "k" * 32, data={}), "(an urgent call)")


def _of_people(person: UUID) -> Iterator[UseCase]:
    yield manage_people.AddPerson("", "", "", frozenset())
    yield manage_people.Appoint(person, Power.SIGN_RESOLUTIONS, date(2026, 1, 1))
    yield manage_people.AddServiceAccount("", frozenset(), frozenset())
    yield manage_people.ListPeople()
    yield change_people.ClosePerson("")
    yield change_people.ReopenPerson("")
    yield change_people.SetPassword("", "")
    yield change_people.SetRoles("", frozenset())
    yield change_people.RevokeServiceAccount("")


def _of_ones_own() -> Iterator[UseCase]:
    yield keep_views.KeepView("Kiireiset", View.TEAM, TaskFilter())
    yield keep_views.ForgetView(uuid4())


def _of_models(world: World) -> Iterator[UseCase | Sample]:
    owner = world.actor("omistaja")
    draft = world.engine.perform(deploy_processes.CreateModelDraft("Luonnos"), owner)
    deployment = world.engine.answer(models.ListModels(), owner).deployments[0].deployment.id
    yield deploy_processes.DeployProcesses({}, "")
    yield deploy_processes.CreateModelDraft("")
    yield add_model_files.AddModelFile(draft, "", "")
    yield deploy_processes.SaveModelDraft(draft, "", b"", 1)
    yield deploy_processes.RequestPublication(draft, "")
    yield deploy_processes.ApprovePublication(draft, 1)
    yield deploy_processes.ReturnToEditing(draft, "")
    yield change_drafts.DiscardModelDraft(draft, "")
    yield change_drafts.RecoverModelDraft(draft)
    yield change_drafts.ImportBundle(draft, b"", 1)
    yield change_drafts.ImportFile(draft, "forms/x.form", b"{}", 1)
    yield change_drafts.PutBackModelDraft(draft, uuid4(), 1)
    yield change_drafts.RollBack(deployment)
    yield change_promises.PutPromise(draft, {}, "")
    yield change_promises.RemovePromise(draft, "", "")
    yield change_promises.BindPromisesFrom(draft, date(2027, 1, 1), "")
    yield promises.OpenPromises(draft)
    yield promises.DrawBreaches(draft, {})
    yield from _of_moves(world, deployment)
    yield models.ListModels()
    yield reading_ahead.ReadAhead()
    yield models.OpenDeployment(deployment)
    yield models.OpenModel(deployment, "intake_to_decision")
    yield models.OpenModelDraft(draft)
    yield models.CheckModelDraft(draft)
    yield foreign_file.ReadForeignFile(draft, "x.form", b'{"components": []}')
    yield models.CheckFiles({})
    yield staffing.CheckStaffing({})
    yield models.ReadModelFile("", deployment)
    yield models.ReadModelFiles(deployment)
    yield comparing.CompareModels(deployment, draft)
    yield comparing.CompareFiles({}, {})
    yield comparing.OpenDocumentation(deployment, Words())
    typed = letter_preview.Typed(draft, "", b"", "fi", {})
    yield letter_preview.PreviewLetter(typed)
    yield letter_preview.PrintLetter(typed)
    run = world.engine.perform(try_out.BeginTryOut(draft), owner)
    nothing = Scenario("", world.clock.moment, ())
    yield try_out.BeginTryOut(draft)
    yield try_out.KeepSteps(run, (), 1)
    yield try_out.EndTryOut(run)
    yield try_out.SaveScenario(draft, "", nothing)
    yield try_out.RemoveScenario(draft, "")
    yield try_outs.OpenSource(draft)
    yield try_outs.OpenTryOut(run)


def _of_moves(world: World, deployment: UUID) -> Iterator[UseCase | Sample]:
    with world.engine.database.transaction() as connection:
        stores = Stores(connection, MasterKey(MASTER_KEY))
        move = stores.moves.add(deployment, stores.cases.find(), world.actor("omistaja2"), world.clock())
    yield move_cases.RequestMove(deployment, [])
    yield move_cases.ApproveMove(move)
    yield move_cases.WithdrawMove(move)
    yield move_cases.ReturnCases(move)
    yield move_cases.MoveAtOnce(deployment, [])
    yield moves.PreviewMove(deployment)
    yield moves.OpenMove(move)
    yield replay.GatherFacts(deployment)
    yield replay.CountReplayable()


def _of_the_worker() -> Iterator[UseCase | Sample]:
    nothing = uuid4()
    yield erase_due.EraseDue()
    yield fire_timer.DueTimers()
    yield fire_timer.FireTimer(nothing)
    yield fire_timer.PostponeTimer(nothing, "")
    yield fire_timer.RetryIncident(nothing)
    yield keep_public_draft.DestroyExpired()
    yield move_due.DueMoves()
    yield move_due.MoveCase(nothing)
    yield move_due.PostponeMove(nothing, "")
    yield record_breaches.RecordBreaches()
    yield scan_quarantined.QuarantinedFiles()
    yield scan_quarantined.TakeQuarantined(nothing)
    yield scan_quarantined.MarkScanned(nothing, infected=False)
    yield send_outbox.DueMessages()
    yield send_outbox.TakeMessage(nothing)
    yield send_outbox.MarkSent(nothing)
    yield send_outbox.PostponeMessage(nothing, "")
    yield send_outbox.GiveUpMessage(nothing, "")
    yield sign_checkpoint.SignCheckpoint()
    yield sign_checkpoint.VerifyAccessLog()
    yield start_due.DueStarts()
    yield start_due.StartDue(nothing)
    yield start_due.PostponeStart(nothing, "")
    yield waiting.NextTimer()
    yield waiting.ComingTimers()
    yield try_out.ForgetTryOuts()


def _of_anyone(asked: Story) -> Iterator[UseCase | Sample]:
    (request,) = asked.file.requests
    link, code, key = asked.link_of(request), asked.file.answer_codes[request.id], asked.opens(request)
    yield Sample(submit_application.SubmitApplication(Channel.SELF, "k" * 32), "(one's own)")
    yield submit_enquiry.SubmitEnquiry("k" * 32)
    yield record_application.RecordApplication(Channel.SELF, "application", "k" * 32, {}, {})
    yield open_request.FindLink(link)
    yield open_request.OpenRequest(link, code, key)
    for what, of in (("(with the key)", key), ("(without)", link)):
        yield Sample(open_request.ReadRequest(of), what)
        yield Sample(open_request.KeepReply(of, {}), what)
        yield Sample(answer_request.AnswerRequest(of), what)
    yield withdraw.WithdrawByCode("1" * 16)
    yield keep_public_draft.KeepPublicDraft("k" * 32, "application", {})
    yield keep_public_draft.ReadPublicDraft("k" * 32)
    yield keep_public_draft.FindPublicDraft("1" * 16)
    yield keep_public_draft.TakeUpPublicDraft("1" * 16, "k" * 32)
    yield from _of_a_draft(asked.world)
    yield keep_public_draft.DestroyPublicDraft("k" * 32)
    yield keep_public_draft.LeavePublicDraft("k" * 32)
    yield sign_in.CountSignIn("", "")
    yield sign_in.SpendAttempt("", "", 1, timedelta(minutes=1))
    yield sign_in.SignIn("", "")
    yield sign_in.CurrentSession("")
    yield sign_in.SignOut("")
    yield sign_in.ChooseLanguage("", "fi")
    yield Sample(public_form.PublicForm("application"), "(a public one)")
    yield Sample(public_form.PublicForm("phone_intake", any_form=True), "(any)")
    yield paper_form.DrawPaperForm(BLANK)
    yield privacy.FieldCatalogue(("application",))
    yield receipt.DrawReceipt("k" * 32)
    yield service_account.FindServiceAccount("")
    yield status.StatusByCode("1" * 16)


def _of_a_draft(world: World) -> Iterator[UseCase | Sample]:
    token = "d" * 32
    file = ExaminedFile("a.pdf", "application/pdf", b"x", "clean")
    world.engine.perform(keep_public_draft.KeepPublicDraft(token, "application", {}), PUBLIC)
    yield Sample(attach.AttachToDraft(token, file), "(of a draft that is there)")
    yield Sample(attach.AttachToDraft("e" * 32, file), "(of none)")
    yield attach.DraftFiles(token)
    yield attach.DescribeDraftFile(token, uuid4(), "")
    yield attach.RemoveDraftFile(token, uuid4())

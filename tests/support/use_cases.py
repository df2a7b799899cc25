"""Every command and query there is, and one of each to be asked for: with real cases, tasks, links and drafts in it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pkgutil import walk_packages
from uuid import UUID, uuid4

from sqlalchemy import insert

import engine.commands
import engine.queries
from engine.casework.incoming_files import ExaminedFile
from engine.commands import (
    access_log,
    applications,
    attachments,
    by_code,
    cases,
    consents,
    corrections,
    deadlines,
    emergencies,
    enquiries,
    health,
    invitations,
    moves,
    notices,
    outbox,
    own_sign_in,
    parties,
    program_files,
    proofs,
    provider_sign_in,
    public_drafts,
    requests,
    rings,
    search_keys,
    sessions,
    sign_in,
    taken_back,
    tasks,
    texted_codes,
    time_figures,
    timers,
    try_outs,
)
from engine.domain.cases import Channel
from engine.domain.paper_forms import PaperForm
from engine.domain.parties import Ground, PartyDetails
from engine.domain.people import PUBLIC, STAFF, Actor, Role
from engine.executor import Command, Query
from engine.queries import access_log as access_log_query
from engine.queries import arrivals as arrivals_query
from engine.queries import (
    attachment,
    case_export,
    case_file,
    case_state,
    colleague_drafts,
    correction_page,
    delivery_papers,
    due_timers,
    exported_files,
    followed_cases,
    inbox,
    insight,
    log_extract,
    my_cases,
    oversight,
    paper_form,
    party_page,
    printed_file,
    privacy,
    public_form,
    reading_back,
    reassignment,
    receipt,
    resolution_page,
    service_account,
    status,
    task_page,
)
from engine.queries import health as health_query
from engine.storage.tables.cases import DISQUALIFICATIONS
from tests.support import answers as plain
from tests.support.accounts import invited
from tests.support.samples_of_calls import of_calls
from tests.support.samples_of_copies import of_copies
from tests.support.samples_of_desk import of_desk
from tests.support.samples_of_drafts import of_drafts
from tests.support.samples_of_emergencies import of_emergencies
from tests.support.samples_of_enquiries import of_enquiries
from tests.support.samples_of_giving import of_giving
from tests.support.samples_of_links import of_links
from tests.support.samples_of_models import Sample, UseCase, of_models
from tests.support.samples_of_notes import of_due_notices, of_notes, of_ones_own_notices
from tests.support.samples_of_people import of_people
from tests.support.samples_of_readers import of_readers
from tests.support.samples_of_registry import of_previews, of_registry, of_reminders
from tests.support.samples_of_relations import of_relations
from tests.support.samples_of_retention import of_retention
from tests.support.story import Story
from tests.support.world import World

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
    usual = {
        role.value: Actor(role.value, frozenset({role}), uuid4() if role in STAFF else None) for role in Role
    }
    caseworker = frozenset({Role.CASEWORKER})
    return {
        **usual,
        "anyone": PUBLIC,
        "barred": Actor("barred", caseworker, BARRED),
        "program": Actor("program", caseworker, scopes=frozenset({"definitions:read"})),
    }


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
    signed.does("kasittelija", "record_delivery")
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
    yield from of_desk(new, world.people["kasittelija"].id)
    yield from of_emergencies(new)
    yield from of_retention(new)
    yield from _of_ones_own()
    yield from of_models(world)
    yield from _of_the_worker()
    yield from _of_anyone(asked)
    yield from (Sample(use_case, note) for use_case, note in of_readers(signed))


def _of_the_log(new: Story) -> Iterator[UseCase | Sample]:
    yield access_log_query.WhoLooked(new.reference)
    yield log_extract.TakeLogExtract(new.reference)
    yield printed_file.OpenWholeCase(new.reference)
    yield access_log_query.SearchAccessLog()
    yield access_log_query.WhoMayLook()


def _of_cases(
    world: World, new: Story, asked: Story, written: Story, signed: Story
) -> Iterator[UseCase | Sample]:
    register, review = new.task("register").id, asked.task("information_reply").id
    sign = written.task("sign_resolution").id
    person, today = world.people["kasittelija"].id, new.today
    yield Sample(tasks.ClaimTask(register), "(to register)")
    yield Sample(tasks.ClaimTask(review), "(what the applicant answers)")
    yield Sample(tasks.ClaimTask(sign), "(to sign)")
    yield tasks.ReleaseTask(register)
    yield from of_giving(new, person)
    yield Sample(tasks.CompleteTask(register), "(to register)")
    yield Sample(tasks.CompleteTask(sign), "(to sign)")
    yield tasks.SaveDraft(register, {})
    yield deadlines.ExtendDeadline(new.reference, "target", today, "")
    yield requests.DeliverReply(asked.reference, "REQ-1")
    yield from of_links(asked)
    yield from of_copies(new)
    yield Sample(cases.CorrelateMessage(new.reference, "new_fact"), "(news)")
    yield Sample(cases.CorrelateMessage(new.reference, "parent_decided"), "(of the engine's own)")
    yield from _of_parties(new)
    yield from (case_file.OpenCaseFile(new.reference), task_page.OpenTaskPage(register))
    yield from (
        delivery_papers.ReadDeliveryPapers(register),
        colleague_drafts.ReadColleagueDraft(register, person),
    )
    yield from of_previews(signed)
    file = ExaminedFile("a.pdf", "application/pdf", b"x", "clean")
    yield from _of_programs(new, register, file)
    yield attachments.AttachToCase(new.reference, file)
    world.engine.perform(attachments.AttachToCase(new.reference, file), world.actor("johtaja"))
    yield arrivals_query.OpenHiding(new.reference, new.file.attachments[0].id)
    yield attachments.NameEarlierVersion(new.reference, new.file.attachments[0].id, None)
    yield attachment.ReadAttachment(new.file.attachments[0].id)
    yield from of_relations(new, asked)
    yield case_state.ReadCaseStatus(new.reference)
    yield case_state.ReadDeadlines(new.reference)
    yield case_export.ExportCase(new.reference)
    yield exported_files.ExportFiles(new.reference)
    yield from _of_the_log(new)
    yield inbox.OpenInbox()
    yield my_cases.MyCases()
    yield oversight.WatchOver()
    yield oversight.WatchList(oversight.Watched.LATE)
    yield insight.WhereTimeGoes()
    yield insight.DrawWaits("intake_to_decision", ())
    yield reassignment.WhatIsCarried(person)
    yield reassignment.OpenReassignment(register)
    yield resolution_page.ReadLetter(sign)
    yield resolution_page.DrawLetter(sign)
    yield resolution_page.ReadResolution(written.reference, written.file.resolutions[0].id)
    yield from of_enquiries(world)
    yield from of_people(person)
    yield from of_calls()


def _of_programs(new: Story, register: UUID, file: ExaminedFile) -> Iterator[UseCase]:
    yield from (reading_back.ReadAnswers(new.reference), reading_back.ListDocuments(new.reference))
    yield followed_cases.FollowCases()
    yield program_files.AttachToTask(register, file)
    yield program_files.AttachToSubmission("k" * 32, "application", file)


def _of_parties(new: Story) -> Iterator[UseCase]:
    yield from of_notes(new)
    yield from of_registry(new)
    sent, today, ground = new.file.submissions[0].id, new.today, Ground("call", None, "Hän soitti.")
    nothing = consents.ConsentDetails("", "", "", "", None)
    yield notices.BeginNotice(new.reference)
    yield consents.RecordConsent(new.reference, nothing, is_given=True)
    yield consents.WithdrawConsent(new.reference, uuid4(), today, "phone")
    yield corrections.CorrectRecord(new.reference, sent, 0, ground, data={})
    yield corrections.ClarifyRecord(new.reference, sent, "", ground)
    yield correction_page.OpenRecord(new.reference, sent)
    party = next(iter(new.file.parties))
    details = PartyDetails(party.kind, {}, {})
    yield parties.ChangeParty(new.reference, party.id, party.version, details, ground)
    yield parties.AddParty(new.reference, details, ground)
    yield parties.RemoveParty(new.reference, party.id, party.version, ground)
    yield party_page.OpenParty(new.reference, party.id)
    yield party_page.OpenNewParty(new.reference)


def _of_passkeys(world: World) -> Iterator[UseCase | Sample]:
    attempt, site = sign_in.SignInAttempt("", ""), sign_in.Site("http://localhost")
    yield sign_in.AskForPasskey(site)
    yield sign_in.SignInWithPasskey(attempt, site, "")
    token = invited(world, "toinen")
    yield invitations.ReadInvitation(token)
    yield invitations.AskInvitedForPasskey(token, site)
    yield invitations.AcceptWithPasskey(token, attempt, site, "")
    yield invitations.AcceptWithPassword(token, attempt, "yksi-pitkä-sana", b"", "")
    yield from _at_provider(world)
    yield proofs.CountProof()
    yield proofs.AskForProof(site)
    yield proofs.ProveWithPasskey(site, "")
    yield proofs.ProveWithPassword("yksi-pitkä-sana")
    yield own_sign_in.OwnMeans()
    yield own_sign_in.AskForOwnPasskey(site)
    yield own_sign_in.AddOwnPasskey(site, "")
    yield own_sign_in.RemoveOwnPasskey(uuid4())
    yield own_sign_in.ChangeOwnPassword("yksi-pitkä-sana")
    yield own_sign_in.OfferOneTimeCodes()
    yield own_sign_in.TakeUpOneTimeCodes(b"", "")
    yield own_sign_in.RenewRecoveryCodes()


def _at_provider(world: World) -> Iterator[UseCase | Sample]:
    trip = provider_sign_in.ProviderTrip("state", "nonce", "verifier", "")
    whose = sign_in.SignInAttempt("", ""), provider_sign_in.ProviderIdentity("toinen", None)
    sealed = world.engine.answer(provider_sign_in.SetOut(trip), PUBLIC)
    yield Sample(provider_sign_in.SetOut(trip), "(to sign in)")
    yield Sample(provider_sign_in.SetOut(trip, to_prove=True), "(to prove)")
    yield provider_sign_in.ComeBack(sealed, "state")
    yield provider_sign_in.SignInAtProvider(sealed, *whose)
    yield provider_sign_in.ProveAtProvider(sealed, *whose)


def _of_ones_own() -> Iterator[UseCase]:
    yield from of_ones_own_notices()


def _of_the_worker() -> Iterator[UseCase | Sample]:
    nothing = uuid4()
    yield search_keys.MakeSearchKeys()
    yield rings.DueRings()
    yield rings.RingOnCall(nothing)
    yield from of_due_notices(nothing)
    yield from of_reminders(nothing)
    yield timers.DueTimers()
    yield timers.FireTimer(nothing)
    yield timers.PostponeTimer(nothing, "")
    yield emergencies.EscalateReviews()
    yield public_drafts.DestroyExpired()
    yield moves.DueMoves()
    yield moves.MoveCase(nothing)
    yield moves.PostponeMove(nothing, "")
    yield deadlines.PassedDeadlines()
    yield deadlines.RecordBreaches(nothing)
    yield health.Beat(nothing, {})
    yield health_query.ReadHealth()
    yield attachments.QuarantinedFiles()
    yield attachments.TakeQuarantined(nothing)
    yield attachments.MarkScanned(nothing, infected=False)
    yield outbox.DueMessages()
    yield outbox.TakeMessage(nothing)
    yield outbox.MarkSent(nothing)
    yield outbox.PostponeMessage(nothing, "")
    yield outbox.NoteMailServer("")
    yield outbox.GiveUpMessage(nothing, "")
    yield access_log.NoteMasterKey(2)
    yield access_log.SignCheckpoint()
    yield access_log.AskVerification()
    yield access_log.IsLogProvable()
    yield access_log.IsVerificationDue()
    yield access_log.VerifyAccessLog()
    yield time_figures.CountTimes()
    yield access_log_query.ReadLogState()
    yield cases.DueStarts()
    yield cases.StartDue(nothing)
    yield cases.PostponeStart(nothing, "")
    yield due_timers.NextTimer()
    yield due_timers.ComingTimers()
    yield try_outs.ForgetTryOuts()


def _of_anyone(asked: Story) -> Iterator[UseCase | Sample]:
    (request,) = asked.file.requests
    link, code, key = asked.link_of(request), asked.code_of(request), asked.opens(request)
    yield Sample(applications.SubmitApplication(Channel.SELF, "k" * 32), "(one's own)")
    yield enquiries.SubmitEnquiry("k" * 32)
    yield enquiries.RecordEnquiry("k" * 32, {}, {}, uuid4())
    yield applications.RecordApplication(Channel.SELF, "application", "k" * 32, {}, {})
    yield requests.FindLink(link)
    yield texted_codes.SendCode(link)
    yield requests.OpenRequest(link, code, key)
    for what, of in (("(with the key)", key), ("(without)", link)):
        yield Sample(requests.ReadRequest(of), what)
        yield Sample(requests.KeepReply(of, {}), what)
        yield Sample(requests.AnswerRequest(of), what)
    yield cases.WithdrawByCode("1" * 16)
    yield by_code.AddByCode("1" * 16, "Lisäys")
    yield by_code.AskCallByCode("1" * 16)
    yield by_code.RecordCall(asked.reference, is_reached=True)
    yield taken_back.TakeBackByCode("1" * 16)
    yield taken_back.RecordWithdrawal(asked.reference, "phone", None, "applicant")
    yield taken_back.RecordTakingBack(asked.reference, "phone", None, "person", "En peruuta.")
    yield by_code.OpenQuestionByCode("1" * 16, "REQ-1", "k" * 43)
    yield parties.StopContactByCode("1" * 16)
    yield from of_drafts(asked.world)
    yield sign_in.CountSignIn(sign_in.SignInAttempt("", ""))
    yield sessions.GiveBackAttempt("", "")
    yield sessions.SpendAttempt("", "", 1, timedelta(minutes=1))
    yield sessions.DrawAttempt("", "", 1, timedelta(minutes=1))
    yield sign_in.SignIn(sign_in.SignInAttempt("", ""), "")
    yield from _of_passkeys(asked.world)
    yield sessions.CurrentSession("")
    yield sessions.OriginOfForm("")
    yield sessions.UseSession()
    yield sessions.OwnSessions()
    yield sessions.EndOwnSession("")
    yield sessions.EndOtherSessions()
    yield sessions.SignOut("")
    yield sessions.ChooseLanguage("", "fi")
    yield Sample(public_form.PublicForm("application"), "(a public one)")
    yield public_form.AreUrgent("application", {})
    yield public_form.UrgentBy("application", {})
    yield Sample(public_form.PublicForm("phone_intake", any_form=True), "(any)")
    yield paper_form.DrawPaperForm(BLANK)
    yield privacy.FieldCatalogue(("application",))
    yield receipt.DrawReceipt("k" * 32)
    yield service_account.FindServiceAccount("")
    assert asked.receipt is not None
    yield status.StatusByCode(asked.receipt.code)

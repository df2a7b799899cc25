"""The page of one task: its form with the main facts of the case; when it is done, its answers and the tasks that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from flask import Response, request

from engine.casework.answers import ASKERS, DECISIONS, HEARD, OTHERS_SIGNED
from engine.casework.police_notices import notice_in_place
from engine.casework.recordings.registration import REGISTRATION
from engine.casework.signers import SIGNATURES
from engine.casework.spoken_decisions import CONFIRMATION, ORAL
from engine.clock import day_of
from engine.commands.tasks import ClaimTask, ReleaseTask
from engine.domain.policy import Action
from engine.domain.tasks import OPEN, TaskState
from engine.queries.case_file import CaseFile
from engine.queries.colleague_drafts import ReadColleagueDraft
from engine.queries.delivery_papers import FORMS as OF_DELIVERY
from engine.queries.delivery_papers import ReadDeliveryPapers
from engine.queries.duplicates import LikelyDuplicates, WhoIsLookedFor
from engine.queries.resolution_page import OPINION, PREPARING, LetterPage, ReadLetter
from engine.queries.task_page import OpenTaskPage, TaskPage
from forms.definition import FormDefinition
from forms.submission import readable
from forms.typed import as_typed
from forms.views import ShownStep, shown
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.limits import SEARCHING, draw
from webapp.http.notices import notify
from webapp.http.posted import number_in
from webapp.http.responses import render, see_other
from webapp.inbox.blueprint import blueprint
from webapp.inbox.question_notes import notes_beside
from webapp.rendering.forms.page import Problems, form_page
from webapp.rendering.forms.parts import DayReasons, FormPage
from webapp.rendering.forms.steps import FormSteps, is_long, steps_of
from webapp.rendering.timeline.events import story
from webapp.rendering.timeline.variants import sendings
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.danger import danger_of
from webapp.rendering.words.dates import day
from webapp.rendering.words.due import deadline_in_words, due_for, due_or_looked_at, owed_in, task_due
from webapp.rendering.words.emergency_facts import emergency_facts
from webapp.rendering.words.labels import word
from webapp.rendering.words.likeness import search_limited, worded_hits, worded_ways
from webapp.rendering.words.note_words import WordedThread, names_in, worded_threads
from webapp.rendering.words.parents_outcome import waits_for_parent
from webapp.rendering.words.party_words import party_in_words
from webapp.rendering.words.proposals import worded_proposal
from webapp.rendering.words.replies import asked_with_replies
from webapp.rendering.words.request_notes import hints_of_typed_reply
from webapp.rendering.words.rulings import overtaken_in_words
from webapp.rendering.words.safe_contact import of_sealed_recipient, safe_contact
from webapp.rendering.words.sources import sources_of
from webapp.rendering.words.submission_words import answered, worded_submissions
from webapp.rendering.words.task_names import with_purposes

LATEST = 4
"""Events in the glance; the rest is in the case file."""
NOTES = 3
"""Threads of notes in the glance."""
Typed = Mapping[str, Sequence[str]]


@blueprint.get("/<uuid:task_id>")
@for_staff(action=Action.TASK_PAGE)
def task(task_id: UUID) -> Response:
    page = opened(task_id)
    return show_task(page) if page.task.state in OPEN else _done(page)


@blueprint.get("/<uuid:task_id>/complete")
@for_staff(action=Action.TASK_PAGE)
def come_back(task_id: UUID) -> Response:
    """Redirect to the task's page: after a page with mistakes, a reload asks for this address."""
    return to_task(task_id)


@blueprint.post("/<uuid:task_id>/claim")
@for_staff(action=Action.CLAIM_TASK)
def claim(task_id: UUID) -> Response:
    engine().perform(ClaimTask(task_id), sessions.actor())
    return to_task(task_id)


@blueprint.post("/<uuid:task_id>/release")
@for_staff(action=Action.RELEASE_TASK)
def release(task_id: UUID) -> Response:
    engine().perform(ReleaseTask(task_id), sessions.actor())
    notify(_("Tehtävä on vapautettu. Luonnoksesi säilyy."))
    return see_other("inbox.index")


def opened(task_id: UUID) -> TaskPage:
    page = engine().answer(OpenTaskPage(task_id, current_language().code), sessions.actor())
    return replace(page, task=with_purposes([page.task], page.file)[0])


def to_task(task_id: UUID) -> Response:
    return see_other("inbox.task", task_id=task_id)


def worded(page: TaskPage) -> FormDefinition | None:
    """Return the task's form in the reader's language; None for a task without one."""
    key = page.task.form_key
    return page.file.models.form_in(key, current_language().code) if key else None


def typed_so_far(page: TaskPage, definition: FormDefinition) -> Typed:
    if page.draft is not None:
        return page.draft
    return as_typed(definition.fields, page.prefilled)


def choices_in_words(page: TaskPage) -> Mapping[str, Mapping[str, str]]:
    """Return the options that the form takes from elsewhere; decisions with their day and what they decided, parties with
    their part in the matter."""
    parties = {str(each.id): party_in_words(each) for each in page.file.parties}
    named = {
        source: {key: parties.get(key, name) for key, name in page.choices[source].items()}
        for source in (HEARD, ASKERS)
        if source in page.choices
    }
    choices = {**page.choices, **named}
    decisions = {
        source: {
            each.number: f"{each.number}, {day(each.decided_on)}: {word(each.outcome, 'outcome')}"
            for each in offered
        }
        for source, offered in ((DECISIONS, page.corrigible), (OTHERS_SIGNED, page.appealable))
        if offered
    }
    return {**choices, **decisions}


def show_task(
    page: TaskPage,
    typed: Typed | None = None,
    problems: Problems | None = None,
    status: int = 200,
    reasons: Mapping[str, str] | None = None,
    *,
    is_elsewhere: bool = False,
) -> Response:
    """Show the task's page with the answers of its draft, or with `typed` ones that no draft holds, and for status 422 the
    problems beside them. With `is_elsewhere`, the draft of another tab stands above what was typed in this one."""
    definition = worded(page)
    form: FormPage | None = None
    steps: FormSteps | None = None
    delivery = engine().answer(ReadDeliveryPapers(page.task.id), sessions.actor())
    takes_first = page.asks_to_take and typed is None and page.draft is None
    if definition is not None and page.may_work and not takes_first:
        shown_now = typed if typed is not None else typed_so_far(page, definition)
        form = form_page(
            definition,
            say=_,
            typed=shown_now,
            problems=problems or {},
            given=page.scope,
            choices=choices_in_words(page),
            withheld=page.withheld,
            reasons=DayReasons(
                _("Miksi päivä on oikein?"),
                _(
                    "Tarkista päivä ensin. Jos se on oikein, kirjoita syy. Päätöksen allekirjoittaja näkee sen."
                ),
                reasons or {},
            ),
            sources=sources_of(page.known, definition, shown_now),
            notes=notes_beside(page),
            hints=hints_of_typed_reply(page.task.form_key),
        )
        if is_long(definition):
            steps = steps_of(
                definition,
                shown_now,
                today=day_of(page.file.moment),
                given=page.scope,
                choices=choices_in_words(page),
                problems=problems or {},
                wanted=number_in(request.values.get("step", "")),
                begun=page.draft is not None,
            )
    letter = letter_of(page)
    return render(
        "inbox/letter_task.html" if letter else "inbox/task.html",
        status,
        page=replace(page, draft_saved_at=None) if is_elsewhere else page,
        form=form,
        is_unsaved=typed is not None,
        takes_first=takes_first,
        steps=steps,
        kept=_kept(page, definition),
        colleague_draft=_colleague_draft(page, definition),
        elsewhere=(page.draft_saved_at, in_words(definition, readable(definition, page.draft or {}), page))
        if is_elsewhere and definition is not None
        else None,
        letter=letter,
        signs=_signs(page) if letter else {},
        delivery=delivery,
        is_signing=page.task.form_key in {*SIGNATURES, OPINION},
        asks_proof=page.signs and not sessions.actor().has_proof(page.file.moment),
        duplicates=_duplicates(page),
        **{**around(page), **of_sealed_recipient(delivery)},
    )


def _signs(page: TaskPage) -> dict[str, str]:
    """Return the signs of an assessment in the reader's words."""
    asked = page.file.models.form_in("assessment", current_language().code).by_key.get("indicators")
    return {each.value: each.label for each in asked.options} if asked else {}


def _kept(page: TaskPage, definition: FormDefinition | None) -> tuple[ShownStep, ...]:
    """Return what the reader has typed in a task that they can't do now: a colleague took it. It can be copied from."""
    if page.may_work or not page.draft or definition is None:
        return ()
    return in_words(definition, readable(definition, page.draft), page)


def _duplicates(page: TaskPage) -> dict[str, object] | None:
    """Return who is likely the same person, where a matter is registered; None for other tasks."""
    if page.task.form_key != REGISTRATION or not page.may_work:
        return None
    reference, actor = page.file.case.reference, sessions.actor()
    who = engine().answer(WhoIsLookedFor(reference), actor)
    free_at = draw(SEARCHING, str(actor.account_id), who) if who else None
    found = engine().answer(LikelyDuplicates(reference, looks=free_at is None), actor)
    return {
        "limited": search_limited(free_at) if free_at is not None else "",
        "hits": worded_hits(found.hits),
        "family": worded_hits(found.family),
        "same_way": worded_hits(found.same_way),
        "shared": worded_ways(found.shared_ways),
        "has_hidden": found.has_hidden,
    }


def around(page: TaskPage) -> dict[str, object]:
    """Return the template context of every task page: due date, safe contact, earlier submissions, latest events, deadlines."""
    now = page.file.moment
    worded = worded_submissions(page.file)
    asked = (each for each in page.file.requests if each.reference == page.task.business_key)
    owed = owed_in(page.task, page.file.deadlines)
    due = (
        deadline_in_words(owed, now)
        if owed
        else due_or_looked_at(page.task.due_at, page.task.follow_up_at, now)
    )
    rule = owed.name if owed else page.task.due_reason
    return {
        "due": due,
        "due_for": due_for(due, rule, is_owed=owed is not None or page.task.due_at is not None),
        "contact": safe_contact(
            page.file.parties, day_of(now), page.file.came_back, is_sealed=page.file.is_sealed
        ),
        "danger": danger_of(page.file),
        "spoken": [
            each
            for each in page.file.oral_decisions
            if each.recorded_at <= page.task.created_at
            and (page.task.form_key == ORAL or (each.waits and page.task.form_key == CONFIRMATION))
        ],
        "writing": [
            (each.person_id, page.file.people.get(each.person_id, ""), each.at) for each in page.writing
        ],
        "opened": [(page.file.people.get(each.person_id, ""), each.at) for each in page.opened],
        "left_drafts": [
            (each.person_id, page.file.people.get(each.person_id, ""), each.at) for each in page.left_drafts
        ],
        "latest": story(page.file)[:LATEST],
        "notes": _newest_notes(page.file),
        "sendings": sendings(page.file),
        "submissions": [each for each in worded if each.steps],
        "emergency_facts": emergency_facts(page.task.form_key, worded),
        "is_client": page.file.clienthood is not None and page.file.clienthood.until is None,
        "proposal": worded_proposal(page),
        "deadlines": [(each, deadline_in_words(each, now)) for each in page.file.deadlines if each.is_open],
        "is_mine": page.task.assignee_id is not None and page.task.assignee_id == sessions.actor().person_id,
        "has_kept_document": page.has_kept_document,
        "going_out": _going_out(page),
        "overtaken": _overtaken(page),
        "unheard": worded_threads(
            page.file.unheard, [each.first.id for each in page.file.unheard], names_in(page.file.parties), ""
        ),
        "asked": asked_with_replies(page.file, asked, worded),
    }


def _colleague_draft(
    page: TaskPage, definition: FormDefinition | None
) -> tuple[str, tuple[ShownStep, ...]] | None:
    """Return who wrote the draft that the address asks for, and its words; None if it asks for none that the reader may open."""
    wanted = request.args.get("draft_of", "")
    writer = next(
        (each.person_id for each in (*page.writing, *page.left_drafts) if str(each.person_id) == wanted), None
    )
    if writer is None or definition is None or not page.reads_drafts:
        return None
    draft = engine().answer(ReadColleagueDraft(page.task.id, writer), sessions.actor())
    return page.file.people.get(writer, ""), in_words(definition, readable(definition, draft), page)


def _newest_notes(file: CaseFile) -> tuple[WordedThread, ...]:
    """Return the threads of notes to which something was written last, the newest first."""
    newest = sorted(file.notes, key=lambda each: (each.further or (each.first,))[-1].written_at, reverse=True)
    unheard = [each.first.id for each in file.unheard]
    return worded_threads(newest[:NOTES], unheard, names_in(file.parties), "")


def _going_out(page: TaskPage) -> tuple[object, bool, bool] | None:
    """Return the document that leaves, True if a correction has overtaken it, and True if a new one stands in its place. None
    where nothing may leave."""
    if page.owes_no_notice:
        return None
    wanted = page.scope.get("notice_document")
    found = next((each for each in page.file.documents if str(each.id) == wanted), None)
    if found is None:
        return None
    offered, is_overtaken = notice_in_place(page.file.documents, page.file.resolutions, found)
    return offered, is_overtaken, offered is not found


def _overtaken(page: TaskPage) -> str:
    """Return why the decision that this task serves stands no more; empty where it stands, and for other tasks."""
    file, task = page.file, page.task
    if task.form_key not in OF_DELIVERY:
        return ""
    attempts = [each for each in file.deliveries if each.business_key == task.business_key]
    served = next(
        (each for each in file.resolutions if attempts and each.id == attempts[-1].resolution_id), None
    )
    state = file.overtaken.get(served.id) if served is not None else None
    return overtaken_in_words(state, served.number) if state is not None and served is not None else ""


def letter_of(page: TaskPage) -> LetterPage | None:
    """Return the letter that the task writes or signs; None for other tasks."""
    if page.task.form_key not in {*PREPARING, *SIGNATURES, OPINION}:
        return None
    return engine().answer(ReadLetter(page.task.id), sessions.actor())


def _done(page: TaskPage) -> Response:
    """Show a completed task: its answers, and the tasks that follow."""
    definition = worded(page)
    answers: tuple[ShownStep, ...] = ()
    draft: tuple[ShownStep, ...] = ()
    if definition is not None:
        sent = [each for each in page.file.submissions if each.task_id == page.task.id]
        if sent:
            answers = in_words(definition, sent[-1].answers, page, are_accepted=True)
        if page.draft:
            draft = in_words(definition, readable(definition, page.draft), page)
    now = page.file.moment
    return render(
        "inbox/done.html",
        page=page,
        answers=answers,
        draft=draft,
        waiting=waits_for_parent(page.file),
        was_cancelled=page.task.state is TaskState.CANCELLED,
        by_me=page.task.completed_by is not None and page.task.completed_by == sessions.actor().person_id,
        following=[
            (each, task_due(each, page.file.deadlines, now))
            for each in with_purposes(page.file.tasks, page.file)
        ],
        **around(page),
    )


def in_words(
    definition: FormDefinition, answers: Mapping[str, object], page: TaskPage, *, are_accepted: bool = False
) -> tuple[ShownStep, ...]:
    return answered(
        shown(
            definition,
            answers,
            definition.language,
            say=_,
            given=page.scope,
            choices=choices_in_words(page),
            are_accepted=are_accepted,
        )
    )

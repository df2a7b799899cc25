"""The case file on one page, section by section, and the list of those who have read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from flask import Response, render_template, request
from markupsafe import Markup

from engine.casework.appeals import MAIL_RETURNED
from engine.casework.contact_channels import named_after
from engine.casework.receipts import CODE_GIVEN
from engine.casework.taken_back import BROUGHT_BY, CONFIRMATION
from engine.clock import day_of
from engine.commands.cases import FROM_STAFF
from engine.commands.deadlines import REASONS
from engine.commands.public_drafts import new_token
from engine.domain.cases import CaseState
from engine.domain.deadline_kinds import EXTENDED_BY_HAND
from engine.domain.notes import NoteKind, agreed_days
from engine.domain.parties import LANGUAGES
from engine.domain.people import ANSWERERS
from engine.domain.policy import Action, admits
from engine.domain.tasks import UserTask
from engine.errors import Refusal
from engine.queries.access_log import WhoLooked
from engine.queries.case_file import CaseFile, OpenCaseFile
from engine.queries.where_now import Picture, pictures
from webapp.cases.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine, settings
from webapp.http.languages import current_language
from webapp.http.responses import render
from webapp.rendering.assets import drawing
from webapp.rendering.timeline.events import THREADS, story
from webapp.rendering.timeline.variants import sendings
from webapp.rendering.words.arrival_words import letter_words, worded_arrivals, worded_hidden
from webapp.rendering.words.case_gists import gists, owes_code, region_in_words
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.danger import danger_of
from webapp.rendering.words.dates import day
from webapp.rendering.words.deadlines import whose_deadlines
from webapp.rendering.words.due import deadline_in_words, due_in_words, task_due, waited
from webapp.rendering.words.files import file_versions
from webapp.rendering.words.labels import actor_name, role_name, word
from webapp.rendering.words.meeting_words import worded_meetings
from webapp.rendering.words.message_words import MESSAGES
from webapp.rendering.words.note_words import KINDS, names_in, worded_threads
from webapp.rendering.words.parents_outcome import waits_for_parent
from webapp.rendering.words.request_names import request_name
from webapp.rendering.words.safe_contact import safe_contact
from webapp.rendering.words.submission_words import applicant_facts, worded_submissions
from webapp.rendering.words.task_names import with_purposes

THREAD_NAMES = {
    "story": marked("Asian kulku"),
    "contact": marked("Yhteydenpito"),
    "decisions": marked("Ratkaisut"),
    "deadlines": marked("Määräajat"),
    "work": marked("Työ"),
    "all": marked("Kaikki"),
}


@dataclass(frozen=True, slots=True)
class TypedExtension:
    """An extension of a deadline as it was typed, with the sentence that refused it beside its field."""

    name: str = ""
    business_key: str = ""
    until: str = ""
    reason: str = ""
    field: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class TypedFile:
    """The description typed for a file, with the sentence that refused the file."""

    about: str = ""
    problem: str = ""
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class TypedConsent:
    """A consent or its withdrawal as it was typed, with the sentence that refused it beside its field."""

    typed: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewLink:
    """A new reply address that could not be mailed, shown once to the person who made it."""

    key: str = ""
    address: str = ""


_SERVICE_FORMS: Final = frozenset({"post_letter", "record_delivery"})


@blueprint.get("/<reference>")
@for_staff(action=Action.CASE_FILE)
def case(reference: str) -> Response:
    return case_page(reference)


@blueprint.get("/<reference>/readers")
@for_staff(action=Action.WHO_LOOKED)
def readers(reference: str) -> str:
    entries = engine().answer(WhoLooked(reference), sessions.actor())
    return render_template(
        "cases/readers.html",
        reference=reference,
        entries=entries,
        actor_name=actor_name,
        opens_case=_may(Action.CASE_FILE),
    )


def case_page(
    reference: str,
    status: int = 200,
    *,
    extension: TypedExtension | None = None,
    adding: TypedFile | None = None,
    new_link: NewLink | None = None,
    reading_problem: str = "",
    consent: TypedConsent | None = None,
    taking_back: TypedConsent | None = None,
    withdrawing: TypedConsent | None = None,
) -> Response:
    """Show the case file. A refused form comes back in it: `extension`, `adding` or `reading_problem` hold what was
    typed and why it was refused.

    `new_link`: a reply address that was just made.
    """
    file = engine().answer(OpenCaseFile(reference, language=current_language().code), sessions.actor())
    thread = request.args.get("events", "")
    thread = thread if thread in THREADS else "story"
    now = file.moment
    doable = _doable(file.tasks)
    submissions = worded_submissions(file)
    deadlines = [(each, deadline_in_words(each, now)) for each in file.deadlines]
    drawn = _pictures(file)
    codes_given = sum(event.kind == CODE_GIVEN for event in file.timeline)
    return render(
        "cases/case.html",
        status,
        file=file,
        case=file.case,
        standing=standing_of(file),
        clienthood=clienthood_in_words(file),
        region=region_in_words(file),
        waited=waited(file.case.received_at, now),
        contact=safe_contact(file.parties, day_of(now), file.came_back, is_sealed=file.is_sealed),
        danger=danger_of(file),
        doable=doable,
        first=_first(file.tasks, doable),
        messages=[
            (name, key, *MESSAGES[name], _letter(file, key) if name == MAIL_RETURNED else _named(file, key))
            for name, key in file.awaited
            if name in FROM_STAFF
        ],
        tasks=[(each, task_due(each, file.deadlines, now)) for each in with_purposes(file.tasks, file)],
        calls_today=[
            each
            for each in file.timeline
            if each.kind in ("call_made", "call_not_answered") and day_of(each.at) == day_of(now)
        ],
        call_due=due_in_words(file.call_wish.due_at, now) if file.call_wish else None,
        deadlines=deadlines,
        whose=whose_deadlines(file),
        extended_by_hand=EXTENDED_BY_HAND,
        person=applicant_facts(file),
        submissions=submissions,
        gist=gists(file, submissions, deadlines, [each for each, _svg in drawn], codes_given),
        **_notes(file),
        **_registry(file),
        events=story(file, thread),
        sendings=sendings(file),
        thread=thread,
        threads=THREAD_NAMES,
        pictures=drawn,
        reads_readers=_may(Action.WHO_LOOKED),
        reads_retention=_may(Action.RETENTION_PAGE),
        extends=_may(Action.EXTEND_DEADLINE),
        extension=extension or TypedExtension(),
        extension_reasons=REASONS,
        adding=adding or TypedFile(),
        new_link=new_link or NewLink(),
        keeps_consents=_may(Action.KEEP_CONSENTS),
        consent=consent or TypedConsent(),
        spoken_languages=LANGUAGES,
        taking_back=taking_back or TypedConsent(),
        withdrawing=withdrawing or TypedConsent(),
        brought_by=[(each, "party") for each in BROUGHT_BY],
        records_taking_back=_may(Action.CORRELATE_MESSAGE) and file.may_take_back,
        corrects=_may(Action.CORRECT_RECORD),
        service_records=_service_records(file) if _may(Action.CORRECT_RECORD) else {},
        changes_parties=_may(Action.CHANGE_PARTY),
        links_managed=_may(Action.MANAGE_LINK),
        gives_copies=_may(Action.GIVE_COPY) and file.case.is_application,
        types_replies=_may(Action.DELIVER_REPLY),
        replies={
            each.business_key: each.id
            for each in file.tasks
            if each.is_outside and each.business_key and each.id in doable
        },
        code_act=new_token() if _may_give_code(file) else "",
        codes_given=codes_given,
        code_owed=owes_code(file),
        reading_managed=file.case.is_application
        and _may(Action.MANAGE_READING)
        and settings().identification is not None,
        reads_enquiry=sessions.actor().has(*ANSWERERS),
        reading_problem=reading_problem,
    )


def _may(action: Action) -> bool:
    """Return True if the reader's roles allow the action; the command asks for this case."""
    return admits(action, sessions.actor().roles)


def _notes(file: CaseFile) -> dict[str, object]:
    chosen = request.args.get("notes", "")
    unheard = {each.first.id for each in file.unheard}
    return {
        "note_threads": worded_threads(file.notes, unheard, names_in(file.parties), chosen),
        "note_kinds": [(each.value, _(words)) for each, words in KINDS.items()],
        "note_kind": chosen if chosen in set(NoteKind) else "",
        "writes_notes": _may(Action.WRITE_NOTE),
        "agreed": [(day(on), on < day_of(file.moment)) for _note, on in agreed_days(file.notes)],
    }


def _registry(file: CaseFile) -> dict[str, object]:
    names = names_in(file.parties)
    tasks = {name: each.id for each in file.tasks for name in (each.form_key, each.business_key) if name}
    return {
        "arrived": worded_arrivals(
            reversed(file.arrivals), file.case.reference, file.case.received_at, names, tasks, file.moment
        ),
        "arrived_files": {each.id: each for each in file.attachments},
        "hidden": worded_hidden(file.hidden_documents),
        "hides": _may(Action.HIDE_DOCUMENT),
        "versions": file_versions(file.attachments),
        "registers": _may(Action.REGISTER_ARRIVAL),
        "meetings": worded_meetings(file.meetings, file.moment),
        "books": _may(Action.BOOK_MEETING),
    }


def standing_of(file: CaseFile) -> str:
    """Return one sentence: how the case ended, or whose turn it is."""
    case = file.case
    if case.state is CaseState.CLOSED:
        closed = _("Päättynyt %(day)s.", day=day(case.closed_at)) if case.closed_at else _("Päättynyt.")
        return f"{word(case.outcome, 'outcome')}. {closed}" if case.outcome else closed
    awaited = _awaited(file)
    of_staff = sorted((each for each in file.tasks if not each.is_outside), key=_is_later)
    if any(each.form_key == CONFIRMATION for each in of_staff):
        return _withdrawing(file, of_staff[:1])
    if awaited:
        return awaited
    if of_staff:
        [first] = with_purposes(of_staff[:1], file)
        return _("Vuorossa: %(task)s (%(role)s).", task=first.name, role=role_name(first.candidate_group))
    waiting = waits_for_parent(file)
    if waiting:
        return waiting
    if agreed := agreed_days(file.notes):
        return _("Vuorossa: sovittu yhteydenotto %(day)s.", day=day(agreed[0][1]))
    return _("Odottaa tapahtumaa tai ajan kulumista. Kenenkään ei tarvitse tehdä nyt mitään.")


def _withdrawing(file: CaseFile, tasks: list[UserTask]) -> str:
    [first] = with_purposes(tasks, file)
    return _(
        "Peruuttaminen odottaa varmistusta, eikä mitään kysytä ennen sitä. Vuorossa: %(task)s (%(role)s).",
        task=first.name,
        role=role_name(first.candidate_group),
    )


def _is_later(task: UserTask) -> bool:
    """False of the confirmation of a withdrawal: until it is done, what else is open may be for nothing."""
    return task.form_key != CONFIRMATION


def _awaited(file: CaseFile) -> str:
    """Return whose answer is awaited; empty where nobody's is. A letter that has not left asks nobody, and requests that stand
    still await nothing."""
    asked = [each for each in file.requests if each.is_open and each.answered_at is None and each.sent_at]
    if not asked:
        return ""
    if file.are_requests_paused:
        return _("Pyynnöt on pysäytetty, kunnes peruuttaminen on varmistettu henkilön kanssa.")
    whom = "; ".join(dict.fromkeys(request_name(each) for each in asked))
    running = [each for each in asked if each.reference not in file.unreached]
    if not running:
        return _(
            "Kysymys ei ole tavoittanut: %(whom)s. Määräaika seisoo, kunnes hän tietää siitä turvallista tietä.",
            whom=whom,
        )
    last = max((each.due_on for each in running if each.due_on), default=None)
    if last:
        return _("Odotamme vastausta: %(whom)s. Viimeistään %(day)s.", whom=whom, day=day(last))
    return _("Odotamme vastausta: %(whom)s.", whom=whom)


def clienthood_in_words(file: CaseFile) -> str:
    """Return since when the person is a client and by which decision, or until when; empty for who is none. A decision
    written down in a call admits nobody before its giver confirms it."""
    found = file.clienthood
    if found is None:
        waits = any(each.waits for each in file.oral_decisions)
        return _("Suullinen päätös odottaa päättäjän vahvistusta. Hän ei ole vielä asiakas.") if waits else ""
    began = {"since": day(found.since), "by": word(found.by, "clienthood_beginning")}
    if found.until is None and file.is_sent_back:
        return _(
            "Asiakas %(since)s alkaen, %(by)s. Päätös ei ole enää voimassa. Apu jatkuu siihen asti, kun asia on ratkaistu uudelleen.",
            **began,
        )
    if found.until is None:
        return _("Asiakas %(since)s alkaen, %(by)s. Asiakkuus jatkuu.", **began)
    ended = {"until": day(found.until), "ground": word(found.ground, "clienthood_end")}
    return _("Asiakkuus %(since)s – %(until)s. Alkoi %(by)s. Päättyi: %(ground)s.", **began, **ended)


def _named(file: CaseFile, key: str | None) -> str:
    """Return the name of the recipient whose delivery the message is about; empty for other messages."""
    party = named_after(key or "", file.parties)
    return party.name if party is not None else ""


def _letter(file: CaseFile, key: str | None) -> str:
    """Return the letter that may come back: two can be out to one recipient at a time."""
    attempt = next((each for each in reversed(file.deliveries) if each.business_key == key), None)
    served = next((each for each in file.resolutions if attempt and each.id == attempt.resolution_id), None)
    if attempt is None or attempt.dispatched_at is None or served is None:
        return _named(file, key)
    name = word(served.kind, "resolution_kind")
    return letter_words(name, served.number, _named(file, key), day_of(attempt.dispatched_at))


def _service_records(file: CaseFile) -> dict[UUID, UUID]:
    """Return, for the newest attempt at each recipient, the form in which its days were written down."""
    attempts = {each.business_key: each.id for each in file.deliveries}
    written = {each.business_key: each.id for each in file.submissions if each.form_key in _SERVICE_FORMS}
    return {attempts[key]: record for key, record in written.items() if key in attempts}


def _may_give_code(file: CaseFile) -> bool:
    """Return True if the reader may give the applicant a new code. A child's case has none: it is followed with the
    code of the application that opened it."""
    return _may(Action.GIVE_CODE) and file.parent is None and file.case.is_application


def _pictures(file: CaseFile) -> list[tuple[Picture, Markup]]:
    return [(each, drawing(each.svg)) for each in pictures(file)]


def _doable(tasks: tuple[UserTask, ...]) -> frozenset[UUID]:
    return frozenset(each.id for each in tasks if _may_do(each))


def _first(tasks: tuple[UserTask, ...], doable: frozenset[UUID]) -> UserTask | None:
    """Return the task to do first: the confirmation of a withdrawal, the authority's own, then replies recorded for someone
    else. None if there is none."""
    mine = sorted(
        (each for each in tasks if each.id in doable), key=lambda each: (_is_later(each), each.is_outside)
    )
    return mine[0] if mine else None


def _may_do(task: UserTask) -> bool:
    try:
        task.require_worker(sessions.actor())
    except Refusal:
        return False
    return True

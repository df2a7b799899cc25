"""Notes of a case: a short form, what was written, and drafts that are kept while one writes."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID, uuid4

from flask import Response, make_response, request, url_for

from engine.casework.contact_channels import open_ways, reached
from engine.clock import day_of
from engine.commands.notes import WORDS, KeepNoteDraft, WriteNote
from engine.domain.interpreters import CHOICES, Interpreter
from engine.domain.notes import (
    CONTACT_WAYS,
    ContactEntry,
    ContactNotSafe,
    NoteDetails,
    NoteDraftElsewhere,
    NoteKind,
    NotesRejected,
    NoteThread,
    PersonNotSafe,
    Settled,
    WaysHeld,
    agreed_days,
)
from engine.domain.parties import LANGUAGES
from engine.domain.policy import Action
from engine.errors import Conflict, Invalid
from engine.queries.notes import NotesPage, OpenNotes
from forms.texts import Refused, date_as_typed, to_date
from webapp.cases.blueprint import blueprint
from webapp.cases.refused_forms import RefusedForm, Typed, outdone, problems_in, sentences
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine, today
from webapp.http.notices import notify
from webapp.http.posted import uuid_in
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.dates import clock, day
from webapp.rendering.words.labels import language_name, word
from webapp.rendering.words.note_words import KINDS, WAYS, names_in, worded_threads
from webapp.rendering.words.pinned import pinned_words

BODY_LIMIT: Final = 8_000_000
"""A note of a million characters comes back with a sentence, and none of it is lost."""
FIELDS: Final = (
    "note",
    "kind",
    "who",
    "other",
    "way",
    "on",
    "hour",
    "interpreter",
    "interpreter_language",
    "text",
    "agreed",
    "follow_up_on",
    "to",
    "settles",
)
OTHER: Final = "other"
MET: Final = "met-"
"""Begins the question if an agreed contact is done; the id of its note ends it."""


@blueprint.get("/<reference>/notes")
@for_staff(action=Action.NOTES_PAGE)
def notes(reference: str) -> Response:
    return _page(reference)


@blueprint.post("/<reference>/notes")
@for_staff(action=Action.WRITE_NOTE, body_limit=BODY_LIMIT)
def write_note(reference: str) -> Response:
    typed = _posted()
    if request.form.get("go") == "discard":
        try:
            engine().perform(KeepNoteDraft(reference, {}, _draft_seen()), sessions.actor())
        except NoteDraftElsewhere as refused:
            return _page(reference, outdone(typed, refused.message))
        notify(_("Luonnos on hylätty."))
        return see_other("cases.notes", reference=reference)
    try:
        details = _details(typed)
        command = WriteNote(
            reference,
            _note_id(typed),
            details,
            despite=_has_seen_warning(typed),
            draft_seen=_draft_seen(),
            meets=_met(typed) if details.kind is NoteKind.CONTACT else frozenset(),
        )
        engine().perform(command, sessions.actor())
    except Invalid as refused:
        return _refused(reference, typed, refused)
    except Conflict as refused:
        return _page(reference, outdone(typed, refused.message))
    notify(_("Merkintä on tallennettu."))
    return see_other("cases.case", reference=reference, anchor="notes")


@blueprint.post("/<reference>/notes/draft")
@for_staff(action=Action.KEEP_NOTE_DRAFT, body_limit=BODY_LIMIT)
def note_draft(reference: str) -> Response:
    """Keep what is typed, and answer which draft the page holds now. A script posts here in the background; without one
    nothing does."""
    answer = make_response("", 204)
    page, over = (request.form.get(name, "") for name in ("draft_page", "draft_over"))
    draft = KeepNoteDraft(reference, _posted(), _draft_seen(), page, over)
    try:
        saved_at = engine().perform(draft, sessions.actor())
    except NoteDraftElsewhere:
        return make_response("", 409)
    if saved_at is not None:
        answer.headers["Draft-Saved"] = saved_at.isoformat()
    return answer


# ---------------------------------------------------------------- the page


def _refused(reference: str, typed: Typed, refused: Invalid) -> Response:
    found = problems_in(refused, "text")
    seen = _keep(reference, typed)
    unsafe = all(isinstance(each, ContactNotSafe | PersonNotSafe | WaysHeld) for each in found.values())
    problems = sentences(found)
    return _page(reference, RefusedForm(typed, problems, despite=_pair(typed) if unsafe else ""), seen)


def _keep(reference: str, typed: Typed) -> str:
    """Keep the draft. Return the moment of the one that the page holds."""
    try:
        saved_at = engine().perform(KeepNoteDraft(reference, typed, _draft_seen()), sessions.actor())
    except (Invalid, Conflict):
        # Too long for a draft, or another one stands: it is on the page.
        return _draft_seen() or ""
    return saved_at.isoformat() if saved_at is not None else ""


def _draft_seen() -> str | None:
    return request.form.get("draft_seen")


def _page(reference: str, refused: RefusedForm | None = None, seen: str | None = None) -> Response:
    page = engine().answer(OpenNotes(reference), sessions.actor())
    # Going on with one thread does not open what was begun in another.
    is_draft = refused is None and bool(page.draft) and _to() in ("", page.draft.get("to"))
    typed = refused.typed if refused else page.draft if is_draft else _beginning(page)
    stands = page.draft_saved_at.isoformat() if page.draft_saved_at else ""
    held = stands if is_draft else seen if seen is not None else _draft_seen() or ""
    chosen = request.args.get("kind", "")
    answered = next((each for each in page.threads if str(each.first.id) == typed.get("to")), None)
    return render(
        "cases/notes.html",
        refused.status if refused else 200,
        page=page,
        reference=reference,
        typed=typed,
        problems=refused.problems if refused else {},
        conflict=refused.conflict if refused else "",
        despite=refused.despite if refused else "",
        is_draft=is_draft,
        draft_seen=held,
        is_unsaved=refused is not None and _has_words(typed) and typed != page.draft,
        has_other_draft=bool(page.draft) and held != stands,
        answered=answered,
        agreed=_agreed(page, answered, typed),
        people=_people(page),
        ways=[(each, _(WAYS[each])) for each in CONTACT_WAYS],
        interpreters=[(each.value, word(each, "interpreter")) for each in CHOICES],
        languages=[(each, language_name(each)) for each in LANGUAGES],
        kinds=[(each.value, _(words)) for each, words in KINDS.items()],
        settled=[each.value for each in Settled],
        chosen=chosen if chosen in set(NoteKind) else "",
        threads=worded_threads(page.threads, page.unheard, names_in(page.parties), chosen),
        form_address=url_for("cases.write_note", reference=reference),
        **pinned_words(page.in_sight),
    )


def _beginning(page: NotesPage) -> Typed:
    """Return the form of somebody who has just put the phone down: most is filled in. The language that an interpreter spoke
    is not: only who was there knows it, and also if one was there with a person who needs one."""
    whom = reached(page.parties, day_of(page.in_sight.moment))
    safe = open_ways(page.parties, day_of(page.in_sight.moment))
    thread = next((each for each in page.threads if str(each.first.id) == _to()), None)
    # A statement is most often gone on with by the talk in which the person was heard about it.
    is_working = thread is not None and thread.first.kind is NoteKind.WORKING
    kind = NoteKind.WORKING if is_working else NoteKind.CONTACT
    needs_interpreter = whom is not None and whom.identity.get("interpreter_needed") == "yes"
    return {
        "note": str(uuid4()),
        "kind": kind.value,
        "who": str(whom.id) if whom and not whom.is_silent else "",
        "way": next((each for each in CONTACT_WAYS if each in safe), ""),
        "on": date_as_typed(today()),
        "hour": clock(page.moment),
        "interpreter": "" if needs_interpreter else Interpreter.NONE.value,
        "to": str(thread.first.id) if thread else "",
    }


def _to() -> str:
    """Return the id of the note that is gone on with; empty for a new one."""
    return request.args.get("to", "")


def _people(page: NotesPage) -> list[tuple[str, str]]:
    names = names_in(page.parties)
    unsafe = {each.id for each in page.parties if each.is_unsafe}
    found = []
    for each in page.parties:
        name = names[each.id]
        found.append((str(each.id), _("%(who)s – VAARALLINEN", who=name) if each.id in unsafe else name))
    return [*found, (OTHER, _("Joku muu"))]


# ---------------------------------------------------------------- what was posted


def _posted() -> dict[str, str]:
    names = (*FIELDS, *(name for name in request.form if name.startswith(MET)))
    return {name: request.form[name].replace("\r\n", "\n") for name in names if name in request.form}


def _has_words(typed: Typed) -> bool:
    return any(typed.get(name, "").strip() for name in WORDS)


def _note_id(typed: Typed) -> UUID:
    return uuid_in(typed.get("note", "")) or uuid4()


def _pair(typed: Typed) -> str:
    return f"{typed.get('who', '')} {typed.get('way', '')}"


def _has_seen_warning(typed: Typed) -> bool:
    """Return True if the page warned of this very person and way before."""
    return request.form.get("despite", "") == _pair(typed)


def _details(typed: Typed) -> NoteDetails:
    try:
        kind = NoteKind(typed.get("kind", ""))
    except ValueError:
        raise Invalid("Valitse merkinnän laji.", field="kind") from None
    settles = typed.get("settles", "")
    return NoteDetails(
        kind,
        typed.get("text", ""),
        contact=None if kind is NoteKind.WORKING and not typed.get("agreed", "").strip() else _entry(typed),
        refers_to=uuid_in(typed.get("to", "")),
        settles=Settled(settles) if settles in set(Settled) else None,
        follow_up_on=_day(typed, "follow_up_on"),
    )


def _entry(typed: Typed) -> ContactEntry:
    who, interpreter = typed.get("who", ""), typed.get("interpreter", "")
    if "interpreter" in typed and not interpreter:
        raise Invalid("Valitse, oliko tulkki mukana.", field="interpreter")
    is_interpreted = interpreter not in ("", Interpreter.NONE)
    return ContactEntry(
        party_id=uuid_in(who) if who != OTHER else None,
        other=typed.get("other", "").strip(),
        way=typed.get("way", ""),
        on=_day(typed, "on") or today(),
        hour=typed.get("hour", "").strip().replace(":", "."),
        agreed=typed.get("agreed", "").strip(),
        interpreted=interpreter,
        interpreter_language=typed.get("interpreter_language", "") if is_interpreted else "",
    )


def _met(typed: Typed) -> frozenset[UUID]:
    """Return the notes whose agreed contact is done. Raise NotesRejected where the page asked of a day that has come, and was
    not answered: the case would stay on the list, or leave it, by chance."""
    asked = {name: typed.get(name, "") for name in request.form.getlist("asked")}
    unanswered = [name for name, answer in asked.items() if not answer]
    if unanswered:
        raise NotesRejected(dict.fromkeys(unanswered, Invalid("Vastaa, hoituiko sovittu yhteydenotto nyt.")))
    ids = (
        uuid_in(name.removeprefix(MET))
        for name, answer in typed.items()
        if name.startswith(MET) and answer == "yes"
    )
    return frozenset(each for each in ids if each is not None)


def _agreed(page: NotesPage, answered: NoteThread | None, typed: Typed) -> list[tuple[str, str, str, bool]]:
    """Return the questions if agreed contacts are done: name, day, answer, and whether the day has come. What goes on with a
    thread takes the place of its days anyway."""
    others = [each for each in page.threads if answered is None or each.first.id != answered.first.id]
    found = []
    for note_id, on in agreed_days(others):
        name, has_come = f"{MET}{note_id}", on <= today()
        found.append((name, day(on), typed.get(name, "" if has_come else "no"), has_come))
    return found


def _day(typed: Typed, name: str) -> date | None:
    text = typed.get(name, "").strip()
    try:
        return to_date(text) if text else None
    except Refused:
        raise Invalid("Kirjoita päivä muodossa 24.12.2026.", field=name) from None

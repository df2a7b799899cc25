"""Meetings of a case: book, move, cancel one, note how it went. Typed text is never lost."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID, uuid4

from flask import Response, request, url_for

from engine.casework.page_drafts import BOOKING
from engine.commands.meetings import BookMeeting, EndMeeting
from engine.domain.meetings import (
    ENDINGS,
    InterpreterBarredBefore,
    InterpreterKnown,
    Meeting,
    MeetingAtSameHour,
    MeetingDetails,
    MeetingState,
    MeetingWay,
    MeetingWayNotSafe,
    usual_day,
)
from engine.domain.parties import LANGUAGES
from engine.domain.policy import Action
from engine.errors import Conflict, Invalid
from engine.queries.meetings import MeetingsPage, OpenMeetings
from forms.texts import Refused, date_as_typed, to_date
from webapp.cases.blueprint import blueprint
from webapp.cases.page_drafts import FormDraft, draft_of, draft_of_sent, held, keep_sent
from webapp.cases.refused_forms import RefusedForm, Typed, outdone, problems_in, sentences
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine, today
from webapp.http.notices import notify
from webapp.http.posted import id_in_words, uuid_in
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.dates import clock
from webapp.rendering.words.labels import language_name, word
from webapp.rendering.words.meeting_words import WAYS, worded_meetings
from webapp.rendering.words.note_words import names_in
from webapp.rendering.words.pinned import pinned_words

FIELDS: Final = (
    "meeting",
    "moves",
    "on",
    "hour",
    "way",
    "place",
    "language",
    "interpreter",
    "barred",
    "about",
    "others",
    "worker",
    "reason",
)
KEPT: Final = ("way", "place", "language", "interpreter", "barred", "about", "others")
"""Of a meeting that is moved: most stays as it was."""


@blueprint.get("/<reference>/meetings")
@for_staff(action=Action.MEETINGS_PAGE)
def meetings(reference: str) -> Response:
    return _page(reference)


@blueprint.post("/<reference>/meetings")
@for_staff(action=Action.BOOK_MEETING)
def book_meeting(reference: str) -> Response:
    typed = {name: request.form[name].replace("\r\n", "\n") for name in FIELDS if name in request.form}
    typed["parties"] = " ".join(request.form.getlist("parties"))
    moves = uuid_in(typed.get("moves", ""))
    form = _form_of(typed)
    try:
        command = BookMeeting(
            reference,
            id_in_words(typed.get("meeting", ""), typed),
            _details(typed),
            moves=moves,
            reason=typed.get("reason", ""),
            despite=request.form.get("despite", "") == _warned_of(typed),
            draft=held(form),
        )
        engine().perform(command, sessions.actor())
    except Invalid as refused:
        return _refused(reference, typed, refused)
    except Conflict as refused:
        return _page(reference, outdone(typed, refused.message))
    notify(
        _("Tapaaminen on siirretty. Kerro uusi aika henkilölle turvallisella tavalla.")
        if moves
        else _("Tapaaminen on sovittu. Asia palaa listalle sen päivänä.")
    )
    return see_other("cases.case", reference=reference, anchor="meetings")


@blueprint.post("/<reference>/meetings/<uuid:meeting_id>/ended")
@for_staff(action=Action.END_MEETING)
def end_meeting(reference: str, meeting_id: UUID) -> Response:
    chosen, outcome = request.form.get("state", ""), request.form.get("outcome", "").replace("\r\n", "\n")
    state = MeetingState(chosen) if chosen in set(ENDINGS) else MeetingState.BOOKED
    try:
        comes_back = engine().perform(
            EndMeeting(reference, meeting_id, state, outcome, held(_ended(meeting_id))), sessions.actor()
        )
    except Invalid as refused:
        ending = {"state": chosen, "outcome": outcome, "ends": str(meeting_id)}
        return _page(reference, RefusedForm(ending, {refused.field or "state": _(refused.message)}))
    missed = _(
        "Kirjattu. Asia palaa listalle seuraavana työpäivänä, jotta henkilöltä kysytään turvallisella tavalla."
    )
    cancelled = _("Kirjattu. Asia palaa listalle, jotta henkilölle kerrotaan turvallisella tavalla.")
    notify((missed if state is MeetingState.MISSED else cancelled) if comes_back else _("Kirjattu."))
    return see_other("cases.case", reference=reference, anchor="meetings")


# ---------------------------------------------------------------- the page


def _refused(reference: str, typed: Typed, refused: Invalid) -> Response:
    found = problems_in(refused, "on")
    is_warning = all(
        isinstance(each, InterpreterBarredBefore | InterpreterKnown | MeetingAtSameHour | MeetingWayNotSafe)
        for each in found.values()
    )
    problems = sentences(found)
    return _page(reference, RefusedForm(typed, problems, despite=_warned_of(typed) if is_warning else ""))


def _page(reference: str, refused: RefusedForm | None = None) -> Response:
    ending = refused.typed if refused and "ends" in refused.typed else {}
    sent = "" if not refused else _ended(ending["ends"]) if ending else _form_of(refused.typed)
    seen = keep_sent(reference, sent) if sent else ""
    page = engine().answer(OpenMeetings(reference), sessions.actor())

    def draft(form: str) -> FormDraft:
        return draft_of_sent(form, page.drafts, seen) if form == sent else draft_of(form, page.drafts)

    begun = _beginning(page)
    booking = draft(_form_of(refused.typed if refused and not ending else begun))
    typed = refused.typed if refused and not ending and refused.typed else booking.texts or begun
    moved = next((each for each in page.meetings if str(each.id) == typed.get("moves")), None)
    return render(
        "cases/meetings.html",
        refused.status if refused else 200,
        page=page,
        reference=reference,
        typed=typed,
        problems=refused.problems if refused else {},
        conflict=refused.conflict if refused else "",
        despite=refused.despite if refused else "",
        ending=ending,
        draft=booking,
        drafts={str(each.id): draft(_ended(each.id)) for each in page.meetings if each.is_booked},
        moved=worded_meetings([moved], page.moment)[0] if moved else None,
        ways=[(each.value, _(words)) for each, words in WAYS.items()],
        languages=_languages(typed.get("language", "")),
        unsafe=[
            ", ".join(part for part in (each.name, word(each.kind, "party")) if part) for each in page.unsafe
        ],
        parties=[(str(each), named) for each, named in names_in(page.may_come).items()],
        workers=[(str(each.id), each.name) for each in page.workers],
        phone_is_safe="phone" in page.safe_ways,
        meetings=worded_meetings(page.meetings, page.moment),
        form_address=url_for("cases.book_meeting", reference=reference),
        **pinned_words(page.in_sight),
    )


def _form_of(typed: Typed) -> str:
    """Return the form that is booked with: each meeting that is moved has one of its own."""
    return f"{BOOKING}/{typed['moves']}" if typed.get("moves") else BOOKING


def _ended(meeting_id: object) -> str:
    return f"{BOOKING}/{meeting_id}/ended"


def _beginning(page: MeetingsPage) -> Typed:
    asked = request.args.get("move", "")
    moved = next((each for each in page.meetings if str(each.id) == asked and each.is_booked), None)
    if moved is not None:
        return _moving(moved)
    return {
        "meeting": str(uuid4()),
        "on": date_as_typed(usual_day(today())),
        "way": MeetingWay.IN_PERSON.value,
        "language": page.language,
        "barred": page.barred,
        "parties": str(page.person.id) if page.person in page.may_come else "",
        "worker": _reader(),
    }


def _moving(meeting: Meeting) -> Typed:
    kept = {name: getattr(meeting, name) for name in KEPT}
    kept |= {"parties": " ".join(meeting.parties), "worker": str(meeting.worker_id or _reader())}
    return {"meeting": str(uuid4()), "moves": str(meeting.id), "hour": clock(meeting.begins_at), **kept}


def _reader() -> str:
    return str(sessions.actor().person_id or "")


def _languages(chosen: str) -> list[tuple[str, str]]:
    known = dict.fromkeys([*LANGUAGES, *([chosen] if chosen else [])])
    return [(each, language_name(each)) for each in known]


# ---------------------------------------------------------------- what was posted


def _details(typed: Typed) -> MeetingDetails:
    return MeetingDetails(
        on=_day(typed),
        hour=typed.get("hour", "").strip().replace(":", "."),
        way=typed.get("way", ""),
        place=typed.get("place", ""),
        language=typed.get("language", ""),
        interpreter=typed.get("interpreter", ""),
        barred=typed.get("barred", ""),
        about=typed.get("about", ""),
        parties=tuple(each for each in map(uuid_in, typed.get("parties", "").split()) if each),
        others=typed.get("others", ""),
        worker_id=uuid_in(typed.get("worker", "")),
    )


def _warned_of(typed: Typed) -> str:
    return " ".join(typed.get(name, "") for name in ("way", "interpreter", "on", "hour", "worker"))


def _day(typed: Typed) -> date | None:
    text = typed.get("on", "").strip()
    try:
        return to_date(text) if text else None
    except Refused:
        raise Invalid("Kirjoita päivä muodossa 24.12.2026.", field="on") from None

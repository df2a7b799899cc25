"""The urgent call: one page, kept while the caller talks; sending it opens the case, with what was decided aloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import compress
from typing import Final
from uuid import UUID, uuid4

from flask import Response, make_response, request

from engine.clock import day_of
from engine.commands.nameless_calls import RecordNamelessCall
from engine.commands.unfinished_calls import CallNotLeft, TakeCallOver
from engine.commands.urgent_calls import (
    CallRecorded,
    DropUrgentCall,
    KeepUrgentCall,
    OpenUrgentCall,
    RecordUrgentCall,
    UrgentCallPage,
)
from engine.domain.cases import CaseState
from engine.domain.notes import NoteDraftElsewhere
from engine.errors import AnothersCall, Invalid
from engine.queries.duplicates import LikelyDuplicatesOf
from engine.queries.search import Hit
from forms.drafts import Draft, partial
from forms.errors import AnswersRejected as TooLarge
from forms.submission import readable
from forms.texts import date_as_typed
from forms.typed import SKIP
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.limits import SEARCHING, draw
from webapp.http.notices import notify
from webapp.http.posted import PostedForm, posted_act, posted_form
from webapp.http.responses import render, see_other
from webapp.inbox.blueprint import BODY_LIMIT, INTAKE_STAFF, urgent_call
from webapp.inbox.repeated_calls import INTO, move_to_case
from webapp.rendering.forms.page import Problems, form_page, problems_of
from webapp.rendering.forms.steps import steps_of
from webapp.rendering.words.appointment_words import decider_in_words
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.likeness import search_limited, worded_hits

SAME_CALL: Final = timedelta(hours=12)
"""A case of a likely same person that came within this time may be the same call, taken by two."""
NAMES: Final = ("given_names", "family_name")
Hits = tuple[tuple[Hit, ...], bool]


@urgent_call.get("/")
@for_staff(*INTAKE_STAFF)
def call() -> Response:
    return _page(_opened(uuid4()), uuid4())


@urgent_call.get("/<uuid:call_id>")
@for_staff(*INTAKE_STAFF)
def unfinished(call_id: UUID) -> Response:
    """Go on with a call that was kept: after a break, the end of a session, another machine. Going back to one that is
    recorded leads to what it has become."""
    page = _opened(call_id)
    if page.recorded is None:
        return _page(page, call_id)
    if page.recorded.enquiry_id is None:
        return see_other("cases.case", reference=page.recorded.reference)
    return see_other("inbox.enquiry", enquiry_id=page.recorded.enquiry_id)


@urgent_call.post("/")
@for_staff(*INTAKE_STAFF, body_limit=BODY_LIMIT)
def record() -> Response:
    """Keep the call, or open the case. The act's name makes it one case, however often the button is pressed."""
    posted = posted_form("send", "act", "all")
    try:
        return _answer(_call_id(posted_act()), posted)
    except AnothersCall:
        return _beside(posted)


@urgent_call.post("/<uuid:call_id>/take")
@for_staff(*INTAKE_STAFF)
def take(call_id: UUID) -> Response:
    """Go on with a call that a colleague left."""
    try:
        engine().perform(TakeCallOver(call_id), sessions.actor())
    except CallNotLeft as refused:
        notify(_(refused.message), "warning")
        return see_other("inbox.index")
    return see_other("urgent.unfinished", call_id=call_id)


def _answer(call_id: UUID, posted: PostedForm) -> Response:
    page = _opened(call_id)
    try:
        typed = _typed(page, posted)
    except TooLarge as too_large:
        return _page(page, call_id, posted.sent, too_large.problems)
    if posted.button == "drop":
        return _page(page, call_id, typed, asks="drop")
    if posted.button == "drop-sure":
        engine().perform(DropUrgentCall(call_id), sessions.actor())
        notify(_("Puhelun luonnos on poistettu."))
        return see_other("inbox.index")
    try:
        return _done(page, call_id, typed, posted)
    except CallRecorded:
        return make_response("", 409) if posted.button == "quietly" else _anew(call_id, typed)


def _done(page: UrgentCallPage, call_id: UUID, typed: Draft, posted: PostedForm) -> Response:
    if posted.button == "enquiry":
        engine().perform(KeepUrgentCall(call_id, typed), sessions.actor())
        return _page(page, call_id, typed, asks="enquiry")
    if posted.button == "enquiry-sure":
        return _nameless(page, call_id, typed)
    if posted.button.startswith(INTO):
        return _into(page, call_id, typed, posted.button.removeprefix(INTO))
    if posted.button in ("send", "anyway") and not posted.row_buttons:
        return _record(page, call_id, typed, posted.button)
    return _keep(page, call_id, typed, posted)


def _anew(call_id: UUID, typed: Draft) -> Response:
    """Keep as a new call what was typed on the page of a recorded one: it may be the next caller's."""
    recorded = _opened(call_id).recorded
    why = _(
        "Tämä puhelu on jo kirjattu: %(reference)s. Teksti on nyt uuden puhelun luonnoksena. Jos puhelu oli sama, lisää puuttuva sinne ja poista luonnos. Jos se oli seuraava, tarkista ja lähetä luonnos.",
        reference=recorded.reference if recorded else "",
    )
    return _kept_as_new(typed, why)


def _beside(posted: PostedForm) -> Response:
    """Keep as a new call what was typed on the page of one that a colleague took over: it does not reach their page."""
    if posted.button == "quietly":
        return make_response("", 409)
    new_id = uuid4()
    page = _opened(new_id)
    try:
        typed = _typed(page, posted)
    except TooLarge as too_large:
        return _page(page, new_id, posted.sent, too_large.problems)
    why = _(
        "Puhelu oli jäänyt kesken, ja kollega jatkaa sitä. Teksti on nyt uuden puhelun luonnoksena. Kerro kollegalle, mitä kirjoitit, tai lähetä luonnos."
    )
    return _kept_as_new(typed, why)


def _kept_as_new(typed: Draft, why: str) -> Response:
    new_id = uuid4()
    try:
        engine().perform(KeepUrgentCall(new_id, typed), sessions.actor())
    except Invalid as refused:
        return _page(_opened(new_id), new_id, typed, problems_of(refused))
    notify(why, "warning")
    return see_other("urgent.unfinished", call_id=new_id)


def _keep(page: UrgentCallPage, call_id: UUID, typed: Draft, posted: PostedForm) -> Response:
    """Keep what is typed and show the page again. A script keeps it in the background, with no answer to read."""
    if posted.button == "nameless" and not posted.row_buttons:
        typed = _without_names(typed)
    try:
        engine().perform(KeepUrgentCall(call_id, typed), sessions.actor())
    except Invalid as refused:
        return _page(page, call_id, typed, problems_of(refused))
    if posted.row_buttons:
        return _page(page, call_id, typed)
    if posted.button == "quietly":
        return make_response("", 204)
    if posted.button == "look":
        if (free_at := draw(SEARCHING, str(sessions.actor().account_id))) is not None:
            notify(search_limited(free_at))
            return see_other("urgent.unfinished", call_id=call_id)
        return _page(page, call_id, typed, hits=_likely(page, typed))
    anchor = "q-given_names-skip-dont_want" if posted.button == "nameless" else None
    return see_other("urgent.unfinished", call_id=call_id, anchor=anchor)


def _record(page: UrgentCallPage, call_id: UUID, typed: Draft, button: str) -> Response:
    spoken = {} if page.spoken is None else partial(page.spoken, typed)
    try:
        if button == "send" and page.recorded is None and (twins := _same_call(page, typed))[0]:
            engine().perform(KeepUrgentCall(call_id, typed), sessions.actor())
            return _page(page, call_id, typed, hits=twins, asks="anyway")
        command = RecordUrgentCall(call_id, partial(page.form, typed), spoken)
        receipt = engine().perform(command, sessions.actor())
    except Invalid as refused:
        return _refused(page, call_id, typed, refused)
    notify(_("Asia %(reference)s on avattu. Kiireelliset toimet odottavat.", reference=receipt.reference))
    return see_other("cases.case", reference=receipt.reference)


def _into(page: UrgentCallPage, call_id: UUID, typed: Draft, reference: str) -> Response:
    try:
        return move_to_case(page, call_id, typed, reference)
    except Invalid as refused:
        engine().perform(KeepUrgentCall(call_id, typed), sessions.actor())
        hits = _same_call(page, typed)
        return _page(page, call_id, typed, problems_of(refused), hits=hits, asks="anyway")
    except NoteDraftElsewhere as refused:
        engine().perform(KeepUrgentCall(call_id, typed), sessions.actor())
        notify(_(refused.message), "warning")
        return see_other("urgent.unfinished", call_id=call_id)


def _nameless(page: UrgentCallPage, call_id: UUID, typed: Draft) -> Response:
    spoken = {} if page.spoken is None else partial(page.spoken, typed)
    command = RecordNamelessCall(call_id, partial(page.form, typed), spoken)
    try:
        receipt = engine().perform(command, sessions.actor())
    except Invalid as refused:
        return _refused(page, call_id, typed, refused)
    # Sent again, the same words show the same code: no cookie carries it to another page.
    return render("inbox/nameless_recorded.html", receipt=receipt)


def _refused(page: UrgentCallPage, call_id: UUID, typed: Draft, refused: Invalid) -> Response:
    """Show the mistakes beside their questions. What is typed is kept meanwhile."""
    engine().perform(KeepUrgentCall(call_id, typed), sessions.actor())
    return _page(page, call_id, typed, problems_of(refused))


def _call_id(act: str) -> UUID:
    try:
        return UUID(act)
    except ValueError:
        return uuid4()


def _opened(call_id: UUID) -> UrgentCallPage:
    return engine().answer(OpenUrgentCall(call_id, current_language().code), sessions.actor())


def _typed(page: UrgentCallPage, posted: PostedForm) -> Draft:
    spoken = {} if page.spoken is None else partial(page.spoken, posted.sent)
    return {**posted.typed(page.form), **spoken}


def _without_names(typed: Draft) -> Draft:
    """Return what is typed without a name: the person does not want to say it, or has not agreed that it is written."""
    kept = {name: texts for name, texts in typed.items() if name not in NAMES}
    return kept | {name + SKIP: ["dont_want"] for name in NAMES}


def _same_call(page: UrgentCallPage, typed: Draft) -> Hits:
    """Return likely the same person's cases that came just now, of which a colleague may have taken the same call, or that are
    open: the call belongs there. An emergency never waits for the limit of searches."""
    if draw(SEARCHING, str(sessions.actor().account_id)) is not None:
        return (), False
    hits, has_hidden = _likely(page, typed)
    came = page.now - SAME_CALL
    open_or_new = (each.case.state is not CaseState.CLOSED or each.case.received_at >= came for each in hits)
    return tuple(compress(hits, open_or_new)), has_hidden


def _likely(page: UrgentCallPage, typed: Draft) -> Hits:
    """Return who is likely the person of the call, from what is typed so far."""
    known = readable(page.form, partial(page.form, typed))
    # The number to ring back is the person's unless somebody else calls.
    ring_back = () if known.get("caller") == "other" else ("ring_back_phone",)
    details = {name: str(known.get(name) or "") for name in (*NAMES, "born_on", "phone", "email", *ring_back)}
    return engine().answer(LikelyDuplicatesOf(**details), sessions.actor())


def _page(
    page: UrgentCallPage,
    call_id: UUID,
    typed: Mapping[str, Sequence[str]] | None = None,
    problems: Problems | None = None,
    hits: Hits | None = None,
    *,
    asks: str = "",
) -> Response:
    today = day_of(page.now)
    usual = {name: [date_as_typed(today)] for name in ("consent_on", "decided_on")} | {"decided": ["no"]}
    shown = typed if typed is not None else {**usual, **page.typed}
    found = problems or {}
    form = form_page(page.form, say=_, typed=shown, problems=found)
    spoken = (
        None
        if page.spoken is None
        else form_page(
            page.spoken,
            say=_,
            typed={name: texts for name, texts in shown.items() if name in page.spoken.by_key},
            problems=found,
            choices={"person": {str(each.id): decider_in_words(each) for each in page.deciders}},
        )
    )
    return render(
        "inbox/urgent.html",
        422 if problems else 200,
        page=page,
        form=form,
        spoken=spoken,
        steps=steps_of(page.form, partial(page.form, shown), today=today),
        problems=[*form.problems, *(spoken.problems if spoken else ())],
        act=call_id,
        shows_all=request.form.get("all") == "yes",
        found=None if hits is None else (worded_hits(hits[0]), hits[1]),
        asks=asks,
    )

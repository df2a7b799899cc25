"""Coming back with a code: continue a saved form, read the status of the matter, or withdraw it."""

from __future__ import annotations

from flask import Response, render_template, request

from engine.commands.by_code import AddByCode, AskCallByCode, OpenQuestionByCode
from engine.commands.cases import WithdrawByCode
from engine.commands.parties import StopContactByCode
from engine.commands.public_drafts import new_token
from engine.domain.people import PUBLIC
from engine.errors import Invalid
from engine.queries.status import Status, StatusByCode
from webapp.http.access import open_to_all
from webapp.http.current import engine
from webapp.http.limits import CODES, SENDING, give_back, spend
from webapp.http.responses import render
from webapp.public import drafts, replies
from webapp.public.application_kinds import FORM_DOORS
from webapp.public.blueprint import blueprint
from webapp.public.form_steps import definition_of, show_step
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.code_disguise import code_in

_STAGES = ("received", "examined", "waiting_for_you", "decided", "closed")


@blueprint.get("/code")
@open_to_all
def code() -> str:
    return render_template("public/code.html", problem="")


@blueprint.post("/code")
@open_to_all
def come_back() -> Response:
    """Open what the code belongs to: a draft, a reply or a case. A wrong, an expired and an invented code look the same."""
    digits = _digits()
    if not digits:
        return _again(_("Kirjoita koodisi."))
    spend(CODES)
    opened = _opened(digits)
    if opened is None:
        return unknown()
    give_back(CODES)
    return opened


def _opened(digits: str) -> Response | None:
    reply = replies.resumed(digits)
    if reply is not None:
        return reply
    draft = drafts.resume_by_code(digits)
    if draft is not None and draft.form_key in FORM_DOORS:
        door = FORM_DOORS[draft.form_key]
        return show_step(door, definition_of(door), draft)
    status = engine().answer(StatusByCode(digits), PUBLIC)
    return None if status is None else _shown(status, digits)


@blueprint.post("/code/withdraw")
@open_to_all
def withdraw() -> Response:
    """Ask for confirmation, then withdraw when posted with ``sure``. A caseworker still confirms it with the person."""
    digits = _digits()
    if "sure" not in request.form:
        return render("public/withdraw.html", code=digits)
    spend(CODES)
    if not engine().perform(WithdrawByCode(digits), PUBLIC):
        return render("public/not_withdrawn.html", 409)
    give_back(CODES)
    return render("public/withdrawn.html")


@blueprint.post("/code/stop")
@open_to_all
def stop_contact() -> Response:
    """Ask first; the second POST carries ``sure``. A new way is never taken from here: others may hold the code too."""
    digits = _digits()
    if "sure" not in request.form:
        return render("public/stop.html", code=digits, outcome="ask")
    spend(CODES)
    if not engine().perform(StopContactByCode(digits), PUBLIC):
        return render("public/stop.html", 409, code="", outcome="refused")
    give_back(CODES)
    return render("public/stop.html", code="", outcome="stopped")


@blueprint.post("/code/call")
@open_to_all
def ask_call() -> Response:
    """Ask for a call to a number that was called safe before. No number is taken from here."""
    spend(CODES)
    is_asked = engine().perform(AskCallByCode(_digits()), PUBLIC)
    if is_asked is None:
        return unknown()
    give_back(CODES)
    return render("public/told.html", 200 if is_asked else 409, outcome="call" if is_asked else "no_number")


@blueprint.post("/code/add")
@open_to_all
def add() -> Response:
    """Store what the person adds. A mistake shows the page again with the words."""
    spend(CODES)
    spend(SENDING)
    digits, text = _digits(), request.form.get("addition", "")[:20_001]
    try:
        is_added = engine().perform(AddByCode(digits, text), PUBLIC)
    except Invalid as refused:
        return _with_status(digits, typed=text, problem=_(refused.message))
    if not is_added:
        return unknown()
    give_back(CODES)
    return render("public/told.html", outcome="added")


@blueprint.post("/code/answer")
@open_to_all
def answer() -> Response:
    """Show the form that answers a question. Its words are not shown by the code alone."""
    spend(CODES)
    key = new_token()
    asked = engine().perform(OpenQuestionByCode(_digits(), request.form.get("request", "")[:40], key), PUBLIC)
    give_back(CODES)
    return replies.page(key, asked)


def _with_status(digits: str, typed: str, problem: str) -> Response:
    status = engine().answer(StatusByCode(digits), PUBLIC)
    return unknown() if status is None else _shown(status, digits, typed, problem)


def _digits() -> str:
    return code_in(request.form.get("code", "")[:400])


def _shown(status: Status, digits: str, typed: str = "", problem: str = "") -> Response:
    return render(
        "public/status.html",
        422 if problem else 200,
        status=status,
        code=digits,
        ending=digits[-4:],
        stages=_stages(status.stage),
        typed=typed,
        problem=problem,
    )


def unknown() -> Response:
    """Show the answer for a wrong code, also used for one that has no effect here."""
    return _again(_("Tällä koodilla ei löydy mitään. Tarkista numerot."))


def _again(problem: str) -> Response:
    return render("public/code.html", 422, problem=problem)


def _stages(stage: str) -> list[tuple[str, str]]:
    """Return each stage of a matter with its state: done, current or later. Waiting is listed only while it lasts."""
    reached = _STAGES.index(stage) if stage in _STAGES else 0
    shown = [name for name in _STAGES if name != "waiting_for_you" or name == stage]
    places = {True: "done", False: "later"}
    return [(name, "current" if name == stage else places[_STAGES.index(name) < reached]) for name in shown]

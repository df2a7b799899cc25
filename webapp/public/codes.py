"""Coming back with a code: continue a saved form, read the status of the matter, or withdraw it."""

from __future__ import annotations

from flask import Response, render_template, request

from engine.commands.cases import WithdrawByCode
from engine.domain.people import PUBLIC
from engine.queries.status import Status, StatusByCode
from webapp.http.access import open_to_all
from webapp.http.current import engine
from webapp.http.limits import CODES, spend
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
    reply = replies.resumed(digits)
    if reply is not None:
        return reply
    draft = drafts.resume_by_code(digits)
    if draft is not None and draft.form_key in FORM_DOORS:
        door = FORM_DOORS[draft.form_key]
        return show_step(door, definition_of(door), draft)
    status = engine().answer(StatusByCode(digits), PUBLIC)
    return unknown() if status is None else _shown(status, digits)


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
    return render("public/withdrawn.html")


def _digits() -> str:
    return code_in(request.form.get("code", "")[:400])


def _shown(status: Status, digits: str) -> Response:
    stages = _stages(status.stage)
    return render("public/status.html", status=status, code=digits, ending=digits[-4:], stages=stages)


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

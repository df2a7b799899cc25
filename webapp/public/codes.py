"""Coming back with a code: continue a saved form, read the status of the matter, or withdraw it."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request

from engine.commands.by_code import AddByCode, AskCallByCode, OpenQuestionByCode
from engine.commands.cases import WithdrawByCode
from engine.commands.parties import StopContactByCode
from engine.commands.public_drafts import new_token
from engine.commands.taken_back import TakeBackByCode
from engine.domain.people import PUBLIC
from engine.errors import Invalid, NotFound
from engine.queries.status import IsCodeKnown, StatusByCode
from webapp.http.access import open_to_all
from webapp.http.current import engine
from webapp.http.limits import CODES, ONE_CODE, SENDING, give_back, require_within, spend
from webapp.http.responses import render
from webapp.public import drafts, replies
from webapp.public.application_kinds import FORM_DOORS
from webapp.public.blueprint import blueprint
from webapp.public.form_steps import to_step
from webapp.public.page_addresses import at_address, go_to
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.code_disguise import code_in

_EMPTY = marked("Kirjoita koodisi.")
_UNREADABLE = marked("Jokin sana ei ole koodin sanoja. Tarkista sanat ja niiden järjestys.")
_UNKNOWN = marked("Tällä koodilla ei löydy mitään. Tarkista numerot.")
_STAGES = ("received", "examined", "waiting_for_you", "decided", "closed")


@blueprint.get("/code")
@open_to_all
def code() -> str:
    return render_template("public/code.html", problem="", typed="")


@blueprint.post("/code")
@open_to_all
def come_back() -> Response:
    """Open what the code belongs to: a draft, a reply or a case. A wrong, an expired and an invented code look the same."""
    digits = _digits()
    if not digits:
        return _to_code_again("empty")
    spend_guess(digits)
    opened = _opened(digits)
    if opened is None:
        return unknown()
    give_back_guess(digits)
    return opened


def _opened(digits: str) -> Response | None:
    reply = replies.resumed(digits)
    if reply is not None:
        return reply
    draft = drafts.resume_by_code(digits)
    if draft is not None and draft.form_key in FORM_DOORS:
        return to_step(FORM_DOORS[draft.form_key], draft)
    status = engine().answer(StatusByCode(digits), PUBLIC)
    return None if status is None else _to_status(digits, _addition())


@blueprint.post("/code/withdraw")
@open_to_all
def withdraw() -> Response:
    """Ask for confirmation, then withdraw when posted with ``sure``. A caseworker still confirms it with the person."""
    digits = _digits()
    # The question too: it asks the holder of a right code to call where nobody can reach them.
    spend_guess(digits)
    if "sure" not in request.form:
        give_back_if_known(digits)
        return _to_outcome("withdraw", digits, "ask")
    if not engine().perform(WithdrawByCode(digits), PUBLIC):
        give_back_if_known(digits)
        return _to_outcome("withdraw", digits, "refused")
    give_back_guess(digits)
    return _to_outcome("withdraw", digits, "withdrawn")


@blueprint.post("/code/withdraw/take-back")
@open_to_all
def take_back() -> Response:
    """Take a withdrawal back at once. Where nothing can be taken back any more, the status says what has happened."""
    digits = _digits()
    spend_guess(digits)
    if not engine().perform(TakeBackByCode(digits), PUBLIC):
        return _to_status(digits) if give_back_if_known(digits) else unknown()
    give_back_guess(digits)
    return _to_outcome("withdraw", digits, "taken_back")


@at_address("withdraw")
def show_withdraw(code: str, outcome: str, typed: str = "") -> Response:
    if outcome == "refused":
        return render("public/not_withdrawn.html", 409)
    if outcome == "taken_back":
        return render("public/taken_back.html")
    status = engine().answer(StatusByCode(code), PUBLIC)
    return render(
        f"public/{'withdraw' if outcome == 'ask' else 'withdrawn'}.html",
        code=code,
        typed=typed,
        asks_to_call=status is not None and status.asks_to_call,
    )


@blueprint.post("/code/stop")
@open_to_all
def stop_contact() -> Response:
    """Ask first; the second POST carries ``sure``. A new way is never taken from here: others may hold the code too."""
    digits = _digits()
    # The question too: its way back tells whether the code is right.
    spend_guess(digits)
    if "sure" not in request.form:
        give_back_if_known(digits)
        return _to_outcome("stop", digits, "ask")
    if not engine().perform(StopContactByCode(digits), PUBLIC):
        give_back_if_known(digits)
        return _to_outcome("stop", digits, "refused")
    give_back_guess(digits)
    return _to_outcome("stop", digits, "stopped")


@at_address("stop")
def show_stop(code: str, outcome: str, typed: str = "") -> Response:
    status = 409 if outcome == "refused" else 200
    return render("public/stop.html", status, code=code, outcome=outcome, typed=typed)


@blueprint.post("/code/call")
@open_to_all
def ask_call() -> Response:
    """Ask for a call to a number that was called safe before. No number is taken from here."""
    digits = _digits()
    spend_guess(digits)
    is_asked = engine().perform(AskCallByCode(digits), PUBLIC)
    if is_asked is None:
        give_back_if_known(digits)
        return unknown()
    give_back_guess(digits)
    return _to_outcome("told", digits, "call" if is_asked else "no_number")


@at_address("told")
def show_outcome(code: str, outcome: str) -> Response:
    status = engine().answer(StatusByCode(code), PUBLIC) if outcome in ("call", "no_number") else None
    if status is not None and not status.may_be_called:
        outcome = "no_number"
    return render(
        "public/told.html",
        409 if outcome == "no_number" else 200,
        outcome=outcome,
        call_by=status.call_by if status and not status.is_call_late else None,
        is_called_after_hours_only=status is not None and status.is_called_after_hours_only,
    )


@blueprint.post("/code/add")
@open_to_all
def add() -> Response:
    """Store what the person adds. A mistake shows the page again with the words."""
    digits, text = _digits(), _addition()
    spend_guess(digits)
    spend(SENDING)
    try:
        is_added = engine().perform(AddByCode(digits, text), PUBLIC)
    except Invalid as refused:
        give_back_guess(digits)
        return _to_status(digits, text, refused.message)
    if not is_added:
        give_back_if_known(digits)
        return unknown()
    give_back_guess(digits)
    return _to_outcome("told", digits, "added")


@blueprint.post("/code/answer")
@open_to_all
def answer() -> Response:
    """Lead to the form that answers a question. What a caseworker wrote is not shown by the code alone."""
    digits, key = _digits(), new_token()
    spend_guess(digits)
    try:
        engine().perform(OpenQuestionByCode(digits, request.form.get("request", "")[:40], key), PUBLIC)
    except NotFound:
        give_back_if_known(digits)
        raise
    give_back_guess(digits)
    return replies.to_reply(key)


def spend_guess(digits: str) -> None:
    """Count a guess: of this source, and at this code from wherever it comes."""
    spend(CODES)
    require_within(ONE_CODE, digits)


def give_back_guess(digits: str) -> None:
    """Take the guess off again: the code was right."""
    give_back(CODES)
    give_back(ONE_CODE, digits)


def give_back_if_known(digits: str) -> bool:
    """Take the guess off again where the code is somebody's, though nothing came of it. Return True if it is."""
    is_known = engine().answer(IsCodeKnown(digits), PUBLIC)
    if is_known:
        give_back_guess(digits)
    return is_known


def _digits() -> str:
    return code_in(request.form.get("code", "")[:400])


def _addition() -> str:
    return request.form.get("addition", "")[:20_001]


def _to_outcome(kind: str, digits: str, outcome: str) -> Response:
    """Lead to what a press on the status leads to. Its way back leads to the status, with the words that were not sent; hence
    a wrong code was counted before."""
    typed = "" if outcome == "added" else _addition()
    status = {"code": digits, "typed": typed, "problem": ""}
    # A question is answered by a form of its own, which takes them along.
    along: dict[str, Any] = {"typed": typed} if outcome == "ask" else {}
    return go_to(kind, digits, back=("status", status), code=digits, outcome=outcome, **along)


def _to_status(digits: str, typed: str = "", problem: str = "") -> Response:
    return go_to("status", digits, code=digits, typed=typed, problem=problem)


@at_address("status")
def show_status(code: str, typed: str, problem: str) -> Response:
    status = engine().answer(StatusByCode(code), PUBLIC)
    if status is None:
        raise NotFound
    return render(
        "public/status.html",
        422 if problem else 200,
        status=status,
        code=code,
        ending=code[-4:],
        stages=_stages(status.stage),
        typed=typed,
        problem=_(problem) if problem else "",
    )


def unknown() -> Response:
    """Lead to the answer for a wrong code, also used for one that has no effect here."""
    return _to_code_again("unknown")


def _to_code_again(problem: str) -> Response:
    return go_to("code", is_counted=True, problem=problem, typed=request.form.get("code", "")[:400])


@at_address("code")
def show_code_again(problem: str, typed: str) -> Response:
    """Show the field again with what was typed: a word of a shopping list is mended, not written anew."""
    has_words = any(character.isalpha() for character in typed)
    number = len(code_in(typed))
    if problem == "empty":
        sentence = _(_UNREADABLE if has_words else _EMPTY)
    elif number == drafts.CODE_LENGTH or has_words:
        sentence = _(_UNKNOWN)
    else:
        sentence = _("Koodissa on 16 numeroa. Kirjoitit niitä %(number)s. Tarkista numerot.", number=number)
    return render("public/code.html", 422, problem=sentence, typed=typed)


def _stages(stage: str) -> list[tuple[str, str]]:
    """Return each stage of a matter with its state: done, current or later. Waiting is listed only while it lasts."""
    reached = _STAGES.index(stage) if stage in _STAGES else 0
    shown = [name for name in _STAGES if name != "waiting_for_you" or name == stage]
    places = {True: "done", False: "later"}
    return [(name, "current" if name == stage else places[_STAGES.index(name) < reached]) for name in shown]

"""Try-outs of a draft or a version: the real engine, invented people, a clock that can be set forward. Nothing is sent."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, time
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, send_file, url_for

from engine.clock import HELSINKI
from engine.commands.try_outs import STARTS, BeginTryOut, EndTryOut, KeepSteps
from engine.domain.people import Role
from engine.domain.scenarios import Step, TryOutRecord, with_step_between
from engine.errors import AnswersRejected, Conflict, Forbidden, Invalid, ModelRejected, NotFound, Outdated
from engine.queries.try_outs import OpenSource, Source
from engine.simulation.view import draft_letter, read_letter
from forms.errors import AnswersRejected as TooLarge
from forms.errors import Problem
from forms.typed import ADD_ROW, REMOVE_ROW
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.errors import status_of
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.http.posted import number_in
from webapp.rendering.words.catalogues import gettext as _
from webapp.studio.blueprint import blueprint
from webapp.studio.try_out_access import brought_as_far, opened
from webapp.studio.try_out_page import (
    Filled,
    Typed,
    WantedForm,
    page_of,
    scenarios_in,
    typed_now,
    wanted_form,
)
from webapp.studio.try_out_words import start_name

BODY_LIMIT = 2_000_000
"""A long letter and its reasons, several times over."""
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


@blueprint.get("/sources/<uuid:source_id>/try")
@for_staff(Role.PROCESS_OWNER)
def try_entrance(source_id: UUID) -> str:
    """Show the choice of a start, the running try-outs, and the scenarios to begin from."""
    source, records = engine().answer(OpenSource(source_id), sessions.actor())
    return render_template(
        "studio/try_start.html",
        source=source,
        records=records,
        starts=STARTS,
        start_name=start_name,
        scenarios=[each for each in scenarios_in(source).items() if each[1] is not None],
    )


@blueprint.post("/sources/<uuid:source_id>/try")
@for_staff(Role.PROCESS_OWNER)
def begin_try_out(source_id: UUID) -> Response:
    command = BeginTryOut(
        source_id, request.form.get("start", STARTS[0]), request.form.get("scenario") or None
    )
    return to_try_out(engine().perform(command, sessions.actor()))


@blueprint.get("/tries/<uuid:try_out_id>")
@for_staff(Role.PROCESS_OWNER)
def try_out(try_out_id: UUID) -> Response:
    record, source = opened(try_out_id)
    return shown(record, source)


@blueprint.post("/tries/<uuid:try_out_id>/form")
@for_staff(Role.PROCESS_OWNER, body_limit=BODY_LIMIT)
def try_form(try_out_id: UUID) -> Response:
    """Post a form of the try-out: hand it in, fill it with invented answers, or add or remove a row."""
    record, source = opened(try_out_id)
    go = request.form.get("go", "complete")
    wanted = wanted_form(record, request.args)
    with brought_as_far(record, source) as (try_out, _stopped):
        form = wanted.opened(try_out, current_language().code)
        try:
            typed = typed_now(form)
        except TooLarge as too_large:
            return shown(record, source, Filled(wanted, {}, too_large.problems), 422)
    if ADD_ROW in request.form or REMOVE_ROW in request.form:
        return shown(record, source, Filled(wanted, typed))
    if go in ("fill", "send") and form is not None:
        typed = form.invented()
    if go == "fill":
        return shown(record, source, Filled(wanted, typed))
    return _handed_in(record, source, wanted, typed)


def _handed_in(record: TryOutRecord, source: Source, form: WantedForm, typed: Typed) -> Response:
    """Take the form as a step; if it is refused, show it again with what was typed and what is wrong."""
    try:
        return _taken(record, source, form.step(typed))
    except AnswersRejected as rejected:
        return shown(record, source, Filled(form, typed, rejected.problems), 422)
    except Outdated:
        raise
    except (Invalid, Conflict, Forbidden) as refused:
        status = status_of(refused).value
        if isinstance(refused, Invalid) and refused.field:
            problem = Problem(refused.field, message=_(refused.message))
            return shown(record, source, Filled(form, typed, {refused.field: (problem,)}), status)
        return shown(record, source, Filled(form, typed, message=_(refused.message)), status)


@blueprint.post("/tries/<uuid:try_out_id>/step")
@for_staff(Role.PROCESS_OWNER)
def take_step(try_out_id: UUID) -> Response:
    """Let time pass, or report what happened outside the case."""
    record, source = opened(try_out_id)
    kind, subject = request.form.get("kind", ""), request.form.get("subject", "")
    if kind not in ("wait", "message") or not subject:
        raise Invalid(_("Valitse, mitä tapahtuu seuraavaksi."))
    try:
        return _taken(record, source, Step(kind, _moment(subject) if kind == "wait" else subject))
    except Outdated:
        raise
    except (Invalid, Conflict, NotFound) as refused:
        return shown(record, source, problem=_(refused.message), status=status_of(refused).value)


def _moment(text: str) -> str:
    """Return a typed day as its nine o'clock in ISO form; any other text as it is."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return text
    try:
        day = date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        raise Invalid(_("Tällaista päivää ei ole. Tarkista päivä ja kuukausi")) from None
    return datetime.combine(day, time(9), tzinfo=HELSINKI).isoformat()


def _taken(record: TryOutRecord, source: Source, step: Step) -> Response:
    """Take the step in memory first, so that a refused one is never stored. Recorded steps that no longer fit come after it."""
    seen = request.args.get("version", "")
    if seen != str(record.version):
        raise Outdated
    with brought_as_far(record, source) as (try_out, _stopped):
        count = len(try_out.steps)
        try_out.take(step)
    steps = with_step_between(record.steps, count, step)
    engine().perform(KeepSteps(record.id, steps, record.version), sessions.actor())
    return to_try_out(record.id)


@blueprint.post("/tries/<uuid:try_out_id>/back")
@for_staff(Role.PROCESS_OWNER)
def go_back_to_step(try_out_id: UUID) -> Response:
    """Take back all but the first steps, or leave out only the next one (`only`)."""
    record, _source = opened(try_out_id)
    count = number_in(request.form.get("count", ""))
    if count is None or count >= len(record.steps):
        raise Invalid(_("Tällaista vaihetta ei ole."))
    rest = record.steps[count + 1 :] if "only" in request.form else ()
    engine().perform(KeepSteps(record.id, (*record.steps[:count], *rest), record.version), sessions.actor())
    return to_try_out(record.id)


@blueprint.post("/tries/<uuid:try_out_id>/end")
@for_staff(Role.PROCESS_OWNER)
def end_try_out(try_out_id: UUID) -> Response:
    record, source = opened(try_out_id)
    engine().perform(EndTryOut(record.id), sessions.actor())
    engine().simulation.try_outs.forget(record.id)
    notify(_("Kokeilu on lopetettu. Siitä ei jäänyt mitään."))
    return make_response(redirect(url_for("studio.try_entrance", source_id=source.id), code=303))


@blueprint.get("/tries/<uuid:try_out_id>/letters/<int:number>")
@for_staff(Role.PROCESS_OWNER)
def try_letter(try_out_id: UUID, number: int) -> Response:
    """Send a letter as it would have been sent."""
    record, source = opened(try_out_id)
    with brought_as_far(record, source) as (try_out, _stopped):
        try:
            content = read_letter(try_out, number)
        except IndexError:
            raise NotFound from None
    return _pdf(content, f"{_('kokeilu')}-{number + 1}.pdf")


@blueprint.get("/tries/<uuid:try_out_id>/draft/<int:number>")
@for_staff(Role.PROCESS_OWNER)
def try_letter_draft(try_out_id: UUID, number: int) -> Response:
    """Send the letter that a task prepares or signs, as it is now."""
    record, source = opened(try_out_id)
    with brought_as_far(record, source) as (try_out, _stopped):
        try:
            content = draft_letter(try_out, number)
        except IndexError:
            raise NotFound from None
    return _pdf(content, f"{_('luonnos')}.pdf")


def _pdf(content: bytes, name: str) -> Response:
    return send_file(io.BytesIO(content), "application/pdf", as_attachment=True, download_name=name)


def to_try_out(try_out_id: UUID) -> Response:
    return make_response(redirect(url_for("studio.try_out", try_out_id=try_out_id), code=303))


def shown(
    record: TryOutRecord, source: Source, filled: Filled | None = None, status: int = 200, problem: str = ""
) -> Response:
    """Show the page of the try-out, or the findings for which the models cannot be run."""
    try:
        context = page_of(record, source, filled)
    except ModelRejected as rejected:
        html = render_template(
            "studio/try_stopped.html", source=source, record=record, findings=rejected.findings
        )
        return make_response(html, 200 if status == 200 else status)
    if problem:
        context["problem"] = problem
    return make_response(render_template("studio/try.html", **context), status)

"""Trying a draft or a version out: the real engine, invented people, a clock one can push. Nothing leaves the house."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, time
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, send_file, url_for

from engine.clock import HELSINKI
from engine.commands.try_outs import STARTS, BeginTryOut, EndTryOut, KeepSteps
from engine.domain.people import Role
from engine.domain.scenarios import Step, TryOut, with_step_between
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
from webapp.rendering.words.catalogues import gettext as _
from webapp.studio.parsing import number_in
from webapp.studio.try_words import start_name
from webapp.studio.tryout_access import box_as_far, opened, sandboxes
from webapp.studio.tryout_page import Filled, Typed, WantedForm, bench, scenarios_in, typed_now, wanted_form

BODY_LIMIT = 2_000_000
"""A long letter and its reasons, several times over."""
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/sources/<uuid:source_id>/try", view_func=try_entrance, methods=["GET"])
    blueprint.add_url_rule("/sources/<uuid:source_id>/try", view_func=begin_try_out, methods=["POST"])
    blueprint.add_url_rule("/tries/<uuid:run_id>", view_func=try_out, methods=["GET"])
    blueprint.add_url_rule("/tries/<uuid:run_id>/form", view_func=try_form, methods=["POST"])
    blueprint.add_url_rule("/tries/<uuid:run_id>/step", view_func=take_step, methods=["POST"])
    blueprint.add_url_rule("/tries/<uuid:run_id>/back", view_func=go_back_to_step, methods=["POST"])
    blueprint.add_url_rule("/tries/<uuid:run_id>/end", view_func=end_try_out, methods=["POST"])
    blueprint.add_url_rule("/tries/<uuid:run_id>/letters/<int:number>", view_func=try_letter, methods=["GET"])
    blueprint.add_url_rule(
        "/tries/<uuid:run_id>/draft/<int:number>", view_func=try_letter_draft, methods=["GET"]
    )


@for_staff(Role.PROCESS_OWNER)
def try_entrance(source_id: UUID) -> str:
    """Choose a start, go on with a run, or begin from a scenario."""
    source, runs = engine().answer(OpenSource(source_id), sessions.actor())
    return render_template(
        "studio/try_start.html",
        source=source,
        runs=runs,
        starts=STARTS,
        start_name=start_name,
        scenarios=[each for each in scenarios_in(source).items() if each[1] is not None],
    )


@for_staff(Role.PROCESS_OWNER)
def begin_try_out(source_id: UUID) -> Response:
    command = BeginTryOut(
        source_id, request.form.get("start", STARTS[0]), request.form.get("scenario") or None
    )
    return to_run(engine().perform(command, sessions.actor()))


@for_staff(Role.PROCESS_OWNER)
def try_out(run_id: UUID) -> Response:
    run, source = opened(run_id)
    return shown(run, source)


@for_staff(Role.PROCESS_OWNER, body_limit=BODY_LIMIT)
def try_form(run_id: UUID) -> Response:
    """A form of the try-out: handed in, filled with invented answers, or given another row."""
    run, source = opened(run_id)
    go = request.form.get("go", "complete")
    form = wanted_form(run, request.args)
    with box_as_far(run, source) as (box, _stopped):
        asked = form.asked(box, current_language().code)
        try:
            typed = typed_now(asked)
        except TooLarge as too_large:
            return shown(run, source, Filled(form, {}, too_large.problems), 422)
    if ADD_ROW in request.form or REMOVE_ROW in request.form:
        return shown(run, source, Filled(form, typed))
    if go in ("fill", "send") and asked is not None:
        typed = asked.invented()
    return shown(run, source, Filled(form, typed)) if go == "fill" else _handed_in(run, source, form, typed)


def _handed_in(run: TryOut, source: Source, form: WantedForm, typed: Typed) -> Response:
    """Taken as a step; or the form again with what was typed and what is wrong with it."""
    try:
        return _taken(run, source, form.step(typed))
    except AnswersRejected as rejected:
        return shown(run, source, Filled(form, typed, rejected.problems), 422)
    except Outdated:
        raise
    except (Invalid, Conflict, Forbidden) as refused:
        status = status_of(refused).value
        if isinstance(refused, Invalid) and refused.field:
            problem = Problem(refused.field, message=_(refused.message))
            return shown(run, source, Filled(form, typed, {refused.field: (problem,)}), status)
        return shown(run, source, Filled(form, typed, message=_(refused.message)), status)


@for_staff(Role.PROCESS_OWNER)
def take_step(run_id: UUID) -> Response:
    """Let time pass, or tell the case what happened outside it."""
    run, source = opened(run_id)
    do, what = request.form.get("do", ""), request.form.get("what", "")
    if do not in ("wait", "message") or not what:
        raise Invalid(_("Valitse, mitä tapahtuu seuraavaksi."))
    try:
        return _taken(run, source, Step(do, _moment(what) if do == "wait" else what))
    except Outdated:
        raise
    except (Invalid, Conflict, NotFound) as refused:
        return shown(run, source, problem=_(refused.message), status=status_of(refused).value)


def _moment(what: str) -> str:
    """A day as people write it begins its work at nine."""
    found = _DAY.fullmatch(what.strip())
    if found is None:
        return what
    try:
        day = date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        raise Invalid(_("Tällaista päivää ei ole. Tarkista päivä ja kuukausi")) from None
    return datetime.combine(day, time(9), tzinfo=HELSINKI).isoformat()


def _taken(run: TryOut, source: Source, step: Step) -> Response:
    """In the sandbox first: what is refused there is never kept. Steps that could not be taken any more come after it."""
    seen = request.args.get("version", "")
    if seen != str(run.version):
        raise Outdated
    with box_as_far(run, source) as (box, _stopped):
        count = len(box.steps)
        box.take(step)
    steps = with_step_between(run.steps, count, step)
    engine().perform(KeepSteps(run.id, steps, run.version), sessions.actor())
    return to_run(run.id)


@for_staff(Role.PROCESS_OWNER)
def go_back_to_step(run_id: UUID) -> Response:
    """Take back all but the first steps, or leave out only the next one (`only`)."""
    run, _source = opened(run_id)
    count = number_in(request.form.get("count", ""))
    if count is None or count >= len(run.steps):
        raise Invalid(_("Tällaista vaihetta ei ole."))
    rest = run.steps[count + 1 :] if "only" in request.form else ()
    engine().perform(KeepSteps(run.id, (*run.steps[:count], *rest), run.version), sessions.actor())
    return to_run(run.id)


@for_staff(Role.PROCESS_OWNER)
def end_try_out(run_id: UUID) -> Response:
    run, source = opened(run_id)
    engine().perform(EndTryOut(run.id), sessions.actor())
    sandboxes().forget(run.id)
    notify(_("Kokeilu on lopetettu. Siitä ei jäänyt mitään."))
    return make_response(redirect(url_for("studio.try_entrance", source_id=source.id), code=303))


@for_staff(Role.PROCESS_OWNER)
def try_letter(run_id: UUID, number: int) -> Response:
    """A letter as it would have gone out."""
    run, source = opened(run_id)
    with box_as_far(run, source) as (box, _stopped):
        try:
            content = read_letter(box, number)
        except IndexError:
            raise NotFound from None
    return _pdf(content, f"{_('kokeilu')}-{number + 1}.pdf")


@for_staff(Role.PROCESS_OWNER)
def try_letter_draft(run_id: UUID, number: int) -> Response:
    """The letter of a task that prepares or signs one, as it stands."""
    run, source = opened(run_id)
    with box_as_far(run, source) as (box, _stopped):
        try:
            content = draft_letter(box, number)
        except IndexError:
            raise NotFound from None
    return _pdf(content, f"{_('luonnos')}.pdf")


def _pdf(content: bytes, name: str) -> Response:
    return send_file(io.BytesIO(content), "application/pdf", as_attachment=True, download_name=name)


def to_run(run_id: UUID) -> Response:
    return make_response(redirect(url_for("studio.try_out", run_id=run_id), code=303))


def shown(
    run: TryOut, source: Source, filled: Filled | None = None, status: int = 200, problem: str = ""
) -> Response:
    """The workbench; what stops the models from running is said in its place."""
    try:
        context = bench(run, source, filled)
    except ModelRejected as rejected:
        html = render_template("studio/try_stopped.html", source=source, run=run, findings=rejected.findings)
        return make_response(html, 200 if status == 200 else status)
    if problem:
        context["problem"] = problem
    return make_response(render_template("studio/try.html", **context), status)

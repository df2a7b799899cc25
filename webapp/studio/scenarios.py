"""Scenarios: saved from a try-out, run on every check, shown with the flows that they pass."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup

from engine.commands.try_outs import RemoveScenario, SaveScenario
from engine.domain.people import Role
from engine.domain.scenarios import Expectations, Scenario, Step
from engine.errors import Invalid, ModelRejected, NotFound
from engine.queries.try_outs import OpenSource
from engine.simulation.people import with_names
from engine.simulation.scenario_coverage import CoveredDiagram, covered_diagrams
from engine.simulation.scenario_findings import findings_of
from engine.simulation.scenario_runner import ScenarioResult, happened
from engine.simulation.view import view_of
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.rendering.words.catalogues import gettext as _
from webapp.studio.blueprint import blueprint
from webapp.studio.try_out_access import brought_on, opened
from webapp.studio.try_outs import shown

_LONGEST_NAME = 50


@dataclass(frozen=True, slots=True)
class WordedResult:
    result: ScenarioResult
    sentences: tuple[str, ...]


@blueprint.get("/sources/<uuid:source_id>/scenarios")
@for_staff(Role.PROCESS_OWNER)
def scenarios(source_id: UUID) -> Response:
    """Run every scenario now, and show the diagrams with the flows that they pass."""
    source, _records = engine().answer(OpenSource(source_id), sessions.actor())
    try:
        image = engine().simulation.images.of(source.files)
    except ModelRejected as rejected:
        html = render_template(
            "studio/try_stopped.html", source=source, record=None, findings=rejected.findings
        )
        return make_response(html)
    results = engine().simulation.scenarios.results_of(source.files)
    flows = frozenset(flow for each in results for flow in each.flows)
    names = image.models.bundle.names_in(current_language().code)
    drawn = covered_diagrams(image.models.parsed, flows, names)
    wanted = request.args.get("picture") or (drawn[0].process_id if drawn else "")
    html = render_template(
        "studio/scenarios.html",
        source=source,
        results=[
            WordedResult(each, tuple(one.sentence for one in findings_of([each], names))) for each in results
        ],
        drawn=drawn,
        picture=next((_with_markup(each) for each in drawn if each.process_id == wanted), None),
        taken=sum(each.taken for each in drawn),
        flows=sum(each.flows for each in drawn),
    )
    return make_response(html)


def _with_markup(one: CoveredDiagram) -> tuple[CoveredDiagram, Markup]:
    return one, Markup(one.svg)  # noqa: S704 - drawn by us from numbers and escaped names


@blueprint.post("/tries/<uuid:try_out_id>/scenario")
@for_staff(Role.PROCESS_OWNER)
def save_scenario(try_out_id: UUID) -> Response:
    """Save the try-out's steps with the chosen expectations as a file of the draft."""
    record, source = opened(try_out_id)
    if not source.is_draft:
        raise NotFound
    title = request.form.get("title", "").strip()
    try:
        if not title:
            raise Invalid(_("Anna skenaariolle nimi."), field="title")
        with brought_on(record, source) as try_out:
            expect = _expected(happened(view_of(try_out)))
        steps = tuple(_nameable(each) for each in record.steps)
        scenario = Scenario(title[:200], record.begins_at, steps, expect)
        replaces = request.form.get("replaces") == "yes" and record.scenario is not None
        name = (
            record.scenario.rpartition("/")[2].removesuffix(".json")
            if replaces and record.scenario
            else slug(title)
        )
        engine().perform(SaveScenario(source.id, name, scenario, replaces=replaces), sessions.actor())
    except Invalid as invalid:
        return shown(record, source, status=422, problem=_(invalid.message))
    notify(_("Skenaario on tallennettu luonnokseen. Se ajetaan jokaisessa tarkistuksessa."))
    return make_response(redirect(url_for("studio.scenarios", source_id=source.id), code=303))


def _nameable(step: Step) -> Step:
    return replace(step, sent=with_names(step.sent), answers=with_names(step.answers))


def _expected(got: Expectations) -> Expectations:
    """Return the expectations that were ticked."""

    def ticked(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
        chosen = set(request.form.getlist(name))
        return tuple(each for each in values if each in chosen)

    return Expectations(
        milestones=ticked("milestones", got.milestones),
        letters=ticked("letters", got.letters),
        mails=ticked("mails", got.mails),
        waiting=ticked("waiting", got.waiting),
        counted=tuple(each for each in got.counted if each.name in request.form.getlist("mails")),
        outcome=got.outcome if "outcome" in request.form else None,
        closed=got.closed if "closed" in request.form else None,
    )


@blueprint.post("/drafts/<uuid:draft_id>/scenarios/remove")
@for_staff(Role.PROCESS_OWNER)
def remove_scenario(draft_id: UUID) -> Response:
    engine().perform(RemoveScenario(draft_id, request.form.get("path", "")), sessions.actor())
    notify(_("Skenaario on poistettu luonnoksesta."))
    return make_response(redirect(url_for("studio.scenarios", source_id=draft_id), code=303))


def slug(title: str) -> str:
    """Return a file name made from a title: plain letters, numbers and hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_NAME].strip("-") or "skenaario"

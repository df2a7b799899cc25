"""Scenarios: saved from a run, run on every check, drawn as the arrows they go over."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup

from engine.commands.try_outs import RemoveScenario, SaveScenario
from engine.domain.people import Role
from engine.domain.scenarios import Expectations, Scenario, Step
from engine.errors import Invalid, ModelRejected, NotFound
from engine.queries.try_outs import OpenSource
from engine.simulation.people import with_names
from engine.simulation.scenario_findings import findings
from engine.simulation.scenario_runner import Covered, Rehearsal, covered, happened
from engine.simulation.view import look
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.rendering.words.catalogues import gettext as _
from webapp.studio.trying import shown
from webapp.studio.tryout_access import box_of, opened, sandboxes

_LONGEST_NAME = 50


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/sources/<uuid:source_id>/scenarios", view_func=scenarios, methods=["GET"])
    blueprint.add_url_rule(
        "/drafts/<uuid:draft_id>/scenarios/remove", view_func=remove_scenario, methods=["POST"]
    )
    blueprint.add_url_rule("/tries/<uuid:run_id>/scenario", view_func=save_scenario, methods=["POST"])


@dataclass(frozen=True, slots=True)
class Told:
    """A scenario's result in words."""

    rehearsal: Rehearsal
    sentences: tuple[str, ...]


@for_staff(Role.PROCESS_OWNER)
def scenarios(source_id: UUID) -> Response:
    """Every scenario run now, and the diagrams with what all of them go over."""
    source, _runs = engine().answer(OpenSource(source_id), sessions.actor())
    language = current_language().code
    try:
        ground = sandboxes().grounds.of(source.files)
    except ModelRejected as rejected:
        html = render_template("studio/try_stopped.html", source=source, run=None, findings=rejected.findings)
        return make_response(html)
    found = sandboxes().rehearsals.of(source.files)
    flows = frozenset(flow for each in found for flow in each.flows)
    drawn = covered(ground.models.parsed, flows, language)
    wanted = request.args.get("picture") or (drawn[0].process_id if drawn else "")
    html = render_template(
        "studio/scenarios.html",
        source=source,
        told=[Told(each, tuple(one.sentence for one in findings([each], language))) for each in found],
        drawn=drawn,
        picture=next((_with_markup(each) for each in drawn if each.process_id == wanted), None),
        taken=sum(each.taken for each in drawn),
        flows=sum(each.flows for each in drawn),
    )
    return make_response(html)


def _with_markup(one: Covered) -> tuple[Covered, Markup]:
    return one, Markup(one.svg)  # noqa: S704 - drawn by us from numbers and escaped names


@for_staff(Role.PROCESS_OWNER)
def save_scenario(run_id: UUID) -> Response:
    """The run's steps and what is expected of them, as a file of the draft."""
    run, source = opened(run_id)
    if not source.is_draft:
        raise NotFound
    title = request.form.get("title", "").strip()
    try:
        if not title:
            raise Invalid(_("Anna skenaariolle nimi."), field="title")
        with box_of(run, source) as box:
            expect = _expected(happened(look(box)))
        steps = tuple(_nameable(each) for each in run.steps)
        scenario = Scenario(title[:200], run.begins_at, steps, expect)
        replaces = request.form.get("replaces") == "yes" and run.scenario is not None
        name = (
            run.scenario.rpartition("/")[2].removesuffix(".json")
            if replaces and run.scenario
            else slug(title)
        )
        engine().perform(SaveScenario(source.id, name, scenario, replaces=replaces), sessions.actor())
    except Invalid as invalid:
        return shown(run, source, status=422, problem=_(invalid.message))
    notify(_("Skenaario on tallennettu luonnokseen. Se ajetaan jokaisessa tarkistuksessa."))
    return make_response(redirect(url_for("studio.scenarios", source_id=source.id), code=303))


def _nameable(step: Step) -> Step:
    return replace(step, sent=with_names(step.sent), answers=with_names(step.answers))


def _expected(got: Expectations) -> Expectations:
    """Of what happened, that which was ticked."""

    def ticked(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
        chosen = set(request.form.getlist(name))
        return tuple(each for each in values if each in chosen)

    return Expectations(
        milestones=ticked("milestones", got.milestones),
        letters=ticked("letters", got.letters),
        mails=ticked("mails", got.mails),
        waiting=ticked("waiting", got.waiting),
        outcome=got.outcome if "outcome" in request.form else None,
        closed=got.closed if "closed" in request.form else None,
    )


@for_staff(Role.PROCESS_OWNER)
def remove_scenario(draft_id: UUID) -> Response:
    engine().perform(RemoveScenario(draft_id, request.form.get("path", "")), sessions.actor())
    notify(_("Skenaario on poistettu luonnoksesta."))
    return make_response(redirect(url_for("studio.scenarios", source_id=draft_id), code=303))


def slug(title: str) -> str:
    """A file's name from a title: plain letters, numbers and hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_NAME].strip("-") or "skenaario"

"""Promises: read as sentences, changed through lists, in force only after a second person confirmed each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup

from engine.commands.guardrails import BindPromisesFrom, PutPromise, RemovePromise
from engine.domain.people import Role
from engine.errors import Conflict, Invalid, NotFound, Refusal
from engine.models.comparing import changed_promises, meaning
from engine.queries.guardrails import SHAPES, DrawBreaches, OpenPromises, Promises
from engine.queries.models import CheckModelDraft, DraftPage
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.errors import status_of
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.rendering.words.catalogues import gettext as _
from webapp.studio.comparing import milestone_names
from webapp.studio.drafts import opened
from webapp.studio.promise_form import PLACES, form_of, problems_of, rule_of, typed_form
from webapp.studio.saving import seen_mark
from webapp.studio.versions import READERS

NEW = "new"


def register(blueprint: Blueprint) -> None:
    rule = "/drafts/<uuid:draft_id>/promises"
    blueprint.add_url_rule(rule, view_func=promises, methods=["GET"])
    blueprint.add_url_rule(rule, view_func=bind_from, methods=["POST"])
    blueprint.add_url_rule(f"{rule}/<key>", view_func=promise, methods=["GET"])
    blueprint.add_url_rule(f"{rule}/<key>", view_func=put_promise, methods=["POST"])


@for_staff(*READERS)
def promises(draft_id: UUID) -> str:
    """With `?check`, each says whether it holds on every path of the draft."""
    return _list(draft_id)


@for_staff(Role.PROCESS_OWNER)
def bind_from(draft_id: UUID) -> Response:
    typed = request.form.get("effective_from", "").strip()
    try:
        day, month, year = (int(each) for each in typed.split("."))
        command = BindPromisesFrom(draft_id, date(year, month, day), request.form.get("seen", ""))
    except ValueError:
        return make_response(_list(draft_id, _("Kirjoita päivä näin: 1.12.2026."), typed), 422)
    try:
        engine().perform(command, sessions.actor())
    except Refusal as refusal:
        return make_response(_list(draft_id, _(refusal.message), typed), status_of(refusal).value)
    notify(_("Voimaantulo on tallennettu luonnokseen."))
    return _to_list(draft_id)


@for_staff(Role.PROCESS_OWNER)
def promise(draft_id: UUID, key: str) -> str:
    page, found = _editable(draft_id)
    stored = _stored(found, key)
    return _form(page, found, stored, form_of(stored or {}), {})


@for_staff(Role.PROCESS_OWNER)
def put_promise(draft_id: UUID, key: str) -> Response:
    """Three buttons: what it would mean, save, remove."""
    page, found = _editable(draft_id)
    stored = _stored(found, key)
    button = request.form.get("do", "save")
    shown = typed_form(request.form, stored)
    problems = {} if button == "remove" else problems_of(shown, stored, found)
    if button == "show":
        return make_response(_form(page, found, stored, shown, problems))
    if problems:
        return make_response(_form(page, found, stored, shown, problems), 422)
    seen = request.form.get("seen", "")
    command = (
        RemovePromise(draft_id, key, seen)
        if button == "remove"
        else PutPromise(draft_id, rule_of(shown, stored, found), seen)
    )
    try:
        engine().perform(command, sessions.actor())
    except (Invalid, Conflict) as refusal:
        refused = _form(page, found, stored, shown, {"top": _(refusal.message)})
        return make_response(refused, status_of(refusal).value)
    notify(_("Lupaus on tallennettu luonnokseen. Se sitoo vasta, kun toinen henkilö on vahvistanut sen."))
    return _to_list(draft_id)


def _editable(draft_id: UUID) -> tuple[DraftPage, Promises]:
    page = opened(draft_id)
    if page.summary.draft.state != "editing":
        raise Conflict("Luonnos on jo lähetetty julkaistavaksi. Tee muutokset uuteen luonnokseen.")
    return page, engine().answer(OpenPromises(draft_id), sessions.actor())


def _stored(found: Promises, key: str) -> Mapping[str, Any] | None:
    """None for a new one."""
    if key == NEW:
        return None
    stored = next((each for each in found.rules if each["key"] == key), None)
    if stored is None:
        raise NotFound
    return stored


def _list(draft_id: UUID, problem: str = "", typed: str = "") -> str:
    page = opened(draft_id)
    found = engine().answer(OpenPromises(draft_id), sessions.actor())
    checked = None
    if "check" in request.args:
        checked = engine().answer(CheckModelDraft(draft_id, current_language().code), sessions.actor())
    return render_template(
        "studio/promises.html",
        page=page,
        found=found,
        seen=seen_mark(found.content),
        changed=set(changed_promises(found.in_use, found.content)),
        verdicts=None if checked is None else _verdicts(found, checked),
        drawn=_drawn(draft_id, checked or ()),
        tell=_tell,
        effective_from=typed or _typed_day(found.effective_from),
        problem=problem,
    )


def _drawn(draft_id: UUID, checked: tuple[Any, ...]) -> Mapping[str, list[tuple[str, Markup]]]:
    """By promise: each diagram that the breaking way leads through, by its name."""
    ways = {
        each.values["guardrail"]: each.path for each in checked if each.path and "guardrail" in each.values
    }
    if not ways:
        return {}
    drawn = engine().answer(DrawBreaches(draft_id, ways, current_language().code), sessions.actor())
    return {
        rule: [(each.name, Markup(each.svg)) for each in stages]  # noqa: S704 - drawn by us from numbers and escaped names
        for rule, stages in drawn.items()
    }


def _verdicts(found: Promises, checked: tuple[Any, ...]) -> dict[str, Any]:
    """Promise to the finding against it; `None` when it holds. Nothing is proved while a drawing has errors."""
    unproved = any(each.severity == "error" and not each.code.startswith("promise_") for each in checked)
    against = {each.values["guardrail"]: each for each in checked if "guardrail" in each.values}
    return {
        str(each["key"]): against.get(each["key"], "unproved" if unproved else None) for each in found.rules
    }


def _form(
    page: DraftPage,
    found: Promises,
    stored: Mapping[str, Any] | None,
    shown: dict[str, Any],
    problems: Mapping[str, str],
) -> str:
    names = milestone_names()
    has_shape = stored is None or stored.get("template") in SHAPES
    spoken = rule_of(shown, stored, found) if not has_shape or shown["template"] in SHAPES else None
    return render_template(
        "studio/promise.html",
        page=page,
        shown=shown,
        stored=stored,
        has_shape=has_shape,
        problems=problems,
        seen=request.form.get("seen") or seen_mark(found.content),
        shapes=[(name, _tell({"template": name, "a": ["A"], "b": ["B"]})) for name in SHAPES],
        scopes=sorted(found.scopes.items(), key=lambda each: each[1]),
        milestones=sorted(((key, names.get(key, key)) for key in found.milestones), key=lambda each: each[1]),
        facts=[
            (f"{name}={value}", f"{name}: {value}")
            for name, values in found.facts.items()
            for value in values
        ],
        places={name: max(most, len(shown[name]) + 1) for name, most in PLACES.items()},
        told=_tell(spoken) if spoken and not problems else "",
    )


def _tell(rule: Mapping[str, Any]) -> str:
    return meaning(rule, current_language().code, milestone_names())


def _typed_day(iso: str) -> str:
    on = date.fromisoformat(iso)
    return f"{on.day}.{on.month}.{on.year}"


def _to_list(draft_id: UUID) -> Response:
    return make_response(redirect(url_for("studio.promises", draft_id=draft_id), code=303))

"""Guardrails, called promises on screen: shown as sentences, changed through lists, each confirmed by a second person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, request
from markupsafe import Markup

from engine.commands.guardrails import BindGuardrailsFrom, PutGuardrail, RemoveGuardrail
from engine.domain.people import Role
from engine.errors import Conflict, Invalid, NotFound, Refusal
from engine.models.comparing import changed_guardrails, meaning
from engine.models.diagram_gate import PUBLISHING, UNJUDGED
from engine.queries.guardrails import SHAPES, DrawBreaches, GuardrailsPage, OpenGuardrails
from engine.queries.models import CheckModelDraft, DraftPage, Finding
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.errors import status_of
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.http.responses import render, see_other
from webapp.rendering.assets import drawing
from webapp.rendering.words.catalogues import gettext as _
from webapp.studio.blueprint import READERS, blueprint
from webapp.studio.draft_files import seen_mark
from webapp.studio.drafts import editable, opened
from webapp.studio.guardrail_form import PLACES, form_of, guardrail_of, problems_of, typed_form
from webapp.studio.words import milestone_names

NEW = "new"


@blueprint.get("/drafts/<uuid:draft_id>/guardrails")
@for_staff(*READERS)
def guardrails(draft_id: UUID) -> Response:
    """List the guardrails; with `?check`, each with its verdict over all ways through the draft."""
    return _list(draft_id)


@blueprint.post("/drafts/<uuid:draft_id>/guardrails")
@for_staff(Role.PROCESS_OWNER)
def bind_from(draft_id: UUID) -> Response:
    """Set the day from which changed guardrails bind."""
    typed = request.form.get("effective_from", "").strip()
    try:
        day, month, year = (int(each) for each in typed.split("."))
        command = BindGuardrailsFrom(draft_id, date(year, month, day), request.form.get("seen", ""))
    except ValueError:
        return _list(draft_id, 422, _("Kirjoita päivä näin: 1.12.2026."), typed)
    try:
        engine().perform(command, sessions.actor())
    except Refusal as refusal:
        return _list(draft_id, status_of(refusal), _(refusal.message), typed)
    notify(_("Voimaantulo on tallennettu luonnokseen."))
    return _to_list(draft_id)


@blueprint.get("/drafts/<uuid:draft_id>/guardrails/<key>")
@for_staff(Role.PROCESS_OWNER)
def guardrail(draft_id: UUID, key: str) -> Response:
    page, found = _editable(draft_id)
    stored = _stored(found, key)
    return _form(page, found, stored, form_of(stored or {}), {})


@blueprint.post("/drafts/<uuid:draft_id>/guardrails/<key>")
@for_staff(Role.PROCESS_OWNER)
def put_guardrail(draft_id: UUID, key: str) -> Response:
    """Preview the guardrail's meaning, save it or remove it, depending on the button."""
    page, found = _editable(draft_id)
    stored = _stored(found, key)
    button = request.form.get("do", "save")
    shown = typed_form(request.form, stored)
    problems = {} if button == "remove" else problems_of(shown, stored, found)
    if button == "show":
        return _form(page, found, stored, shown, problems)
    if problems:
        return _form(page, found, stored, shown, problems, 422)
    seen = request.form.get("seen", "")
    command = (
        RemoveGuardrail(draft_id, key, seen)
        if button == "remove"
        else PutGuardrail(draft_id, guardrail_of(shown, stored, found), seen)
    )
    try:
        engine().perform(command, sessions.actor())
    except (Invalid, Conflict) as refusal:
        return _form(page, found, stored, shown, {"top": _(refusal.message)}, status_of(refusal))
    notify(_("Lupaus on tallennettu luonnokseen. Se sitoo vasta, kun toinen henkilö on vahvistanut sen."))
    return _to_list(draft_id)


def _editable(draft_id: UUID) -> tuple[DraftPage, GuardrailsPage]:
    return editable(draft_id), engine().answer(OpenGuardrails(draft_id), sessions.actor())


def _stored(found: GuardrailsPage, key: str) -> Mapping[str, Any] | None:
    """Return the guardrail with this key; None for a new one."""
    if key == NEW:
        return None
    stored = next((each for each in found.guardrails if each["key"] == key), None)
    if stored is None:
        raise NotFound
    return stored


def _list(draft_id: UUID, status: int = 200, problem: str = "", typed: str = "") -> Response:
    page = opened(draft_id)
    found = engine().answer(OpenGuardrails(draft_id), sessions.actor())
    checked = None
    if "check" in request.args:
        # Asked for by a button: here a guardrail is proved as it will be for a publication.
        asked = CheckModelDraft(draft_id, current_language().code, PUBLISHING)
        checked = engine().answer(asked, sessions.actor())
    return render(
        "studio/guardrails.html",
        status,
        page=page,
        found=found,
        seen=seen_mark(found.content),
        changed=set(changed_guardrails(found.in_use, found.content)),
        verdicts=None if checked is None else _verdicts(found, checked),
        drawn=_drawn(draft_id, checked or ()),
        meanings=_meanings_of(found.guardrails),
        effective_from=typed or _typed_day(found.effective_from),
        problem=problem,
    )


def _drawn(draft_id: UUID, checked: Sequence[Finding]) -> Mapping[str, list[tuple[str, Markup]]]:
    """Return, for each broken guardrail, name and drawing of the diagrams that its counterexample passes."""
    ways = {
        each.values["guardrail"]: each.path for each in checked if each.path and "guardrail" in each.values
    }
    if not ways:
        return {}
    drawn = engine().answer(DrawBreaches(draft_id, ways, current_language().code), sessions.actor())
    return {
        guardrail: [(each.name, drawing(each.svg)) for each in stages] for guardrail, stages in drawn.items()
    }


def _verdicts(found: GuardrailsPage, checked: Sequence[Finding]) -> dict[str, Finding | str | None]:
    """Return, for each guardrail, the finding against it; None if it holds as far as the drawing can be read, and
    `unproved` if none of it can."""
    unproved = any(each.code in UNJUDGED for each in checked)
    against = {key: each for each in checked for key in each.guardrails}
    return {
        str(each["key"]): against.get(each["key"], "unproved" if unproved else None)
        for each in found.guardrails
    }


def _form(
    page: DraftPage,
    found: GuardrailsPage,
    stored: Mapping[str, Any] | None,
    shown: dict[str, Any],
    problems: Mapping[str, str],
    status: int = 200,
) -> Response:
    names = milestone_names()
    has_shape = stored is None or stored.get("template") in SHAPES
    shapes = _meanings_of([{"template": name, "a": ["A"], "b": ["B"]} for name in SHAPES])
    spoken = guardrail_of(shown, stored, found) if not has_shape or shown["template"] in SHAPES else None
    return render(
        "studio/guardrail.html",
        status,
        page=page,
        shown=shown,
        stored=stored,
        has_shape=has_shape,
        problems=problems,
        seen=request.form.get("seen") or seen_mark(found.content),
        shapes=list(zip(SHAPES, shapes, strict=True)),
        scopes=sorted(found.scopes.items(), key=lambda each: each[1]),
        milestones=sorted(((key, names.get(key, key)) for key in found.milestones), key=lambda each: each[1]),
        facts=[
            (f"{name}={value}", f"{name}: {value}")
            for name, values in found.facts.items()
            for value in values
        ],
        places={name: max(most, len(shown[name]) + 1) for name, most in PLACES.items()},
        meaning=_meanings_of([spoken])[0] if spoken and not problems else "",
    )


def _meanings_of(guardrails: Iterable[Mapping[str, Any]]) -> list[str]:
    names = milestone_names()
    return [meaning(each, current_language().code, names) for each in guardrails]


def _typed_day(iso: str) -> str:
    on = date.fromisoformat(iso)
    return f"{on.day}.{on.month}.{on.year}"


def _to_list(draft_id: UUID) -> Response:
    return see_other("studio.guardrails", draft_id=draft_id)

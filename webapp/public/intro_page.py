"""The page before the first question: how to leave quickly, and what stays behind."""

from __future__ import annotations

from flask import render_template

from engine.errors import NotFound
from webapp.http.access import open_to_all
from webapp.public.application_kinds import DOORS
from webapp.public.blueprint import blueprint


@blueprint.get("/<door>")
@open_to_all
def before(door: str) -> str:
    if door not in DOORS:
        raise NotFound
    return render_template("public/before.html", door=door, texts=DOORS[door])

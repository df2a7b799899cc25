"""Two versions side by side: drawn, and as a list of changes."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from markupsafe import Markup

from engine.models.comparing import Detail
from engine.queries.comparing import CompareModels, DrawnPair
from engine.queries.models import ListModels, Studio
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.posted import uuid_in
from webapp.rendering.assets import drawing
from webapp.studio.blueprint import READERS, blueprint
from webapp.studio.words import words

LONG = 60
"""Characters; a longer text is shown once, with its changed words marked."""


@blueprint.get("/compare")
@for_staff(*READERS)
def compare() -> str:
    """Compare the two versions in the address; without any, the version in use and the newest draft."""
    studio = engine().answer(ListModels(), sessions.actor())
    before, after = uuid_in(request.args.get("before", "")), uuid_in(request.args.get("after", ""))
    if before is None or after is None:
        first, second = _likely(studio)
        before, after = before or first, after or second
    if before is None or after is None:
        return render_template("studio/compare.html", compared=None, studio=studio)
    compared = engine().answer(CompareModels(before, after, words()), sessions.actor())
    return render_template("studio/compare.html", compared=compared, studio=studio, drawn=drawn, shown=shown)


def drawn(pair: DrawnPair) -> tuple[Markup, Markup]:
    """Return the drawings before and after as safe markup."""
    return drawing(pair.before), drawing(pair.after)


def shown(detail: Detail) -> dict[str, object]:
    """Return a detail for the template: two short texts, or one text with its changes marked."""
    before, after = detail.before, detail.after
    is_short = len(before) <= LONG and len(after) <= LONG and "\n" not in before + after
    return {
        "label": detail.label,
        "before": before,
        "after": after,
        "spans": () if is_short or not before or not after else detail.spans,
    }


def _likely(studio: Studio) -> tuple[UUID | None, UUID | None]:
    versions = [each.deployment.id for each in studio.deployments]
    if studio.drafts:
        draft = studio.drafts[0].draft
        return draft.based_on, draft.id
    return (versions[1], versions[0]) if len(versions) > 1 else (None, None)

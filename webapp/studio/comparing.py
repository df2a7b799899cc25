"""Two versions side by side: drawn, and as a list of what changed."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request
from markupsafe import Markup

from engine.domain.cases import Outcome
from engine.domain.people import Role
from engine.errors import NotFound
from engine.models.comparing import Detail, Words
from engine.queries.comparing import ComparedModels, CompareModels, DrawnPair
from engine.queries.models import ListModels, Studio
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.rendering.timeline.sentences import MILESTONES
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.menu import role_name
from webapp.studio.versions import READERS
from webapp.studio.words import outcome_name

LONG = 60
"""Characters; what is longer is shown as one text with its changed words marked."""


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/compare", view_func=compare, methods=["GET"])


@for_staff(*READERS)
def compare() -> str:
    """The address names both; without them what is most likely meant: what runs, and the newest draft."""
    studio = engine().answer(ListModels(), sessions.actor())
    before, after = _chosen("before"), _chosen("after")
    if before is None or after is None:
        first, second = _likely(studio)
        before, after = before or first, after or second
    if before is None or after is None:
        return render_template("studio/compare.html", compared=None, studio=studio)
    return render_template(
        "studio/compare.html", compared=compared(before, after), studio=studio, drawn=drawn, shown=shown
    )


def compared(before: UUID, after: UUID) -> ComparedModels:
    return engine().answer(CompareModels(before, after, words()), sessions.actor())


def words() -> Words:
    """The reader's language, and what people call what files know by key."""
    return Words(
        current_language().code,
        milestones=milestone_names(),
        roles={role.value: role_name(role) for role in Role},
        outcomes={outcome.value: outcome_name(outcome.value) for outcome in Outcome},
    )


def milestone_names() -> dict[str, str]:
    return {key: _(word) for key, word in MILESTONES.items()}


def drawn(pair: DrawnPair) -> tuple[Markup, Markup]:
    """Before and after."""
    return Markup(pair.before), Markup(pair.after)  # noqa: S704 - drawn by us from numbers and escaped names


def shown(detail: Detail) -> dict[str, object]:
    """A detail as the page shows it: two short words, or one text with marks in it."""
    before, after = detail.before, detail.after
    is_short = len(before) <= LONG and len(after) <= LONG and "\n" not in before + after
    return {
        "label": detail.label,
        "before": before,
        "after": after,
        "spans": () if is_short or not before or not after else detail.spans,
    }


def _chosen(name: str) -> UUID | None:
    given = request.args.get(name, "")
    if not given:
        return None
    try:
        return UUID(given)
    except ValueError:
        raise NotFound from None


def _likely(studio: Studio) -> tuple[UUID | None, UUID | None]:
    versions = [each.deployment.id for each in studio.deployments]
    if studio.drafts:
        draft = studio.drafts[0].draft
        return draft.based_on, draft.id
    return (versions[1], versions[0]) if len(versions) > 1 else (None, None)

"""Values of the pages of absences: those that stand, and the form, which shows the one to change as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from engine.domain.people import Absence
from engine.queries.absences import AbsencePage
from webapp.http.current import today
from webapp.http.posted import posted_absence_id
from webapp.rendering.words.absence_words import scope_choices, scope_in_words

ABSENCE_FIELDS = frozenset({"away_from", "away_until", "deputy", "scope"})


def absence_form(page: AbsencePage, problems: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of components/absence.html. The absence to change is named by `?absence=`."""
    wanted = posted_absence_id()
    changed = next((each.absence for each in page.lines if each.absence.id == wanted), None)
    is_refused = not ABSENCE_FIELDS.isdisjoint(problems)
    return {
        "absences": page,
        "scopes": scope_choices(),
        "scope_in_words": scope_in_words,
        "day_now": today(),
        "changed": changed,
        "typed_absence": request.form if is_refused else _as_typed(changed),
        "is_absence_refused": is_refused,
    }


def _as_typed(absence: Absence | None) -> dict[str, str]:
    if absence is None:
        return {}
    since, until = absence.away_from, absence.away_until
    return {
        "away_from": f"{since.day}.{since.month}.{since.year}" if since else "",
        "away_until": f"{until.day}.{until.month}.{until.year}",
        "deputy": absence.deputy,
        "scope": absence.deputy_scope,
    }

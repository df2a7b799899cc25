"""The danger a person is in, and what must be considered so that nobody is put in danger: first on every page of their case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.queries.in_sight import InSight
from webapp.http.languages import current_language
from webapp.rendering.words.dates import moment

_NOTE: Final = "danger_notes"


@dataclass(frozen=True, slots=True)
class Danger:
    is_now: bool
    """True if the newest answer says that the person is in danger; a note stays in sight also when it says no."""
    note: str
    source: str
    """The form that says it, and when."""


def danger_of(file: InSight) -> Danger | None:
    """Return the danger by the newest answers; None if none speaks of any."""
    known, note = file.danger, ""
    is_now = known is not None and known.is_now
    where = (known.form_key, known.at) if known is not None else ("", file.moment)
    for each in file.submissions:
        text = each.answers.get(_NOTE)
        if isinstance(text, str) and text.strip():
            note, where = text, (each.form_key, each.sent_at)
    if not is_now and not note:
        return None
    return Danger(is_now, note, _source(file, *where))


def _source(file: InSight, form_key: str, at: datetime) -> str:
    title = file.models.form_in(form_key, current_language().code).title if form_key else ""
    return ", ".join(part for part in (title, moment(at)) if part)

"""The danger a person is in, a day on which they must leave Finland, and what must be considered so that nobody is put in
danger: first on every page of their case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from engine.queries.departures import Departure
from engine.queries.in_sight import InSight
from webapp.http.languages import current_language
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.dates import day, moment

_NOTE: Final = "danger_notes"


@dataclass(frozen=True, slots=True)
class Danger:
    is_now: bool
    """True if the newest answer says that the person is in danger; a note stays in sight also when it says no."""
    note: str
    source: str
    """The form that says it, when, and when it was corrected."""
    departure: str = ""
    """By when the person must leave Finland, and that they are detained, in words."""
    departure_source: str = ""
    clarified: tuple[str, ...] = ()
    """Clarifications of the day, written since."""
    record: UUID | None = None
    """The form in the case whose words these are, to be corrected there; None of what the case knew from its beginning."""

    @property
    def heading(self) -> str:
        if self.is_now:
            return _("Vaarassa")
        return _("Varottavaa") if self.note else self.departure


def danger_of(file: InSight) -> Danger | None:
    """Return the danger by the newest answers; None if none speaks of any."""
    known, note = file.danger, ""
    is_now = known is not None and known.is_now
    where = (known.form_key, known.at) if known is not None else ("", file.moment)
    for each in file.submissions:
        text = each.answers.get(_NOTE)
        if isinstance(text, str) and text.strip():
            note, where = text, (each.form_key, each.sent_at)
    source = _source(file, *where) if is_now or note else ""
    record = next(
        (each.id for each in file.submissions if source and (each.form_key, each.sent_at) == where), None
    )
    leaving = file.departure
    if leaving is None:
        return Danger(is_now, note, source, record=record) if is_now or note else None
    words = [
        departure_in_words(leaving.departure) if leaving.departure is not None else "",
        _("Otettu säilöön") if leaving.is_detained else "",
    ]
    source_of_day = _source(file, leaving.form_key, leaving.at)
    return Danger(
        is_now, note, source, ". ".join(filter(None, words)), source_of_day, leaving.clarified, record
    )


def departure_in_words(departure: Departure) -> str:
    if departure.on is not None:
        return _("Lähdettävä Suomesta %(day)s", day=day(departure.on))
    if departure.estimate:
        return _("Lähdettävä Suomesta, arvio: %(when)s", when=departure.estimate)
    return _("Lähdettävä Suomesta, päivää ei tiedetä")


def _source(file: InSight, form_key: str, at: datetime) -> str:
    title = file.models.form_in(form_key, current_language().code).title if form_key else ""
    record = next(
        (each for each in file.submissions if (each.form_key, each.sent_at) == (form_key, at)), None
    )
    corrected = record.corrected_at if record is not None else None
    since = _("korjattu %(when)s", when=moment(corrected)) if corrected is not None else ""
    return ", ".join(part for part in (title, moment(at), since) if part)

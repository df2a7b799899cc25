"""A court's ruling in one line: the court, its day, its diary number, and when it reached us."""

from __future__ import annotations

from engine.casework.court_rulings import CourtRuling
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.dates import day


def ruling_in_words(ruling: CourtRuling) -> str:
    """Return what is known of it; empty where its content is erased or shut."""
    parts = (
        ruling.court,
        day(ruling.decided_on) if ruling.decided_on else "",
        _("diaarinumero %(number)s", number=ruling.diary_number) if ruling.diary_number else "",
        _("saapui %(day)s", day=day(ruling.arrived_on)) if ruling.arrived_on else "",
    )
    return ", ".join(each for each in parts if each)

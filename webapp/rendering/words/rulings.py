"""A court's ruling in one line, and the sentence of a decision that stands no more."""

from __future__ import annotations

from engine.casework.court_rulings import CourtRuling
from engine.casework.overtaken_decisions import ANEW, BESIDE, Overtaken
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.dates import day
from webapp.rendering.words.labels import word


def overtaken_in_words(decision: Overtaken, number: str) -> str:
    """Return why the decision with this number stands no more, and from which day it is known."""
    on = day(decision.on)
    if decision.cause == ANEW:
        return _(
            "Päätös %(number)s ei ole enää voimassa: sen tilalle on tehty päätös %(other)s %(day)s.",
            number=number,
            other=decision.number,
            day=on,
        )
    if decision.cause == BESIDE:
        return _(
            "Oikeus palautti voimaan aiemman päätöksen %(other)s. Ratkaisu saapui %(day)s. Päätöksestä %(number)s ei ole vielä "
            "ratkaistu, mitä sille tehdään. Kysy päättäjältä ennen kuin annat sen.",
            number=number,
            other=decision.number,
            day=on,
        )
    return _(
        "Päätös %(number)s ei ole enää voimassa sellaisenaan: %(what)s. Ratkaisu saapui %(day)s.",
        number=number,
        what=word(decision.cause, "overruled"),
        day=on,
    )


def ruling_in_words(ruling: CourtRuling) -> str:
    """Return what is known of it; empty where its content is erased or shut."""
    parts = (
        ruling.court,
        day(ruling.decided_on) if ruling.decided_on else "",
        _("diaarinumero %(number)s", number=ruling.diary_number) if ruling.diary_number else "",
        _("saapui %(day)s", day=day(ruling.arrived_on)) if ruling.arrived_on else "",
    )
    return ", ".join(each for each in parts if each)

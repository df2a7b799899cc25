"""The administration log: who did what to accounts and powers, who signed in, what was refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from flask import Response, request

from engine.domain.administration import WHOLE_COUNTRY
from engine.queries.administration import ReadAdministrationLog
from webapp.administration.blueprint import READERS, blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.posted import number_in
from webapp.http.responses import render
from webapp.rendering.words import dates
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.labels import role_name, word


@blueprint.get("/log")
@for_staff(*READERS)
def log() -> Response:
    page = engine().answer(ReadAdministrationLog(number_in(request.args.get("after", ""))), sessions.actor())
    return render("administration/log.html", page=page, fact_words=fact_words)


def fact_words(kind: str, value: str) -> str:
    """Return what an entry says was given or taken, in words."""
    if kind.startswith(_REPLACED):
        return _("aiempi: %(fact)s", fact=fact_words(kind.removeprefix(_REPLACED), value))
    in_words = _WORDS.get(kind)
    return value if in_words is None else in_words(value)


def _team(value: str) -> str:
    return _("koko maa") if value == WHOLE_COUNTRY else word(value, "region")


def _day(value: str) -> str:
    return dates.day(date.fromisoformat(value))


_REPLACED: Final = "replaced_"
_WORDS: Final[Mapping[str, Callable[[str], str]]] = {
    "account": lambda value: _("uusi kutsu") if value == "invitation" else _("tunnus avataan uudelleen"),
    "way": lambda value: word(value, "sign_in_way"),
    "withheld": lambda value: _("ei käytössä %(role)s", role=role_name(value)),
    "unknown": lambda value: _("tuntematon rooli %(name)s", name=value),
    "role": role_name,
    "power": lambda value: word(value, "appointment"),
    "scope": lambda value: word(value, "scope"),
    "event": lambda value: word(value, "heard_event"),
    "address": lambda value: value,
    "team": _team,
    "deputy": lambda value: _("sijainen %(name)s", name=value),
    "deputy_team": lambda value: _("sijaistaa alueella %(team)s", team=_team(value)),
    "deputy_class": lambda value: _("sijaistaa luokassa %(name)s", name=word(value, "class")),
    "extent": lambda value: _("kaikki ratkaisut") if value == "decisions" else _("koko maa"),
    "only_decision": lambda value: _("vain %(decision)s", decision=word(value, "decision_kind")),
    "only_team": lambda value: _("vain alue %(team)s", team=_team(value)),
    "replaces": lambda _value: _("aiempi määräys päättyy"),
    "from": lambda value: _("%(day)s alkaen", day=_day(value)),
    "until": lambda value: _("%(day)s asti", day=_day(value)),
}

"""Absences in words: in which cases a deputy stands in, and what a person who is away leaves behind."""

from __future__ import annotations

from collections.abc import Iterable

from engine.domain.absences import DeputyScope
from engine.domain.cases import CaseClass
from engine.domain.inbox import TEAMS
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.labels import CLASSES, REGIONS

_CHOSEN = (
    DeputyScope(),
    *(DeputyScope(team=team) for team in TEAMS),
    DeputyScope(classes=frozenset({CaseClass.URGENT})),
    DeputyScope(classes=frozenset({CaseClass.CHILD})),
    DeputyScope(classes=frozenset({CaseClass.URGENT, CaseClass.CHILD})),
)


def scope_choices() -> tuple[tuple[str, str], ...]:
    """Return the scopes one may choose, as they are sent and in words."""
    return tuple((each.written, scope_in_words(each)) for each in _CHOSEN)


def scope_in_words(scope: DeputyScope) -> str:
    if scope.team:
        known = REGIONS.get(scope.team)
        return _("Vain alueen asiat: %(team)s", team=_(known) if known else scope.team)
    if scope.classes:
        names = ", ".join(_(CLASSES[each.value]).lower() for each in sorted(scope.classes))
        return _("Vain luokan asiat: %(classes)s", classes=names)
    return _("Kaikki asiat")


def recorded(left_alone: Iterable[str]) -> str:
    """Return the sentence after an absence was recorded, with those for whom nobody stands in meanwhile."""
    names = ", ".join(left_alone)
    sentence = _("Poissaolo on kirjattu.")
    if not names:
        return sentence
    return f"{sentence} " + _("Sijaisella ei ole sijaista: näiden asiat näkyvät sillä aikaa esihenkilölle.")

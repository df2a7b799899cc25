"""Invented answers to a form: the plain ones of the demonstration where it has them, chance where it has not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import Any, Final

from engine.simulation import sample_answers as plain
from engine.simulation.people import PEOPLE
from forms.circumstances import NO_CHOICES, Choices
from forms.conditions import NOTHING
from forms.definition import Field, FormDefinition, Kind
from forms.errors import AnswersRejected
from forms.random_answers import random_answers
from forms.submission import accept
from forms.typed import ROWS, SKIP, as_typed

ROUNDS: Final = 12
"""Every round answers or drops at least one question."""
_FIRST: Final = {
    "application": plain.application,
    "referral": plain.referral,
    "phone_intake": plain.phone_intake,
}
Typed = dict[str, list[str]]


def invented(
    definition: FormDefinition,
    today: date,
    *,
    given: Mapping[str, Any] = NOTHING,
    choices: Choices = NO_CHOICES,
    facts: Mapping[str, Any] = NOTHING,
) -> Typed:
    """As a page would send them; `facts` go before what is invented. The same for the same form and day.

    Raises the forms' AnswersRejected when a fact itself is refused.
    """
    told = {**_usual(definition.key, today, given), **facts}
    typed = as_typed(definition.fields, _dated(definition.fields, told))
    chance = Random(f"{definition.key} {today}")  # noqa: S311 - chance, not secrecy
    for _ in range(ROUNDS):
        try:
            accept(definition, typed, today=today, given=given, choices=choices)
        except AnswersRejected as rejected:
            if {path.partition(".")[0] for path in rejected.problems} & _told_by(facts):
                raise
            made = random_answers(definition, chance, today=today, given=given, choices=choices)
            typed = _mended(typed, made, rejected)
        else:
            return typed
    return random_answers(definition, chance, today=today, given=given, choices=choices)


def _told_by(facts: Mapping[str, Any]) -> frozenset[str]:
    """Questions that the facts answer."""
    return frozenset(name for name, value in facts.items() if value is not None)


def _usual(form: str, today: date, given: Mapping[str, Any]) -> Mapping[str, Any]:
    if form in _FIRST:
        return _FIRST[form](today)
    caseworker = next(str(each.id) for each in PEOPLE if each.username == "kasittelija")
    usual = plain.of(form, today, caseworker)
    outcome = str(given.get("outcome_proposed"))
    if form == "prepare_resolution" and not outcome.startswith("admitted"):
        # A letter that admits nobody names no organiser.
        usual = {**usual, "organiser": None}
        if outcome == "not_examined":
            usual["not_examined_ground"] = "Asia ei kuulu auttamisjärjestelmälle."
    return usual


def _dated(fields: Sequence[Field], told: Mapping[str, Any]) -> dict[str, Any]:
    """Dates as dates: a page shows them otherwise than JSON does."""
    dates = {each.key for each in fields if each.kind is Kind.DATE}
    return {
        name: date.fromisoformat(value) if name in dates and isinstance(value, str) else value
        for name, value in told.items()
        if value is not None
    }


def _mended(typed: Typed, made: Typed, rejected: AnswersRejected) -> Typed:
    """What was refused is answered by chance, and left out where chance does not answer it either."""
    refused = {path.partition(".")[0] for path in rejected.problems}
    kept = {name: texts for name, texts in typed.items() if _question(name) not in refused}
    return {**kept, **{name: texts for name, texts in made.items() if _question(name) in refused}}


def _question(name: str) -> str:
    return name.removesuffix(SKIP).removesuffix(ROWS).partition(".")[0]

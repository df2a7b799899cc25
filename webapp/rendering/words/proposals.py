"""The proposal of a decision table in words: what it proposes, by which rule, on which facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from engine.queries.proposals import FiredRow, Ground
from engine.queries.task_page import TaskPage
from forms.views import WORDS
from webapp.http.languages import current_language
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.labels import role_name, word

_ANSWERED_IN: Final = ("register", "application", "sufficiency")
"""Forms whose options word the facts that tables are given."""
_UNKNOWN: Final = ("unknown", "", None)


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    words: str
    state: str
    """known, missing or plain: picks the icon."""


@dataclass(frozen=True, slots=True)
class WordedProposal:
    what: str
    facts: tuple[Fact, ...]
    rule: str
    """The table and the rows that fired."""
    at: datetime


def worded_proposal(page: TaskPage) -> WordedProposal | None:
    """Return the proposal for the task's judgement; None if there is none."""
    found = page.proposal
    if found is None:
        return None
    name, numbers = page.file.names.of(found.name), ", ".join(str(rule.number) for rule in found.rules)
    rule = _("Taulukko %(name)s, sääntö %(number)s", name=name, number=numbers) if numbers else ""
    missing = tuple(_missing(page, each) for each in found.rules if "fact" in each.outputs)
    if found.table == "triage" and found.rules:
        (fired, *_more) = found.rules
        proposed = word(fired.outputs.get("case_class"), "class")
        reason = page.file.names.of(str(fired.outputs.get("reason") or ""))
        grounds = fired.grounds or tuple(each for each in found.known if each.value not in _UNKNOWN)
        facts = tuple(_fact(page, each) for each in grounds)
        return WordedProposal(f"{proposed}. {reason}." if reason else proposed, facts, rule, found.at)
    known = tuple(_fact(page, each) for each in found.known if each.value not in _UNKNOWN)
    what = (
        _("Näitä tietoja puuttuu vielä")
        if missing
        else _("Taulukon mukaan mitään ei puutu. Ratkaiset itse, riittävätkö tiedot.")
    )
    return WordedProposal(what, (*missing, *known), rule or name, found.at)


def _missing(page: TaskPage, rule: FiredRow) -> Fact:
    asked = rule.outputs.get("ask")
    whom = _("kysy ensin: %(who)s", who=role_name(asked)) if isinstance(asked, str) and asked else ""
    return Fact(page.file.names.of(str(rule.outputs["fact"])), whom, "missing")


def _fact(page: TaskPage, ground: Ground) -> Fact:
    label = page.file.names.of(ground.label)
    if ground.value in _UNKNOWN:
        return Fact(label, _("ei tiedossa"), "missing")
    return Fact(label, _value(page, ground), "known")


def _value(page: TaskPage, ground: Ground) -> str:
    value: Any = ground.value
    if isinstance(value, bool):
        value = "yes" if value else "no"
    for key in _ANSWERED_IN:
        field = page.file.models.form_in(key, current_language().code).by_key.get(ground.key)
        label = next((each.label for each in field.options if each.value == value), None) if field else None
        if label:
            return str(label)
    text = str(value)
    if text.startswith("35_"):
        return _("35 § %(number)s momentti", number=text[3:])
    if text in WORDS:
        return _(WORDS[text])
    return word(text, "channel") if ground.key == "channel" else text.replace("_", " ")

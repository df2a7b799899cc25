"""Reads guardrails.json and names all its mistakes at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from engine.errors import Invalid
from engine.guardrails.definitions import (
    DRAWING_TEMPLATES,
    TEMPLATES,
    DrawingGuardrail,
    Guardrail,
    Guardrails,
    When,
)

LANGUAGES: Final = ("fi", "sv", "en")
MOST_DAYS: Final = 366
"""Each day of `within_days` is tried."""
_COMMON: Final = frozenset({"key", "template", "scope", "law", *LANGUAGES})
_OF_PATHS: Final = _COMMON | {"a", "b", "unless", "when"}


class GuardrailsRefused(Invalid):
    sentence = "Lupauksia ei voi lukea."

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems), problems=problems)
        self.problems = problems


def load_guardrails(data: bytes | str) -> Guardrails:
    """Return the guardrails of a file. Raise GuardrailsRefused with all its mistakes."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as broken:
        raise GuardrailsRefused((f"Tiedosto ei ole JSONia: {broken}",)) from broken
    try:
        return _read(found)
    except (TypeError, AttributeError) as broken:
        raise GuardrailsRefused(("Tiedostossa on arvo, joka ei ole sitä lajia kuin pitää.",)) from broken


def _read(found: Any) -> Guardrails:
    problems = tuple(_problems(found))
    if problems:
        raise GuardrailsRefused(problems)
    return Guardrails(
        version=found["version"],
        effective_from=date.fromisoformat(found["effective_from"]),
        facts={name: tuple(values) for name, values in found.get("facts", {}).items()},
        on_paths=tuple(_on_paths(each) for each in found["guardrails"] if each["template"] in TEMPLATES),
        on_drawing=tuple(
            _on_drawing(each) for each in found["guardrails"] if each["template"] in DRAWING_TEMPLATES
        ),
    )


def _on_paths(data: Mapping[str, Any]) -> Guardrail:
    when = data.get("when")
    return Guardrail(
        key=data["key"],
        template=data["template"],
        scope=data["scope"],
        a=frozenset(data["a"]),
        b=frozenset(data.get("b", ())),
        unless=frozenset(data.get("unless") or ()),
        when=When(when["fact"], frozenset(when["is"])) if when else None,
        law=data.get("law", ""),
        sentences={language: data[language] for language in LANGUAGES},
    )


def _on_drawing(data: Mapping[str, Any]) -> DrawingGuardrail:
    return DrawingGuardrail(
        key=data["key"],
        template=data["template"],
        scope=data.get("scope", ""),
        settings={name: value for name, value in data.items() if name not in _COMMON},
        law=data.get("law", ""),
        sentences={language: data[language] for language in LANGUAGES},
    )


def _problems(data: Any) -> Iterator[str]:
    if not isinstance(data, dict) or not isinstance(data.get("guardrails"), list):
        yield "Tiedostossa pitää olla luettelo lupauksista (guardrails)."
        return
    if not isinstance(data.get("version"), int):
        yield "Lupausten versio (version) puuttuu."
    try:
        date.fromisoformat(data.get("effective_from", ""))
    except (TypeError, ValueError):
        yield "Päivä, josta lupaukset ovat voimassa (effective_from), puuttuu tai on väärin."
    facts = data.get("facts", {})
    seen: set[str] = set()
    for number, each in enumerate(data["guardrails"], 1):
        if not isinstance(each, dict) or not isinstance(each.get("key"), str):
            yield f"Lupauksella {number} ei ole tunnusta (key)."
            continue
        if each["key"] in seen:
            yield f"{each['key']}: tunnus on jo toisella lupauksella."
        seen.add(each["key"])
        yield from (f"{each['key']}: {problem}" for problem in _problems_of(each, facts))


def _problems_of(data: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[str]:
    template = data.get("template")
    if template not in TEMPLATES and template not in DRAWING_TEMPLATES:
        yield f"lupauksen muotoa {template!r} ei ole."
        return
    for language in LANGUAGES:
        if not isinstance(data.get(language), str) or not data[language].strip():
            yield f"lause puuttuu kielellä {language}."
    if template in TEMPLATES:
        yield from _problems_on_paths(data, facts)
    if template == "table_gives":
        yield from _problems_of_table(data)


def _problems_on_paths(data: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[str]:
    letters = TEMPLATES[data["template"]].letters
    for name in sorted(set(data) - _OF_PATHS):
        yield f"kohtaa {name!r} ei tunneta."
    if not isinstance(data.get("scope"), str):
        yield "prosessi (scope) puuttuu."
    for name, letter in (("a", "a"), ("b", "b"), ("unless", "e")):
        yield from _problems_of_set(
            name, data.get(name), needed=letter in letters and letter != "e", allowed=letter in letters
        )
    when = data.get("when")
    if when is None:
        return
    if not isinstance(when, dict) or set(when) != {"fact", "is"} or when["fact"] not in facts:
        yield "ehdon (when) tosiseikkaa ei ole luettelossa facts."
    elif not set(when["is"]) <= set(facts[when["fact"]]):
        yield "ehdossa (when) on arvo, jota tosiseikalla ei ole."


def _problems_of_table(data: Mapping[str, Any]) -> Iterator[str]:
    for name in ("scope", "table", "output"):
        if not isinstance(data.get(name), str):
            yield f"kohta {name} puuttuu."
    if not isinstance(data.get("gives"), list) or not data["gives"]:
        yield "kohta gives puuttuu: mitä taulu saa antaa."
    facts = data.get("facts")
    if not isinstance(facts, list) or not facts or not all(isinstance(each, dict) and each for each in facts):
        yield "kohta facts puuttuu: milloin taulun on annettava se."
        return
    for name, value in (entry for each in facts for entry in each.items()):
        days = value.get("within_days") if isinstance(value, dict) and len(value) == 1 else None
        if not (isinstance(value, list) and value) and not (isinstance(days, int) and 0 <= days <= MOST_DAYS):
            yield f"tiedon {name} arvot pitää luetella, tai kertoa päivät (within_days)."


def _problems_of_set(name: str, value: Any, *, needed: bool, allowed: bool) -> Iterator[str]:
    if value is not None and (
        not isinstance(value, list) or not all(isinstance(each, str) for each in value)
    ):
        yield f"kohdan {name} pitää olla luettelo virstanpylväitä."
    elif needed and not value:
        yield f"kohta {name} puuttuu."
    elif value and not allowed:
        yield f"kohta {name} ei kuulu tähän muotoon."

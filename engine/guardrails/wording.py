"""The meaning of a guardrail in words: what an owner composes and a second person confirms."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from engine.texts import text

MEANINGS: Final = {
    "existence": "Jokaisessa asiassa tapahtuu ennen loppua: {a}.",
    "absence": "Yhdessäkään asiassa ei tapahdu: {a}.",
    "at_most_once": "Samassa asiassa tapahtuu enintään kerran: {a}.",
    "precedence": "Ennen kuin tapahtuu {b}, on tapahtunut {a}.",
    "response": "Kun on tapahtunut {a}, sen jälkeen tapahtuu vielä {b}.",
    "responded_existence": "Jos tapahtuu {a}, samassa asiassa tapahtuu myös {b}, ennen tai jälkeen.",
    "alternate_precedence": "Ennen jokaista kertaa, kun tapahtuu {b}, on tapahtunut {a}.",
    "renewed_precedence": "Ennen kuin tapahtuu {b}, on tapahtunut {a}, ja uudelleen aina, kun on tapahtunut {unless}.",
    "not_coexistence": "Samassa asiassa eivät tapahdu molemmat: {a} ja {b}.",
    "not_succession": "Kun on tapahtunut {a}, sen jälkeen ei enää tapahdu {b}.",
    "only_by_role": "Vain rooli {role} voi saada aikaan: {a}.",
    "different_people": "Lomakkeen {second_form} täyttää toinen ihminen kuin se, joka teki tämän: {first}.",
    "waits_have_timers": "Lomakkeen {form} odotuksella on ajastimet {timers}, ja lopulta asia tulee roolille {role}.",
    "no_condition_reads": "Mikään ehto, taulukko tai valinta ei lue näitä tietoja: {names}.",
    "table_gives": "Taulukko {table} antaa {gives} aina, kun jokin näistä pitää paikkansa: {facts}.",
}
UNLESS: Final = "Ei koske asiaa, jossa tapahtuu {unless}."
WHEN: Final = "Koskee vain asioita, joissa {fact} on {values}."


def meaning(guardrail: Mapping[str, Any], language: str, names: Mapping[str, str] | None = None) -> str:
    """Return a guardrail as a sentence, as the prover reads it; empty for an unknown template. `names`: milestones as
    people call them."""
    template = MEANINGS.get(guardrail.get("template", ""))
    if template is None:
        return ""
    sentences = [text(language, template, **_values(guardrail, language, names or {}))]
    if guardrail.get("unless") and "{unless}" not in template:
        sentences.append(text(language, UNLESS, unless=_either(guardrail["unless"], language, names or {})))
    when = guardrail.get("when")
    if when:
        values = _listed([f"”{each}”" for each in when["is"]], language)
        sentences.append(text(language, WHEN, fact=when["fact"], values=values))
    return " ".join(sentences)


def _values(guardrail: Mapping[str, Any], language: str, names: Mapping[str, str]) -> dict[str, str]:
    return {
        "a": _either(guardrail.get("a", ()), language, names),
        "b": _either(guardrail.get("b", ()), language, names),
        "unless": _either(guardrail.get("unless") or (), language, names),
        "first": _either([guardrail.get("first", "")], language, names),
        "role": str(guardrail.get("role", "")),
        "second_form": str(guardrail.get("second_form", "")),
        "form": _listed(_list(guardrail.get("form")), language),
        "timers": ", ".join(_list(guardrail.get("timers"))),
        "names": ", ".join(_list(guardrail.get("names"))),
        "table": str(guardrail.get("table", "")),
        "gives": _either(_list(guardrail.get("gives")), language, {}),
        "facts": "; ".join(_fact(each, language) for each in guardrail.get("facts", ())),
    }


def _fact(listed: Mapping[str, Any], language: str) -> str:
    """Several names in one fact hold together."""
    return ", ".join(
        f"{name} ≤ {value['within_days']} {text(language, 'päivää')}"
        if isinstance(value, Mapping)
        else f"{name} = {_listed([_as_json(each) for each in value], language)}"
        for name, value in listed.items()
    )


def _as_json(value: Any) -> str:
    return json.dumps(value)


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(each) for each in value or ()]


def _either(milestones: Iterable[str], language: str, names: Mapping[str, str]) -> str:
    return _listed([f"”{names.get(each, each)}”" for each in milestones], language)


def _listed(words: list[str], language: str) -> str:
    return f" {text(language, 'tai')} ".join(words)

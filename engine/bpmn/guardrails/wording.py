"""What a promise means, said of its milestones: what an owner composes and what a second person confirms."""

from __future__ import annotations

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
    "not_coexistence": "Samassa asiassa eivät tapahdu molemmat: {a} ja {b}.",
    "not_succession": "Kun on tapahtunut {a}, sen jälkeen ei enää tapahdu {b}.",
    "only_by_role": "Vain rooli {role} voi saada aikaan: {a}.",
    "different_people": "Lomakkeen {second_form} täyttää toinen ihminen kuin se, joka teki tämän: {first}.",
    "waits_have_timers": "Lomakkeen {form} odotuksella on ajastimet {timers}, ja lopulta asia tulee roolille {role}.",
    "no_condition_reads": "Mikään ehto, taulukko tai valinta ei lue näitä tietoja: {names}.",
}
UNLESS: Final = "Ei koske asiaa, jossa tapahtuu {unless}."
WHEN: Final = "Koskee vain asioita, joissa {fact} on {values}."


def meaning(rule: Mapping[str, Any], language: str, names: Mapping[str, str] | None = None) -> str:
    """The promise as the prover reads it; `names` are what people call milestones. Empty for an unknown template."""
    template = MEANINGS.get(rule.get("template", ""))
    if template is None:
        return ""
    said = [text(language, template, **_values(rule, language, names or {}))]
    if rule.get("unless"):
        said.append(text(language, UNLESS, unless=_either(rule["unless"], language, names or {})))
    when = rule.get("when")
    if when:
        values = _listed([f"”{each}”" for each in when["is"]], language)
        said.append(text(language, WHEN, fact=when["fact"], values=values))
    return " ".join(said)


def _values(rule: Mapping[str, Any], language: str, names: Mapping[str, str]) -> dict[str, str]:
    return {
        "a": _either(rule.get("a", ()), language, names),
        "b": _either(rule.get("b", ()), language, names),
        "first": _either([rule.get("first", "")], language, names),
        "role": str(rule.get("role", "")),
        "second_form": str(rule.get("second_form", "")),
        "form": _listed(_list(rule.get("form")), language),
        "timers": ", ".join(_list(rule.get("timers"))),
        "names": ", ".join(_list(rule.get("names"))),
    }


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(each) for each in value or ()]


def _either(milestones: Iterable[str], language: str, names: Mapping[str, str]) -> str:
    return _listed([f"”{names.get(each, each)}”" for each in milestones], language)


def _listed(said: list[str], language: str) -> str:
    return f" {text(language, 'tai')} ".join(said)

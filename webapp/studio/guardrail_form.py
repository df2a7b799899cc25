"""A guardrail as a form: a template, milestones from lists, and its sentence in three languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from engine.queries.guardrails import SHAPES, GuardrailsPage
from webapp.rendering.words.catalogues import gettext as _

PLACES = {"a": 4, "b": 4, "unless": 3, "when": 4}
"""The number of lists to choose from, at least; always one more than is chosen."""
SENTENCES = ("fi", "sv", "en")
LETTERS = {"a": "a", "b": "b", "unless": "e"}


def form_of(guardrail: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form's fields for a stored guardrail."""
    when = guardrail.get("when")
    return {
        **{name: guardrail.get(name, "") for name in ("key", "template", "scope", "law", *SENTENCES)},
        **{name: list(guardrail.get(name) or ()) for name in ("a", "b", "unless")},
        "when": [f"{when['fact']}={value}" for value in when["is"]] if when else [],
    }


def typed_form(sent: MultiDict[str, str], stored: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the form's fields as they were posted, valid or not."""
    shown = form_of(stored or {})
    for name in ("law", *SENTENCES):
        shown[name] = " ".join(sent.get(name, "").split())
    if stored is None or stored.get("template") in SHAPES:
        for name in ("template", "scope"):
            shown[name] = sent.get(name, "")
        for name in PLACES:
            shown[name] = list(dict.fromkeys(each for each in sent.getlist(name) if each))
    return shown


def guardrail_of(
    shown: Mapping[str, Any], stored: Mapping[str, Any] | None, page: GuardrailsPage
) -> dict[str, Any]:
    """Return the guardrail as its file has it, from the form's fields."""
    guardrail = dict(stored or {"key": _free_key(shown, page)})
    guardrail |= {name: shown[name] for name in ("law", *SENTENCES)}
    if guardrail.get("template", shown["template"]) in SHAPES or stored is None:
        guardrail |= {name: shown[name] for name in ("template", "scope", "a", "b", "unless")}
        facts = [each.partition("=") for each in shown["when"]]
        guardrail["when"] = (
            {"fact": facts[0][0], "is": [value for _fact, _is, value in facts]} if facts else None
        )
    return guardrail


def problems_of(
    shown: Mapping[str, Any], stored: Mapping[str, Any] | None, page: GuardrailsPage
) -> dict[str, str]:
    """Return the problem of each field with a mistake, as a sentence."""
    asked = {
        "fi": _("Kirjoita lause suomeksi."),
        "sv": _("Kirjoita lause ruotsiksi."),
        "en": _("Kirjoita lause englanniksi."),
    }
    found = {name: asked[name] for name in SENTENCES if not shown[name]}
    if not shown["law"]:
        found["law"] = _("Kirjoita, mihin lupaus perustuu.")
    if stored is not None and stored.get("template") not in SHAPES:
        return found
    return found | dict(_of_shape(shown, page))


def _of_shape(shown: Mapping[str, Any], page: GuardrailsPage) -> Iterator[tuple[str, str]]:
    if shown["template"] not in SHAPES:
        yield "template", _("Valitse, millainen lupaus on.")
        return
    if shown["scope"] not in page.scopes:
        yield "scope", _("Valitse prosessi.")
    letters = SHAPES[shown["template"]]
    for name, letter in LETTERS.items():
        if set(shown[name]) - set(page.milestones):
            yield name, _("Valitse virstanpylväs luettelosta.")
        elif shown[name] and letter not in letters:
            yield name, _("Tällaiseen lupaukseen tämä ei kuulu. Jätä se tyhjäksi.")
        elif not shown[name] and letter in letters and letter != "e":
            yield name, _("Valitse ainakin yksi virstanpylväs.")
    facts = {each.partition("=")[0] for each in shown["when"]}
    if len(facts) > 1 or not facts <= set(page.facts):
        yield "when", _("Valitse arvoja vain yhdestä tosiseikasta.")


def _free_key(shown: Mapping[str, Any], page: GuardrailsPage) -> str:
    """Return a key made from the English sentence; people never see it."""
    plain = (
        unicodedata.normalize("NFKD", shown["en"] or shown["fi"]).encode("ascii", "ignore").decode().lower()
    )
    words = "_".join(re.findall(r"[a-z0-9]+", plain))[:48].strip("_") or "guardrail"
    used = {str(each["key"]) for each in page.guardrails}
    names = (words, *(f"{words}_{number}" for number in range(2, len(used) + 3)))
    return next(name for name in names if name not in used)

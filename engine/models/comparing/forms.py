"""Compares two states of a form, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.models.comparing.values import Change, Detail, Words, details, places

FIELD_LABELS: Final = {
    "label": "Kysymys",
    "dateLabel": "Kysymys",
    "text": "Teksti",
    "description": "Ohje",
    "type": "Tyyppi",
    "subtype": "Tarkempi tyyppi",
    "validate.required": "Pakollinen",
    "conditional.hide": "Piilossa, kun",
    "values": "Vaihtoehdot",
    "validate.maxLength": "Enintään merkkejä",
    "validate.minLength": "Vähintään merkkejä",
    "validate.max": "Suurin arvo",
    "validate.min": "Pienin arvo",
    "validate.pattern": "Muoto",
    "validate.validationType": "Muoto",
    "disallowPassedDates": "Ei menneitä päiviä",
    "defaultRepetitions": "Rivejä alussa",
    "properties.class": "Tietoluokka",
    "properties.variable": "Prosessi saa lukea",
    "properties.skippable": "Saa jättää vastaamatta",
    "properties.sensitive": "Arkaluonteinen",
    "properties.step": "Vaihe",
    "properties.step_title": "Vaiheen otsikko",
    "properties.title": "Otsikko",
    "properties.why": "Miksi kysymme",
    "properties.reader": "Kuka lukee",
    "properties.required_message": "Ilmoitus, kun puuttuu",
    "properties.pattern_message": "Ilmoitus, kun muoto on väärä",
    "properties.date_limit": "Päivän raja",
    "properties.public": "Avoin kaikille",
    "properties.intro": "Johdanto",
    "properties.part": "Osa",
    "properties.party": "Kenen tietoihin",
    "properties.register": "Osapuolten tiedoissa",
    "properties.row_label": "Rivin nimi",
    "properties.add_label": "Lisäyspainike",
    "properties.alone": "Valitaan yksin",
    "properties.can_wait": "Voidaan kysyä puhelun jälkeen",
}
FIELD_TYPES: Final = {
    "radio": "yksi vaihtoehto",
    "checklist": "useita vaihtoehtoja",
    "select": "valintalista",
    "checkbox": "rasti",
    "textfield": "lyhyt teksti",
    "textarea": "pitkä teksti",
    "number": "luku",
    "datetime": "päivä tai aika",
    "text": "selittävä teksti",
    "dynamiclist": "toistuva ryhmä",
    "group": "ryhmä",
    "filepicker": "liite",
}
_YES: Final = {"true": "kyllä", "false": "ei"}
_STRUCTURE: Final = frozenset({"id", "key", "path", "components", "layout"})
Fields = dict[str, dict[str, str]]


def compare_forms(before: bytes, after: bytes, words: Words) -> tuple[Change, ...]:
    """Return the changes of a form. Raise ValueError or TypeError if one state is no form."""
    return _compared(before, after, "lomake", words)


def compare_parts(before: bytes, after: bytes, words: Words) -> tuple[Change, ...]:
    """Return the changes of a part of forms. Raise ValueError or TypeError if one state is no part."""
    return _compared(before, after, "lomakkeiden osa", words)


def _compared(before: bytes, after: bytes, what: str, words: Words) -> tuple[Change, ...]:
    old, new = json.loads(before), json.loads(after)
    settings = tuple(details(FIELD_LABELS, _facts(old, words), _facts(new, words), words))
    whole = (Change("changed", words.say(what), form_title(new), settings),) if settings else ()
    return (*whole, *_of_fields(fields_of(old, words), fields_of(new, words), words))


def _of_fields(old: Fields, new: Fields, words: Words) -> Iterator[Change]:
    elsewhere = places(old, new)
    for key in {**new, **old}:
        before, after = old.get(key), new.get(key)
        what = words.say(_what(after or before or {}))
        name = field_name(after or before or {}, key)
        facts = tuple(details(FIELD_LABELS, _seen(before), _seen(after), words))
        if before is None:
            yield Change("added", what, name, facts, key)
        elif after is None:
            yield Change("removed", what, name, (), key)
        elif facts or key in elsewhere:
            place = (
                [Detail("place", words.say("Paikka"), *map(_ordinal, elsewhere[key]))]
                if key in elsewhere
                else []
            )
            yield Change("changed", what, name, (*facts, *place), key)


def _what(field: Mapping[str, str]) -> str:
    if "properties.part" in field:
        return "osa"
    return "kenttä" if field.get("is_field") else "tekstikohta"


def _ordinal(place: int) -> str:
    return f"{place}."


def _seen(field: Mapping[str, str] | None) -> dict[str, str]:
    return {name: value for name, value in (field or {}).items() if name != "is_field"}


def fields_of(form: Any, words: Words) -> Fields:
    found: Fields = {}
    waiting = [("", each) for each in reversed(form.get("components", []))]
    while waiting:
        prefix, component = waiting.pop()
        key = f"{prefix}{component.get('key') or component.get('path') or component.get('id', '')}"
        found[key] = _facts(component, words) | {"is_field": "yes" if component.get("key") else ""}
        waiting.extend((f"{key}.", each) for each in reversed(component.get("components", [])))
    return found


def _facts(component: Mapping[str, Any], words: Words) -> dict[str, str]:
    facts: dict[str, str] = {}
    for name, value in component.items():
        if name in _STRUCTURE:
            continue
        if name == "values" and isinstance(value, list):
            facts[name] = "\n".join(f"{each.get('label', '')} ({each.get('value', '')})" for each in value)
        elif isinstance(value, Mapping):
            facts |= {f"{name}.{inner}": _plain(each, words) for inner, each in value.items()}
        else:
            facts[name] = _plain(value, words)
    if component.get("type") in FIELD_TYPES:
        facts["type"] = words.say(FIELD_TYPES[component["type"]])
    if "properties.part" in facts:
        facts |= {"type": words.say("osa"), "properties.part": words.form(facts["properties.part"])}
    return {name: value for name, value in facts.items() if value}


def _plain(value: Any, words: Words) -> str:
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return words.say(_YES[shown]) if shown in _YES else shown


def form_title(form: Mapping[str, Any]) -> str:
    return str((form.get("properties") or {}).get("title") or form.get("id", ""))


def field_name(field: Mapping[str, str], key: str) -> str:
    label = (
        field.get("label")
        or field.get("dateLabel")
        or field.get("text")
        or field.get("properties.part")
        or key
    )
    first = " ".join(label.split())
    return first if len(first) <= 90 else f"{first[:89]}…"

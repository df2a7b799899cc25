"""Compares two states of a letter's text, by paragraph, and of a form's translations, by sentence."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Final

from engine.models.comparing.values import Change, Detail, Words, details
from forms.translations import read_translations

LANGUAGES: Final = {"fi": "suomi", "sv": "ruotsi", "en": "englanti"}
HEAD_LABELS: Final = {
    "title": "Otsikko",
    "document": "Asiakirjan laji",
    "secrecy": "Salassapito",
    "kind": "Laji",
    "place": "Paikka kirjeessä",
    "key": "Tunnus",
}
_LISTS: Final = {"paragraphs": "Kappale", "items": "Luettelon kohta", "after": "Kappale luettelon jälkeen"}


def compare_letters(before: bytes, after: bytes, words: Words) -> tuple[Change, ...]:
    """Return the changes of a letter's text. Raise ValueError if one state can't be read."""
    old, new = tomllib.loads(before.decode()), tomllib.loads(after.decode())
    return (
        *_of_the_text(old, new, words),
        *_of_values(old, new, words),
        *(
            change
            for language in {**new, **old}
            if language in LANGUAGES
            for change in _in_language(language, old.get(language), new.get(language), words)
        ),
    )


def compare_translations(before: bytes, after: bytes, words: Words) -> tuple[Change, ...]:
    """Return a change for each sentence of forms whose translation was added, removed or changed between two states
    of a .po file. Raise ValueError if either can't be read."""
    old, new = read_translations(before), read_translations(after)
    return tuple(
        Change(
            "added" if key not in old else "removed" if key not in new else "changed",
            words.say("käännös"),
            key if len(key) <= 90 else f"{key[:89]}…",
            (Detail("translation", words.say("Käännös"), old.get(key, ""), new.get(key, "")),),
            key,
        )
        for key in {**new, **old}
        if old.get(key) != new.get(key)
    )


def _of_the_text(old: Any, new: Any, words: Words) -> Iterator[Change]:
    found = tuple(details(HEAD_LABELS, _flat(old), _flat(new), words))
    if found:
        yield Change("changed", words.say("kirje"), str(new.get("key", "")), found)


def _flat(text: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in text.items() if isinstance(value, str)}


def _of_values(old: Any, new: Any, words: Words) -> Iterator[Change]:
    before, after = _values(old, words), _values(new, words)
    for key in {**after, **before}:
        if before.get(key) != after.get(key):
            state: Any = "added" if key not in before else "removed" if key not in after else "changed"
            found = Detail("value", words.say("Mitä siihen tulee"), before.get(key, ""), after.get(key, ""))
            yield Change(state, words.say("täytettävä tieto"), f"{{{key}}}", (found,), key)


def _values(text: Mapping[str, Any], words: Words) -> dict[str, str]:
    optional = text.get("optional", ())
    note = words.say("voi puuttua")
    return {
        name: f"{value} ({note})" if name in optional else str(value)
        for name, value in text.get("values", {}).items()
    }


def _in_language(language: str, old: Any, new: Any, words: Words) -> Iterator[Change]:
    where = words.say(LANGUAGES[language])
    if old is None or new is None:
        yield Change("removed" if new is None else "added", words.say("kieli"), where, (), language)
        return
    found = tuple(details(HEAD_LABELS, _flat(old), _flat(new), words))
    if found:
        yield Change("changed", words.say("kirje"), where, found, language)
    before, after = _sections(old), _sections(new)
    for key in {**after, **before}:
        found = tuple(_of_section(before.get(key, {}), after.get(key, {}), words))
        name = f"{(after.get(key) or before[key]).get('heading') or key}, {where}"
        if key not in before or key not in after:
            yield Change(
                "removed" if key in before else "added", words.say("kirjeen kohta"), name, found, key
            )
        elif found:
            yield Change("changed", words.say("kirjeen kohta"), name, found, key)


def _sections(words: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {
        str(each.get("key") or each.get("place") or place): each
        for place, each in enumerate(words.get("sections", ()))
    }


def _of_section(old: Mapping[str, Any], new: Mapping[str, Any], words: Words) -> Iterator[Detail]:
    for name, label in (("heading", words.say("Väliotsikko")), ("place", words.say("Paikka kirjeessä"))):
        if old.get(name) != new.get(name):
            yield Detail(name, label, str(old.get(name, "")), str(new.get(name, "")))
    if old.get("when") != new.get("when"):
        yield Detail(
            "when", words.say("Mukana, kun"), ", ".join(old.get("when", ())), ", ".join(new.get("when", ()))
        )
    for name, label in _LISTS.items():
        yield from _paragraphs(words.say(label), old.get(name, ()), new.get(name, ()))


def _paragraphs(label: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Detail]:
    """Yield the changed paragraphs. They are paired by content, so that one added in the middle does not shift the others."""
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for place in range(max(b - a, d - c)):
            before = old[a + place] if a + place < b else ""
            after = new[c + place] if c + place < d else ""
            number = c + place + 1 if after else a + place + 1
            yield Detail("paragraph", f"{label} {number}", before, after)

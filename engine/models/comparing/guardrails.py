"""Compares two states of the guardrails, in sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.guardrails.wording import meaning
from engine.models.comparing.values import Change, Words, details

GUARDRAIL_LABELS: Final = {
    "fi": "Lause suomeksi",
    "sv": "Lause ruotsiksi",
    "en": "Lause englanniksi",
    "meaning": "Mitä valvotaan",
    "law": "Peruste",
    "scope": "Prosessi",
    "effective_from": "Voimassa alkaen",
    "version": "Lupausten versio",
    "settings": "Asetukset",
}
GROUNDS: Final = "*"
"""Stands for what all guardrails rest on, where a guardrail is named by its key."""
NO_GUARDRAILS: Final = b'{"guardrails": []}'
_SHOWN: Final = ("fi", "sv", "en", "law", "scope")


def compare_guardrails(before: bytes, after: bytes, words: Words) -> tuple[Change, ...]:
    """Return the changed guardrails. Raise ValueError, KeyError or TypeError if one state is no list of guardrails."""
    old, new = json.loads(before), json.loads(after)
    return (
        *_of_the_list(old, new, words),
        *_of_guardrails(guardrails_by_key(old), guardrails_by_key(new), words),
    )


def guardrails_by_key(guardrails: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {str(guardrail["key"]): guardrail for guardrail in guardrails["guardrails"]}


def changed_guardrails(before: bytes | None, after: bytes | None) -> tuple[str, ...]:
    """Return the keys of guardrails that a second person must confirm one by one: new, changed or removed."""
    then, now = (json.loads(each) if each else json.loads(NO_GUARDRAILS) for each in (before, after))
    old, new = guardrails_by_key(then), guardrails_by_key(now)
    changed = tuple(key for key in {**new, **old} if old.get(key) != new.get(key))
    return changed if _grounds(then) == _grounds(now) else (GROUNDS, *changed)


def _grounds(guardrails: Mapping[str, Any]) -> object:
    """Return the settings common to all guardrails: the facts that the proof may rely on, and the day from which they bind."""
    return guardrails.get("facts", {}), guardrails.get("effective_from")


def _of_the_list(old: Any, new: Any, words: Words) -> Iterator[Change]:
    found = tuple(details(GUARDRAIL_LABELS, _about(old), _about(new), words))
    if found:
        key = "" if _grounds(old) == _grounds(new) else GROUNDS
        yield Change("changed", words.say("lupaukset"), words.say("Kaikki lupaukset"), found, key)


def _about(guardrails: Mapping[str, Any]) -> dict[str, str]:
    settings = {name: str(guardrails.get(name, "")) for name in ("version", "effective_from")}
    facts: Mapping[str, list[str]] = guardrails.get("facts", {})
    return settings | {name: ", ".join(values) for name, values in facts.items()}


def _of_guardrails(
    old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]], words: Words
) -> Iterator[Change]:
    for key in {**new, **old}:
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        facts = tuple(details(GUARDRAIL_LABELS, _facts(before, words), _facts(after, words), words))
        guardrail: Mapping[str, Any] = after or before or {}
        state: Any = "added" if before is None else "removed" if after is None else "changed"
        name = str(guardrail.get(words.language) or guardrail.get("fi") or key)
        yield Change(state, words.say("lupaus"), name, facts, key)


def _facts(guardrail: Mapping[str, Any] | None, words: Words) -> dict[str, str]:
    if guardrail is None:
        return {}
    facts = {name: str(guardrail.get(name, "")) for name in _SHOWN}
    sentence = meaning(guardrail, words.language, words.milestones)
    known = {*_SHOWN, "key", "template", "a", "b", "unless", "when"}
    others = {name: value for name, value in guardrail.items() if name not in known}
    return facts | {
        "meaning": sentence or json.dumps(dict(guardrail), ensure_ascii=False),
        "settings": json.dumps(others, ensure_ascii=False, sort_keys=True) if others else "",
    }

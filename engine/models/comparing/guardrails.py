"""Compares two states of the promises, in sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.guardrails.wording import meaning
from engine.models.comparing.values import Change, Words, details

PROMISE_LABELS: Final = {
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
"""Stands for what all promises rest on, where a promise is named by its key."""
NO_PROMISES: Final = b'{"rules": []}'
_SHOWN: Final = ("fi", "sv", "en", "law", "scope")


def compare_promises(before: bytes, after: bytes, words: Words) -> tuple[Change, ...]:
    """Return the changed promises. Raise ValueError, KeyError or TypeError if one state is no list of promises."""
    old, new = json.loads(before), json.loads(after)
    return (*_of_the_list(old, new, words), *_of_rules(rules_of(old), rules_of(new), words))


def rules_of(promises: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {str(rule["key"]): rule for rule in promises["rules"]}


def changed_promises(before: bytes | None, after: bytes | None) -> tuple[str, ...]:
    """Return the keys of promises that a second person must confirm one by one: new, changed or removed."""
    then, now = (json.loads(each) if each else json.loads(NO_PROMISES) for each in (before, after))
    old, new = rules_of(then), rules_of(now)
    changed = tuple(key for key in {**new, **old} if old.get(key) != new.get(key))
    return changed if _grounds(then) == _grounds(now) else (GROUNDS, *changed)


def _grounds(promises: Mapping[str, Any]) -> object:
    """Return the settings common to all promises: the facts that the proof may rely on, and the day from which
    guardrails bind."""
    return promises.get("facts", {}), promises.get("effective_from")


def _of_the_list(old: Any, new: Any, words: Words) -> Iterator[Change]:
    found = tuple(details(PROMISE_LABELS, _about(old), _about(new), words))
    if found:
        key = "" if _grounds(old) == _grounds(new) else GROUNDS
        yield Change("changed", words.say("lupaukset"), words.say("Kaikki lupaukset"), found, key)


def _about(promises: Mapping[str, Any]) -> dict[str, str]:
    settings = {name: str(promises.get(name, "")) for name in ("version", "effective_from")}
    facts: Mapping[str, list[str]] = promises.get("facts", {})
    return settings | {name: ", ".join(values) for name, values in facts.items()}


def _of_rules(
    old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]], words: Words
) -> Iterator[Change]:
    for key in {**new, **old}:
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        facts = tuple(details(PROMISE_LABELS, _facts(before, words), _facts(after, words), words))
        rule: Mapping[str, Any] = after or before or {}
        state: Any = "added" if before is None else "removed" if after is None else "changed"
        name = str(rule.get(words.language) or rule.get("fi") or key)
        yield Change(state, words.say("lupaus"), name, facts, key)


def _facts(rule: Mapping[str, Any] | None, words: Words) -> dict[str, str]:
    if rule is None:
        return {}
    facts = {name: str(rule.get(name, "")) for name in _SHOWN}
    sentence = meaning(rule, words.language, words.milestones)
    known = {*_SHOWN, "key", "template", "a", "b", "unless", "when"}
    others = {name: value for name, value in rule.items() if name not in known}
    return facts | {
        "meaning": sentence or json.dumps(dict(rule), ensure_ascii=False),
        "settings": json.dumps(others, ensure_ascii=False, sort_keys=True) if others else "",
    }

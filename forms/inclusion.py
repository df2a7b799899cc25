"""Parts of forms: questions that several forms ask, written once in a file of their own (forms/parts/<key>.form).

A form includes a part with a group that holds nothing and names it: ``{"type": "group", "properties": {"part": "reason"}}``.
Tools that know nothing of parts see an empty group.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from forms.kept_by_content import kept_by_content
from forms.source import Source, text_of

Parts = Mapping[str, bytes]
"""The files of the parts that a form may include, by key."""

NO_PARTS: Parts = MappingProxyType({})

INCLUSION_PROPERTIES = frozenset({"part", "class", "party", "register"})


def included_part(component: Mapping[str, object]) -> str | None:
    """Return the key of the part that a component includes; None for any other component."""
    properties = component.get("properties")
    return text_of(properties, "part") or None if isinstance(properties, dict) else None


def check_inclusion(source: Source) -> None:
    """Raise InvalidDefinition for settings that would have no effect: questions, heading and steps come from the part."""
    if source.get("type") != "group" or source.get("components") or source.get("path"):
        raise source.refused("Osa (part) kuuluu ryhmään, jossa ei ole muuta.")
    if text_of(source.raw, "label") or text_of(source.raw, "description"):
        raise source.refused("Osan paikalla ei ole omaa otsikkoa eikä ohjetta: tekstit tulevat osasta.")
    source.check_properties(INCLUSION_PROPERTIES)


@kept_by_content(300)
def included_parts(data: bytes) -> tuple[str, ...]:
    """Return the keys of the parts that a file itself includes, in order; empty if it cannot be read."""
    try:
        root = json.loads(data)
    except (ValueError, RecursionError):
        return ()
    return tuple(dict.fromkeys(_inclusions(root)))


def parts_within(data: bytes, parts: Parts) -> frozenset[str]:
    """Return the keys of all parts that a file includes, directly or through other parts."""
    found: set[str] = set()
    waiting = list(included_parts(data))
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting.extend(included_parts(parts.get(key, b"")))
    return frozenset(found)


def question_labels(data: bytes, parts: Parts) -> tuple[str, ...]:
    """Return the wording of the questions of a file and its parts, in order; empty if it cannot be read."""
    return tuple(_labels(data, parts, frozenset()))


def _labels(data: bytes, parts: Parts, around: frozenset[str]) -> Iterator[str]:
    try:
        root = json.loads(data)
    except (ValueError, RecursionError):
        return
    for each in _components(root):
        part = included_part(each)
        if part is not None and part not in around:
            yield from _labels(parts.get(part, b""), parts, around | {part})
        elif each.get("key") or each.get("path"):
            yield text_of(each, "label") or text_of(each, "dateLabel") or text_of(each, "key")


def _inclusions(component: object) -> Iterator[str]:
    for each in _components(component):
        key = included_part(each)
        if key is not None:
            yield key


def _components(component: object) -> Iterator[Mapping[str, object]]:
    """Yield the components inside one, at any depth, in order."""
    waiting = [component]
    while waiting:
        each = waiting.pop()
        if not isinstance(each, dict):
            continue
        if each is not component:
            yield each
        children = each.get("components")
        waiting.extend(reversed(children) if isinstance(children, list) else ())

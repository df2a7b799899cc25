"""A form's JSON as it is written: one component and its path, its texts and settings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from forms.errors import InvalidDefinition

MOST_BYTES = 1_000_000
OF_OPTIONS = ("note_", "picture_", "retired_")
"""Beginnings of properties of a choice that are about one of its options."""


@dataclass(frozen=True, slots=True)
class Source:
    """A component as it is written, and its path in the form."""

    where: str
    raw: Mapping[str, object]

    @property
    def properties(self) -> Mapping[str, object]:
        properties = self.raw.get("properties", {})
        if not isinstance(properties, dict):
            raise self.refused("Kohdassa ”properties” on nimiä ja tekstejä.")
        return properties

    def get(self, name: str, default: object = None) -> object:
        return self.raw.get(name, default)

    def refused(self, message: str, **values: object) -> InvalidDefinition:
        return InvalidDefinition(self.where, message, **values)

    def check_properties(self, known: frozenset[str]) -> None:
        """Raise InvalidDefinition for an unknown property: it is probably a typing mistake."""
        for name, value in self.properties.items():
            if name not in known and not ("skippable" in known and name.startswith(OF_OPTIONS)):
                raise self.refused(
                    "Ominaisuutta ”%(name)s” ei ole tässä. Mahdollisia ovat: %(known)s.",
                    name=name,
                    known=", ".join(sorted(known)) or "–",
                )
            if not isinstance(value, str | bool):
                raise self.refused("Ominaisuuden ”%(name)s” pitää olla teksti.", name=name)

    def children(self) -> list[Mapping[str, object]]:
        children = self.get("components", [])
        if not isinstance(children, list) or not all(isinstance(child, dict) for child in children):
            raise self.refused("Kohdan ”components” pitää olla luettelo osista.")
        return children


def read_source(key: str, data: bytes) -> Source:
    """Return the root component of a file."""
    if len(data) > MOST_BYTES:
        raise InvalidDefinition(key, "Lomake on suurempi kuin %(most)s kB.", most=MOST_BYTES // 1000)
    try:
        loaded = json.loads(data.decode(), object_pairs_hook=_pairs, parse_constant=_constant)
    except (ValueError, RecursionError) as problem:
        raise InvalidDefinition(
            key, "Tiedosto ei ole luettavaa JSONia (%(problem)s).", problem=problem
        ) from None
    if not isinstance(loaded, dict):
        raise InvalidDefinition(key, "Lomake on JSON-olio.")
    return Source(key, loaded)


def _pairs(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("the same name twice in one object")
    return found


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def text_of(source: Mapping[str, object], name: str) -> str:
    """Return a text attribute without surrounding space; empty if it is missing."""
    value = source.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def flag(source: Source, name: str) -> bool:
    """Return a property written as “true” or “false”."""
    value = source.properties.get(name, False)
    if value in {True, "true"}:
        return True
    if value in {False, "false", ""}:
        return False
    raise source.refused(
        "Ominaisuus ”%(name)s” on ”true” tai ”false”, ei ”%(value)s”.", name=name, value=value
    )

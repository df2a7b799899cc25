"""The main menu of staff: what each blueprint offers, and to which roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.domain.people import Actor, Role


@dataclass(frozen=True, slots=True)
class MenuItem:
    label: str
    """Finnish, a key of the catalogues."""
    endpoint: str
    roles: frozenset[Role]


def menu_of(actor: Actor, items: Iterable[MenuItem]) -> tuple[MenuItem, ...]:
    """What this person has pages for, in the order the application lists its parts."""
    return tuple(item for item in items if actor.has(*item.roles))

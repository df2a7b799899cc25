"""The main menu of staff: each entry with the roles that have it."""

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
    """Return the entries for this person's roles, in the order of the application's parts."""
    return tuple(item for item in items if actor.has(*item.roles))


def first_page(actor: Actor, items: Iterable[MenuItem]) -> str:
    """Return the endpoint of a person's first page; their own settings if they have no other."""
    return next((item.endpoint for item in menu_of(actor, items)), "account.mine")

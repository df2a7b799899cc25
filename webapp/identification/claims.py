"""Claims of the authority's identity provider, read with the operator's table: whose account, and which roles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from engine.commands.provider_sign_in import ProviderIdentity
from engine.domain.people import Role
from webapp.identification.errors import NotIdentified
from webapp.settings import StaffSignIn

MOST_VALUES: Final = 500
"""Groups of one person: more would be a list of everybody's."""
MOST_UNKNOWN, LONGEST_UNKNOWN = 5, 60
"""Of those that are shown and logged: a directory may put each mailing list into the claim."""


def identity_of(
    claims: Mapping[str, object], settings: StaffSignIn, shown_at: datetime | None
) -> ProviderIdentity:
    """Return the person. Raise NotIdentified for a claim that is missing or of another kind."""
    named = claims.get(settings.provider.claim)
    if not isinstance(named, str) or not named.strip():
        raise NotIdentified("no claim that names the person")
    table = settings.table
    username = table.people.get(named, "") if table.people else named
    if not table.roles_claim:
        return ProviderIdentity(username, shown_at)
    values = _listed(claims.get(table.roles_claim))
    allowed: frozenset[Role] = frozenset().union(*(table.roles.get(each, frozenset()) for each in values))
    unknown = [each[:LONGEST_UNKNOWN] for each in values if each not in table.roles]
    return ProviderIdentity(username, shown_at, allowed, table.given, tuple(unknown[:MOST_UNKNOWN]))


def _listed(claim: object) -> tuple[str, ...]:
    """Return the values of a claim: several, one, or none."""
    if claim is None:
        return ()
    values = claim if isinstance(claim, list) else [claim]
    if len(values) > MOST_VALUES or not all(isinstance(each, str) for each in values):
        raise NotIdentified("a claim of another kind")
    return tuple(dict.fromkeys(values))

"""The part of a case's page that stays in sight: danger, and how one may reach the person."""

from __future__ import annotations

from engine.clock import day_of
from engine.queries.in_sight import InSight
from webapp.rendering.words.danger import danger_of
from webapp.rendering.words.safe_contact import safe_contact


def pinned_words(seen: InSight, *, beside_a_copy: bool = False) -> dict[str, object]:
    """Return the template context of the macro `pinned`. Beside a copy that is given away, an address under turvakielto stays
    away here too."""
    contact = safe_contact(
        seen.parties, day_of(seen.moment), is_sealed=seen.is_sealed, shows_protected=not beside_a_copy
    )
    return {"contact": contact, "danger": danger_of(seen)}

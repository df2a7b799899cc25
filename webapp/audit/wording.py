"""What faults of the log are called, and who is named where nobody has an account."""

from __future__ import annotations

from engine.domain.people import Role
from webapp.rendering.words.catalogues import gettext, marked
from webapp.rendering.words.menu import role_name

FAULTS = {
    "missing": marked("merkintä puuttuu välistä"),
    "unlinked": marked("merkintä ei liity edelliseen"),
    "changed": marked("merkintää on muutettu"),
    "cut": marked("lopusta puuttuu merkintöjä"),
    "checkpoint": marked("tarkistuspisteen allekirjoitus ei täsmää"),
}


def fault_name(fault: str) -> str:
    return gettext(FAULTS[fault])


def actor_name(name: str) -> str:
    """Whoever has no account is called by their part."""
    if not name:
        return gettext("joku ilman tunnusta")
    return role_name(name) if name in {role.value for role in Role} else name

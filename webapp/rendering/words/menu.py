"""The words for roles, and where a person's work begins."""

from __future__ import annotations

from collections.abc import Iterable

from engine.domain.people import Actor, Role
from webapp.http.navigation import MenuItem, menu_of
from webapp.rendering.words.catalogues import gettext, marked

_ROLES = {
    Role.INTAKE: marked("kirjaaja"),
    Role.ON_CALL: marked("päivystäjä"),
    Role.CASEWORKER: marked("käsittelijä"),
    Role.DECISION_MAKER: marked("päätöksentekijä"),
    Role.DIRECTOR: marked("johtaja"),
    Role.MANAGER: marked("esihenkilö"),
    Role.PROCESS_OWNER: marked("prosessin omistaja"),
    Role.AUDITOR: marked("lokien tarkastaja"),
    Role.ADMINISTRATOR: marked("ylläpitäjä"),
    Role.APPLICANT: marked("hakija"),
    Role.REFERRER: marked("ohjaaja"),
    Role.OUTSIDE_AUTHORITY: marked("muu viranomainen"),
    Role.SYSTEM: marked("järjestelmä"),
}


def role_name(role: Role | str) -> str:
    return gettext(_ROLES[Role(role)])


def first_page(actor: Actor, items: Iterable[MenuItem]) -> str:
    """Where a person begins: the first of their pages, or their own settings when they have none."""
    return next((item.endpoint for item in menu_of(actor, items)), "account.mine")

"""Roles that diagrams need and no person holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.bpmn import Finding
from engine.bpmn.findings import finding
from engine.bpmn.lanes import lanes_of
from engine.domain.people import STAFF, Role
from engine.errors import Refusal
from engine.executor.engine import Work
from engine.texts import LANGUAGES, text

MOST_TASKS: Final = 5
ROLE_NAMES: Final[Mapping[Role, str]] = {
    Role.INTAKE: "kirjaaja",
    Role.ON_CALL: "päivystäjä",
    Role.CASEWORKER: "käsittelijä",
    Role.DECISION_MAKER: "päätöksentekijä",
    Role.DIRECTOR: "johtaja",
    Role.MANAGER: "esihenkilö",
    Role.PROCESS_OWNER: "prosessin omistaja",
    Role.AUDITOR: "lokien tarkastaja",
    Role.ADMINISTRATOR: "ylläpitäjä",
    Role.REVIEWER: "kielentarkistaja",
}


def unheld_roles(work: Work, files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """Return a finding for each lane whose staff role nobody holds."""
    held = work.stores.people.roles_held()
    missing = STAFF - held
    if not missing or not held:
        return ()  # An installation without people is still being set up.
    try:
        lanes = lanes_of(files)
    except Refusal:
        return ()  # The gate says what is wrong with the file.
    found: list[Finding] = []
    for lane in lanes:
        if lane.role in missing:
            names = {language: text(language, ROLE_NAMES[Role(lane.role)]) for language in LANGUAGES}
            rest = ["…"] if len(lane.tasks) > MOST_TASKS else []
            found.append(
                finding(
                    "role_unheld",
                    process_id=lane.process_id,
                    element_id=lane.lane_id,
                    name=lane.name,
                    role=names["fi"],
                    tasks=", ".join([*lane.tasks[:MOST_TASKS], *rest]),
                    **{f"role_{language}": name for language, name in names.items()},
                )
            )
    return tuple(found)

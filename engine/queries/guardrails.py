"""The guardrails of a draft, and the milestones, facts and processes that a new one may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any
from uuid import UUID

from engine.bpmn import Stage, draw_breach
from engine.bpmn.drawings import read_drawings
from engine.bpmn.element_names import translated
from engine.bpmn.findings import PathStep
from engine.errors import NotFound, Refusal
from engine.executor import Query, Work
from engine.executor.permissions import require_role
from engine.guardrails.definitions import TEMPLATES
from engine.guardrails.editing import read_file
from engine.models.bundle import Bundle, model_files
from engine.queries.models import GUARDRAILS, READERS
from forms.kept_by_content import kept_by_content

SHAPES: Mapping[str, frozenset[str]] = {name: each.letters for name, each in TEMPLATES.items()}
"""Shape of a guardrail to which milestones it speaks of: `a`, `b`, and `e`, which excuses."""


@dataclass(frozen=True, slots=True)
class GuardrailsPage:
    content: bytes
    in_use: bytes | None
    """The file of the version in use, with which the second person will compare."""
    guardrails: tuple[Mapping[str, Any], ...]
    effective_from: str
    facts: Mapping[str, tuple[str, ...]]
    milestones: tuple[str, ...]
    """Those that an element of the draft carries, and those that a guardrail speaks of."""
    scopes: Mapping[str, str]
    """Process to its name."""


@dataclass(frozen=True)
class OpenGuardrails(Query[GuardrailsPage]):
    """Return the guardrails of a draft. Raise GuardrailsRefused if its file can't be read."""

    shows_cases = False

    draft_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, *READERS)

    def execute(self, work: Work) -> GuardrailsPage:
        files = work.stores.model_drafts.get(self.draft_id).files
        if GUARDRAILS not in files:
            raise NotFound
        file = read_file(files[GUARDRAILS])
        in_use, _ = work.stores.deployments.content(work.stores.deployments.current().id)
        drawn, scopes = _drawn(files)
        spoken = {
            each
            for guardrail in file["guardrails"]
            for name in ("a", "b", "unless")
            for each in guardrail.get(name) or ()
        }
        return GuardrailsPage(
            files[GUARDRAILS],
            in_use.get(GUARDRAILS),
            tuple(file["guardrails"]),
            file["effective_from"],
            {name: tuple(values) for name, values in file.get("facts", {}).items()},
            tuple(sorted(drawn | spoken)),
            scopes,
        )


@dataclass(frozen=True)
class DrawBreaches(Query[Mapping[str, tuple[Stage, ...]]]):
    """Draw the ways that break guardrails on the diagrams of a draft, by guardrail. Empty if a diagram can't be read any more."""

    shows_cases = False

    draft_id: UUID
    ways: Mapping[str, tuple[PathStep, ...]]
    """By guardrail; as a check of this draft found them."""
    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_role(work, *READERS)

    def execute(self, work: Work) -> Mapping[str, tuple[Stage, ...]]:
        files = work.stores.model_drafts.get(self.draft_id).files
        try:
            drawn = translated(read_drawings(model_files(files)), Bundle(files).names_in(self.language))
        except Refusal:
            return {}
        return {guardrail: draw_breach(drawn, way, self.language) for guardrail, way in self.ways.items()}


def _drawn(files: Mapping[str, bytes]) -> tuple[set[str], dict[str, str]]:
    """Return the milestones and processes in the diagrams. A file that can't be read adds none; the publish gate reports it."""
    milestones: set[str] = set()
    scopes: dict[str, str] = {}
    for path, data in model_files(files).items():
        in_it, processes = _drawn_in(path, data)
        milestones |= in_it
        scopes |= processes
    return milestones, scopes


@kept_by_content(200)
def _drawn_in(path: str, data: bytes) -> tuple[frozenset[str], Mapping[str, str]]:
    try:
        found = read_drawings({path: data})
    except Refusal:
        return frozenset(), {}
    return frozenset(
        chain.from_iterable(each.milestones for each in found.elements.values())
    ), found.processes

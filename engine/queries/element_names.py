"""The names in a draft's diagrams, with their translations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import UUID

from engine.bpmn.element_names import names_in
from engine.domain.people import Role
from engine.executor import Query, Work
from engine.executor.permissions import require_role
from engine.models.bundle import Bundle, model_files
from engine.models.name_gate import LANGUAGES


@dataclass(frozen=True, slots=True)
class DiagramNames:
    """The names that people see in one diagram, each once, in the order of the file."""

    process_key: str
    translations: Mapping[str, Mapping[str, str]]
    """By Finnish name: language to translation, empty where there is none."""

    @property
    def missing(self) -> int:
        return sum(not words for each in self.translations.values() for words in each.values())


@dataclass(frozen=True)
class OpenNames(Query[tuple[DiagramNames, ...]]):
    shows_cases = False

    draft_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> tuple[DiagramNames, ...]:
        files = work.stores.model_drafts.get(self.draft_id).files
        bundle = Bundle(files)
        known = {language: bundle.names_in(language).known for language in LANGUAGES}
        return tuple(
            DiagramNames(
                PurePosixPath(path).parent.name,
                {
                    name: {language: known[language].get(name, "") for language in LANGUAGES}
                    for name in names_in(data)
                },
            )
            for path, data in sorted(model_files(files).items())
        )

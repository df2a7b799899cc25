"""Try-outs of process owners that are still kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from engine.domain.people import Role
from engine.domain.scenarios import TryOut
from engine.errors import NotFound
from engine.executor import Query, Work
from engine.executor.permissions import require_role


@dataclass(frozen=True, slots=True)
class Source:
    """The models being tried out."""

    id: UUID
    name: str
    """Of a draft; empty for a version."""
    number: int
    """Of the version, or of the one the draft is based on."""
    is_draft: bool
    is_editable: bool
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class OpenSource(Query[tuple[Source, tuple[TryOut, ...]]]):
    """A draft or a version with its files, and the runs on it that go on."""

    source_id: UUID
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> tuple[Source, tuple[TryOut, ...]]:
        return _source(work, self.source_id), work.stores.try_outs.of(self.source_id, work.now)


@dataclass(frozen=True)
class OpenTryOut(Query[tuple[TryOut, Source]]):
    run_id: UUID
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> tuple[TryOut, Source]:
        run = work.stores.try_outs.get(self.run_id, work.now)
        return run, _source(work, run.source_id)


def _source(work: Work, source_id: UUID) -> Source:
    deployments = work.stores.deployments
    try:
        draft = work.stores.model_drafts.get(source_id)
    except NotFound:
        number, files = deployments.get(source_id).number, deployments.content(source_id)[0]
        return Source(source_id, "", number, is_draft=False, is_editable=False, files=files)
    return Source(
        source_id,
        draft.name,
        deployments.get(draft.based_on).number,
        is_draft=True,
        is_editable=draft.state == "editing",
        files=draft.files,
    )

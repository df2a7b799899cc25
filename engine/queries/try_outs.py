"""The try-outs that process owners have begun and not ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from engine.domain.people import Role
from engine.domain.scenarios import TryOutRecord
from engine.errors import NotFound
from engine.executor import Query, Work
from engine.executor.permissions import require_role


@dataclass(frozen=True, slots=True)
class Source:
    """The draft or the version that is tried out."""

    id: UUID
    name: str
    """Of a draft; empty for a version."""
    number: int
    """Of the version, or of the one the draft is based on."""
    is_draft: bool
    is_editable: bool
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class OpenSource(Query[tuple[Source, tuple[TryOutRecord, ...]]]):
    """Return a draft or version with its files, and the try-outs running on it."""

    shows_cases = False

    source_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> tuple[Source, tuple[TryOutRecord, ...]]:
        return _source(work, self.source_id), work.stores.try_outs.of(
            self.source_id, work.actor.person_id, work.now
        )


@dataclass(frozen=True)
class OpenTryOut(Query[tuple[TryOutRecord, Source]]):
    shows_cases = False

    try_out_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> tuple[TryOutRecord, Source]:
        record = work.stores.try_outs.get(self.try_out_id, work.actor.person_id, work.now)
        return record, _source(work, record.source_id)


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

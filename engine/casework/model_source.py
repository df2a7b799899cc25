"""The files that the studio works on: those of a draft or a deployment."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from engine.errors import NotFound
from engine.executor.engine import Work


def files_at(work: Work, source_id: UUID) -> Mapping[str, bytes]:
    """Return the files of the draft or deployment with this id. Raise NotFound if it is neither."""
    try:
        return work.stores.model_drafts.get(source_id).files
    except NotFound:
        return work.stores.deployments.content(source_id)[0]

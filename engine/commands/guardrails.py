"""Guardrails of a draft: add, change, remove. They bind once a second person has confirmed each and published the draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from engine.commands.deployments import GUARDRAILS, SaveModelDraft
from engine.domain.people import Role
from engine.errors import NotFound, Outdated
from engine.executor import Command, Work
from engine.executor.permissions import require_role
from engine.guardrails.editing import binding_from, with_guardrail, without_guardrail


class GuardrailsChanged(Outdated):
    sentence = (
        "Joku muutti lupauksia sen jälkeen, kun avasit sivun. Mitä kirjoitit, on tallella tällä sivulla."
    )


@dataclass(frozen=True)
class PutGuardrail(Command[None]):
    """Put a guardrail in place of the one with its key, or add it. Raise GuardrailsRefused, GuardrailsChanged."""

    draft_id: UUID
    guardrail: Mapping[str, Any]
    seen: str
    """Digest of the guardrails as they were when the page was opened."""

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> None:
        _change(
            work,
            self.draft_id,
            self.seen,
            lambda stored, in_use: with_guardrail(stored, self.guardrail, in_use),
        )


@dataclass(frozen=True)
class RemoveGuardrail(Command[None]):
    """Remove a guardrail. The second person confirms that too."""

    draft_id: UUID
    key: str
    seen: str

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> None:
        _change(
            work, self.draft_id, self.seen, lambda stored, in_use: without_guardrail(stored, self.key, in_use)
        )


@dataclass(frozen=True)
class BindGuardrailsFrom(Command[None]):
    """Set the day from which the guardrails bind."""

    draft_id: UUID
    day: date
    seen: str

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> None:
        _change(work, self.draft_id, self.seen, lambda stored, in_use: binding_from(stored, self.day, in_use))


def _change(work: Work, draft_id: UUID, seen: str, changed: Callable[[bytes, bytes | None], bytes]) -> None:
    draft = work.stores.model_drafts.get(draft_id)
    stored = draft.files.get(GUARDRAILS)
    if stored is None:
        raise NotFound
    if sha256(stored).hexdigest() != seen:
        raise GuardrailsChanged
    in_use, _ = work.stores.deployments.content(work.stores.deployments.current().id)
    content = changed(stored, in_use.get(GUARDRAILS))
    SaveModelDraft(draft_id, GUARDRAILS, content, draft.version).execute(work)

"""A changed procedure in use, or asked to be, without the gate: what a story asks of it comes after, and a proof takes longer
than the story."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from engine.bpmn import ParsedModels, parse_models
from engine.commands.deployments import RequestPublication, deploy
from engine.domain.people import OPERATOR, Actor
from engine.executor import Command, Engine, Work
from engine.executor.permissions import require_system
from engine.models.bundle import model_files


@dataclass(frozen=True)
class _Publish(Command[UUID]):
    files: Mapping[str, bytes]
    note: str
    parsed: ParsedModels = field(repr=False)

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> UUID:
        by = {"prepared_by": work.actor.name, "approved_by": work.actor.name}
        return deploy(work, self.files, self.parsed, note=self.note, **by).id


def published(engine: Engine, files: Mapping[str, bytes], note: str = "Uusi versio") -> UUID:
    """Publish, and return the version's id."""
    command = _Publish(files, note, parse_models(model_files(files)))
    made: UUID = engine.perform(command, OPERATOR)
    return made


@dataclass(frozen=True)
class _Ask(RequestPublication):
    def prepare(self, view: Work) -> RequestPublication:
        return replace(self, checked_version=self._editable(view).version)


def publication_asked(engine: Engine, address: str, owner: Actor) -> None:
    """Ask a second person to publish the draft that has its page there."""
    engine.perform(_Ask(UUID(address.rpartition("/")[2]), "Muutin."), owner)

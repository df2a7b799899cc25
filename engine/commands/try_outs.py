"""Try-outs as the database stores them: their steps and nothing more. And the scenarios of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from engine.casework.model_source import files_at
from engine.commands.applications import FORMS
from engine.domain.cases import Channel
from engine.domain.people import Role
from engine.domain.scenarios import MOST_CHARACTERS, Scenario, Step, is_scenario, path_of, read_scenario
from engine.errors import Conflict, Invalid, NotFound
from engine.executor import Command, Work
from engine.executor.permissions import require_role, require_system
from engine.storage.deployments import ModelDraft

KEPT_FOR: Final = timedelta(days=14)
"""After the last step."""
MOST_TRY_OUTS: Final = 30
"""Of one person; the oldest goes first."""
MOST_SCENARIOS: Final = 100
"""In a draft. The shipped bundle has 40, and an owner adds their own; their time is bounded where they run."""
STARTS: Final = (
    *(
        channel.value if n == 0 else f"{channel.value}:{form}"
        for channel, forms in FORMS.items()
        for n, form in enumerate(forms)
    ),
    Channel.ENQUIRY.value,
)
"""Ways to begin a case: the channel, and the form where it is not the channel's first."""


@dataclass(frozen=True)
class BeginTryOut(Command[UUID]):
    """Begin a try-out of a draft or deployment: empty, or with the steps of one of its scenarios. Return its id."""

    source_id: UUID
    start: str = Channel.SELF.value
    """One of `STARTS`."""
    scenario: str | None = None

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> UUID:
        files = files_at(work, self.source_id)
        if self.start not in STARTS:
            raise Invalid("Tällaista aloitusta ei ole.", field="start")
        begun = _of_file(files, self.scenario) if self.scenario else None
        try_out_id = work.stores.try_outs.add(
            self.source_id,
            start=begun.steps[0].subject if begun and begun.steps else self.start,
            scenario=self.scenario,
            steps=begun.steps if begun else (),
            started_by=work.actor.person_id,
            begins_at=begun.begins if begun else work.now,
            moment=work.now,
            expires_at=work.now + KEPT_FOR,
        )
        work.stores.try_outs.keep_newest(work.actor.person_id, MOST_TRY_OUTS)
        return try_out_id


def _of_file(files: Mapping[str, bytes], path: str) -> Scenario:
    if not is_scenario(path) or path not in files:
        raise NotFound
    return read_scenario(files[path])


@dataclass(frozen=True)
class KeepSteps(Command[int]):
    """Store the steps of one's own try-out. Raise Outdated if it has gone on elsewhere."""

    try_out_id: UUID
    steps: tuple[Step, ...]
    seen_version: int

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> int:
        record = work.stores.try_outs.get(self.try_out_id, work.actor.person_id, work.now)
        if sum(len(str(each.to_json())) for each in self.steps) > MOST_CHARACTERS:
            raise Invalid("Kokeilussa on jo niin paljon tekstiä kuin siihen mahtuu.")
        return work.stores.try_outs.change(
            record, self.seen_version, self.steps, work.now, work.now + KEPT_FOR
        )


@dataclass(frozen=True)
class EndTryOut(Command[None]):
    """Remove a try-out of one's own with all its steps."""

    try_out_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> None:
        work.stores.try_outs.remove(self.try_out_id, work.actor.person_id)


@dataclass(frozen=True)
class ForgetTryOuts(Command[int]):
    """Remove expired try-outs. Return how many."""

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> int:
        return work.stores.try_outs.remove_expired(work.now)


@dataclass(frozen=True)
class SaveScenario(Command[str]):
    """Save a scenario among the draft's files, so that it is versioned, hashed, exported and approved with them.
    Return its path."""

    draft_id: UUID
    name: str
    scenario: Scenario
    replaces: bool = False
    """True if a scenario of that name may be replaced."""

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> str:
        draft = _editable(work, self.draft_id)
        path = path_of(self.name)
        if not self.scenario.title.strip():
            raise Invalid("Anna skenaariolle otsikko.", field="title")
        if path in draft.files and not self.replaces:
            raise Invalid("Tämän niminen skenaario on jo. Anna toinen nimi.", field="name")
        if path not in draft.files and sum(map(is_scenario, draft.files)) >= MOST_SCENARIOS:
            raise Invalid("Luonnoksessa on jo niin monta skenaariota kuin siihen mahtuu.", field="name")
        written = self.scenario.dumped()
        # A scenario that can't be read back must not be published.
        read_scenario(written)
        _change(work, draft, {**draft.files, path: written})
        return path


@dataclass(frozen=True)
class RemoveScenario(Command[None]):
    draft_id: UUID
    path: str

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> None:
        draft = _editable(work, self.draft_id)
        if not is_scenario(self.path) or self.path not in draft.files:
            raise NotFound
        _change(work, draft, {path: data for path, data in draft.files.items() if path != self.path})


def _editable(work: Work, draft_id: UUID) -> ModelDraft:
    draft = work.stores.model_drafts.get(draft_id)
    if draft.state != "editing":
        raise Conflict("Luonnos on jo lähetetty julkaistavaksi. Tee muutokset uuteen luonnokseen.")
    return draft


def _change(work: Work, draft: ModelDraft, files: Mapping[str, bytes]) -> None:
    work.stores.model_drafts.change(
        draft,
        draft.version,
        files=files,
        editors=sorted({*draft.editors, str(work.actor.person_id)}),
        edited_by=work.actor.person_id,
        edited_at=work.now,
    )

"""What happens to a draft as a whole: discarded, taken up again, filled from an archive, begun from an older version."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.commands.deploy_processes import begin_draft, require_text
from engine.domain.bundles import Unpacked, belongs, in_lines, unpacked
from engine.domain.people import Role
from engine.errors import Conflict, Invalid, NotFound
from engine.executor import Command, Work
from engine.executor.permissions import require_role
from engine.storage.deployments import Files, ModelDraft


@dataclass(frozen=True)
class DiscardModelDraft(Command[None]):
    """It will not become a version. It stays readable, and can be taken up again."""

    draft_id: UUID
    reason: str

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> None:
        draft = work.stores.model_drafts.get(self.draft_id)
        if draft.state not in {"editing", "requested"}:
            raise Conflict("Luonnos on jo julkaistu tai hylätty.")
        if not self.reason.strip():
            raise Invalid("Kerro, miksi luonnos hylätään.", field="discard_reason")
        work.stores.model_drafts.change(draft, draft.version, state="discarded")
        work.stores.model_drafts.record(
            draft.id, "discarded", work.actor.person_id, work.now, self.reason.strip()[:2000]
        )


@dataclass(frozen=True)
class RecoverModelDraft(Command[None]):
    """A discarded draft is edited again, as it was."""

    draft_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> None:
        draft = work.stores.model_drafts.get(self.draft_id)
        if draft.state != "discarded":
            raise Conflict("Luonnosta ei ole hylätty.")
        work.stores.model_drafts.change(draft, draft.version, state="editing")
        work.stores.model_drafts.record(draft.id, "recovered", work.actor.person_id, work.now)


@dataclass(frozen=True)
class ImportBundle(Command[Unpacked]):
    """Lay the files of an archive over a draft. The draft as it was before is kept, so that this can be undone."""

    draft_id: UUID
    packed: bytes
    seen_version: int

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> Unpacked:
        draft = _editable(work, self.draft_id)
        found = unpacked(self.packed)
        if not found.files:
            raise Invalid("Paketissa ei ole yhtään mallin tiedostoa. Luonnosta ei muutettu.", field="bundle")
        changed = sorted(path for path, data in found.files.items() if draft.files.get(path) != data)
        told = [f"{len(changed)}: {', '.join(in_lines(tuple(changed)))}" if changed else "0"]
        if found.left_out:
            told.append(", ".join(in_lines(found.left_out)))
        _replace(work, draft, self.seen_version, {**draft.files, **found.files}, "imported", "\n".join(told))
        return found


@dataclass(frozen=True)
class ImportFile(Command[None]):
    """Lay one file, as `ReadForeignFile` gave it, into a draft. The draft as it was before is kept."""

    draft_id: UUID
    path: str
    content: bytes
    seen_version: int

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> None:
        draft = _editable(work, self.draft_id)
        if not belongs(self.path):
            raise NotFound
        require_text(self.content)
        files = {**draft.files, self.path: self.content}
        _replace(work, draft, self.seen_version, files, "imported", f"1: {self.path}")


@dataclass(frozen=True)
class PutBackModelDraft(Command[None]):
    """The draft again as it was before an import, or before this was done last."""

    draft_id: UUID
    event_id: UUID
    seen_version: int

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> None:
        draft = _editable(work, self.draft_id)
        files = work.stores.model_drafts.files_before(draft.id, self.event_id)
        _replace(work, draft, self.seen_version, files, "put_back", "")


@dataclass(frozen=True)
class RollBack(Command[UUID]):
    """A draft with the files of an older version, to be published as any other: seen and approved by two."""

    deployment_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> UUID:
        deployments = work.stores.deployments
        older, current = deployments.get(self.deployment_id), deployments.current()
        if older.id == current.id:
            raise Conflict("Tämä versio on jo käytössä.")
        files, _ = deployments.content(older.id)
        return begin_draft(work, f"Paluu versioon {older.number}", current.id, files, str(older.number))


def _editable(work: Work, draft_id: UUID) -> ModelDraft:
    draft = work.stores.model_drafts.get(draft_id)
    if draft.state != "editing":
        raise Conflict("Luonnos on jo lähetetty julkaistavaksi. Tee muutokset uuteen luonnokseen.")
    return draft


def _replace(work: Work, draft: ModelDraft, seen_version: int, files: Files, kind: str, note: str) -> None:
    person = work.actor.person_id
    work.stores.model_drafts.change(
        draft,
        seen_version,
        files=files,
        editors=sorted({*draft.editors, str(person)}),
        edited_by=person,
        edited_at=work.now,
    )
    work.stores.model_drafts.record(draft.id, kind, person, work.now, note, before=draft.files)

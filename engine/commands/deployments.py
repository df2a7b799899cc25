"""Deployments: bundles checked, frozen under one hash, and used by every case opened from then on; and drafts of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from uuid import UUID

from engine.bpmn import ParsedModels, parse_models
from engine.casework.words_left_behind import texts_lost
from engine.domain.people import Role
from engine.errors import Conflict, Forbidden, Invalid, ModelRejected, NotFound, Outdated
from engine.executor import Command, Work
from engine.executor.permissions import require_role
from engine.models.bundle import model_files
from engine.models.comparing import changed_guardrails
from engine.models.gate import Files, check_files
from engine.models.sections import SECTIONS
from engine.storage.deployments import Deployment, ModelDraft, digest_of

MOST_BYTES = 1_000_000
GUARDRAILS = "guardrails.json"
WALKED = 15.0
"""Seconds of a processor in which counterexamples are walked before a publication is refused."""


def checked(view: Work, files: Files) -> ParsedModels:
    """Parse the diagrams of files that may be published. Raise ModelRejected with the publish gate's findings."""
    findings = view.reproduced(files, check_files(view.operation_shapes, files), WALKED)
    if any(finding.severity == "error" for finding in findings):
        raise ModelRejected(findings)
    return parse_models(model_files(files))


def deploy(
    work: Work, files: Files, parsed: ParsedModels, *, note: str, prepared_by: str, approved_by: str
) -> Deployment:
    """Freeze the files as a deployment; new cases use it from now on."""
    return work.stores.deployments.add(
        files=files,
        specs=parsed.to_json(),
        names=parsed.processes,
        note=note,
        prepared_by=prepared_by,
        approved_by=approved_by,
        moment=work.now,
    )


@dataclass(frozen=True)
class DeployProcesses(Command[Deployment]):
    """Deploy files from the command line, recorded as the operator's act. Deploying the same files again changes nothing."""

    files: Files
    note: str
    parsed: ParsedModels | None = field(default=None, repr=False)
    """Made by `prepare`; None where the files are in use already."""

    is_heavy = True

    def permit(self, work: Work) -> None:
        require_role(work, Role.SYSTEM)

    def prepare(self, view: Work) -> DeployProcesses:
        return self if self._in_use(view) else replace(self, parsed=checked(view, self.files))

    def execute(self, work: Work) -> Deployment:
        current = self._in_use(work)
        if current is not None:
            return current
        if self.parsed is None:
            raise Outdated
        name = work.actor.name
        return deploy(work, self.files, self.parsed, note=self.note, prepared_by=name, approved_by=name)

    def _in_use(self, work: Work) -> Deployment | None:
        try:
            current = work.stores.deployments.current()
        except NotFound:
            return None
        return current if current.sha256 == digest_of(self.files) else None


@dataclass(frozen=True)
class CreateModelDraft(Command[UUID]):
    """Create a draft of the models as a copy of a deployment, by default the current one. Return its id."""

    name: str
    based_on: UUID | None = None

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> UUID:
        if not self.name.strip():
            raise Invalid("Anna luonnokselle nimi.", field="name")
        based_on = self.based_on or work.stores.deployments.current().id
        files, _ = work.stores.deployments.content(based_on)
        return begin_draft(work, self.name, based_on, files)


def begin_draft(work: Work, name: str, based_on: UUID, files: Files, note: str = "") -> UUID:
    """Store a new draft and begin its history. Return its id."""
    drafts, person = work.stores.model_drafts, work.actor.person_id
    draft_id = drafts.add(name.strip()[:200], based_on, files, person, work.now)
    drafts.record(draft_id, "created", person, work.now, note)
    return draft_id


@dataclass(frozen=True)
class SaveModelDraft(Command[int]):
    """Save one file of a draft, valid or not. Return the draft's new version.

    Raise Outdated if someone has changed the draft since `seen_version` was opened.
    """

    draft_id: UUID
    path: str
    content: bytes
    seen_version: int

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> int:
        draft = work.stores.model_drafts.get(self.draft_id)
        if draft.state != "editing":
            raise Conflict("Luonnos on jo lähetetty julkaistavaksi. Tee muutokset uuteen luonnokseen.")
        if len(self.content) > MOST_BYTES:
            raise Invalid("Tiedosto on liian suuri.", field="content")
        if self.path not in draft.files and not _may_be_new(self.path):
            raise NotFound
        require_text(self.content)
        editors = sorted({*draft.editors, str(work.actor.person_id)})
        return work.stores.model_drafts.change(
            draft,
            self.seen_version,
            files={**draft.files, self.path: self.content},
            editors=editors,
            edited_by=work.actor.person_id,
            edited_at=work.now,
        )


def require_text(content: bytes) -> None:
    """Raise Invalid for content that is not UTF-8: files of a draft are read and compared as text."""
    try:
        content.decode()
    except UnicodeDecodeError as broken:
        raise Invalid("Tiedosto ei ole UTF-8-tekstiä.", field="content") from broken


def _may_be_new(path: str) -> bool:
    """Return True for a process, and for the checks of sections, which bundles of before have not."""
    parts = path.split("/")
    return path == SECTIONS or (
        len(parts) == 2
        and all(part and not part.startswith(".") for part in parts)
        and parts[1] == "process.bpmn"
    )


class Untranslated(Invalid):
    sentence = "Ihmisiltä kysytään jotakin, mitä ei ole kaikilla kielillä. Vahvista, että se julkaistaan silti, tai käännä se ensin."


@dataclass(frozen=True)
class RequestPublication(Command[None]):
    """Ask a second person to review the draft. Refused while the publish gate finds errors."""

    draft_id: UUID
    note: str
    accepts_untranslated: bool = False
    """The requester read that questions to people outside would not be in all languages."""
    checked_version: int | None = None
    """The version of the draft in which `prepare` found no error."""

    is_heavy = True

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def prepare(self, view: Work) -> RequestPublication:
        draft = self._editable(view)
        findings = check_files(view.operation_shapes, draft.files, apart=True)
        findings = view.reproduced(draft.files, findings, WALKED)
        if not any(finding.severity == "error" for finding in findings):
            findings = (*findings, *view.scenario_findings(draft.files))
        if any(finding.severity == "error" for finding in findings):
            raise ModelRejected(findings)
        return replace(self, checked_version=draft.version)

    def _editable(self, work: Work) -> ModelDraft:
        draft = work.stores.model_drafts.get(self.draft_id)
        if draft.state != "editing":
            raise Conflict("Luonnos on jo lähetetty julkaistavaksi.")
        if not self.note.strip():
            raise Invalid("Kerro, mitä muuttui ja miksi.", field="note")
        if not self.accepts_untranslated and any(each.is_public for each in texts_lost(work, draft)):
            raise Untranslated(field="untranslated")
        return draft

    def execute(self, work: Work) -> None:
        draft = self._editable(work)
        if draft.version != self.checked_version:
            raise Outdated
        work.stores.model_drafts.change(
            draft,
            draft.version,
            state="requested",
            note=self.note.strip(),
            requested_at=work.now,
            requested_by=work.actor.person_id,
            editors=sorted({*draft.editors, str(work.actor.person_id)}),
        )
        work.stores.model_drafts.record(
            draft.id, "requested", work.actor.person_id, work.now, self.note.strip()
        )
        if lost := [each.text for each in texts_lost(work, draft) if each.is_public]:
            drafts = work.stores.model_drafts
            drafts.record(draft.id, "untranslated", work.actor.person_id, work.now, "\n".join(lost)[:2000])


class OwnWork(Forbidden):
    sentence = "Et voi hyväksyä muutosta, jota olet itse muokannut. Toisen prosessinomistajan on tehtävä se."


class GuardrailsUnconfirmed(Invalid):
    sentence = "Vahvista jokainen muuttunut lupaus erikseen ennen kuin otat version käyttöön."


@dataclass(frozen=True)
class ApprovePublication(Command[Deployment]):
    """Publish the draft, as its second person. New cases use the new version from now on; running ones keep theirs."""

    draft_id: UUID
    seen_version: int
    confirmed: frozenset[str] = frozenset()
    """Keys of the changed guardrails that the second person read and accepted, one by one."""
    parsed: ParsedModels | None = field(default=None, repr=False)
    """The diagrams of the draft, made by `prepare`."""

    is_heavy = True

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)
        if str(work.actor.person_id) in work.stores.model_drafts.get(self.draft_id).editors:
            raise OwnWork

    def prepare(self, view: Work) -> ApprovePublication:
        draft, _ = self._confirmed(view)
        return replace(self, parsed=checked(view, draft.files))

    def _confirmed(self, work: Work) -> tuple[ModelDraft, tuple[str, ...]]:
        """Return the draft as the second person saw it, and the keys of its changed guardrails. Raise if it has
        changed, or if one is not confirmed."""
        draft = work.stores.model_drafts.get(self.draft_id)
        if draft.state != "requested":
            raise Conflict("Julkaisua ei ole pyydetty, tai se on jo tehty.")
        if draft.version != self.seen_version:
            raise Outdated
        guardrails = guardrails_to_confirm(work, draft)
        if missing := set(guardrails) - self.confirmed:
            raise GuardrailsUnconfirmed(missing=sorted(missing))
        return draft, guardrails

    def execute(self, work: Work) -> Deployment:
        draft, guardrails = self._confirmed(work)
        if self.parsed is None:
            raise Outdated
        requested_by = draft.requested_by and work.stores.people.get(draft.requested_by).name
        deployment = deploy(
            work,
            draft.files,
            self.parsed,
            note=draft.note,
            prepared_by=requested_by or "",
            approved_by=work.actor.name,
        )
        work.stores.model_drafts.change(
            draft, self.seen_version, state="published", published_as=deployment.id
        )
        work.stores.model_drafts.record(
            draft.id, "published", work.actor.person_id, work.now, ", ".join(guardrails)
        )
        return deployment


def guardrails_to_confirm(work: Work, draft: ModelDraft) -> tuple[str, ...]:
    """Return the keys of guardrails that differ from the version in use (not from the version that the draft began with)."""
    files, _ = work.stores.deployments.content(work.stores.deployments.current().id)
    return changed_guardrails(files.get(GUARDRAILS), draft.files.get(GUARDRAILS))


@dataclass(frozen=True)
class ReturnToEditing(Command[None]):
    """Return the draft to its editors, with what should change."""

    draft_id: UUID
    reason: str

    def permit(self, work: Work) -> None:
        require_role(work, Role.PROCESS_OWNER)

    def execute(self, work: Work) -> None:
        draft = work.stores.model_drafts.get(self.draft_id)
        if draft.state != "requested":
            raise Conflict
        work.stores.model_drafts.change(draft, draft.version, state="editing")
        work.stores.model_drafts.record(
            draft.id, "returned", work.actor.person_id, work.now, self.reason.strip()
        )

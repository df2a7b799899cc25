"""Pages of the studio: deployments, their models, drafts, findings of the publish gate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from engine.bpmn import Element, Line, as_list, draw, in_language
from engine.bpmn import Finding as Finding
from engine.bpmn.element_names import Names, translated
from engine.casework.staffing import unheld_roles
from engine.casework.words_left_behind import letters_left_behind, texts_lost
from engine.domain.cases import Outcome
from engine.domain.people import Role
from engine.errors import ModelRejected, NotFound
from engine.executor import Query, Work
from engine.executor.permissions import require_role, require_scope
from engine.guardrails.prover import Limit, Report
from engine.models.bundle import FINNISH, Bundle
from engine.models.comparing import NO_GUARDRAILS, Change, Words, compare
from engine.models.diagram_gate import LIVE, PUBLISHING
from engine.models.gate import LETTER, TABLE, check_files, worst_first
from engine.models.lost_translations import LostText, lost_findings
from engine.queries.model_files import ModelFile, SharedPart, files_of, parts_of
from engine.storage.deployments import Deployment, DraftEvent, Files, ModelDraft, ProcessDefinition
from engine.texts import text

READERS = (Role.PROCESS_OWNER, Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR)
GUARDRAILS = "guardrails.json"
OPEN = frozenset({"editing", "requested"})
"""States of a draft that may yet be published."""


@dataclass(frozen=True, slots=True)
class DeploymentSummary:
    deployment: Deployment
    open_cases: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class DraftSummary:
    draft: ModelDraft
    based_on: Deployment
    editors: tuple[str, ...]
    edited_by: str
    requested_by: str
    can_approve: bool
    """True if the reader may approve it as the second person."""
    changed: tuple[str, ...]
    """Paths that differ from the deployment it is based on."""
    added: tuple[str, ...]
    """Those of them that the deployment does not have."""


@dataclass(frozen=True, slots=True)
class Studio:
    deployments: tuple[DeploymentSummary, ...]
    drafts: tuple[DraftSummary, ...]
    discarded: tuple[ModelDraft, ...]
    """Discarded drafts that may be taken up again, the newest first."""
    definitions: tuple[ProcessDefinition, ...]
    """Of the current deployment."""


@dataclass(frozen=True)
class ListModels(Query[Studio]):
    """Return the studio's first page: the version in use, the drafts, and those waiting for a second person."""

    language: str = "fi"
    shows_cases = False

    def permit(self, work: Work) -> None:
        """Permit those who answer for the models; a program by its scope alone."""
        require_scope(work, "definitions:read")
        if not work.actor.scopes:
            require_role(work, *READERS)

    def execute(self, work: Work) -> Studio:
        open_cases = work.stores.deployments.open_cases()
        deployments = work.stores.deployments.all()
        current = deployments[0].id if deployments else None
        drafts = work.stores.model_drafts.all()
        return Studio(
            tuple(
                DeploymentSummary(each, open_cases.get(each.id, 0), each.id == current)
                for each in deployments
            ),
            tuple(_summary(work, draft) for draft in drafts if draft.state in {"editing", "requested"}),
            tuple(draft for draft in drafts if draft.state == "discarded"),
            work.instances.definitions(current, self.language) if current else (),
        )


@dataclass(frozen=True, slots=True)
class DeploymentPage:
    summary: DeploymentSummary
    definitions: tuple[ProcessDefinition, ...]
    files: tuple[ModelFile, ...]


@dataclass(frozen=True)
class OpenDeployment(Query[DeploymentPage]):
    """Return everything that one deployment froze."""

    deployment_id: UUID
    language: str = "fi"
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_role(work, *READERS)

    def execute(self, work: Work) -> DeploymentPage:
        stores = work.stores
        deployment = stores.deployments.get(self.deployment_id)
        files, _ = stores.deployments.content(deployment.id)
        summary = DeploymentSummary(
            deployment,
            stores.deployments.open_cases().get(deployment.id, 0),
            stores.deployments.current().id == deployment.id,
        )
        definitions = work.instances.definitions(deployment.id, self.language)
        return DeploymentPage(summary, definitions, files_of(files))


@dataclass(frozen=True, slots=True)
class ModelPage:
    page: DeploymentPage
    definition: ProcessDefinition
    svg: str
    lines: tuple[Line, ...]
    """The diagram in words."""
    elements: Mapping[str, Element]


@dataclass(frozen=True)
class OpenModel(Query[ModelPage]):
    """Return one process of a deployment as a drawing, and as a list with the same content."""

    deployment_id: UUID
    process_key: str
    language: str = "fi"
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_role(work, *READERS)

    def execute(self, work: Work) -> ModelPage:
        page = OpenDeployment(self.deployment_id, self.language).execute(work)
        definition = next((each for each in page.definitions if each.process_key == self.process_key), None)
        if definition is None:
            raise NotFound
        models = work.instances.models(self.deployment_id)
        parsed = translated(models.parsed, models.bundle.names_in(self.language))
        svg = draw(parsed, self.process_key, marks={}, language=self.language)
        lines = as_list(parsed, self.process_key, language=self.language)
        inside = {
            key: each for (process, key), each in parsed.elements.items() if process == self.process_key
        }
        return ModelPage(page, definition, svg, lines, inside)


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of a draft's history."""

    event: DraftEvent
    who: str


@dataclass(frozen=True, slots=True)
class DraftPage:
    summary: DraftSummary
    files: tuple[ModelFile, ...]
    parts: tuple[SharedPart, ...]
    choices: Mapping[str, tuple[tuple[str, str], ...]]
    """Options of the editor, value and name; `operations_help` has a sentence for each operation instead."""
    history: tuple[Happened, ...]
    current: Deployment
    """The version in use now. It differs from the draft's base when somebody published meanwhile."""
    guardrails: tuple[Change, ...]
    """Guardrails that would not be what they are in the version in use: each is confirmed by the second person."""
    unheld: tuple[Finding, ...]
    """While publication is requested: lanes of staff whose role nobody holds."""
    stale: tuple[Finding, ...]
    """Until it is published: translations of letters that were left behind when the Finnish text changed."""
    lost: tuple[LostText, ...]
    """Until it is published: texts that would have no translation."""


@dataclass(frozen=True)
class OpenModelDraft(Query[DraftPage]):
    """Return a draft as its editors see it. No case uses it."""

    shows_cases = False
    draft_id: UUID
    words: Words = Words()  # noqa: RUF009 - frozen

    def permit(self, work: Work) -> None:
        require_role(work, *READERS)

    def execute(self, work: Work) -> DraftPage:
        draft = work.stores.model_drafts.get(self.draft_id)
        people = {person.id: person.name for person in work.stores.people.all()}
        current = work.stores.deployments.current()
        listed = files_of(draft.files)
        return DraftPage(
            _summary(work, draft),
            listed,
            parts_of(draft.files, listed),
            _choices(work, listed, self.words.language),
            tuple(
                Happened(event, people.get(event.person_id, "") if event.person_id else "")
                for event in work.stores.model_drafts.history(draft.id)
            ),
            current,
            _guardrails(work, draft, current, self.words),
            _unheld(work, draft, self.words.language),
            _stale(work, draft, self.words.language),
            texts_lost(work, draft) if draft.state in OPEN else (),
        )


def _unheld(work: Work, draft: ModelDraft, language: str) -> tuple[Finding, ...]:
    if draft.state != "requested":
        return ()
    return tuple(_in_language(each, language) for each in unheld_roles(work, draft.files))


def _stale(work: Work, draft: ModelDraft, language: str) -> tuple[Finding, ...]:
    if draft.state not in OPEN:
        return ()
    return tuple(_in_language(each, language) for each in letters_left_behind(work, draft))


WALKED_LIVE = 2.0
"""Seconds of a processor in which counterexamples are walked while somebody draws; what was walked is kept."""
WALKED_BEFORE_PUBLISHING = 15.0
"""The same before a publication is refused, and where somebody asks whether it would be."""
WALKED = 60.0


@dataclass(frozen=True)
class CheckModelDraft(Query[tuple[Finding, ...]]):
    """Check a draft with the publish gate within the time that a page may take. Errors first."""

    shows_cases = False
    draft_id: UUID
    language: str = "fi"
    limit: Limit = LIVE

    def permit(self, work: Work) -> None:
        require_role(work, *READERS)

    def execute(self, work: Work) -> tuple[Finding, ...]:
        draft = work.stores.model_drafts.get(self.draft_id)
        try:
            found = check_files(work.operation_shapes, draft.files, apart=True, limit=self.limit)
            walked = WALKED_BEFORE_PUBLISHING if self.limit.is_last else WALKED_LIVE
            found = work.reproduced(draft.files, found, walked)
        except ModelRejected as rejected:
            found = rejected.findings
        found = worst_first(
            (
                *found,
                *unheld_roles(work, draft.files),
                *letters_left_behind(work, draft),
                *lost_findings(texts_lost(work, draft)),
            )
        )
        names = Bundle(draft.files).names_in(self.language)
        return tuple(_in_language(each, self.language, names) for each in found)


@dataclass(frozen=True)
class CheckFiles(Query[tuple[Finding, ...]]):
    """Check files that need not be stored anywhere with the publish gate. Errors first."""

    shows_cases = False

    files: Files
    limit: Limit = PUBLISHING
    """Limit of exploration, after which guardrails count as not proven."""
    apart: bool = False
    """In a child process with limits, for what anybody may have drawn."""
    measure: Callable[[Report], None] = lambda _report: None
    """Is given the report of the proof, where it is made in this process."""

    def permit(self, work: Work) -> None:
        require_role(work, *READERS)

    def execute(self, work: Work) -> tuple[Finding, ...]:
        found = check_files(
            work.operation_shapes, self.files, limit=self.limit, apart=self.apart, measure=self.measure
        )
        return work.reproduced(self.files, found, WALKED)


@dataclass(frozen=True)
class ReadModelFile(Query[bytes]):
    """Return one file of a deployment or a draft, for export and for the editors."""

    shows_cases = False

    source_id: UUID
    path: str

    def permit(self, work: Work) -> None:
        require_role(work, *READERS)

    def execute(self, work: Work) -> bytes:
        try:
            return _files(work, self.source_id)[self.path]
        except KeyError:
            raise NotFound from None


@dataclass(frozen=True)
class ReadModelFiles(Query[Mapping[str, bytes]]):
    """Return all files of a deployment or a draft, for export to version control."""

    shows_cases = False

    source_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, *READERS)

    def execute(self, work: Work) -> Mapping[str, bytes]:
        return _files(work, self.source_id)


def _in_language(found: Finding, language: str, names: Names = FINNISH) -> Finding:
    if found.code == TABLE:
        return found
    if found.code == LETTER:
        values = {name: value for name, value in found.values.items() if name not in {"file", "sentence"}}
        return replace(found, sentence=text(language, found.values["sentence"], **values))
    values = {**found.values, "name": names.of(found.values.get("name", ""))}
    path = tuple(replace(step, name=names.of(step.name)) for step in found.path)
    named = replace(found, values=values, path=path)
    sentence, way_out = in_language(named, language)
    return replace(named, sentence=sentence, way_out=way_out)


def _choices(
    work: Work, listed: tuple[ModelFile, ...], language: str
) -> dict[str, tuple[tuple[str, str], ...]]:
    operations = tuple(work.operations.values())

    def named(kind: str) -> tuple[tuple[str, str], ...]:
        return tuple((each.key, each.name) for each in listed if each.kind == kind)

    return {
        "processes": named("diagram"),
        "decisions": named("table"),
        "forms": named("form"),
        "parts": named("part"),
        "roles": tuple((role.value, role.value) for role in Role),
        "operations": tuple(
            sorted(((each.name, text(language, each.label)) for each in operations), key=lambda each: each[1])
        ),
        "operations_help": tuple((each.name, each.help_in(language)) for each in operations),
        "outcomes": tuple((outcome.value, outcome.value) for outcome in Outcome),
    }


def _guardrails(work: Work, draft: ModelDraft, current: Deployment, words: Words) -> tuple[Change, ...]:
    before, _ = work.stores.deployments.content(current.id)
    old, new = ({GUARDRAILS: files.get(GUARDRAILS, NO_GUARDRAILS)} for files in (before, draft.files))
    return tuple(
        change for part in compare(old, new, words).parts for change in part.changes if change.element_id
    )


def _files(work: Work, source_id: UUID) -> Files:
    try:
        return work.stores.model_drafts.get(source_id).files
    except NotFound:
        files, _ = work.stores.deployments.content(source_id)
        return files


def _summary(work: Work, draft: ModelDraft) -> DraftSummary:
    people = {str(person.id): person.name for person in work.stores.people.all()}
    before, _ = work.stores.deployments.content(draft.based_on)
    return DraftSummary(
        draft=draft,
        based_on=work.stores.deployments.get(draft.based_on),
        editors=tuple(people.get(each, each) for each in draft.editors),
        edited_by=people.get(str(draft.edited_by), ""),
        requested_by=people.get(str(draft.requested_by), ""),
        can_approve=work.actor.has(Role.PROCESS_OWNER) and str(work.actor.person_id) not in draft.editors,
        changed=tuple(
            sorted(path for path in {*before, *draft.files} if before.get(path) != draft.files.get(path))
        ),
        added=tuple(sorted(draft.files.keys() - before.keys())),
    )

"""Two versions of the models side by side: a version and a draft, two versions, two drafts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import UUID

from engine.bpmn import Mark, draw
from engine.bpmn.drawings import Drawings, read_drawings
from engine.errors import NotFound, Refusal
from engine.executor import Query, Work
from engine.executor.permissions import require_role
from engine.models.comparing import ChangedFile, Comparison, Words, compare, form_titles
from engine.models.documentation import Documentation, describe
from engine.queries.model_files import files_of
from engine.queries.models import READERS
from engine.storage.deployments import Deployment, Files, ModelDraft
from engine.texts import text

BADGES = {"added": "lisätty", "removed": "poistettu", "changed": "muutettu", "moved": "siirretty"}


@dataclass(frozen=True, slots=True)
class Source:
    """One side of a comparison: a deployment by its number, or a draft by its name."""

    id: UUID
    number: int | None
    name: str
    is_open: bool = True
    """Of a draft: whether it may still become a version."""
    is_editing: bool = False
    """Of a draft: whether its files may be changed now."""


@dataclass(frozen=True, slots=True)
class DrawnPair:
    """The drawings of one process before and after; empty on the side that does not have it."""

    path: str
    process_key: str
    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ComparedModels:
    before: Source
    after: Source
    comparison: Comparison
    drawings: tuple[DrawnPair, ...]


@dataclass(frozen=True)
class CompareModels(Query[ComparedModels]):
    """Compare two sources, as drawings and as a list. Reads no case."""

    shows_cases = False

    before: UUID
    after: UUID
    words: Words = Words()  # noqa: RUF009 - frozen

    def permit(self, work: Work) -> None:
        require_role(work, *READERS)

    def execute(self, work: Work) -> ComparedModels:
        (before, old), (after, new) = opened(work, self.before), opened(work, self.after)
        names = {each.path: each.name for each in (*files_of(old), *files_of(new))}
        comparison = compare(old, new, self.words, names)
        drawings = tuple(_pairs(comparison, old, new, self.words.language))
        return ComparedModels(before, after, comparison, drawings)


@dataclass(frozen=True, slots=True)
class DocumentationPage:
    source: Source
    deployment: Deployment | None
    documentation: Documentation


@dataclass(frozen=True)
class OpenDocumentation(Query[DocumentationPage]):
    """Return everything about one version or draft as one page to print or keep."""

    shows_cases = False

    source_id: UUID
    words: Words

    def permit(self, work: Work) -> None:
        require_role(work, *READERS)

    def execute(self, work: Work) -> DocumentationPage:
        source, files = opened(work, self.source_id)
        names = replace(self.words, forms=form_titles(files))
        deployment = work.stores.deployments.get(source.id) if source.number else None
        return DocumentationPage(source, deployment, _described(tuple(files.items()), names))


@dataclass(frozen=True)
class CompareFiles(Query[Comparison]):
    """Compare two sets of files that need not be stored anywhere."""

    shows_cases = False

    before: Files
    after: Files
    language: str = "fi"

    def permit(self, work: Work) -> None:
        require_role(work, *READERS)

    def execute(self, work: Work) -> Comparison:
        names = {each.path: each.name for each in (*files_of(self.before), *files_of(self.after))}
        return compare(self.before, self.after, Words(self.language), names)


@lru_cache(maxsize=6)
def _described(files: tuple[tuple[str, bytes], ...], words: Words) -> Documentation:
    """Describe the same files once for each language: reading them all takes longer than a page may."""
    return describe(dict(files), words)


def _of_version(deployment: Deployment) -> Source:
    return Source(deployment.id, deployment.number, "")


def _of_draft(draft: ModelDraft) -> Source:
    return Source(
        draft.id, None, draft.name, draft.state in {"editing", "requested"}, draft.state == "editing"
    )


def opened(work: Work, source_id: UUID) -> tuple[Source, Files]:
    """Return a version or a draft, and its files."""
    try:
        draft = work.stores.model_drafts.get(source_id)
    except NotFound:
        files, _ = work.stores.deployments.content(source_id)
        return _of_version(work.stores.deployments.get(source_id)), files
    return _of_draft(draft), draft.files


def _pairs(comparison: Comparison, before: Files, after: Files, language: str) -> Iterator[DrawnPair]:
    for part in comparison.parts:
        if part.kind != "diagram":
            continue
        old, new = _read(part.path, before), _read(part.path, after)
        processes = {**(new.processes if new else {}), **(old.processes if old else {})}
        for key, name in processes.items():
            yield DrawnPair(
                part.path,
                key,
                name,
                _drawn(old, key, part, {"removed", "changed", "moved"}, language),
                _drawn(new, key, part, {"added", "changed", "moved"}, language),
            )


def _read(path: str, files: Files) -> Drawings | None:
    if path not in files:
        return None
    try:
        return read_drawings({path: files[path]})
    except Refusal:
        # A draft may hold a file that is no diagram yet: the list says so.
        return None


def _drawn(drawings: Drawings | None, key: str, part: ChangedFile, states: set[str], language: str) -> str:
    if drawings is None or key not in drawings.processes:
        return ""
    marks = {
        each.element_id: Mark(each.state, badge=word if each.state != "moved" else "", title=word)
        for each in part.changes
        if each.state in states
        for word in (text(language, BADGES[each.state]),)
    }
    return draw(drawings, key, marks=marks, language=language)

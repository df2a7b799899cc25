"""The sections of law that a version or a draft cites: which a jurist has checked, when, and where each is cited."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from engine.executor import Query, Work
from engine.executor.permissions import require_role
from engine.models.comparing import Words
from engine.models.section_places import SectionRegister, register_of
from engine.models.sections import EMPTY, SECTIONS
from engine.queries.comparing import Source, opened
from engine.queries.models import READERS


@dataclass(frozen=True, slots=True)
class SectionsPage:
    source: Source
    content: bytes
    """The file as it is stored, to notice that somebody changed it meanwhile."""
    can_change: bool
    """Of a draft that is being edited."""
    register: SectionRegister


@dataclass(frozen=True)
class OpenSections(Query[SectionsPage]):
    """Return the register of sections of a version or a draft. Raise SectionsRefused if its file can't be read."""

    shows_cases = False

    source_id: UUID
    words: Words

    def permit(self, work: Work) -> None:
        require_role(work, *READERS)

    def execute(self, work: Work) -> SectionsPage:
        source, files = opened(work, self.source_id)
        return SectionsPage(
            source,
            files.get(SECTIONS, EMPTY),
            source.is_editing,
            _register(tuple(files.items()), self.words),
        )


@lru_cache(maxsize=6)
def _register(files: tuple[tuple[str, bytes], ...], words: Words) -> SectionRegister:
    """Find the sections in the same files once for each language: reading them all takes longer than a page may."""
    return register_of(dict(files), words)

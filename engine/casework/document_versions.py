"""Versions of a document: a file names the earlier one that it replaces. Neither is ever overwritten."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from engine.domain.cases import Case
from engine.errors import Invalid
from engine.executor.engine import Work
from engine.storage.attachments import Attachment


def require_newest(work: Work, case: Case, earlier: UUID, newer: UUID | None = None) -> None:
    """Raise Invalid unless the file is one of the case that has no newer version yet, and does not itself replace `newer`."""
    files = {each.id: each for each in work.stores.attachments.of_case(case.id)}
    found = files.get(earlier)
    if found is None or earlier == newer or case.is_shut_to(work.actor, found.created_at):
        raise Invalid("Tiedostoa ei ole tässä asiassa. Valitse se luettelosta.", field="replaces")
    if any(each.replaces == earlier and each.id != newer for each in files.values()):
        raise Invalid("Tiedostosta on jo uudempi versio. Valitse se.", field="replaces")
    if newer in {each.id for each in earlier_of(found, files)}:
        raise Invalid(
            "Tiedosto on itse tämän uudempi versio. Valitse aiempi.",
            field="replaces",
        )


def earlier_of(file: Attachment, files: Mapping[UUID, Attachment]) -> tuple[Attachment, ...]:
    """Return the earlier versions of a file, the newest first."""
    found: list[Attachment] = []
    known = {file.id}
    before = file.replaces
    while before is not None and before in files and before not in known:
        known.add(before)
        found.append(files[before])
        before = files[before].replaces
    return tuple(found)


def newest_of(files: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """Return the files that no newer version replaces, in their order."""
    found: Collection[Attachment] = tuple(files)
    replaced = {each.replaces for each in found}
    return tuple(each for each in found if each.id not in replaced)

"""A file's name and size in words. The name comes from outside and may be made to mislead."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from babel.numbers import format_decimal

from engine.casework.document_versions import earlier_of, newest_of
from engine.commands.attachments import Attachment
from webapp.http.languages import current_language
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.dates import moment

_LONGEST = 80
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Letters of Arabic script are written with them; they turn no direction."""
_KILO = 1024
_MEGA = _KILO * _KILO


def readable_name(name: str) -> str:
    """Return the name without folders and without invisible or direction-changing characters, no longer than a line."""
    shown = "".join(
        character if unicodedata.category(character)[0] != "C" or character in _JOINERS else "·"
        for character in name.replace("\\", "/")
    )
    last = shown.rpartition("/")[2] or shown
    return last if len(last) <= _LONGEST else f"{last[: _LONGEST - 12]}…{last[-11:]}"


def size(byte_count: int) -> str:
    """Return the size like "1,5 Mt" in the reader's language. Below a megabyte, kilobytes are rounded up, so that none is 0."""
    if byte_count < _MEGA:
        return _("%(number)s kt", number=-(-byte_count // _KILO))
    number = format_decimal(byte_count / _MEGA, "0.0", locale=current_language().locale)
    return _("%(number)s Mt", number=number)


@dataclass(frozen=True, slots=True)
class FileVersions:
    """The files of a case by document: the newest version of each, and the ones that it replaces."""

    newest: Sequence[Attachment]
    earlier: Mapping[UUID, Sequence[Attachment]]
    newer: Mapping[UUID, Attachment]
    """By earlier version: the newest of its document."""
    options: Sequence[tuple[str, str]]
    """The newest versions, to choose from."""
    all: Sequence[tuple[str, str]]


def file_versions(files: Iterable[Attachment]) -> FileVersions:
    known = {each.id: each for each in files}
    newest = newest_of(known.values())
    earlier = {each.id: earlier_of(each, known) for each in newest}
    return FileVersions(
        newest,
        earlier,
        {old.id: known[new] for new, olds in earlier.items() for old in olds},
        _options(newest),
        _options(known.values()),
    )


def _options(files: Iterable[Attachment]) -> list[tuple[str, str]]:
    """Return those whose content is not destroyed, the newest first."""
    return [
        (str(each.id), f"{readable_name(each.name)}, {moment(each.created_at)}")
        for each in reversed(tuple(files))
        if each.name
    ]

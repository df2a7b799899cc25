"""Previews a letter while its text is being written: with invented people and the draft's other texts around it.

A letter is a frame with places; in each place stands one part, and annexes follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import UUID

from engine.casework.resolution_letter import authority_values
from engine.domain.wording import Text, Wording
from engine.errors import NotFound
from engine.executor import Query, Work
from engine.executor.permissions import require_role
from engine.letters import Letter, assemble, pictures, render
from engine.letters.files import TextUnreadable, read_text
from engine.letters.samples import invented
from engine.queries.models import READERS

MESSAGES = frozenset({"mail"})
"""Kinds that are never set on paper."""


@dataclass(frozen=True, slots=True)
class PartChoice:
    """A place in the letter, the parts that may be shown in it, and the one shown."""

    place: str
    choices: tuple[str, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class LetterPreview:
    wording: Wording
    pages: tuple[bytes, ...]
    """PNG, one a page; none of what is only sent as a message."""
    parts: tuple[PartChoice, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """A text of a draft as its writer has typed it so far."""

    draft_id: UUID
    path: str
    content: bytes
    language: str
    chosen: Mapping[str, str]
    """Place to the part that stands in it."""


@dataclass(frozen=True)
class PreviewLetter(Query[LetterPreview]):
    """Preview the letter with the text as typed so far. Nothing is stored, no case is read."""

    shows_cases = False

    typed: Typed

    def permit(self, work: Work) -> None:
        require_role(work, *READERS)

    def execute(self, work: Work) -> LetterPreview:
        letter, parts, kind = _made(work, self.typed)
        pages = () if kind in MESSAGES else pictures(letter, drawn_on=work.today)
        return LetterPreview(letter.wording, pages, parts)


@dataclass(frozen=True)
class PrintLetter(Query[bytes]):
    """Return the same letter as a PDF."""

    shows_cases = False

    typed: Typed

    def permit(self, work: Work) -> None:
        require_role(work, *READERS)

    def execute(self, work: Work) -> bytes:
        letter, _, _ = _made(work, self.typed)
        return render(letter, drawn_on=work.today, signed=False)


def _made(work: Work, typed: Typed) -> tuple[Letter, tuple[PartChoice, ...], str]:
    draft = work.stores.model_drafts.get(typed.draft_id)
    if typed.path not in draft.files:
        raise NotFound
    texts = _readable(draft.files) | {_key(typed.path): read_text(typed.content)}
    key = _key(typed.path)
    kind = str(texts[key].get("kind", ""))
    frame = _frame_of(texts, key) if kind in {"part", "annex"} else key
    places = _places(texts, frame, typed.language)
    standing = _parts_by_place(texts, places, key, typed.chosen)
    used = [*standing.values(), *_annexes(texts, frame)]
    known = authority_values(work, typed.language)
    values = {
        name: value
        for each in (frame, *used)
        for name, value in invented(texts[each], typed.language, known).items()
    }
    letter = assemble(texts, frame, typed.language, values | {"explanation_code": "en"}, used)
    parts = tuple(PartChoice(place, choices, standing.get(place, "")) for place, choices in places.items())
    return letter, parts, kind


def _readable(files: Mapping[str, bytes]) -> dict[str, Text]:
    """Return the texts of a draft by key, without those that can't be read."""
    found = {}
    for path, data in files.items():
        if path.endswith(".toml"):
            with suppress(TextUnreadable):
                found[_key(path)] = read_text(data)
    return found


def _key(path: str) -> str:
    return PurePosixPath(path).stem


def _frame_of(texts: Mapping[str, Text], key: str) -> str:
    """Return the key of the frame in which the text appears: one with a place for it, or any frame for an annex; else
    its own key."""
    place = texts[key].get("place")
    for frame, text in texts.items():
        if text.get("kind") == "frame" and (place is None or place in _slots(text, "fi")):
            return frame
    return key


def _slots(text: Text, language: str) -> list[str]:
    words = text.get(language) or {}
    return [str(each["place"]) for each in words.get("sections", ()) if "place" in each]


def _places(texts: Mapping[str, Text], frame: str, language: str) -> dict[str, tuple[str, ...]]:
    return {
        place: tuple(
            key for key, text in sorted(texts.items()) if text.get("place") == place and language in text
        )
        for place in _slots(texts[frame], language)
    }


def _parts_by_place(
    texts: Mapping[str, Text], places: Mapping[str, tuple[str, ...]], key: str, chosen: Mapping[str, str]
) -> dict[str, str]:
    """Return the part to show in each place: the text being written (`key`) in its own, else the chosen one, else the first."""
    own = {str(texts[key]["place"]): key} if "place" in texts[key] else {}
    asked = {place: part for place, part in chosen.items() if part in places.get(place, ())}
    first = {place: choices[0] for place, choices in places.items() if choices}
    return {**first, **asked, **own}


def _annexes(texts: Mapping[str, Text], frame: str) -> list[str]:
    return (
        [key for key, text in sorted(texts.items()) if text.get("kind") == "annex" and frame != key]
        if (texts[frame].get("kind") == "frame")
        else []
    )

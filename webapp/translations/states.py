"""How far each text of a language is: missing, unreviewed, reviewed, or reviewed and worded otherwise by the program since.

A text is reviewed when a reviewer accepted or bettered it on their page, or when its file names a reviewer (X-Reviewed-By)
and the text is not marked fuzzy, which is gettext's own mark: Poedit shows it as "needs work", Weblate as "needs editing".
A new text is fuzzy until a person says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final

import polib

import engine
from engine.domain.people import PUBLIC, Actor
from engine.domain.text_reviews import SourceText as Text
from engine.domain.text_reviews import TextReview
from engine.errors import Unavailable
from engine.queries.text_reviews import LanguageReviews, ReadReviews, ReadVersionTexts, VersionTexts
from engine.texts import reviewed_texts
from forms import translations as forms
from webapp.http.current import engine as current_engine
from webapp.http.languages import PUBLIC_LANGUAGES, SOURCE
from webapp.rendering.words import catalogues
from webapp.translations.sources import Part, Sources, shipped_sources, sources_of

WEB, FORMS = catalogues.DIRECTORY, forms.DIRECTORY
ENGINE = Path(engine.__file__).parent / "translations"
REVIEWER, REVIEWED_ON = "X-Reviewed-By", "X-Reviewed-On"


class Standing(StrEnum):
    MISSING = "missing"
    UNREVIEWED = "unreviewed"
    CHANGED = "changed"
    """Reviewed here; since then the program or the version brings other words. The reviewer's hold."""
    REVIEWED = "reviewed"


OPEN: Final = frozenset({Standing.MISSING, Standing.UNREVIEWED, Standing.CHANGED})
"""Standings of texts that somebody should look at."""


@dataclass(frozen=True, slots=True)
class TextState:
    """A text in a language."""

    text: Text
    parts: tuple[Part, ...]
    words: tuple[str, ...]
    """As people read them now; empty if there are none."""
    shipped: tuple[str, ...]
    standing: Standing
    history: tuple[TextReview, ...]
    """Reviews made here, the newest last."""

    @property
    def seen(self) -> int:
        """Return the number of the newest review."""
        return self.history[-1].number if self.history else 0


@dataclass(frozen=True, slots=True)
class TranslationStatus:
    """The state of the translation into one language."""

    code: str
    tag: str
    name: str
    texts: Mapping[Text, TextState]
    reviewers: tuple[str, ...]
    stale: tuple[TextReview, ...] = ()
    """Reviews that hold, of texts whose Finnish has changed since: nobody reads their words any more."""

    def of_standing(self, *standings: Standing) -> tuple[str, ...]:
        return tuple(each.text.finnish for each in self.texts.values() if each.standing in standings)

    @property
    def open(self) -> int:
        """Return how many texts somebody should look at."""
        return len(self.of_standing(*OPEN))

    @property
    def done(self) -> int:
        return len(self.texts) - self.open

    @property
    def missing(self) -> tuple[str, ...]:
        return self.of_standing(Standing.MISSING)

    @property
    def unreviewed(self) -> tuple[str, ...]:
        return self.of_standing(Standing.UNREVIEWED)

    @property
    def is_reviewed(self) -> bool:
        return not self.missing and not self.unreviewed

    @property
    def direction(self) -> str:
        return PUBLIC_LANGUAGES[self.code].direction


@dataclass(frozen=True, slots=True)
class KnownText:
    words: tuple[str, ...]
    is_reviewed: bool
    reviewer: str


Known = Mapping[tuple[Part, Text], KnownText]


def translated_codes() -> tuple[str, ...]:
    return tuple(code for code in PUBLIC_LANGUAGES if code != SOURCE)


@lru_cache(maxsize=2)
def sources_in(version: VersionTexts) -> Sources:
    """Return the sources of a version, gathered once."""
    return sources_of(version.forms, version.letters)


def translation_status(
    code: str, reviews: LanguageReviews | None = None, version: VersionTexts | None = None
) -> TranslationStatus:
    """Return the state of a language; without reviews and a version, of what comes with the program."""
    sources = shipped_sources() if version is None else sources_in(version)
    known = known_texts(code, version.catalogues.get(code) if version else None)
    made: dict[Text, list[TextReview]] = {}
    for review in reviews.reviews if reviews else ():
        made.setdefault(review.source, []).append(review)
    texts = {
        text: _state(text, parts, known, tuple(made.get(text, ())))
        for text, parts in sources.parts_in(code).items()
    }
    last = (found[-1] for text, found in made.items() if text not in texts)
    names = {each.reviewer for each in known.values() if each.reviewer}
    if reviews:
        held = (found[-1] for found in made.values() if found[-1].holds)
        names |= {reviews.names.get(each.reviewed_by, "") for each in held} - {""}
    language = PUBLIC_LANGUAGES[code]
    return TranslationStatus(
        code,
        language.html,
        language.name,
        texts,
        tuple(sorted(names)),
        tuple(each for each in last if each.holds),
    )


def statuses_of(codes: Iterable[str], actor: Actor) -> Mapping[str, TranslationStatus]:
    """Return the state of languages, with what was reviewed here, as the version in use has their texts."""
    version = current_engine().answer(ReadVersionTexts(), actor)
    reviews = current_engine().answer(ReadReviews(), actor)
    return {code: translation_status(code, reviews[code], version) for code in codes}


def _state(text: Text, parts: tuple[Part, ...], known: Known, history: tuple[TextReview, ...]) -> TextState:
    found = [known[part, text] for part in parts if (part, text) in known]
    shipped = found[0].words if found else ()
    if history and history[-1].holds:
        last = history[-1]
        is_same = shipped in (last.shipped, last.words)
        standing = Standing.REVIEWED if is_same else Standing.CHANGED
        return TextState(text, parts, last.words, shipped, standing, history)
    if len(found) < len(parts):
        standing = Standing.MISSING
    elif all(each.is_reviewed for each in found):
        standing = Standing.REVIEWED
    else:
        standing = Standing.UNREVIEWED
    return TextState(text, parts, shipped, shipped, standing, history)


def known_texts(code: str, forms: bytes | None = None) -> Known:
    """Return the translations of a language that come with the program; `forms`: the version's catalogue of forms."""
    found: dict[tuple[Part, Text], KnownText] = {}
    for part, path in paths(code):
        if part == "forms" and forms is not None:
            found |= _read("forms", forms.decode())
        else:
            found |= _in_file(part, path, path.stat().st_mtime_ns)
    return found


@lru_cache(maxsize=128)
def _in_file(part: Part, path: Path, _changed_at: int) -> Known:
    """Read a file once, until it is written anew."""
    return _read(part, path.read_text("utf-8"))


@lru_cache(maxsize=16)
def _read(part: Part, data: str) -> Known:
    file = polib.pofile(data)
    reviewer = str(file.metadata.get(REVIEWER, ""))
    found: dict[tuple[Part, Text], KnownText] = {}
    for entry in file:
        words = words_of(entry)
        if not entry.obsolete and all(words):
            is_reviewed = bool(reviewer) and not entry.fuzzy
            text = Text(entry.msgid, entry.msgid_plural)
            found[part, text] = KnownText(words, is_reviewed, reviewer if is_reviewed else "")
    return found


def is_reviewed(code: str) -> bool:
    """Return True if every text of the language was reviewed; pages in other languages say that nobody has. Finnish
    needs no review."""
    if code == SOURCE:
        return True
    reviewed = reviewed_texts().of(code)
    # Most languages have no reviewer yet, and then there is no need to look at each text.
    if not reviewed and not any(each.reviewer for each in known_texts(code).values()):
        return False
    try:
        version = current_engine().answer(ReadVersionTexts(), PUBLIC)
    except Unavailable:
        return False
    known = known_texts(code, version.catalogues.get(code))
    return all(
        (text.finnish, text.plural) in reviewed
        or all((part, text) in known and known[part, text].is_reviewed for part in parts)
        for text, parts in sources_in(version).parts_in(code).items()
    )


def paths(code: str) -> Iterator[tuple[Part, Path]]:
    for path in sorted((WEB / code / "LC_MESSAGES").glob("*.po")):
        yield "web", path
    for part, folder in (("forms", FORMS), ("engine", ENGINE)):
        path = folder / f"{code}.po"
        if path.is_file():
            yield part, path  # type: ignore[misc]  # the two above


def words_of(entry: polib.POEntry) -> tuple[str, ...]:
    plural = entry.msgstr_plural
    return tuple(plural[number] for number in sorted(plural)) if entry.msgid_plural else (entry.msgstr,)

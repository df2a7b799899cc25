"""How far the review of a language is, place by place, and which text comes next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from engine.domain.text_reviews import SourceText as Text
from engine.domain.text_reviews import TextReview
from engine.queries.text_reviews import LanguageReviews, ReadReviews, ReadVersionTexts, VersionTexts
from webapp.http import sessions
from webapp.http.current import engine
from webapp.translations.sources import Place, PlaceKind, Sources
from webapp.translations.states import (
    OPEN,
    TextState,
    TranslationStatus,
    sources_in,
    translation_status,
)

_FIRST: Final = (
    "public/start.html",
    "layouts/public.html",
    "public/before.html",
    "public/safety.html",
    "components/asides.html",
    "public/check.html",
    "public/receipt.html",
    "public/status.html",
)
ALIKE: Final = 0.6
"""From here on a changed Finnish text counts as the successor of another."""


@dataclass(frozen=True, slots=True)
class PlaceProgress:
    place: Place
    texts: tuple[TextState, ...]

    @property
    def open(self) -> tuple[TextState, ...]:
        return tuple(each for each in self.texts if each.standing in OPEN)

    @property
    def done(self) -> int:
        return len(self.texts) - len(self.open)


@dataclass(frozen=True, slots=True)
class LanguageProgress:
    """The review of one language as its pages show it."""

    status: TranslationStatus
    sources: Sources
    reviews: LanguageReviews
    version: VersionTexts
    places: tuple[PlaceProgress, ...]

    def of_kind(self, kind: PlaceKind) -> tuple[PlaceProgress, ...]:
        return tuple(each for each in self.places if each.place.kind is kind)

    def at(self, name: str, text: Text) -> PlaceProgress:
        """Return the place with this name if the text is read there, else the first where it is."""
        there = [each for each in self.places if any(state.text == text for state in each.texts)]
        return next((each for each in there if each.place.name == name), there[0])

    @property
    def changed(self) -> int:
        """Return how many texts the Finnish has that this language has not, and those that were reviewed and are no longer
        read; a text and its successor count once."""
        missing = set(self.status.missing)
        successors = (self.successor(each) for each in self.status.stale)
        return len(missing) + sum(each is None or each.finnish not in missing for each in successors)

    def next_open(self, after: Text, place: PlaceProgress) -> tuple[PlaceProgress, Text] | None:
        """Return the next text that somebody should look at: in this place, then in the others, then from the top."""
        here = [each.text for each in place.texts]
        below = here[here.index(after) + 1 :]
        found = next((each.text for each in place.open if each.text in below), None)
        if found is not None:
            return place, found
        start = self.places.index(place)
        for each in (*self.places[start + 1 :], *self.places[: start + 1]):
            others = [state.text for state in each.open if state.text != after]
            if others:
                return each, others[0]
        return None

    def before_change(self, text: Text) -> TextReview | None:
        """Return the review of the Finnish text that this one seems to have replaced."""
        return next(
            (each for each in self.status.stale if self.successor(each) == text),
            None,
        )

    def successor(self, stale: TextReview) -> Text | None:
        """Return the text that is most like the one whose Finnish has changed; None if none is like it."""
        shares = ((alike(stale.source, each), each) for each in self.status.texts)
        best = max(shares, key=lambda pair: pair[0], default=(0.0, None))
        return best[1] if best[0] >= ALIKE else None


def alike(old: Text, new: Text) -> float:
    if bool(old.plural) != bool(new.plural):
        return 0.0
    matcher = SequenceMatcher(None, old.finnish, new.finnish)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def progress_of(codes: Iterable[str]) -> dict[str, LanguageProgress]:
    """Return the progress of languages, as the version in use has their texts."""
    actor = sessions.actor()
    version = engine().answer(ReadVersionTexts(), actor)
    wanted = tuple(codes)
    reviews = engine().answer(ReadReviews(wanted[0] if len(wanted) == 1 else ""), actor)
    return {code: _progress(code, reviews[code], version) for code in wanted}


def _progress(code: str, reviews: LanguageReviews, version: VersionTexts) -> LanguageProgress:
    status, sources = translation_status(code, reviews, version), sources_in(version)
    places = (
        PlaceProgress(place, tuple(status.texts[text] for text in texts if text in status.texts))
        for place, texts in sources.places.items()
    )
    read = sorted((each for each in places if each.texts), key=lambda each: _turn(each.place))
    return LanguageProgress(status, sources, reviews, version, tuple(read))


def _turn(place: Place) -> int:
    """Return when the review comes to a place: what everybody reads first, then in the order of the sources."""
    return _FIRST.index(place.key) if place.key in _FIRST else len(_FIRST)

"""Reviews of translations, and the words that they lay over those of the program."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from sqlalchemy import RowMapping, select

from engine.domain.text_reviews import SourceText, TextReview, Verdict
from engine.errors import Unavailable
from engine.storage.database import Database, new_id
from engine.storage.tables.people import COUNTERS
from engine.storage.tables.texts import TEXT_REVIEWS
from engine.storage.unit_of_work import UnitOfWork
from engine.texts import ReviewedTexts

_COUNTER: Final = "text_reviews"
_COUNTED: Final = select(COUNTERS.c.value).where(COUNTERS.c.name == _COUNTER)
"""Asked by every request."""
_REVIEWS: Final = select(TEXT_REVIEWS).order_by(TEXT_REVIEWS.c.number)


class TextReviews:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def count(self) -> int:
        """Return how many reviews there are: the number of the newest."""
        return self._unit.execute(_COUNTED).scalar() or 0

    def next_number(self) -> int:
        """Return the number for a review. Who reviews at the same moment waits here, and then finds this one."""
        return self._unit.count_up(COUNTERS, {"name": _COUNTER, "value": 1}, "value")

    def add(self, review: TextReview) -> None:
        self._unit.insert(
            TEXT_REVIEWS,
            {
                "id": new_id(),
                "number": review.number,
                "language": review.language,
                "finnish": review.source.finnish,
                "plural": review.source.plural,
                "words": list(review.words),
                "shipped": list(review.shipped),
                "verdict": review.verdict.value,
                "reviewed_by": review.reviewed_by,
                "reviewed_at": review.reviewed_at,
            },
        )

    def all(self, language: str = "") -> tuple[TextReview, ...]:
        """Return the reviews of a language, or of all, in the order they were made."""
        wanted = _REVIEWS.where(TEXT_REVIEWS.c.language == language) if language else _REVIEWS
        return tuple(_review(row) for row in self._unit.rows(wanted))

    def last(self, language: str, source: SourceText) -> TextReview | None:
        """Return the newest review of a text; None if nobody has reviewed it."""
        row = self._unit.rows(
            select(TEXT_REVIEWS)
            .where(
                TEXT_REVIEWS.c.language == language,
                TEXT_REVIEWS.c.finnish == source.finnish,
                TEXT_REVIEWS.c.plural == source.plural,
            )
            .order_by(TEXT_REVIEWS.c.number.desc())
            .limit(1)
        )
        return _review(row[0]) if row else None

    def laid(self) -> ReviewedTexts:
        """Return the words of the newest review of each text."""
        count, words = self.count(), dict[str, dict[tuple[str, str], tuple[str, ...]]]()
        for each in self.all():
            of_language = words.setdefault(each.language, {})
            of_language.pop((each.source.finnish, each.source.plural), None)
            if each.holds:
                of_language[each.source.finnish, each.source.plural] = each.words
        return ReviewedTexts(count, words)


class ReviewedTextsCache:
    """The words of the newest reviews, read anew when there is a newer one. Threads may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last = ReviewedTexts()

    def read(self) -> ReviewedTexts:
        """Return them as they are now; as they were last read if the database is away, so that the page which says so
        is worded in every language."""
        with suppress(Unavailable), self._database.view() as connection:
            stored = TextReviews(UnitOfWork(connection))
            if stored.count() != self._last.count:
                self._last = stored.laid()
        return self._last


def _review(row: RowMapping) -> TextReview:
    return TextReview(
        number=row["number"],
        language=row["language"],
        source=SourceText(row["finnish"], row["plural"]),
        words=tuple(row["words"]),
        shipped=tuple(row["shipped"]),
        verdict=Verdict(row["verdict"]),
        reviewed_by=row["reviewed_by"],
        reviewed_at=row["reviewed_at"],
    )

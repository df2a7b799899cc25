"""Reviews of translations. A reviewer may word the texts of the languages in their appointments, and of no other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from engine.domain.people import REVIEW_POWERS, Role
from engine.domain.text_reviews import SourceText, TextReview, Verdict, WordsRefused, faults_of
from engine.errors import Conflict, Forbidden, NotFound
from engine.executor import Command, Work
from engine.executor.permissions import require_person, require_role

_SPACES: Final = re.compile(r"[ \t\r\n]+")
"""Not those that keep two words on one line, which French has before its question mark."""


class NotYourLanguage(Forbidden):
    sentence = "Sinulla ei ole määräystä tarkistaa tämän kielen tekstejä."


class ReviewedMeanwhile(Conflict):
    sentence = "Joku toinen tarkisti tämän tekstin juuri. Katso, mitä hän kirjoitti. Oma tekstisi on tallella tällä sivulla."


class NothingToTakeBack(Conflict):
    sentence = "Tekstiä ei ole tarkistettu, joten mitään ei voi perua."


@dataclass(frozen=True)
class ReviewText(Command[Verdict]):
    """Accept the words that people read now, or give better ones; they hold from the next page on. Raise WordsRefused
    if the words can't stand for the source."""

    language: str
    source: SourceText
    words: tuple[str, ...]
    shipped: tuple[str, ...]
    """The words of the program or the version, which the page showed."""
    seen: int
    """Number of the text's newest review when the page was opened; 0 if there was none."""

    def permit(self, work: Work) -> None:
        require_role(work, Role.REVIEWER)

    def execute(self, work: Work) -> Verdict:
        reviewer = _reviewer(work, self.language)
        number = work.stores.text_reviews.next_number()
        last = _last_seen(work, self.language, self.source, self.seen)
        words = tuple(_SPACES.sub(" ", each).strip(" ") for each in self.words)
        if found := faults_of(self.language, self.source, words, self.shipped):
            raise WordsRefused(found)
        read = last.words if last is not None and last.holds else self.shipped
        verdict = Verdict.ACCEPTED if words == read else Verdict.BETTERED
        review = TextReview(
            number, self.language, self.source, words, self.shipped, verdict, reviewer, work.now
        )
        work.stores.text_reviews.add(review)
        return verdict


@dataclass(frozen=True)
class TakeBackReview(Command[None]):
    """Take the review of a text back: the words of the program hold again, and nobody has reviewed them."""

    language: str
    source: SourceText
    shipped: tuple[str, ...]
    seen: int

    def permit(self, work: Work) -> None:
        require_role(work, Role.REVIEWER)

    def execute(self, work: Work) -> None:
        reviewer = _reviewer(work, self.language)
        number = work.stores.text_reviews.next_number()
        last = _last_seen(work, self.language, self.source, self.seen)
        if last is None or not last.holds:
            raise NothingToTakeBack
        taken = Verdict.TAKEN_BACK
        review = TextReview(
            number, self.language, self.source, self.shipped, self.shipped, taken, reviewer, work.now
        )
        work.stores.text_reviews.add(review)


def _reviewer(work: Work, language: str) -> UUID:
    """Return the id of the person who reviews. Raise NotFound for a language that nobody translates into,
    NotYourLanguage without an appointment for it."""
    if language not in REVIEW_POWERS:
        raise NotFound
    person_id = require_person(work)
    if not work.stores.people.appointments_on(person_id, REVIEW_POWERS[language], work.today):
        raise NotYourLanguage
    return person_id


def _last_seen(work: Work, language: str, source: SourceText, seen: int) -> TextReview | None:
    """Return the newest review. Raise ReviewedMeanwhile if it is not the one that the reviewer saw."""
    last = work.stores.text_reviews.last(language, source)
    if (last.number if last else 0) != seen:
        raise ReviewedMeanwhile
    return last

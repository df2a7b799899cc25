"""For reviewers of translations: the texts of the version in use, and the reviews of a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from engine.domain.people import REVIEW_POWERS, Role
from engine.domain.text_reviews import TextReview
from engine.executor import Query, Work
from engine.executor.permissions import require_role
from engine.models.bundle import FORMS
from engine.queries.models import READERS
from forms.definition import FormDefinition

REVIEW_READERS = (Role.REVIEWER, *READERS)


@dataclass(frozen=True, slots=True)
class VersionTexts:
    """The texts for people outside that come with a version of the models."""

    deployment_id: UUID
    forms: tuple[FormDefinition, ...] = field(compare=False)
    letters: Mapping[str, Mapping[str, Any]] = field(compare=False)
    catalogues: Mapping[str, bytes] = field(compare=False)
    """The translations of its forms, by language."""


@dataclass(frozen=True)
class ReadVersionTexts(Query[VersionTexts]):
    """Return the public forms, letters and translations of the version that new cases use."""

    shows_cases = False

    def permit(self, work: Work) -> None:
        """Permit anyone: they are words that anyone may read."""

    def execute(self, work: Work) -> VersionTexts:
        deployment_id = work.stores.deployments.current().id
        bundle = work.instances.models(deployment_id).bundle
        catalogues = {
            path.removeprefix(FORMS).removesuffix(".po"): data
            for path, data in bundle.files.items()
            if path.startswith(FORMS) and path.endswith(".po")
        }
        public = tuple(each for each in bundle.forms.values() if each.is_public)
        return VersionTexts(deployment_id, public, bundle.texts, catalogues)


@dataclass(frozen=True, slots=True)
class LanguageReviews:
    """The reviews of a language in the order they were made, and the names of those who made them."""

    reviews: tuple[TextReview, ...]
    names: Mapping[UUID, str]
    may_review: bool
    """True if the reader has an appointment for the language that holds today."""


@dataclass(frozen=True)
class ReadReviews(Query[Mapping[str, LanguageReviews]]):
    """Return the reviews by language; of all languages, or of one."""

    language: str = ""
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_role(work, *REVIEW_READERS)

    def execute(self, work: Work) -> Mapping[str, LanguageReviews]:
        found: dict[str, list[TextReview]] = {
            language: [] for language in REVIEW_POWERS if self.language in ("", language)
        }
        for each in work.stores.text_reviews.all(self.language):
            found.setdefault(each.language, []).append(each)
        names = {each.id: each.name for each in work.stores.people.all()}
        own = work.actor.person_id
        held = work.stores.people.appointments_of(own) if own and work.actor.has(Role.REVIEWER) else ()
        powers = {each.power for each in held if each.holds_on(work.today)}
        return {
            language: LanguageReviews(tuple(reviews), names, REVIEW_POWERS.get(language) in powers)
            for language, reviews in found.items()
        }

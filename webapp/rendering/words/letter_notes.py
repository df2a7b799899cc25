"""Notes beside the questions whose answers enter a letter as they are typed: its language, and who else reads it."""

from __future__ import annotations

from engine.queries.task_page import TaskPage
from webapp.http.languages import current_language
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.labels import language_name


def letter_notes(page: TaskPage) -> dict[str, str]:
    """Return by question that its answer enters a letter: in another language than the page's, or to others than the one
    who says it."""
    notes = {
        question: _(
            "Tämä menee kirjeeseen sellaisena kuin sen kirjoitat. Kirjeen kieli: %(language)s.",
            language=language_name(language),
        )
        for question, language in page.letter_languages.items()
        if language != current_language().code
    }
    if page.opinion_read_by:
        read_by = _(
            "Tämän lukevat päätöksestä myös: %(names)s. Kerro se kuultavalle, ennen kuin hän vastaa.",
            names=", ".join(page.opinion_read_by),
        )
        notes["opinion"] = f"{read_by} {notes.get('opinion', '')}".strip()
    return notes

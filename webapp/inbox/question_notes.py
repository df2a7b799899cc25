"""Notes beside questions of a task's form: where an answer goes, why an option is missing, and who asked to be heard."""

from __future__ import annotations

from engine.queries.task_page import TaskPage
from webapp.http.languages import current_language
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.dates import day
from webapp.rendering.words.labels import language_name
from webapp.rendering.words.request_notes import request_notes

BY_POST = ("paper_way", "hearing_way", "posted")
"""Questions that ask if a letter left by post."""


def notes_beside(page: TaskPage) -> dict[str, str]:
    """Return the note of each question that has one."""
    return {**_letter_notes(page), **_post_notes(page), **request_notes(page), **_oral_notes(page)}


def _letter_notes(page: TaskPage) -> dict[str, str]:
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


def _post_notes(page: TaskPage) -> dict[str, str]:
    """Return by question why it does not offer post: the reader never had an address."""
    note = _("Postia ei voi valita: postiosoite puuttuu.")
    return {question: note for question in BY_POST if question in page.withheld}


def _oral_notes(page: TaskPage) -> dict[str, str]:
    """Return by question who asked to state their case orally: the decision answers it (434/2003 37 §)."""
    if not page.oral_wishes:
        return {}
    asked = [
        _(
            "%(name)s pyysi %(day)s saada esittää asiansa suullisesti.",
            name=each.name or _("Kuultu henkilö"),
            day=day(each.wished_on),
        )
        for each in page.oral_wishes
    ]
    return {"oral_request": " ".join(asked)}

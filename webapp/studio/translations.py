"""The languages of the public side: missing and unreviewed texts, and a file for translators."""

from __future__ import annotations

from flask import Response, make_response, render_template

from engine.errors import NotFound
from webapp.http.access import for_staff
from webapp.studio.blueprint import READERS, blueprint
from webapp.translations.files import exported, translated_codes, translation_status


@blueprint.get("/texts")
@for_staff(*READERS)
def texts() -> str:
    return render_template(
        "studio/texts.html", statuses=[translation_status(code) for code in translated_codes()]
    )


@blueprint.get("/texts/<language>.po")
@for_staff(*READERS)
def texts_file(language: str) -> Response:
    """Send all texts of a language in one file, for a translator's own program."""
    if language not in translated_codes():
        raise NotFound
    response = make_response(exported(language))
    response.mimetype = "text/x-gettext-translation"
    response.headers["Content-Disposition"] = f'attachment; filename="{language}.po"'
    return response

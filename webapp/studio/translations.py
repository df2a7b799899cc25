"""The languages of the public side: what is translated, and what a person has still to review."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from engine.errors import NotFound
from webapp.http.access import for_staff
from webapp.studio.versions import READERS
from webapp.translations.files import exported, standing, translated_codes


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/texts", view_func=texts)
    blueprint.add_url_rule("/texts/<language>.po", view_func=texts_file)


@for_staff(*READERS)
def texts() -> str:
    return render_template("studio/texts.html", standings=[standing(code) for code in translated_codes()])


@for_staff(*READERS)
def texts_file(language: str) -> Response:
    """The whole language as one file, for a translator's own program."""
    if language not in translated_codes():
        raise NotFound
    response = make_response(exported(language))
    response.mimetype = "text/x-gettext-translation"
    response.headers["Content-Disposition"] = f'attachment; filename="{language}.po"'
    return response

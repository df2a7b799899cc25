"""The languages under review, and one of them place by place."""

from __future__ import annotations

from flask import Response, make_response

from engine.errors import NotFound
from webapp.http.access import for_staff
from webapp.http.responses import render
from webapp.reviews.blueprint import REVIEW_READERS, blueprint
from webapp.reviews.progress import progress_of
from webapp.reviews.words import KINDS, title_of
from webapp.translations.files import exported
from webapp.translations.states import Standing, translated_codes


@blueprint.get("/")
@for_staff(*REVIEW_READERS)
def index() -> Response:
    found = progress_of(translated_codes()).values()
    own = [each for each in found if each.reviews.may_review]
    return render(
        "reviews/index.html", own=own, others=[each for each in found if not each.reviews.may_review]
    )


@blueprint.get("/<code>")
@for_staff(*REVIEW_READERS)
def language(code: str) -> Response:
    if code not in translated_codes():
        raise NotFound
    page = progress_of([code])[code]
    return render(
        "reviews/language.html",
        page=page,
        kinds=KINDS,
        titles={each.place: title_of(page.sources, each.place) for each in page.places},
        missing=[each.text for each in page.status.texts.values() if each.standing is Standing.MISSING],
        stale=[(each, page.successor(each)) for each in page.status.stale],
    )


@blueprint.get("/<code>.po")
@for_staff(*REVIEW_READERS)
def file(code: str) -> Response:
    """Send all texts of a language in one file, as people read them now, for a translator's own program."""
    if code not in translated_codes():
        raise NotFound
    response = make_response(exported(code, progress_of([code])[code].status))
    response.mimetype = "text/x-gettext-translation"
    response.headers["Content-Disposition"] = f'attachment; filename="{code}.po"'
    return response

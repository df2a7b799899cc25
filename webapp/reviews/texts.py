"""One text of a language: its place, the Finnish and the English beside, accept or better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, request, url_for
from markupsafe import Markup

from engine.commands.text_reviews import ReviewText, TakeBackReview
from engine.domain.people import Role
from engine.domain.text_reviews import PLACES, Verdict, WordsRefused, forms_of, numbers_of
from engine.errors import Conflict, Invalid, NotFound
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.reviews.blueprint import REVIEW_READERS, blueprint
from webapp.reviews.pictures import picture_of_form, picture_of_page
from webapp.reviews.progress import LanguageProgress, progress_of
from webapp.reviews.words import sentence_of, shown, stored, title_of
from webapp.translations.sources import Place, PlaceKind
from webapp.translations.states import TextState, translated_codes

AROUND = 6
"""Texts shown before and after the one under review."""
LONGEST = 5000
_PAGES = {
    "public/start.html": "public.start",
    "public/safety.html": "public.safety",
    "public/accessibility.html": "public.accessibility",
    "public/owner.html": "public.owner",
    "public/privacy.html": "public.privacy",
    "public/paper.html": "public.paper",
    "public/code.html": "public.code",
    "layouts/public.html": "public.start",
}
"""Pages that can be opened as people see them, without answers of anyone."""
_DOORS = {"application": "own", "child_application": "child", "referral": "other", "enquiry": "ask"}


@dataclass(frozen=True, slots=True)
class WordsField:
    """The field for the text, or for one of its plural forms."""

    form: int
    words: str
    numbers: tuple[int, ...]
    """The first numbers for which the form is used; none for a text without plural forms."""
    problems: tuple[str, ...]


@blueprint.get("/<code>/<key>")
@for_staff(*REVIEW_READERS)
def text(code: str, key: str) -> Response:
    page, state = _found(code, key)
    return _page(page, state)


@blueprint.post("/<code>/<key>")
@for_staff(Role.REVIEWER)
def review(code: str, key: str) -> Response:
    """Accept or better the text, or take its review back, depending on the button."""
    page, state = _found(code, key)
    source, typed = state.text, tuple(each[:LONGEST] for each in request.form.getlist("words"))
    seen = int(number) if (number := request.form.get("seen", "")).isdecimal() and len(number) < 10 else -1
    try:
        if request.form.get("do") == "take-back":
            engine().perform(TakeBackReview(code, source, state.shipped, seen), sessions.actor())
            notify(_("Tarkistus on peruttu. Ohjelman oma teksti on taas käytössä."))
            return see_other("reviews.text", code=code, key=key, place=request.args.get("place"))
        words = tuple(stored(source, each) for each in typed)
        command = ReviewText(code, source, words, state.shipped, seen)
        verdict = engine().perform(command, sessions.actor())
    except WordsRefused as refused:
        problems: dict[int, list[str]] = {}
        for fault in refused.faults:
            problems.setdefault(fault.form, []).append(sentence_of(fault))
        return _page(page, state, typed, problems, status=422)
    except Invalid as invalid:
        return _page(page, state, typed, {0: [_(invalid.message)]}, status=422)
    except Conflict as conflict:
        return _page(*_found(code, key), typed, {0: [_(conflict.message)]}, status=409)
    notify(
        _("Parempi teksti on käytössä heti.") if verdict is Verdict.BETTERED else _("Teksti on hyväksytty.")
    )
    following = page.next_open(source, page.at(request.args.get("place", ""), source))
    if following is None:
        return see_other("reviews.language", code=code)
    place, next_text = following
    return see_other("reviews.text", code=code, key=next_text.key, place=place.place.name)


def _found(code: str, key: str) -> tuple[LanguageProgress, TextState]:
    """Return the language and the text. Raise NotFound for a language or a text that is not there."""
    if code not in translated_codes():
        raise NotFound
    page = progress_of([code])[code]
    state = next((each for source, each in page.status.texts.items() if source.key == key), None)
    if state is None:
        raise NotFound
    return page, state


def _page(
    page: LanguageProgress,
    state: TextState,
    typed: Sequence[str] = (),
    problems: Mapping[int, Sequence[str]] | None = None,
    status: int = 200,
) -> Response:
    place = page.at(request.args.get("place", ""), state.text)
    number = place.texts.index(state)
    english = progress_of(["en"])["en"].status.texts.get(state.text)
    return render(
        "reviews/text.html",
        status,
        page=page,
        state=state,
        place=place,
        place_title=title_of(page.sources, place.place),
        other_places=[
            (each, title_of(page.sources, each))
            for each in page.sources.places_of(state.text)
            if each != place.place
        ],
        number=number,
        around=place.texts[max(0, number - AROUND) : number + AROUND + 1],
        address=_address(page.status.code, place.place),
        picture=_picture(page, place.place, state),
        english=english.words if english else (),
        fields=_fields(page.status.code, state, typed, problems or {}),
        wanted=sorted(
            {shown(each) for each in PLACES.findall(state.text.finnish + state.text.plural)} - {"%"}
        ),
        following=page.next_open(state.text, place),
        replaced=page.before_change(state.text) if not state.history else None,
        problems=problems or {},
    )


def _picture(page: LanguageProgress, place: Place, state: TextState) -> Markup | None:
    """Return the part of the page or form in which the text is read; None for letters and single sentences."""
    code, text = page.status.code, state.text
    if place.kind is PlaceKind.PAGE:
        return picture_of_page(place.key, text, code)
    form = next((each for each in page.version.forms if each.key == place.key), None)
    if place.kind is not PlaceKind.FORM or form is None:
        return None
    words = {each.finnish: known.words[-1] for each, known in page.status.texts.items() if known.words}
    return picture_of_form(form, text, code, words)


def _fields(
    code: str, state: TextState, typed: Sequence[str], problems: Mapping[int, Sequence[str]]
) -> list[WordsField]:
    numbers = numbers_of(code) if state.text.plural else ((),)
    words = typed or [shown(each) for each in state.words]
    return [
        WordsField(
            form, words[form] if form < len(words) else "", numbers[form][:4], tuple(problems.get(form, ()))
        )
        for form in range(forms_of(code, state.text))
    ]


def _address(code: str, place: Place) -> str:
    """Return the address at which the place can be seen as people see it; empty for one that needs somebody's answers."""
    if place.kind is PlaceKind.FORM and place.key in _DOORS:
        return url_for("public.before", language=code, door=_DOORS[place.key])
    if place.kind is PlaceKind.PAGE and place.key in _PAGES:
        return url_for(_PAGES[place.key], language=code)
    return ""

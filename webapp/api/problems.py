"""Refusals as problem documents (RFC 9457), with a sentence for every field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Final

from flask import Response, g, make_response
from werkzeug.exceptions import HTTPException

from engine import errors
from engine.domain.chronology import DatesRejected
from forms.errors import SENTENCES, Problem
from webapp.http.errors import PAGES, WAIT_WHEN_AWAY, log_unanswered, status_of
from webapp.rendering.forms.page import problems_of
from webapp.rendering.words.catalogues import gettext, marked
from webapp.rendering.words.labels import sentence_of

MEDIA_TYPE = "application/problem+json"
IDENTITY: Final = "answers:identity"
"""The scope without which a program reads no name."""


class Unreadable(errors.Refusal):
    sentence = "Sisältöä ei voitu lukea JSONina."


class NotJson(errors.Refusal):
    sentence = "Lähetä sisältö JSONina (Content-Type: application/json)."


class Unacceptable(errors.Invalid):
    sentence = "Tiedoissa on virhe."

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__()
        self.problems = problems
        """Finnish sentences by the path of the field, keys of the catalogues."""


class TokenNeeded(errors.SignInRequired):
    sentence = "Lähetä voimassa oleva tunniste otsakkeessa Authorization: Bearer."


_STATUS: Mapping[type[errors.Refusal], HTTPStatus] = {
    Unreadable: HTTPStatus.BAD_REQUEST,
    NotJson: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
}
OTHERWISE = marked("Arvo ei ole sellainen kuin tähän kuuluu.")
SENTENCES_FOR_MARSHMALLOW = {
    "Missing data for required field.": marked("Tämä tieto puuttuu."),
    "Field may not be null.": marked("Tämä tieto puuttuu."),
    "Unknown field.": marked("Tällaista tietoa ei ole."),
    "Not a valid string.": marked("Tähän kuuluu teksti."),
    "Not a valid mapping type.": marked("Tähän kuuluu joukko nimettyjä tietoja."),
    "Invalid input type.": marked("Tähän kuuluu joukko nimettyjä tietoja."),
}
"""The library's English sentences in our words."""


SENTENCES_BY_STATUS: Mapping[HTTPStatus, str] = {
    HTTPStatus.BAD_REQUEST: marked("Pyyntöä ei voitu lukea."),
    HTTPStatus.NOT_FOUND: marked("Tällaista ei ole, tai tunnisteella ei ole oikeutta nähdä sitä."),
    HTTPStatus.METHOD_NOT_ALLOWED: marked(
        "Tälle osoitteelle ei voi tehdä näin. Sallitut menetelmät ovat otsakkeessa Allow."
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: marked("Lähetys on liian suuri. Mitään ei tallennettu."),
}
"""Of refusals that speak of pages elsewhere. A sentence of its own would tell a hidden case from one that does not exist."""


def refused(refusal: errors.Refusal) -> Response:
    status = _STATUS.get(type(refusal)) or status_of(refusal)
    log_unanswered(refusal, status)
    # Nor may one tell a wrong key where it was read.
    general = {
        HTTPStatus.NOT_FOUND: SENTENCES_BY_STATUS[HTTPStatus.NOT_FOUND],
        HTTPStatus.SERVICE_UNAVAILABLE: PAGES[HTTPStatus.SERVICE_UNAVAILABLE].text,
    }.get(status)
    detail = gettext(general) if general else sentence_of(refusal, **_unnamed(refusal))
    response = document(status, detail, list(_problems_of(refusal)))
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(WAIT_WHEN_AWAY)
    return response


def http_error(error: HTTPException) -> Response:
    response = of_status(HTTPStatus(error.code or 400))
    if allowed := getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def of_status(status: HTTPStatus) -> Response:
    """Return the problem document of a status of which nothing more is known."""
    sentence = SENTENCES_BY_STATUS.get(status) or PAGES.get(status, PAGES[HTTPStatus.BAD_REQUEST]).text
    return document(status, gettext(sentence), [])


def document(status: HTTPStatus, detail: str, problems: Sequence[Mapping[str, str]]) -> Response:
    made: dict[str, object] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
    }
    if problems:
        made["problems"] = problems
    response = make_response(made, status.value)
    response.mimetype = MEDIA_TYPE
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="vireille"'
    return response


def _problems_of(refusal: errors.Refusal) -> Iterator[dict[str, str]]:
    if isinstance(refusal, errors.AnswersRejected | DatesRejected):
        for path, found in problems_of(refusal).items():
            for each in found:
                yield {"field": f"answers.{path}".rstrip("."), "sentence": _sentence(each), "key": each.key}
    elif isinstance(refusal, Unacceptable):
        for path, sentence in refusal.problems.items():
            yield {"field": path, "sentence": gettext(sentence)}
    elif isinstance(refusal, errors.Invalid) and refusal.field:
        sentence = sentence_of(refusal, **_unnamed(refusal))
        yield {"field": f"answers.{refusal.field}", "sentence": sentence}


def _unnamed(refusal: errors.Refusal) -> Mapping[str, str]:
    """Return a word in place of the name in a sentence, for a program without the scope for names."""
    if "name" not in refusal.values or IDENTITY in g.program.scopes:
        return {}
    return {"name": gettext("asianosainen")}


def _sentence(problem: Problem) -> str:
    return problem.message or gettext(SENTENCES[problem.key]) % dict(problem.values)


def by_path(messages: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield path and Finnish sentence of each field that marshmallow refused."""
    if isinstance(messages, Mapping):
        for name, inside in messages.items():
            here = path if name == "_schema" else f"{path}.{name}".lstrip(".")
            yield from by_path(inside, here)
    else:
        first = messages[0] if isinstance(messages, list) and messages else messages
        yield path, SENTENCES_FOR_MARSHMALLOW.get(str(first), OTHERWISE)

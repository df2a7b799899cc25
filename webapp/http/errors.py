"""Maps refusals to statuses and pages. A case that one may not see answers like one that does not exist."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, current_app, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException

from engine import errors
from engine.commands.sessions import NoteKeptOut, NoteRefusal
from engine.journal import place_of
from webapp.http import current, kept_forms, sessions, tokens, tracing, visits
from webapp.http.access import current_access, is_public_page, page_above

log = logging.getLogger(__name__)

STATUS: tuple[tuple[type[errors.Refusal], HTTPStatus], ...] = (
    (errors.NotFound, HTTPStatus.NOT_FOUND),
    (errors.Forbidden, HTTPStatus.FORBIDDEN),
    (errors.SignInRequired, HTTPStatus.UNAUTHORIZED),
    (errors.ProofRequired, HTTPStatus.FORBIDDEN),
    (errors.ProofRefused, HTTPStatus.FORBIDDEN),
    (errors.SignInRefused, HTTPStatus.FORBIDDEN),
    (errors.PasskeyRefused, HTTPStatus.FORBIDDEN),
    (errors.TooManyAttempts, HTTPStatus.TOO_MANY_REQUESTS),
    (errors.Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.FileRefused, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.ChangedMeanwhile, HTTPStatus.PRECONDITION_FAILED),
    (errors.Conflict, HTTPStatus.CONFLICT),
    (errors.Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.WrongKey, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.Unsealable, HTTPStatus.INTERNAL_SERVER_ERROR),
    (errors.MisconfiguredEnvironment, HTTPStatus.INTERNAL_SERVER_ERROR),
)
"""The first that fits. Anything else is a fault of ours: 500."""


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """The texts of the page for one status: Finnish msgids."""

    title: str
    text: str


PAGES = {
    HTTPStatus.BAD_REQUEST: ErrorPage(
        "Lähettämääsi ei voitu lukea", "Palaa edelliselle sivulle ja yritä uudelleen."
    ),
    HTTPStatus.UNAUTHORIZED: ErrorPage(
        "Kirjaudu ensin sisään", "Istuntosi on päättynyt tai et ole kirjautunut."
    ),
    HTTPStatus.FORBIDDEN: ErrorPage("Tämä ei ole sallittua", "Sinulla ei ole oikeutta tehdä tätä."),
    HTTPStatus.NOT_FOUND: ErrorPage(
        "Tätä sivua ei löydy", "Osoite voi olla väärin kirjoitettu tai linkki vanhentunut."
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: ErrorPage("Näin sivua ei voi avata", "Palaa alkuun ja avaa sivu sieltä."),
    HTTPStatus.CONFLICT: ErrorPage(
        "Tilanne ehti muuttua", "Joku muutti tätä samaan aikaan. Avaa sivu uudelleen ja katso, mitä on tehty."
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ErrorPage(
        "Lähetys on liian suuri", "Lyhennä tekstiä ja lähetä uudelleen. Mitään ei tallennettu."
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ErrorPage(
        "Lähettämääsi ei voitu lukea", "Palaa edelliselle sivulle ja yritä uudelleen."
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: ErrorPage("Tiedoissa on virhe", "Tarkista tiedot ja lähetä uudelleen."),
    HTTPStatus.TOO_MANY_REQUESTS: ErrorPage(
        "Yrityksiä on ollut liian monta", "Odota hetki ja yritä uudelleen."
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: ErrorPage(
        "Jokin meni meillä vikaan", "Toimintoa ei tehty edes osittain. Yritä hetken kuluttua uudelleen."
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: ErrorPage(
        "Palvelu ei juuri nyt vastaa", "Odota hetki ja yritä uudelleen. Mitään ei lähde kahdesti."
    ),
}
TOO_LARGE_A_FILE = ErrorPage(
    "Lähetys on liian suuri",
    "Yksi tiedosto saa olla enintään 10 megatavua ja kaikki kerralla lähetettävät yhteensä enintään 24 megatavua. Palaa edelliselle sivulle ja lisää tiedostot yksi kerrallaan. Mitä kirjoitit aiemmin, on tallessa.",
)
"""For pages that take files: there the body is large because of a file."""
SPENT_LINK = ErrorPage(
    "Linkki ei enää toimi",
    "Siihen on jo vastattu, se on jo avattu tai sen aika on päättynyt. Jos sait koodin, kun tallensit vastauksen, jatka sillä.",
)
"""For the address of a request: the same words for an answered, an opened, an expired and an invented one."""
_OF_LINKS = frozenset({"public.reply", "public.open_reply"})

_PASSING = frozenset(
    {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE}
)
_WORDED_BY_THE_PAGE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE})
_PUBLIC_FORMS = frozenset({"public", "identified"})
_NEVER_TYPED = frozenset(
    {
        *(tokens.FIELD, "act", "despite", "do", "draft", "draft_seen", "go", "key", "next", "only"),
        *("page_address", "path", "seen", "session", "shown_at", "step", "token", "version"),
    }
)
"""Fields of staff forms that a page fills in by itself, and buttons."""
_WRITTEN_IN = frozenset(
    {
        *("about", "agreed", "answer", "barred", "clarification", "interpreter", "note", "outcome"),
        *("place", "reason", "text", "words"),
    }
)
_NAME_OR_ID = re.compile(r"[a-z][a-z0-9_]*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PROBLEM_DOCUMENTS = "vireille.problem_documents"
"""The extension that makes the document of a status, for addresses of programs."""
WAIT_WHEN_AWAY = 60
"""Seconds that a program is asked to wait when the database is away."""


def status_of(refusal: errors.Refusal) -> HTTPStatus:
    for kind, status in STATUS:
        if isinstance(refusal, kind):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def register(app: Flask) -> None:
    app.register_error_handler(errors.Refusal, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _fault)


def _refused(refusal: errors.Refusal) -> Response:
    status = status_of(refusal)
    if not _is_for_programs():
        if isinstance(refusal, errors.ProofRequired):
            return kept_forms.prove_first()
        if status is HTTPStatus.UNAUTHORIZED:
            return kept_forms.sign_in_first()
    try:
        _note(refusal, status)
    except errors.Unavailable as away:
        return _refused(away)
    if isinstance(refusal, tokens.ForeignForm) and (kept := _kept_for_another(status)):
        return kept
    # A sentence of its own would tell a hidden case from one that does not exist.
    message = None if status in _WORDED_BY_THE_PAGE else refusal.message
    fault = tracing.current_id() if status is HTTPStatus.INTERNAL_SERVER_ERROR else None
    response = answer(status, message, fault=fault)
    log_unanswered(refusal, status)
    wait = refusal.values.get("wait", WAIT_WHEN_AWAY if status is HTTPStatus.SERVICE_UNAVAILABLE else None)
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    return response


def _note(refusal: errors.Refusal, status: HTTPStatus) -> None:
    """Log whom of the staff a page was refused, and who asked for a case that they do not see or that does not exist:
    both alike, so that neither bytes nor time tell which."""
    if not _is_for_staff():
        return
    if status is HTTPStatus.FORBIDDEN:
        current.engine().perform(NoteRefusal(request.endpoint or ""), sessions.actor())
    access = current_access()
    if isinstance(refusal, errors.NotFound) and access is not None and access.action is not None:
        current.engine().perform(NoteKeptOut(refusal.hidden), sessions.actor())


def _kept_for_another(status: HTTPStatus) -> Response | None:
    """Return the page that keeps a form of somebody else than the person who is signed in here by now."""
    session = None if is_public_page() else sessions.current_session()
    return kept_forms.kept_for_its_person(status, session.actor.name) if session is not None else None


def log_unanswered(refusal: errors.Refusal, status: HTTPStatus) -> None:
    """Write into the journal why the service could not answer. Of what it refused for good there is no line."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("the service does not answer", extra={"reason": _reason(refusal), **place_of(refusal)})


def _reason(refusal: errors.Refusal) -> str:
    """Return, for the journal, why the service does not answer."""
    if isinstance(refusal, errors.WrongKey):
        return "wrong_key"
    if isinstance(refusal.__cause__, errors.StorageFull):
        # Of the key store: it is there, and has no room.
        return "disk_full"
    if isinstance(refusal, errors.KeyStoreAway):
        return "key_store_away"
    if isinstance(refusal, errors.MasterKeyMissing):
        return "master_key_missing"
    if isinstance(refusal, errors.StorageFull):
        return "disk_full"
    return "database_away" if isinstance(refusal, errors.Unavailable) else "fault"


def _http_error(error: HTTPException) -> Response:
    if error.code is None or 300 <= error.code < 400:
        return make_response(error.get_response())
    try:
        status = HTTPStatus(error.code)
    except ValueError:
        status = HTTPStatus.BAD_REQUEST
    allowed = getattr(error, "valid_methods", None)
    if allowed and request.method == "GET" and (above := page_above(allowed[0])):
        return make_response(redirect(above, code=303))
    response = answer(status, None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _fault(error: Exception) -> Response:
    """Answer a fault of the program with 500. Log only its place: values may hold what people wrote."""
    log.error("the request failed", extra=place_of(error))
    return answer(HTTPStatus.INTERNAL_SERVER_ERROR, None, fault=tracing.current_id())


def answer(status: HTTPStatus, message: str | None, fault: str | None = None) -> Response:
    """Return the page of a status, for staff or the public, or a problem document for programs."""
    page = _page_of(status)
    if _is_for_programs():
        made: Response = current_app.extensions[PROBLEM_DOCUMENTS](status)
        return made
    template = "errors/staff.html" if _is_for_staff() else "errors/public.html"
    again = _sent_again(status)
    # With the draft, or the key of who reads, the page's way out destroys it, as on the page it stands for.
    kept = dict(again)
    held = kept.get("draft", kept.get("key"))
    draft = {} if held is None else {"draft": held}
    html = render_template(
        template,
        page=page,
        message=message,
        status=status.value,
        fault=fault,
        again=again,
        unsaved=_unsaved(status),
        is_refused=status not in _PASSING,
        **draft,
    )
    return make_response(html, status.value)


def _unsaved(status: HTTPStatus) -> list[str]:
    """Return the words that somebody of the staff typed into a form for which they were too late; not what they chose."""
    if (
        status is not HTTPStatus.CONFLICT
        or not _is_for_staff()
        or any("password" in name for name in request.form)
    ):
        return []
    sent = ((name, text.strip()) for name, text in request.form.items(multi=True))
    return [text for name, text in sent if text and name not in _NEVER_TYPED and not _is_chosen(name, text)]


def _is_chosen(name: str, text: str) -> bool:
    """Return True of what looks like the value of a choice or an id, where people do not write whole sentences."""
    return name not in _WRITTEN_IN and _NAME_OR_ID.fullmatch(text) is not None


def _page_of(status: HTTPStatus) -> ErrorPage:
    access = current_access()
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE and access is not None and access.takes_files:
        return TOO_LARGE_A_FILE
    if status is HTTPStatus.NOT_FOUND and request.endpoint in _OF_LINKS:
        return SPENT_LINK
    return PAGES.get(status, PAGES[HTTPStatus.BAD_REQUEST])


def _sent_again(status: HTTPStatus) -> list[tuple[str, str]]:
    """Return names and values of a posted public form that could not be accepted just now, for the error page to post
    again.

    Files can't be carried, and the pressed button is left out.
    """
    # A body that was never read is not read for this.
    if status not in _PASSING or request.blueprint not in _PUBLIC_FORMS or "form" not in request.__dict__:
        return []
    left_out = {tokens.FIELD, visits.FIELD, *(["go"] if request.files else [])}
    return [(name, value) for name, value in request.form.items(multi=True) if name not in left_out]


def _is_for_programs() -> bool:
    return request.path.startswith("/api/")


def _is_for_staff() -> bool:
    """Return True on a staff page with someone signed in. Public pages show no names."""
    return not is_public_page() and sessions.current_session() is not None

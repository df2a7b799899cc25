"""Filters and globals of all templates. They read nothing from the engine but the session and the number of notices."""

from __future__ import annotations

import re

from flask import Flask, g
from jinja2 import StrictUndefined
from markupsafe import Markup

from engine.domain.administration import DECIDERS
from engine.domain.people import CASE_STAFF
from engine.letters import cited
from engine.queries.administration import CountProposals
from engine.queries.staff_notices import CountNotices
from webapp.http import sessions, tokens, visits
from webapp.http.access import is_public_page
from webapp.http.current import engine, menu, settings, today
from webapp.http.languages import LANGUAGES, PUBLIC_LANGUAGES, current_language
from webapp.http.navigation import menu_of
from webapp.http.notices import take_notice
from webapp.rendering.assets import asset, icon
from webapp.rendering.timeline.variants import who_acted
from webapp.rendering.words import catalogues, code_disguise, dates, labels
from webapp.rendering.words.appointment_words import decider_in_words, extent_in_words, uncovered_in_words
from webapp.rendering.words.danger import departure_in_words
from webapp.rendering.words.deadlines import rule_of_deadline
from webapp.rendering.words.document_titles import title_in_words
from webapp.rendering.words.files import size
from webapp.rendering.words.request_names import basis_in_words, request_name, request_of, statute_of
from webapp.rendering.words.retention_labels import rule_in_words
from webapp.rendering.words.rulings import ruling_in_words
from webapp.rendering.words.table_words import ground_in_words

_NEVER_KEPT = Markup('<input type="password" value="-" autocomplete="one-time-code" hidden disabled>')
"""Browsers built on Blink and WebKit write posted forms into their session files, but no form with a filled-in
password. Disabled, this one is never sent; as a one-time code no browser offers to save it."""


def register(app: Flask) -> None:
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        catalogues.gettext,
        catalogues.plural_form,
        newstyle=True,
    )
    environment.filters.update(
        day=dates.day,
        short_day=dates.short_day,
        weekday=dates.weekday,
        day_of_month=dates.day_of_month,
        moment=dates.moment,
        moment_or_day=dates.moment_or_day,
        clock=dates.clock,
        machine=dates.machine,
        digits=digits,
        telephone=telephone,
        cited=cited,
        telephone_numbers=code_disguise.as_telephone_numbers,
        groceries=code_disguise.as_groceries,
        word=labels.word,
        sentence_of=labels.sentence_of,
        extent=extent_in_words,
        uncovered=uncovered_in_words,
        decider=decider_in_words,
        departure=departure_in_words,
        who_acted=who_acted,
        ruling=ruling_in_words,
        document_title=title_in_words,
        rule=rule_of_deadline,
        standing=lambda request: request.standing(today()),
        language_name=labels.language_name,
        basis=basis_in_words,
        statute=statute_of,
        request_name=request_name,
        request_in=lambda key, requests: request_of(key, requests) or key,
        size=size,
        ground=ground_in_words,
        rule_in_words=rule_in_words,
    )
    environment.globals.update(
        icon=icon,
        asset=asset,
        form_token=_form_token_field,
        never_kept=_NEVER_KEPT,
        role_name=labels.role_name,
        notices_unread=_notices_unread,
        proposals_waiting=_proposals_waiting,
    )

    @app.context_processor
    def _page() -> dict[str, object]:
        session = None if is_public_page() else sessions.current_session()
        return {
            "language": current_language(),
            "languages": tuple((PUBLIC_LANGUAGES if is_public_page() else LANGUAGES).values()),
            "help_line": settings().help_line,
            "page_address": g.get("page_address", ""),
            "visit": visits.current_visit(),
            "own_address": settings().base_url,
            "identification_name": _identification_name(),
            "staff_provider": _staff_provider_name(),
            "signed_in": session.actor if session else None,
            "session_left": sessions.seconds_left() if session else 0,
            "has_shortcuts": session is not None and session.has_shortcuts,
            "menu": menu_of(session.actor, menu()) if session else (),
            "take_notice": take_notice,
        }


def _notices_unread() -> int | None:
    """Return how many notices the reader has not read; None for those who work with no cases."""
    actor = sessions.actor()
    return engine().answer(CountNotices(), actor) if actor.has(*CASE_STAFF) else None


def _proposals_waiting() -> int:
    """Return how many proposals of power wait for the reader; none for those who confirm none."""
    actor = sessions.actor()
    return engine().answer(CountProposals(), actor) if actor.has(*DECIDERS) else 0


def digits(code: str) -> list[str]:
    """Split a code into groups of four, to be read aloud or written down."""
    return re.findall(r".{1,4}", code)


def telephone(number: str) -> str:
    """Return a Finnish number for dialling: 029 546 3177 → +358295463177. Short numbers stay as they are."""
    plain = re.sub(r"[^0-9+]", "", number)
    if len(plain) <= 4 or plain.startswith("+"):
        return plain
    return f"+358{plain.removeprefix('0')}"


def _identification_name() -> str:
    """Return the name of the identification service; empty if none is configured, and pages leave it out."""
    identification = settings().identification
    return identification.name_in(current_language().code) if identification else ""


def _staff_provider_name() -> str:
    """Return the name of the provider at which staff sign in; empty if none is configured."""
    staff = settings().staff_sign_in
    return staff.provider.name_in(current_language().code) if staff else ""


def _form_token_field() -> Markup:
    """Return the hidden field that every form which changes something must have."""
    token = Markup('<input type="hidden" name="%s" value="%s">') % (tokens.FIELD, tokens.form_token())
    if not is_public_page():
        return token
    visit = visits.current_visit()
    named = (
        Markup('<input type="hidden" name="%s" value="%s">') % (visits.FIELD, visit) if visit else Markup()
    )
    return token + named + _NEVER_KEPT

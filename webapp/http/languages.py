"""In which language a page speaks: on the public side as its address says, for staff as their settings say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import g, request

from webapp.http import sessions


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    name: str
    """In its own words, as the person who needs it reads it."""
    direction: str = "ltr"


LANGUAGES = {
    language.code: language
    for language in (Language("fi", "Suomi"), Language("sv", "Svenska"), Language("en", "English"))
}
SOURCE = "fi"
"""Messages are written in Finnish; the other languages are catalogues."""


def current_language() -> Language:
    """Chosen once a request, so that a page never mixes two."""
    if "language" not in g:
        g.language = LANGUAGES[_chosen()]
    return cast("Language", g.language)


def speak(code: str) -> None:
    """From here on, what this request says is in that language."""
    if code in LANGUAGES:
        g.language = LANGUAGES[code]


def preferred_language() -> str:
    """What the browser asks for, when nothing else has been said."""
    asked = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((code for code in asked if code in LANGUAGES), SOURCE)


def _chosen() -> str:
    first_part = request.path.strip("/").split("/", 1)[0]
    if first_part in LANGUAGES:
        return first_part
    session = sessions.current_session()
    if session is not None and session.actor.language in LANGUAGES:
        return session.actor.language
    return preferred_language()

"""The language of a page: on public pages from the address, on staff pages from the person's settings."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request
from werkzeug.routing import AnyConverter, Map

from webapp.http import sessions


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    name: str
    """Its name in the language itself."""
    direction: str = "ltr"
    tag: str = ""
    """BCP 47 tag for browsers and screen readers; the code where it is empty."""
    falls_back_to: str = "fi"
    """For a missing text. English reaches more of those who know neither Finnish nor Swedish."""

    @property
    def locale(self) -> str:
        """The locale for dates, numbers and plurals. Easy Finnish uses that of Finnish."""
        return self.tag.partition("-")[0] or self.code

    @property
    def html(self) -> str:
        return self.tag or self.code

    @property
    def gettext(self) -> str:
        """The name in catalogues. gettext writes a variant after @ and refuses a private subtag."""
        base, _, variant = self.html.partition("-x-")
        return f"{base}@{variant}" if variant else base


def _by_code(*languages: Language) -> dict[str, Language]:
    return {language.code: language for language in languages}


LANGUAGES = _by_code(Language("fi", "Suomi"), Language("sv", "Svenska"), Language("en", "English"))
"""Languages of the whole service, pages of staff included."""
PUBLIC_LANGUAGES = _by_code(
    LANGUAGES["fi"],
    # No registered subtag says easy language; a private one is what BCP 47 leaves for it.
    Language("selko", "Selkosuomi", tag="fi-x-selko"),
    LANGUAGES["sv"],
    LANGUAGES["en"],
    Language("ru", "Русский", falls_back_to="en"),
    Language("uk", "Українська", falls_back_to="en"),
    Language("ar", "العربية", "rtl", falls_back_to="en"),
    Language("fa", "فارسی", "rtl", falls_back_to="en"),
    Language("so", "Soomaali", falls_back_to="en"),
    Language("vi", "Tiếng Việt", falls_back_to="en"),
    Language("fr", "Français", falls_back_to="en"),
    Language("es", "Español", falls_back_to="en"),
)
SOURCE = "fi"
"""Messages are written in Finnish; the other languages are catalogues."""


class PublicLanguage(AnyConverter):
    """The `<language:…>` of a public page's address."""

    def __init__(self, rules: Map) -> None:
        super().__init__(rules, *PUBLIC_LANGUAGES)


def current_language() -> Language:
    """Return the language of this request. It is chosen once, so that a page never mixes two."""
    if "language" not in g:
        g.language = PUBLIC_LANGUAGES[_chosen()]
    found: Language = g.language
    return found


def speak(code: str) -> None:
    """Use this language for the rest of the answer."""
    if code in PUBLIC_LANGUAGES:
        g.language = PUBLIC_LANGUAGES[code]


def preferred_language(among: dict[str, Language] = PUBLIC_LANGUAGES) -> str:
    """Return the first language of the browser's list that is in `among`, else Finnish."""
    asked = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((code for code in asked if code in among), SOURCE)


def _chosen() -> str:
    first_part = request.path.strip("/").split("/", 1)[0]
    if first_part in PUBLIC_LANGUAGES:
        return first_part
    session = sessions.current_session()
    if session is not None and session.actor.language in LANGUAGES:
        return session.actor.language
    return preferred_language(LANGUAGES)

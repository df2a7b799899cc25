"""The catalogues of pages: Finnish in the source, other languages in webapp/translations.

The application reads the .po files when it starts; nothing compiled is kept. Each part may have a file of its own beside
messages.po, so that two people never write in the same one. Languages of the public side alone have one file, public.po.
A text marked fuzzy is unreviewed: it is shown, since it is better than a language one can't read, and the page says so.
"""

from __future__ import annotations

import gettext as library
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from engine.texts import reviewed_texts
from webapp.http.languages import PUBLIC_LANGUAGES, SOURCE, current_language

DIRECTORY = Path(__file__).parents[2] / "translations"


def marked(message: str) -> str:
    """Mark a text for extraction; it is translated later, when the language is known."""
    return message


def gettext(message: str, **values: object) -> str:
    text = translated(current_language().code, message)
    return text % values if values else text


def translated(code: str, message: str) -> str:
    """Return a text in a language, as a reviewer worded it."""
    worded = reviewed_texts().of(code).get((message, ""))
    return worded[0] if worded else _translations(code).gettext(message)


def ngettext(singular: str, plural: str, number: int, **values: object) -> str:
    return plural_form(singular, plural, number) % {"num": number, **values}


def plural_form(singular: str, plural: str, number: int) -> str:
    """Return the text for a number with its placeholders unfilled, for templates to fill in."""
    code = current_language().code
    worded = reviewed_texts().of(code).get((singular, plural))
    if worded:
        return worded[_form_of(code)(number)]
    return _translations(code).ngettext(singular, plural, number)


def load_all() -> None:
    """Read every catalogue at the start, so that a broken one stops the application, not a page."""
    for code in PUBLIC_LANGUAGES:
        _translations(code)


@lru_cache(maxsize=len(PUBLIC_LANGUAGES))
def _form_of(code: str) -> Callable[[int], int]:
    """Return which plural form a number takes."""
    return library.c2py(get_plural(PUBLIC_LANGUAGES[code].locale).plural_expr)


@lru_cache(maxsize=len(PUBLIC_LANGUAGES))
def _translations(code: str) -> library.NullTranslations:
    language = PUBLIC_LANGUAGES[code]
    whole = Catalog(locale=language.locale)
    for file in sorted((DIRECTORY / code / "LC_MESSAGES").glob("*.po")):
        with file.open("rb") as opened:
            for message in read_po(opened, locale=language.locale):
                if message.id and message.string:
                    message.flags.discard("fuzzy")
                    whole[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    translations = library.GNUTranslations(compiled)
    if code != SOURCE:
        translations.add_fallback(_translations(language.falls_back_to))
    return translations

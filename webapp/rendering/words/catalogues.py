"""The catalogues of what pages say: Finnish in the source, other languages in webapp/translations.

Catalogues are read from their .po files when the application starts; nothing compiled is kept. Every part of the
application may have a file of its own beside messages.po, so that two people never write in the same one.
The languages of the public side alone have one file, public.po. A text marked fuzzy is one nobody has reviewed: it is
shown, for it is better than a language one cannot read, and the page says so (webapp/translations).
"""

from __future__ import annotations

import gettext as library
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from webapp.http.languages import PUBLIC_LANGUAGES, SOURCE, current_language

DIRECTORY = Path(__file__).parents[2] / "translations"


def marked(message: str) -> str:
    """Marks a message for the catalogues where it is written before its language is known."""
    return message


def gettext(message: str, **values: object) -> str:
    text = _translations(current_language().code).gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, number: int, **values: object) -> str:
    return plural_form(singular, plural, number) % {"num": number, **values}


def plural_form(singular: str, plural: str, number: int) -> str:
    """The text for that number with its places still open, as templates fill them in."""
    return _translations(current_language().code).ngettext(singular, plural, number)


def load_all() -> None:
    """Read every catalogue now: a broken one should stop the application, not a page."""
    for code in PUBLIC_LANGUAGES:
        _translations(code)


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

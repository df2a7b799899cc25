"""Texts on the page of a form: our own, as gettext msgids, and the form's Markdown as safe HTML."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from forms.errors import SENTENCES
from forms.views import WORDS

PAGE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "why_and_reader": "Miksi kysymme tätä ja kuka vastaukset lukee?",
        "why_and_reader_of_all": "Miksi kysymme näitä asioita ja kuka vastaukset lukee?",
        "why": "Miksi kysymme tätä?",
        "reader": "Kuka vastaukset lukee?",
        "warning": "Seuraavat kysymykset voivat tuntua raskailta. Voit jättää niitä väliin ja pitää taukoja.",
        "date_hint": "Esimerkiksi 31.12.2026",
        "past_hint": "Esimerkiksi 24.3.2025",
        "estimate_hint": "Esimerkiksi 31.12.2026 tai ”ensi viikolla”.",
        "birth_hint": "Esimerkiksi 31.12.1990",
        "childs_birth_hint": "Esimerkiksi 31.12.2015",
        "many_hint": "Voit valita useita.",
        "row": "Rivi",
        "add": "Lisää rivi",
        "remove": "Poista",
        "only_if": "Vastaa vain, jos vastasit kohtaan ”%(question)s”: %(answers)s",
        "unless": "Ohita tämä, jos vastasit kohtaan ”%(question)s”: %(answers)s",
        "unless_answered": "Ohita tämä, jos vastasit kohtaan ”%(question)s”.",
        "only_if_needed": "Vastaa vain, jos tämä koskee sinua",
        "withheld": "Tapoja, joita henkilö ei ole sanonut turvallisiksi, ei voi valita.",
        "or": "tai",
    }
)
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h2", "h3", "h4", "blockquote", "hr"}
_SCHEMES = {"https", "tel", "mailto"}
_PARSER = MarkdownIt("commonmark", {"html": False}).disable("image")


def page_messages() -> frozenset[str]:
    """Return every msgid that a form's page may show, for the tests of the catalogues."""
    return frozenset(PAGE_WORDS.values()) | frozenset(SENTENCES.values()) | frozenset(WORDS.values())


@lru_cache(maxsize=1024)
def markdown(text: str) -> Markup:
    """Return HTML without raw HTML or pictures. Headings begin at the second level: the first is the page's."""
    tokens = _PARSER.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1:]) + 1, 4)}"
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    cleaned = nh3.clean(
        html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes=_SCHEMES, link_rel="noreferrer noopener"
    )
    return Markup(cleaned.strip())  # noqa: S704 - nh3 made it safe the line above

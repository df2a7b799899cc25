"""What pages of forms say beside the forms' own texts: gettext msgids."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from forms.errors import SENTENCES
from forms.views import WORDS

PAGE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "why_and_reader": "Miksi kysymme tätä ja kuka vastaukset lukee?",
        "why_and_reader_of_all": "Miksi kysymme näitä asioita ja kuka vastaukset lukee?",
        "why": "Miksi kysymme tätä?",
        "reader": "Kuka vastaukset lukee?",
        "warning": "Seuraavat kysymykset voivat tuntua raskailta. Voit jättää niitä väliin ja pitää taukoja.",
        "choose": "Valitse",
        "optional": "ei pakollinen",
        "date_hint": "Esimerkiksi 31.12.2026",
        "many_hint": "Voit valita useita.",
        "row": "Rivi",
        "add": "Lisää rivi",
        "remove": "Poista",
        "only_if": "Vastaa vain, jos vastasit kohtaan ”%(question)s”: %(answers)s",
        "unless": "Ohita tämä, jos vastasit kohtaan ”%(question)s”: %(answers)s",
        "only_if_needed": "Vastaa vain, jos tämä koskee sinua",
        "withheld": "Tapoja, joita henkilö ei ole sanonut turvallisiksi, ei voi valita.",
        "or": "tai",
        "change": "Muuta",
    }
)


def page_messages() -> frozenset[str]:
    """Every msgid that a page of a form may show, so that a test can look for them in each catalogue."""
    return frozenset(PAGE_WORDS.values()) | frozenset(SENTENCES.values()) | frozenset(WORDS.values())

"""Titles of documents in the reader's language. A document keeps the language in which it was written; its title says so no
better in a list than the name that the reader knows."""

from __future__ import annotations

import re
from typing import Final

from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked

TITLES: Final = frozenset(
    {
        marked("Asia on siirretty"),
        marked("Asian siirto toimivaltaiselle viranomaiselle"),
        marked("Hakemus edustajan määräämiseksi"),
        marked("Ilmoitus harkinta-aikaa koskevasta päätöksestä"),
        marked("Ilmoitus poliisille"),
        marked("Ilmoitus päätöksen korjaamisesta"),
        marked("Korjattu päätös"),
        marked("Korjaus aiempaan ilmoitukseemme"),
        marked("Kysymme sinulta lisää"),
        marked("Lastensuojeluilmoitus"),
        marked("Lausunto valituksesta"),
        marked("Lähettämäsi asiakirja on siirretty"),
        marked("Palvelutarpeen arviointi siirtyy teille"),
        marked("Pyyntö vanhemman tai huoltajan jäljittämisestä"),
        marked("Päätös"),
        marked("Päätöstä ei korjata"),
        marked("Sinulle"),
        marked("Tieto ratkaisusta"),
        marked("Tietopyyntö"),
        marked("Todistus luovutuksesta"),
        marked("Uusi valitusosoitus"),
        marked("Valitusosoitus"),
        marked("Vastausta ei enää tarvita"),
        marked("Voit kertoa mielipiteesi ennen päätöstä"),
    }
)
"""Titles of the shipped letters. A title that a process owner wrote stays as it is."""
_NUMBERED: Final = re.compile(r"(?P<title>.*?)(?P<number> \d{4}-\d{6}\S*)?")


def title_in_words(title: str) -> str:
    found = _NUMBERED.fullmatch(title)
    if found is None:
        return title
    name, number = found["title"], found["number"] or ""
    return _(name) + number if name in TITLES else title

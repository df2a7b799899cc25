"""Problems of forms, and of the answers sent to them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "required": "Vastaa tähän kysymykseen",
        "required_or_skip": "Vastaa tai valitse, ettet halua vastata",
        "must_be_checked": "Rastita tämä kohta, jotta voit jatkaa",
        "unknown_field": "Tällä lomakkeella ei ole tällaista kysymystä",
        "reserved_name": "Lähetetty nimi ei voi olla ”%(name)s”",
        "wrong_type": "Vastaus ei ole sellainen kuin kysyttiin",
        "not_a_choice": "Valitse jokin annetuista vaihtoehdoista",
        "choose_one": "Valitse vain yksi",
        "too_short": "Kirjoita vähintään %(least)s merkkiä",
        "too_long": "Tekstissä on %(length)s merkkiä. Lyhennä se enintään %(most)s merkkiin",
        "too_many_choices": "Valitse enintään %(most)s",
        "too_many_rows": "Lisää enintään %(most)s",
        "too_large": "Vastauksissa saa olla yhteensä enintään %(most)s kilotavua tekstiä",
        "too_deep": "Vastaukset ovat liian monessa sisäkkäisessä osassa",
        "bad_characters": "Tekstissä on merkkejä, joita ei voi tallentaa. Poista ne tai kirjoita kohta uudelleen",
        "pattern": "Vastaus ei ole pyydetyssä muodossa",
        "email": "Kirjoita sähköpostiosoite muodossa nimi@esimerkki.fi",
        "phone": "Kirjoita puhelinnumero numeroin, esimerkiksi 000 000 0000",
        "not_a_number": "Kirjoita luku, esimerkiksi 12 tai 3,5",
        "number_too_small": "Kirjoita luku, joka on vähintään %(least)s",
        "number_too_big": "Kirjoita luku, joka on enintään %(most)s",
        "whole_number": "Kirjoita kokonaisluku",
        "too_many_decimals": "Kirjoita enintään %(most)s desimaalia",
        "increment": "Kirjoita luku, joka on jaollinen luvulla %(step)s",
        "not_a_date": "Kirjoita päivä, kuukausi ja vuosi, esimerkiksi 31.12.2026",
        "year_missing": "Kirjoita päivä, kuukausi ja vuosi, esimerkiksi 31.12.2026",
        "year_guessed": "Lisäsimme vuoden: %(day)s. Korjaa päivä, jos se on väärä",
        "no_such_date": "Tällaista päivää ei ole. Tarkista päivä ja kuukausi",
        "date_out_of_range": "Tarkista vuosi. Sen pitää olla välillä %(first)s–%(last)s",
        "date_in_future": "Päivä ei voi olla tulevaisuudessa",
        "date_in_past": "Päivä ei voi olla menneisyydessä",
        "not_beside_others": "Yksi valinnoistasi ei sovi yhteen muiden kanssa. Poista se tai muut",
        "answered_and_skipped": "Vastasit ja valitsit myös, ettet vastaa. Poista toinen",
        "not_skippable": "Tähän kysymykseen tarvitaan vastaus",
        "file_name": "Tiedoston nimeä ei voi käyttää",
    }
)
"""The sentence of every problem: a gettext msgid, with the names of its values. Translated where it is shown."""


class Problem(NamedTuple):
    """One thing wrong with an answer; `key` is one of `SENTENCES`."""

    key: str
    values: Mapping[str, object] = MappingProxyType({})
    message: str | None = None
    """The form's own sentence, already in the reader's language, when its writer gave one."""


class InvalidDefinition(Exception):
    """The form cannot be used as it is written."""

    def __init__(self, where: str, message: str, **values: object) -> None:
        self.where = where
        """The path of the component in the form, e.g. ``children.born_on``."""
        self.message = message
        """A msgid: Finnish, with the names of `values`."""
        self.values = values
        super().__init__(f"{where}: {self.sentence}")

    @property
    def sentence(self) -> str:
        """The fault and the way out, in Finnish."""
        return self.message % self.values if self.values else self.message


class UnknownPart(InvalidDefinition):
    """A form includes a part that does not exist."""


class PartInItself(InvalidDefinition):
    """A part includes itself, directly or through others."""


class KeyTwice(InvalidDefinition):
    """Two questions have one key."""


class AnswersRejected(Exception):
    """The answers cannot be accepted; `problems` says why, by the path of the question (``""``: all of it)."""

    def __init__(self, problems: Mapping[str, tuple[Problem, ...]]) -> None:
        super().__init__(", ".join(f"{path or 'form'}: {found[0].key}" for path, found in problems.items()))
        self.problems = problems


class UnknownForm(Exception):
    """There is no form with that key."""

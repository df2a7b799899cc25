"""Problems of a text or an evaluation: a key, the place, and a hint for the fix."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from engine.errors import Invalid

SENTENCES = {
    "unexpected": "Tässä ei voi olla {found}.",
    "unexpected_end": "Lauseke loppuu kesken.",
    "expected": "Tähän tarvitaan {wanted}, mutta siinä on {found}.",
    "bad_character": "Merkkiä {found} ei tunneta.",
    "open_string": "Lainausmerkki puuttuu merkkijonon lopusta.",
    "bad_literal": "{found} ei ole päivä, kellonaika eikä kesto.",
    "too_long": "Lauseke on liian pitkä: enintään {limit} merkkiä.",
    "too_deep": "Lausekkeessa on liian monta sisäkkäistä osaa.",
    "over_budget": "Lausekkeen laskeminen vaatisi liikaa työtä.",
    "unknown_name": "Nimeä {name} ei tunneta.",
    "unknown_function": "Funktiota {name} ei tunneta.",
    "unknown_type": "Tyyppiä {name} ei tunneta.",
    "unknown_member": "Kohdassa ei ole tietoa {name}.",
    "not_a_function": "Tätä ei voi kutsua funktiona.",
    "wrong_arguments": "Funktio {name} ei sovi näihin arvoihin.",
    "not_comparable": "Arvoja {left} ja {right} ei voi verrata keskenään.",
    "not_computable": "Laskutoimitus {operator} ei sovi arvoihin {left} ja {right}.",
    "division_by_zero": "Nollalla ei voi jakaa.",
    "out_of_range": "Luku tai päivä on liian suuri tai liian pieni.",
    "not_boolean": "Ehdon arvon pitää olla tosi tai epätosi, mutta se on {value}.",
    "not_iterable": "Läpikäytävän pitää olla luettelo tai väli.",
    "bad_pattern": "Hakulauseke {pattern} on virheellinen.",
    "bad_range": "Väli on virheellinen.",
    "bad_value": "Arvo {value} ei kelpaa tähän.",
    "not_allowed": "Sarakkeen {name} arvo ei ole sallittu.",
    "several_rules": "Useampi kuin yksi rivi sopii, vaikka vain yksi saisi.",
    "rules_disagree": "Sopivat rivit antavat eri tulokset.",
    "external": "Ulkoista funktiota ei suoriteta.",
}

HINTS = {
    "name": "Tarkoititko {name}?",
    "equals": "Vertailussa on yksi yhtäsuuruusmerkki: =",
    "and": "Tarkoititko and?",
    "or": "Tarkoititko or?",
    "not": "Tarkoititko not(…)?",
    "quotes": 'Merkkijono kirjoitetaan suorilla lainausmerkeillä: "teksti".',
    "else": "Ehtolauseessa on aina if … then … else ….",
    "comma": "Desimaalierotin on piste: 1.5",
}


class FeelProblem(Invalid):
    sentence = "Lauseketta ei voi lukea tai laskea."

    def __init__(
        self,
        key: str,
        line: int = 1,
        column: int = 1,
        hint: str | None = None,
        **values: object,
    ) -> None:
        super().__init__(SENTENCES[key].format(**values))
        self.values = values
        self.key = key
        self.line, self.column, self.hint = line, column, hint
        self.place: str | None = None
        """The model element that holds the text, if one does."""

    def __str__(self) -> str:
        sentence = f"{self.message} {self.hint}" if self.hint else self.message
        return f"{self.line}:{self.column} {sentence}"


class Unfit(Exception):
    """The values do not suit the operation; FEEL's result is null."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


def problem_at(text: str, offset: int, key: str, hint: str | None = None, **values: object) -> FeelProblem:
    """Return a problem at an offset of a text, with its line and column, counted from one."""
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    return FeelProblem(key, line, column, hint, **values)


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """Return a hint with the known word nearest to `name`; None if none is near."""
    names = sorted(set(known))
    folded = {other.casefold(): other for other in names}
    if name.casefold() in folded:
        return HINTS["name"].format(name=folded[name.casefold()])
    near = difflib.get_close_matches(name, names[:2000], n=1, cutoff=0.7)
    return HINTS["name"].format(name=near[0]) if near else None

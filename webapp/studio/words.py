"""What the studio calls the outcomes of a case, and what happens to a draft."""

from __future__ import annotations

from webapp.rendering.words.catalogues import gettext, marked

_OUTCOMES = {
    "admitted_35_1": marked("otettu, 35 § 1 mom."),
    "admitted_35_2": marked("otettu, 35 § 2 mom."),
    "admitted_35_3": marked("otettu, 35 § 3 mom."),
    "not_admitted": marked("ei otettu"),
    "not_examined": marked("jätetty tutkimatta"),
    "lapsed": marked("rauennut"),
    "transferred": marked("siirretty"),
}


def outcome_name(outcome: str) -> str:
    return gettext(_OUTCOMES[outcome]) if outcome in _OUTCOMES else outcome


_HAPPENED = {
    "created": marked("Luonnos aloitettiin"),
    "imported": marked("Tiedostoja tuotiin"),
    "put_back": marked("Palattiin tilanteeseen ennen tuontia"),
    "requested": marked("Julkaisua pyydettiin"),
    "returned": marked("Palautettiin muokattavaksi"),
    "discarded": marked("Luonnos hylättiin"),
    "recovered": marked("Luonnos otettiin uudelleen työn alle"),
    "published": marked("Otettiin käyttöön"),
}


def happening(kind: str) -> str:
    return gettext(_HAPPENED[kind]) if kind in _HAPPENED else kind

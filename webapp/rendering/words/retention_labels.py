"""Words of retention: classes of data, what periods are counted from, and periods themselves."""

from __future__ import annotations

import re

from webapp.rendering.words.catalogues import gettext, marked, ngettext
from webapp.rendering.words.table_words import ground_in_words

DATA_CLASSES = {
    "identity": marked("Henkilö"),
    "contact": marked("Yhteystiedot"),
    "narrative": marked("Kertomus ja liitteet"),
    "decision": marked("Päätös ja sen perusteet"),
    "engine": marked("Käsittelyn kulku"),
    "engine_state": marked("Käsittelyn kulku"),
    "enquiries": marked("Neuvontapyyntö"),
    "public drafts": marked("Keskeneräiset lomakkeet"),
    "outbox recipients": marked("Lähtevien viestien osoitteet"),
    "identification": marked("Tunnistautumiset"),
    "steps of try-outs": marked("Mallien kokeilut"),
    "page addresses": marked("Sivujen hetkelliset osoitteet"),
}
COUNTED_FROM = {
    "closing": marked("asian päättymisestä"),
    "last_entry": marked("viimeisestä merkinnästä"),
    "death_or_citizenship_or_end": marked(
        "henkilön kuolemasta, Suomen kansalaisuudesta tai asioiden poistamisesta"
    ),
}
RULES = {
    "VIREILLE_ENQUIRIES_KEPT": marked("Asetus VIREILLE_ENQUIRIES_KEPT, jota ei ole vahvistettu"),
    "ended": marked("Päättyi itsestään"),
}
"""Rules that no table has."""
_PERIOD = re.compile(r"P(\d{1,3})([YMD])")


def period_in_words(text: str) -> str:
    matched = _PERIOD.fullmatch(text)
    if matched is None:
        return text
    number = int(matched[1])
    if matched[2] == "Y":
        return ngettext("Vuosi", "%(num)d vuotta", number)
    if matched[2] == "M":
        return ngettext("Kuukausi", "%(num)d kuukautta", number)
    return ngettext("Yksi päivä", "%(num)d päivää", number)


def rule_in_words(rule: str) -> str:
    return gettext(RULES[rule]) if rule in RULES else ground_in_words(rule)

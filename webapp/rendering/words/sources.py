"""Words for the source of a prefilled answer: the form it was written in, and the day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.queries.prefilling import ARRIVAL, PARENT, PERSONS, REGISTER, REQUEST, RESTRICTED, Known
from forms.definition import Field, FormDefinition, Kind
from forms.typed import Sent, as_typed
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.dates import short_day

SOURCES: Final[Mapping[str, str]] = {
    "application": marked("hakemuksesta %(day)s"),
    "child_application": marked("hakemuksesta %(day)s"),
    "referral": marked("ohjauksesta %(day)s"),
    "phone_intake": marked("puhelusta %(day)s"),
    "spoken_decision": marked("puhelusta %(day)s"),
    "register": marked("kirjaamisesta %(day)s"),
    "sufficiency": marked("tietojen läpikäynnistä %(day)s"),
    "assessment": marked("arvioinnista %(day)s"),
    ARRIVAL: marked("saapui %(day)s"),
    PARENT: marked("perheenjäsenen asiasta"),
    RESTRICTED: marked("asia on jo rajoitettu"),
    REQUEST: marked("vastauksesta"),
    REGISTER: marked("saapuneista %(day)s"),
    PERSONS: marked("henkilön tietojen muutoksesta %(day)s"),
}
EARLIER: Final = marked("aiemmin %(day)s")


def sources_of(known: Mapping[str, Known], definition: FormDefinition, typed: Sent) -> Mapping[str, str]:
    """Return the words by question, for the answers that stand as they were known: what somebody changed is theirs."""
    fields = (each for each in definition.fields if each.key in known)
    return {each.key: _words(known[each.key]) for each in fields if _stands(each, known[each.key], typed)}


def _stands(asked: Field, known: Known, typed: Sent) -> bool:
    if asked.kind is Kind.ROWS and not known.value:
        return False
    first = as_typed([asked], {asked.key: known.value})
    return bool(first) and all(list(typed.get(name, ())) == list(texts) for name, texts in first.items())


def _words(known: Known) -> str:
    day = "" if known.at is None else short_day(known.at)
    return " ".join(_(SOURCES.get(known.source, EARLIER), day=day).split())

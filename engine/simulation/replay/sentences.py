"""Differences as sentences, in the reader's language. They name elements of diagrams: no case, no day, no answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from engine.casework.replay_facts import Place
from engine.simulation.replay.differences import SENDING, Difference
from engine.texts import text

_SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "stopped question": "Pysähtyisi tehtävään ”{name}”: vanhoista vastauksista ei löydy vastausta kysymykseen {what}.",
        "stopped again": "Pysähtyisi tehtävään ”{name}”: se tulisi tehtäväksi useammin kuin se silloin tehtiin.",
        "stopped waits": "Jäisi odottamaan kohtaan ”{name}”.",
        "stopped guardrail": "Pysähtyisi kohtaan ”{name}”: lupaus rikkoutuisi ({what}).",
        "stopped refused": "Pysähtyisi kohtaan ”{name}”: siitä ei voisi jatkaa.",
        "stopped start": "Asia ei alkaisi: mikään prosessi ei ala viestistä {what}.",
        "parted drawn": "Tiet eroavat ensin uudessa kohdassa ”{name}”.",
        "parted removed": "Tiet eroavat ensin kohdassa ”{name}”, jota tässä mallissa ei ole.",
        "parted condition": "Tiet eroavat ensin kohdassa ”{name}”. Tie: {what}.",
        "parted after": "Tiet eroavat ensin kohdan ”{name}” jälkeen.",
        "task_more": "Tehtävä lisää: {name}.",
        "task_fewer": "Tehtävä vähemmän: {name}.",
        "sent_more": "Lähtisi enemmän: {what}.",
        "sent_fewer": "Lähtisi vähemmän: {what}.",
        "table": "Taulukko antaisi toisen tuloksen: {what}.",
        "deadline target later": "Tavoiteaika olisi myöhemmin, päiviä: {days}.",
        "deadline target earlier": "Tavoiteaika olisi aikaisemmin, päiviä: {days}.",
        "deadline timer later": "Ajastin ”{name}” olisi myöhemmin, päiviä: {days}.",
        "deadline timer earlier": "Ajastin ”{name}” olisi aikaisemmin, päiviä: {days}.",
        "outcome": "Ratkaisu olisi toinen: {what}.",
        "ended later": "Asia päättyisi myöhemmin, päiviä: {days}.",
        "ended earlier": "Asia päättyisi aikaisemmin, päiviä: {days}.",
        "unheard": "Mikään ei odottaisi tapahtumaa: {what}.",
    }
)
_MESSAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "application_withdrawn": "hakija peruuttaa hakemuksen",
        "withdrawal_taken_back": "hakija ottaa peruuttamisen takaisin",
        "proceed_without_rest": "jatketaan ilman muita vastauksia",
        "new_fact": "uusi seikka ennen lähettämistä",
        "appeal_received": "valitus on saapunut",
        "correction_needed": "päätöstä on korjattava",
        "court_notice_needed": "oikeudelle on kerrottava korjaamisesta",
        "mail_returned": "posti palautui",
        "service_changed": "tiedoksianto muuttui",
        "court_decided": "oikeus ratkaisi valituksen",
        "reflection_change_needed": "harkinta-aikaa muutettava",
        "person_reached": "henkilöön saatiin yhteys",
    }
)
_OUTCOMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "": "ei ratkaisua",
        "admitted_35_1": "otetaan asiakkaaksi, 35 § 1",
        "admitted_35_2": "otetaan asiakkaaksi, 35 § 2",
        "admitted_35_3": "otetaan asiakkaaksi, 35 § 3",
        "not_admitted": "ei oteta asiakkaaksi",
        "not_examined": "ei tutkita",
        "lapsed": "raukeaa",
        "transferred": "siirretään",
    }
)
_WORDS: Final = MappingProxyType(
    {"sent_more": SENDING, "sent_fewer": SENDING, "outcome": _OUTCOMES, "unheard": _MESSAGES}
)


@dataclass(frozen=True, slots=True)
class Names:
    """The names on screen of the elements, tables and operations in a difference."""

    elements: Mapping[Place, str]
    tables: Mapping[str, str]
    guardrails: Mapping[str, str]
    questions: Mapping[tuple[str, str, str], str]
    """By process, element and question."""
    language: str = "fi"

    def element(self, place: Place) -> str:
        return self.elements.get(place) or place[1]


def sentence(each: Difference, names: Names, numbers: tuple[int, int]) -> str:
    """Return the difference as a sentence. `numbers`: the least and the most in all cases with this difference."""
    key, what = _key_and_names(each, names)
    return text(
        names.language,
        _SENTENCES[key],
        name=names.element(each.place),
        what=what,
        days=_range(abs(numbers[0]), abs(numbers[1])),
    )


def _key_and_names(each: Difference, names: Names) -> tuple[str, str]:
    if each.kind == "stopped":
        reason, *rest = each.names
        return f"stopped {reason}", ", ".join(_named(reason, one, each, names) for one in rest)
    if each.kind == "parted":
        way = " ".join(each.names[1:])
        plain = each.names[0] == "condition" and not way
        return f"parted {'after' if plain else each.names[0]}", way
    direction = "later" if each.number > 0 else "earlier"
    if each.kind == "deadline":
        return f"deadline {each.names[0]} {direction}", ""
    if each.kind == "ended":
        return f"ended {direction}", ""
    words = _WORDS.get(each.kind, names.tables)
    return each.kind, " → ".join(text(names.language, words.get(one, one)) for one in each.names)


def _named(reason: str, one: str, each: Difference, names: Names) -> str:
    if reason == "question":
        return f"”{names.questions.get((*each.place, one), one)}”"
    return names.guardrails.get(one, one) if reason == "guardrail" else one


def _range(one: int, other: int) -> str:
    least, most = sorted((one, other))
    return f"{least}" if least == most else f"{least}–{most}"

"""Reasons why a case stays in its version, as sentences for process owners, without a case or a technical word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.texts import text

SENTENCES: Final[Mapping[str, str]] = {
    # the step that is waited for
    "process_gone": "Uudessa versiossa ei ole prosessia ”{process}”, jossa asia on kesken.",
    "element_gone": "Uudessa versiossa ei ole vaihetta ”{name}”, jota asiassa odotetaan.",
    "element_elsewhere": "Vaihe ”{name}”, jota asiassa odotetaan, on uudessa versiossa toisessa kaaviossa: ”{process}”.",
    "kind_changed": "Vaihe ”{name}”, jota asiassa odotetaan, on uudessa versiossa toisen lajinen.",
    "event_changed": "Tapahtuma ”{name}”, jota asiassa odotetaan, odottaa uudessa versiossa muuta viestiä tai muunlaista aikaa.",
    "draft_lost": "Vaiheessa ”{name}” on kesken kirjoitettu luonnos, joka ei mahtuisi uuteen lomakkeeseen.",
    "reply_lost": "Vaiheeseen ”{name}” voi joku juuri nyt kirjoittaa vastausta, joka ei mahtuisi uuteen lomakkeeseen.",
    "worker_lost": "Vaihe ”{name}” siirtyisi toiselle roolille, mutta joku on jo ottanut sen tehtäväkseen.",
    "edge_changed": "Vaiheeseen ”{name}”, joka on kesken, on lisätty ajastin, tai ajastin tai viesti on poistettu. Kesken vaiheen muutos ei alkaisi toimia.",
    "call_changed": "Vaihe ”{name}”, joka on kesken, kutsuu uudessa versiossa toista prosessia.",
    "multiple_changed": "Vaihe ”{name}” on kesken usean rinnakkaisen kohteen kanssa, ja kohteiden luettelo muodostuu uudessa versiossa toisin.",
    "key_changed": "Vaihe ”{name}”, joka on kesken, tunnistaa kohteensa uudessa versiossa toisin. Lähetetyt linkit eivät enää löytäisi sitä.",
    "join_changed": "Portti ”{name}” odottaa jo osaa haaroista, ja uudessa versiossa siihen tulevat toiset haarat.",
    # the way behind
    "passed_gone": "Asia on kulkenut vaiheen ”{name}” kautta, jota uudessa versiossa ei ole.",
    "passed_changed": "Asia on kulkenut vaiheen ”{name}” kautta, joka on uudessa versiossa toisen lajinen.",
    "passed_inserted": "Vaiheiden ”{before}” ja ”{name}” väliin on lisätty ”{added}”. Asia on jo ohittanut sen kohdan.",
    "passed_redrawn": "Vaiheesta ”{before}” ei uudessa versiossa pääse enää vaiheeseen ”{name}”, jota kautta asia on kulkenut.",
    "branch_changed": "Rinnakkaisen osuuden alussa ”{name}” on uudessa versiossa toiset haarat. Asia on jo lähtenyt siitä.",
    # the way ahead
    "variable_missing": "Uuden version vaihe ”{name}” tarvitsee tiedon ”{variable}”, joka olisi kirjattu jo ohitetussa kohdassa.",
    "guardrail_broken": "Asia on jo ohi siitä, mitä uuden version lupaus ”{sentence}” edellyttää.",
    "guardrail_ahead": "Lupaus ”{sentence}” voisi tässä asiassa rikkoutua uudessa versiossa näin: {steps}",
    "guardrail_unclear": "Asian tähänastisista vaiheista ei voi päätellä, pitääkö uuden version lupaus ”{sentence}”.",
    "cannot_end": "Tästä kohdasta asia ei pääsisi uudessa versiossa loppuun kaikkia reittejä pitkin.",
    "no_continuation": "Uudessa versiossa ei ole tilannetta, joka vastaisi tätä: kesken on ”{name}”.",
    "not_explored": "Uuden version reittejä tästä kohdasta on liikaa kaikkien tarkistamiseen.",
    # what only the moving itself shows
    "differs": "Siirretty asia ei odottaisi samoja tehtäviä, määräaikoja ja viestejä kuin ennen siirtoa.",
    "not_restored": "Asiaa ei voinut avata uudessa versiossa.",
    "closed": "Asia on päättynyt.",
    "already": "Asia kulkee jo uutta versiota.",
    "failed": "Siirto ei onnistunut kolmellakaan yrityksellä: {message}",
    "moved_on": "Asia on jo edennyt uudessa versiossa, joten siirtoa ei voi perua.",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason to stay. Plain values only: it is stored with the case's line of the move."""

    code: str
    process_id: str | None = None
    element_id: str | None = None
    values: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "process_id": self.process_id,
            "element_id": self.element_id,
            "values": dict(self.values),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Reason:
        return reason(data["code"], data["process_id"], data["element_id"], **data["values"])


def reason(
    code: str, process_id: str | None = None, element_id: str | None = None, /, **values: str
) -> Reason:
    return Reason(code, process_id, element_id, tuple(sorted(values.items())))


def sentence_of(why: Reason, language: str) -> str:
    """Return the reason as a sentence. A guardrail is quoted in its own words in that language."""
    values = dict(why.values)
    own = {name: values[f"{name}_{language}"] for name in values if f"{name}_{language}" in values}
    return text(language, SENTENCES[why.code], **{**values, **own})

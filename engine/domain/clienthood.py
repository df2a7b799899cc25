"""Clienthood: from an admission, oral or written, until a removal (746/2011 35 § 4 mom., 38 f §)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.errors import Invalid, NotWaiting

REMOVED: Final = "removed"
"""Outcome of a signed decision on removal."""
KEPT: Final = "kept"
"""Outcome of a signed decision that takes the place of a removal: the person stays a client (434/2003 50 §)."""
DEATH: Final = "death"
"""An end that 38 f § does not name: nobody is left to be removed. Our reading."""


class NoClienthood(NotWaiting):
    sentence = "Asiakkuutta ei ole, tai se on jo päättynyt."


class ClienthoodOver(Invalid):
    sentence = NoClienthood.sentence


class PersonDied(Invalid):
    sentence = "Henkilö on kuollut. Häntä ei poisteta järjestelmästä: asiakkuus päättyy, kun asian raukeaminen on allekirjoitettu."


class DeathLapses(Invalid):
    sentence = (
        "Henkilö on kuollut, ja asia raukeaa. Valitse asian sivulla, että hakija peruuttaa hakemuksen, ja kirjaa kuolema "
        "tehtävässä ”Varmista peruutus”."
    )


class AdmissionSentBack(Invalid):
    sentence = "Oikeus on kumonnut tai palauttanut päätöksen ottamisesta, ja asia tutkitaan uudelleen. Henkilöä ei poisteta ennen uutta päätöstä."


class RemovalOpen(NotWaiting):
    sentence = "Poistamista harkitaan jo. Jatka avoimesta tehtävästä."


class WrittenAdmissionMissing(Invalid):
    sentence = "Kirjallista päätöstä ottamisesta ei ole vielä allekirjoitettu. Tee se ensin."


class ChildNeedsGuardian(Invalid):
    sentence = (
        "Alle 15-vuotiaan puolesta toiveen ilmaisee myös huoltaja tai edustaja. Keskustele hänenkin kanssaan."
    )


class OwnWillNeeded(Invalid):
    sentence = "15 vuotta täyttäneen oma tahto selvitetään. Huoltajan toive ei riitä."


class GuardianUnsafe(Invalid):
    sentence = "Huoltaja on merkitty vaaralliseksi. Hänen toiveensa ei ole lapsen toive."


class HelpEndsBeforeDecision(Invalid):
    sentence = "Apu jatkuu aikaisintaan päätöksen päivään. Tarkista päivä."


class HelpEndsBeforeSignature(Invalid):
    sentence = (
        "Päivä, johon apu jatkuu, on jo mennyt. Palauta korjattavaksi, jotta valmistelija muuttaa päivän."
    )


class HelpEndsBeforeFinal(Invalid):
    sentence = (
        "Asiakkuus jatkuu, kunnes päätös on lainvoimainen, mutta päätöksessä apu päättyy omana päivänään. Palauta korjattavaksi, "
        "jotta valmistelija poistaa päivän."
    )


class DiedBeforeAdmission(Invalid):
    sentence = "Päivä on ennen kuin asiakkuus alkoi. Tarkista päivä."


@dataclass(frozen=True, slots=True)
class Clienthood:
    since: date
    by: str
    """oral_decision, resolution or court: the decision it began with."""
    until: date | None = None
    """None while it runs."""
    ground: str | None = None
    """How it ended: a ground of 38 f §, or death."""

    @property
    def runs(self) -> bool:
        return self.until is None

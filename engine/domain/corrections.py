"""Corrections that staff may make to the record: to their own words, never a person's, and never the decision itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.errors import Conflict, Invalid

CORRECTION: Final = "correction"
CLARIFICATION: Final = "clarification"
EXPLANATION: Final = "explanation"
"""Why a day stands in the record although another act should come first."""
DISQUALIFICATION: Final = "disqualification"
"""Subject of a correction: the disqualification of the person whose id it names was lifted."""
DECISIONS: Final = frozenset(
    {
        "spoken_decision",
        "confirm_spoken",
        "oral_decision",
        "prepare_resolution",
        "sign_resolution",
        "reflection_period",
        "sign_reflection_period",
        "prepare_removal",
        "sign_removal",
        "appeal_opinion",
        "sign_opinion",
        "correct_decision",
        "examine_correction",
        "sign_correction",
    }
)
"""Forms whose answers are a decision or its text: an error there is corrected by the decision's own process."""
FOLLOWED: Final[Mapping[str, frozenset[str]]] = {
    "register": frozenset({"pending_on"}),
    "post_letter": frozenset({"posted_on"}),
    "record_delivery": frozenset({"served_on"}),
    "appeal_arrival": frozenset({"appeal_received_on"}),
}
"""Answers that the process has read and whose correction the registers and the deadlines follow, by form."""


class NotWrittenByStaff(Conflict):
    sentence = "Mitä henkilö itse kirjoitti, sitä ei korjata. Kirjaa sen viereen täsmennys ja mistä se tuli."


class NotHere(Conflict):
    sentence = "Päätöksen sisältöä ei korjata täällä. Sille on oma menettely (hallintolaki 434/2003 50–53 §)."


class RecordChanged(Conflict):
    sentence = "Joku korjasi samaa kirjausta, kun kirjoitit. Katso korjaus ja tallenna uudelleen. Mitä kirjoitit, on tallessa."


class NotReadable(Conflict):
    sentence = (
        "Tätä kirjausta ei voi enää korjata: se luki tietoja, joita asialla ei enää ole. Kirjaa täsmennys."
    )


class AlreadyFollowed(Invalid):
    sentence = "Tämä vastaus on jo ohjannut asian kulkua, eikä sitä voi vaihtaa jälkikäteen. Kirjaa sen viereen täsmennys."


class LetterReplaced(Invalid):
    sentence = (
        "Päätös annetaan tiedoksi jo toisella tavalla tai toisella kirjeellä, eikä tästä päivästä lasketa enää mitään. Kirjaa sen "
        "viereen täsmennys."
    )


class OpinionSigned(Invalid):
    sentence = "Lausunto oikeudelle on jo allekirjoitettu, ja siinä on tämä päivä. Kirjaa sen viereen täsmennys ja ilmoita oikea päivä oikeudelle."


class PeriodEnded(Invalid):
    sentence = (
        "Valitusaika on päättynyt tämän päivän mukaan, ja päätös on lainvoimainen. Päivää ei siirretä enää myöhemmäksi: kirjaa sen "
        "viereen täsmennys. Valitus otetaan vastaan myös myöhässä, ja tuomioistuin tutkii, tuliko se ajoissa."
    )


class OnPartyPage(Invalid):
    sentence = "Henkilön tiedot muutetaan henkilön omalla sivulla: Henkilö ja perhe, Muuta tietoja."


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return the answers that differ: field to (before, after)."""
    return {
        name: (before.get(name), after.get(name))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    }

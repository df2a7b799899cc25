"""Cases that belong together: how, and why two can not be joined."""

from __future__ import annotations

from enum import StrEnum
from typing import Final
from uuid import UUID

from engine.errors import Conflict, Invalid

SHORTEST_REASON: Final = 10
LONGEST_REASON: Final = 500


class NoSuchCase(Invalid):
    """No case that the actor sees has this reference."""

    sentence = "Tällä tunnuksella ei löydy asiaa, jonka näet. Tarkista tunnus tai kysy esihenkilöltä."

    def __init__(self, *, field: str, hidden: UUID | None = None) -> None:
        super().__init__(field=field)
        self.hidden = hidden
        """The case that is there and hidden from the actor: for the access log, never for the answer."""


class LinkKind(StrEnum):
    SAME_PERSON = "same_person"
    FAMILY = "family"
    SAME_EVENTS = "same_events"
    NOT_SAME = "not_same"
    """Compared and found to be two people: the pair is not proposed again."""


class LinkedAlready(Conflict):
    sentence = "Asiat on jo linkitetty näin."


class NotLinked(Conflict):
    sentence = "Linkki on jo purettu."


class ContraryLink(Conflict):
    sentence = "Asioista on kirjattu jo päinvastoin. Pura se ensin."


class NothingAlike(Invalid):
    sentence = "Näiden asioiden ihmisissä mikään ei täsmää: ei nimi, syntymäaika, puhelin eikä sähköposti. Tarkista tunnus, ja vahvista, jos ihminen on silti sama."


class HandledTogetherAlready(Conflict):
    sentence = "Asiat käsitellään jo yhdessä."


class OtherHandledTogether(Conflict):
    sentence = "Kumpikin asia käsitellään jo yhdessä muiden asioiden kanssa. Erota toinen niistä ensin."


class NotHandledTogether(Conflict):
    sentence = "Asiaa ei käsitellä yhdessä muiden kanssa."


class NotPending(Conflict):
    sentence = "Yhdessä käsitellään vain asioita, jotka ovat kesken."


class RestrictedCase(Conflict):
    sentence = "Rajoitettua asiaa ei käsitellä yhdessä muiden kanssa: kaikki, jotka hoitavat niitä, eivät saa nähdä sitä."


OTHER_PERSON: Final = "Tällä tunnuksella on ihminen, jonka nimi, syntymäaika, puhelin ja sähköposti ovat toiset. Tarkista tunnus. Jos ihminen on silti sama, vastaa ei ja linkitä asiat asian sivulla, kun olet verrannut niitä."
ITSELF: Final = "Tämä on saman asian tunnus. Kirjoita toisen asian tunnus."


def checked_reason(reason: str) -> str:
    """Raise Invalid for a reason that says nothing, or too much."""
    reason = " ".join(reason.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise Invalid("Kirjoita syy, 10–500 merkkiä.", field="reason")
    return reason


def checked_kind(kind: str) -> LinkKind:
    try:
        return LinkKind(kind)
    except ValueError:
        raise Invalid("Valitse, miten asiat liittyvät toisiinsa.", field="kind") from None

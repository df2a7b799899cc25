"""Documents that staff registered in error: their content is hidden, and the register keeps who, when and why (906/2019 25-26 §)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from engine.domain.arrivals import LONGEST, ArrivalKind
from engine.errors import Conflict, Forbidden, Invalid

ARRIVAL, FILE = "arrival", "attachment"
"""Subjects of the corrections that hide a document or show it again."""
HIDDEN, SHOWN = "hidden", "shown"
"""Their kinds."""
BY_STAFF: Final = frozenset({"staff", "arrival"})
"""Origins of the files that staff registered. What somebody outside sent is never hidden."""


class DecisionRests(Conflict):
    sentence = (
        "Allekirjoitettu päätös mainitsee tämän asiakirjan. Vain esihenkilö tai johtaja voi piilottaa tai siirtää sen silti. "
        "Päätöksen virheelle on oma menettely (hallintolaki 434/2003 50–53 §). Kerro virheestä esihenkilölle ja päättäjälle."
    )


class SentFromOutside(Conflict):
    sentence = (
        "Tämän lähetti joku muu kuin henkilöstö, eikä sitä voi piilottaa. Kirjaa sen viereen täsmennys."
    )


class NotYours(Forbidden):
    sentence = "Asiakirjan piilottaa tai palauttaa se, joka kirjasi sen, käsittelijä tai esihenkilö."


def problem_of_reason(reason: str) -> Invalid | None:
    if not reason.strip():
        return Invalid("Kirjoita syy.", field="reason")
    if len(reason) > LONGEST:
        return Invalid("Lyhennä tätä: enintään 2 000 merkkiä.", field="reason")
    return None


@dataclass(frozen=True, slots=True)
class HiddenDocument:
    """Facts that the register keeps of a document that was registered in error: nothing of what it says or whom it names."""

    id: UUID
    """Of its arrival, else of its file."""
    kind: ArrivalKind | None
    """None of a file that was added to the case without an arrival."""
    arrived_on: date
    registered_by: UUID | None
    registered_by_name: str
    registered_at: datetime
    hidden_at: datetime
    hidden_by_name: str
    reason: str
    """Empty once the case's narrative is erased."""
    had_moved_case: bool
    """The case went on by itself when it was registered."""
    may_show: bool
    """The reader may show it again."""

"""Letters that have left for a party's home and may not have arrived: nobody can stop them, but somebody asks of the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from engine.casework.contact_channels import POSTED, named_after
from engine.casework.party_changes import awaited
from engine.clock import day_of
from engine.domain.cases import Case
from engine.errors import Invalid
from engine.executor.engine import Work
from engine.storage.parties import Party

FIELD: Final = "letters_address"
SAFE, UNSAFE, UNKNOWN = "safe", "unsafe", "unknown"
ANSWERS: Final = (SAFE, UNSAFE, UNKNOWN)


@dataclass(frozen=True, slots=True)
class UnderWay:
    kind: str
    """resolution or request."""
    left_on: date


def letters_under_way(work: Work, case: Case, party: Party) -> tuple[UnderWay, ...]:
    """Return the letters to the party that were posted and neither arrived, by proof or answer, nor came back."""
    decisions = [
        UnderWay("resolution", day_of(each.dispatched_at))
        for each in work.stores.deliveries.of_case(case.id)
        if each.channel in POSTED
        and each.state == "dispatched"
        and each.dispatched_at is not None
        and (each.party_id == party.id or named_after(each.business_key or "", (party,)) is not None)
    ]
    asked = [
        UnderWay("request", day_of(each.sent_at))
        for each in awaited(work, case, party, work.stores.parties.of_case(case.id))
        if each.channel == "letter" and each.sent_at is not None
    ]
    return tuple(sorted([*decisions, *asked], key=lambda each: each.left_on))


def problems_of_letters(
    letters: tuple[UnderWay, ...], answer: str, contact: Mapping[str, Any]
) -> dict[str, Invalid]:
    """Return what the change must still say of the address to which letters are under way."""
    if not letters:
        return {}
    if answer not in ANSWERS:
        return {FIELD: Invalid("Kirje on matkalla. Vastaa, onko osoite, johon se lähti, turvallinen.")}
    if answer == UNSAFE and "post" in (contact.get("safe_channels") or ()):
        return {FIELD: Invalid("Osoite ei ole turvallinen: merkitse kirje tavaksi, joka ei ole turvallinen.")}
    return {}

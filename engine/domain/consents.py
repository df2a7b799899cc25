"""The consent ledger: entries that are added and never changed, and what holds by the newest of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from engine.domain.interpreters import Interpreter
from engine.errors import Conflict

REFERRAL: Final = "referral"
TELL_REFERRER: Final = "tell_referrer_outcome"
ASK_WITH_CONSENT: Final = "information_request"
CRIME_REPORT: Final = "crime_report"
HAND_OVER: Final = "hand_over"
POLICE: Final = "police"
DISCLOSURES: Final = (TELL_REFERRER, ASK_WITH_CONSENT, CRIME_REPORT, HAND_OVER)
"""Purposes that tell somebody outside something of the person."""
PURPOSES: Final = (REFERRAL, *DISCLOSURES)
RECIPIENTS: Final = (
    "assistance_system",
    "referrer",
    "outside_authority",
    POLICE,
    "service_organiser",
    "other",
)
SEVERAL: Final = ("outside_authority", POLICE, "other")
"""Recipients of whom there are many: the note of an entry names the one that it is about."""
HOW: Final = ("in_person", "phone", "writing")
"""Ways in which a person tells what they want. Older entries say ``interpreter``: the way is not known then."""
GIVEN, REFUSED, WITHDRAWN = "given", "refused", "withdrawn"


class NotInForce(Conflict):
    sentence = "Tämä suostumus on jo peruutettu tai korvattu uudella."


@dataclass(frozen=True, slots=True)
class Consent:
    """One entry of the consent ledger."""

    id: UUID
    purpose: str
    recipient: str
    state: str
    """``given``, ``refused`` or ``withdrawn``."""
    text_version: str
    language: str | None
    given_how: str | None
    given_on: date | None
    interpreter: Interpreter | None
    """None where it is not known; which language is in `language`."""
    recorded_by_role: str
    recorded_by: UUID | None
    recorded_at: datetime
    withdrawn_at: datetime | None
    """The moment of a withdrawal; None of every other entry."""
    withdraws: UUID | None
    """The entry that a withdrawal takes back."""


def newest(entries: Sequence[Consent], purpose: str, recipient: str | None = None) -> Consent | None:
    """Return the entry that holds for a purpose, to a recipient or to anybody."""
    found = [each for each in entries if each.purpose == purpose and recipient in (None, each.recipient)]
    return found[-1] if found else None


def is_given(entries: Sequence[Consent], purpose: str, recipient: str | None = None) -> bool:
    """False without an entry: silence is no consent."""
    entry = newest(entries, purpose, recipient)
    return entry is not None and entry.state == GIVEN


def names_one_of_many(entry: Consent) -> bool:
    """Return True of a consent or refusal that others are asked: one entry is about one of them."""
    is_answer = entry.state in (GIVEN, REFUSED)
    return is_answer and entry.purpose == ASK_WITH_CONSENT and entry.recipient in SEVERAL


def holding(entries: Sequence[Consent]) -> tuple[Consent, ...]:
    """Return the consents that hold and can be taken back. Those to ask authorities hold side by side: each names another."""
    return tuple(each for place, each in enumerate(entries) if _holds(each, entries[place + 1 :]))


def _holds(entry: Consent, later: Sequence[Consent]) -> bool:
    same = [each for each in later if (each.purpose, each.recipient) == (entry.purpose, entry.recipient)]
    if names_one_of_many(entry):
        same = [each for each in same if each.withdraws == entry.id or _refuses_police(each)]
    return entry.state == GIVEN and not same


def _refuses_police(entry: Consent) -> bool:
    return entry.state == REFUSED and entry.recipient == POLICE


def in_force(entries: Sequence[Consent], consent_id: UUID) -> Consent:
    """Return the entry. Raise NotInForce if it was no consent, has been withdrawn or is replaced by a newer one."""
    entry = next((each for each in holding(entries) if each.id == consent_id), None)
    if entry is None:
        raise NotInForce
    return entry

"""Parties of a case: their part, who may speak for the person, and what a change of their details must say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from engine.domain.likeness import telephone
from engine.domain.safe_contact import WAYS
from engine.errors import Conflict, Invalid

SPEAKERS: Final = ("guardian", "representative", "trustee", "agent")
"""Kinds of parties that speak for the person: guardian, representative of a minor, trustee (edunvalvoja), agent by authority."""
KINDS: Final = (*SPEAKERS, "contact_person", "interpreter", "other")
"""Kinds that staff may add. The applicant, children and the referrer come with the application."""
SEE_DOCUMENTS, ANSWER_REQUESTS, RECEIVE_DECISIONS = "see_documents", "answer_requests", "receive_decisions"
SERVED_BY_LAW: Final = ("applicant", "guardian", "representative")
"""Kinds that are served because of their part (434/2003 14, 56 §); others when they have the power to receive decisions."""
POWERS: Final = (SEE_DOCUMENTS, ANSWER_REQUESTS, RECEIVE_DECISIONS)
SOURCES: Final = (
    "reply",
    "call",
    "meeting",
    "representative",
    "authority",
    "document",
    "observation",
    "own_mistake",
)
"""Sources of a change that staff may name."""
AGE_DOUBTED: Final = "age_doubted"
"""``yes`` of a person who may be a child though the birth date is an adult's (746/2011 5 §)."""
OTHER_LANGUAGE_WORDS: Final = "contact_language_other"
"""The language that a person speaks with us, in words, where no list has it."""
FORM_LANGUAGE: Final = "form_language"
"""The language of the pages on which a person filled in the form: all that is known of those who leave the question."""
EASY: Final = "selko"
"""Easy Finnish, in which mails are written; letters and decisions are in Finnish for its readers."""
REFERRER_KIND: Final = "referrer_kind"
"""Place where a referrer works or acts, by their own answer. Their mail is worded by it, so that staff can mend it."""
IDENTITY: Final = (
    "given_names",
    "family_name",
    "referrer_name",
    "referrer_organisation",
    REFERRER_KIND,
    "role",
    "born_on",
    "mother_tongue",
    "contact_language",
    OTHER_LANGUAGE_WORDS,
    "interpreter_needed",
    AGE_DOUBTED,
)
CONTACT: Final = (
    "safe_channels",
    "unsafe_channels",
    "phone",
    "sms_phone",
    "email",
    "referrer_phone",
    "referrer_email",
    "postal_address",
    "contact_person_name",
    "contact_person_phone",
    "contact_person_relationship",
    "safe_times",
    "if_other_answers",
    "safe_words",
    "may_leave_message",
    "electronic_delivery",
)
OTHER_LANGUAGE: Final = "other"
LANGUAGES: Final = (
    *("fi", "sv", "en", "ar", "bn", "es", "fa", "fr", "hi", "ku", "ne", "pt", "pa", "ro", "ru", "so", "th"),
    *("ti", "tr", "uk", "ur", "uz", "vi", "zh", OTHER_LANGUAGE),
)
"""Languages that every list offers, a form's and a page's."""
ADDRESSES: Final[Mapping[str, tuple[str, ...]]] = {
    "phone": ("phone", "referrer_phone"),
    "sms": ("sms_phone",),
    "email": ("email", "referrer_email"),
    "post": ("postal_address",),
    "via_person": ("contact_person_name",),
}
"""Contact way to the details that may hold its address."""
_OF_A_TELEPHONE: Final = frozenset({"phone", "sms"})
SAFE: Final = "safe"
LONGEST: Final = 500
LONGEST_REASON: Final = 2000


class DetailsRejected(Invalid):
    """Several refusals at once, by field."""

    sentence = "Tarkista merkityt kohdat. Mitään ei vielä tallennettu."

    def __init__(self, problems: Mapping[str, Invalid]) -> None:
        super().__init__(field=next(iter(problems), None))
        self.problems = problems


class PartyChanged(Conflict):
    sentence = "Joku muutti samoja tietoja, kun kirjoitit. Katso muutos ja tallenna uudelleen. Mitä kirjoitit, on tallessa."


class NothingChanged(Invalid):
    sentence = "Mikään ei muuttunut. Muuta tietoa tai palaa asiaan."


class LetterUnderWay(Conflict):
    sentence = (
        "Kirje tälle henkilölle odottaa lähettämistä, joten häntä ei voi vielä poistaa. Päätä tiedoksianto ensin, "
        "tai merkitse hänet vaaralliseksi: silloin hänelle ei lähde mitään."
    )


class NotRemovable(Conflict):
    sentence = "Asian omaa henkilöä ei voi poistaa asiasta."


@dataclass(frozen=True, slots=True)
class Ground:
    """Why something recorded is changed: where the knowledge came from, which day, and the reason in words."""

    source: str
    source_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class PartyDetails:
    """Details of a party as they shall be. What `identity` and `contact` do not name stays as it was."""

    kind: str
    identity: Mapping[str, Any]
    contact: Mapping[str, Any]
    is_unsafe: bool = False
    is_protected: bool = False
    """Turvakielto (661/2009 36-37 §): the address stands on no copy."""
    powers: tuple[str, ...] = ()
    authorised_on: date | None = None


def problems_of(details: PartyDetails, ground: Ground, today: date) -> Mapping[str, Invalid]:
    """Return what must be mended before the details can be stored, by field."""
    return (
        problems_of_ground(ground, today)
        | _of_identity(details, today)
        | _of_contact(details.contact)
        | _of_powers(details)
    )


def problems_of_ground(ground: Ground, today: date) -> dict[str, Invalid]:
    found: dict[str, Invalid] = {}
    if not ground.reason.strip():
        found["reason"] = Invalid("Kirjoita, miksi tietoja muutetaan.")
    elif len(ground.reason) > LONGEST_REASON:
        found["reason"] = Invalid("Lyhennä syytä: enintään 2 000 merkkiä.")
    if ground.source not in SOURCES:
        found["source"] = Invalid("Valitse, mistä tieto tuli.")
    if ground.source_on is not None and ground.source_on > today:
        found["source_on"] = Invalid("Päivä ei voi olla tulevaisuudessa.")
    return found


def problems_of_same_number(
    before: Mapping[str, Any], after: Mapping[str, Any], answer: str
) -> Mapping[str, Invalid]:
    """Return what a change must still say of a number that is not safe any more for calls, or for text messages, and stays
    safe for the other: a thief of the telephone gets both, a listener to calls reads no messages."""
    numbers = [telephone(str(after.get(ADDRESSES[way][0]) or "")) for way in _OF_A_TELEPHONE]
    lost = set(after.get("unsafe_channels") or ()) - set(before.get("unsafe_channels") or ())
    kept = set(after.get("safe_channels") or ())
    is_split = bool(lost & _OF_A_TELEPHONE) and bool(kept & _OF_A_TELEPHONE)
    if not is_split or not numbers[0] or len(set(numbers)) > 1 or answer == SAFE:
        return {}
    return {
        "same_number": Invalid(
            "Puhelut ja tekstiviestit menevät samaan numeroon. Merkitse toinenkin, tai vastaa, että se on yhä turvallinen."
        )
    }


def _of_powers(details: PartyDetails) -> dict[str, Invalid]:
    if not details.powers:
        return {}
    if details.kind not in SPEAKERS:
        return {
            "powers": Invalid(
                "Vain huoltaja, edustaja, edunvalvoja tai asiamies voi puhua henkilön puolesta."
            )
        }
    if not set(details.powers) <= set(POWERS):
        return {"powers": Invalid("Valitse valtuudet luettelosta.")}
    if details.is_unsafe:
        return {"powers": Invalid("Vaaralliseksi merkitty ei voi puhua henkilön puolesta. Poista valtuudet.")}
    if details.authorised_on is None:
        return {"authorised_on": Invalid("Kirjoita, mistä päivästä alkaen hän puhuu henkilön puolesta.")}
    return {}


def _of_identity(details: PartyDetails, today: date) -> dict[str, Invalid]:
    born_on = details.identity.get("born_on")
    if isinstance(born_on, str) and born_on:
        try:
            born = date.fromisoformat(born_on)
        except ValueError:
            return {"born_on": Invalid("Kirjoita päivä muodossa 24.12.2026.")}
        if born > today or born.year < _EARLIEST:
            return {"born_on": Invalid("Tarkista syntymäaika: se on tulevaisuudessa tai liian kaukana.")}
    return {
        name: Invalid("Lyhennä tekstiä: enintään 500 merkkiä.")
        for name in IDENTITY
        if isinstance(details.identity.get(name), str) and len(details.identity[name]) > LONGEST
    }


def _of_contact(contact: Mapping[str, Any]) -> dict[str, Invalid]:
    safe, unsafe = set(contact.get("safe_channels") or ()), set(contact.get("unsafe_channels") or ())
    if not safe | unsafe <= set(WAYS) or safe & unsafe:
        return {"ways": Invalid("Valitse jokaisesta tavasta: turvallinen, ei turvallinen tai ei tiedetä.")}
    found = {
        f"way_{way}": Invalid(
            "Kirjoita osoite tai numero, tai merkitse, ettei tätä tapaa tiedetä turvalliseksi."
        )
        for way in WAYS
        if way in safe and not any(contact.get(name) for name in ADDRESSES[way])
    }
    for name in ("email", "referrer_email"):
        email = contact.get(name)
        if email and ("@" not in str(email) or " " in str(email)):
            found["way_email"] = Invalid("Tarkista sähköpostiosoite.")
    found |= {
        name: Invalid("Lyhennä tekstiä: enintään 500 merkkiä.")
        for name in CONTACT
        if isinstance(contact.get(name), str) and len(contact[name]) > LONGEST
    }
    return found


_EARLIEST: Final = 1900


def language_with_us(identity: Mapping[str, object]) -> str:
    """Return the code of the language that a person speaks with us, else of the form that they filled in; empty if neither
    is known."""
    found = (identity.get(each) for each in ("contact_language", FORM_LANGUAGE))
    language = next((each for each in found if isinstance(each, str) and each), "")
    return "fi" if language == EASY else language


def language_to_write_in(identity: Mapping[str, object]) -> str:
    """Return the code of the language of messages: easy Finnish to whom it is Finnish and who filled in the easy form."""
    language = language_with_us(identity)
    is_easy = EASY in (identity.get("contact_language"), identity.get(FORM_LANGUAGE))
    return EASY if language == "fi" and is_easy else language


def language_in_own_words(identity: Mapping[str, object]) -> str:
    """Return the words for a language that no list has; empty where a list has it, and where nobody wrote them."""
    if identity.get("contact_language") not in (None, "", "other"):
        return ""
    names = (
        (OTHER_LANGUAGE_WORDS, "mother_tongue") if identity.get("contact_language") else ("mother_tongue",)
    )
    found = (identity.get(each) for each in names)
    return next((each for each in found if isinstance(each, str) and each), "")

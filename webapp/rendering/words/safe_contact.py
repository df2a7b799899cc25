"""The ways to contact a person without endangering them: shown first beside every task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from engine.casework.contact_channels import SPEAKERS, open_ways, reached
from engine.domain.parties import language_in_own_words
from engine.domain.safe_contact import safe_ways, unsafe_ways
from engine.queries.delivery_papers import DeliveryPapers
from engine.queries.party_page import Party
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.dates import day, moment
from webapp.rendering.words.labels import language_name
from webapp.rendering.words.party_words import party_in_words, written_in

_WAYS = {
    "phone": (marked("Soita"), ("phone",)),
    "sms": (marked("Tekstiviesti"), ("sms_phone", "phone")),
    "email": (marked("Sähköposti"), ("email",)),
    "post": (marked("Kirje"), ("postal_address",)),
    "via_person": (marked("Toisen ihmisen kautta"), ("contact_person_name",)),
}
_UNSAFE_WAYS = {
    "phone": marked("ei puheluja"),
    "sms": marked("ei tekstiviestejä"),
    "email": marked("ei sähköpostia"),
    "post": marked("ei kirjeitä"),
}
_TIMES = {
    "weekday_morning": marked("arkisin klo 8–12"),
    "weekday_afternoon": marked("arkisin klo 12–16"),
    "weekday_evening": marked("arki-iltaisin"),
    "weekend": marked("viikonloppuna"),
}
_PREFERENCES = {
    "woman": marked("mieluiten nainen"),
    "man": marked("mieluiten mies"),
    "by_phone": marked("mieluiten puhelimessa"),
}
_CALLED_UNSAFE = {
    "referrer": marked(
        "Ohjaaja vastasi %(day)s, ettei henkilöön ole turvallista ottaa yhteyttä. Mikään ilmoitettu tapa ei ole turvallinen, "
        "ennen kuin se on varmistettu."
    ),
    "call": marked(
        "Puhelussa vastattiin %(day)s, ettei henkilöön ole turvallista ottaa yhteyttä. Mikään ilmoitettu tapa ei ole "
        "turvallinen, ennen kuin se on varmistettu."
    ),
    "go_between": marked(
        "Hakemuksessa kerrottiin %(day)s aikuisesta, joka ei ole turvallinen. Varmista, että yhteyshenkilö on joku muu, ennen "
        "kuin otat yhteyttä hänen kauttaan."
    ),
}
_IF_OTHER = {
    "wrong_number": marked("Jos joku muu vastaa, sano soittaneesi väärään numeroon"),
    "hang_up": marked("Jos joku muu vastaa, sulje puhelin sanomatta mitään"),
}


@dataclass(frozen=True, slots=True)
class Way:
    name: str
    address: str
    more: str = ""
    number: str = ""
    """A telephone number of the way, to be pressed; empty for other ways."""
    writes: bool = False
    """The number takes messages, not calls."""


@dataclass(frozen=True, slots=True)
class SafeContact:
    ways: tuple[Way, ...]
    when: str
    language: str
    no_way: str
    """Why there is no safe way; empty while there is one."""
    unsafe_ways: str
    """Ways that the person has not called safe; of one who has no safe way those that they have called unsafe."""
    if_other: str
    no_messages: bool
    interpreter: str
    """The person's wishes for an interpreter, and people who must not be one."""
    speaker: str
    """The name of the person whose contacts these are, when they speak for a child."""
    unsafe: tuple[str, ...]
    """Those through whom nothing may go: who they are, and what to the person or in the case."""
    called_unsafe: str = ""
    """The warning of an application that calls contact unsafe, with its day; empty once staff have verified a way."""


def safe_contact(
    parties: tuple[Party, ...],
    on: date,
    came_back: Mapping[UUID, date] | None = None,
    *,
    is_sealed: bool = False,
    shows_protected: bool = True,
) -> SafeContact | None:
    """Return the card of the person to contact in the case; None if the case has no such person. An address from which post
    came back does not stand there as one to write to. What is sealed to the reader is called sealed, not unknown: else they
    would ask the person again."""
    if is_sealed:
        return _sealed_away()
    person = reached(parties, on)
    if person is None:
        return None
    card = _card(person, parties, open_ways(parties, on), came_back or {})
    return card if shows_protected or not person.is_protected else _without_street(card)


def of_sealed_recipient(delivery: DeliveryPapers | None) -> dict[str, SafeContact]:
    """Return the template context of the card of the one person to whom a paper is handed over in a case that is sealed to the
    reader; empty in others."""
    found = delivery.sealed_recipient if delivery is not None else None
    if found is None:
        return {}
    ways = frozenset[str]() if found.party.is_silent else safe_ways(found.party.contact)
    if any(each.kind == "contact_person" for each in found.unsafe):
        ways -= {"via_person"}
    came_back = {found.party.id: found.came_back_on} if found.came_back_on else {}
    return {"contact": _card(found.party, found.unsafe, ways, came_back)}


def _without_street(card: SafeContact) -> SafeContact:
    name, _places = _WAYS["post"]
    post = _(name)
    ways = [Way(post, _("Turvakielto")) if each.name == post else each for each in card.ways]
    return replace(card, ways=tuple(ways))


def _card(
    person: Party, parties: tuple[Party, ...], ways: frozenset[str], came_back: Mapping[UUID, date]
) -> SafeContact:
    contact = person.contact
    channels = [each for each in _list(contact.get("safe_channels")) if each in ways]
    closed = set(_UNSAFE_WAYS) - set(channels) if channels else unsafe_ways(contact)
    returned_on = came_back.get(person.id)
    found = {channel: _way(contact, channel) for channel in channels if channel in _WAYS}
    if returned_on is not None and "post" in found:
        returned = _("Posti palautui tästä osoitteesta %(day)s", day=day(returned_on))
        found["post"] = Way(found["post"].name, returned)
    return SafeContact(
        ways=tuple(found.values()),
        when=", ".join(_(_TIMES[each]) for each in _list(contact.get("safe_times")) if each in _TIMES),
        language=_spoken(person.identity, contact),
        no_way="" if found else _no_way(person),
        unsafe_ways=_capitalised(", ".join(_(_UNSAFE_WAYS[each]) for each in _UNSAFE_WAYS if each in closed)),
        if_other=_if_other(contact),
        no_messages=contact.get("may_leave_message") == "no",
        interpreter=_interpreter(contact),
        speaker=(person.name or _("huoltaja")) if person.kind in SPEAKERS else "",
        unsafe=tuple(party_in_words(party) for party in parties if party.is_unsafe),
        called_unsafe=_called_unsafe(contact, ways),
    )


def _sealed_away() -> SafeContact:
    return SafeContact(
        ways=(),
        when="",
        language="",
        no_way=_("Sinetöity: turvallisia tapoja ei lueta ilman kirjattua perustetta."),
        unsafe_ways="",
        if_other="",
        no_messages=False,
        interpreter="",
        speaker="",
        unsafe=(),
    )


def _no_way(person: Party) -> str:
    if person.held_at is not None:
        return _(
            "Ilmoitettiin %(when)s, ettei tapa ole enää turvallinen. Älä käytä mitään aiempaa numeroa tai osoitetta, ennen kuin turvalliset tavat on varmistettu.",
            when=moment(person.held_at),
        )
    if unsafe_ways(person.contact):
        return _("Turvallista tapaa ei ole enää. Selvitä se ennen kuin otat yhteyttä.")
    return _("Turvallista tapaa ei ole kerrottu. Selvitä se ennen kuin otat yhteyttä.")


def _called_unsafe(contact: Mapping[str, object], ways: frozenset[str]) -> str:
    source = _text(contact.get("called_unsafe"))
    lasts = "via_person" in unsafe_ways(contact) if source == "go_between" else not ways
    if source not in _CALLED_UNSAFE or not lasts:
        return ""
    return _(_CALLED_UNSAFE[source], day=day(date.fromisoformat(_text(contact.get("called_unsafe_on")))))


def _way(contact: Mapping[str, object], channel: str) -> Way:
    name, places = _WAYS[channel]
    address = next((_text(contact.get(place)) for place in places if _text(contact.get(place))), "")
    more = _text(contact.get("contact_person_phone")) if channel == "via_person" else ""
    number = more if channel == "via_person" else address if channel in ("phone", "sms") else ""
    return Way(
        _(name), address, more, number if any(each.isdigit() for each in number) else "", channel == "sms"
    )


def _if_other(contact: Mapping[str, object]) -> str:
    words = _text(contact.get("safe_words"))
    if words:
        return _("Jos joku muu vastaa: ”%(words)s”", words=words)
    choice = _text(contact.get("if_other_answers"))
    return _(_IF_OTHER[choice]) if choice in _IF_OTHER else ""


def _spoken(identity: Mapping[str, object], contact: Mapping[str, object]) -> str:
    code = _text(identity.get("contact_language")) or _text(contact.get("contact_language"))
    language = language_in_own_words({**identity, "contact_language": code})
    if not language and code:
        language = language_name(code)
    if not language:
        language = written_in(identity)
    if identity.get("interpreter_needed") != "yes":
        return language
    return _("%(language)s, tulkki", language=language or _("kieltä ei tiedetä"))


def _interpreter(contact: Mapping[str, object]) -> str:
    wishes = [
        _(_PREFERENCES[each])
        for each in _list(contact.get("interpreter_preferences"))
        if each in _PREFERENCES
    ]
    excluded = _text(contact.get("interpreter_wishes"))
    return ". ".join(part for part in (_capitalised(", ".join(wishes)), excluded) if part)


def _list(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]

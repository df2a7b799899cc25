"""Ways of contact that a person has called safe. Any other may lead to the person they fear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import Invalid

IN_PERSON = "in_person"
"""Meeting them is arranged by a way that is safe, and puts nothing into the world by itself."""
WAYS = ("phone", "email", "sms", "post", "via_person")
"""Contact ways that a person calls safe, or not."""
OFFICE_HOURS = frozenset({"weekday_morning", "weekday_afternoon"})
"""Times that a person may call safe in which somebody here rings them."""
AFTER_HOURS = frozenset({"weekday_evening", "weekend"})
OF_REQUESTS = {
    "link": frozenset({"email", "sms", "phone", "via_person"}),
    "phone": frozenset({"phone", "via_person"}),
    "letter": frozenset({"post"}),
    IN_PERSON: frozenset[str](),
}
"""Channel of a request to the contact ways of which one must be safe."""


class WayNotSafe(Invalid):
    sentence = "Henkilö ei ole sanonut, että tämä tapa on turvallinen. Valitse tapa, jonka hän on hyväksynyt, tai tapaa hänet."


class PostNotSafe(Invalid):
    sentence = "Henkilö ei ole sanonut, että posti on turvallinen. Anna asiakirja hänelle henkilökohtaisesti, tai kysy häneltä ja kirjaa vastaus ensin."


class CallNotSafe(Invalid):
    sentence = (
        "Henkilö ei ole sanonut, että puhelut ovat turvallisia, tai hänen numeroaan ei ole kirjattu. Tapaa hänet, tai kysy "
        "häneltä ja kirjaa vastaus ensin asian sivulle."
    )


class PowerEnded(Invalid):
    sentence = (
        "Vastaanottajan valtuus ottaa päätös vastaan on päättynyt, tai hänet on poistettu asiasta. Mitä hän sen jälkeen sai, sitä "
        "ei ole annettu tiedoksi (hallintolaki 12 ja 56 §). Vastaa, ettei henkilö saanut päätöstä, ja valitse muu tapa."
    )


class PartyNotSafe(Invalid):
    sentence = "Tämän ihmisen kautta ei saa kulkea mitään: hänet on merkitty asiassa vaaralliseksi."


def safe_ways(contact: Mapping[str, Any]) -> frozenset[str]:
    """Return the ways that the person called safe and has not called unsafe since; empty if they skipped the question."""
    return _ways(contact, "safe_channels") - unsafe_ways(contact)


def unsafe_ways(contact: Mapping[str, Any]) -> frozenset[str]:
    """Return the ways that the person has called unsafe. Nothing is known of the rest, and they are not used."""
    return _ways(contact, "unsafe_channels")


def may_be_rung(contact: Mapping[str, Any]) -> bool:
    """Return False if all the times that the person called safe are outside office hours."""
    times = _ways(contact, "safe_times")
    return not times & AFTER_HOURS or bool(times & OFFICE_HOURS)


def _ways(contact: Mapping[str, Any], name: str) -> frozenset[str]:
    ticked = contact.get(name)
    return frozenset(str(each) for each in ticked) if isinstance(ticked, list) else frozenset()


def may_ask_by(way: str, safe: frozenset[str]) -> bool:
    """Return True if an information request may reach the person this way."""
    needed = OF_REQUESTS.get(way)
    return needed is not None and (not needed or bool(needed & safe))


def way_to_ask(wanted: tuple[str, ...], safe: frozenset[str]) -> str:
    """Return the first of the wanted ways that is safe; in person if no wanted way is."""
    return next((way for way in wanted if may_ask_by(way, safe)), IN_PERSON)

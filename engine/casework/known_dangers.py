"""Addresses and numbers of a party that were marked unsafe and replaced since: the party's details forget them, the one from
whom the danger comes still has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.domain.cases import Case
from engine.domain.likeness import telephone
from engine.domain.parties import ADDRESSES, CONTACT, SAFE
from engine.errors import Invalid
from engine.executor.engine import Work
from engine.storage.parties import Party


def problems_of_known_danger(
    work: Work, case: Case, before: Party, after: Party, answer: str
) -> Mapping[str, Invalid]:
    """Return what must still be confirmed of an address that becomes safe and was marked unsafe before, for whichever way.
    Who makes a way safe again that the page shows as unsafe sees what they do, and gives a reason already."""
    if answer == SAFE:
        return {}
    dangers = _dangers(work, case, before)
    became_safe = (way for way in _listed(after.contact, "safe_channels") if _is_other(way, before, after))
    if dangers.isdisjoint(_address(way, after.contact) for way in became_safe):
        return {}
    return {
        "again_safe": Invalid(
            "Tämä osoite tai numero on merkitty aiemmin vaaralliseksi. Tarkista se, tai vastaa, että hän vahvisti sen turvalliseksi."
        )
    }


def _dangers(work: Work, case: Case, party: Party) -> frozenset[str]:
    history = work.stores.corrections.of_subject(case.id, party.id)
    contact = dict(party.contact)
    found = set(_unsafe(contact))
    for each in reversed(history):
        contact |= {name: value for name, value in each.before.items() if name in CONTACT}
        found |= set(_unsafe(contact))
    return frozenset(found - {""})


def _unsafe(contact: Mapping[str, Any]) -> Iterator[str]:
    return (_address(way, contact) for way in _listed(contact, "unsafe_channels"))


def _is_other(way: str, before: Party, after: Party) -> bool:
    was = {*_listed(before.contact, "safe_channels"), *_listed(before.contact, "unsafe_channels")}
    return way not in was or _address(way, before.contact) != _address(way, after.contact)


def _address(way: str, contact: Mapping[str, Any]) -> str:
    """Return a number or an address by which it is compared, however it is written; empty if there is none."""
    written = next((str(contact[name]) for name in ADDRESSES.get(way, ()) if contact.get(name)), "")
    return telephone(written) or " ".join(written.casefold().split())


def _listed(contact: Mapping[str, Any], name: str) -> tuple[str, ...]:
    listed = contact.get(name)
    return tuple(map(str, listed)) if isinstance(listed, list | tuple) else ()

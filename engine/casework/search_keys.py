"""The search keys of a case's people: who is found by them, and who must not be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from engine.domain.likeness import described
from engine.domain.parties import SPEAKERS
from engine.domain.search_keys import ending_key, kept_keys
from engine.executor.engine import Work
from engine.storage.parties import Party
from engine.storage.sealing import SealingClass

PERSONS: Final = ("applicant", "child")
"""Kinds of parties that may be the same person as somebody in another case."""
FOUND: Final = (*PERSONS, *SPEAKERS, "referrer")


def keys_of(parties: Iterable[Party]) -> Mapping[UUID, frozenset[str]]:
    """Return the keys by party; none for a party that leads nobody to the case.

    Those who must not be found have none, and nobody else of their case: a child with the same name would lead there.
    Nor has a party that is marked unsafe: their name must not lead to the one who hides from them.
    """
    known = tuple(parties)
    is_hidden = any(each.is_protected for each in known)
    return {
        each.id: frozenset()
        if is_hidden or not is_found(each)
        else kept_keys(described(each.identity, each.contact))
        for each in known
    }


def is_found(party: Party) -> bool:
    return party.kind in FOUND and not party.is_unsafe and party.removed_at is None


def add_search_keys(work: Work, case_id: UUID, codes: Iterable[str] = ()) -> None:
    """Store the keys of a new case."""
    kept = {**keys_of(work.stores.parties.of_case(case_id)), case_id: frozenset(map(ending_key, codes))}
    work.stores.search_keys.add(case_id, kept)


def renew_search_keys(work: Work, case_id: UUID) -> None:
    """Store the keys of a case's people as they are known now: nobody is found by what was wrong, unsafe or erased."""
    if work.stores.vault.has_key(case_id, SealingClass.IDENTITY):
        work.stores.search_keys.replace(case_id, keys_of(work.stores.parties.ever_of_case(case_id)))
    else:
        work.stores.search_keys.forget(case_id)

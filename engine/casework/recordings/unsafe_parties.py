"""Parties who may be the exploiter, as the registrar names them: no message, access, hearing or service goes through them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from engine.casework.contact_reports import ask_caseworker, follow_shared_ways, follow_unsafe
from engine.casework.party_changes import store_change
from engine.casework.recordings.recording import Recording
from engine.casework.shared_ways import unsafe_of, ways_lost
from engine.casework.speakers import GuardianOfAdult, problems_of_guardian
from engine.domain.parties import Ground
from engine.domain.spellings import words_of
from engine.errors import Invalid
from engine.executor import Work
from engine.storage.parties import Party

AT_REGISTRATION: Final = Ground("registration", None, "")
SINGLE: Final = frozenset({"referrer"})
"""Kinds of which a case has one party at most: the kind says who is meant."""
_KNOWN, _NEW = "known", "new"
"""Answers to the question if the party is in the case already."""
_ANY: Final = "other"
"""Kind that does not tell one party from another."""


class WhoIsUnsafe(Invalid):
    sentence = (
        "Asiassa on jo joku samassa roolissa tai samanniminen. Jos tarkoitat häntä, kirjoita hänen nimensä niin kuin se on asiassa. Jos tarkoitat "
        "toista, vastaa, että hän on joku muu. Jos sitä ei kysytä, valitse rooliksi Muu."
    )


def mark_unsafe(work: Work, recording: Recording) -> None:
    """Mark the party that each row means. One that the case does not have comes into it as unsafe.

    Raise WhoIsUnsafe where a row may mean a party or somebody else: marking the wrong one of two guardians stops the
    contact with the right one, and lets letters go to the other.
    """
    entries = recording.register_entries.get("unsafe", ())
    for number, row in enumerate(recording.rows("unsafe_parties")):
        known = _meant(work.stores.parties.of_case(recording.case.id), row, number)
        kind = known.kind if known is not None else str(row.get("part", _ANY))
        if known is None:
            for field in problems_of_guardian(work, recording.case, kind, f"unsafe_parties.{number}.part"):
                raise GuardianOfAdult(field=field)
            identity = entries[number].identity if entries else {}
            party_id = work.stores.parties.add(
                recording.case.id, kind, identity, {}, work.now, is_unsafe=True
            )
            added = known = work.stores.parties.get(recording.case.id, party_id)
            follow_unsafe(work, recording.case, added)
            follow_shared_ways(work, recording.case, added, unsafe_of(added))
        elif not known.is_unsafe:
            unsafe = replace(known, is_unsafe=True)
            effects = store_change(work, recording.case, known, unsafe, AT_REGISTRATION)
            if effects.is_code_ended:
                ask_caseworker(work, recording.case, reported=False)
            follow_unsafe(work, recording.case, unsafe)
            follow_shared_ways(work, recording.case, unsafe, ways_lost(known, unsafe))
        work.record(recording.case.id, "party_marked_unsafe", kind, party=str(known.id))


def _meant(parties: tuple[Party, ...], row: Mapping[str, Any], number: int) -> Party | None:
    """Return the party that a row means; None for somebody who is no party yet."""
    part, answer = row.get("part", "other"), row.get("who")
    others = [each for each in parties if each.kind not in ("applicant", "child")]
    of_part = [each for each in others if each.kind == part]
    written = set(words_of(str(row.get("name") or "")))
    named = [each for each in others if _is_named(each, written)]
    if answer == _NEW:
        # Registered again, the case has them already.
        return next((each for each in named if each in of_part and each.is_unsafe), None)
    if part in SINGLE and of_part:
        return of_part[0]
    found = [each for each in named if each in of_part] or named or (of_part if answer == _KNOWN else [])
    # In another part, one word of a name may be anybody's of the family.
    is_sure = answer == _KNOWN or any(each in of_part or len(words_of(each.name)) > 1 for each in found)
    if len(found) == 1 and is_sure:
        return found[0]
    if found or answer == _KNOWN or (part != _ANY and of_part):
        raise WhoIsUnsafe(field=f"unsafe_parties.{number}.who")
    return None


def _is_named(party: Party, written: set[str]) -> bool:
    """True if the party's whole name stands in what was written, or two words of it and nothing else do."""
    name = set(words_of(party.name))
    return bool(name) and (name <= written or (written <= name and len(written) > 1))

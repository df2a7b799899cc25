"""A corrected birth date: the documents that carry the one before, and who has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from engine.casework.decision_corrections import WORDED, decision_kind
from engine.casework.party_changes import PARTY
from engine.casework.posted_letters import left_on
from engine.casework.resolution_letter import born_on, frame_of
from engine.domain.cases import Case
from engine.executor.engine import Work
from engine.storage.corrections import Correction
from engine.storage.documents import Document
from engine.storage.parties import Party
from engine.storage.resolutions import Resolution

BORN_ON: Final = "born_on"
_VALUE: Final = "person_born_on"
"""Value of a text that says when the person was born."""
_TO_POLICE: Final = frozenset({"notice_police", "notice_police_reflection"})


def changed_birth(before: Party, after: Party) -> bool:
    """Return True if the birth date of the case's person was one and is another."""
    was, now = before.identity.get(BORN_ON), after.identity.get(BORN_ON)
    return after.kind == "applicant" and bool(was) and bool(now) and was != now


def outdated_in(work: Work, case: Case) -> frozenset[UUID]:
    stores = work.stores
    return outdated(
        stores.parties.applicant_of(case.id),
        stores.corrections.of_case(case.id),
        stores.documents.of_case(case.id),
        stores.resolutions.of_case(case.id),
        work.instances.models(case.deployment_id).bundle.texts,
    )


def outdated(
    person: Party | None,
    corrections: Iterable[Correction],
    documents: Iterable[Document],
    resolutions: Iterable[Resolution],
    texts: Mapping[str, Mapping[str, Any]],
) -> frozenset[UUID]:
    """Return the documents that say when the person was born, with the date before it was corrected: those from before, and a
    decision's copy that repeats it."""
    changed_at = max(
        (
            each.made_at
            for each in corrections
            if person is not None
            and (each.subject, each.subject_id) == (PARTY, person.id)
            and each.before.get(BORN_ON)
        ),
        default=None,
    )
    if changed_at is None:
        return frozenset()
    resolutions = tuple(resolutions)
    frames = {
        each.document_id: frame_of(each.kind, decision_kind(each), each.outcome)
        for each in resolutions
        if each.document_id
    }
    repeating = {
        each.document_id
        for each in resolutions
        if _birth_date_in(each) not in (None, born_on(person, each.language))
    }
    return frozenset(
        each.id
        for each in documents
        if _says(texts, frames.get(each.id, each.kind))
        and (each.created_at < changed_at or each.id in repeating)
    )


def _birth_date_in(resolution: Resolution) -> str | None:
    """Return the birth date in a decision, in its own language; None where its words were not kept."""
    words: Mapping[str, Any] = resolution.content.get(WORDED) or {}
    born: str | None = words.get("values", {}).get(_VALUE)
    return born


def _says(texts: Mapping[str, Mapping[str, Any]], key: str) -> bool:
    return _VALUE in texts.get(key, {}).get("values", {})


def police_notices(work: Work, case: Case) -> tuple[tuple[str, date], ...]:
    """Return the notices that left to the police, by the key of their text, each with the day on which it left."""
    kinds = {str(each.id): each.kind for each in work.stores.documents.of_case(case.id)}
    return tuple(
        (kinds[str(event.facts.get("document"))], left_on(event))
        for event in work.stores.timeline.of_case(case.id, "notice_sent")
        if kinds.get(str(event.facts.get("document"))) in _TO_POLICE
    )

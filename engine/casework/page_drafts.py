"""One's own drafts of a case's forms: which forms have one, who may keep it, and its end when the form is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.domain.cases import Case
from engine.domain.policy import Action
from engine.errors import NotFound
from engine.executor.engine import Work
from engine.storage.page_drafts import KeptDraft as KeptDraft
from engine.storage.page_drafts import PageDrafts

NEW_PARTY: Final = "party/new"
BOOKING: Final = "meeting"
_ID: Final = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_FORMS: Final = (
    (re.compile(f"party/(?:new|{_ID})"), Action.CHANGE_PARTY),
    (re.compile(f"record/{_ID}/(?:correct|clarify)"), Action.CORRECT_RECORD),
    (re.compile(f"meeting(?:/{_ID})?"), Action.BOOK_MEETING),
    (re.compile(f"meeting/{_ID}/ended"), Action.END_MEETING),
)


@dataclass(frozen=True, slots=True)
class HeldDraft:
    """The draft that the page of a sent form holds."""

    page: str
    seen: str
    """The moment (ISO 8601) at which it was saved; empty of none."""


def act_of(page: str) -> Action:
    """Return what sending the form does. Raise NotFound for no form that keeps a draft."""
    for form, action in _FORMS:
        if form.fullmatch(page):
            return action
    raise NotFound


def drafts_of(work: Work) -> PageDrafts:
    return PageDrafts(work.stores.unit, work.stores.vault)


def own_drafts(work: Work, case: Case) -> Mapping[str, KeptDraft]:
    person_id = work.actor.person_id
    return drafts_of(work).of_person(case.id, person_id) if person_id else {}


def end_draft(work: Work, case: Case, held: HeldDraft | None) -> None:
    """Destroy the draft of a form that was sent. Another, from another tab, stays."""
    person_id = work.actor.person_id
    kept = own_drafts(work, case).get(held.page) if held else None
    if held and kept and person_id and kept.saved_at.isoformat() == held.seen:
        drafts_of(work).discard(case.id, person_id, held.page)

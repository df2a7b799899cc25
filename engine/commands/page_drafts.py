"""Drafts of a case's forms that are no task's: a correction, a party, a meeting. Kept as one types, gone when sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.casework.page_drafts import act_of, drafts_of, own_drafts
from engine.commands.public_drafts import MOST_CHARACTERS
from engine.domain.notes import NotesGone
from engine.domain.policy import Action
from engine.errors import Conflict, Invalid
from engine.executor import Command, Work
from engine.executor.permissions import permit_case, require_action, require_person
from engine.storage.sealing import SealingClass


class PageDraftElsewhere(Conflict):
    sentence = "Sinulla on tästä toinen keskeneräinen luonnos. Se on kirjoitettu toisessa välilehdessä tai toisella laitteella."


@dataclass(frozen=True)
class KeepPageDraft(Command[datetime | None]):
    """Keep what the actor is typing in a form of a case, right or wrong, until it is sent. Return when; None for nothing
    typed, which discards the draft.

    Raise PageDraftElsewhere if another draft of theirs stands, from another tab.
    """

    reference: str
    page: str
    """The form, as `casework.page_drafts` names it."""
    typed: Mapping[str, Sequence[str]] = field(repr=False)
    seen: str | None = None
    """The moment (ISO 8601) of the draft that the page holds; empty of none. None: whatever stands is replaced."""
    mark: str = ""
    """The mark of the page, which the draft is kept with."""
    over: str = ""
    """A page that goes away gives its mark: a draft of its own is replaced although its answer never came."""

    def permit(self, work: Work) -> None:
        require_person(work)
        require_action(work, act_of(self.page))
        permit_case(work, self.reference, Action.KEEP_PAGE_DRAFT)

    def execute(self, work: Work) -> datetime | None:
        case, person_id = work.stores.cases.by_reference(self.reference), require_person(work)
        if not work.stores.vault.takes(case.id, SealingClass.NARRATIVE):
            raise NotesGone
        kept, typed = (
            own_drafts(work, case).get(self.page),
            {name: list(self.typed[name]) for name in self.typed},
        )
        is_known = kept is None or self.seen is None or kept.saved_at.isoformat() == self.seen
        if (
            kept is not None
            and not (is_known or (self.over and kept.mark == self.over))
            and kept.typed != typed
        ):
            raise PageDraftElsewhere
        if not typed:
            drafts_of(work).discard(case.id, person_id, self.page)
            return None
        if sum(len(text) for texts in typed.values() for text in texts) > MOST_CHARACTERS:
            raise Invalid("Luonnos on liian pitkä tallennettavaksi.")
        drafts_of(work).save(case.id, person_id, self.page, typed, work.now, self.mark)
        return work.now

"""Drafts of applications that staff write down from paper or speech: kept as one types, gone on with, thrown away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from engine.commands.public_drafts import MOST_CHARACTERS, has_no_consent
from engine.domain.administration import Act
from engine.domain.people import Role
from engine.errors import Conflict, Invalid
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_person, require_role
from engine.storage.intake_drafts import IntakeDraft, IntakeDrafts
from engine.storage.tasks import PAGE_MARK

RECORDERS: Final = (Role.INTAKE, Role.ON_CALL, Role.CASEWORKER)


class DraftNotOpen(Conflict):
    """Refusal of a draft that was sent or thrown away, that a colleague goes on with, or that nobody has left."""

    sentence = "Luonnos on jo lähetetty tai poistettu, tai joku muu kirjoittaa sitä nyt."


class DraftGoneOn(DraftNotOpen):
    """Refusal of an older page of a draft in which one has typed on another page since."""

    sentence = "Luonnokseen on kirjoitettu toisella sivulla sen jälkeen, kun tämä sivu avattiin."


@dataclass(frozen=True)
class KeepIntakeDraft(Command[datetime | None]):
    """Keep what is typed, right or wrong, until the application is recorded. Return when. Raise DraftNotOpen if it ended,
    DraftGoneOn if another text was typed since on another page.

    Of a referral to which the person has not consented nothing is kept, and what was is destroyed: return None.
    """

    draft_id: UUID
    form_key: str
    typed: Mapping[str, Sequence[str]] = field(repr=False)
    seen: str | None = None
    """The moment (ISO 8601) of the draft that the page holds; empty of none. None: whatever stands is replaced."""
    page: str = ""
    """Random mark of the page that sends it; empty of a button."""
    over: str = ""
    """As for `SaveDraft`: a page that goes away replaces a draft of its own, which it has not heard of."""

    def permit(self, work: Work) -> None:
        require_role(work, *RECORDERS)
        require_person(work)

    def execute(self, work: Work) -> datetime | None:
        if sum(len(text) for texts in self.typed.values() for text in texts) > MOST_CHARACTERS:
            raise Invalid("Luonnos on liian pitkä tallennettavaksi.")
        require_seen(work, self.draft_id, self.typed, self.seen, self.over)
        has_consent = not has_no_consent(self.form_key, self.typed)
        typed = {**self.typed, PAGE_MARK: [self.page]} if has_consent else {}
        if not drafts_of(work).keep(self.draft_id, require_person(work), self.form_key, typed, work.now):
            raise DraftNotOpen
        return work.now if has_consent else None


@dataclass(frozen=True)
class DropIntakeDraft(Command[None]):
    """Destroy one's own draft. Raise DraftNotOpen of a colleague's, and of one that was sent or thrown away; DraftGoneOn if
    another text was typed since on another page."""

    draft_id: UUID
    form_key: str
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    seen: str | None = None

    def permit(self, work: Work) -> None:
        require_role(work, *RECORDERS)
        require_person(work)

    def execute(self, work: Work) -> None:
        require_seen(work, self.draft_id, self.typed, self.seen)
        end_draft(work, self.draft_id, self.form_key)


@dataclass(frozen=True)
class TakeIntakeDraft(Command[str]):
    """Go on with a draft that a colleague left. Return its form. The administration log says who took whose: it has no case
    yet."""

    draft_id: UUID

    def permit(self, work: Work) -> None:
        require_role(work, *RECORDERS)
        require_person(work)

    def execute(self, work: Work) -> str:
        person_id, draft = require_person(work), drafts_of(work).get(self.draft_id)
        if draft is None or draft.ended_at is not None:
            raise DraftNotOpen
        if draft.person_id == person_id:
            return draft.form_key
        if not drafts_of(work).take_over(draft, person_id, work.now):
            raise DraftNotOpen
        former = work.stores.people.get(draft.person_id)
        work.stores.access.log_administration(work.actor, Act.DRAFT_TAKEN_OVER, work.now, former.username)
        return draft.form_key


@dataclass(frozen=True)
class ReadIntakeDraft(Query[tuple[IntakeDraft, dict[str, list[str]] | None] | None]):
    """Return one's own draft with what is typed, None in its place where that does not open; None if there is no draft, or
    no more."""

    draft_id: UUID
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_role(work, *RECORDERS)
        require_person(work)

    def execute(self, work: Work) -> tuple[IntakeDraft, dict[str, list[str]] | None] | None:
        found = drafts_of(work).read(self.draft_id, require_person(work), work.now)
        if found is not None and found[1] is not None:
            found[1].pop(PAGE_MARK, None)
        return found


@dataclass(frozen=True, slots=True)
class LeftIntake:
    """A draft without a word of it."""

    id: UUID
    form_key: str
    writer: str
    is_own: bool
    started_at: datetime
    saved_at: datetime
    may_be_taken: bool


@dataclass(frozen=True)
class OpenIntakeDrafts(Query[tuple[LeftIntake, ...]]):
    """Return the drafts that are under way, one's own first."""

    shows_cases = False

    def permit(self, work: Work) -> None:
        require_role(work, *RECORDERS)
        require_person(work)

    def execute(self, work: Work) -> tuple[LeftIntake, ...]:
        found, me = drafts_of(work).under_way(), work.actor.person_id
        writers = {each.id: each.name for each in work.stores.people.all()} if found else {}
        shown = [
            LeftIntake(
                each.id,
                each.form_key,
                writers.get(each.person_id, ""),
                each.person_id == me,
                each.started_at,
                each.saved_at,
                each.person_id != me and each.is_left(work.now),
            )
            for each in found
        ]
        return tuple(sorted(shown, key=lambda each: not each.is_own))


def drafts_of(work: Work) -> IntakeDrafts:
    return IntakeDrafts(work.stores.unit, work.stores.vault)


def lock_draft(work: Work, draft_id: UUID) -> None:
    """Let those who send the same draft at once come one after the other."""
    drafts_of(work).lock(draft_id)


def end_written(
    work: Work, draft_id: UUID, form_key: str, typed: Mapping[str, Sequence[str]], seen: str | None
) -> None:
    """Destroy the draft of what is recorded. Raise DraftGoneOn, or DraftNotOpen, as `require_seen` and `end_draft` do."""
    require_seen(work, draft_id, typed, seen)
    end_draft(work, draft_id, form_key)


def end_draft(work: Work, draft_id: UUID, form_key: str) -> None:
    """Destroy one's own draft. Raise DraftNotOpen of one that ended before: what was typed on another page of it must open no
    second case. So it is of one with which a colleague goes on."""
    if not drafts_of(work).end(draft_id, require_person(work), form_key, work.now):
        raise DraftNotOpen


def require_seen(
    work: Work, draft_id: UUID, typed: Mapping[str, Sequence[str]], seen: str | None, over: str = ""
) -> None:
    """Raise DraftGoneOn if other words stand in one's own draft than those that the page holds, or sent (`over`). The same words, sent twice, are
    no others; of a draft without a word nothing is lost. What does not open may be other words."""
    drafts, person_id = drafts_of(work), require_person(work)
    drafts.lock(draft_id)
    known = drafts.get(draft_id)
    if seen is None or known is None or known.saved_at.isoformat() == seen:
        return
    found = drafts.read(draft_id, person_id, work.now)
    if over and found is not None and found[1] is not None and found[1].get(PAGE_MARK) == [over]:
        return
    if found is not None and (found[1] is None or _written(found[1]) not in ({}, _written(typed))):
        raise DraftGoneOn


def _written(typed: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: list(texts) for name, texts in typed.items() if any(texts) and name != PAGE_MARK}

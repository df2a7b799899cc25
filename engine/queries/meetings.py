"""The meetings of a case, with what a new one begins with: language, who is barred, which ways are safe today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.casework.contact_channels import open_ways, reached
from engine.casework.messages import safe_email_of
from engine.casework.page_drafts import own_drafts
from engine.casework.staff_notices import colleagues_who_see
from engine.domain.cases import Case, CaseState
from engine.domain.meetings import Meeting, wishes_of
from engine.domain.parties import language_with_us
from engine.domain.people import Person
from engine.domain.policy import Action
from engine.executor import Query, Work
from engine.executor.permissions import permit_case
from engine.queries.in_sight import PersonInSight, in_sight
from engine.storage.page_drafts import KeptDraft
from engine.storage.parties import Party
from engine.storage.sealing import SealingClass


@dataclass(frozen=True, slots=True)
class MeetingsPage:
    case: Case
    meetings: tuple[Meeting, ...]
    """In the order in which they begin."""
    parties: tuple[Party, ...]
    language: str
    """Of the person, as far as it is known."""
    barred: str
    """Those who must not come, as the last meeting had it."""
    wishes: str
    """Words of the person about interpreters, wanted or not."""
    safe_ways: frozenset[str]
    reminds_by_mail: bool
    """As it stands now: asked again at the moment of the reminder."""
    person: Party | None
    """The party who is contacted in the case."""
    may_book: bool
    workers: tuple[Person, ...]
    """Those who may go: who reads the page, then the colleagues who see the case."""
    in_sight: PersonInSight
    moment: datetime
    drafts: Mapping[str, KeptDraft] = field(default_factory=dict)
    """The reader's own, by form."""

    @property
    def may_come(self) -> tuple[Party, ...]:
        return tuple(each for each in self.parties if not each.is_unsafe)

    @property
    def unsafe(self) -> tuple[Party, ...]:
        return tuple(each for each in self.parties if each.is_unsafe)


@dataclass(frozen=True)
class OpenMeetings(Query[MeetingsPage]):
    reference: str

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.MEETINGS_PAGE)

    def execute(self, work: Work) -> MeetingsPage:
        case = work.stores.cases.by_reference(self.reference)
        seen = in_sight(work, case)
        found = meetings_of(work, case)
        whom = reached(seen.parties, work.today)
        newest = max(found, key=lambda each: each.booked_at, default=None)
        known = language_with_us(whom.identity) if whom else ""
        has_key = work.stores.vault.has_key(case.id, SealingClass.CONTACT)
        may_book = work.actor.person_id is not None and work.may(case, Action.BOOK_MEETING)
        return MeetingsPage(
            case=case,
            meetings=found,
            parties=seen.parties,
            language=known or case.language,
            barred=newest.barred if newest else "",
            wishes=wishes_of(whom.contact) if whom else "",
            safe_ways=open_ways(seen.parties, work.today),
            reminds_by_mail=safe_email_of(whom) is not None,
            person=whom,
            may_book=may_book and has_key and case.state is not CaseState.CLOSED,
            workers=_workers(work, case) if may_book else (),
            in_sight=seen,
            moment=work.now,
            drafts=own_drafts(work, case),
        )


def _workers(work: Work, case: Case) -> tuple[Person, ...]:
    own = work.actor.person_id
    reader = () if own is None else (work.stores.people.get(own),)
    return (*reader, *colleagues_who_see(work, case))


def meetings_of(work: Work, case: Case) -> tuple[Meeting, ...]:
    """Return the meetings that the actor may read, in the order in which they begin."""
    found = work.stores.meetings.of_case(case.id)
    return tuple(each for each in found if not case.is_shut_to(work.actor, each.booked_at))

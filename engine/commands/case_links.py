"""Cases that belong together: linked, or prepared and decided together (434/2003 25 §), and parted again.

Each case keeps its number, its day and its outcome. Both are opened: nobody joins what they may not see, and a link shows
nothing of a case to those who do not see it.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.casework.case_links import are_alike, link
from engine.casework.reassigning import THEIRS, give_case, refusal_of
from engine.domain.case_links import (
    ITSELF,
    HandledTogetherAlready,
    LinkKind,
    NoSuchCase,
    NotHandledTogether,
    NothingAlike,
    NotLinked,
    NotPending,
    OtherHandledTogether,
    RestrictedCase,
    checked_kind,
    checked_reason,
)
from engine.domain.cases import Case, CaseState
from engine.domain.people import Person
from engine.domain.policy import Action
from engine.domain.reassignments import Why
from engine.domain.search_words import reference_in
from engine.errors import Invalid, NotFound
from engine.executor import Command, Work
from engine.executor.permissions import permit_case, require_action
from engine.storage.database import new_id
from engine.storage.joint_handlings import JointHandling

UNLINKED = "cases_unlinked"
JOINED, PARTED = "handled_together", "handled_apart"


@dataclass(frozen=True)
class LinkCases(Command[UUID]):
    """Note that two cases are of one person, of one family or of the same events; or of two people after all."""

    reference: str
    other: str
    kind: str
    reason: str
    is_sure: bool = False
    """They are of one person though nothing of the two agrees. Without it such a pair is refused: the number may be
    mistyped."""

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.LINK_CASES)

    def execute(self, work: Work) -> UUID:
        kind, reason = checked_kind(self.kind), checked_reason(self.reason)
        case, other = _both(work, self.reference, self.other, Action.LINK_CASES)
        if kind is LinkKind.SAME_PERSON and not self.is_sure and not are_alike(work, case, other):
            raise NothingAlike(field="sure")
        return link(work, case, other, kind, reason)


@dataclass(frozen=True)
class UnlinkCases(Command[None]):
    """Undo a link, with the reason. What was linked, by whom and why stays in the record."""

    reference: str
    pair_id: UUID
    reason: str

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.LINK_CASES)

    def execute(self, work: Work) -> None:
        reason = checked_reason(self.reason)
        case = work.stores.cases.by_reference(self.reference)
        sides = work.stores.case_links.of_pair(self.pair_id)
        own = next((each for each in sides if each.case_id == case.id), None)
        if own is None:
            raise NotLinked(field="reason")
        work.open_case_of(own.other_case_id, Action.LINK_CASES)
        for each in sides:
            work.stores.case_links.undo(each, reason, work.actor.person_id, work.now)
            work.record(each.case_id, UNLINKED, own.kind.value)


@dataclass(frozen=True)
class HandleTogether(Command[None]):
    """Prepare and decide two or more cases together, since the decision of one may matter to the other (434/2003 25 §).

    A head may give both to one caseworker at once; that can be undone as any other giving of a case.
    """

    reference: str
    other: str
    reason: str
    caseworker_id: UUID | None = None
    """The person who gets both; None: each stays where it is."""

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.HANDLE_TOGETHER)
        if self.caseworker_id is not None:
            require_action(work, Action.ASSIGN_CASE)

    def execute(self, work: Work) -> None:
        reason = checked_reason(self.reason)
        case, other = _both(work, self.reference, self.other, Action.HANDLE_TOGETHER)
        for each in (case, other):
            if each.is_restricted:
                raise RestrictedCase(field="other")
            if each.state is CaseState.CLOSED:
                raise NotPending(field="other")
        handlings = work.stores.joint_handlings
        places = [handlings.of_case(each.id) for each in (case, other)]
        groups = {each.group_id for each in places if each is not None}
        if None not in places:
            raise (HandledTogetherAlready if len(groups) == 1 else OtherHandledTogether)(field="other")
        group_id = groups.pop() if groups else new_id()
        person = work.stores.people.get(self.caseworker_id) if self.caseworker_id is not None else None
        giving_id = new_id()
        for each, place in zip((case, other), places, strict=True):
            if person is None or not self._gives(work, each, person, giving_id):
                work.save_case(each)
            if place is None:
                handlings.add(each.id, group_id, reason, work.actor.person_id, work.now)
                work.record(each.id, JOINED)

    def _gives(self, work: Work, case: Case, person: Person, giving_id: UUID) -> bool:
        """Give the case to the person, and store its next version. Return False if they have it already."""
        refused = refusal_of(work, case, person)
        if refused == THEIRS:
            return False
        if refused:
            raise Invalid(refused, field="caseworker")
        give_case(work, case, person, Why.TOGETHER, giving_id)
        return True


@dataclass(frozen=True)
class HandleApart(Command[None]):
    """Take a case out of those that are handled together. One that is left alone is handled by itself too."""

    reference: str
    reason: str

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.HANDLE_TOGETHER)

    def execute(self, work: Work) -> None:
        reason = checked_reason(self.reason)
        case = work.stores.cases.by_reference(self.reference)
        place = work.stores.joint_handlings.of_case(case.id)
        if place is None:
            raise NotHandledTogether(field="reason")
        left = [each for each in work.stores.joint_handlings.cases_of(place.group_id) if each != case.id]
        self._part(work, place, reason)
        if len(left) == 1 and (last := work.stores.joint_handlings.of_case(left[0])) is not None:
            self._part(work, last, reason)

    def _part(self, work: Work, place: JointHandling, reason: str) -> None:
        work.save_case(work.stores.cases.get(place.case_id))
        work.stores.joint_handlings.part(place, reason, work.actor.person_id, work.now)
        work.record(place.case_id, PARTED)


def _both(work: Work, reference: str, other: str, action: Action) -> tuple[Case, Case]:
    """Return two cases. The second is opened and logged like the first; one that the actor may not see does not exist."""
    case = work.stores.cases.by_reference(reference)
    wanted = reference_in(other)
    if wanted == case.reference:
        raise Invalid(ITSELF, field="other")
    try:
        return case, work.open_reference(wanted, action)
    except NotFound as refused:
        raise NoSuchCase(field="other", hidden=refused.hidden) from None

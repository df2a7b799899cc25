"""Saved views of the inbox: a person's own, and those shared with a team or everyone."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.domain.inbox import TaskFilter, View, audiences_of, may_remove
from engine.errors import Forbidden, Invalid, NotFound
from engine.executor import Command, Work
from engine.executor.permissions import require_case_staff, require_system

MOST = 5
"""Each is counted whenever the inbox is opened, and a long list of views is no help."""
MOST_SHARED = 3
"""With each team, and with everyone: these are counted on the pages of others."""
LONGEST = 40


def _owner(work: Work) -> UUID:
    """Return the id of the person whose views these are. Raise Forbidden for a program, which has none."""
    if work.actor.person_id is None:
        raise Forbidden
    return work.actor.person_id


@dataclass(frozen=True)
class KeepView(Command[None]):
    """Save a view under a name, for oneself or shared. A view of one's own with the same name is replaced."""

    name: str
    view: View
    narrowed: TaskFilter
    shared_with: str = ""
    """One of `audiences_of` the actor; empty for their own use."""

    def permit(self, work: Work) -> None:
        require_case_staff(work)
        _owner(work)

    def execute(self, work: Work) -> None:
        person_id, name = _owner(work), " ".join(self.name.split())
        if not name:
            raise Invalid("Anna näkymälle nimi.", field="name")
        if len(name) > LONGEST:
            raise Invalid("Nimi on liian pitkä. Lyhennä se enintään 40 merkkiin.", field="name")
        own = [each for each in work.stores.saved_views.of(work.actor) if each.person_id == person_id]
        others = [each for each in own if each.name != name]
        if len(others) >= MOST:
            raise Invalid("Sinulla on jo viisi näkymää. Poista ensin jokin niistä.", field="name")
        if self.shared_with:
            self._require_room(work, replaced={each.id for each in own if each.name == name})
        work.stores.saved_views.keep(
            person_id, name, self.view, self.narrowed, work.now, shared_with=self.shared_with
        )

    def _require_room(self, work: Work, replaced: set[UUID]) -> None:
        if self.shared_with not in audiences_of(work.actor):
            raise Invalid("Voit jakaa näkymän vain oman tiimisi kanssa.", field="shared_with")
        if len(work.stores.saved_views.shared(self.shared_with) - replaced) >= MOST_SHARED:
            raise Invalid(
                "Heille on jo jaettu kolme näkymää. Poista ensin jokin niistä, tai tallenna tämä vain itsellesi.",
                field="shared_with",
            )


@dataclass(frozen=True)
class ForgetView(Command[None]):
    """Delete one of the actor's views; a head also removes a shared one. Raise NotFound for another person's, as for
    one that does not exist."""

    view_id: UUID

    def permit(self, work: Work) -> None:
        require_case_staff(work)
        _owner(work)

    def execute(self, work: Work) -> None:
        if not may_remove(work.actor, work.stores.saved_views.get(self.view_id)):
            raise NotFound
        work.stores.saved_views.forget(self.view_id)


@dataclass(frozen=True)
class SealViewNames(Command[int]):
    """Seal names of views that stand in clear since a version before. Return how many."""

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> int:
        return work.stores.saved_views.seal_names()

"""A person's saved views of the inbox."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.domain.inbox import TaskFilter, View
from engine.errors import Forbidden, Invalid, NotFound
from engine.executor import Command, Work
from engine.executor.permissions import require_case_staff

MOST = 5
"""Each is counted whenever the inbox is opened, and a long list of views is no help."""
LONGEST = 40


def _owner(work: Work) -> UUID:
    """Return the id of the person whose views these are. Raise Forbidden for a program, which has none."""
    if work.actor.person_id is None:
        raise Forbidden
    return work.actor.person_id


@dataclass(frozen=True)
class KeepView(Command[None]):
    """Save a view under a name. A view with the same name is replaced."""

    name: str
    view: View
    narrowed: TaskFilter

    def permit(self, work: Work) -> None:
        require_case_staff(work)
        _owner(work)

    def execute(self, work: Work) -> None:
        person_id, name = _owner(work), " ".join(self.name.split())
        if not name:
            raise Invalid("Anna näkymälle nimi.", field="name")
        if len(name) > LONGEST:
            raise Invalid("Nimi on liian pitkä. Lyhennä se enintään 40 merkkiin.", field="name")
        others = [each for each in work.stores.saved_views.of(person_id) if each.name != name]
        if len(others) >= MOST:
            raise Invalid("Sinulla on jo viisi näkymää. Poista ensin jokin niistä.", field="name")
        work.stores.saved_views.keep(person_id, name, self.view, self.narrowed, work.now)


@dataclass(frozen=True)
class ForgetView(Command[None]):
    """Delete one of the actor's views. Raise NotFound for another person's, as for one that does not exist."""

    view_id: UUID

    def permit(self, work: Work) -> None:
        require_case_staff(work)
        _owner(work)

    def execute(self, work: Work) -> None:
        if not work.stores.saved_views.forget(_owner(work), self.view_id):
            raise NotFound

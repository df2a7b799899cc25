"""Commands and queries of those who give cases to caseworkers."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

from engine.commands import assignments
from engine.domain.reassignments import Reassignment, Why
from engine.queries import all_cases, case_reassignment, statistics
from tests.support.samples_of_models import UseCase
from tests.support.story import Story


def of_giving(new: Story, person: UUID) -> Iterator[UseCase]:
    yield assignments.AssignTask(new.task("register").id, person)
    yield assignments.AssignCase(new.reference, person)
    yield assignments.ReassignCases(((new.reference, person),), "other")
    yield assignments.UndoReassignment(_given(new, person))
    yield case_reassignment.PreviewGiving((new.reference,))
    yield case_reassignment.GivenCases()
    yield all_cases.AllCases()
    yield statistics.HalfYear(new.today.year, 1)


def _given(new: Story, person: UUID) -> UUID:
    """Return the id of a giving of the case that is left as it was."""
    made = Reassignment(
        uuid4(), uuid4(), new.case.id, None, person, Why.OTHER, (), None, new.world.clock(), None
    )
    with new.world.engine.database.unit_of_work() as unit:
        new.world.engine.stores(unit).reassignments.add(made)
    return made.id

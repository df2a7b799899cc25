"""Deputies: who stands in for somebody away, in one case, today. A deputy has no power of the absent person's: their own
roles, appointments and four eyes hold."""

from __future__ import annotations

from uuid import UUID

from engine.casework.staff_notices import acting_as, colleagues_who_see, notify_colleague
from engine.domain.absences import stands_in
from engine.domain.cases import Case
from engine.domain.people import Person, Role
from engine.domain.policy import HEADS
from engine.domain.staff_notices import NoticeKind
from engine.domain.tasks import UserTask
from engine.executor.engine import Work


def absent_of(work: Work, case: Case, task: UserTask) -> Person | None:
    """Return the colleague in whose place the actor does the task: it is theirs, or free in a case of theirs. None if the
    actor stands in for nobody here."""
    of_case = case.caseworker_id if task.candidate_group is Role.CASEWORKER else None
    owner = task.assignee_id or of_case
    if owner is None or work.actor.person_id is None or owner == work.actor.person_id:
        return None
    absent = work.stores.people.get(owner)
    if not absent.is_away(work.today):
        return None
    deputy = work.stores.people.get(work.actor.person_id)
    return absent if stands_in(deputy, absent, case, work.today) else None


def deputy_of(work: Work, case: Case, person: Person) -> Person | None:
    """Return who stands in for this person in the case today; None if nobody does, or if they do not see the case."""
    absence = person.absence_on(work.today)
    if absence is None or not absence.deputy:
        return None
    deputy = work.stores.people.named(absence.deputy)
    if deputy is None or not stands_in(deputy, person, case, work.today):
        return None
    return deputy if work.stores.cases.seen(acting_as(deputy), 1, ids=(case.id,)) else None


def notify_who_is_there(work: Work, kind: NoticeKind, case: Case, subject_id: UUID) -> None:
    """Notify the case's caseworker, and who stands in for them today: each time anew, but nobody of their own act. Where
    nobody is there, the heads, in whose list the case stands."""
    for person in those_there(work, case, case.caseworker_id):
        work.stores.staff_notices.forget(kind, person.id, subject_id)
        notify_colleague(work, kind, person.id, case.id, subject_id)


def who_is_there(work: Work, case: Case, person_id: UUID) -> tuple[Person, ...]:
    """Return this person, and their deputy in the case today."""
    person = work.stores.people.get(person_id)
    deputy = deputy_of(work, case, person)
    return (person,) if deputy is None else (person, deputy)


def those_there(work: Work, case: Case, person_id: UUID | None) -> tuple[Person, ...]:
    """Return this person and their deputy in the case today; with the heads who see the case, if neither is there.

    Where no head is there either, those who are away; where none sees the case, all staff who do. Somebody must have the
    notice: what nobody has is begun anew in each round of the worker.
    """
    known = () if person_id is None else who_is_there(work, case, person_id)
    if any(_is_there(work, case, each) for each in known):
        return known
    heads = {each.id: each for role in HEADS for each in work.stores.people.with_role(role)}
    seeing = [each for each in heads.values() if _sees(work, case, each)]
    there = [each for each in seeing if not each.is_away(work.today)]
    others = there or seeing or colleagues_who_see(work, case)
    return (*known, *sorted((each for each in others if each not in known), key=lambda each: each.name))


def _is_there(work: Work, case: Case, person: Person) -> bool:
    return person.is_active and not person.is_away(work.today) and _sees(work, case, person)


def _sees(work: Work, case: Case, person: Person) -> bool:
    return bool(work.stores.cases.seen(acting_as(person), 1, ids=(case.id,)))

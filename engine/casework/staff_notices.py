"""Notices to colleagues: at once what somebody did, on its day what is due. A mail says nothing of a case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from engine.casework.appointments import asked_in, refusal_of
from engine.domain.calendar import end_of, working_days_later
from engine.domain.cases import Case
from engine.domain.people import CASE_STAFF, SIGNERS, Actor, Person, Role
from engine.domain.staff_notices import NoticeKind
from engine.domain.tasks import OPEN, UserTask
from engine.errors import Invalid
from engine.executor.engine import Work

PATH = "/my-cases/notices"


class UnknownColleague(Invalid):
    sentence = "Tunnusta ei ole: @%(username)s. Tarkista se, tai kirjoita nimi ilman @-merkkiä."


class ColleagueKeptOut(Invalid):
    sentence = "Henkilö ei näe tätä asiaa, joten hänelle ei voi ilmoittaa: @%(username)s."


def notify_colleague(
    work: Work, kind: NoticeKind, person_id: UUID | None, case_id: UUID, subject_id: UUID
) -> None:
    """Notify somebody of what a colleague did; nobody of what they did themselves."""
    if person_id is not None and person_id != work.actor.person_id:
        work.stores.staff_notices.add(kind, person_id, case_id, subject_id, work.now)


def notify_of_taking(work: Work, task: UserTask) -> None:
    """Notify somebody that a task is no longer theirs: each time, also if it was taken from them before."""
    if task.assignee_id is not None:
        work.stores.staff_notices.forget(NoticeKind.HANDED_OVER, task.assignee_id, task.id)
        notify_colleague(work, NoticeKind.HANDED_OVER, task.assignee_id, task.case_id, task.id)


def notify_of_giving(work: Work, case_id: UUID, former_id: UUID | None, caseworker_id: UUID) -> None:
    """Notify both of a case that was given: each time, also if it comes back."""
    notices = work.stores.staff_notices
    for kind, person_id in (
        (NoticeKind.ASSIGNMENT, caseworker_id),
        (NoticeKind.HANDED_OVER, former_id),
    ):
        if person_id is not None:
            notices.forget(kind, person_id, case_id)
            notify_colleague(work, kind, person_id, case_id, case_id)


def notify_of_undoing(work: Work, case_id: UUID, made_id: UUID, people: Iterable[UUID | None]) -> None:
    """Notify those between whom a case was given that this was undone; the notices of the giving go."""
    notices = work.stores.staff_notices
    for person_id in people:
        if person_id is not None:
            for kind in (NoticeKind.ASSIGNMENT, NoticeKind.HANDED_OVER):
                notices.forget(kind, person_id, case_id)
            notify_colleague(work, NoticeKind.UNDONE, person_id, case_id, made_id)


def notify_of_next(work: Work, case: Case, done: UserTask) -> None:
    """Notify who decides of what a colleague's step has just laid before them, and who prepared it of what came back."""
    known = work.stores.tasks.of_case(case.id)
    for task in known:
        if task.state not in OPEN or task.created_at != work.now:
            continue
        if task.candidate_group in SIGNERS:
            for person_id in _deciders(work, case, task, known):
                notify_colleague(work, NoticeKind.TO_DECIDE, person_id, case.id, task.id)
        elif done.candidate_group in SIGNERS and _was_done(task, known):
            notify_colleague(work, NoticeKind.SENT_BACK, task.assignee_id, case.id, task.id)


def _deciders(work: Work, case: Case, task: UserTask, known: Iterable[UserTask]) -> tuple[UUID, ...]:
    """Return who has the task; else who sent it back before; else all there who may do it. Where no appointment of anybody there
    covers it, those who read it and send it back, and the director too, who alone may sign it (746/2011 33 §)."""
    there = [each for each in _able(work, case, task, task.candidate_group) if not each.is_away(work.today)]
    asked = asked_in(work, case, task)
    may = [each for each in there if asked is None or refusal_of(work, each, asked) is None]
    people = may or there
    # The director is notified while away too: nobody else may do it.
    directors = () if may else tuple(each.id for each in _able(work, case, task, Role.DIRECTOR))
    here = {each.id for each in people}
    before = [each.completed_by for each in known if _is_same(each, task)]
    for person_id in (task.assignee_id, *reversed(before)):
        if person_id in here:
            return (person_id, *directors)
    return tuple(each.id for each in people) + directors


def _able(work: Work, case: Case, task: UserTask, role: Role) -> list[Person]:
    """Return the people with the role who see the case and may do the task beside what they did before."""
    people = work.stores.people.with_role(role)
    return [each for each in people if str(each.id) not in task.not_by and sees(work, case, each)]


def _was_done(task: UserTask, known: Iterable[UserTask]) -> bool:
    return any(each.completed_by is not None for each in known if _is_same(each, task))


def _is_same(one: UserTask, other: UserTask) -> bool:
    """Return True if one task is the other of an earlier round."""
    return one.id != other.id and (one.instance_id, one.element_id, one.business_key) == (
        other.instance_id,
        other.element_id,
        other.business_key,
    )


def colleagues_who_see(work: Work, case: Case) -> tuple[Person, ...]:
    """Return the others who see the case, by name."""
    everyone = (each for each in work.stores.people.all() if each.id != work.actor.person_id)
    return tuple(sorted((each for each in everyone if sees(work, case, each)), key=lambda each: each.name))


def mentioned_people(work: Work, case: Case, usernames: Iterable[str]) -> tuple[Person, ...]:
    """Return the people with these usernames. Raise UnknownColleague or ColleagueKeptOut for the first who can't be
    notified."""
    found = []
    for username in usernames:
        person = work.stores.people.named(username)
        if person is None or not person.is_active:
            raise UnknownColleague(field="text", username=username)
        if not sees(work, case, person):
            raise ColleagueKeptOut(field="text", username=username)
        found.append(person)
    return tuple(found)


def soon_after(work: Work) -> datetime:
    """Return until when something is due soon: to the end of the next working day."""
    return end_of(working_days_later(work.today, 1))


def acting_as(person: Person) -> Actor:
    """Return the person as an actor, to ask what they see."""
    return Actor(person.name, person.roles, person.id, person.team, person.language)


def sees(work: Work, case: Case, person: Person) -> bool:
    """Return True if the person, acting in the program, sees the case."""
    if not person.is_active or person.roles.isdisjoint(CASE_STAFF):
        return False
    return bool(work.stores.cases.seen(acting_as(person), 1, ids=(case.id,)))

"""Notices to colleagues: at once what somebody did, on its day what is due. A mail says nothing of a case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from engine.domain.calendar import end_of, working_days_later
from engine.domain.cases import Case
from engine.domain.people import CASE_STAFF, Actor, Person
from engine.domain.staff_notices import NoticeKind
from engine.domain.tasks import UserTask
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


def colleagues_who_see(work: Work, case: Case) -> tuple[Person, ...]:
    """Return the others who see the case, by name."""
    everyone = (each for each in work.stores.people.all() if each.id != work.actor.person_id)
    return tuple(sorted((each for each in everyone if _sees(work, case, each)), key=lambda each: each.name))


def mentioned_people(work: Work, case: Case, usernames: Iterable[str]) -> tuple[Person, ...]:
    """Return the people with these usernames. Raise UnknownColleague or ColleagueKeptOut for the first who can't be
    notified."""
    found = []
    for username in usernames:
        person = work.stores.people.named(username)
        if person is None or not person.is_active:
            raise UnknownColleague(field="text", username=username)
        if not _sees(work, case, person):
            raise ColleagueKeptOut(field="text", username=username)
        found.append(person)
    return tuple(found)


def soon_after(work: Work) -> datetime:
    """Return until when something is due soon: to the end of the next working day."""
    return end_of(working_days_later(work.today, 1))


def acting_as(person: Person) -> Actor:
    """Return the person as an actor, to ask what they see."""
    return Actor(person.name, person.roles, person.id, person.team, person.language)


def _sees(work: Work, case: Case, person: Person) -> bool:
    if not person.is_active or person.roles.isdisjoint(CASE_STAFF):
        return False
    return bool(work.stores.cases.seen(acting_as(person), 1, ids=(case.id,)))

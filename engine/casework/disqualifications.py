"""Keeping an official away from a case from which they are disqualified (434/2003 27-30 §)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from engine.casework.staff_notices import notify_colleague
from engine.domain.administration import Act
from engine.domain.cases import Case
from engine.domain.corrections import CORRECTION, DISQUALIFICATION
from engine.domain.parties import Ground
from engine.domain.people import SIGNERS, Person
from engine.domain.policy import HEADS
from engine.domain.staff_notices import NoticeKind
from engine.domain.tasks import TaskState, UserTask
from engine.errors import Invalid
from engine.executor.engine import Work

LAST_ONE: Final = "Kukaan muu ei voi ratkaista tätä asiaa. Hanki ensin toinen ratkaisija. Esteellinen ilmoittaa esteellisyytensä myös itse."
ASK_A_HEAD: Final = (
    "Pyydä esihenkilöä tai johtajaa kirjaamaan päättäjän, esihenkilön tai johtajan esteellisyys."
)


def keep_away(work: Work, case: Case, person_id: UUID, ground: str) -> bool:
    """Record the disqualification, once a case. Return False if it was recorded already."""
    if work.stores.cases.is_disqualified(case.id, person_id):
        return False
    work.stores.cases.disqualify(case.id, person_id, ground, work.now)
    work.record(case.id, "staff_disqualified", str(person_id))
    return True


def require_may_keep_away(work: Work, case: Case, person: Person, field: str) -> None:
    """Raise Invalid where somebody other than a head keeps a head or signer away, or somebody without whom nobody signs.

    Who steps aside themselves is asked nothing: a disqualified official takes no part (434/2003 27 §).
    """
    if not (work.actor.has(*HEADS) or person.roles.isdisjoint(HEADS | set(SIGNERS))):
        raise Invalid(ASK_A_HEAD, field=field)
    for role in person.roles & set(SIGNERS):
        others = (each.id for each in work.stores.people.with_role(role) if each.id != person.id)
        if all(work.stores.cases.is_disqualified(case.id, each) for each in others):
            raise Invalid(LAST_ONE, field=field)


def announce(work: Work, case: Case, person: Person) -> None:
    """Notify the person who is kept away, also of what was done in their own name, and the heads; enter it in the log of
    administration, without the case."""
    notices = work.stores.staff_notices
    notices.forget(NoticeKind.BARRED, person.id, case.id)
    notices.add(NoticeKind.BARRED, person.id, case.id, case.id, work.now)
    notify_heads(work, case)
    work.stores.access.log_administration(work.actor, Act.DISQUALIFIED, work.now, person.username)


def recorded_by(work: Work, case: Case, person_id: UUID) -> UUID | None:
    """Return who last recorded the disqualification. That of a child's case may have come from its parent's."""
    ids = [each for each in (case.parent_id, case.id) if each is not None]
    found = work.stores.timeline.of_cases(ids, ("staff_disqualified",))
    events = [each for events in found.values() for each in events if each.subject == str(person_id)]
    return max(events, key=lambda each: each.at).actor_id if events else None


def let_back(work: Work, case: Case, person: Person, reason: str) -> None:
    """Let the person see the case again. That they were kept away, by whom and why it was lifted stays in the record."""
    work.stores.cases.lift_disqualification(case.id, person.id)
    work.stores.corrections.add(
        case.id,
        DISQUALIFICATION,
        person.id,
        CORRECTION,
        ground=Ground("", None, reason),
        changes={},
        actor=work.actor,
        moment=work.now,
    )
    work.record(case.id, "disqualification_lifted", str(person.id))
    work.stores.staff_notices.forget(NoticeKind.BARRED, person.id, case.id)
    notify_heads(work, case)
    work.stores.access.log_administration(work.actor, Act.DISQUALIFICATION_LIFTED, work.now, person.username)


def notify_heads(work: Work, case: Case) -> None:
    """Notify the heads that who is disqualified has changed. Those who are themselves do not see it."""
    heads = {each.id for role in HEADS for each in work.stores.people.with_role(role)}
    for head_id in sorted(heads):
        work.stores.staff_notices.forget(NoticeKind.DISQUALIFICATION, head_id, case.id)
        notify_colleague(work, NoticeKind.DISQUALIFICATION, head_id, case.id, case.id)


def take_tasks_from(work: Work, case: Case, person_id: UUID, *, but: UserTask | None = None) -> None:
    """Give the person's open tasks back to their groups: they wait for another."""
    for task in work.stores.tasks.open_in(case.id):
        if task.assignee_id == person_id and (but is None or task.id != but.id):
            work.stores.tasks.save(task, replace(task, state=TaskState.CREATED, assignee_id=None))

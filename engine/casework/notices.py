"""Notices that begin beside a case: by anybody who works on it, or by what was recorded in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from engine.casework.messages import send_to_staff
from engine.domain.cases import Case, Channel
from engine.domain.people import Role
from engine.domain.policy import Action
from engine.domain.tasks import OPEN
from engine.errors import Invalid, NotWaiting
from engine.executor.engine import Work
from engine.feel.values import to_json
from engine.storage.database import new_id
from engine.storage.enquiries import Enquiry
from engine.storage.timeline import CaseEvent

NUMBERED: Final = "NOT-"
"""Begins the key of a notice and its tasks."""
BEGINS: Final = "notice_needed"
"""Message with which the process begins in which a notice is written and sent."""
WRITTEN_ON: Final = "write_enquiry_notice"
"""Form on which a notice is written that an enquiry gives reason for."""
CHILD_WELFARE: Final = "child_welfare"
GUARDIAN_APPLICATION: Final = "guardian_application"
NO_CHILD: Final = "no_child"
"""Answer that nobody has to consider a child welfare notification, because there is no child."""


class ChildInCase(Invalid):
    sentence = "Asiassa on lapsi Suomessa. Vastaa, onko ilmoituksen tarve arvioitu."


def begin_notice(work: Work, case: Case, notice: str | None = None, *, by: Role = Role.CASEWORKER) -> None:
    """Begin a notice, in a transaction of its own. It is written and sent by one of that role.

    A version of the models from before that process has no task for it: then the caseworkers are notified.
    """
    models = work.instances.models(case.deployment_id)
    begun = _begun(notice, by)
    work.record(case.id, "notice_begun", notice or "", business_key=begun["notice_id"])
    begins = BEGINS if case.is_application else case.channel.message
    if begins in models.parsed.starts:
        work.stores.starts.add(case.id, begins, to_json(dict(begun)), work.now)
        return
    for person in work.stores.people.with_role(Role.CASEWORKER):
        if person.id == case.caseworker_id or case.caseworker_id is None:
            send_to_staff(work, models, case.id, person)


def _begun(notice: str | None, by: Role) -> Mapping[str, Any]:
    """Return the variables with which the process of a notice begins."""
    return {"notice": notice, "notice_by": by.value, "notice_id": f"{NUMBERED}{new_id().hex[-6:].upper()}"}


def begun_notices(events: Iterable[CaseEvent]) -> Mapping[str, str]:
    """Return the kind of each notice that begins with one, by the key of its tasks."""
    begun = (each for each in events if each.kind == "notice_begun" and each.subject)
    return {str(each.facts.get("business_key") or ""): str(each.subject) for each in begun}


def seen_notice_cases(work: Work, enquiry: Enquiry, action: Action) -> tuple[Case, ...]:
    """Open the cases of an enquiry's notices with which the policy table lets the actor do this, and return them, the first
    one first. For anybody else the enquiry is as one without notices. Raise ProofRequired as `open_case`."""
    found = work.stores.cases.begun_from(enquiry.id, work.actor, action)
    for case in found:
        work.open_case(case, action)
    return found


def begin_enquiry_notice(work: Work, case: Case, *, by: Role) -> UUID:
    """Begin a notice in the case of an enquiry's notices at once. Return the task in which it is written.

    One that was begun and is not written yet is gone on with.
    """
    waiting = _unwritten(work, case)
    if waiting is None:
        work.record(case.id, "notice_begun", "")
        work.instances.start(case, Channel.ENQUIRY.message, _begun(None, by))
        waiting = _unwritten(work, case)
    if waiting is None:
        raise NotWaiting
    return waiting


def _unwritten(work: Work, case: Case) -> UUID | None:
    return next((each.id for each in work.stores.tasks.open_in(case.id) if each.form_key == WRITTEN_ON), None)


def owe_notice(work: Work, case: Case, notice: str, *, anew: bool) -> None:
    """Begin a notice that follows from the facts: the first of its kind, and for a new fact (`anew`) another one, unless the
    last is still to be written or sent."""
    events = work.stores.timeline.of_case(case.id, "notice_begun")
    keys = [str(event.facts.get("business_key") or "") for event in events if event.subject == notice]
    if not keys or (anew and _has_ended(work, case, keys[-1])):
        begin_notice(work, case, notice)


def _has_ended(work: Work, case: Case, key: str) -> bool:
    of_notice = [each for each in work.stores.tasks.of_case(case.id) if each.business_key == key]
    return bool(of_notice) and not any(each.state in OPEN for each in of_notice)


def require_child_counted(work: Work, case: Case, answer: str, *, has_children: bool) -> None:
    """Raise ChildInCase where the need of a notification is put aside for want of a child, and the case has one in Finland."""
    parties = work.stores.parties.of_case(case.id)
    known = any(each.kind == "child" and each.identity.get("in_finland") != "no" for each in parties)
    if answer == NO_CHILD and (has_children or known):
        raise ChildInCase(field="child_welfare_considered")


def owe_notices(
    work: Work, case: Case, *, child_welfare: str, representative: str, anew: Collection[str] = ()
) -> None:
    """Begin what two answers of staff oblige to: a notification still to be made, a child without anybody to speak for it.
    `anew`: those of the two notices whose answer is a new fact (417/2007 25 §; 746/2011 39 §)."""
    if child_welfare == "to_be_made":
        owe_notice(work, case, CHILD_WELFARE, anew=CHILD_WELFARE in anew)
    if representative == "missing":
        # 746/2011 39 §: applied for without delay. Tracing waits until the child is a client (`tracing.py`).
        owe_notice(work, case, GUARDIAN_APPLICATION, anew=GUARDIAN_APPLICATION in anew)

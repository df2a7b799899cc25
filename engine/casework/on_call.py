"""The on-call workers hear at once of what is urgent, by every way that the settings give, without a word of it."""

from __future__ import annotations

from uuid import UUID

from engine.casework.messages import send_to, send_to_staff
from engine.casework.staff_notices import sees
from engine.domain.cases import Case
from engine.domain.people import Person, Role
from engine.domain.policy import HEADS
from engine.domain.tasks import UserTask
from engine.executor.engine import Work
from engine.instances import CompiledModels

KIND = "mail_urgent"


def ring(
    work: Work, models: CompiledModels, path: str, case: Case | None = None, task: UserTask | None = None
) -> int:
    """Send each on-call worker who sees the case, and the duty address, a notice with a link. Return how many were sent.

    Where none of them hears of it but the one who has the task, the heads who see the case hear at once. The duty address is
    read by the on-call workers: where none of them sees the case, its link would lead them to a page that does not exist.
    """
    on_duty = _on_duty(work)
    seers = [each for each in on_duty if case is None or sees(work, case, each)]
    able = [each for each in seers if task is None or each.id != task.assignee_id]
    duty = work.settings.on_call.email if able or not on_duty else ""
    addresses = [(each.email, each.language) for each in seers if each.email]
    addresses += [(duty, "fi")] if duty else []
    for email, language in addresses:
        _send(work, models, case.id if case else None, path, email, language)
    if not duty and not any(each.email for each in able):
        _ring_heads(work, models, case, task)
    return len(addresses)


def _ring_heads(
    work: Work, models: CompiledModels, case: Case | None = None, task: UserTask | None = None
) -> None:
    """Notify the heads who see the case, with a link to its task: it stands in no list of theirs."""
    heads = {each.id: each for role in sorted(HEADS) for each in work.stores.people.with_role(role)}
    able = [each for each in heads.values() if case is None or sees(work, case, each)]
    for head in [each for each in able if not each.is_away(work.today)] or able:
        path = f"/tasks/{task.id}" if task else "/tasks/"
        send_to_staff(work, models, case.id if case else None, head, path)


def _send(
    work: Work, models: CompiledModels, case_id: UUID | None, path: str, email: str, language: str
) -> None:
    values = {"link": f"{work.settings.base_url}{path}"}
    send_to(work, models, case_id, KIND, email=email, language=language, values=values)


def ring_of_call(work: Work, models: CompiledModels, writer: Person, path: str, *, is_first: bool) -> None:
    """Notify the on-call workers, and the one who wrote it, that a call waits half written; the heads the first time."""
    sent = ring(work, models, path)
    if writer.is_active and writer.email and writer.id not in {each.id for each in _on_duty(work)}:
        _send(work, models, None, path, writer.email, writer.language)
    # Without an on-call address the heads hear of each round.
    if sent and is_first:
        _ring_heads(work, models)


def remind_of_enquiries(work: Work, models: CompiledModels) -> None:
    """Notify those who register and the on-call workers that an enquiry waits for its answer; the managers where none of
    them has an address."""
    here = [each for each in work.stores.people.with_role(Role.INTAKE) if not each.is_away(work.today)]
    people = {each.id: each for each in (*here, *_on_duty(work))}
    sent = [send_to_staff(work, models, None, each) for each in people.values()]
    if not any(sent):
        for manager in work.stores.people.with_role(Role.MANAGER):
            send_to_staff(work, models, None, manager)


def _on_duty(work: Work) -> list[Person]:
    """Return the on-call workers who are not away; all of them if every one is."""
    active = [each for each in work.stores.people.with_role(Role.ON_CALL) if each.is_active]
    return [each for each in active if not each.is_away(work.today)] or active

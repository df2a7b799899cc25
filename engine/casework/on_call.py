"""The on-call workers hear at once of what is urgent, by every way that the settings give, without a word of it."""

from __future__ import annotations

from uuid import UUID

from engine.casework.messages import send_to, send_to_staff
from engine.domain.people import Person, Role
from engine.domain.policy import HEADS
from engine.executor.engine import Work
from engine.instances import CompiledModels

KIND = "mail_urgent"


def ring(work: Work, models: CompiledModels, case_id: UUID | None, path: str) -> int:
    """Send each on-call worker and the duty address a notice with a link. Return how many were sent.

    Where none of them has an address, the managers hear of it.
    """
    duty = work.settings.on_call.email
    addresses = [(each.email, each.language) for each in _on_duty(work) if each.email]
    addresses += [(duty, "fi")] if duty else []
    for email, language in addresses:
        _send(work, models, case_id, path, email, language)
    if not addresses:
        for manager in work.stores.people.with_role(Role.MANAGER):
            send_to_staff(work, models, case_id, manager)
    return len(addresses)


def _send(
    work: Work, models: CompiledModels, case_id: UUID | None, path: str, email: str, language: str
) -> None:
    values = {"link": f"{work.settings.base_url}{path}"}
    send_to(work, models, case_id, KIND, email=email, language=language, values=values)


def ring_of_call(work: Work, models: CompiledModels, writer: Person, path: str, *, is_first: bool) -> None:
    """Notify the on-call workers, and the one who wrote it, that a call waits half written; the heads the first time."""
    sent = ring(work, models, None, path)
    if writer.is_active and writer.email and writer.id not in {each.id for each in _on_duty(work)}:
        _send(work, models, None, path, writer.email, writer.language)
    # Without an on-call address the managers hear of each round.
    unheard = HEADS if sent else HEADS - {Role.MANAGER}
    heads = {each.id: each for role in unheard for each in work.stores.people.with_role(role)}
    for head in heads.values() if is_first else ():
        send_to_staff(work, models, None, head)


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

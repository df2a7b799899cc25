"""The setting in which something arrives: the waits of its case, as the table of arrivals reads them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from engine.casework.awaited_messages import awaited_messages, takes_withdrawal
from engine.casework.posted_letters import letters_out
from engine.casework.standing_in import notify_who_is_there
from engine.domain.arrivals import ONLINE, Arrival, ArrivalKind, ArrivalSetting, CallsFor
from engine.domain.calendar import working_days_later
from engine.domain.cases import Case
from engine.domain.staff_notices import NoticeKind
from engine.executor.engine import Work
from engine.storage.database import new_id


def setting_of(work: Work, case: Case) -> ArrivalSetting:
    requests = [each for each in work.stores.requests.of_case(case.id) if each.sent_at is not None]
    return ArrivalSetting(
        messages=frozenset(awaited_messages(work, case)) if case.is_application else frozenset(),
        takes_withdrawal=case.is_application and takes_withdrawal(work, case),
        open_requests=frozenset(each.reference for each in requests if each.is_open and not each.answered_at),
        ended_requests=frozenset(each.reference for each in requests if not each.is_open),
        forms=frozenset(each.form_key or "" for each in work.stores.tasks.open_in(case.id)),
        letters={each.key: each.left_on for each in letters_out(work, case)} if case.is_application else {},
    )


def settle_replies(work: Work, case: Case, request: str) -> None:
    """Settle the answers that were registered before they were typed into their request."""
    work.stores.arrivals.settle_replies(case.id, request, work.actor.person_id, work.now)


def leave_to_read(
    work: Work,
    case: Case,
    kind: ArrivalKind,
    *,
    way: str = ONLINE,
    arrived_on: date | None = None,
    attachment_id: UUID | None = None,
    about: str = "",
) -> None:
    """Register what was stored while nothing in the case waited for it, so that somebody reads it by the next working day.

    It names no request: an answer typed later settles only what it was typed from. `way`: empty where nobody knows it.
    """
    arrival = Arrival(
        id=new_id(),
        case_id=case.id,
        kind=kind,
        way=way,
        arrived_on=arrived_on or work.today,
        calls_for=CallsFor.READ,
        business_key=None,
        due_on=working_days_later(work.today, 1),
        registered_by=work.actor.person_id,
        registered_by_name=work.actor.name,
        registered_at=work.now,
        settled_at=None,
        settled_by=None,
        attachment_id=attachment_id,
        about=about,
        sender_id=None,
        sender="",
        digest="",
        envelope="",
    )
    work.stores.arrivals.add(arrival)
    notify_who_is_there(work, NoticeKind.ARRIVAL, case, arrival.id)

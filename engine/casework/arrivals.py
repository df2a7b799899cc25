"""The setting in which something arrives: the waits of its case, as the table of arrivals reads them."""

from __future__ import annotations

from engine.casework.awaited_messages import awaited_messages, takes_withdrawal
from engine.casework.posted_letters import letters_out
from engine.domain.arrivals import ArrivalSetting
from engine.domain.cases import Case
from engine.executor.engine import Work


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

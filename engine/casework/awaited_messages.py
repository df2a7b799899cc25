"""Messages from outside that a case would take now, if staff delivered them."""

from __future__ import annotations

from engine.casework.appeals import (
    APPEAL_RECEIVED,
    MAIL_RETURNED,
    SERVICE_UNDONE,
    is_sent_back,
    posted_and_served,
)
from engine.casework.clienthood import REMOVAL_NEEDED, removal_begins
from engine.casework.clienthood import is_open as removal_is_open
from engine.casework.decision_corrections import CORRECTION_NEEDED, corrigible
from engine.casework.reaching import PERSON_REACHED, may_renew_contact
from engine.casework.reflection_periods import REFLECTION_CHANGE, may_change
from engine.casework.taken_back import is_asked, lapses_by_withdrawal
from engine.domain.cases import Case, CaseState
from engine.executor.engine import Work

WITHDRAWN = "application_withdrawn"


def awaited_messages(work: Work, case: Case) -> tuple[tuple[str, str | None], ...]:
    """Return the messages that the case would take now: name and business key."""
    waiting = work.stores.subscriptions.waiting_in(case.id)
    signed = any(each.signed_at for each in work.stores.resolutions.of_case(case.id))
    starts = work.instances.models(case.deployment_id).parsed.starts
    # Post comes back, and an appeal or a correction comes, at any time after the signature: each begins an instance of its own.
    late = [
        (MAIL_RETURNED, key)
        for key in posted_and_served(work, case)
        if SERVICE_UNDONE in starts and (MAIL_RETURNED, key) not in waiting
    ]
    corrected = (CORRECTION_NEEDED,) if corrigible(work, case) else ()
    unasked = (*((APPEAL_RECEIVED,) if signed else ()), *corrected)
    may_leave = removal_begins(work, case) and not removal_is_open(work, case)
    leaving = ((REMOVAL_NEEDED, None),) if may_leave else ()
    is_kept = any(name == PERSON_REACHED for name, _ in waiting)
    renewed = ((PERSON_REACHED, None),) if may_renew_contact(work, case) and not is_kept else ()
    changed = ((REFLECTION_CHANGE, None),) if may_change(work, case) else ()
    return (
        *waiting,
        *changed,
        *late,
        *((name, None) for name in unasked if name in starts),
        *leaving,
        *renewed,
    )


def takes_withdrawal(work: Work, case: Case) -> bool:
    """Return True if a withdrawal that arrives now has an effect: something waits for it, it is kept until something
    does, or the person is a client and is removed instead (746/2011 38 f §)."""
    if work.stores.subscriptions.find(case.id, WITHDRAWN) is not None or removal_begins(work, case):
        return True
    return case.state is not CaseState.CLOSED and is_early(work, case)


def is_early(work: Work, case: Case) -> bool:
    """Return True if a withdrawal must be kept: nothing waits for it before the examination begins, or begins again.

    False while an earlier one is kept, being confirmed or being decided on, and once an outcome is signed.
    """
    asked = is_asked(work, case) or lapses_by_withdrawal(work, case)
    is_decided = case.outcome is not None and not is_sent_back(work, case)
    return not (asked or is_decided or work.stores.inbox_messages.undelivered(case.id, (WITHDRAWN,)))


def waits_for_confirmation(work: Work, case: Case) -> bool:
    """Return True while a withdrawal waits to be confirmed, also one that came before its process could ask."""
    return is_asked(work, case) or bool(work.stores.inbox_messages.undelivered(case.id, (WITHDRAWN,)))

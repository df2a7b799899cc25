"""A withdrawal that the person takes back before its lapse is signed: the application is pending, and is examined on."""

from __future__ import annotations

from datetime import date
from typing import Final

from engine.domain.cases import Case
from engine.domain.consents import GIVEN, REFERRAL, WITHDRAWN, newest
from engine.domain.people import Role
from engine.executor.engine import Work

TAKEN_BACK: Final = "withdrawal_taken_back"
"""Message that ends the question about a withdrawal, and the making of its lapse."""
REASON: Final = "Henkilö otti peruuttamisensa takaisin."
_QUESTION: Final = "withdraw"
_LAPSE: Final = frozenset({"prepare_resolution", "sign_resolution"})


def is_asked(work: Work, case: Case) -> bool:
    """True while a withdrawal waits to be confirmed with the person."""
    return any(task.form_key == _QUESTION for task in work.stores.tasks.open_in(case.id))


def lapses_by_withdrawal(work: Work, case: Case) -> bool:
    """True while the lapse of a confirmed withdrawal is prepared or waits for its signature."""
    for task in work.stores.tasks.open_in(case.id):
        if task.form_key in _LAPSE:
            scope = work.instances.scope_of(case, task.instance_id, task.task_key)
            if scope.get("lapse_reason") == "withdrawn" and scope.get("direction") == "lapse":
                return True
    return False


def may_take_back(work: Work, case: Case) -> bool:
    """False in a version of the models in which nothing waits for it, and where the lapse has another reason."""
    if work.stores.subscriptions.find(case.id, TAKEN_BACK) is None:
        return False
    return is_asked(work, case) or lapses_by_withdrawal(work, case)


def take_back(work: Work, case: Case, how: str, on: date, role: Role) -> None:
    """Go on as before the withdrawal. A draft of the lapse is sent back, and the consent that was withdrawn with the
    application is an entry of the ledger again."""
    for each in work.stores.resolutions.of_case(case.id):
        if each.state == "prepared" and each.outcome == "lapsed":
            work.stores.resolutions.send_back(each, REASON)
    withdrawn = newest(work.stores.consents.of_case(case.id), REFERRAL)
    if withdrawn is not None and withdrawn.state == WITHDRAWN:
        work.stores.consents.record(
            case.id,
            purpose=REFERRAL,
            recipient=withdrawn.recipient,
            state=GIVEN,
            text_version=withdrawn.text_version,
            recorded_by_role=role.value,
            moment=work.now,
            language=withdrawn.language,
            given_how=how,
            given_on=on,
            recorded_by=work.actor.person_id,
        )
    work.record(case.id, TAKEN_BACK, channel=how, on=on.isoformat())
    work.instances.correlate(case, TAKEN_BACK, None, {})

"""Reflection periods as signed decisions gave, extended and interrupted them (301/2004 52 b-52 c §)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from engine.casework.appeals import REFLECTION, is_sent_back
from engine.casework.clienthood import runs
from engine.casework.decision_corrections import decided_anew, newest_copy
from engine.clock import day_of
from engine.domain.cases import Case, Outcome
from engine.domain.reflection import OUTCOMES, ReflectionPeriod
from engine.domain.tasks import UserTask
from engine.errors import NotWaiting
from engine.executor.engine import Work
from engine.feel.values import from_json
from engine.storage.resolutions import Resolution
from engine.texts import day

REFLECTION_CHANGE: Final = "reflection_change_needed"
"""Starts an instance of its own, while the decision before is on its way to the person."""
PERIOD_MOVED: Final = "reflection_period_moved"
"""Due row: the tasks that are open until the period ends follow the day that the signed decisions now give."""
_OF_A_PERIOD: Final = frozenset(OUTCOMES[each] for each in ("extend", "not_extended", "interrupt"))
"""Outcomes of decisions that change a period, or leave it as it was given."""
_LAST_DAY: Final = "reflection_until"
"""The due day (`due_reason`) of those tasks; the timer that ends them is set from it."""
CHANGE_PROCESS: Final = "reflection_changed"
SIGNING: Final = "sign_reflection_period"
DECIDING: Final = frozenset({"reflection_period", SIGNING})
"""Forms of the tasks in which a decision on the period is prepared and signed."""
_CONTACT: Final = "contact_client"
"""The form after which the process begins a decision by itself, by the stay that was recorded in it."""


def may_have_period(work: Work, case: Case) -> bool:
    """True while an admission under 35 § 1 mom. stands and the clienthood runs: nobody else is given a period."""
    return case.outcome is Outcome.ADMITTED_35_1 and not is_sent_back(work, case) and runs(work, case)


def running_period(work: Work, case: Case, without: str | None = None) -> ReflectionPeriod | None:
    """Return the period that runs today; None before it, after it, and once it is interrupted.

    `without`: the number of a decision that is being decided anew (434/2003 50 §).
    """
    period = decided_period(work, case, without)
    return None if period is None or period.last < work.today else period


def may_change(work: Work, case: Case) -> bool:
    """Return True while a period runs, or could be given to a client who was reached, and no task is open in which to decide on
    it. A version of the models from before that process has none."""
    if REFLECTION_CHANGE not in work.instances.models(case.deployment_id).parsed.starts:
        return False
    forms = {each.form_key for each in work.stores.tasks.open_in(case.id)}
    if running_period(work, case) is None and (not may_have_period(work, case) or _CONTACT in forms):
        return False
    return forms.isdisjoint(DECIDING)


def begin_change(work: Work, case: Case) -> None:
    """Begin an instance of its own in which the running period is extended or interrupted, or one is given: the person's stay
    may have changed since the contact, or what was refused is sought again (301/2004 52 b §)."""
    if not may_change(work, case):
        raise NotWaiting
    period = running_period(work, case)
    work.instances.reopen(case)
    given = {
        "outcome": case.outcome.value if case.outcome else None,
        "correction_key": None,
        "reflection_running": period is not None,
        "reflection_from": period.first if period else None,
        "reflection_until": period.last if period else None,
    }
    work.instances.start(work.stores.cases.get(case.id), REFLECTION_CHANGE, given)


def decided_period(work: Work, case: Case, without: str | None = None) -> ReflectionPeriod | None:
    """Return the newest period as it was given and extended by signed decisions; None once it is interrupted."""
    periods, is_interrupted = decided(work, case, without)
    return periods[-1] if periods and not is_interrupted else None


def changed_values(work: Work, case: Case, outcome: str, corrects: str, language: str) -> dict[str, str]:
    """Return the period that a decision extends, interrupts or leaves as it is, for its letter (301/2004 52 c § 3 mom.).

    `corrects`: the number of the decision that is corrected or decided anew; the period is the one before it.
    """
    if outcome not in _OF_A_PERIOD:
        return {}
    before, _ = decided(work, case, until=corrects or None)
    periods = before or decided(work, case)[0]
    if not periods:
        return {}
    first, last = day(language, periods[-1].first), day(language, periods[-1].last)
    return {"reflection_from": first, **({} if outcome == OUTCOMES["extend"] else {"decided_until": last})}


def decided(
    work: Work, case: Case, without: str | None = None, until: str | None = None
) -> tuple[list[ReflectionPeriod], bool]:
    """Return the periods that were given, each as it was extended or interrupted, and True if the newest is interrupted.

    `until`: the number of a decision that is left out with all that came after it.
    """
    periods, is_interrupted = list[ReflectionPeriod](), False
    resolutions = work.stores.resolutions.of_case(case.id)
    for each in signed_decisions(work, case):
        copy = newest_copy(resolutions, each)
        if until is not None and copy.number == until:
            break
        if without is not None and copy.number == without:
            continue
        answers = from_json(copy.content.get("answers") or {})
        first, last = answers.get("reflection_from"), answers.get("reflection_until")
        if each.outcome == OUTCOMES["give"] and isinstance(first, date) and isinstance(last, date):
            periods, is_interrupted = [*periods, ReflectionPeriod(first, last)], False
        elif each.outcome == OUTCOMES["extend"] and periods and isinstance(last, date):
            periods[-1] = replace(periods[-1], last=last)
        elif each.outcome == OUTCOMES["interrupt"] and periods:
            ended = answers.get("interrupted_from")
            kept = max(ended, periods[-1].first) if isinstance(ended, date) else periods[-1].last
            periods[-1], is_interrupted = replace(periods[-1], last=kept), True
    return periods, is_interrupted


def owe_move(work: Work, case: Case, *, is_opening: bool = False) -> None:
    """Have the tasks of the running period follow it, in a transaction of its own: they stand in another instance than the one
    in which it was decided. `is_opening`: one may open by what is recorded now, with a day that was read earlier."""
    if is_opening or _moved_tasks(work, case, _task_day(work, case)):
        work.stores.starts.add(case.id, PERIOD_MOVED, {}, work.now)


def move_tasks(work: Work, case: Case) -> None:
    last = _task_day(work, case)
    for task in _moved_tasks(work, case, last):
        # Each step makes a newer version of the case.
        newest = work.stores.cases.get(case.id)
        work.instances.assign(newest, task.instance_id, task.task_key, {_LAST_DAY: last})


def _moved_tasks(work: Work, case: Case, last: date) -> list[UserTask]:
    return [
        each
        for each in work.stores.tasks.open_in(case.id)
        if each.due_reason == _LAST_DAY and (each.due_at is None or day_of(each.due_at) != last)
    ]


def _task_day(work: Work, case: Case) -> date:
    """Return the last day of the period. One that is interrupted, or was not given after all, can be neither extended nor
    interrupted: its task has had its day."""
    period = decided_period(work, case)
    return period.last if period is not None else work.today - timedelta(days=1)


def signed_decisions(work: Work, case: Case) -> list[Resolution]:
    """Return the signed decisions on the reflection period, in their order, without those in whose place another was made."""
    resolutions = work.stores.resolutions.of_case(case.id)
    signed = [
        (each.signed_at, each.document_id or each.id, each)
        for each in resolutions
        if each.kind == REFLECTION
        and each.state == "signed"
        and each.signed_at is not None
        and decided_anew(resolutions, newest_copy(resolutions, each).number) is None
    ]
    return [each for _, _, each in sorted(signed, key=lambda row: row[:2])]

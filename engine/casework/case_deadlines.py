"""Deadlines that begin and end with what is recorded: the written decision after an oral one, service, the reflection period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from engine.domain import deadlines
from engine.domain.calendar import Counting
from engine.domain.cases import Case, CaseClass
from engine.domain.deadline_kinds import KINDS, REFLECTION, SERVICE, WRITTEN_AFTER_ORAL
from engine.domain.deadlines import ClockEntry, Deadline, EntryKind
from engine.domain.people import SYSTEM, Actor
from engine.errors import NotFound
from engine.executor.engine import Work
from engine.instances import CompiledModels
from engine.storage.database import new_id


def written_owed(work: Work, case: Case, models: CompiledModels, spoken_at: datetime) -> None:
    """An oral decision is written without delay (434/2003 43 §). Urgency alone allows one: a case whose class nobody has
    confirmed yet counts as urgent."""
    known = case if case.case_class else replace(case, case_class=CaseClass.URGENT)
    days = _days(models, known, WRITTEN_AFTER_ORAL, "written_within")
    if days is not None and not _is_open(work, case, WRITTEN_AFTER_ORAL):
        _start(work, case, WRITTEN_AFTER_ORAL, "spoken", days=days, at=spoken_at)


def written_owed_anew(work: Work, case: Case, models: CompiledModels, spoken_at: datetime) -> None:
    """The hour of an oral decision was corrected: what is still owed on it is owed from the right one."""
    if _is_open(work, case, WRITTEN_AFTER_ORAL):
        cancel(work, case, WRITTEN_AFTER_ORAL, "corrected")
        written_owed(work, case, models, spoken_at)


def service_owed(work: Work, case: Case, models: CompiledModels, recipient_id: str, *, by_post: bool) -> None:
    """A decision is served without delay, on each recipient (434/2003 54 §)."""
    days = _days(models, case, SERVICE, "post_within" if by_post else "hand_over_within")
    if days is not None and not _is_open(work, case, SERVICE, recipient_id):
        # The program chose the way, in the step of who signed.
        _start(work, case, SERVICE, "way_chosen", days=days, business_key=recipient_id, by=SYSTEM)


def reflection_runs(work: Work, case: Case, last: date) -> None:
    """The period as it is decided: a longer one extends it (301/2004 52 b §), a corrected decision may shorten it."""
    known = work.stores.deadlines.find(case.id, REFLECTION)
    if known is None or not known.is_open:
        _start(work, case, REFLECTION, "decided", until=last)
    elif known.due_on is not None and last > known.due_on:
        longer = _entry(work, EntryKind.EXTENDED, "decided", until=last)
        work.stores.deadlines.save(known, known.extended(longer))
    elif known.due_on is not None and last < known.due_on:
        cancel(work, case, REFLECTION, "decided")
        _start(work, case, REFLECTION, "decided", until=last)


def meet(
    work: Work, case: Case, name: str, cause: str, business_key: str | None = None, *, on: date | None = None
) -> None:
    """Stop the clock, in time or late. `on`: the day on which it was met, where somebody reports it: not the day of typing."""
    known = work.stores.deadlines.find(case.id, name, business_key)
    if known is None or not known.is_open:
        return
    reported = on if on is not None and on < work.today else None
    judged = known
    if reported is None or known.due_on is None or reported > known.due_on:
        judged = known.breached(_entry(work, EntryKind.BREACHED, "due_passed"))
    if judged is not known:
        # No worker has looked since its last day, or it began after that day.
        work.record(case.id, "deadline_breached", name, business_key=business_key)
    work.stores.deadlines.save(known, judged.met(_entry(work, EntryKind.MET, cause, until=reported)))


def cancel(work: Work, case: Case, name: str, cause: str, business_key: str | None = None) -> None:
    known = work.stores.deadlines.find(case.id, name, business_key)
    if known is not None and known.is_open:
        work.stores.deadlines.save(known, known.cancelled(_entry(work, EntryKind.CANCELLED, cause)))


def _is_open(work: Work, case: Case, name: str, business_key: str | None = None) -> bool:
    known = work.stores.deadlines.find(case.id, name, business_key)
    return known is not None and known.is_open


def _days(models: CompiledModels, case: Case, name: str, output: str) -> int | None:
    """Return the working days that the kind's table gives; None in a version of the models that does not say them."""
    table = KINDS[name].table or ""
    case_class = case.case_class.value if case.case_class else None
    try:
        given = models.table(table).evaluate(table, {"case_class": case_class}).result
    except NotFound:
        return None
    days = given.get(output) if isinstance(given, Mapping) else given
    return None if days is None else int(days)


def _start(
    work: Work,
    case: Case,
    name: str,
    cause: str,
    *,
    days: int | None = None,
    until: date | None = None,
    at: datetime | None = None,
    business_key: str | None = None,
    by: Actor | None = None,
) -> Deadline:
    actor = by or work.actor
    entry = ClockEntry(
        EntryKind.STARTED,
        at or work.now,
        cause,
        actor.name,
        actor.person_id,
        KINDS[name].source,
        days=days,
        until=until,
    )
    begun = deadlines.start(
        id=new_id(),
        case_id=case.id,
        name=name,
        entry=entry,
        counting=Counting.WORKING_DAYS if days is not None else Counting.CALENDAR_DAYS,
        business_key=business_key,
    )
    work.stores.deadlines.add(begun)
    return begun


def _entry(work: Work, kind: EntryKind, cause: str, until: date | None = None) -> ClockEntry:
    return ClockEntry(kind, work.now, cause, work.actor.name, work.actor.person_id, until=until)

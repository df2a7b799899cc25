"""A corrected day on which a decision was served or posted: the attempt, the appeal period and the clienthood's end follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from engine.casework.appeals import REMOVAL, deliveries_of_resolution, kind_of, notify_finality
from engine.casework.case_dates import is_handed_over
from engine.casework.clienthood import clienthood_of, move_end
from engine.casework.contact_channels import POSTED, served
from engine.casework.lost_ways import lost_on, power_ended_on
from engine.casework.postal_addresses import POSTING_DECISION
from engine.casework.retention import set_anew
from engine.clock import HELSINKI, noon_of
from engine.domain.acts import Act
from engine.domain.appeals import appeal_period
from engine.domain.calendar import end_of
from engine.domain.cases import Case
from engine.domain.corrections import LetterReplaced, PeriodEnded
from engine.domain.deadline_kinds import APPEAL_PERIOD
from engine.domain.deadlines import ClockEntry, EntryKind
from engine.domain.law import PRESUMED_SERVICE_DAYS
from engine.domain.safe_contact import PostNotSafe, PowerEnded
from engine.errors import Invalid
from engine.executor.engine import Work
from engine.storage.resolutions import Delivery
from engine.storage.submissions import Submission

CAUSE: Final = "corrected"


def move_service(work: Work, case: Case, record: Submission, served_on: Any) -> None:
    delivery = _attempt(work, case, record)
    if delivery is None or delivery.state != "served":
        raise Invalid("Tätä tiedoksiantoa ei ole kirjattu saaduksi.", field="served_on")
    if not isinstance(served_on, date):
        raise Invalid("Kirjoita päivä, jona päätös annettiin tiedoksi.", field="served_on")
    ended = power_ended_on(work, case, record.business_key)
    if ended is not None and served_on > ended:
        raise PowerEnded(field="served_on")
    also = {"dispatched_at": noon_of(served_on)} if is_handed_over(delivery) else {}
    _serve_on(work, case, delivery, served_on, also, field="served_on")


def move_posting(work: Work, case: Case, record: Submission, posted_on: Any) -> None:
    """Have the day of presumed service follow the day on which the letter left, and the period that day: later only, since
    no correction shortens a period already given (434/2003 59 §)."""
    delivery = _attempt(work, case, record)
    newest = work.stores.submissions.latest(case.id, record.form_key, record.business_key)
    is_newest = newest is not None and newest.id == record.id
    if delivery is None or delivery.channel not in POSTED or delivery.dispatched_at is None or not is_newest:
        raise LetterReplaced(field="posted_on")
    if not isinstance(posted_on, date):
        raise Invalid("Kirjoita päivä, jona kirje lähti postiin.", field="posted_on")
    lost = lost_on(work, case, served(work, case, record.business_key), "post")
    if lost is not None and posted_on > lost:
        raise PostNotSafe(field="posted_on")
    posted_at = noon_of(posted_on)
    presumed_on = _presumed_on(delivery, posted_on)
    if presumed_on is None:
        work.stores.deliveries.change(delivery, dispatched_at=posted_at)
        return
    also = {"dispatched_at": posted_at, "presumed_on": presumed_on}
    if delivery.state == "served":
        _serve_on(work, case, delivery, presumed_on, also, field="posted_on")
    else:
        work.stores.deliveries.change(delivery, **also)


def presumed_with(
    work: Work, case: Case, record: Submission, answers: Mapping[str, Any]
) -> Mapping[Act, date]:
    """Return the day of service that these answers move along with the day of posting: it contradicts none of them."""
    posted_on = answers.get("posted_on")
    delivery = _attempt(work, case, record) if record.form_key == POSTING_DECISION else None
    if delivery is None or delivery.state != "served" or not isinstance(posted_on, date):
        return {}
    presumed_on = _presumed_on(delivery, posted_on)
    return {Act.SERVICE: presumed_on} if presumed_on is not None else {}


def presumed_from(work: Work, case: Case, business_key: str | None) -> datetime | None:
    """Return when a letter that is on its way is presumed received, by the day of posting that stands today."""
    delivery = work.stores.deliveries.latest(case.id, business_key) if business_key else None
    if delivery is None or delivery.state != "dispatched" or delivery.presumed_on is None:
        return None
    return datetime.combine(delivery.presumed_on, time(), HELSINKI)


def _attempt(work: Work, case: Case, record: Submission) -> Delivery | None:
    return work.stores.deliveries.latest(case.id, record.business_key) if record.business_key else None


def _presumed_on(delivery: Delivery, posted_on: date) -> date | None:
    """None of a letter of which nothing is presumed: it is proved by a receipt, came back, or is in doubt."""
    if delivery.presumed_on is None or (delivery.state == "served" and not delivery.is_presumed):
        return None
    return max(delivery.presumed_on, posted_on + timedelta(days=PRESUMED_SERVICE_DAYS))


def _serve_on(
    work: Work, case: Case, delivery: Delivery, served_on: date, also: Mapping[str, Any], *, field: str
) -> None:
    _require_running(work, case, delivery.business_key, served_on, field)
    last = _last_service(work, case)
    work.stores.deliveries.change(delivery, served_on=served_on, **also)
    found, moved_to = clienthood_of(work, case), _last_service(work, case)
    # A removal that takes effect at once ends the clienthood on that day (746/2011 38 f §); another, when it is final.
    if last is not None and moved_to is not None and found is not None and found.until == last:
        move_end(work, case, moved_to)
        set_anew(work, case)
    for period in work.stores.deadlines.of_case(case.id):
        if period.name != APPEAL_PERIOD or period.business_key not in (None, delivery.business_key):
            continue
        computed = appeal_period(period.id, case.id, served_on=served_on, now=work.now).due_on
        if period.is_open and computed is not None and period.due_on is not None and computed > period.due_on:
            moved = ClockEntry(
                EntryKind.EXTENDED, work.now, CAUSE, work.actor.name, work.actor.person_id, until=computed
            )
            work.stores.deadlines.save(period, period.extended(moved))
            work.record(
                case.id, "deadline_extended", APPEAL_PERIOD, until=end_of(computed).date().isoformat()
            )
            # A court that is asked because the time seemed over is asked when it is.
            notify_finality(work, case, kind_of(delivery.business_key))


def _last_service(work: Work, case: Case) -> date | None:
    """Return the day on which the last recipient of the removal has it."""
    attempts = deliveries_of_resolution(work, case, REMOVAL).values()
    return max(
        (each.served_on for each in attempts if each.served_on and each.state == "served"), default=None
    )


def _require_running(work: Work, case: Case, business_key: str | None, served_on: date, field: str) -> None:
    """Raise PeriodEnded if the decision is final by a period that would end later."""
    periods = [
        each
        for each in work.stores.deadlines.of_case(case.id)
        if each.name == APPEAL_PERIOD and each.business_key in (None, business_key)
    ]
    newest = periods[-1] if periods else None
    if newest is None or newest.entries[-1].kind is not EntryKind.MET or newest.due_on is None:
        return
    due_on = appeal_period(newest.id, case.id, served_on=served_on, now=work.now).due_on
    if due_on is not None and due_on > newest.due_on:
        raise PeriodEnded(field=field)

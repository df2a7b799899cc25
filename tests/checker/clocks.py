"""Rules of the deadlines' ledger: its entries add up to its due day."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from .moments import HELSINKI, add_working_days, day, moment, moved
from .record import Record, Row, at_or_before, facts
from .sentences import fault, label

LAW = "434/2003 23 §; law.md C, J 10"
ENDS = frozenset({"met", "cancelled"})
OWN_ANSWER = "waiting_for_applicant"
GOES_ON = ENDS | {"resumed"}


def ledgers(record: Record) -> Iterator[str]:
    """Judge the ledger of each deadline."""
    for clock in record.rows("deadlines"):
        name = label("deadline", clock, "name", "due_on")
        steps: list[Row] = [step for step in clock.get("entries") or [] if isinstance(step, dict)]
        if not steps:
            yield fault("ledger-starts", LAW, f"{name} has no entries")
            continue
        yield from order(clock, steps, name)
        yield from pauses(clock, steps, name)
        yield from standing(record, clock, steps, name)
        yield from due(clock, steps, name)
        yield from breaches(record, clock, steps, name)


def order(clock: Row, steps: list[Row], name: str) -> Iterator[str]:
    """Keep a ledger in order: one start first, nothing after the end."""
    if [step.get("kind") for step in steps].count("started") != 1 or steps[0].get("kind") != "started":
        yield fault("ledger-starts", LAW, f"{name} starts not once and first")
    if steps[0].get("at") != clock.get("started_at"):
        text = f"{name} started {clock.get('started_at')}, its first entry is of {steps[0].get('at')}"
        yield fault("ledger-starts", LAW, text)
    for first, last in pairwise(steps):
        if not at_or_before(first.get("at"), last.get("at")):
            text = (
                f"{name} has {last.get('kind')} {last.get('at')} after {first.get('kind')} {first.get('at')}"
            )
            yield fault("ledger-in-order", LAW, text)
    ended = [number for number, step in enumerate(steps) if step.get("kind") in ENDS]
    if ended and ended[0] != len(steps) - 1:
        after = steps[ended[0] + 1]
        yield fault(
            "ledger-in-order", LAW, f"{name} goes on with {after.get('kind')} {after.get('at')} after its end"
        )


def pauses(clock: Row, steps: list[Row], name: str) -> Iterator[str]:
    """End each pause by its own cause; stop the clock as long as one runs."""
    running: list[str] = []
    for step in steps:
        cause = str(step.get("cause"))
        if step.get("kind") == "paused":
            running.append(cause)
        elif step.get("kind") == "resumed" and cause in running:
            running.remove(cause)
        elif step.get("kind") == "resumed":
            yield fault("ledger-pauses", LAW, f"{name} resumes {cause} {step.get('at')} that never paused")
    if steps[-1].get("kind") in ENDS:
        return
    if running and clock.get("due_at"):
        yield fault(
            "ledger-pauses", LAW, f"{name} has due_at {clock['due_at']} while {running[-1]} pauses it"
        )
    if not running and not clock.get("due_at"):
        yield fault("ledger-pauses", LAW, f"{name} has no due_at though nothing pauses it")


def standing(record: Record, clock: Row, steps: list[Row], name: str) -> Iterator[str]:
    """Let the target stand still for the person's own answers alone: it goes on when the last has come or is over."""
    if clock.get("name") != "target":
        return
    own = [
        row
        for row in record.rows("requests")
        if row.get("kind") == "information" and row.get("recipient_role") == "applicant"
    ]
    for number, step in enumerate(steps):
        if step.get("kind") != "paused" or step.get("cause") != OWN_ANSWER:
            continue
        ends = [later.get("at") for later in steps[number + 1 :] if later.get("kind") in GOES_ON]
        if not any(awaited(record, row, step.get("at"), *ends[:1]) for row in own):
            text = f"{name} stands still from {step.get('at')} though the person's own answers have come"
            yield fault("ledger-pause-of-own-answer", LAW, text)


def awaited(record: Record, row: Row, since: Any, until: Any = None) -> bool:
    """Tell if a request waited for its answer from one moment until the other, or until now."""
    if not at_or_before(row.get("created_at"), since):
        return False
    came = [
        event
        for event in record.events("request_sent", "reply_received", "request_closed")
        if facts(event).get("business_key") == row.get("reference")
        and (until is None or not at_or_before(until, event.get("at")))
    ]
    if any(event.get("kind") == "request_closed" and at_or_before(event.get("at"), since) for event in came):
        return False
    later = [event for event in came if not at_or_before(event.get("at"), since)]
    return not later or later[-1].get("kind") == "request_sent"


def due(clock: Row, steps: list[Row], name: str) -> Iterator[str]:
    """Compare the due day with the one that the entries give."""
    due_on, due_at = day(clock.get("due_on")), moment(clock.get("due_at"))
    if due_on and due_at and due_at.astimezone(HELSINKI).date() != due_on:
        yield fault("ledger-due-day", LAW, f"{name} has due_at {clock.get('due_at')} on another day")
    expected = computed(clock, steps)
    if due_on is None or expected is None or clock.get("name") == "appeal_period":
        return
    paused = any(step.get("kind") == "paused" for step in steps)
    if (not paused and due_on != expected) or due_on < expected:
        yield fault("ledger-due-day", LAW, f"{name} ends not on {expected}, which its entries give")


def computed(clock: Row, steps: list[Row]) -> date | None:
    """Compute a due day from the start and the extensions; pauses left out."""
    found = day(steps[0].get("at"))
    for step in steps:
        if step.get("kind") not in ("started", "extended"):
            continue
        count, until = step.get("days"), day(step.get("until"))
        if until is not None or found is None or not isinstance(count, int):
            found = until
        elif clock.get("counting") == "working_days":
            found = add_working_days(found, count)
        else:
            found += timedelta(days=count)
    return moved(found) if found and clock.get("ending") == "moves" else found


def breaches(record: Record, clock: Row, steps: list[Row], name: str) -> Iterator[str]:
    """Record a breach after the due moment, once it has passed, and in the timeline."""
    broken = [step for step in steps if step.get("kind") == "breached"]
    met = [step for step in steps if step.get("kind") == "met"]
    due_at = clock.get("due_at")
    extended = any(step.get("kind") in ("extended", "paused") for step in steps)
    for step in broken:
        if due_at and at_or_before(step.get("at"), due_at) and not extended:
            yield fault("ledger-breach", LAW, f"{name} is breached {step.get('at')} before {due_at}")
        same = [event for event in record.events("deadline_breached") if event.get("at") == step.get("at")]
        if not same:
            yield fault("ledger-breach", LAW, f"{name} is breached {step.get('at')} without an event")
    is_late = bool(due_at and met) and not at_or_before(met[0].get("at"), due_at)
    if clock.get("name") == "target" and is_late and not broken:
        text = f"{name} is met {met[0].get('at')} after {due_at} without a breach"
        yield fault("ledger-breach", LAW, text)


RULES = (ledgers,)

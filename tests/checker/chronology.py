"""Rules of chronology (law.md J 15): warnings, besides the case's own life."""

from collections.abc import Iterator
from itertools import pairwise

from .moments import day
from .record import Record, answers, at_or_before
from .sentences import fault, label, warning

LAW = "law.md B 8, J 15"
LIFE_LAW = "906/2019 25-26 §; 434/2003 42 §"
MOMENTS_OF_ROWS = (
    ("submissions", "sent_at"),
    ("documents", "created_at"),
    ("requests", "created_at"),
    ("tasks", "created_at"),
    ("messages", "send_after"),
)
ACTS_OF_THE_CASE = frozenset(
    {
        "registered",
        "request_sent",
        "resolution_prepared",
        "resolution_signed",
        "resolution_dispatched",
        "resolution_served",
        "oral_decision_given",
        "police_notified",
        "service_needs_handed_over",
        "appeal_period_started",
    }
)


def neighbours(record: Record) -> Iterator[str]:
    """Warn of arrival, registration, assessment and signature out of order."""
    case = record.case
    chain = [("arrival", case.get("received_at")), ("registration", case.get("pending_at"))]
    chain += [(label("assessment", row), row.get("sent_at")) for row in record.submissions("assessment")[:1]]
    chain += [(label("signature of", row), row.get("signed_at")) for row in record.resolutions()[:1]]
    known = [(name, value) for name, value in chain if value]
    for (first, early), (last, late) in pairwise(known):
        if not at_or_before(early, late):
            yield warning("dates-in-order", LAW, f"{last} {late} stands before {first} {early}")
    signed = [row.get("signed_at") for row in record.resolutions()]
    if len(signed) != 1 or record.submissions("court_decision"):
        return
    for form in record.submissions("assessment")[1:]:
        if not at_or_before(form.get("sent_at"), signed[0]):
            text = f"{label('assessment', form, 'sent_at')} follows the signature {signed[0]}"
            yield warning("dates-in-order", LAW, text)


def arrival(record: Record) -> Iterator[str]:
    """Warn of a written matter that is pending later than it arrived, and of dates ahead of their record."""
    case = record.case
    in_writing = (record.opening or {}).get("form_key") in ("application", "child_application", "referral")
    received, pending = day(case.get("received_at")), day(case.get("pending_at"))
    if in_writing and received and pending and pending > received:
        text = (
            f"case arrived in writing {case.get('received_at')} and is pending from {case.get('pending_at')}"
        )
        yield warning("pending-from-arrival", "434/2003 20 §", text)
    for row in record.rows("consents"):
        given, recorded = day(row.get("given_on")), day(row.get("recorded_at"))
        if given and recorded and given > recorded:
            yield warning(
                "dates-in-order",
                LAW,
                f"{label('consent', row, 'given_on', 'recorded_at')} is ahead of its day",
            )
    for row in record.rows("oral_decisions"):
        if not at_or_before(row.get("given_at"), row.get("recorded_at")):
            yield warning(
                "dates-in-order", LAW, f"{label('oral decision', row, 'given_at', 'recorded_at')} is ahead"
            )


def ahead(record: Record) -> Iterator[str]:
    """Warn of acts that a form dates after the day it was handed in."""
    keys = (
        "consent_on",
        "measures_on",
        "heard_on",
        "confirmed_on",
        "support_on",
        "courts_asked_on",
        "told_on",
    )
    for form in record.rows("submissions"):
        sent = day(form.get("sent_at"))
        for key in keys:
            value = day(answers(form).get(key))
            if value and sent and value > sent:
                text = f"{label('form', form, 'form_key', 'sent_at')} dates {key} {value}, ahead of its day"
                yield warning("dates-not-ahead", LAW, text)


def life(record: Record) -> Iterator[str]:
    """Keep every event within the case's life and in order."""
    received, closed = record.case.get("received_at"), record.case.get("closed_at")
    events = record.rows("events")
    for event in events:
        name = label("event", event, "kind", "subject", "at")
        if not at_or_before(received, event.get("at")):
            yield fault("event-within-life", LIFE_LAW, f"{name} stands before arrival {received}")
        if closed and event.get("kind") in ACTS_OF_THE_CASE and not at_or_before(event.get("at"), closed):
            yield fault("event-within-life", LIFE_LAW, f"{name} stands after closing {closed}")
    for first, last in pairwise(events):
        if not at_or_before(first.get("at"), last.get("at")):
            text = f"{label('event', last, 'kind', 'at')} is recorded after {label('event', first, 'kind', 'at')}"
            yield warning("events-in-order", LIFE_LAW, text)


def rows(record: Record) -> Iterator[str]:
    """Keep every row of the case from standing before its arrival."""
    received = record.case.get("received_at")
    for table, key in MOMENTS_OF_ROWS:
        for row in record.rows(table):
            if not at_or_before(received, row.get(key)):
                yield fault(
                    "event-within-life",
                    LIFE_LAW,
                    f"{label(table, row, key)} stands before arrival {received}",
                )


def closing(record: Record) -> Iterator[str]:
    """Close the case at one moment, and in the timeline."""
    case = record.case
    if (case.get("state") == "closed") != bool(case.get("closed_at")):
        text = f"case {case.get('reference')} has state {case.get('state')} and closed_at {case.get('closed_at')}"
        yield fault("closing-in-timeline", LIFE_LAW, text)
    events = record.events("case_closed")
    if case.get("closed_at") and not [event for event in events if event.get("at") == case.get("closed_at")]:
        text = f"closed_at {case['closed_at']} has no event case_closed of that moment"
        yield fault("closing-in-timeline", LIFE_LAW, text)
    if not at_or_before(case.get("received_at"), case.get("closed_at")):
        text = (
            f"case {case.get('reference')} is closed {case.get('closed_at')} before {case.get('received_at')}"
        )
        yield fault("closing-in-timeline", LIFE_LAW, text)


RULES = (neighbours, arrival, ahead, life, rows, closing)

"""Rules of traces: milestones, events and rows show the same facts, and ids lead somewhere."""

from collections.abc import Iterator
from typing import Any

from .record import Record, Row, answers, at_or_before, facts
from .sentences import fault, label

LAW = "law.md A; 906/2019 26 §"
ROLES_OF_IDS = (
    ("submissions", "sent_by"),
    ("resolutions", "prepared_by"),
    ("resolutions", "signed_by"),
    ("oral_decisions", "given_by"),
    ("documents", "author_id"),
    ("tasks", "completed_by"),
    ("tasks", "assignee_id"),
    ("consents", "recorded_by"),
    ("events", "actor_id"),
)
LINKS = (
    ("deliveries", "party_id", "parties"),
    ("deliveries", "resolution_id", "resolutions"),
    ("deliveries", "document_id", "documents"),
    ("requests", "party_id", "parties"),
    ("resolutions", "document_id", "documents"),
    ("submissions", "task_id", "tasks"),
    ("links", "request_id", "requests"),
)
EVENT_OF_MILESTONE = {
    "registered": "registered",
    "request_reminded": "request_reminded",
    "oral_decision": "oral_decision_given",
    "receipt_issued": "receipt_issued",
    "resolution_recalled": "resolution_recalled",
    "retention_set": "retention_set",
    "transferred": "transferred",
}
NOTICES_OF_MILESTONE = {
    "police_notified": ("police_reflection", "police", "transfer"),
    "service_needs_handed_over": ("service_handover",),
    # A hearing that ended while its letter was carried stays ended: the letter left all the same.
    "request_sent": ("request",),
}
"""Milestones that stand behind a notice which a person sent, by the kinds of notice."""
FORM_OF_MILESTONE = {
    "assessed": ("assessment",),
    "client_contacted": ("contact_client",),
    "class_confirmed": ("triage_override",),
    "sufficiency_judged": ("sufficiency",),
    "urgent_measures_done": ("urgent_measures",),
    "courts_asked": ("finality_inquiry",),
    "court_decided": ("court_decision",),
    "handed_over": ("record_delivery",),
    "no_safe_service_recorded": ("no_safe_service",),
    "other_help_told": ("other_help",),
    "own_appeal_considered": ("own_appeal",),
    "own_appeal_sent": ("send_own_appeal",),
    "own_appeal_decided": ("own_appeal_result",),
    "restored_settled": ("restored_decision",),
    "crime_report_help_given": ("crime_report_support",),
    "appeal_recorded": ("appeal_arrival",),
}


def pairs(record: Record) -> Iterator[str]:
    """Require an event behind each milestone, and a milestone behind each event of one."""
    reached = {
        (row.get("subject"), facts(row).get("business_key"), row.get("at"))
        for row in record.events("milestone_reached")
    }
    noted = {(row.get("name"), row.get("business_key"), row.get("at")) for row in record.rows("milestones")}
    for row in record.rows("milestones"):
        if (row.get("name"), row.get("business_key"), row.get("at")) not in reached:
            yield fault(
                "milestone-in-timeline", LAW, f"{label('milestone', row, 'at')} has no event of that moment"
            )
    for row in record.events("milestone_reached"):
        if (row.get("subject"), facts(row).get("business_key"), row.get("at")) not in noted:
            yield fault(
                "milestone-in-timeline", LAW, f"{label('event', row, 'subject', 'at')} has no milestone"
            )


def behind(record: Record) -> Iterator[str]:
    """Require the act behind each milestone."""
    for row in record.rows("milestones"):
        name, at = str(row.get("name")), row.get("at")
        kind, forms = EVENT_OF_MILESTONE.get(name), FORM_OF_MILESTONE.get(name)
        if kind and not [one for one in record.events(kind) if at_or_before(one.get("at"), at)]:
            yield fault(
                "no-fact-without-act", LAW, f"{label('milestone', row, 'at')} has no event {kind} before it"
            )
        kinds = NOTICES_OF_MILESTONE.get(name, ())
        sent = [one for one in record.events("notice_sent") if one.get("subject") in kinds]
        sent = [one for one in [*sent, *record.events(name)] if at_or_before(one.get("at"), at)]
        if kinds and not sent:
            text = f"{label('milestone', row, 'at')} has no notice {', '.join(kinds)} sent before it"
            yield fault("no-fact-without-act", LAW, text)
        if forms and not [one for one in record.submissions(*forms) if at_or_before(one.get("sent_at"), at)]:
            text = f"{label('milestone', row, 'at')} has no form {', '.join(forms)} before it"
            yield fault("no-fact-without-act", LAW, text)
        yield from row_behind(record, row, name)


def row_behind(record: Record, row: Row, name: str) -> Iterator[str]:
    """Require the row behind a milestone of signature, dispatch or service."""
    at, key = row.get("at"), row.get("business_key")
    text = label("milestone", row, "at", "business_key")
    signed = [one for one in record.rows("resolutions") if one.get("signed_at")]
    is_signing = name in ("resolution_signed", "adverse_resolution_signed")
    if is_signing and not [one for one in signed if at_or_before(one.get("signed_at"), at)]:
        yield fault("no-fact-without-act", LAW, f"{text} has no signed resolution before it")
    tried = record.by_key("deliveries", key) if key else record.rows("deliveries")
    left = [one for one in tried if one.get("dispatched_at") and at_or_before(one.get("dispatched_at"), at)]
    if name == "dispatched" and not left:
        yield fault("no-fact-without-act", LAW, f"{text} has no dispatched delivery before it")
    if name == "resolution_served" and not [one for one in record.rows("deliveries") if one.get("served_on")]:
        yield fault("no-fact-without-act", LAW, f"{text} has no served delivery")
    if name == "client_contacted":
        yield from contacted(record, at, text)


def contacted(record: Record, at: Any, text: str) -> Iterator[str]:
    """Require a form that reached the person."""
    forms = [one for one in record.submissions("contact_client") if at_or_before(one.get("sent_at"), at)]
    if forms and not [one for one in forms if answers(one).get("contact_result") == "reached"]:
        yield fault(
            "no-fact-without-act", LAW, f"{text} rests on {label('form', forms[-1], 'sent_at')}: not reached"
        )


def events(record: Record) -> Iterator[str]:
    """Require the row behind each event of signature and request."""
    for event in record.events("resolution_signed"):
        if not [row for row in record.rows("resolutions") if row.get("signed_at") == event.get("at")]:
            yield fault(
                "no-fact-without-act", LAW, f"{label('event', event, 'kind', 'at')} signs no resolution"
            )
    for event in record.events("request_sent", "request_reminded"):
        key = facts(event).get("business_key")
        if key and not [row for row in record.rows("requests") if row.get("reference") == key]:
            yield fault(
                "no-fact-without-act", LAW, f"{label('event', event, 'kind', 'at')} has no request {key}"
            )
    for row in record.rows("requests"):
        for field, kind in (("sent_at", "request_sent"), ("reminded_at", "request_reminded")):
            same = [
                one for one in record.events(kind) if facts(one).get("business_key") == row.get("reference")
            ]
            if row.get(field) and not same and row.get("kind") == "information":
                text = f"{label('request', row, 'reference', field)} has no event {kind}"
                yield fault("no-fact-without-act", LAW, text)


def services(record: Record) -> Iterator[str]:
    """Require the delivery behind each event of service."""
    for event in record.events("resolution_served"):
        key, on = facts(event).get("business_key"), facts(event).get("served_on")
        rows = record.by_key("deliveries", key)
        served = [row for row in rows if row.get("served_on")]
        if not served and not [row for row in rows if row.get("returned_at")]:
            yield fault(
                "no-fact-without-act",
                LAW,
                f"{label('event', event, 'kind', 'at')} ({key}) serves no delivery",
            )
        elif on and len(rows) == 1 and served and served[0].get("served_on") != on:
            text = (
                f"{label('event', event, 'at')} serves on {on}, {label('delivery', served[0], 'served_on')}"
            )
            yield fault("no-fact-without-act", LAW, text)


def ids(record: Record) -> Iterator[str]:
    """Lead every id to its row."""
    for table, key in ROLES_OF_IDS:
        for row in record.rows(table):
            if row.get(key) and row[key] not in record.people:
                text = f"{label(table, row)} has {key} {row[key]}, a person the export does not name"
                yield fault("ids-lead-somewhere", LAW, text)
    for table, key, target in LINKS:
        known = {row.get("id") for row in record.rows(target)}
        for row in record.rows(table):
            if row.get(key) and row[key] not in known:
                yield fault(
                    "ids-lead-somewhere", LAW, f"{label(table, row)} has {key} {row[key]}, not among {target}"
                )


def cases(record: Record) -> Iterator[str]:
    """Keep every row within its case."""
    for table in record.export:
        for row in record.rows(table):
            if row.get("case_id") not in (None, record.case.get("id")):
                yield fault("ids-lead-somewhere", LAW, f"{label(table, row)} is of case {row.get('case_id')}")


RULES = (pairs, behind, events, services, ids, cases)

"""Doubts that are warnings: dates out of order and acts that need a look."""

from .builder import moment
from .planting import Row, answers_of, find, plant


@plant("refusal", "warning: pending-from-arrival")
def pending_late(export: Row) -> None:
    """Register a written matter as pending a week after it arrived."""
    export["case"]["pending_at"] = moment("2026-11-09")


@plant("refusal", "warning: dates-in-order")
def registered_before_arrival(export: Row) -> None:
    """Register before the arrival."""
    export["case"]["pending_at"] = moment("2026-10-30")


@plant("child", "warning: birth-before-arrival")
def born_after_arrival(export: Row) -> None:
    """Give a birth date after the arrival."""
    export["parties"][0]["identity"]["born_on"] = "2026-12-01"


@plant("child", "warning: dates-not-ahead")
def consent_ahead(export: Row) -> None:
    """Date a talk after its form."""
    answers_of(export, "verify_consent")["consent_on"] = "2026-11-20"


@plant("child", "warning: consent-is-free")
def somebody_present(export: Row) -> None:
    """Take consent with somebody present."""
    answers_of(export, "verify_consent")["alone"] = "no"


@plant("child", "warning: consent-of-guardian")
def consent_by_the_child_alone(export: Row) -> None:
    """Take consent from the child alone."""
    answers_of(export, "verify_consent")["consent_by"] = "person"


@plant("urgent", "warning: written-without-delay")
def written_late(export: Row) -> None:
    """Write the decision three weeks after the oral one."""
    export["oral_decisions"][0]["given_at"] = moment("2026-10-10")


@plant("refusal", "warning: sent-when-left")
def message_waits(export: Row) -> None:
    """Close the case while the request's message waits."""
    export["messages"][0].update(sent_at=None, taken_at=None)


@plant("refusal", "warning: events-in-order")
def events_out_of_order(export: Row) -> None:
    """Record a later event first."""
    events = export["events"]
    events[3], events[-1] = events[-1], events[3]


@plant("urgent", "warning: hand-over-by-document")
def handed_over_in_words(export: Row) -> None:
    """Hand the service needs over without a document."""
    find(export, "documents", kind="service_needs")["direction"] = "internal"


@plant("refusal", "warning: task-by-role")
def done_without_the_role(export: Row) -> None:
    """Complete a task without its role."""
    find(export, "tasks", form_key="assessment")["candidate_group"] = "director"


@plant("refusal", "warning: safe-way")
def safe_once(export: Row) -> None:
    """Send a letter by a way that is safe today and was not then."""
    answers_of(export, "application")["safe_channels"] = ["email"]


@plant("child", "warning: dispatch-by-a-person")
def stamped_at_signature(export: Row) -> None:
    """Stamp a hand-over as dispatched at the signature, days before it."""
    find(export, "deliveries", business_key="DEL-1")["dispatched_at"] = export["resolutions"][0]["signed_at"]

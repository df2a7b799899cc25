"""What service tasks may call, by name. An operation uses only `work`: no network, no clock of its own.

Each is harmless when it runs twice for the same request, delivery or case.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.executor import Operation
from engine.operations import (
    appeal,
    deadlines,
    delivery,
    notices,
    receipts,
    related_cases,
    requests,
    retention,
    serving,
)

OPERATIONS: Mapping[str, Operation] = {
    "issue_receipt": Operation(receipts.issue_receipt, "receipt_issued_at"),
    "record_transfer": Operation(related_cases.record_transfer, "transferred_at"),
    "start_child_cases": Operation(related_cases.start_child_cases, "child_cases"),
    "look_up_parent": Operation(related_cases.look_up_parent, "parent_outcome"),
    "tell_linked_cases": Operation(related_cases.tell_linked_cases, "told"),
    "start_deadlines": Operation(deadlines.start_deadlines, "target_on"),
    "pause_target": Operation(deadlines.pause_target, "paused_at"),
    "resume_target": Operation(deadlines.resume_target, "target_on"),
    "open_requests": Operation(requests.open_requests, "requests"),
    "prepare_hearing": Operation(requests.prepare_hearing, "request"),
    "send_request": Operation(requests.send_request, "sent_at", "due_at", "remind_at"),
    "send_reminder": Operation(requests.send_reminder, "reminded_at"),
    "tell_new_date": Operation(requests.tell_new_date, "due_at", "remind_at", "reminded_at"),
    "mark_stalled": Operation(requests.mark_stalled, "stalled_at"),
    "close_request": Operation(requests.close_request, "closed_at"),
    "close_open_requests": Operation(requests.close_open_requests, "closed"),
    "notify_assignee": Operation(notices.notify_assignee),
    "notify_manager": Operation(notices.notify_manager),
    "tell_outcome_to_referrer": Operation(notices.tell_outcome_to_referrer, "told"),
    "seal_content": Operation(retention.seal_content, "sealed_at"),
    "set_retention": Operation(retention.set_retention, "retention_set_at"),
    "list_recipients": Operation(delivery.list_recipients, "recipients"),
    "dispatch_resolution": Operation(delivery.dispatch_resolution, "dispatched_at", "presumed_on"),
    "switch_to_letter": Operation(delivery.switch_to_letter, "channel_now"),
    "record_presumed_service": Operation(serving.record_presumed_service, "served_on"),
    "record_service": Operation(serving.record_service, "served_on"),
    "record_returned_mail": Operation(serving.record_returned_mail, "channel_now"),
    "compute_appeal_period": Operation(appeal.compute_appeal_period, "appeal_until", "appeal_until_at"),
    "send_opinion_to_court": Operation(appeal.send_opinion_to_court, "sent_to_court_at"),
    "mark_final": Operation(appeal.mark_final, "final_at"),
    "recall_resolution": Operation(appeal.recall_resolution, "recalled_at"),
    "notify_police_of_reflection_period": Operation(
        notices.notify_police_of_reflection_period, "police_notified_at"
    ),
    "hand_over_service_needs": Operation(notices.hand_over_service_needs, "handed_over_at"),
}

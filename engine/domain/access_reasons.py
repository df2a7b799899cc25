"""Reasons for looking at a case, as the person may know them whose matter it is.

Art. 15 of the General Data Protection Regulation gives a person the dates and purposes of each reading, not the names
of those who read on the authority's behalf (Court of Justice, C-579/21).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    HANDLING = "handling"
    LEADING = "leading"
    EMERGENCY = "emergency"
    """Somebody's safety could not wait for those with a right to the case."""
    SUPERVISION = "supervision"
    INFORMING = "informing"
    """So that the person, or an authority with a right to it, gets what is recorded."""
    OWN = "own"
    ANSWERING = "answering"
    """Somebody outside answered a request."""
    DEVELOPMENT = "development"
    """Of the procedure: what was written is not shown."""


class Who(StrEnum):
    """A reader who is none of the authority's staff."""

    SELF = "self"
    OTHER = "other"
    """All of them alike: that one of them was asked may be another's secret."""
    SYSTEM = "system"


KEPT_OUT: Final = "kept_out"
"""Word in the log for somebody who asked for a case that they do not see. Nothing was shown: no reading of it."""
REASONS: Final[Mapping[str, Reason]] = {
    action: reason
    for reason, actions in {
        Reason.HANDLING: (
            "answer_enquiry",
            "correct_enquiry",
            "arrivals_page",
            "attach_file",
            "begin_notice",
            "book_meeting",
            "bulk_act",
            "bulk_preview",
            "case_file",
            "case_status",
            "change_party",
            "claim_task",
            "complete_task",
            "correct_record",
            "correlate_message",
            "declare_disqualification",
            "deadlines",
            "deliver_reply",
            "draw_letter",
            "end_meeting",
            "enquiry_notices",
            "extend_deadline",
            "find_cases",
            "follow_cases",
            "give_code",
            "handle_together",
            "give_copy",
            "hidden_match",
            "inbox_mine",
            "inbox_stalled",
            "inbox_team",
            "inbox_this_week",
            "inbox_unassigned",
            "keep_consents",
            "keep_note_draft",
            "keep_page_draft",
            "likely_duplicates",
            "hide_document",
            "link_cases",
            "list_documents",
            "enquiry_not_reached",
            "enquiry_reached",
            "list_enquiries",
            "manage_link",
            "manage_reading",
            "meetings_page",
            "my_cases",
            "name_version",
            "notes_page",
            "offered_next",
            "party_page",
            "print_case",
            "read_answers",
            "read_attachment",
            "read_delivery_papers",
            "read_document",
            "read_draft",
            "read_enquiry",
            "ring_enquiry",
            "read_letter",
            "read_out_code",
            "read_resolution",
            "record_page",
            "register_arrival",
            "release_task",
            "retention_page",
            "restrict_case",
            "return_arrival",
            "save_draft",
            "set_follow_up",
            "settle_arrival",
            "show_document",
            "staff_notices",
            "task_page",
            "visibility_page",
            "write_note",
        ),
        Reason.EMERGENCY: ("emergency_file", "open_in_emergency"),
        Reason.LEADING: (
            "all_cases",
            "assign_case",
            "assign_task",
            "carried",
            "given_cases",
            "lift_disqualification",
            "lift_hold",
            "lift_restriction",
            "oversight",
            "place_hold",
            "reassignment",
            "retry_incident",
            "record_disqualification",
        ),
        Reason.SUPERVISION: (
            "emergencies",
            "coming_erasures",
            KEPT_OUT,
            "read_administration_log",
            "read_certificate",
            "review_emergency",
            "search_access_log",
            "verify_access_log",
            "who_looked",
        ),
        Reason.INFORMING: ("export_case", "take_log_extract"),
        Reason.OWN: ("own_case", "own_letter", "receipt", "status_by_code"),
        Reason.ANSWERING: ("open_request", "show_request"),
        Reason.DEVELOPMENT: ("move_case", "open_move", "preview_move", "replay_case"),
    }.items()
    for action in actions
}
"""The reason of each action of the log."""
WITH_PURPOSE: Final = frozenset({"case_file", "export_case"})
"""Actions for which the reader says why; that belongs to the extract too. In older entries it is a sentence."""
EXPORT_PURPOSES: Final = ("asianosainen", "tuomioistuin", "viranomainen", "tarkastus", "siirto")
"""For whom a case is taken out whole: the person, a court, another authority, an inspection, another system. Entries of the
log are never erased, so nobody writes words of their own there."""

"""Recordings: the meaning of a staff form's answers for the case's registers.

Known by form, never by activity: a process owner may move a form to any task.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.casework.recordings.age import record_age
from engine.casework.recordings.appeal import record_arrival, record_inquiry, record_sending
from engine.casework.recordings.asking import record_asking
from engine.casework.recordings.assessment import record_assessment
from engine.casework.recordings.consent import record_consent, record_without_contact
from engine.casework.recordings.contact import (
    record_contact,
    record_contact_change,
    record_next_step,
    record_requests,
    record_withheld,
)
from engine.casework.recordings.correction import (
    record_beginning,
    record_correction_signature,
    record_examination,
)
from engine.casework.recordings.correction import record_notice as record_court_notice
from engine.casework.recordings.delivery import (
    record_delivery,
    record_no_safe_service,
    record_posting,
    record_recall,
    record_way,
)
from engine.casework.recordings.next_attempt import record_next_attempt
from engine.casework.recordings.notice import (
    record_facts,
    record_notice,
    record_notice_text,
    record_transfer_ground,
)
from engine.casework.recordings.oral_decision import record_confirmation, record_oral_decision
from engine.casework.recordings.own_appeal import (
    record_choice,
    record_fate,
    record_own_result,
    record_own_sending,
    record_ruling,
)
from engine.casework.recordings.paper import record_paper
from engine.casework.recordings.recording import Recording
from engine.casework.recordings.reflection import (
    record_reflection_preparation,
    record_reflection_signature,
)
from engine.casework.recordings.registration import record_registration
from engine.casework.recordings.removal import (
    record_removal_assessment,
    record_removal_preparation,
    record_removal_signature,
)
from engine.casework.recordings.reply import record_reply, record_review
from engine.casework.recordings.resolution import (
    record_preparation,
    record_signature,
)
from engine.casework.recordings.urgency import record_class
from engine.casework.recordings.withdrawal import record_withdrawal
from engine.executor import Work

__all__ = ["RECORDINGS", "Recording"]

RECORDINGS: Mapping[str, Callable[[Work, Recording], None]] = {
    "register": record_registration,
    "triage_override": record_class,
    "verify_consent": record_consent,
    "consent_without_contact": record_without_contact,
    "withdraw": record_withdrawal,
    "confirm_spoken": record_confirmation,
    "tell_denied": record_contact,
    "other_help": record_contact,
    "reflection_told": record_contact,
    "oral_decision": record_oral_decision,
    "assessment": record_assessment,
    "information_reply": record_reply,
    "hearing_reply": record_reply,
    "prepare_resolution": record_preparation,
    "sign_resolution": record_signature,
    "recall_resolution": record_recall,
    "post_letter": record_posting,
    "post_paper": record_paper,
    "ask_aloud": record_asking,
    "record_delivery": record_delivery,
    "choose_delivery_way": record_way,
    "no_safe_service": record_no_safe_service,
    "appeal_arrival": record_arrival,
    "send_to_court": record_sending,
    "court_decision": record_ruling,
    "own_appeal": record_choice,
    "send_own_appeal": record_own_sending,
    "own_appeal_result": record_own_result,
    "restored_decision": record_fate,
    "finality_inquiry": record_inquiry,
    "contact_client": record_contact,
    "contact_overdue": record_next_attempt,
    "consent_not_reached": record_next_attempt,
    "age_change": record_age,
    "contact_change": record_contact_change,
    "tell_withheld": record_withheld,
    "request_follow_up": record_next_step,
    "stalled_request": record_next_step,
    "new_information_request": record_requests,
    "review_reply": record_review,
    "send_notice": record_notice,
    "write_notice": record_notice_text,
    "write_enquiry_notice": record_notice_text,
    "sufficiency": record_facts,
    "transfer_ground": record_transfer_ground,
    "reflection_period": record_reflection_preparation,
    "sign_reflection_period": record_reflection_signature,
    "removal_assessment": record_removal_assessment,
    "prepare_removal": record_removal_preparation,
    "sign_removal": record_removal_signature,
    "correct_decision": record_beginning,
    "examine_correction": record_examination,
    "sign_correction": record_correction_signature,
    "send_correction_notice": record_court_notice,
}

"""Edits of the shipped diagrams, each as a process owner might make it by mistake."""

from __future__ import annotations

from typing import Final

from tests.engine.guardrails.redrawing import (
    Edit,
    kind,
    led,
    milestone_off,
    replaced,
    without,
    without_text,
)

EDITS: Final[dict[str, tuple[Edit, str, str]]] = {
    "consent is not asked": (
        led("intake_to_decision", "is_referral__is_consent_known", "gather"),
        "consent_before_assessment",
        "guardrail_order",
    ),
    "a way past the consent": (
        led("verify_consent", "how_to_reach__decide_without_contact", "consent_end"),
        "consent_before_assessment",
        "guardrail_order",
    ),
    "the milestone is taken off": (
        milestone_off("verify_consent", "consent_recorded"),
        "consent_before_assessment",
        "guardrail_order",
    ),
    "delivery says nothing": (
        milestone_off("appeal_period", "resolution_served"),
        "served_after_signed",
        "guardrail_owed",
    ),
    "a lapse is no outcome": (
        milestone_off("resolution", "lapsed"),
        "outcome_for_every_case",
        "guardrail_missing",
    ),
    "the hearing is skipped": (
        led("assess_and_resolve", "is_adverse__needs_hearing", "ready_to_resolve"),
        "heard_before_adverse",
        "guardrail_order",
    ),
    "contact is optional": (
        led("after_decision", "admitted__contact_client", "contact_over"),
        "client_contacted_after_admission",
        "guardrail_owed",
    ),
    "an end of the hand-over counts as the letter sent": (
        led("client_contact", "handover_ended__handover_over", "handed_over"),
        "nobody_hands_over_who_is_no_client",
        "guardrail_together",
    ),
    "nobody is contacted after a new examination": (
        led("after_decision", "admitted__contact_client", "contact_over"),
        "examined_again_client_contacted",
        "guardrail_owed",
    ),
    "nobody is contacted after a correction": (
        led("after_decision", "admitted__contact_client", "contact_over"),
        "corrected_client_contacted",
        "guardrail_owed",
    ),
    "the police are notified without a decision": (
        replaced("reflection_period", 'value="reflection_period_decided"', 'value="reflection_period_read"'),
        "police_only_lawfully",
        "guardrail_order",
    ),
    "no receipt": (
        led("intake_to_decision", "start_referral__any_start", "triage_first"),
        "receipt_on_every_start",
        "guardrail_missing",
    ),
    "no escalation timer": (
        without("wait_for_reply", "stalled"),
        "requests_remind_and_escalate",
        "guardrail_timer",
    ),
    "no manager after the timer": (
        replaced("wait_for_reply", 'value="manager"', 'value="caseworker"'),
        "requests_remind_and_escalate",
        "guardrail_escalation",
    ),
    "the court's notice waits without a reminder": (
        without("tell_court", "court_notice_late", "remind_of_court_notice", "court_notice_reminded"),
        "court_hears_in_time",
        "guardrail_timer",
    ),
    "nobody is notified of a court's notice that lies here": (
        replaced("tell_court", 'value="notify_manager"', 'value="notify_assignee"'),
        "court_hears_in_time",
        "guardrail_escalation",
    ),
    "a letter that nobody posts reaches the manager no more": (
        without("post_paper", "paper_stalled", "report_paper", "paper_reported"),
        "papers_that_leave_are_not_forgotten",
        "guardrail_timer",
    ),
    "a notice that nobody sends is reminded of no more": (
        without("send_notice", "notice_late", "remind_of_notice", "notice_reminded"),
        "notices_are_not_forgotten",
        "guardrail_timer",
    ),
    "an opinion is written without a reminder of its day": (
        replaced("appeal", 'attachedToRef="write_opinion"', 'attachedToRef="send_to_court"'),
        "opinion_is_not_forgotten",
        "guardrail_timer",
    ),
    "a late opinion reaches the manager no more while it waits for its signature": (
        without("appeal", "signing_overdue", "report_signing", "signing_reported"),
        "late_opinion_reaches_manager",
        "guardrail_timer",
    ),
    "a decision waits for its signature without a day": (
        without("resolution", "signature_waits", "report_signature", "signature_reported"),
        "signature_is_not_forgotten",
        "guardrail_timer",
    ),
    "a reflection period waits for its signature without a day": (
        without("reflection_period", "reflection_waits", "report_reflection", "reflection_reported"),
        "reflection_signature_is_not_forgotten",
        "guardrail_escalation",
    ),
    "only the caseworker is notified of a removal that waits for its signature": (
        replaced("removal_decision", 'value="notify_manager"', 'value="notify_assignee"'),
        "removal_signature_is_not_forgotten",
        "guardrail_escalation",
    ),
    "a correction waits for its signature without a day": (
        without("decision_correction", "correction_waits", "report_correction", "correction_reported"),
        "correction_signature_is_not_forgotten",
        "guardrail_timer",
    ),
    "the outcome is decided elsewhere": (
        replaced(
            "assess_and_resolve",
            '<spiffworkflow:property name="milestone" value="assessed" />',
            '<spiffworkflow:property name="milestone" value="assessed outcome_decided" />',
        ),
        "outcome_by_decision_maker",
        "guardrail_role",
    ),
    "assessment is bypassed": (
        led("gather_information", "gather_start__list_missing_facts", "gather_end"),
        "",
        "dead",
    ),
    "preparation is bypassed": (
        led("resolution", "resolution_start__choose_texts", "sign_resolution"),
        "prepared_before_signed",
        "guardrail_order",
    ),
    "a choice reads gender": (
        replaced("urgency", 'case_class = "urgent" and', 'gender = "female" and'),
        "nobody_is_judged_by_who_they_are",
        "guardrail_reads",
    ),
    "what a court annuls counts as decided": (
        replaced("after_decision", "reopened: reopened, outcome", 'reopened: "no", outcome'),
        "sent_back_is_decided_anew",
        "guardrail_owed",
    ),
    "what was decided aloud outlives the court": (
        replaced("appeal_period", '{reopened: "returned", oral_state: "none"}', '{reopened: "returned"}'),
        "sent_back_refusal_is_followed",
        "guardrail_owed",
    ),
    "what a court sends back twice is examined once": (
        led("examined_again", "is_reopened_anew__examine_anew", "plan_examined_anew"),
        "sent_back_again_is_decided_anew",
        "guardrail_owed",
    ),
    "the police hear of an enquiry without a duty": (
        led("make_enquiry_notice", "which_enquiry_notice__which_offence", "tell_police"),
        "enquiry_police_notice_has_ground",
        "guardrail_order",
    ),
    "a notice from an enquiry is done before it was sent": (
        led("make_enquiry_notice", "which_enquiry_notice__send_to_child_welfare", "child_welfare_told"),
        "enquiry_notice_recorded_after_sent",
        "guardrail_order",
    ),
    "any offence counts as one against a child": (
        led("make_enquiry_notice", "which_offence__enquiry_preventable_offence", "enquiry_child_offence"),
        "enquiry_offence_only_if_chosen",
        "guardrail_never",
    ),
    "a notice from an enquiry admits somebody": (
        replaced("enquiry_notice", 'value="retention_set"', 'value="retention_set admitted"'),
        "enquiry_is_no_application",
        "guardrail_never",
    ),
    "a notice from an enquiry is kept for ever": (
        led("enquiry_notice", "enquiry_notice_made__plan_notice_retention", "enquiry_notice_done"),
        "enquiry_notice_is_erased",
        "guardrail_missing",
    ),
    "the signer may be the preparer": (
        replaced("resolution", 'name="not_by"', 'name="documentation"'),
        "signer_is_not_preparer",
        "guardrail_same_person",
    ),
    "a merge is turned into a join": (
        kind("assess_and_resolve", "ready_to_resolve", "parallelGateway"),
        "",
        "stuck_at_join",
    ),
    "the consent reminder interrupts": (
        without_text(
            "verify_consent", r'(<bpmn:boundaryEvent id="consent_remind"[^>]*) cancelActivity="false"'
        ),
        "consent_before_assessment",
        "guardrail_order",
    ),
    "a decision is reopened to the harm without consent": (
        led("decision_correction", "whose_favour__harm_consented", "decision_reopened"),
        "correction_to_harm_with_consent",
        "guardrail_order",
    ),
    "a corrected copy is handed to nobody": (
        milestone_off("hand_out_document", "correction_delivered"),
        "correction_reaches_party",
        "guardrail_owed",
    ),
    "a matter is decided anew that nobody has reopened": (
        led("decision_correction", "record_correction__examine_correction", "begin_matter_anew"),
        "matter_begins_anew_on_a_ground",
        "guardrail_order",
    ),
    "new instructions of a removal are served on nobody": (
        led("removal", "removal_instructions_reissued__serve_removal", "removal_superseded_end"),
        "corrected_removal_is_served",
        "guardrail_owed",
    ),
    "who stays a client is removed all the same": (
        replaced("removal_service", 'takes_effect in ("when_final", "none")', 'takes_effect = "when_final"'),
        "kept_client_is_not_removed",
        "guardrail_never",
    ),
    "the court hears of no correction": (
        milestone_off("tell_court", "court_told_of_correction"),
        "court_hears_of_correction",
        "guardrail_owed",
    ),
    "the withdrawal is not recorded": (
        milestone_off("intake_to_decision", "withdrawn"),
        "assessed_before_prepared",
        "guardrail_order",
    ),
    "a consent that nobody asks for reaches the manager no more": (
        without("verify_consent", "consent_escalate"),
        "people_are_not_forgotten",
        "guardrail_timer",
    ),
    "a client whom nobody reaches is forgotten": (
        replaced("reach_client", 'value="escalation"', 'value="other"'),
        "people_are_not_forgotten",
        "guardrail_timer",
    ),
    "an appeal stays here": (
        milestone_off("appeal", "appeal_sent_to_court"),
        "appeal_goes_to_court",
        "guardrail_owed",
    ),
}

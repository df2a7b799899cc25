"""Edits of the shipped diagrams that drop what is owed to a person or forbidden: of each guardrail of a lawful outcome one."""

from __future__ import annotations

from typing import Final

from tests.engine.guardrails.redrawing import Edit, led, replaced, without

_PREPARED: Final = 'value="reflection_period_prepared'

DUTIES: Final[dict[str, tuple[Edit, str, str]]] = {
    "what was decided aloud is written no more after a withdrawal": (
        led("intake_to_decision", "is_resolved__resolve_lapse", "what_follows"),
        "written_after_oral",
        "guardrail_owed",
    ),
    "what was decided aloud stands alone after a withdrawal": (
        led("intake_to_decision", "is_resolved__resolve_lapse", "what_follows"),
        "oral_and_written_together",
        "guardrail_owed",
    ),
    "what was decided aloud lapses without consent": (
        led("intake_to_decision", "is_admitted_orally__gather", "seal_at_once"),
        "admitted_aloud_does_not_lapse",
        "guardrail_never",
    ),
    "a withdrawal that nobody confirmed ends the case": (
        led("intake_to_decision", "is_withdrawn__resume_requests", "end_requests"),
        "unconfirmed_withdrawal_ends_nothing",
        "guardrail_never",
    ),
    "nobody is reminded of a consent": (
        without("verify_consent", "consent_remind", "remind_of_consent", "consent_reminded"),
        "people_are_not_forgotten",
        "guardrail_timer",
    ),
    "no manager decides on a client whom nobody reaches": (
        replaced("reach_client", 'value="manager"', 'value="caseworker"'),
        "people_are_not_forgotten",
        "guardrail_escalation",
    ),
    "who prepares a reflection period gives it": (
        replaced("reflection_period", _PREPARED, f"{_PREPARED} reflection_period_decided"),
        "outcome_by_decision_maker",
        "guardrail_role",
    ),
    "who prepares a reflection period refuses it": (
        replaced("reflection_period", _PREPARED, f"{_PREPARED} reflection_period_refused"),
        "outcome_by_decision_maker",
        "guardrail_role",
    ),
    "a child gets a reflection period": (
        replaced(
            "client_contact", 'outcome = "admitted_35_1"', 'outcome in ("admitted_35_1", "admitted_35_3")'
        ),
        "reflection_only_for_victims",
        "guardrail_never",
    ),
    "a refused reflection period is served on nobody": (
        led("reflection_period", "reflection_refused__reflection_known", "no_reflection_end"),
        "reflection_is_served",
        "guardrail_owed",
    ),
    "the police do not hear of a reflection period": (
        led("reflection_period", "tells_police__tell_of_reflection", "police_not_told"),
        "police_hear_of_reflection",
        "guardrail_owed",
    ),
    "a case is transferred to the police without a ground": (
        led("transfer", "is_to_police__ground_transfer", "send_police_transfer"),
        "police_only_lawfully",
        "guardrail_order",
    ),
    "the police are notified without a ground": (
        led("make_notice", "who_decides__which_ground", "ground_known"),
        "police_notice_has_ground",
        "guardrail_order",
    ),
    "nobody signs the application for a guardian": (
        led("make_notice", "is_application__sign_guardian_application", "guardian_application_signed"),
        "guardian_applied_for_by_director",
        "guardrail_role",
    ),
    "a child is admitted after the parent's refusal without reasons": (
        led("resolution", "is_with_parent__parent_ground_reasoned", "child_admitted"),
        "child_after_parent",
        "guardrail_order",
    ),
    "who meets both tests is refused": (
        replaced(
            "assess_and_resolve",
            'direction in ("partial", "adverse", "not_examined")',
            'direction = "not_examined"',
        ),
        "victims_are_never_refused",
        "guardrail_never",
    ),
    "the case of one who meets both tests is not examined": (
        replaced(
            "assess_and_resolve",
            'direction in ("partial", "adverse", "not_examined")',
            'direction in ("partial", "adverse")',
        ),
        "victims_are_never_refused",
        "guardrail_never",
    ),
    "a letter says that the content is sealed before it is": (
        led("intake_to_decision", "is_admitted_orally__seal_at_once", "no_consent_end"),
        "sealed_before_the_letter_says_so",
        "guardrail_order",
    ),
    "a letter after a new examination says that the content is sealed before it is": (
        led("examined_again", "is_admitted_orally_anew__seal_at_once_anew", "no_consent_end_anew"),
        "examined_again_sealed_before_the_letter_says_so",
        "guardrail_order",
    ),
    "a withdrawn case leaves its requests open": (
        led("intake_to_decision", "is_withdrawn__end_requests", "withdrawn_end"),
        "requests_end_with_the_case",
        "guardrail_owed",
    ),
    "a withdrawn new examination leaves its requests open": (
        led("examined_again", "is_withdrawn_anew__end_requests_anew", "withdrawn_end_anew"),
        "requests_end_with_the_new_examination",
        "guardrail_owed",
    ),
    "a correction that a court overtakes leaves its requests open": (
        led("decision_correction", "court_took_over__end_correction_requests", "overtaken_end"),
        "requests_end_with_the_correction",
        "guardrail_owed",
    ),
    "a removal of nobody leaves its hearings open": (
        led("removal", "clienthood_gone__end_removal_hearings", "nobody_to_remove_end"),
        "requests_end_with_the_removal",
        "guardrail_owed",
    ),
    "a decision that nobody sent is opened": (
        led("delivery", "how_delivered__dispatch", "open_resolution"),
        "sent_before_served",
        "guardrail_order",
    ),
    "a letter that nobody posted counts as received": (
        led("letter", "is_posted__record_dispatch", "needs_receipt"),
        "sent_before_served",
        "guardrail_order",
    ),
    "a decision that nobody handed over counts as received": (
        led("delivery", "is_served__record_handover", "handed_end"),
        "sent_before_served",
        "guardrail_order",
    ),
    "a letter that was not posted counts as dispatched": (
        led("letter", "is_posted__not_posted_end", "record_dispatch"),
        "unposted_letter_is_not_dispatched",
        "guardrail_never",
    ),
    "a decision is final before everybody has it": (
        led("appeal_period", "is_everyone_served__service_wait", "look_up_finality"),
        "final_after_service",
        "guardrail_order",
    ),
    "a decision is final without an answer of the courts": (
        led("appeal_period", "is_period_over__ask_courts", "mark_final"),
        "final_after_courts_were_asked",
        "guardrail_order",
    ),
    "a decision is final though a court has an appeal": (
        led("appeal_period", "has_appeal__look_up_finality", "courts_asked"),
        "appealed_decision_is_not_final",
        "guardrail_never",
    ),
}

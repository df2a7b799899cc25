"""Faults of forms, envelopes, links, messages and retention, and small doubts."""

from .builder import moment, person_id
from .planting import Row, answers_of, drop, find, form, plant, undo


@plant("refusal", "admitted-by-decision")
def admitted_in_words(export: Row) -> None:
    """Reach the milestone of admission in a refused case."""
    find(export, "milestones", name="hearing_held")["name"] = "admitted"


@plant("urgent", "warning: appeal-after-decision")
def appeal_before_the_decision(export: Row) -> None:
    """Date an appeal before the decision."""
    answers_of(export, "appeal_arrival")["appeal_received_on"] = "2026-11-01"


@plant("urgent", "appeal-ended-by-court")
def appeal_ended_by_nobody(export: Row) -> None:
    """End an appeal without the court's decision."""
    undo(export, "court_decision")


@plant("refusal", "class-departs-with-reason")
def class_departs(export: Row) -> None:
    """Depart from the table's class without a reason."""
    row: Row = {
        "decision": "triage",
        "deployment_id": None,
        "inputs": {},
        "rules": [],
        "at": moment("2026-11-02", 9),
    }
    export["decision_evaluations"].append({**row, "result": {"case_class": "urgent"}})


@plant("child", "consent-understood")
def consent_of_one_who_cannot(export: Row) -> None:
    """Take consent from a child who does not understand, alone."""
    answers_of(export, "verify_consent").update(minor_maturity="no", consent_by="person")


@plant("refusal", "envelope-neutral")
def envelope_speaks(export: Row) -> None:
    """Post an envelope that is not neutral."""
    answers_of(export, "post_letter")["envelope_neutral"] = False


@plant("refusal", "decision-in-envelope")
def envelope_is_empty(export: Row) -> None:
    """Post the cover without the decision."""
    answers_of(export, "post_letter")["enclosed"] = ["cover"]


@plant("refusal", "electronic-by-consent")
def electronic_unwanted(export: Row) -> None:
    """Serve electronically one who does not agree."""
    export["deliveries"][0].update(channel="electronic", is_presumed=False)


@plant("refusal", "service-by-opening")
def electronic_unopened(export: Row) -> None:
    """Serve electronically what nobody opened."""
    export["deliveries"][0].update(channel="electronic", is_presumed=False)


@plant("refusal", "erased-by-plan")
def erased_early(export: Row) -> None:
    """Destroy the decision before its day."""
    row = {"case_id": export["case"]["id"], "sealing_class": "decision", "rule": "615/2020 15 §"}
    export["retention"].append({**row, "destroy_on": "2032-01-05", "destroyed_at": moment("2028-01-05")})


@plant("urgent", "warning: form-by-role")
def sent_in_another_role(export: Row) -> None:
    """Hand in a call as a referrer, being on call."""
    form(export, "phone_intake")["sent_by_role"] = "referrer"


@plant("urgent", "given-up-by-choice")
def given_up_by_nobody(export: Row) -> None:
    """Give up reaching the person by nobody's choice."""
    row = find(export, "milestones", name="client_contacted")
    row["name"] = "client_unreachable_recorded"


@plant("urgent", "given-up-by-choice")
def given_up_without_a_reason(export: Row) -> None:
    """Give up reaching the person in the form of the contact, without a reason."""
    find(export, "milestones", name="client_contacted")["name"] = "client_unreachable_recorded"
    answers_of(export, "contact_client")["contact_result"] = "unreachable"


@plant("urgent", "warning: given-up-after-attempts")
def given_up_after_one_attempt(export: Row) -> None:
    """Give up reaching the person after one attempt."""
    find(export, "milestones", name="client_contacted")["name"] = "client_unreachable_recorded"


@plant("refusal", "heard-by-its-form")
def heard_by_no_form(export: Row) -> None:
    """Reach the milestone of hearing without a form."""
    undo(export, "hearing_reply")


@plant("refusal", "warning: heard-on-this-assessment")
def heard_on_an_older_assessment(export: Row) -> None:
    """Assess anew after the hearing and refuse."""
    form(export, "assessment")["sent_at"] = moment("2026-11-24", 12)


@plant("urgent", "warning: language-agrees")
def language_changed(export: Row) -> None:
    """Ask for English, register Finnish, explain nothing."""
    answers_of(export, "phone_intake")["contact_language"] = "en"
    answers_of(export, "prepare_resolution")["explanation_needed"] = "no"


@plant("refusal", "link-in-order")
def link_used_after_its_end(export: Row) -> None:
    """Use a link after it was revoked."""
    export["links"][0]["revoked_at"] = moment("2026-11-05")


@plant("refusal", "message-state")
def message_sent_and_given_up(export: Row) -> None:
    """Send a message and give it up."""
    export["messages"][0]["given_up_at"] = moment("2026-11-04")


@plant("withdrawn", "no-merits-after-withdrawal")
def refused_after_withdrawal(export: Row) -> None:
    """Refuse after a confirmed withdrawal."""
    export["resolutions"][0]["outcome"] = "not_admitted"


@plant("child", "no-service-of-a-recalled")
def recalled_and_handed_over(export: Row) -> None:
    """Hand over a recalled decision."""
    export["resolutions"][0].update(state="recalled", recalled_at=moment("2026-11-14"))


@plant("refusal", "recalled-before-dispatch")
def recalled_after_the_post(export: Row) -> None:
    """Recall a decision that has left."""
    export["resolutions"][0].update(state="recalled", recalled_at=moment("2026-11-27"))


@plant("urgent", "oral-by-its-form")
def oral_by_no_form(export: Row) -> None:
    """Decide aloud without a form."""
    undo(export, "oral_decision")


@plant("refusal", "period-as-announced")
def another_period_announced(export: Row) -> None:
    """Announce another last day than the clock's."""
    find(export, "events", kind="appeal_period_started")["facts"]["until"] = "2027-01-02"


@plant("urgent", "reflection-for-victims")
def reflection_of_a_helper(export: Row) -> None:
    """Give a reflection period under 35 § 2."""
    export["case"]["outcome"] = "admitted_35_2"


@plant("urgent", "reflection-for-victims")
def reflection_before_a_court_saw_a_victim(export: Row) -> None:
    """Give a reflection period under 35 § 2 that only a court changed to 35 § 1 later."""
    for row in (*export["oral_decisions"], find(export, "resolutions", kind="admission")):
        row["outcome"] = "admitted_35_2"
    changed = {"court_result": "changed", "outcome_after": "admitted_35_1"}
    answers_of(export, "court_decision").update(changed)


@plant("refusal", "request-leaves-time")
def due_before_sent(export: Row) -> None:
    """Ask for an answer by a day before the request left."""
    find(export, "requests", reference="REQ-1")["due_on"] = "2026-11-02"


@plant("refusal", "request-necessary")
def need_unwritten(export: Row) -> None:
    """Ask an authority without writing the need."""
    find(export, "requests", reference="REQ-1")["questions"]["necessity"] = ""


@plant("refusal", "request-says-facts")
def questions_unwritten(export: Row) -> None:
    """Ask nothing."""
    find(export, "requests", reference="REQ-1")["questions"]["questions"] = ""


@plant("refusal", "request-on-a-basis")
def basis_unwritten(export: Row) -> None:
    """Ask without a legal basis."""
    find(export, "requests", reference="REQ-1")["legal_basis"] = ""


@plant("refusal", "request-state")
def closed_in_no_way(export: Row) -> None:
    """Close a request in no way."""
    find(export, "requests", reference="REQ-1")["closed_as"] = None


@plant("refusal", "returned-with-reason")
def sent_back_without_reason(export: Row) -> None:
    """Send a draft back without a reason."""
    export["sent_back"].append({"resolution_id": export["resolutions"][0]["id"], "reason": ""})


@plant("refusal", "runs-end-first")
def run_goes_on(export: Row) -> None:
    """Close the case before its run."""
    export["instances"][0].update(state="running", ended_at=None)


@plant("refusal", "task-state")
def completed_before_made(export: Row) -> None:
    """Complete a task before it is made."""
    find(export, "tasks", form_key="assessment")["created_at"] = moment("2026-11-20")


@plant("refusal", "warning: team-as-tabled")
def another_team(export: Row) -> None:
    """Handle the case in another team than the table gave."""
    row: Row = {
        "decision": "team_by_region",
        "deployment_id": None,
        "inputs": {},
        "rules": [],
        "at": moment("2026-11-02"),
    }
    export["decision_evaluations"].append({**row, "result": "helsinki"})


@plant("refusal", "transfer-by-its-form")
def transferred_by_no_form(export: Row) -> None:
    """Transfer without a form."""
    find(export, "events", kind="request_closed")["kind"] = "transferred"


@plant("child", "nothing-to-unsafe")
def message_to_an_unsafe_guardian(export: Row) -> None:
    """Write to a guardian whom the register names unsafe."""
    export["parties"][1]["is_unsafe"] = True
    answers_of(export, "register")["unsafe_parties"] = [{"name": "G", "part": "guardian", "reason": "Fear."}]
    row = {
        "id": "m",
        "kind": "mail_notice",
        "channel": "email",
        "language": "fi",
        "recipient": "guardian@example.invalid",
    }
    row |= {"send_after": moment("2026-11-04"), "sent_at": moment("2026-11-04")}
    export["messages"].append({**row, "attempts": 1, "taken_at": None, "given_up_at": None})


@plant("urgent", "final-after-asking-courts")
def courts_asked_too_early(export: Row) -> None:
    """Call final without an answer and without a court's decision."""
    undo(export, "finality_inquiry")
    undo(export, "court_decision")


@plant("urgent", "signed-by-a-person")
def reflection_signed_by_no_form(export: Row) -> None:
    """Sign a reflection decision without its form."""
    undo(export, "sign_reflection_period")


@plant("urgent", "signer-is-no-preparer")
def reflection_signed_by_its_preparer(export: Row) -> None:
    """Sign a reflection decision by its preparer."""
    row = find(export, "resolutions", kind="reflection_period")
    row["prepared_by"] = row["signed_by"]


@plant("refusal", "disqualified-act-not")
def disqualified_caseworker(export: Row) -> None:
    """Leave the case with a disqualified caseworker."""
    row = {"person_id": person_id("worker"), "reason": None, "recorded_at": moment("2027-02-01")}
    export["disqualifications"].append(row)


@plant("child", "consent-in-ledger")
def withdrawn_before_given(export: Row) -> None:
    """Withdraw consent before it was recorded."""
    export["consents"][0]["withdrawn_at"] = moment("2026-11-02")


@plant("withdrawn", "sealing-in-timeline")
def sealed_in_the_timeline_only(export: Row) -> None:
    """Show a sealing that the case does not hold."""
    export["case"]["content_sealed_at"] = None


@plant("refusal", "no-fact-without-act")
def served_in_words_only(export: Row) -> None:
    """Record a service of no delivery."""
    drop(export, "deliveries", business_key="DEL-1")


@plant("urgent", "no-fact-without-act")
def contacted_in_words_only(export: Row) -> None:
    """Reach the milestone of contact by an attempt that failed."""
    answers_of(export, "contact_client")["contact_result"] = "unreachable"

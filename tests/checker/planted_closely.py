"""Faults close to what the law allows: an exception claimed without what it rests on."""

from .builder import moment, person_id
from .planting import Row, answers_of, drop, find, form, plant, removal_returned


@plant("urgent", "appeal-registered")
def appeal_known_to_the_court_alone(export: Row) -> None:
    """Hear of an appeal from the court, register nothing after it."""
    answers_of(export, "finality_inquiry")["courts_answer"] = "appeal"


@plant("child", "police-on-a-ground")
def transfer_sent_on_no_ground(export: Row) -> None:
    """Send a transfer to the police that nobody gave a ground for."""
    answers_of(export, "register").update(competence="transfer", transfer_to="police")
    event = {**export["events"][-1], "id": "t", "kind": "notice_sent", "subject": "transfer", "facts": {}}
    export["events"].append(event)


@plant("child", "police-on-a-ground")
def transfer_on_a_consent_not_given(export: Row) -> None:
    """Transfer to the police on a consent that the ledger does not hold."""
    transfer_sent_on_no_ground(export)
    act = {**form(export, "register"), "id": "g", "task_id": None, "form_key": "transfer_ground"}
    export["submissions"].append({**act, "answers": {"transfer_ground": "consent"}})


@plant("child", "police-on-a-ground")
def threat_without_the_director(export: Row) -> None:
    """Tell the police of a threat that nobody signed for."""
    act = {**form(export, "register"), "id": "w", "task_id": None, "form_key": "write_notice"}
    export["submissions"].append({**act, "answers": {"notice": "police", "police_ground": "threat"}})
    event = {**export["events"][-1], "id": "n", "kind": "notice_sent", "subject": "police", "facts": {}}
    export["events"].append(event)


@plant("refusal", "request-on-a-basis")
def consent_for_another_recipient(export: Row) -> None:
    """Ask an authority with a consent to ask the referrer."""
    row = answers_of(export, "new_information_request")["requests"][0]
    row.update(recipient="outside_authority", legal_basis="consent")
    export["consents"].append(
        {
            "id": "c",
            "purpose": "information_request",
            "recipient": "referrer",
            "state": "given",
            "language": "fi",
            "recorded_at": moment("2026-11-02"),
            "recorded_by": person_id("worker"),
            "recorded_by_role": "caseworker",
        }
    )


@plant("refusal", "heard-before-adverse")
def gone_on_before_the_last_day(export: Row) -> None:
    """Go on without an answer to the hearing while its time runs."""
    reply = form(export, "hearing_reply")
    reply.update(form_key="request_follow_up", answers={"choice": "proceed"})


@plant("child", "consent-is-free")
def will_in_doubt(export: Row) -> None:
    """Record a consent of a will that the worker was not sure of."""
    answers_of(export, "verify_consent")["free_will"] = "unsure"


@plant("withdrawn", "withdrawal-is-free")
def withdrawal_in_doubt(export: Row) -> None:
    """Confirm a withdrawal of a will that the worker was not sure of."""
    answers_of(export, "withdraw")["free_will"] = "unsure"


@plant("refusal", "urgent-never-normal")
def urgency_lowered_in_silence(export: Row) -> None:
    """Register "not known" over a danger of the application, without a reason."""
    answers_of(export, "application")["in_danger"] = "yes"
    answers_of(export, "register")["in_danger"] = "unknown"


@plant("refusal", "class-as-confirmed")
def raised_and_left_as_it_was(export: Row) -> None:
    """Call the matter urgent from now on, and leave it in the class confirmed before."""
    act = {**form(export, "triage_override"), "id": "w", "task_id": None, "form_key": "tell_withheld"}
    reply = {"told_result": "not_reached", "in_danger": "yes", "class_raised": "yes"}
    export["submissions"].append({**act, "sent_at": moment("2026-11-10"), "answers": reply})


@plant("refusal", "class-as-confirmed")
def changed_by_no_form(export: Row) -> None:
    """Raise the class by an event alone, against the answer of the caseworker."""
    raised_and_left_as_it_was(export)
    answers_of(export, "tell_withheld")["class_raised"] = "no"
    export["case"]["case_class"] = "urgent"
    event = {**export["events"][0], "id": "x", "kind": "class_changed", "subject": "urgent"}
    export["events"].append({**event, "at": moment("2026-11-10")})


@plant("refusal", "request-given-up-by-choice")
def given_up_at_another_moment(export: Row) -> None:
    """Give a request up, hours after somebody chose to go on without the rest."""
    row = find(export, "requests", reference="REQ-1")
    row.update(
        answered_at=None, closed_as="proceeded_without", closed_at=moment("2026-11-10"), state="closed"
    )
    row["due_on"] = "2026-11-20"
    gone_on = {
        **export["events"][0],
        "id": "m",
        "kind": "message_received",
        "subject": "proceed_without_rest",
    }
    export["events"].append({**gone_on, "actor_id": person_id("worker"), "at": moment("2026-11-10", 5)})


@plant("urgent", "no-fact-without-act")
def handed_over_by_nobody(export: Row) -> None:
    """Call the need for help handed over when no notice of it left."""
    drop(export, "events", kind="notice_sent", subject="service_handover")


@plant("urgent", "examined-anew")
def sent_back_and_left(export: Row) -> None:
    """Close a case that a court sent back, naming no new one."""
    answers_of(export, "court_decision")["court_result"] = "returned"
    act = {**form(export, "court_decision"), "id": "o", "task_id": None, "form_key": "reopen_closed_case"}
    export["submissions"].append({**act, "answers": {}})


@plant("refusal", "no-answer-after-last-day")
def asked_again_after_no_answer_in_time(export: Row) -> None:
    """Record no answer while the time runs, then ask again by a later day."""
    reply = form(export, "hearing_reply")
    reply["answers"]["heard"] = "no_answer"
    again = {"reply_enough": "ask_again", "new_due_on": "2026-12-20"}
    act = {**reply, "id": "y", "task_id": None, "form_key": "review_reply", "answers": again}
    export["submissions"].append(act)


@plant("withdrawn", "withdrawal-ends-requests")
def admitted_aloud_after_the_withdrawal(export: Row) -> None:
    """Keep a request open on an oral decision that came after the withdrawal."""
    export["requests"][0]["closed_at"] = moment("2026-11-20")
    spoken = moment("2026-11-10")
    export["oral_decisions"].append(
        {"id": "o", "outcome": "admitted_35_1", "given_at": spoken, "recorded_at": spoken}
    )


@plant("urgent", "examined-anew")
def removal_sent_back_and_left(export: Row) -> None:
    """Close a case whose removal a court returned, without assessing it again."""
    removal_returned(export)


@plant("refusal", "request-in-order")
def answered_before_it_left_anew_for_no_reason(export: Row) -> None:
    """Send a request anew after an answer that a review called enough."""
    reply = form(export, "information_reply")
    review = {**reply, "id": "r", "task_id": None, "form_key": "review_reply"}
    export["submissions"].append({**review, "answers": {"reply_enough": "yes"}})
    find(export, "requests", reference="REQ-1")["sent_at"] = moment("2026-11-13")


@plant("child", "nothing-to-unsafe")
def unsafe_one_made_the_referral(export: Row) -> None:
    """Inform the unsafe referrer, while another of that part, named later, is safe."""
    known = find(export, "parties", kind="referrer")
    at = form(export, "register")["sent_at"]
    export["parties"].append({**known, "id": "z", "name": "Another", "added_at": at})
    known["is_unsafe"] = True
    event = {**export["events"][0], "id": "u", "kind": "party_marked_unsafe", "subject": "referrer"}
    export["events"].append({**event, "at": at})

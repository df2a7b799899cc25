"""Faults of dispatch, service, appeals and finality."""

from .builder import moment
from .planting import Row, answers_of, drop, find, form, plant, undo


@plant("refusal", "dispatch-by-a-person")
def posted_by_nobody(export: Row) -> None:
    """Dispatch a letter that nobody posted."""
    undo(export, "post_letter")


@plant("refusal", "dispatch-by-a-person")
def not_posted(export: Row) -> None:
    """Dispatch a letter whose form says it stays."""
    answers_of(export, "post_letter")["posted"] = "not_posted"


@plant("refusal", "dispatch-on-its-day")
def stamped_at_signature(export: Row) -> None:
    """Stamp the dispatch at the signature, a day before the post."""
    export["deliveries"][0]["dispatched_at"] = export["resolutions"][0]["signed_at"]


@plant("refusal", "dispatch-after-signature")
def posted_before_signature(export: Row) -> None:
    """Post the letter before the signature."""
    answers_of(export, "post_letter")["posted_on"] = "2026-11-24"
    export["deliveries"][0].update(presumed_on="2026-12-01", served_on="2026-12-01")


@plant("child", "service-after-signature")
def served_before_signature(export: Row) -> None:
    """Hand over before the signature."""
    find(export, "deliveries", business_key="DEL-1")["served_on"] = "2026-11-10"


@plant("refusal", "service-after-dispatch")
def served_undispatched(export: Row) -> None:
    """Serve what was never dispatched."""
    export["deliveries"][0]["dispatched_at"] = None


@plant("child", "service-by-a-person")
def handed_by_nobody(export: Row) -> None:
    """Serve in person without a form."""
    undo(export, "record_delivery")


@plant("child", "service-as-recorded")
def handed_another_day(export: Row) -> None:
    """Serve on another day than the form says."""
    answers_of(export, "record_delivery")["served_on"] = "2026-11-15"


@plant("child", "hand-over-by-certificate")
def handed_without_certificate(export: Row) -> None:
    """Hand over in person without a certificate."""
    find(export, "deliveries", business_key="DEL-1")["proof"] = answers_of(export, "record_delivery")[
        "proof"
    ] = "told"


@plant("child", "service-not-ahead")
def handed_in_the_future(export: Row) -> None:
    """Record a hand-over ahead of its day."""
    answers_of(export, "record_delivery")["served_on"] = "2026-11-30"


@plant("refusal", "presumed-day")
def presumed_early(export: Row) -> None:
    """Presume service on the fifth day."""
    export["deliveries"][0].update(presumed_on="2026-12-01", served_on="2026-12-01")


@plant("refusal", "presumption-rebutted")
def returned_and_served(export: Row) -> None:
    """Keep a returned letter served by presumption."""
    export["deliveries"][0]["returned_at"] = moment("2026-12-10")


@plant("child", "presumed-letters-only")
def presumed_hand_over(export: Row) -> None:
    """Presume a hand-over."""
    find(export, "deliveries", business_key="DEL-1")["is_presumed"] = True


@plant("child", "child-of-15-served")
def child_is_no_recipient(export: Row) -> None:
    """Leave a child of 16 out of the recipients."""
    export["parties"][0]["is_recipient"] = False


@plant("child", "each-recipient-served")
def guardian_unserved(export: Row) -> None:
    """Serve the guardian in no way."""
    drop(export, "deliveries", business_key="DEL-2")


@plant("child", "each-recipient-served")
def guardian_unserved_after_the_court(export: Row) -> None:
    """Serve on the guardian neither what a court sent back before this decision nor this; a removal sent back is another."""
    drop(export, "deliveries", business_key="DEL-2")
    event = {**export["events"][0], "kind": "appeal_ended", "subject": "returned", "facts": {}}
    export["events"].append({**event, "id": "b", "at": moment("2026-11-10")})
    export["events"].append(
        {**event, "id": "r", "facts": {"decision": "removal"}, "at": moment("2026-12-10")}
    )


@plant("refusal", "service-state")
def kept_and_served(export: Row) -> None:
    """Keep a letter for collection and call it served."""
    export["deliveries"][0]["state"] = "kept"


@plant("child", "period-from-own-service")
def period_from_the_latest(export: Row) -> None:
    """Count both periods from the latest service."""
    find(export, "deadlines", business_key="DEL-1")["due_on"] = "2026-12-28"


@plant("child", "period-from-own-service")
def period_missing(export: Row) -> None:
    """Give one recipient no appeal period."""
    drop(export, "deadlines", business_key="DEL-2")


@plant("urgent", "no-appeal-over-reflection")
def reflection_with_instructions(export: Row) -> None:
    """Give appeal instructions over a reflection period."""
    find(export, "resolutions", kind="reflection_period")["content"]["texts"] = ["appeal_instructions"]


def finish(export: Row, at: str) -> None:
    """Move finality to another moment."""
    for row in (*export["events"], *export["milestones"]):
        if "final" in (row.get("name"), row.get("subject")) or row.get("kind") == "resolution_final":
            row["at"] = at


@plant("child", "final-after-last-period")
def final_before_the_last(export: Row) -> None:
    """Call the decision final when the first period has ended."""
    finish(export, moment("2026-12-17"))


@plant("child", "final-after-last-period")
def final_before_a_late_recipient(export: Row) -> None:
    """Call the decision final before another recipient of the same decision was served at all."""
    finish(export, moment("2026-11-20"))


@plant("refusal", "final-after-last-period")
def final_in_the_moment_of_the_signature(export: Row) -> None:
    """Call the decision final as it is signed."""
    finish(export, export["resolutions"][0]["signed_at"])


@plant("refusal", "final-after-last-period")
def removal_final_too_early(export: Row) -> None:
    """Call a removal final within its own period."""
    row = {**export["resolutions"][0], "id": "p", "kind": "removal", "outcome": "removed"}
    export["resolutions"].append(row)
    event = {**export["events"][-1], "id": "q", "kind": "removal_final", "at": moment("2026-12-20")}
    export["events"].append(event)
    find(export, "deliveries", business_key="DEL-1")["resolution_id"] = "p"


@plant("urgent", "final-without-open-appeal")
def final_with_an_appeal(export: Row) -> None:
    """Call the decision final while an appeal is open."""
    drop(export, "events", kind="appeal_ended")


@plant("urgent", "final-after-leave-period")
def final_after_the_first_court(export: Row) -> None:
    """Call the decision final right after the first court."""
    finish(export, moment("2027-02-02"))


@plant("refusal", "final-after-asking-courts")
def courts_unasked(export: Row) -> None:
    """Call the decision final without asking the courts."""
    undo(export, "finality_inquiry")


@plant("child", "final-after-each-service")
def final_with_one_returned(export: Row) -> None:
    """Call the decision final though one letter returned."""
    find(export, "deliveries", business_key="DEL-2").update(
        state="returned", served_on=None, is_presumed=False
    )


@plant("urgent", "examined-anew")
def annulled_and_final(export: Row) -> None:
    """Call an annulled decision final without a new one."""
    answers_of(export, "court_decision")["court_result"] = "annulled"


@plant("urgent", "examined-anew")
def annulled_in_the_moment_after(export: Row) -> None:
    """Sign nothing after an annulment that followed the signature in one moment."""
    answers_of(export, "court_decision")["court_result"] = "annulled"
    find(export, "resolutions", kind="admission")["signed_at"] = form(export, "court_decision")["sent_at"]


@plant("urgent", "appeal-by-its-form")
def appeal_without_a_day(export: Row) -> None:
    """Register an appeal without its day."""
    answers_of(export, "appeal_arrival").pop("appeal_received_on")


@plant("urgent", "appeal-forwarded")
def appeal_sent_by_nobody(export: Row) -> None:
    """Send the opinion to the court by nobody."""
    undo(export, "send_to_court")


@plant("refusal", "appeal-registered")
def appeal_lost(export: Row) -> None:
    """Hear of an appeal from the court and register none."""
    answers_of(export, "finality_inquiry")["courts_answer"] = "appeal"

"""Faults of safe ways, authorities, requests, sealing, tasks, ledgers and traces."""

from .builder import moment, person_id
from .planting import Row, answers_of, drop, find, form, plant, stand_still, undo

UNSAFE = "nothing-to-unsafe"


def mark_unsafe(export: Row, number: int, at: str) -> None:
    """Mark a party unsafe at a moment."""
    party = export["parties"][number]
    party["is_unsafe"] = True
    event = {
        **export["events"][0],
        "id": "marked",
        "kind": "party_marked_unsafe",
        "subject": party["kind"],
        "at": at,
    }
    export["events"] = sorted([*export["events"], event], key=lambda row: row["at"])


@plant("refusal", "safe-way")
def letter_to_an_unsafe_address(export: Row) -> None:
    """Send a letter where post is not safe."""
    answers_of(export, "application")["safe_channels"] = export["parties"][0]["contact"]["safe_channels"] = [
        "email"
    ]


@plant("urgent", "safe-way")
def reached_by_message(export: Row) -> None:
    """Reach the person by text message where only calls are safe."""
    answers_of(export, "contact_client")["contact_channel"] = "sms"


@plant("refusal", "safe-way")
def message_to_an_unsafe_address(export: Row) -> None:
    """Write by e-mail where only post is safe."""
    export["messages"][0]["recipient"] = "applicant@example.invalid"
    answers_of(export, "application")["safe_channels"] = export["parties"][0]["contact"]["safe_channels"] = [
        "post"
    ]


@plant("child", UNSAFE)
def letter_to_an_unsafe_guardian(export: Row) -> None:
    """Send the decision to a guardian marked unsafe before."""
    mark_unsafe(export, 1, moment("2026-11-15"))


@plant("child", UNSAFE)
def hearing_of_an_unsafe_guardian(export: Row) -> None:
    """Send the hearing to a guardian marked unsafe before."""
    mark_unsafe(export, 1, moment("2026-11-04"))


@plant("child", UNSAFE)
def referrer_is_unsafe(export: Row) -> None:
    """Inform a referrer marked unsafe before."""
    mark_unsafe(export, 2, moment("2026-11-20"))


@plant("child", "referrer-by-consent")
def referrer_informed_against_will(export: Row) -> None:
    """Inform the referrer against the person's answer."""
    answers_of(export, "verify_consent")["referrer_may_know"] = "no"


@plant("urgent", "police-of-own-decision")
def police_before_signature(export: Row) -> None:
    """Notify the police before the reflection decision is signed."""
    find(export, "events", kind="notice_sent", subject="police_reflection")["at"] = moment("2026-11-05", 9)


@plant("urgent", "police-without-delay")
def police_late(export: Row) -> None:
    """Notify the police two weeks after the signature."""
    find(export, "events", kind="notice_sent", subject="police_reflection")["at"] = moment("2026-11-20")


@plant("urgent", "police-without-delay")
def police_never(export: Row) -> None:
    """Notify the police never."""
    drop(export, "events", kind="notice_sent", subject="police_reflection")


@plant("child", "police-of-own-decision")
def police_without_a_ground(export: Row) -> None:
    """Notify the police without a decision or a ground."""
    export["events"].append({**export["events"][-1], "id": "police", "kind": "police_notified", "facts": {}})


@plant("urgent", "police-of-victims-only")
def police_of_a_helper(export: Row) -> None:
    """Notify the police of one admitted under 35 § 2."""
    export["case"]["outcome"] = "admitted_35_2"


@plant("urgent", "reflection-length")
def reflection_of_184_days(export: Row) -> None:
    """Give a reflection period beyond six months."""
    answers_of(export, "reflection_period").update(
        reflection_from="2026-11-02", reflection_until="2027-05-05"
    )


@plant("urgent", "police-explained")
def police_unexplained(export: Row) -> None:
    """Give a reflection period without explaining the notice to the police."""
    answers_of(export, "reflection_period")["police_explained"] = "no"


@plant("urgent", "reflection-by-signature")
def reflection_unsigned(export: Row) -> None:
    """Decide on a reflection period without a signature."""
    drop(export, "resolutions", kind="reflection_period")


@plant("refusal", "police-on-a-ground")
def transferred_to_the_police(export: Row) -> None:
    """Transfer to the police without consent or a ground."""
    answers_of(export, "register").update(
        competence="transfer", transfer_to="police", transfer_reason="Reasons."
    )


@plant("refusal", "police-asked-after-a-talk")
def police_asked_in_secret(export: Row) -> None:
    """Ask the police before a talk with the person."""
    answers_of(export, "new_information_request")["requests"][0]["is_police"] = "yes"


@plant("refusal", "request-on-a-basis")
def request_on_the_wrong_basis(export: Row) -> None:
    """Ask an authority on the applicant's basis."""
    answers_of(export, "new_information_request")["requests"][0]["legal_basis"] = "admin_31"


@plant("refusal", "request-on-a-basis")
def request_on_no_consent(export: Row) -> None:
    """Ask on a consent that the ledger does not hold."""
    answers_of(export, "new_information_request")["requests"][0]["legal_basis"] = "consent"


@plant("refusal", "requests-end-first")
def request_left_open(export: Row) -> None:
    """Close the case before its request."""
    find(export, "requests", reference="REQ-1").update(state="answered", closed_at=None, closed_as=None)


@plant("refusal", "links-end-first")
def link_left_alive(export: Row) -> None:
    """Close the case before its link."""
    export["links"][0].update(used_at=None, opened_at=None)


@plant("refusal", "reminded-before-due")
def reminded_late(export: Row) -> None:
    """Remind on the due day."""
    find(export, "requests", reference="REQ-1")["due_on"] = "2026-11-10"


@plant("refusal", "no-unwished-reminder")
def reminded_against_wish(export: Row) -> None:
    """Remind one who wishes no reminders."""
    find(export, "requests", reference="REQ-1")["recipient"]["wants_reminders"] = False


@plant("refusal", "answer-by-its-form")
def answered_by_nobody(export: Row) -> None:
    """Answer a request without a form."""
    undo(export, "information_reply")


@plant("refusal", "request-given-up-by-choice")
def given_up_early(export: Row) -> None:
    """Give a request up before its day by nobody's choice."""
    find(export, "requests", reference="REQ-1").update(closed_as="proceeded_without", answered_at=None)


@plant("refusal", "request-in-order")
def answered_before_sent(export: Row) -> None:
    """Answer a request before it left."""
    find(export, "requests", reference="REQ-1")["answered_at"] = moment("2026-11-02", 20)


@plant("refusal", "sent-when-left")
def message_given_up(export: Row) -> None:
    """Call a request sent whose message was given up."""
    export["messages"][0].update(sent_at=None, given_up_at=moment("2026-11-04"))


@plant("withdrawn", "withdrawal-ends-requests")
def request_outlives_withdrawal(export: Row) -> None:
    """Keep a request open after a confirmed withdrawal."""
    export["requests"][0]["closed_at"] = moment("2026-11-20")


@plant("withdrawn", "sealed-before-the-letter")
def letter_before_the_seal(export: Row) -> None:
    """Send a letter that speaks of sealing before the sealing."""
    export["case"]["content_sealed_at"] = moment("2026-11-30")


@plant("withdrawn", "sealed-before-the-letter")
def letter_without_a_seal(export: Row) -> None:
    """Send a letter that speaks of a sealing that never came."""
    export["case"]["content_sealed_at"] = None


@plant("withdrawn", "sealing-in-timeline")
def sealed_silently(export: Row) -> None:
    """Seal the content without an event."""
    drop(export, "events", kind="content_sealed")


@plant("refusal", "task-not-by-the-barred")
def done_by_the_barred(export: Row) -> None:
    """Sign by one whom the task bars."""
    find(export, "tasks", form_key="sign_resolution")["not_by"] = [person_id("decider")]


@plant("refusal", "task-by-assignee")
def done_by_another(export: Row) -> None:
    """Complete a task that is another's."""
    find(export, "tasks", form_key="assessment")["assignee_id"] = person_id("chief")


@plant("refusal", "task-by-a-person")
def done_by_nobody(export: Row) -> None:
    """Complete a staff task by nobody."""
    find(export, "tasks", form_key="assessment")["completed_by"] = None


@plant("refusal", "task-with-its-form")
def form_by_another(export: Row) -> None:
    """Hand in a task's form by another than who completed it."""
    form(export, "assessment")["sent_by"] = person_id("chief")


@plant("refusal", "tasks-end-first")
def task_left_open(export: Row) -> None:
    """Close the case before its task."""
    find(export, "tasks", form_key="triage_override").update(
        state="claimed", completed_at=None, completed_by=None
    )


@plant("refusal", "disqualified-act-not")
def disqualified_goes_on(export: Row) -> None:
    """Act after a disqualification."""
    row = {"person_id": person_id("decider"), "reason": "Kin.", "recorded_at": moment("2026-11-03")}
    export["disqualifications"].append(row)


@plant("refusal", "ledger-due-day")
def due_day_wrong(export: Row) -> None:
    """End a target on another day than its entries give."""
    find(export, "deadlines", name="target").update(due_on="2026-12-20", due_at="2026-12-20T23:59:59+02:00")


@plant("refusal", "ledger-starts")
def ledger_without_a_start(export: Row) -> None:
    """Keep a ledger without a start."""
    find(export, "deadlines", name="target")["entries"].pop(0)


@plant("refusal", "ledger-in-order")
def ledger_goes_on(export: Row) -> None:
    """Go on with a ledger after its end."""
    entries = find(export, "deadlines", name="target")["entries"]
    entries.append({**entries[-1], "kind": "extended", "at": moment("2026-12-01")})


@plant("refusal", "ledger-pauses")
def resumed_without_a_pause(export: Row) -> None:
    """Resume a clock that never paused."""
    entries = find(export, "deadlines", name="target")["entries"]
    entries.insert(1, {**entries[0], "kind": "resumed", "days": None, "cause": "request"})


@plant("refusal", "ledger-pause-of-own-answer")
def stands_still_for_an_authority(export: Row) -> None:
    """Let a target stand still while nobody but an authority is asked."""
    stand_still(export, "2026-11-04", "2026-11-12")


@plant("refusal", "ledger-pause-of-own-answer")
def stands_still_after_the_answer(export: Row) -> None:
    """Let a target stand still for three days after the person's own answer."""
    find(export, "requests", reference="REQ-1")["recipient_role"] = "applicant"
    stand_still(export, "2026-11-04", "2026-11-15")


@plant("refusal", "ledger-breach")
def met_late_without_a_breach(export: Row) -> None:
    """Meet a target after its day without a breach."""
    find(export, "deadlines", name="target")["entries"][-1]["at"] = moment("2026-12-20")


@plant("refusal", "event-within-life")
def event_before_arrival(export: Row) -> None:
    """Record an event before the arrival."""
    export["events"][0]["at"] = moment("2026-10-30")


@plant("refusal", "closing-in-timeline")
def closed_without_an_event(export: Row) -> None:
    """Close the case without an event."""
    drop(export, "events", kind="case_closed")


@plant("refusal", "milestone-in-timeline")
def milestone_without_an_event(export: Row) -> None:
    """Reach a milestone without its event."""
    drop(export, "events", subject="hearing_held")


@plant("refusal", "no-fact-without-act")
def registered_by_nothing(export: Row) -> None:
    """Reach the milestone of registration without registering."""
    drop(export, "events", kind="registered")


@plant("refusal", "no-fact-without-act")
def reminded_in_words_only(export: Row) -> None:
    """Record a reminder that no event shows."""
    drop(export, "events", kind="request_reminded")


@plant("refusal", "ids-lead-somewhere")
def stranger(export: Row) -> None:
    """Name a person whom the export does not list."""
    drop(export, "people", username="registrar")

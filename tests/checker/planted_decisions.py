"""Faults of outcomes, signatures, hearings, consents, ages and classes."""

from . import honest
from .builder import moment, person_id
from .planting import Row, answers_of, drop, find, form, plant, undo


@plant("refusal", "must-be-admitted")
def passed_and_refused(export: Row) -> None:
    """Refuse under 35 § 1 though both tests pass."""
    answers_of(export, "assessment")["needs_help"] = "yes"


@plant("urgent", "outcome-within-tests")
def failed_and_admitted(export: Row) -> None:
    """Admit under 35 § 1 though a test fails."""
    answers_of(export, "assessment")["may_be_victim"] = "no"


@plant("urgent", "outcome-within-tests")
def admitted_on_another_ground(export: Row) -> None:
    """Admit on a ground that was not assessed."""
    answers_of(export, "assessment")["ground_assessed"] = "35_2"


@plant("urgent", "outcome-as-assessed")
def assessed_otherwise(export: Row) -> None:
    """Sign another outcome than the assessment proposes."""
    answers_of(export, "assessment")["outcome_proposed"] = "not_examined"


@plant("refusal", "outcome-after-assessment")
def not_assessed(export: Row) -> None:
    """Decide on the merits without an assessment."""
    undo(export, "assessment")


@plant("refusal", "outcome-as-signed")
def another_outcome(export: Row) -> None:
    """Give the case another outcome than the signed one."""
    export["case"]["outcome"] = "not_examined"


@plant("refusal", "outcome-for-every-case")
def no_outcome(export: Row) -> None:
    """Close the case without an outcome."""
    export["case"]["outcome"] = None


@plant("refusal", "signer-is-no-preparer")
def signed_by_the_preparer(export: Row) -> None:
    """Prepare the decision by its signer."""
    export["resolutions"][0]["prepared_by"] = person_id("decider")


@plant("refusal", "signed-by-decision-maker")
def signed_by_a_registrar(export: Row) -> None:
    """Sign by one who may not."""
    export["resolutions"][0]["signed_by"] = form(export, "sign_resolution")["sent_by"] = person_id(
        "registrar"
    )


@plant("refusal", "signed-by-a-person")
def signed_by_no_form(export: Row) -> None:
    """Sign without the form of the signature."""
    undo(export, "sign_resolution")


@plant("refusal", "signed-by-a-person")
def returned_and_signed(export: Row) -> None:
    """Sign by a form that sends the draft back."""
    answers_of(export, "sign_resolution")["signature"] = "return"


@plant("refusal", "signed-after-prepared")
def prepared_late(export: Row) -> None:
    """Prepare the decision after its signature."""
    export["resolutions"][0]["prepared_at"] = moment("2026-12-01")


@plant("refusal", "signer-confirms")
def without_delegation(export: Row) -> None:
    """Sign without confirming the delegation."""
    answers_of(export, "sign_resolution")["delegation_confirmed"] = False


@plant("refusal", "returned-is-not-signed")
def sent_back_and_signed(export: Row) -> None:
    """Send back the draft that stays signed."""
    export["sent_back"].append({"resolution_id": export["resolutions"][0]["id"], "reason": "Reasons."})


@plant("urgent", "oral-and-written-agree")
def oral_differs(export: Row) -> None:
    """Say aloud another outcome than in writing."""
    export["oral_decisions"][0]["outcome"] = "admitted_35_2"


@plant("urgent", "oral-then-written")
def oral_afterwards(export: Row) -> None:
    """Decide aloud after the written decision."""
    export["oral_decisions"][0]["given_at"] = moment("2026-11-20")


@plant("urgent", "oral-by-decision-maker")
def oral_by_the_worker(export: Row) -> None:
    """Decide aloud by one who may not."""
    export["oral_decisions"][0]["given_by"] = person_id("worker")


@plant("small_child", "child-after-parent")
def parent_unknown(export: Row) -> None:
    """Admit under 35 § 3 without the parent's admission or reasons."""
    drop(export, "milestones", name="parent_admitted")
    drop(export, "events", subject="parent_admitted")


@plant("refusal", "heard-before-adverse")
def unheard(export: Row) -> None:
    """Refuse without a hearing."""
    drop(export, "requests", kind="hearing")


@plant("refusal", "heard-before-adverse")
def heard_after_the_draft(export: Row) -> None:
    """Hear after the decision was prepared."""
    form(export, "hearing_reply")["sent_at"] = moment("2026-11-28")


@plant("child", "heard-before-adverse")
def guardian_unheard(export: Row) -> None:
    """Hear the child of 16 and not the guardian."""
    drop(export, "requests", reference="HEAR-2")


@plant("child", "heard-before-adverse")
def child_unheard(export: Row) -> None:
    """Hear the guardian and not the child of 16."""
    drop(export, "requests", reference="HEAR-1")


@plant("child", "heard-before-adverse")
def child_heard_twice(export: Row) -> None:
    """Hear the child of 16 twice and the guardian never, in hearings that name no party."""
    child = export["parties"][0]
    for hearing in (row for row in export["requests"] if row["kind"] == "hearing"):
        whom = {"party": child["kind"], "name": child["name"]}
        hearing.update(party_id=None, recipient_role="applicant", recipient=whom)


@plant("urgent", "heard-before-adverse")
def partial_unheard(export: Row) -> None:
    """Give 35 § 2 to one who asked for 35 § 1, without a hearing."""
    export["resolutions"][0]["outcome"] = "admitted_35_2"


@plant("refusal", "hearing-exception-reasoned")
def exception_without_ground(export: Row) -> None:
    """Leave the hearing out on no ground of 34 § 2."""
    answers_of(export, "assessment").update(hearing="unnecessary", hearing_unnecessary_reasons="Reasons.")


@plant("refusal", "hearing-exception-reasoned")
def exception_without_reasons(export: Row) -> None:
    """Leave the hearing out without reasons."""
    answers_of(export, "assessment").update(hearing="unnecessary", hearing_exception="needless")


@plant("refusal", "no-answer-after-last-day")
def no_answer_early(export: Row) -> None:
    """Record no answer before the last day."""
    answers_of(export, "hearing_reply")["heard"] = "no_answer"


@plant("refusal", "hearing-never-by-link")
def hearing_by_link(export: Row) -> None:
    """Send the hearing's material by link."""
    find(export, "requests", kind="hearing")["channel"] = "link"


@plant("child", "consent-before-merits")
def consent_missing(export: Row) -> None:
    """Assess a referred person without consent."""
    export["consents"].clear()


@plant("child", "consent-before-merits")
def consent_late(export: Row) -> None:
    """Record consent after the assessment."""
    export["consents"][0]["recorded_at"] = moment("2026-11-06")


@plant("child", "consent-before-merits")
def consent_withdrawn(export: Row) -> None:
    """Decide after consent was withdrawn."""
    export["consents"][0].update(state="withdrawn", withdrawn_at=moment("2026-11-04"))


@plant("urgent", "consent-before-merits")
def caller_is_another(export: Row) -> None:
    """Decide on another's call with an empty ledger."""
    answers_of(export, "phone_intake")["caller"] = "other"


@plant("urgent", "consent-before-merits")
def consent_after_the_oral_decision(export: Row) -> None:
    """Tell an oral decision to a person who consents on the day after."""
    answers_of(export, "phone_intake")["caller"] = "other"
    given = {
        **honest.child()["consents"][0],
        "given_on": "2026-11-03",
        "recorded_at": moment("2026-11-02", 9),
    }
    export["consents"].append(given)


@plant("urgent", "consent-before-merits")
def refused_after_the_oral_debt_was_paid(export: Row) -> None:
    """Assess again, after the written admission, a person who refused."""
    answers_of(export, "phone_intake")["caller"] = "other"
    given = {
        **honest.child()["consents"][0],
        "given_on": "2026-11-02",
        "recorded_at": moment("2026-11-02", 9),
    }
    refused = {**given, "id": "r", "state": "refused", "recorded_at": moment("2026-11-05")}
    export["consents"] += [given, refused]
    again = {**form(export, "assessment"), "id": "s", "task_id": None, "sent_at": moment("2026-11-06")}
    export["submissions"].append(again)


@plant("child", "consent-before-merits")
def refused_in_the_moment_before(export: Row) -> None:
    """Assess in the very moment of a refusal, which stands before it."""
    given = export["consents"][0]
    at = form(export, "assessment")["sent_at"]
    export["consents"].append({**given, "id": "00000000-0000-4000-8002-000000000001", "state": "refused"})
    export["consents"][-1]["recorded_at"] = at


@plant("refusal", "decided-once")
def decided_twice(export: Row) -> None:
    """Sign a second decision that no court, recall or correction asked for."""
    signed = find(export, "events", kind="resolution_signed")
    export["events"].append({**signed, "id": "t", "at": moment("2026-12-20")})


@plant("child", "consent-by-safe-way")
def consent_by_unsafe_way(export: Row) -> None:
    """Take consent by a way that is not safe."""
    answers_of(export, "verify_consent")["channel_safe"] = "no"


@plant("child", "consent-is-free")
def consent_unsure(export: Row) -> None:
    """Take consent of an unsure will."""
    answers_of(export, "verify_consent")["alone"] = "unsure"


@plant("child", "consent-explained")
def consent_unexplained(export: Row) -> None:
    """Take consent with one of six things explained."""
    answers_of(export, "verify_consent")["consent_explained"] = ["voluntary"]


@plant("child", "consent-in-ledger")
def consent_outside_the_ledger(export: Row) -> None:
    """Record consent that the ledger does not hold."""
    export["consents"].clear()


@plant("withdrawn", "withdrawal-is-free")
def withdrawal_unsure(export: Row) -> None:
    """Confirm a withdrawal of an unsure will."""
    answers_of(export, "withdraw")["alone"] = "unsure"


@plant("withdrawn", "admission-ends-by-removal")
def admitted_and_lapsed(export: Row) -> None:
    """Lapse what an oral decision admitted."""
    row = {"id": "x", "outcome": "admitted_35_1", "given_by": person_id("decider"), "reasons": "Reasons."}
    export["oral_decisions"].append(
        row | {"given_at": moment("2026-11-03"), "recorded_at": moment("2026-11-03")}
    )


@plant("child", "age-from-birth-date")
def minor_by_flag(export: Row) -> None:
    """Call a child of 16 an adult."""
    export["parties"][0]["is_minor"] = False


@plant("refusal", "age-from-birth-date")
def adult_by_date(export: Row) -> None:
    """Call an adult a minor."""
    export["parties"][0]["is_minor"] = True


@plant("child", "heard-before-adverse")
def guardian_of_doubtful_age_unheard(export: Row) -> None:
    """Hear the guardian of a person whose age is doubted in no way, as though the person were an adult."""
    export["parties"][0]["identity"].update(born_on="1990-03-01", age_doubted="yes")
    guardian_unheard(export)


@plant("child", "age-from-birth-date")
def no_child_at_the_register(export: Row) -> None:
    """Register a child of 16 as no child."""
    answers_of(export, "register")["is_child"] = "no"


@plant("child", "age-from-birth-date")
def under_twelve(export: Row) -> None:
    """Call a child of 16 under 12."""
    answers_of(export, "assessment")["child_heard"] = "under_12"


@plant("child", "child-of-12-heard")
def wishes_unasked(export: Row) -> None:
    """Leave open if a child of 16 was heard."""
    answers_of(export, "assessment").pop("child_heard")


@plant("refusal", "urgent-never-normal")
def detained_and_normal(export: Row) -> None:
    """Keep a detained person in class normal."""
    answers_of(export, "register")["in_detention"] = "yes"


@plant("urgent", "urgent-never-normal")
def danger_and_normal(export: Row) -> None:
    """Keep a person in danger in class normal."""
    export["case"]["case_class"] = answers_of(export, "triage_override")["case_class"] = "normal"


@plant("child", "urgent-never-normal")
def child_and_normal(export: Row) -> None:
    """Keep a child in class normal."""
    export["case"]["case_class"] = answers_of(export, "triage_override")["case_class"] = "normal"


@plant("refusal", "class-as-confirmed")
def class_changed(export: Row) -> None:
    """Handle the case in another class than confirmed."""
    answers_of(export, "triage_override")["case_class"] = "urgent"


@plant("refusal", "class-as-confirmed")
def class_changed_after_a_recall(export: Row) -> None:
    """Handle the case in another class than a person chose in the moment of a recall, but after it."""
    answers_of(export, "triage_override")["case_class"] = "urgent"
    chosen = form(export, "triage_override")["sent_at"]
    event = {**export["events"][0], "id": "", "kind": "resolution_recalled", "at": chosen}
    export["events"].append(event)
    tabled = {"decision": "triage", "deployment_id": None, "inputs": {}, "rules": [], "at": chosen}
    export["decision_evaluations"].append({**tabled, "result": {"case_class": export["case"]["case_class"]}})

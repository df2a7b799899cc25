"""Tests of silence: what the law allows, and what an export can't show, is no fault."""

from copy import deepcopy

from . import check, honest
from .builder import moment
from .planting import Row, answers_of, drop, find, form, removal_returned


def rules(export: Row) -> set[str]:
    """List the rules that speak."""
    return {sentence.split(" (")[0] for sentence in check(export)}


def test_reasoned_exception_replaces_the_hearing() -> None:
    export = deepcopy(honest.refusal())
    answers_of(export, "assessment").update(
        hearing="unnecessary", hearing_exception="harm", hearing_unnecessary_reasons="R."
    )
    assert not rules(export) & {"heard-before-adverse", "hearing-exception-reasoned"}


def test_child_under_fifteen_is_heard_by_the_guardian() -> None:
    export = deepcopy(honest.child())
    export["parties"][0]["identity"]["born_on"] = "2013-03-01"
    drop(export, "requests", reference="HEAR-1")
    assert "heard-before-adverse" not in rules(export)


def test_guardian_of_who_has_come_of_age_is_not_served() -> None:
    export = deepcopy(honest.child())
    export["parties"][0]["identity"]["born_on"] = "2000-03-01"
    drop(export, "deliveries", business_key="DEL-2")
    assert "each-recipient-served" not in rules(export)


def test_unsafe_guardian_is_not_heard() -> None:
    export = deepcopy(honest.child())
    export["parties"][1]["is_unsafe"] = True
    drop(export, "requests", reference="HEAR-2")
    assert "heard-before-adverse" not in rules(export)


def test_a_hearing_that_names_no_party_is_that_of_the_one_its_letter_names() -> None:
    export = deepcopy(honest.child())
    for hearing, party in zip(export["requests"], export["parties"], strict=False):
        whom = {"party": party["kind"], "name": party["name"]}
        hearing.update(party_id=None, recipient_role="applicant", recipient=whom)
    assert "heard-before-adverse" not in rules(export)


def test_no_answer_counts_after_the_last_day() -> None:
    export = deepcopy(honest.refusal())
    find(export, "requests", reference="HEAR-1")["due_on"] = "2026-11-20"
    answers_of(export, "hearing_reply")["heard"] = "no_answer"
    assert check(export) == []


def test_referrers_consent_serves_by_the_decision_makers_choice() -> None:
    export = deepcopy(honest.urgent())
    answers_of(export, "phone_intake")["caller"] = "other"
    form = {**export["submissions"][0], "id": "f", "form_key": "consent_without_contact", "task_id": None}
    export["submissions"].append({**form, "answers": {"consent_choice": "accept_referrer", "reason": "R."}})
    assert "consent-before-merits" not in rules(export)


def test_oral_admission_of_an_open_case_waits_for_the_written_one() -> None:
    export = deepcopy(honest.urgent())
    export["case"].update(state="pending", closed_at=None)
    export["resolutions"].clear()
    assert not rules(export) & {
        "outcome-as-signed",
        "oral-then-written",
        "requests-end-first",
        "tasks-end-first",
    }


def test_supreme_court_ends_without_a_period_for_leave() -> None:
    export = deepcopy(honest.urgent())
    answers_of(export, "court_decision").update(
        court="Korkein hallinto-oikeus", court_decided_on="2027-03-20"
    )
    assert "final-after-leave-period" not in rules(export)


def test_appeal_recorded_by_mistake_keeps_nothing_open() -> None:
    export = deepcopy(honest.urgent())
    answers_of(export, "appeal_arrival")["is_appeal"] = "mistake"
    drop(export, "events", kind="appeal_ended")
    assert "final-without-open-appeal" not in rules(export)


def test_party_marked_unsafe_later_got_its_letter_before() -> None:
    export = deepcopy(honest.child())
    export["parties"][2]["is_unsafe"] = True
    event = {**export["events"][0], "id": "u", "kind": "party_marked_unsafe", "subject": "referrer"}
    export["events"].append({**event, "at": moment("2026-12-31")})
    assert "nothing-to-unsafe" not in rules(export)


def test_police_on_another_recorded_ground() -> None:
    export = deepcopy(honest.child())
    event = {
        **export["events"][-1],
        "id": "p",
        "kind": "police_notified",
        "facts": {"ground": "417/2007 25 §"},
    }
    export["events"].append(event)
    assert not rules(export) & {"police-of-own-decision", "police-of-victims-only"}


def test_paused_clock_may_end_later() -> None:
    export = deepcopy(honest.refusal())
    clock = find(export, "deadlines", name="target")
    start, end = clock["entries"]
    paused = {**start, "kind": "paused", "days": None, "cause": "REQ-1", "at": moment("2026-11-03")}
    clock["entries"] = [start, paused, {**paused, "kind": "resumed", "at": moment("2026-11-12")}, end]
    clock.update(due_on="2026-12-23", due_at="2026-12-23T23:59:59+02:00")
    assert check(export) == []


def test_erased_answers_are_no_fault() -> None:
    export = deepcopy(honest.refusal())
    row = {"case_id": export["case"]["id"], "sealing_class": "narrative", "rule": "615/2020 15 §"}
    export["retention"].append({**row, "destroy_on": None, "destroyed_at": moment("2032-01-05")})
    event = {**export["events"][-1], "id": "r", "kind": "retention_set"}
    export["events"].append(event)
    find(export, "requests", reference="REQ-1")["questions"] = {}
    answers_of(export, "assessment").pop("needs_help")
    assert check(export) == []


def test_death_ends_what_an_oral_decision_admitted() -> None:
    export = deepcopy(honest.urgent())
    export["case"]["outcome"] = export["resolutions"][0]["outcome"] = "lapsed"
    act = {**form(export, "contact_client"), "id": "d", "task_id": None, "form_key": "withdraw"}
    act["sent_at"] = moment("2026-11-03", 9)
    export["submissions"].append({**act, "answers": {"withdrawal": "confirmed", "lapse_reason": "death"}})
    silent = {"oral-and-written-agree", "admission-ends-by-removal", "sealed-before-the-letter"}
    assert not rules(export) & silent


def test_a_hearing_let_pass_is_an_opportunity_given() -> None:
    export = deepcopy(honest.refusal())
    find(export, "requests", reference="HEAR-1")["due_on"] = "2026-11-20"
    form(export, "hearing_reply").update(form_key="request_follow_up", answers={"choice": "proceed"})
    assert not rules(export) & {"heard-before-adverse", "heard-by-its-form"}


def test_who_applies_themselves_needs_no_consent_to_the_referral() -> None:
    export = deepcopy(honest.child())
    drop(export, "consents", state="given")
    event = {**export["events"][0], "id": "a", "kind": "applies_self", "at": moment("2026-11-03")}
    export["events"].append(event)
    assert "consent-before-merits" not in rules(export)


def test_a_message_held_back_on_purpose_was_not_given_up() -> None:
    export = deepcopy(honest.refusal())
    held = moment("2026-11-03", 20)
    export["messages"][0].update(sent_at=None, taken_at=None, given_up_at=held, withheld_at=held)
    assert not rules(export) & {"sent-when-left", "warning: sent-when-left"}


def test_a_court_admits_too() -> None:
    export = deepcopy(honest.refusal())
    act = {**form(export, "assessment"), "id": "k", "task_id": None, "form_key": "court_decision"}
    act["sent_at"] = moment("2027-01-04")
    answers = {"court_result": "changed", "outcome_after": "admitted_35_1", "court": "KHO"}
    export["submissions"].append({**act, "answers": answers | {"court_decided_on": "2027-01-04"}})
    row = {"id": "x", "name": "admitted", "business_key": None, "at": moment("2027-01-04")}
    export["milestones"].append({**export["milestones"][0], **row})
    assert "admitted-by-decision" not in rules(export)


def test_a_caseworker_may_choose_another_class_for_a_reason() -> None:
    export = deepcopy(honest.refusal())
    answers_of(export, "application")["in_danger"] = "yes"
    answers_of(export, "register")["in_danger"] = "yes"
    chosen = {"case_class": "normal", "differs": "yes", "reason": "The danger is over."}
    answers_of(export, "triage_override").update(chosen)
    assert "urgent-never-normal" not in rules(export)


def test_what_a_court_sent_back_is_served_on_nobody_any_more() -> None:
    export = deepcopy(honest.child())
    drop(export, "deliveries", business_key="DEL-2")
    event = {**export["events"][0], "kind": "appeal_ended", "subject": "returned", "facts": {}}
    export["events"].append({**event, "id": "b", "at": moment("2026-11-18")})
    assert "each-recipient-served" not in rules(export)


def test_staff_write_down_the_words_of_the_applicant() -> None:
    export = deepcopy(honest.refusal())
    reply = form(export, "hearing_reply")
    reply["sent_by_role"] = find(export, "tasks", id=reply["task_id"])["candidate_group"] = "applicant"
    assert "warning: form-by-role" not in rules(export)


def test_a_matter_sent_back_is_examined_in_a_new_case_that_is_named() -> None:
    export = deepcopy(honest.urgent())
    answers_of(export, "court_decision")["court_result"] = "returned"
    act = {**form(export, "court_decision"), "id": "o", "task_id": None, "form_key": "reopen_closed_case"}
    export["submissions"].append({**act, "answers": {"new_reference": "2027-000002"}})
    assert "examined-anew" not in rules(export)


def test_no_answer_that_was_asked_for_again_had_run_out_before() -> None:
    export = deepcopy(honest.refusal())
    reply = form(export, "hearing_reply")
    reply["answers"]["heard"] = "no_answer"
    again = {"reply_enough": "ask_again", "new_due_on": "2026-12-20"}
    export["submissions"].append(
        {**reply, "id": "y", "task_id": None, "form_key": "review_reply", "answers": again}
    )
    facts = {"business_key": reply["business_key"]}
    breach = {**export["events"][0], "id": "b", "kind": "deadline_breached", "facts": facts}
    export["events"].append({**breach, "at": reply["sent_at"]})
    assert "no-answer-after-last-day" not in rules(export)


def test_a_withdrawal_after_an_admission_spoken_aloud_ends_no_request() -> None:
    export = deepcopy(honest.withdrawn())
    export["requests"][0]["closed_at"] = moment("2026-11-20")
    spoken = moment("2026-11-02", 12)
    export["oral_decisions"].append(
        {"id": "o", "outcome": "admitted_35_1", "given_at": spoken, "recorded_at": spoken}
    )
    assert "withdrawal-ends-requests" not in rules(export)
    answers_of(export, "withdraw")["lapse_reason"] = "death"
    assert "withdrawal-ends-requests" in rules(export)


def test_who_applies_themselves_keeps_the_requests() -> None:
    export = deepcopy(honest.withdrawn())
    export["requests"][0]["closed_at"] = moment("2026-11-20")
    answers_of(export, "withdraw")["applies_self"] = "yes"
    assert "withdrawal-ends-requests" not in rules(export)


def _decides_again(export: Row, outcome: str, at: str) -> None:
    first = find(export, "resolutions", kind="reflection_period")
    export["resolutions"].append(
        {**first, "id": outcome, "outcome": outcome, "prepared_at": at, "signed_at": at}
    )


def test_what_the_police_hear_of_a_later_decision_is_not_about_a_refusal_before_it() -> None:
    export = deepcopy(honest.urgent())
    notified = find(export, "events", kind="notice_sent", subject="police_reflection")
    _decides_again(export, "reflection_not_extended", moment("2026-11-10"))
    export["events"].append({**notified, "id": "z", "at": moment("2026-12-02")})
    assert "police-without-delay" in rules(export), "the refusal waited for three weeks"
    _decides_again(export, "reflection_extended", moment("2026-12-01"))
    assert "police-without-delay" not in rules(export)
    drop(export, "events", id="z")
    assert "police-without-delay" in rules(export), "the extension never went to the police"


def test_a_period_taken_back_before_the_police_heard_of_it_needs_no_notice() -> None:
    export = deepcopy(honest.urgent())
    sent = find(export, "events", kind="notice_sent", subject="police_reflection")
    called_off = {**sent, "id": "z", "kind": "notice_not_owed", "at": moment("2026-12-02")}
    drop(export, "events", id=sent["id"])
    export["events"].append(called_off)
    assert "police-without-delay" in rules(export), "the decision holds"
    _decides_again(export, "reflection_refused", moment("2026-11-10"))
    assert not [each for each in check(export) if "never went to the police" in each and "fault" in each]


def spoken_with_consent(**changed: object) -> Row:
    """Build an oral admission on another's call, with the consent that its form records."""
    export = deepcopy(honest.urgent())
    answers_of(export, "phone_intake")["caller"] = "other"
    oral = export["oral_decisions"][0]
    given = {**honest.child()["consents"][0], "id": "z", "recorded_by": oral["given_by"]}
    given |= {"given_on": oral["given_at"][:10], "recorded_at": oral["recorded_at"], **changed}
    export["consents"].append(given)
    return export


def test_an_oral_admission_is_owed_in_writing_also_after_a_refusal() -> None:
    export = spoken_with_consent()
    refused = {**export["consents"][0], "id": "zz", "state": "refused", "recorded_by": "w"}
    export["consents"].append(refused)
    assert "consent-before-merits" not in rules(export)


def test_an_oral_decision_recorded_later_rests_on_the_consent_of_its_own_day() -> None:
    export = spoken_with_consent(given_on="2026-10-30")
    export["oral_decisions"][0]["given_at"] = moment("2026-10-30", 7)
    assert "consent-before-merits" not in rules(export)


def test_who_tried_on_many_days_gives_up_with_a_reason() -> None:
    export = deepcopy(honest.urgent())
    find(export, "milestones", name="client_contacted")["name"] = "client_unreachable_recorded"
    tried = [{"attempt_channel": "phone", "attempted_on": f"2026-11-0{number}"} for number in (2, 3)]
    given_up = {
        "contact_result": "unreachable",
        "attempts": tried,
        "unreachable_reason": "No safe way is left.",
    }
    answers_of(export, "contact_client").update(given_up)
    assert not rules(export) & {"given-up-by-choice", "warning: given-up-after-attempts"}


def corrected(export: Row, at: str) -> Row:
    """Correct the decision by a new one, which a person gets and may appeal against."""
    first = find(export, "resolutions", kind="admission")
    row = {**first, "id": "n", "number": f"{first['number']}-K1", "signed_at": at, "prepared_at": at}
    export["resolutions"].append(row)
    begun = {**export["events"][0], "kind": "correction_begun", "subject": first["number"]}
    signed = {**begun, "kind": "resolution_signed", "subject": "admission"}
    export["events"] += [{**begun, "id": "n1", "at": at}, {**signed, "id": "n2", "at": at}]
    export["events"].sort(key=lambda event: str(event["at"]))
    served = {**export["deliveries"][0], "id": "n3", "resolution_id": "n", "business_key": "KOR1-1"}
    served |= {"served_on": "2027-01-14", "dispatched_at": moment("2027-01-07"), "presumed_on": "2027-01-14"}
    export["deliveries"].append(served)
    clock = find(export, "deadlines", name="appeal_period")
    clock = {**clock, "id": "n4", "business_key": "KOR1-1", "started_at": moment("2027-01-14", 0)}
    clock |= {"due_on": "2027-02-15", "due_at": "2027-02-15T23:59:59+02:00"}
    export["deadlines"].append(clock)
    return row


def test_a_decision_was_final_before_it_was_corrected() -> None:
    export = deepcopy(honest.refusal())
    corrected(export, moment("2027-01-06"))
    assert not rules(export) & {"final-after-last-period", "final-after-asking-courts", "decided-once"}


def test_post_that_comes_back_after_finality_undoes_it_then() -> None:
    export = deepcopy(honest.refusal())
    event = {**export["events"][-1], "id": "m", "kind": "mail_returned", "facts": {"business_key": "DEL-1"}}
    export["events"].append({**event, "at": moment("2027-01-08")})
    clock = find(export, "deadlines", name="appeal_period")
    clock = {**clock, "id": "n4", "started_at": moment("2027-01-14"), "due_on": "2027-02-15"}
    export["deadlines"].append(clock)
    assert "final-after-last-period" not in rules(export)
    final = find(export, "events", kind="resolution_final")
    export["events"][-1]["at"] = final["at"]
    assert "final-after-last-period" not in rules(export), "in the moment after"
    export["events"][-1]["id"] = ""
    assert "final-after-last-period" in rules(export), "in the moment before"


def test_a_removal_has_periods_of_its_own() -> None:
    export = deepcopy(honest.refusal())
    row = {**corrected(export, moment("2027-01-04")), "id": "p", "kind": "removal", "outcome": "removed"}
    export["resolutions"][-1] = row
    export["deliveries"][-1].update(resolution_id="p", business_key="POI-1")
    export["deadlines"][-1]["business_key"] = "POI-1"
    assert not rules(export) & {"final-after-last-period", "final-after-asking-courts"}


def test_a_victim_got_a_reflection_period_before_a_court_changed_the_ground() -> None:
    export = deepcopy(honest.urgent())
    changed = {"court_result": "changed", "outcome_after": "admitted_35_2"}
    answers_of(export, "court_decision").update(changed)
    export["case"]["outcome"] = "admitted_35_2"
    assert "reflection-for-victims" not in rules(export)


def test_a_victim_got_a_reflection_period_in_the_moment_of_a_court() -> None:
    export = deepcopy(honest.urgent())
    changed = {"court_result": "changed", "outcome_after": "admitted_35_2"}
    answers_of(export, "court_decision").update(changed)
    export["case"]["outcome"] = "admitted_35_2"
    signed = find(export, "resolutions", kind="reflection_period")
    signed["signed_at"] = form(export, "court_decision")["sent_at"]
    assert "reflection-for-victims" not in rules(export)


def test_a_decision_signed_in_the_moment_of_the_courts_but_after_it_is_the_new_one() -> None:
    export = deepcopy(honest.urgent())
    answers_of(export, "court_decision")["court_result"] = "annulled"
    act = form(export, "court_decision")
    row = {**find(export, "resolutions", kind="admission"), "signed_at": act["sent_at"]}
    export["resolutions"].append({**row, "id": act["id"] + "-after"})
    assert "examined-anew" not in rules(export)


def test_a_court_returns_a_removal_beside_an_admission_that_becomes_final() -> None:
    export = deepcopy(honest.urgent())
    removal_returned(export)
    act = {**export["submissions"][-1], "id": "z", "form_key": "removal_assessment", "answers": {}}
    export["submissions"].append(act)
    assert not rules(export) & {"examined-anew", "final-after-leave-period"}

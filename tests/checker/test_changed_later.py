"""Tests of silence about what changed later: a record is judged by what stood, and by what was known, at the moment."""

from copy import deepcopy

import pytest

from . import check, honest
from .builder import moment
from .planting import Row, answers_of, drop, find, form, stand_still
from .test_silence import corrected, rules


def final_after_correction() -> Row:
    """Build a decision that nobody got before it was decided anew; the new one is served and final."""
    export = deepcopy(honest.refusal())
    corrected(export, moment("2026-11-27"))
    find(export, "events", kind="correction_begun")["at"] = moment("2026-11-26")
    find(export, "deliveries", business_key="DEL-1").update(
        state="kept", served_on=None, is_presumed=False, proof="unreachable"
    )
    drop(export, "deadlines", business_key="DEL-1")
    for table, values in (("events", {"kind": "resolution_final"}), ("milestones", {"name": "final"})):
        find(export, table, **values)["at"] = moment("2027-03-01")
    answers_of(export, "finality_inquiry")["courts_asked_on"] = "2027-03-01"
    return export


def test_what_was_decided_anew_is_served_on_nobody_any_more() -> None:
    export = final_after_correction()
    assert "final-after-each-service" not in rules(export)


def test_what_was_decided_anew_is_served_itself() -> None:
    export = final_after_correction()
    find(export, "deliveries", business_key="KOR1-1").update(state="dispatched", served_on=None)
    found = [sentence for sentence in check(export) if sentence.startswith("final-after-each-service")]
    assert found
    assert all("KOR1-1" in sentence for sentence in found)


def test_a_corrected_copy_replaces_no_service() -> None:
    export = final_after_correction()
    find(export, "resolutions", id="n")["kind"] = "correction"
    assert "final-after-each-service" in rules(export)


def test_the_police_heard_of_a_victim_before_a_court_refused() -> None:
    export = deepcopy(honest.urgent())
    changed = {"court_result": "changed", "outcome_after": "not_admitted"}
    answers_of(export, "court_decision").update(changed)
    export["case"]["outcome"] = "not_admitted"
    assert "police-of-victims-only" not in rules(export)


def test_the_police_heard_of_one_whom_a_court_called_a_victim_only_later() -> None:
    export = deepcopy(honest.urgent())
    for table in ("oral_decisions", "resolutions"):
        export[table][0]["outcome"] = "not_admitted"
    answers_of(export, "court_decision").update(court_result="changed", outcome_after="admitted_35_1")
    assert "police-of-victims-only" in rules(export)


def registered_twice(export: Row) -> Row:
    """Register as no child without a birth date, then as a child with one. Return the second registration."""
    answers_of(export, export["submissions"][0]["form_key"]).pop("born_on")
    first = form(export, "register")
    first["answers"] = {**first["answers"], "is_child": "no", "competence": "transfer"}
    again = {**first, "id": "g", "task_id": None}
    again["answers"] = {**first["answers"], "is_child": "yes", "born_on": "2010-03-01", "competence": "ours"}
    export["submissions"].insert(export["submissions"].index(first) + 1, again)
    return again


def test_a_birth_date_that_was_learned_corrects_the_registration_before_it() -> None:
    export = deepcopy(honest.child())
    registered_twice(export)
    assert "age-from-birth-date" not in rules(export)


def test_a_birth_date_that_the_caller_kept_back_was_not_known() -> None:
    export = deepcopy(honest.child())
    registered_twice(export)
    opened = answers_of(export, export["submissions"][0]["form_key"])
    opened["born_on"] = {"skipped": "dont_want"}
    assert "age-from-birth-date" not in rules(export)


def test_a_registration_that_a_known_birth_date_contradicts_is_no_mistake_of_the_day() -> None:
    export = deepcopy(honest.child())
    registered_twice(export)
    form(export, "register")["answers"]["born_on"] = "2010-03-01"
    assert "age-from-birth-date" in rules(export)


def test_a_birth_date_that_was_learned_must_be_followed() -> None:
    export = deepcopy(honest.child())
    registered_twice(export)["answers"]["is_child"] = "no"
    assert "age-from-birth-date" in rules(export)


def wished_after_admission(died_on: str) -> Row:
    """Build a lapse of a person admitted aloud who wished to leave, and who died."""
    export = deepcopy(honest.withdrawn())
    spoken = moment("2026-11-03")
    export["oral_decisions"].append(
        {"id": "x", "outcome": "admitted_35_1", "given_at": spoken, "recorded_at": spoken}
    )
    wish = form(export, "withdraw")
    death = {**wish, "id": "y", "task_id": None, "sent_at": moment(died_on)}
    export["submissions"].append({**death, "answers": {"withdrawal": "confirmed", "lapse_reason": "death"}})
    return export


def test_a_death_after_a_wish_to_leave_lapses_what_was_admitted() -> None:
    assert "admission-ends-by-removal" not in rules(wished_after_admission("2026-11-05"))


def test_a_death_after_the_lapse_did_not_lapse_what_was_admitted() -> None:
    assert "admission-ends-by-removal" in rules(wished_after_admission("2027-06-01"))


def withdrawn_after_court(subject: str, at: str, **facts: str) -> Row:
    """Build a lapse after an oral admission on which a court spoke."""
    export = deepcopy(honest.withdrawn())
    spoken = moment("2026-11-03")
    export["oral_decisions"].append(
        {"id": "x", "outcome": "admitted_35_1", "given_at": spoken, "recorded_at": spoken}
    )
    event = {**export["events"][0], "id": "z", "kind": "appeal_ended", "subject": subject, "facts": facts}
    export["events"].append({**event, "at": moment(at)})
    return export


def test_what_a_court_annulled_can_be_withdrawn() -> None:
    assert "admission-ends-by-removal" not in rules(withdrawn_after_court("annulled", "2026-11-04"))


def test_what_a_court_upheld_or_spoke_of_later_can_not_be_withdrawn() -> None:
    assert "admission-ends-by-removal" in rules(withdrawn_after_court("upheld", "2026-11-04"))
    assert "admission-ends-by-removal" in rules(withdrawn_after_court("annulled", "2026-11-06"))
    sent_back = withdrawn_after_court("annulled", "2026-11-04", decision="removal")
    assert "admission-ends-by-removal" in rules(sent_back)


def test_a_matter_sent_back_can_lapse_for_want_of_consent_after_a_wish_to_leave() -> None:
    export = withdrawn_after_court("annulled", "2026-11-06")
    wish = form(export, "withdraw")
    choice = {**wish, "id": "c", "task_id": None, "form_key": "consent_without_contact"}
    export["submissions"].append(
        {**choice, "sent_at": moment("2026-11-05"), "answers": {"consent_choice": "lapse"}}
    )
    assert "admission-ends-by-removal" in rules(export), "chosen before the court spoke"
    export["submissions"][-1]["sent_at"] = moment("2026-11-06")
    lapse = next(row for row in export["resolutions"] if row["outcome"] == "lapsed")
    lapse["signed_at"] = moment("2026-11-07")
    assert "admission-ends-by-removal" not in rules(export)


def test_a_ruling_that_the_supreme_court_undid_asks_for_nothing_new() -> None:
    export = deepcopy(honest.urgent())
    ruling = form(export, "court_decision")
    ruling["business_key"] = "VAL-1"
    ruling["answers"]["court_result"] = "annulled"
    assert "examined-anew" in rules(export)
    restored = {
        **export["events"][-1],
        "id": "z",
        "kind": "own_appeal_ended",
        "subject": "restored",
        "facts": {"business_key": "VAL-1"},
    }
    export["events"].append(restored)
    assert "examined-anew" not in rules(export)


def test_a_late_appeal_of_the_moment_of_finality_is_the_courts_to_judge() -> None:
    export = deepcopy(honest.urgent())
    at = find(export, "events", kind="resolution_final")["at"]
    find(export, "events", kind="appeal_registered").update(id="z", at=at)
    form(export, "court_decision").update(id="z", sent_at=at)
    answers_of(export, "court_decision")["court_decided_on"] = at[:10]
    assert not rules(export) & {"final-after-leave-period", "final-without-open-appeal"}


def test_a_decision_recalled_or_returned_in_the_moment_of_the_choice_but_after_it_brings_the_tables_class() -> (
    None
):
    export = deepcopy(honest.refusal())
    chosen = form(export, "triage_override")
    answers_of(export, "triage_override").update(case_class="child", differs="yes", reason="R.")
    tabled = {"decision": "triage", "deployment_id": None, "inputs": {}, "rules": [], "at": chosen["sent_at"]}
    export["decision_evaluations"].append({**tabled, "result": {"case_class": "normal"}})
    assert "class-as-confirmed" in rules(export), "the table spoke before the person"
    for begins in ("resolution_recalled", "resolution_returned"):
        event = {
            **export["events"][0],
            "kind": begins,
            "at": chosen["sent_at"],
            "id": chosen["id"] + "-after",
        }
        assert "class-as-confirmed" not in rules({**export, "events": [*export["events"], event]})


def asked_again(reviewed: str, reply_enough: str = "ask_again") -> Row:
    """Build a request that left anew, and was given up, after a review of its answer."""
    export = deepcopy(honest.refusal())
    again = moment("2026-11-13")
    request = find(export, "requests", reference="REQ-1")
    request.update(sent_at=again, reminded_at=None, due_on="2026-11-15", round=2)
    request.update(closed_at=moment("2026-11-16", 7), closed_as="proceeded_without")
    reply = form(export, "information_reply")
    review = {**reply, "id": "r", "task_id": None, "form_key": "review_reply", "sent_at": reviewed}
    export["submissions"].append({**review, "answers": {"reply_enough": reply_enough}})
    sent = find(export, "events", kind="request_sent")
    export["events"].append({**sent, "id": "s", "at": again})
    return export


def test_an_answer_that_was_not_enough_came_before_the_request_left_anew() -> None:
    assert "request-in-order" not in rules(asked_again(moment("2026-11-12", 9)))


def test_an_answer_comes_before_no_request_that_left_once_or_was_not_asked_again() -> None:
    assert "request-in-order" in rules(asked_again(moment("2026-11-12", 9), "yes"))
    assert "request-in-order" in rules(asked_again(moment("2026-11-12", 7))), "asked before the answer"
    assert "request-in-order" in rules(asked_again(moment("2026-11-14"))), "asked after it left"
    never = asked_again(moment("2026-11-12", 9))
    drop(never, "events", kind="request_sent", at=moment("2026-11-03"))
    assert "request-in-order" in rules(never), "nothing had left that could be answered"


def named_unsafe_later(**changed: object) -> Row:
    """Build a registration that calls another person of the referrer's part unsafe, before the referrer hears."""
    export = deepcopy(honest.child())
    at = form(export, "register")["sent_at"]
    known = find(export, "parties", kind="referrer")
    later = {**known, "id": "z", "name": "Another", "is_unsafe": True, "added_at": at, "contact": {}}
    export["parties"].append({**later, **changed})
    event = {**export["events"][0], "id": "u", "kind": "party_marked_unsafe", "subject": "referrer"}
    export["events"].append({**event, "at": at})
    return export


def test_another_of_the_referrers_part_hears_nothing_of_the_outcome() -> None:
    assert "nothing-to-unsafe" not in rules(named_unsafe_later())
    in_one_moment = named_unsafe_later(added_at=find(honest.child(), "events")["at"])
    assert "nothing-to-unsafe" not in rules(in_one_moment), (
        "named in the moment of the referral, but after it"
    )


def test_the_only_referrer_left_is_the_one_who_hears_of_the_outcome() -> None:
    removed = named_unsafe_later()
    find(removed, "parties", name="Referrer")["removed_at"] = moment("2026-11-20")
    assert "nothing-to-unsafe" in rules(removed)
    find(removed, "parties", name="Referrer")["removed_at"] = moment("2026-12-20")
    assert "nothing-to-unsafe" not in rules(removed), "left after the notice"


def asked_of_danger(class_raised: str, at: str) -> Row:
    """Build a confirmed class, a caseworker's answer about danger, and the class urgent."""
    export = deepcopy(honest.refusal())
    export["case"]["case_class"] = "urgent"
    act = {**form(export, "triage_override"), "id": "w", "task_id": None, "form_key": "tell_withheld"}
    reply = {"told_result": "not_reached", "in_danger": "yes", "class_raised": class_raised}
    export["submissions"].append({**act, "sent_at": at, "answers": reply})
    export["submissions"].sort(key=lambda row: row["sent_at"])
    return export


def test_a_caseworker_raises_the_class_in_a_danger_found_out_later() -> None:
    assert "class-as-confirmed" not in rules(asked_of_danger("yes", moment("2026-11-10")))


def test_a_class_is_raised_by_a_yes_that_follows_its_confirmation() -> None:
    assert "class-as-confirmed" in rules(asked_of_danger("no", moment("2026-11-10")))
    assert "class-as-confirmed" in rules(asked_of_danger("yes", "2026-11-01T07:00:00+00:00"))


def test_a_letter_that_left_after_its_hearing_ended_is_the_act_behind_its_milestone() -> None:
    export = deepcopy(honest.refusal())
    row = {"id": "x", "name": "request_sent", "business_key": "HEAR-9", "at": moment("2026-12-01", 9)}
    export["milestones"] = [{**export["milestones"][0], **row}]
    acts = ("request_sent", "notice_sent")
    export["events"] = [each for each in export["events"] if each["kind"] not in acts]
    fault = "has no notice request sent before it"
    assert any(fault in each for each in check(export))
    left = {"id": "y", "kind": "notice_sent", "subject": "request", "at": moment("2026-12-01", 8)}
    export["events"].append({**export["events"][0], **left})
    assert not any(fault in each for each in check(export))


@pytest.mark.parametrize("until", ["2026-11-09", "2026-11-12"])
def test_target_stands_still_until_the_own_answer(until: str) -> None:
    export = deepcopy(honest.refusal())
    find(export, "requests", reference="REQ-1")["recipient_role"] = "applicant"
    stand_still(export, "2026-11-03", until)
    assert "ledger-pause-of-own-answer" not in rules(export)


def test_an_appeal_of_the_authority_itself_is_what_a_court_may_name() -> None:
    export = deepcopy(honest.refusal())
    asked = form(export, "finality_inquiry")
    answers_of(export, "finality_inquiry")["courts_answer"] = "appeal"
    assert "appeal-registered" in rules(export)
    sent = {**export["events"][0], "id": "0", "kind": "own_appeal_sent", "at": asked["sent_at"], "facts": {}}
    export["events"].append(sent)
    assert "appeal-registered" not in rules(export)
    ended = {**sent, "id": "1", "kind": "own_appeal_ended", "at": export["events"][0]["at"]}
    export["events"].append(ended)
    assert "appeal-registered" in rules(export)

"""Tests of silence: what the law allows, and what an export can't show, is no fault."""

from copy import deepcopy

from . import check, honest
from .builder import moment
from .planting import Row, answers_of, drop, find


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


def test_unsafe_guardian_is_not_heard() -> None:
    export = deepcopy(honest.child())
    export["parties"][1]["is_unsafe"] = True
    drop(export, "requests", reference="HEAR-2")
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


def test_child_listed_in_a_parents_case_is_no_recipient_of_it() -> None:
    export = deepcopy(honest.refusal())
    row = {**export["parties"][0], "id": "c", "kind": "child", "is_minor": True, "is_recipient": False}
    export["parties"].insert(0, {**row, "identity": {"born_on": "2010-03-01"}})
    assert check(export) == []


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

"""The shipped decision tables: complete, named, asked, and right where it matters most."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

import pytest

from engine.casework.signers import Relation
from engine.clock import HELSINKI
from engine.dmn import check, parse_tables
from engine.domain.notes import NoteKind
from engine.feel import parse
from engine.feel.values import Value
from forms.catalogue import read_form
from forms.definition import CLASSES
from processes import catalogue
from tests.processes.test_models import elements

TABLES = {PurePosixPath(path).stem: data for path, data in catalogue.files().items() if path.endswith(".dmn")}
CALM: dict[str, Any] = {
    "channel": "self",
    "in_danger": "no",
    "removal_on": None,
    "is_child": False,
    "accommodation_needed": "no",
}

KNOWN: dict[str, Any] = {
    "account_known": "yes",
    "help_need_known": "yes",
    "in_finland": "yes",
    "stay_status": "citizen",
    "is_child": False,
    "representative_state": "not_needed",
    "ground_sought": "35_1",
    "investigation_known": "not_relevant",
    "parent_case": None,
}


NOW = datetime(2026, 11, 2, 9, 0, tzinfo=HELSINKI)
CLOCK: dict[str, Any] = {"now": lambda: NOW, "today": NOW.date}


def asked(key: str, **inputs: Value) -> Any:
    return parse_tables(TABLES[key]).evaluate(key, inputs, functions=CLOCK).result


@pytest.mark.parametrize("key", sorted(TABLES))
def test_a_table_is_complete_and_named_like_its_file(key: str) -> None:
    model = parse_tables(TABLES[key])
    assert [decision.id for decision in model.decisions] == [key]
    assert [found.sentence for found in check(model) if found.severity == "error"] == []


def test_every_table_is_asked() -> None:
    asked_by_code = {"attempt_days", "competent_court", "signers", "take_next", "written_times"}
    asked_by_diagrams = {element.properties["decision"] for element in elements("businessRuleTask")}
    assert asked_by_diagrams | asked_by_code == set(TABLES)


def test_a_client_is_tried_on_three_days_whatever_the_class() -> None:
    assert {asked("attempt_days", case_class=each) for each in ("normal", "urgent", "child", None)} == {3}


@pytest.mark.parametrize(
    ("answers", "case_class"),
    [
        ({}, "normal"),
        ({"channel": "urgent"}, "urgent"),
        ({"in_danger": "yes", "is_child": True}, "urgent"),
        ({"removal_on": date(2000, 1, 1)}, "urgent"),
        ({"is_child": True}, "child"),
        ({"in_danger": "unknown"}, "urgent"),
        ({"in_danger": None, "accommodation_needed": None}, "normal"),
        ({"in_detention": "yes"}, "urgent"),
        ({"removal_known": "yes"}, "urgent"),
        ({"removal_known": "yes", "removal_on": date(2027, 3, 1)}, "normal"),
        ({"accommodation_needed": "yes"}, "urgent"),
        ({"accommodation_needed": "unknown"}, "urgent"),
        ({"children_in_need": "yes"}, "child"),
        ({"child_with": "unsafe_adult", "is_child": True}, "urgent"),
        ({"child_with": "unknown", "is_child": True}, "child"),
        ({"children_with": "alone"}, "urgent"),
        ({"channel": "urgent", "urgent_call": "no"}, "normal"),
    ],
)
def test_triage_never_calls_danger_or_a_child_normal(answers: dict[str, Any], case_class: str) -> None:
    assert asked("triage", **CALM | answers)["case_class"] == case_class


def test_an_unanswered_question_is_missing() -> None:
    asked_for = asked("missing_facts", is_child=True, ground_sought="35_3")
    assert len(asked_for) == 6
    assert asked("missing_facts", **KNOWN) == []


@pytest.mark.parametrize("case_class", ["urgent", "child"])
def test_waiting_never_pauses_the_target_of_a_child_or_an_urgent_case(case_class: str) -> None:
    requests = [{"recipient": "applicant"}]
    assert asked("pausing", requests=requests, case_class=case_class, is_child=False) is False
    assert asked("pausing", requests=requests, case_class="normal", is_child=False) is True
    assert (
        asked("pausing", requests=[{"recipient": "referrer"}], case_class="normal", is_child=False) is False
    )


@pytest.mark.parametrize(
    ("days", "wants", "after"),
    [(14, True, timedelta(days=7)), (3, True, timedelta(days=1.5)), (2.9, True, None), (14, False, None)],
)
def test_a_reminder_comes_half_way_or_not_at_all(days: float, wants: bool, after: timedelta | None) -> None:
    request = {"wants_reminders": wants}
    assert asked("reminders", request=request, due_at=NOW + timedelta(days=days)) == after


def test_a_hearing_lasts_as_long_as_the_caseworker_says_or_two_weeks() -> None:
    assert asked("hearing_time", hearing_due_on=date(2026, 12, 1)) == date(2026, 12, 1)
    assert asked("hearing_time", hearing_due_on=None) == date(2026, 11, 16)


def test_removal_is_near_by_the_moment_of_the_step() -> None:
    assert asked("triage", **CALM | {"removal_on": date(2026, 11, 10)})["case_class"] == "urgent"
    assert asked("triage", **CALM | {"removal_on": date(2027, 3, 1)})["case_class"] == "normal"


def test_a_letter_goes_only_where_post_is_safe() -> None:
    recipient = {
        "has_agent": False,
        "needs_deputy": False,
        "is_dead": False,
        "electronic_agreed": False,
        "post_is_safe": False,
        "address_known": True,
    }
    assert asked("delivery_channels", recipient=recipient)["channel"] == "in_person"
    assert asked("delivery_channels", recipient=recipient | {"post_is_safe": True})["channel"] == "letter"
    for wanted, channel in (("has_agent", "agent"), ("needs_deputy", "none"), ("is_dead", "nobody")):
        assert asked("delivery_channels", recipient=recipient | {wanted: True})["channel"] == channel


def test_nothing_is_served_through_a_household_an_employer_or_the_public() -> None:
    """434/2003 55, 61-62 §: those ways would tell of the person. Where none of these is safe, it is kept for them."""
    chosen = {
        each.value for each in read_form("choose_delivery_way", parse=parse).by_key["next_channel"].options
    }
    proposed = set(re.findall(r"<text>\"(\w+)\"</text>", TABLES["delivery_channels"].decode()))
    assert chosen == {"letter", "acknowledgement", "in_person", "agent", "none"}
    assert proposed == {"electronic", "letter", "in_person", "agent", "none", "nobody"}


def test_the_police_are_notified_on_grounds_of_the_law_and_not_of_trafficking_as_such() -> None:
    """417/2007 25 § names sexual and graver bodily offences; 746/2011 37 § and rikoslaki 15:10 stand beside it."""
    duties = {"child_offence", "preventable_offence"}
    for key, chosen in (("write_notice", {"threat", "consent"}), ("write_enquiry_notice", set[str]())):
        asks = read_form(key, parse=parse).by_key
        assert {each.value for each in asks["police_ground"].options} == duties | chosen, key
        assert {each.value for each in asks["offence_limb"].options} == {"sexual", "bodily"}, key
        assert "Ihmiskauppa sellaisenaan ei velvoita" in (asks["police_ground"].hint or ""), key


def test_only_who_prepared_or_reasoned_this_draft_is_barred_from_signing_it() -> None:
    """The house rule by itself: the task bars the preparer as well."""
    barred = {each for each in Relation if asked("signers", relation=each.value) == "no"}
    assert barred == {Relation.PREPARED_THIS_DRAFT, Relation.WROTE_ITS_REASONS}


def test_observations_are_kept_in_no_class_and_in_no_kind_of_note() -> None:
    """*Huomiotiedot* would serve the purposes of 615/2020 7 § alone, for six months, and be no ground: there are none."""
    rows = asked("retention", outcome="not_admitted", lapse_reason=None)
    assert {row["data_class"] for row in rows} == {*CLASSES, "engine_state"}
    assert {each.value for each in NoteKind} == {"statement", "contact", "working"}


def test_the_court_is_that_of_the_domicile_and_helsinki_without_one() -> None:
    assert asked("competent_court", domicile="")["court"] == "Helsingin hallinto-oikeus"
    elsewhere = asked("competent_court", domicile="Oulu")
    assert elsewhere["court"] == "", "no district was verified: the configured court stands"
    assert "tarkista" in elsewhere["why"]


@pytest.mark.parametrize(
    ("outcome", "lapse_reason"),
    [
        ("admitted_35_1", None),
        ("admitted_35_2", None),
        ("admitted_35_3", None),
        ("not_admitted", None),
        ("not_examined", None),
        *(
            ("lapsed", reason)
            for reason in ("withdrawn", "death", "no_consent", "not_reached", "unconfirmed")
        ),
    ],
)
def test_every_resolution_states_the_outcome_the_provisions_and_how_to_appeal(
    outcome: str, lapse_reason: str | None
) -> None:
    texts = asked(
        "resolution_texts",
        outcome_proposed=outcome,
        lapse_reason=lapse_reason,
        oral_state="none",
        is_child=False,
        direction="none",
    )
    assert sum(text.startswith("operative_") for text in texts) == 1
    assert sum(text.startswith("provisions_") for text in texts) == 1
    assert texts[-1] == "appeal_instructions"
    assert ("identification" in texts) is (outcome == "admitted_35_1")


@pytest.mark.parametrize(
    ("outcome", "sought", "refused"),
    [
        ("admitted_35_2", None, {"identification_refused"}),
        ("admitted_35_3", "35_1", {"identification_refused"}),
        ("admitted_35_2", "35_3", {"ground_refused_35_3"}),
        ("admitted_35_3", "35_2", {"ground_refused_35_2"}),
    ],
)
def test_a_partial_refusal_names_the_ground_that_was_sought(
    outcome: str, sought: str | None, refused: set[str]
) -> None:
    texts = asked("resolution_texts", outcome_proposed=outcome, direction="partial", ground_sought=sought)
    assert {each for each in texts if "refused" in each} == refused


@pytest.mark.parametrize("case_class", ["urgent", "child", "normal", None])
def test_the_caseworker_is_reminded_of_a_receipt_before_the_manager_hears(case_class: str | None) -> None:
    days = asked("delivery_times", case_class=case_class)
    assert 0 < days["receipt_within"] < days["receipt_escalate_within"]
